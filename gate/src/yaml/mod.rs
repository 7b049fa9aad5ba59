//! Bytes of a YAML or JSON file to a flat tape of nodes, each with its value as Kubernetes reads it and its place
//! in the source. There is no value tree: a reader walks the tape with [`Tape::entries`], [`Tape::items`] and
//! [`Tape::get`]. Syntax is libyaml's, scalars and structure are go-yaml v2's (`sigs.k8s.io/yaml`). Each document
//! is read by `fast`, or else, if it is unusual or wrong, by libyaml and the composer; nobody can tell which it was.

mod alias;
mod base64;
mod collection;
mod compose;
pub mod edit;
mod fast;
mod fuzz;
mod inside;
mod json;
mod libyaml;
mod merge;
mod number;
mod path;
mod paths;
mod place;
mod problem;
mod read;
mod resolve;
mod scalar;
mod split;
mod stable_path;
mod store;
mod surrogates;
mod tape;
mod texts;

#[cfg(test)]
mod tests;

#[doc(hidden)]
pub use fuzz::{fuzz, fuzz_fast};
pub use inside::Inside;
pub use paths::Paths;
pub use problem::{Limits, Problem, ProblemKind};
pub use read::parse;
pub use tape::{Document, Entries, Items, Kind, NodeId, Parsed, Tape};
