//! URLs of every host in every form that is met, and those that say nothing.

use super::*;

/// What a URL says, as one line: kind, API, repository, number, page.
fn read(text: &str) -> Option<String> {
    let link = Link::parse(text, None)?;
    let number = link.number.map_or("-".to_owned(), |number| number.to_string());
    let web = link.web.unwrap_or("-".to_owned());
    Some(format!("{} {} {} {number} {web}", link.kind.as_str(), link.api, link.repository.replace(' ', "_")))
}

#[test]
fn every_host_in_every_form() {
    let cases = [
        (
            "https://github.com/octo-org/shop.git",
            "github https://api.github.com octo-org/shop - https://github.com/octo-org/shop",
        ),
        (
            "ssh://git@ssh.github.com:443/octo-org/shop.git",
            "github https://api.github.com octo-org/shop - https://github.com/octo-org/shop",
        ),
        (
            "https://github.com/octo-org/shop/pull/7/files",
            "github https://api.github.com octo-org/shop 7 https://github.com/octo-org/shop",
        ),
        (
            "https://octo.ghe.com/octo-org/shop/pull/7",
            "github https://api.octo.ghe.com octo-org/shop 7 https://octo.ghe.com/octo-org/shop",
        ),
        (
            "https://code.example.com/octo-org/shop/pull/7",
            "github https://code.example.com/api/v3 octo-org/shop 7 https://code.example.com/octo-org/shop",
        ),
        (
            "git@gitlab.com:group/sub/shop.git",
            "gitlab https://gitlab.com/api/v4 group/sub/shop - https://gitlab.com/group/sub/shop",
        ),
        (
            "https://code.example.com/group/shop/-/merge_requests/12",
            "gitlab https://code.example.com/api/v4 group/shop 12 https://code.example.com/group/shop",
        ),
        (
            "https://octo@dev.azure.com/octo/My%20Project/_git/shop",
            "azure https://dev.azure.com/octo My_Project/shop - https://dev.azure.com/octo/My%20Project/_git/shop",
        ),
        (
            "https://dev.azure.com/octo/_git/shop/pullrequest/17",
            "azure https://dev.azure.com/octo shop/shop 17 https://dev.azure.com/octo/shop/_git/shop",
        ),
        (
            "git@ssh.dev.azure.com:v3/octo/Platform/shop",
            "azure https://dev.azure.com/octo Platform/shop - https://dev.azure.com/octo/Platform/_git/shop",
        ),
        (
            "https://octo.visualstudio.com/DefaultCollection/Platform/_git/shop",
            "azure https://octo.visualstudio.com Platform/shop - https://octo.visualstudio.com/Platform/_git/shop",
        ),
        (
            "https://tfs.example.com:8080/tfs/Main/Platform/_git/shop",
            "azure https://tfs.example.com:8080/tfs/Main Platform/shop - \
             https://tfs.example.com:8080/tfs/Main/Platform/_git/shop",
        ),
        (
            "git@bitbucket.org:octo-team/shop.git",
            "bitbucket-cloud https://api.bitbucket.org/2.0 octo-team/shop - https://bitbucket.org/octo-team/shop",
        ),
        (
            "https://bitbucket.org/octo-team/shop/pull-requests/3/diff",
            "bitbucket-cloud https://api.bitbucket.org/2.0 octo-team/shop 3 https://bitbucket.org/octo-team/shop",
        ),
        (
            "https://code.example.com/git/scm/OPS/shop.git",
            "bitbucket-dc https://code.example.com/git OPS/shop - https://code.example.com/git/projects/OPS/repos/shop",
        ),
        (
            "https://code.example.com/users/mona/repos/shop/pull-requests/9/overview",
            "bitbucket-dc https://code.example.com ~mona/shop 9 https://code.example.com/users/mona/repos/shop",
        ),
        (
            "ssh://git@bitbucket.example.com:7999/OPS/shop.git",
            "bitbucket-dc https://bitbucket.example.com OPS/shop - https://bitbucket.example.com/projects/OPS/repos/shop",
        ),
        (
            "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop",
            "codecommit https://codecommit.eu-west-1.amazonaws.com shop - -",
        ),
        ("codecommit::eu-west-1://ci@shop", "codecommit https://codecommit.eu-west-1.amazonaws.com shop - -"),
        (
            "https://codeberg.org/octo-org/shop/pulls/4",
            "gitea https://codeberg.org/api/v1 octo-org/shop 4 https://codeberg.org/octo-org/shop",
        ),
        (
            "http://gitea.example.com:3000/git/octo-org/shop.git",
            "gitea http://gitea.example.com:3000/git/api/v1 octo-org/shop - http://gitea.example.com:3000/git/octo-org/shop",
        ),
    ];
    for (url, expected) in cases {
        assert_eq!(read(url).as_deref(), Some(expected), "{url}");
    }
}

#[test]
fn a_known_host_explains_a_plain_url() {
    let link = Link::parse("https://code.example.com/octo-org/shop.git", Some(HostKind::Github)).unwrap();
    assert_eq!(
        (link.api.as_str(), link.repository.as_str()),
        ("https://code.example.com/api/v3", "octo-org/shop")
    );
}

#[test]
fn what_cannot_be_told_is_not_guessed() {
    for url in [
        "https://code.example.com/octo-org/shop.git",
        "https://github.com/octo-org",
        "https://gitlab.com/",
        "https://dev.azure.com/octo",
        "https://git-codecommit.EU.west.amazonaws.com/v1/repos/shop/x",
        "codecommit::evil.example.com/?x=://shop",
        "/srv/git/shop.git",
        "",
    ] {
        assert_eq!(read(url), None, "{url}");
    }
}
