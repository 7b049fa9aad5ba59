//! Patches: parts of objects, and operations on them. Of a part only what is written is judged, for the rest of the
//! object is elsewhere: types, unknown fields and values, nothing about what is required and what belongs together.

use super::explain::quote;
use super::lookup::{SchemaRef, group_of};
use super::node::{Node, NodeKind, STATUS, flag};
use super::reader::Reader;
use super::set::SchemaSet;
use super::walk::Walk;
use super::{Issue, KubeVersion, Lookup, SchemaRule};
use crate::model::Severity;
use crate::yaml::{Kind, NodeId, Tape};

/// References within references that a path follows.
const MAX_REFERENCES: u32 = 64;

impl SchemaSet {
    /// Every schema of a kind, in a group and a version if they are named; those of Kubernetes itself first.
    pub fn schemas_of(
        &self,
        at: KubeVersion,
        (group, version, kind): (Option<&str>, Option<&str>, &str),
    ) -> Vec<SchemaRef> {
        let views = self.overlays.iter().map(|table| table.view()).chain([self.pack.view()]);
        let mut known = Vec::new();
        for view in views {
            let named = view.kinds().filter(|found| view.bytes(found.kind) == kind.as_bytes());
            known.extend(named.map(|found| view.str(found.api_version)));
        }
        known.sort_unstable();
        known.dedup();
        let is_wanted = |api_version: &&str| {
            let own = api_version.rsplit('/').next().unwrap_or_default();
            group.is_none_or(|group| group == group_of(api_version))
                && version.is_none_or(|version| version == own)
        };
        let schema = |api_version: &str| match self.lookup(at, api_version, kind) {
            Lookup::Found(schema) => Some(schema),
            _ => None,
        };
        let mut found: Vec<SchemaRef> = known.into_iter().filter(is_wanted).filter_map(schema).collect();
        found.sort_by_key(|schema| schema.is_custom());
        found
    }

    /// Judges what a strategic merge patch writes. `secret` hides values in messages.
    pub fn check_patch(
        &self,
        schema: SchemaRef,
        (tape, root): (&Tape, NodeId),
        secret: bool,
        issues: &mut Vec<Issue>,
    ) {
        let mut walk = self.patch_walk(schema, tape, secret, issues);
        walk.root = Some(root);
        walk.value(schema.node, root, 0);
    }

    /// Judges the paths and values of a list of JSON patch operations.
    pub fn check_operations(
        &self,
        schema: SchemaRef,
        (tape, list): (&Tape, NodeId),
        secret: bool,
        issues: &mut Vec<Issue>,
    ) {
        for operation in tape.items(list) {
            let (Some(op), Some(path)) = (tape.str_at(operation, "op"), tape.get(operation, "path")) else {
                continue;
            };
            let before = issues.len();
            let mut walk = self.patch_walk(schema, tape, secret, issues);
            if let (Some(at), "add" | "replace") = (walk.descend(schema.node, path), op)
                && let Some(value) = tape.get(operation, "value").filter(|&n| tape.kind(n) != Kind::Null)
            {
                walk.value(at, value, 0);
            }
            if op == "remove" {
                // The object may have what should not be there; or else the operation fails.
                let found = issues.iter_mut().skip(before);
                found.for_each(|issue| issue.severity = issue.severity.min(Severity::Warning));
            }
            if let (Some(from), "move") = (tape.get(operation, "from"), op) {
                self.patch_walk(schema, tape, secret, issues).descend(schema.node, from);
            }
        }
    }

    fn patch_walk<'a>(
        &'a self,
        schema: SchemaRef,
        tape: &'a Tape,
        secret: bool,
        issues: &'a mut Vec<Issue>,
    ) -> Walk<'a> {
        let mut walk = Walk::new(self, schema, tape, issues);
        (walk.reader, walk.secret) = (Reader::Patch, secret);
        walk
    }
}

impl Walk<'_> {
    /// The schema of the place that the JSON pointer at `place` leads to, where one is known. The walk is in the table of
    /// that schema then.
    fn descend(&mut self, mut at: u32, place: NodeId) -> Option<u32> {
        if self.is_placeholder(place) || self.tape.kind(place) != Kind::Str {
            return None;
        }
        let tape = self.tape;
        for token in tape.text(place).split('/').skip(1) {
            at = self.resolved(at)?;
            at = self.step(Node::read(&self.view, at), place, &unescaped(token))?;
        }
        Some(at)
    }

    /// The node that a reference, or a chain of them, leads to.
    fn resolved(&mut self, mut at: u32) -> Option<u32> {
        for _ in 0..MAX_REFERENCES {
            let node = Node::read(&self.view, at);
            let index = match node.kind {
                NodeKind::Reference => node.target(&self.view),
                NodeKind::Metadata => {
                    (self.view, self.table, self.custom, self.dated) = (self.pack, 0, false, false);
                    self.pack.object_meta()
                }
                _ => return Some(at),
            };
            self.borrowed |= self.custom;
            at = self.view.definition(index, self.version)?;
        }
        None
    }

    fn step(&mut self, node: Node, place: NodeId, token: &str) -> Option<u32> {
        match node.kind {
            NodeKind::Any => None,
            NodeKind::Object => {
                if let Some(property) = node.property(&self.view, token.as_bytes()) {
                    return (property.slot != STATUS).then_some(property.node);
                }
                let own = matches!(token, "apiVersion" | "kind" | "metadata");
                let child = node.part(&self.view, flag::CHILD);
                if child.is_none() && !node.has(flag::OPEN) && !(own && node.has(flag::EMBEDDED)) {
                    self.unknown_name(node, place, token);
                }
                child
            }
            NodeKind::Array => {
                if token != "-" && token.parse::<i64>().is_err() {
                    let message = format!(
                        "items of a list are named by number, or by `-`, but here by {}",
                        quote(token)
                    );
                    self.push(SchemaRule::InvalidValue, place, message, None);
                    return None;
                }
                node.part(&self.view, flag::CHILD)
            }
            _ => {
                let message = format!("there is nothing below a single value, and no {} in it", quote(token));
                self.push(SchemaRule::InvalidValue, place, message, None);
                None
            }
        }
    }
}

fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}
