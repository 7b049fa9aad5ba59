//! One HTTP client for all hosts: JSON in and out, retries with jitter within a time budget, rate limits, paging, and a
//! token that goes to one origin only.

mod answer;
mod attempt;
mod auth;
mod call;
mod client;
mod clock;
mod limits;
mod message;
mod origin;
mod reply;
mod retry;
mod target;
#[cfg(test)]
mod tests;

pub(super) use self::auth::Auth;
pub(super) use self::call::Call;
#[cfg(feature = "codecommit")]
pub(super) use self::client::is_prompt;
pub(super) use self::client::{Client, promptly};
pub(super) use self::reply::Reply;
pub(super) use self::retry::Failure;
pub(super) use self::target::{client, owner_and_name, token};
