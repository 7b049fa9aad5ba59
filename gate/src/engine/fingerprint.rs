//! Fingerprints: what makes two findings of two commits the same one. No line number goes in.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::raw::Side;
use crate::model::{ObjectId, RepoPath, Role};
use crate::text::hexadecimal;

/// Who a document is across commits: an object by itself, anything else by its file and number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Identity {
    /// Group, kind, namespace and name; the version may change without making a new object.
    Object(String),
    /// Path at head (at base, for a deleted file) and 0-based document number.
    Document(RepoPath, u32),
}

impl Identity {
    pub(super) fn new(role: Role, id: Option<&ObjectId>, path: &RepoPath, document: u32) -> Self {
        match id {
            Some(id) if role == Role::Object => Self::Object(object_key(id)),
            _ => Self::Document(path.clone(), document),
        }
    }

    fn feed(&self, hash: &mut Sha256) {
        match self {
            Self::Object(key) => {
                hash.update(b"object\0");
                hash.update(key.as_bytes());
            }
            Self::Document(path, number) => {
                hash.update(b"document\0");
                hash.update(path.as_bytes());
                hash.update(number.to_be_bytes());
            }
        }
    }
}

/// The identity of an object as one string; parts are joined by a byte that no name can hold.
pub(super) fn object_key(id: &ObjectId) -> String {
    format!("{}\0{}\0{}\0{}", id.group(), id.kind, id.namespace.as_deref().unwrap_or_default(), id.name)
}

/// Makes fingerprints and tells apart findings that would share one in the same file.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    seen: HashMap<(Side, [u8; 16]), u32>,
}

impl Fingerprints {
    /// 32 lower-case hexadecimal digits. Calls must come in the order of the findings in one file: the second
    /// finding of one rule at one pointer gets another fingerprint than the first.
    pub(super) fn make(&mut self, side: Side, rule: &str, identity: &Identity, pointer: &str) -> String {
        let first = digest(rule, identity, pointer, 0);
        let ordinal = self.seen.entry((side, first)).or_default();
        let mine = if *ordinal == 0 { first } else { digest(rule, identity, pointer, *ordinal) };
        *ordinal += 1;
        hexadecimal(&mine)
    }
}

fn digest(rule: &str, identity: &Identity, pointer: &str, ordinal: u32) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(b"gate-finding-v1\0");
    hash.update(rule.as_bytes());
    hash.update(b"\0");
    identity.feed(&mut hash);
    hash.update(b"\0");
    hash.update(pointer.as_bytes());
    hash.update(ordinal.to_be_bytes());
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(api_version: &str) -> ObjectId {
        ObjectId {
            api_version: api_version.into(),
            kind: "Deployment".into(),
            namespace: None,
            name: "web".into(),
        }
    }

    fn make(prints: &mut Fingerprints, api_version: &str, path: &str) -> String {
        let identity = Identity::new(Role::Object, Some(&id(api_version)), &RepoPath::from(path), 0);
        prints.make(Side::Head, "schema/unknown-field", &identity, "/spec/replica")
    }

    #[test]
    fn an_object_keeps_its_fingerprint_when_it_moves_or_changes_version() {
        let first = make(&mut Fingerprints::default(), "apps/v1", "a.yaml");
        assert_eq!(first, make(&mut Fingerprints::default(), "apps/v1beta1", "b.yaml"));
        assert_ne!(first, make(&mut Fingerprints::default(), "extensions/v1beta1", "a.yaml"));
        assert_eq!(first.len(), 32);
    }

    #[test]
    fn two_findings_at_one_place_differ_and_do_so_on_both_sides() {
        let mut prints = Fingerprints::default();
        let (first, second) = (make(&mut prints, "v1", "a"), make(&mut prints, "v1", "a"));
        assert_ne!(first, second);
        let identity = Identity::new(Role::Object, Some(&id("v1")), &RepoPath::from("a"), 0);
        assert_eq!(first, prints.make(Side::Base, "schema/unknown-field", &identity, "/spec/replica"));
    }
}
