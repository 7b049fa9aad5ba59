//! The keys of `gate.yaml` for their reference (`docs/config-reference.md`): shapes and descriptions from the table that the
//! parser checks with, defaults, examples and effects from `key_notes`. A test asks for a row for every key.

use super::key_notes::NOTES;
use super::keys;
use super::limits::Amount;
use super::shape::{Key, Shape};

/// What the reference says of one key.
#[derive(Debug)]
pub struct KeyReference {
    /// Where it stands: `environments.NAME.paths`, `waivers[].rule`.
    pub path: String,
    /// What may stand there, in words.
    pub values: String,
    /// True if it must be there.
    pub required: bool,
    /// The description that editors show.
    pub doc: &'static str,
    /// What holds without it.
    pub default: &'static str,
    /// A `gate.yaml` that has it.
    pub example: &'static str,
    /// What it does to a judgement; empty if the description says it all.
    pub effect: &'static str,
}

/// Every key in the order of the table, each map before what is in it. Limits and signatures of single policies have the keys
/// of the file's, and are left to them.
pub fn key_reference() -> Vec<KeyReference> {
    let mut found = Vec::new();
    if let Shape::Map(keys) = &keys::ROOT {
        collect(keys, "", &mut found);
    }
    found
}

fn collect(keys: &'static [Key], before: &str, found: &mut Vec<KeyReference>) {
    for key in keys {
        let path = format!("{before}{}", key.name);
        let note = NOTES.iter().find(|note| note.path == path);
        found.push(KeyReference {
            values: values(&key.shape),
            required: key.required,
            doc: key.doc,
            default: note.map_or("", |note| note.default),
            example: note.map_or("", |note| note.example),
            effect: note.map_or("", |note| note.effect),
            path: path.clone(),
        });
        if let Some((keys, between)) = inside(&key.shape).filter(|_| !is_told_elsewhere(&path)) {
            collect(keys, &format!("{path}{between}"), found);
        }
    }
}

/// Limits have a table of their own; what is below a policy's signature is below the file's, too.
fn is_told_elsewhere(path: &str) -> bool {
    ["limits", "policies[].limits", "policies[].signature"].contains(&path)
}

/// The keys of a map, of the maps of a list or of maps with names, and what stands between the path and a key.
fn inside(shape: &'static Shape) -> Option<(&'static [Key], &'static str)> {
    match shape {
        Shape::Map(keys) => Some((keys, ".")),
        Shape::List(Shape::Map(keys)) => Some((keys, "[].")),
        Shape::Named(_, Shape::Map(keys)) => Some((keys, ".NAME.")),
        _ => None,
    }
}

fn values(shape: &Shape) -> String {
    match shape {
        Shape::Any => "any YAML".to_owned(),
        Shape::Word(words) => format!("`{}`", words.join("`, `")),
        Shape::Text => "text".to_owned(),
        Shape::Flag => "`true` or `false`".to_owned(),
        Shape::Formatted(format) => format.name.to_owned(),
        Shape::Amount(Amount { unit, .. }) => unit.name().to_owned(),
        Shape::List(Shape::Map(_)) => "a list of maps".to_owned(),
        Shape::List(item) => format!("a list; each item: {}", values(item)),
        Shape::OneOrMany(item) => format!("{}, or a list of them", values(item)),
        Shape::Map(_) => "a map".to_owned(),
        Shape::Named(_, Shape::Map(_)) => "a map of maps by name".to_owned(),
        Shape::Named(_, value) => format!("a map by name; each value: {}", values(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_row_and_every_row_a_key() {
        let keys = key_reference();
        for key in &keys {
            assert!(!key.default.is_empty() && !key.example.is_empty(), "{}: no row in NOTES", key.path);
            let name = key.path.rsplit(['.', ']']).next().unwrap_or_default();
            assert!(key.example.contains(&format!("{name}:")), "{}: {}", key.path, key.example);
        }
        for note in NOTES {
            let of = keys.iter().filter(|key| key.path == note.path).count();
            let rows = NOTES.iter().filter(|other| other.path == note.path).count();
            assert_eq!((of, rows), (1, 1), "{}", note.path);
        }
        let path = |at: usize| keys[at].path.as_str();
        assert_eq!((path(0), path(1), path(2)), ("kubernetes", "environments", "environments.NAME.paths"));
    }

    #[test]
    fn every_example_can_be_read() {
        let known = crate::config::Known {
            policies: &["image-tags", "no-direct-prod", "plaintext-secrets"],
            kubernetes: (11, 99),
        };
        for key in key_reference() {
            let read = crate::config::Config::parse(&"gate.yaml".into(), key.example.as_bytes(), &known);
            assert!(read.is_ok(), "{}: {:?}", key.path, read.err());
        }
    }
}
