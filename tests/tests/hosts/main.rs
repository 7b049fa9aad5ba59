//! Every scenario on every host: posting through real HTTP to a server that checks each request against the host's
//! official specification (`gate_tests::contract`). A host is one file here: the shared scenarios and its own.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot prepare its input must stop at once"
)]

mod azure;
mod bitbucket_cloud;
mod bitbucket_dc;
mod codecommit;
mod gitea;
mod github;
mod gitlab;
mod program;
mod program_ci;
mod run;
mod scenarios;
