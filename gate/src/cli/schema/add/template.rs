//! A template of URLs: the schemas of the repository's kinds are fetched, tried out and locked.

use super::entry::Edit;
use crate::cli::error::CliError;
use crate::cli::schema::here::Here;
use crate::cli::sources::{Fetched, Files, Web, read_lock, sha256};
use crate::config::{LOCK_NAME, Locked, SchemaTemplate, WantedKind};
use crate::schema::{KindSource, SchemaSet};

pub(super) fn add(here: &Here, template: &SchemaTemplate) -> Result<Vec<String>, CliError> {
    let files = Files::Disk(here.root.clone());
    let mut lock = read_lock(&files)?;
    let before = lock.clone();
    let shown = template.to_string();
    let edit = Edit::plan(&here.root, &shown, |config| {
        config.schema_locations.iter().any(|location| location.to_string() == shown)
    })?;
    let web = Web::new(before.clone(), &here.fetching()?);
    let (mut schemas, mut absent, mut lines) = (0, 0, Vec::new());
    for (api_version, kind, minor) in wanted(here)? {
        let wanted = WantedKind { api_version: &api_version, kind: &kind, minor };
        let Some(url) = template.expand(&wanted) else {
            lines.push(format!("skipped {api_version} {kind}: no address can be made of it"));
            continue;
        };
        match web.fetch(&url) {
            Fetched::Schema { bytes, .. } => {
                SchemaSet::from_json_schema(&bytes, &api_version, &kind).map_err(|error| {
                    CliError::new(format!("{url}: {error}"))
                        .hint("the server is at fault; nothing was written")
                })?;
                schemas += 1;
                lock.put(&url, Locked::Digest(sha256(&bytes)));
            }
            Fetched::Absent(_) | Fetched::Unavailable { .. } => {
                absent += 1;
                lock.put(&url, Locked::Absent);
            }
            Fetched::Broken { message, hint } => {
                return Err(CliError::new(message).hint(format!("{hint}; nothing was written")));
            }
        }
    }
    let count = |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
    for (url, old, new) in before.changes(&lock) {
        if let (Some(old), Some(new)) = (old, new) {
            lines.push(format!("changed {url}: {old} → {new}"));
        }
    }
    lines.push(edit.apply(&here.root)?);
    std::fs::write(here.root.join(LOCK_NAME), lock.write())
        .map_err(|error| CliError::new(format!("{LOCK_NAME} cannot be written: {error}")))?;
    lines.push(format!(
        "{LOCK_NAME}: {}, {} absent at the server",
        count(schemas, "schema"),
        count(absent, "kind")
    ));
    Ok(lines.into_iter().map(|line| crate::text::clean_line(&line).into_owned()).collect())
}

/// The kinds of the repository's objects that neither Kubernetes nor the repository itself defines, for each version.
fn wanted(here: &Here) -> Result<Vec<(String, String, u8)>, CliError> {
    let set = crate::engine::schemas_of(&here.tree, &[])?;
    let kinds = crate::engine::kinds_of(&here.tree)?;
    let needed = kinds.into_iter().filter(|(api_version, kind)| {
        let is_local = api_version.starts_with("kustomize.config.k8s.io/");
        let source = set.source_of(api_version, kind);
        !is_local
            && api_version.contains('/')
            && !matches!(source, Some(KindSource::Kubernetes | KindSource::Definition))
    });
    let versions = here.versions(&set);
    Ok(needed
        .flat_map(|(api_version, kind)| {
            versions
                .iter()
                .map(move |version| (api_version.clone(), kind.clone(), version.minor))
                .collect::<Vec<_>>()
        })
        .collect())
}
