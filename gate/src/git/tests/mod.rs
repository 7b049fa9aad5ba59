//! Repositories made by Git itself, read by this layer. What is expected was written down by hand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails says so")]

mod errors;
mod fetching;
mod fixture;
mod kinds;
mod layouts;
mod local;
mod partial;
mod paths;
mod pushes;
mod selections;
