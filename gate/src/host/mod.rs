//! Git hosts: where a run finds itself (`context`), and putting its answer on the pull request (`post`). A host is one
//! module with an [`adapter::Adapter`], one variant of [`HostKind`] and one arm in `post`. All of HTTP goes through
//! `http`; where there is no API, `notes` and `gerrit` go through `git` and `ssh`. Nothing here prints, and no text of
//! the repository leaves without having been cleaned by the caller.

mod adapter;
mod azure;
mod bitbucket;
mod bitbucket_cloud;
mod bitbucket_dc;
mod claim;
#[cfg(feature = "codecommit")]
mod codecommit;
mod context;
mod error;
pub mod gerrit;
mod gitea;
mod github;
mod gitlab;
mod http;
mod kind;
mod marker;
pub mod notes;
mod post;
mod publication;
mod publish;
#[cfg(test)]
mod publish_tests;
mod secret;
mod sticky;
mod target;
mod threads;

pub use self::context::{
    Ci, Context, Fact, Listed, MAX_EVENT_BYTES, Merge, Overrides, Source, Surroundings, Token, TokenKind,
    detect, host_of,
};
pub use self::error::{HostError, HostErrorKind};
pub use self::kind::HostKind;
pub use self::post::{Outcome, Posted, post};
pub use self::publication::{Annotation, Markup, Pages, Publication};
pub use self::secret::Secret;
pub use self::target::{RunNumber, Target};
