//! Typed reads of an object's `metadata`: labels, annotations, owners.

use crate::{Document, Value};

/// An entry of `metadata.ownerReferences`: the object that made this one.
#[derive(Debug, Clone, Copy)]
pub struct OwnerReference<'d> {
    /// The whole entry.
    pub value: Value<'d>,
}

impl<'d> OwnerReference<'d> {
    /// `apps/v1`; empty if it is missing. So are `kind` and `name`.
    pub fn api_version(self) -> &'d str {
        self.value.str_at("apiVersion").unwrap_or("")
    }

    /// `ReplicaSet`
    pub fn kind(self) -> &'d str {
        self.value.str_at("kind").unwrap_or("")
    }

    /// The owner's name; it is in the same namespace, or in none.
    pub fn name(self) -> &'d str {
        self.value.str_at("name").unwrap_or("")
    }

    /// True for the owner that manages the object.
    pub fn is_controller(self) -> bool {
        self.value.get("controller").and_then(Value::as_bool) == Some(true)
    }

    /// True if this names the object of that document. Its version may differ: an owner that is served in several
    /// versions is one object.
    pub fn names(self, owner: &Document<'_>) -> bool {
        let group = self.api_version().split_once('/').map_or("", |(group, _)| group);
        group == owner.api_group() && self.kind() == owner.kind && self.name() == owner.name
    }
}

impl Document<'_> {
    /// The labels, each with a value that knows its place.
    pub fn labels(&self) -> impl Iterator<Item = (&str, Value<'_>)> {
        self.metadata("labels").into_iter().flat_map(Value::entries)
    }

    /// The annotations, each with a value that knows its place.
    pub fn annotations(&self) -> impl Iterator<Item = (&str, Value<'_>)> {
        self.metadata("annotations").into_iter().flat_map(Value::entries)
    }

    /// `metadata.labels[key]`
    pub fn label(&self, key: &str) -> Option<&str> {
        self.label_value(key)?.as_str()
    }

    /// `metadata.annotations[key]`
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.annotation_value(key)?.as_str()
    }

    /// The label as a value, to report it.
    pub fn label_value(&self, key: &str) -> Option<Value<'_>> {
        self.metadata("labels")?.get(key)
    }

    /// The annotation as a value, to report it.
    pub fn annotation_value(&self, key: &str) -> Option<Value<'_>> {
        self.metadata("annotations")?.get(key)
    }

    /// The entries of `metadata.ownerReferences`.
    pub fn owner_references(&self) -> impl Iterator<Item = OwnerReference<'_>> {
        let items = self.metadata("ownerReferences").into_iter().flat_map(Value::items);
        items.map(|value| OwnerReference { value })
    }

    /// The owners of this object among `documents` (with scope *change set*, those of the change), the nearest
    /// first: a Pod's ReplicaSet, then its Deployment. Of several owners, the one that manages it is followed.
    pub fn owner_chain<'a>(&self, documents: &'a [Document<'_>]) -> Vec<&'a Document<'a>> {
        let mut chain: Vec<&'a Document<'a>> = Vec::new();
        let mut next = self.nearest_owner(documents);
        while let Some(owner) = next.filter(|owner| !chain.iter().any(|seen| std::ptr::eq(*seen, *owner))) {
            chain.push(owner);
            next = owner.nearest_owner(documents);
        }
        chain
    }

    fn nearest_owner<'a>(&self, documents: &'a [Document<'_>]) -> Option<&'a Document<'a>> {
        let manager = self.owner_references().find(|owner| owner.is_controller());
        let owner = manager.or_else(|| self.owner_references().next())?;
        let in_reach = |other: &&Document<'_>| other.namespace.is_none() || other.namespace == self.namespace;
        documents.iter().filter(in_reach).find(|other| {
            other.environment == self.environment && !std::ptr::eq(self, *other) && owner.names(other)
        })
    }

    fn metadata(&self, key: &str) -> Option<Value<'_>> {
        self.object()?.get("metadata")?.get(key)
    }
}
