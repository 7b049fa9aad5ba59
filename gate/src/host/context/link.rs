//! What a URL says of a Git host: which one it is, where its API lies, which repository and pull request are meant.
//! For CIs that sit on any host, and for the remote of the clone.

use super::url::{Url, join};
use super::values;
use crate::host::HostKind;

/// A repository at a host, or a pull request of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) kind: HostKind,
    /// As `Target::api`.
    pub(super) api: String,
    /// Page of the repository.
    pub(super) web: Option<String>,
    /// As `Target::repository`.
    pub(super) repository: String,
    pub(super) number: Option<u64>,
}

/// The parts that a host's rules find in a path.
struct Found {
    api: String,
    web: Option<String>,
    repository: Vec<String>,
    number: Option<u64>,
}

impl Link {
    /// Reads `text`, the URL of a clone, a repository's page or a pull request; `kind` where the host is known
    /// already. None where the host cannot be told or the path is none of its forms.
    pub(super) fn parse(text: &str, kind: Option<HostKind>) -> Option<Self> {
        if let Some((region, name)) = remote_helper(text) {
            let api = format!("https://codecommit.{region}.amazonaws.com");
            let repository = values::repository(name).ok()??;
            return Some(Self { kind: HostKind::CodeCommit, api, web: None, repository, number: None });
        }
        let url = Url::parse(text)?;
        let kind = kind.or_else(|| kind_of(&url))?;
        let found = match kind {
            HostKind::Github => github(&url),
            HostKind::Gitlab => gitlab(&url),
            HostKind::Azure => azure(&url),
            HostKind::BitbucketCloud => bitbucket_cloud(&url),
            HostKind::BitbucketDc => bitbucket_dc(&url),
            HostKind::CodeCommit => codecommit(&url),
            HostKind::Gitea => gitea(&url),
        }?;
        let repository = values::repository(&found.repository.join("/")).ok()??;
        Some(Self { kind, api: found.api, web: found.web, repository, number: found.number })
    }
}

/// The host of the repository that a clone's remote names, if its address tells.
pub fn host_of(remote: &str) -> Option<HostKind> {
    match remote_helper(remote) {
        Some(_) => Some(HostKind::CodeCommit),
        None => kind_of(&Url::parse(remote)?),
    }
}

/// `codecommit::REGION://[PROFILE@]NAME`, as AWS's remote helper for Git has it.
fn remote_helper(text: &str) -> Option<(&str, &str)> {
    let (region, name) = text.strip_prefix("codecommit::")?.split_once("://")?;
    is_region(region).then(|| (region, name.rsplit_once('@').map_or(name, |(_, name)| name)))
}

/// Letters, digits and hyphens, so that nothing else gets into a host name.
pub(super) fn is_region(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.len() < 40 && text.bytes().all(fits)
}

/// The host, by its name if it is a public one, by the form of the path, or by a word in its name.
pub(super) fn kind_of(url: &Url) -> Option<HostKind> {
    let host = url.host.as_str();
    match host {
        "github.com" | "ssh.github.com" => return Some(HostKind::Github),
        "gitlab.com" | "altssh.gitlab.com" => return Some(HostKind::Gitlab),
        "dev.azure.com" | "ssh.dev.azure.com" => return Some(HostKind::Azure),
        "bitbucket.org" | "altssh.bitbucket.org" => return Some(HostKind::BitbucketCloud),
        "codeberg.org" | "gitea.com" => return Some(HostKind::Gitea),
        _ => {}
    }
    if host.ends_with(".ghe.com") {
        return Some(HostKind::Github);
    }
    if host.ends_with(".visualstudio.com") {
        return Some(HostKind::Azure);
    }
    if host.starts_with("git-codecommit.") && host.contains(".amazonaws.com") {
        return Some(HostKind::CodeCommit);
    }
    by_path(url).or_else(|| by_word(host))
}

fn by_path(url: &Url) -> Option<HostKind> {
    let has = |word: &str| url.path.iter().any(|segment| segment == word);
    if has("_git") {
        Some(HostKind::Azure)
    } else if has("merge_requests") {
        Some(HostKind::Gitlab)
    } else if has("scm") || (has("repos") && (has("projects") || has("users"))) {
        Some(HostKind::BitbucketDc)
    } else if number_after(url, "pulls").is_some() {
        Some(HostKind::Gitea)
    } else if number_after(url, "pull").is_some() {
        Some(HostKind::Github)
    } else {
        None
    }
}

fn by_word(host: &str) -> Option<HostKind> {
    host.split('.').find_map(|label| match label {
        "github" | "ghe" => Some(HostKind::Github),
        "gitlab" => Some(HostKind::Gitlab),
        "bitbucket" => Some(HostKind::BitbucketDc),
        "gitea" | "forgejo" => Some(HostKind::Gitea),
        _ => None,
    })
}

fn number_after(url: &Url, word: &str) -> Option<u64> {
    let at = url.path.iter().position(|segment| segment == word)?;
    values::number(url.path.get(at + 1)?).ok()?
}

