//! The rules of CONTRIBUTING.md about who may use what, as data, and their check on one source file.

use crate::paths::{Mention, Paths};

/// Left to right; a layer imports only from those before it, and the members of one entry never each other.
pub(crate) const LAYERS: &[&[&str]] = &[
    &["text"],
    &["yaml"],
    &["model"],
    &["git", "manifest", "config", "cel"],
    &["schema", "policy", "render"],
    &["engine"],
    &["output", "host", "registry", "download"],
    &["cli"],
    &["main"],
];

/// Heavy crates (their sub-crates too: `gix_hash`) and the layers that know each: one, but for the three that talk to the
/// network.
const OWNERS: &[(&str, &[&str])] = &[
    ("gix", &["git"]),
    ("libyaml_rs", &["yaml"]),
    ("jsonschema", &["schema"]),
    ("wasmtime", &["policy"]),
    ("rayon", &["engine"]),
    ("octocrab", &["host"]),
    ("reqwest", &["host", "registry", "download"]),
    ("tokio", &["host", "registry", "download"]),
    ("sigstore", &["registry"]),
    ("ring", &["registry"]),
    ("clap", &["cli"]),
];

const PRINTING: &[&str] = &["println!", "print!", "eprintln!", "eprint!", "dbg!"];
const PRINTERS: &[&str] = &["output", "cli", "main"];
const READERS: &[&str] = &["git", "config", "cli", "main"];
const STARTERS: &[&str] = &["git", "cli"];

/// The layers as CONTRIBUTING.md draws them.
pub(crate) fn drawn() -> String {
    let layers = LAYERS.iter().map(|members| match members {
        [only] => (*only).to_owned(),
        several => format!("{{ {} }}", several.join(", ")),
    });
    layers.collect::<Vec<_>>().join(" → ")
}

/// What is wrong with the mentions of one file. `layer` is empty for the crate's root, where only the layers
/// themselves are declared; a file `in_test` answers for its imports from other layers only.
pub(crate) fn broken(layer: &str, paths: &Paths, in_test: bool) -> Vec<(usize, String)> {
    let mut broken = Vec::new();
    if !layer.is_empty() && rank(layer).is_none() {
        broken.push((1, format!("`{layer}` is in no layer: add it to the list and to CONTRIBUTING.md")));
    }
    for mention in &paths.mentions {
        let complaint = edge(layer, mention).or_else(|| {
            if in_test || mention.in_test {
                None
            } else {
                foreign(layer, mention).or_else(|| effect(layer, mention))
            }
        });
        broken.extend(complaint.map(|complaint| (mention.line, complaint)));
    }
    broken.dedup();
    broken
}

fn rank(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|members| members.contains(&layer))
}

fn edge(layer: &str, mention: &Mention) -> Option<String> {
    let [root, target, ..] = mention.segments.as_slice() else { return None };
    if root != "crate" || layer.is_empty() || layer == target || layer == "main" {
        return None;
    }
    let Some(to) = rank(target) else {
        return Some(format!("`crate::{target}`: the crate's root holds layers only, name one of them"));
    };
    match rank(layer)?.cmp(&to) {
        std::cmp::Ordering::Greater => None,
        std::cmp::Ordering::Equal => Some(format!("`{layer}` imports its sibling `{target}`")),
        std::cmp::Ordering::Less => Some(format!("`{layer}` imports `{target}`, which stands to its right")),
    }
}

fn foreign(layer: &str, mention: &Mention) -> Option<String> {
    let first = mention.segments.first()?;
    let (name, owners) = OWNERS.iter().find(|(name, _)| {
        first.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    })?;
    let owner = owners.join("`, `");
    (!owners.contains(&layer)).then(|| format!("`{name}` belongs to `{owner}`, not to `{layer}`"))
}

fn effect(layer: &str, mention: &Mention) -> Option<String> {
    let segments: Vec<&str> = mention.segments.iter().map(String::as_str).collect();
    let prints = segments.last().is_some_and(|last| PRINTING.contains(last))
        || segments.windows(2).any(|pair| matches!(pair, ["io", "stdout" | "stderr"]));
    let reads = matches!(segments.as_slice(), ["std", "fs" | "env", ..]);
    let shown = segments.join("::");
    if prints && !PRINTERS.contains(&layer) {
        return Some(format!("`{shown}`: only {} print", PRINTERS.join(", ")));
    }
    let starts = matches!(segments.as_slice(), ["std", "process", "Command" | "*", ..]);
    if starts && !STARTERS.contains(&layer) {
        return Some(format!("`{shown}`: only {} start programs", STARTERS.join(", ")));
    }
    (reads && !READERS.contains(&layer))
        .then(|| format!("`{shown}`: only {} touch files and the environment", READERS.join(", ")))
}
