//! What needs no server: identities, endpoints, errors, pull requests as they are read.

use aws_sdk_codecommit::types::{PullRequest, PullRequestStatusEnum, PullRequestTarget};

use super::{connect, identity, revision};
use crate::host::HostErrorKind;

#[test]
fn the_session_of_a_role_is_left_aside() {
    let role = "arn:aws:sts::111122223333:assumed-role/GateRole";
    for session in ["run-1", "a/b", ""] {
        assert_eq!(identity::principal(&format!("{role}/{session}")), role);
    }
    for whole in [
        role,
        "arn:aws:iam::111122223333:user/team/gate",
        "arn:aws:sts::111122223333:federated-user/gate",
        "arn:aws:iam::111122223333:root",
        "",
        "ä",
    ] {
        assert_eq!(identity::principal(whole), whole);
    }
    assert_ne!(identity::principal("arn:aws:sts::999900001111:assumed-role/GateRole/run-1"), role);
    assert_ne!(identity::principal("arn:aws:sts::111122223333:assumed-role/GateRole2/run-1"), role);
}

#[test]
fn the_region_is_in_the_name_of_the_endpoint() {
    for (api, region) in [
        ("https://codecommit.eu-west-1.amazonaws.com", Some("eu-west-1")),
        ("https://codecommit-fips.us-east-1.amazonaws.com/", Some("us-east-1")),
        ("https://codecommit.cn-north-1.amazonaws.com.cn:443", Some("cn-north-1")),
        ("https://vpce-0a1b-2c3d.codecommit.eu-central-1.vpce.amazonaws.com", Some("eu-central-1")),
        ("https://codecommit.eu-west-1.api.aws", Some("eu-west-1")),
        ("http://127.0.0.1:4566", None),
        ("https://codecommit.eu-west-1.example.com", None),
        ("https://sts.eu-west-1.amazonaws.com", None),
        ("codecommit", None),
        ("", None),
    ] {
        assert_eq!(connect::region(api), region, "{api}");
    }
    assert!(!connect::is_aws("https://amazonaws.com.example.com"));
    assert!(!connect::is_aws("https://example.com/x.amazonaws.com"));
    assert!(!connect::is_aws("https://evil-amazonaws.com"));
}

fn pull_request(repository: &str) -> PullRequest {
    let target = PullRequestTarget::builder()
        .repository_name(repository)
        .source_commit("317f8570")
        .destination_commit("c5709475")
        .build();
    PullRequest::builder()
        .pull_request_id("27")
        .revision_id("9f29d167")
        .pull_request_status(PullRequestStatusEnum::Open)
        .pull_request_targets(target)
        .build()
}

#[test]
fn a_pull_request_is_one_of_the_repository() {
    let read = revision::read(&pull_request("web"), "web").unwrap();
    assert_eq!((read.number.as_str(), read.id.as_str(), read.open), ("27", "9f29d167", true));
    assert_eq!((read.before.as_str(), read.after.as_str()), ("c5709475", "317f8570"));
    assert_eq!(revision::read(&pull_request("web"), "shop").unwrap_err().kind, HostErrorKind::NotFound);
    let without = PullRequest::builder()
        .pull_request_targets(PullRequestTarget::builder().repository_name("web").build())
        .build();
    assert_eq!(revision::read(&without, "web").unwrap_err().kind, HostErrorKind::Strange);
}
