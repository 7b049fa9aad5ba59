//! What every object has: a name, labels, annotations.

use super::SchemaRule;
use super::lookup::NameRule;
use super::names::{self, Broken};
use super::walk::Walk;
use crate::yaml::{Kind, NodeId};

/// Bytes that all annotations of an object may have together, keys included.
const MAX_ANNOTATIONS: usize = 256 * 1024;

impl Walk<'_> {
    /// Judges name and namespace of the object at `root`.
    pub(super) fn identity(&mut self, rule: NameRule, root: NodeId) {
        if rule == NameRule::None {
            return;
        }
        let metadata = self.tape.get(root, "metadata").filter(|&n| self.tape.kind(n) != Kind::Null);
        let Some(metadata) = metadata else {
            return self.missing_field(root, "metadata");
        };
        if self.tape.kind(metadata) != Kind::Map {
            return;
        }
        let text = |key: &str| {
            let found = self.tape.get(metadata, key).filter(|&n| self.tape.kind(n) == Kind::Str);
            found.map(|n| (n, self.tape.text(n)))
        };
        let (name, generated, namespace) = (text("name"), text("generateName"), text("namespace"));
        let is_there = |n: NodeId| match self.tape.kind(n) {
            Kind::Null => false,
            Kind::Str => !self.tape.text(n).is_empty(),
            _ => true,
        };
        let has = |key: &str| self.tape.get(metadata, key).is_some_and(is_there);
        if !has("name") && !has("generateName") {
            self.missing_field(metadata, "name");
        }
        let is_set = |found: &(NodeId, &str)| !found.1.is_empty();
        if let Some((n, name)) = name.filter(is_set) {
            self.name(n, name_broken(rule, name), "the name");
        }
        if let Some((n, prefix)) = generated.filter(is_set) {
            let masked = format!("{prefix}x");
            self.name(n, name_broken(rule, &masked), "the generated name");
        }
        if let Some((n, namespace)) = namespace.filter(is_set) {
            self.name(n, names::label(namespace), "the namespace");
        }
    }

    /// Judges the labels and annotations of an ObjectMeta, at the root of an object or in a template.
    pub(super) fn labels_and_annotations(&mut self, metadata: NodeId) {
        let tape = self.tape;
        for (key, value) in tape.entries(metadata) {
            match tape.text(key) {
                "labels" => self.labels(value),
                "annotations" => self.annotations(value),
                _ => {}
            }
        }
    }

    /// Judges a mapping of labels.
    pub(super) fn labels(&mut self, labels: NodeId) {
        let tape = self.tape;
        for (key, value) in tape.entries(labels) {
            if self.reader.is_directive(tape.text(key)) {
                continue;
            }
            self.name(key, names::qualified(tape.text(key)), "a label key");
            if tape.kind(value) == Kind::Str {
                self.name(value, names::label_value(tape.text(value)), "a label value");
            }
        }
    }

    fn annotations(&mut self, annotations: NodeId) {
        let tape = self.tape;
        let mut size = 0;
        for (key, value) in tape.entries(annotations) {
            if self.reader.is_directive(tape.text(key)) {
                continue;
            }
            self.name(key, names::annotation_key(tape.text(key)), "an annotation key");
            size += tape.text(key).len() + tape.text(value).len();
        }
        if size > MAX_ANNOTATIONS {
            let message =
                format!("the annotations have {size} bytes together; {MAX_ANNOTATIONS} are allowed");
            self.push(SchemaRule::InvalidValue, annotations, message, None);
        }
    }

    fn name(&mut self, n: NodeId, broken: Broken, what: &str) {
        if let Some(form) = broken {
            self.invalid_name(n, what, form);
        }
    }
}

fn name_broken(rule: NameRule, name: &str) -> Broken {
    match rule {
        NameRule::Subdomain => names::subdomain(name),
        NameRule::Label => names::label(name),
        NameRule::Label1035 => names::label_1035(name),
        NameRule::PathSegment => names::path_segment(name),
        NameRule::None => None,
    }
}
