//! The sandbox against every guest of `tests/guests`: each attack ends in a failure that names the policy, the
//! document and the limit, and takes nothing else with it.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up has failed")]

mod frozen;
mod guest;
mod measured;
mod sandbox;
mod speed;
mod trusted;