/// The path up to (not with) the first of `words`; all of it, where none is there.
fn until(url: &Url, words: &[&str]) -> Vec<String> {
    let path = url.clone_path();
    let end = path.iter().position(|segment| words.contains(segment)).unwrap_or(path.len());
    path.into_iter().take(end).map(str::to_owned).collect()
}

fn page(origin: &str, path: &[String]) -> Option<String> {
    Some(join(origin, &path.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// The API of a GitHub whose pages are at `origin`.
pub(super) fn github_api(origin: &str) -> String {
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    match host {
        "github.com" => "https://api.github.com".to_owned(),
        _ if host.ends_with(".ghe.com") => format!("https://api.{host}"),
        _ => format!("{origin}/api/v3"),
    }
}

fn github(url: &Url) -> Option<Found> {
    let repository = until(url, &["pull"]);
    let origin = url.origin().replace("://ssh.github.com", "://github.com");
    let (api, web) = (github_api(&origin), page(&origin, &repository));
    (repository.len() == 2).then(|| Found { api, web, repository, number: number_after(url, "pull") })
}

fn gitlab(url: &Url) -> Option<Found> {
    let repository = until(url, &["-", "merge_requests"]);
    let origin = url.origin().replace("://altssh.gitlab.com", "://gitlab.com");
    let web = page(&origin, &repository);
    let number = number_after(url, "merge_requests");
    (repository.len() >= 2).then(|| Found { api: format!("{origin}/api/v4"), web, repository, number })
}

fn azure(url: &Url) -> Option<Found> {
    let number = number_after(url, "pullrequest");
    if matches!(url.host.as_str(), "ssh.dev.azure.com" | "vs-ssh.visualstudio.com") {
        let path = url.clone_path();
        let [_version, organisation, project, name] = path.as_slice() else { return None };
        return azure_at(join("https://dev.azure.com", &[*organisation]), project, name, number);
    }
    let path: Vec<&str> = url.path.iter().map(String::as_str).collect();
    let at = path.iter().position(|segment| *segment == "_git")?;
    let (before, name) = (path.get(..at)?, *path.get(at + 1)?);
    let (organisation, project) = match before {
        _ if url.host.ends_with(".visualstudio.com") => {
            let project = before.iter().rfind(|segment| **segment != "DefaultCollection");
            (Vec::new(), project.copied().unwrap_or(name))
        }
        // A project's first repository has the project's name, and its URL leaves the project out.
        [organisation] => (vec![*organisation], name),
        [organisation @ .., project] => (organisation.to_vec(), *project),
        [] => return None,
    };
    azure_at(join(&url.origin(), &organisation), project, name, number)
}

fn azure_at(api: String, project: &str, name: &str, number: Option<u64>) -> Option<Found> {
    let web = Some(join(&api, &[project, "_git", name]));
    Some(Found { api, web, repository: vec![project.to_owned(), name.to_owned()], number })
}

fn bitbucket_cloud(url: &Url) -> Option<Found> {
    let repository = until(url, &["pull-requests", "branch", "src"]);
    let web = page("https://bitbucket.org", &repository);
    let api = "https://api.bitbucket.org/2.0".to_owned();
    let number = number_after(url, "pull-requests");
    (repository.len() == 2).then_some(Found { api, web, repository, number })
}

fn bitbucket_dc(url: &Url) -> Option<Found> {
    let path = url.clone_path();
    let at = |word: &str| path.iter().position(|segment| *segment == word);
    let (root, project, name) = match (at("scm"), at("repos")) {
        (Some(scm), _) => (scm, (*path.get(scm + 1)?).to_owned(), *path.get(scm + 2)?),
        (None, Some(repos)) if repos >= 2 => {
            let owner = *path.get(repos - 1)?;
            let personal = path.get(repos - 2) == Some(&"users");
            let project = if personal { format!("~{owner}") } else { owner.to_owned() };
            (repos - 2, project, *path.get(repos + 1)?)
        }
        _ if !url.is_web() && path.len() == 2 => (0, path[0].to_owned(), path[1]),
        _ => return None,
    };
    let api = join(&url.origin(), path.get(..root)?);
    let owner = project.strip_prefix('~').map_or(["projects", &project], |user| ["users", user]);
    let web = Some(join(&api, &[owner[0], owner[1], "repos", name]));
    let repository = vec![project.clone(), name.to_owned()];
    Some(Found { api, web, repository, number: number_after(url, "pull-requests") })
}

fn codecommit(url: &Url) -> Option<Found> {
    let rest = url.host.strip_prefix("git-codecommit.")?;
    let (region, _) = rest.split_once('.')?;
    let path = url.clone_path();
    let [_version, "repos", name] = path.as_slice() else { return None };
    let found = Found {
        api: format!("https://codecommit.{rest}"),
        web: None,
        repository: vec![(*name).to_owned()],
        number: None,
    };
    is_region(region).then_some(found)
}

fn gitea(url: &Url) -> Option<Found> {
    let path = until(url, &["pulls"]);
    let (root, repository) = path.split_at_checked(path.len().checked_sub(2)?)?;
    let root = page(&url.origin(), root)?;
    let web = page(&root, repository);
    let api = format!("{root}/api/v1");
    Some(Found { api, web, repository: repository.to_vec(), number: number_after(url, "pulls") })
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
