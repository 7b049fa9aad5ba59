//! `gate schema list`: the kinds that are known, and where their schemas are from.

use clap::Args;
use serde_json::json;

use super::here::{Here, HereArgs};
use crate::cli::error::CliError;
use crate::cli::policy::Format;
use crate::cli::{Exit, print};
use crate::config::KindPattern;
use crate::schema::{KindSource, KnownKind, KubeVersion};

#[derive(Debug, Args)]
pub(in crate::cli) struct ListArgs {
    /// Kinds to list: `Kind`, `group/Kind`, `group/*`, `group/version/Kind`; `*` stands for any text, `core` for the group
    /// without a name.
    #[arg(default_value = "*")]
    pattern: String,
    /// Kinds of the repository's own objects only.
    #[arg(long)]
    used: bool,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    here: HereArgs,
}

pub(super) fn run(args: &ListArgs) -> Result<Exit, CliError> {
    let pattern = KindPattern::read(&args.pattern).map_err(CliError::new)?;
    let here = Here::new(&args.here)?;
    let sources = here.sources()?;
    let set = here.set(&sources)?;
    let version = here.version(&set);
    let used = if args.used { Some(crate::engine::kinds_of(&here.tree)?) } else { None };
    let is_used = |kind: &KnownKind| {
        used.as_ref().is_none_or(|used| used.contains(&(kind.api_version.clone(), kind.kind.clone())))
    };
    let mut kinds = set.kinds();
    kinds.retain(|kind| {
        pattern.matches(&kind.api_version, &kind.kind) && is_served(kind, version) && is_used(kind)
    });
    let shown = match args.format {
        Format::Text => text(&kinds, version),
        Format::Json => json(&kinds, version),
    };
    print(&shown)?;
    Ok(Exit::Pass)
}

fn is_served(kind: &KnownKind, version: KubeVersion) -> bool {
    kind.versions.is_none_or(|(first, last)| (first..=last).contains(&version))
}

/// Where a schema is from, in words.
pub(super) fn word(source: KindSource) -> &'static str {
    match source {
        KindSource::Kubernetes => "kubernetes",
        KindSource::Embedded => "embedded",
        KindSource::Definition => "repository",
    }
}

fn scope(kind: &KnownKind) -> &'static str {
    match kind.namespaced {
        Some(true) => "namespaced",
        Some(false) => "cluster",
        None => "-",
    }
}

fn text(kinds: &[KnownKind], version: KubeVersion) -> String {
    let width =
        |of: fn(&KnownKind) -> &str| kinds.iter().map(|kind| of(kind).chars().count()).max().unwrap_or(0);
    let (first, second) = (width(|kind| &kind.kind), width(|kind| &kind.api_version));
    let mut text = String::new();
    for kind in kinds {
        let (name, api_version) =
            (crate::text::clean_line(&kind.kind), crate::text::clean_line(&kind.api_version));
        let line = format!("{name:first$}  {api_version:second$}  {:10}  {}", word(kind.source), scope(kind));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    let noun = if kinds.len() == 1 { "kind" } else { "kinds" };
    text.push_str(&format!("{} {noun}, Kubernetes {version}\n", kinds.len()));
    text
}

fn json(kinds: &[KnownKind], version: KubeVersion) -> String {
    let shown: Vec<_> = kinds
        .iter()
        .map(|kind| {
            let versions = kind.versions.map(|(first, last)| [first.to_string(), last.to_string()]);
            json!({
                "apiVersion": kind.api_version, "kind": kind.kind, "source": word(kind.source),
                "namespaced": kind.namespaced, "versions": versions,
            })
        })
        .collect();
    format!("{:#}\n", json!({ "kubernetes": version.to_string(), "kinds": shown }))
}
