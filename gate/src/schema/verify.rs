//! A look at every word of a table that the walk may ever read. Too slow for every start; for tests and for the tool
//! that makes the pack.

use super::node::{KIND, Node, NodeKind, flag};
use super::set::SchemaSet;
use super::table::View;
use super::writer::ANY;
use super::{KubeVersion, SchemaError};

impl SchemaSet {
    /// Checks that every node that a kind of any version reaches is whole, and that every reference has its definition
    /// in that version.
    ///
    /// # Errors
    /// If the pack is damaged.
    pub fn verify(&self) -> Result<(), SchemaError> {
        let view = self.pack.view();
        let mut seen = rustc_hash::FxHashSet::default();
        let versions: Vec<u32> =
            self.versions().into_iter().map(|version: KubeVersion| self.bit(version)).collect();
        let mut open = Vec::new();
        for kind in view.kinds() {
            let found = view.find_kind(view.str(kind.api_version), view.str(kind.kind));
            if found != Some(kind) {
                return Err(SchemaError::Pack { what: "a kind that cannot be found" });
            }
            for (mask, node) in view.variants_of(kind.first_variant, kind.variants) {
                open.extend(
                    versions.iter().filter(|&&bit| mask & bit != 0).map(|&bit| (node, bit, mask == u32::MAX)),
                );
            }
        }
        while let Some((at, version, custom)) = open.pop() {
            if seen.insert((at, version)) {
                let mut found = Vec::new();
                node(&view, at, (version, custom), &mut found)?;
                open.extend(found.into_iter().map(|next| (next, version, custom)));
            }
        }
        Ok(())
    }
}

fn node(
    view: &View<'_>,
    at: u32,
    (version, custom): (u32, bool),
    found: &mut Vec<u32>,
) -> Result<(), SchemaError> {
    let damaged = |what| Err(SchemaError::Pack { what });
    let head = view.node_word(at);
    if at >= view.node_words() || (head & KIND) as usize >= NodeKind::ALL.len() {
        return damaged("a node that is none");
    }
    let this = Node::read(view, at);
    let texts =
        [flag::ENUM, flag::RULES, flag::LIST_KEYS].into_iter().filter_map(|flag| this.part(view, flag));
    for list in texts {
        if view.list(list).len() != view.node_word(list) as usize
            || !view.list(list).all(|id| view.has_str(id))
        {
            return damaged("a list without its texts");
        }
    }
    if [flag::PATTERN, flag::DEFAULT]
        .into_iter()
        .any(|flag| this.part(view, flag).is_some_and(|id| !view.has_str(id)))
    {
        return damaged("a pattern without its text");
    }
    found.extend(this.part(view, flag::CHILD));
    let junctors = this.junctors(view);
    let pairs = this.part(view, flag::JUNCTORS).map_or(0, |list| view.node_word(list)) as usize / 2;
    if junctors.len() != pairs {
        return damaged("a junctor that is none");
    }
    found.extend(junctors.into_iter().flat_map(|(_, nodes)| nodes));
    match this.kind {
        NodeKind::Reference => match view.definition(this.target(view), version) {
            Some(next) => found.push(next),
            None if custom => {}
            None => return damaged("a reference to nothing"),
        },
        NodeKind::Object => properties(view, this, found)?,
        _ if at == ANY && head != 0 => return damaged("a first node with rules"),
        _ => {}
    }
    Ok(())
}

fn properties(view: &View<'_>, object: Node, found: &mut Vec<u32>) -> Result<(), SchemaError> {
    let mut required = 0;
    for (name, property) in object.properties_of(*view) {
        if !view.has_str(name) || object.property(view, view.bytes(name)) != Some(property) {
            return Err(SchemaError::Pack { what: "a property that cannot be found" });
        }
        required += u32::from(property.required);
        found.push(property.node);
    }
    if required == object.required_count(view) {
        Ok(())
    } else {
        Err(SchemaError::Pack { what: "a required property that is none" })
    }
}
