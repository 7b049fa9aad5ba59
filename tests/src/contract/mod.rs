//! Contract servers: real HTTP servers that behave like the Git hosts, for tests of `gate::host`. A host's memory is a
//! [`Twin`]; everything between it and the wire is here: each request and each answer is checked against the host's
//! official description in `tests/data/specs`, and faults (errors, delays, lost answers) are put in on demand.

pub mod azure;
mod bench;
pub mod bitbucket_cloud;
pub mod bitbucket_dc;
mod close;
pub mod codecommit;
mod fault;
pub mod gitea;
pub mod github;
pub mod gitlab;
mod message;
mod route;
mod server;
mod spec;
#[cfg(test)]
mod tests;
mod wire;

pub use self::bench::{BASE, Bench, HEAD1, HEAD2, NUMBER, SeenAnnotation, SeenComment, Step, TOKEN, USER};
pub use self::fault::Fault;
pub use self::message::{Answer, RawRequest, Request, Seen};
pub use self::server::Server;

/// A host's memory: pull request, statuses, comments, reports. It answers requests that are known to be well-formed.
pub trait Twin: Send + 'static {
    /// Name of the file below `tests/data/specs`, without `.json`.
    fn spec(&self) -> &'static str;

    /// Prefix of all paths, without a slash at its end; empty: the one that the specification names.
    fn base_path(&self) -> &'static str {
        ""
    }

    /// Carries `request` out. Its path, query and body fit the specification already; what depends on the state of the
    /// host (who asks, what there is) is the twin's business.
    fn answer(&mut self, request: &Request) -> Answer;

    /// The operation that `request` is for, where neither path nor `X-Amz-Target` tells.
    fn operation(&self, request: &RawRequest) -> Option<String> {
        let _ = request;
        None
    }
}

/// Whether there is one left of `count`, which is used up.
fn take_one(count: &mut usize) -> bool {
    let is_left = *count > 0;
    *count = count.saturating_sub(1);
    is_left
}
