//! Plain downloads over HTTPS: one GET of one address, for schemas. Whatever a server answers is hostile: the body is
//! bounded, the time is, and redirects lead neither away from encryption nor into this machine or its network.
//!
//! No credentials are sent. Files and environment are for `cli`: this layer is handed addresses and hands out bytes.

mod client;
mod error;
mod redirect;

pub use client::{Answer, Client, Known};
pub use error::DownloadError;
