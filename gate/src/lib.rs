//! gitops-gate: judges what a pull request does to the Kubernetes objects of a GitOps repository.
//!
//! The layers, each importing only from those before it:
//! `text → yaml → model → {git, manifest, config, cel} → {schema, policy} → engine → {output, host, registry, download} → cli`.

pub mod cel;
pub mod cli;
pub mod config;
pub mod download;
pub mod engine;
pub mod git;
pub mod host;
pub mod manifest;
pub mod model;
pub mod output;
pub mod policy;
#[cfg(feature = "oci")]
pub mod registry;
pub mod schema;
pub mod text;
pub mod yaml;
