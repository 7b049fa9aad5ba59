//! The README beside the pack: how it is made, from what, under which licences.

use std::fmt::Write as _;

use gate::schema::SchemaSet;
use sha2::{Digest, Sha256};

use crate::custom::CustomKinds;
use crate::sources::{self, Client, SCOPE};

/// The whole text.
pub(crate) fn text(set: &SchemaSet, bytes: &[u8], customs: &CustomKinds) -> String {
    let versions = set.versions();
    let span = |at: Option<&gate::schema::KubeVersion>| at.map(ToString::to_string).unwrap_or_default();
    let digest: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let mut sources = String::new();
    for source in sources::all() {
        let package = match source.client {
            Client::Wheel => format!("PyPI `{}` (wheel)", source.package),
            Client::Sdist => format!("PyPI `{}` (source archive)", source.package),
            Client::Go => format!("Go module `{}`", source.package),
            Client::Npm => format!("npm `{SCOPE}/{}`", source.package),
        };
        let (version, licence, gives) = (source.version, source.licence, source.gives);
        let _ = writeln!(sources, "| {package} | {version} | {licence} | {gives} | `{}` |", source.sha256);
    }
    include_str!("readme.md")
        .replace("{bytes}", &bytes.len().to_string())
        .replace("{sha256}", &digest)
        .replace("{oldest}", &span(versions.first()))
        .replace("{newest}", &span(versions.last()))
        .replace("{customs}", &customs.len().to_string())
        .replace("{groups}", &customs.groups().to_string())
        .replace("{sources}", sources.trim_end())
}
