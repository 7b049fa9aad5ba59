//! Makes tables: the embedded pack and, at run time, those of CustomResourceDefinitions. Equal nodes, lists and
//! strings are stored once, and the same calls give the same bytes.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::SchemaError;
use super::check::Check;
use super::node::{
    FORMAT_SHIFT, Format, Junctor, MEMBER, NAME_BITS, NODE_BITS, NodeKind, REQUIRED, SLOT_SHIFT, STATUS, flag,
};
use super::table::{FIXED_WORDS, FORMAT, HEADER_WORDS, MAGIC, NONE, SECTIONS, Table, key_hash, kind_hash};

/// The node without rules; every table begins with it.
pub(super) const ANY: u32 = 0;

/// A node to be written.
#[derive(Debug, Clone)]
pub(super) struct NodeSpec {
    pub kind: NodeKind,
    /// Those flags that have no words in the body.
    pub flags: u32,
    pub format: Format,
    /// JSON of what stands for a value that is absent.
    pub default: Option<String>,
    /// Texts of the allowed values.
    pub values: Option<Vec<String>>,
    pub pattern: Option<String>,
    pub minimum: Option<f64>,
    pub maximum: Option<f64>,
    /// Least and most; [`u32::MAX`] for no upper bound.
    pub lengths: Option<(u32, u32)>,
    /// Rule, message, message expression, field path.
    pub rules: Vec<[String; 4]>,
    /// Node of items, or of the values of other keys.
    pub child: Option<u32>,
    /// List-map keys and what a missing one stands for.
    pub list_keys: Vec<(String, String)>,
    /// Name, node, required.
    pub properties: Vec<(String, u32, bool)>,
    /// Looks at the object or list as a whole.
    pub check: Check,
    /// Properties that are members of a union.
    pub members: Vec<String>,
    /// The definition that a reference names.
    pub target: Option<u32>,
    /// What a number has to be a multiple of.
    pub multiple: Option<f64>,
    /// Nodes that hold together, in the alternative or not at all.
    pub junctors: Vec<(Junctor, Vec<u32>)>,
}

/// Pairs of version mask and node.
type Variants = Vec<(u32, u32)>;

/// A table in the making.
#[derive(Debug, Default)]
pub(super) struct TableWriter {
    nodes: Vec<u32>,
    seen: FxHashMap<Vec<u32>, u32>,
    strings: Vec<String>,
    string_ids: FxHashMap<String, u32>,
    definitions: Vec<Variants>,
    definition_ids: FxHashMap<String, u32>,
    /// Hash, then names and flags, then variants.
    kinds: Vec<(u32, [u32; 3], Variants)>,
}

impl NodeSpec {
    /// A node of `kind` without further rules.
    pub(super) fn new(kind: NodeKind) -> Self {
        Self {
            kind,
            flags: 0,
            format: Format::None,
            default: None,
            values: None,
            pattern: None,
            minimum: None,
            maximum: None,
            lengths: None,
            rules: Vec::new(),
            child: None,
            list_keys: Vec::new(),
            properties: Vec::new(),
            check: Check::None,
            members: Vec::new(),
            target: None,
            multiple: None,
            junctors: Vec::new(),
        }
    }

    fn slot(&self, name: &str) -> u32 {
        if self.members.iter().any(|member| member == name) {
            return MEMBER;
        }
        let has = |wanted: &str| self.properties.iter().any(|(name, ..)| name == wanted);
        if name == "status" && has("metadata") && has("apiVersion") && has("kind") {
            return STATUS;
        }
        let slots = self.check.fields();
        slots.iter().position(|field| *field == name).map_or(0, |at| at as u32 + 1)
    }
}

impl TableWriter {
    /// A table with the one node [`ANY`].
    pub(super) fn new() -> Self {
        let mut writer = Self::default();
        writer.intern(vec![0]);
        writer
    }

    /// The id of a string.
    pub(super) fn string(&mut self, text: &str) -> Result<u32, SchemaError> {
        if let Some(&id) = self.string_ids.get(text) {
            return Ok(id);
        }
        let id = u32::try_from(self.strings.len()).map_err(|_| SchemaError::TooLarge)?;
        if id >> NAME_BITS != 0 {
            return Err(SchemaError::TooLarge);
        }
        self.strings.push(text.to_owned());
        self.string_ids.insert(text.to_owned(), id);
        Ok(id)
    }

    /// The index of the definition `name`, which may get its nodes later.
    pub(super) fn definition(&mut self, name: &str) -> Result<u32, SchemaError> {
        if let Some(&index) = self.definition_ids.get(name) {
            return Ok(index);
        }
        let index = self.definitions.len() as u32;
        self.definitions.push(Vec::new());
        self.definition_ids.insert(name.to_owned(), index);
        Ok(index)
    }

    /// Says that definition `index` is `node` in the versions of `mask`.
    pub(super) fn define(&mut self, index: u32, mask: u32, node: u32) {
        if let Some(variants) = self.definitions.get_mut(index as usize) {
            add_variant(variants, mask, node);
        }
    }

    /// Says that a kind is `node` in the versions of `mask`.
    pub(super) fn kind(
        &mut self,
        (api_version, kind): (&str, &str),
        flags: u32,
        mask: u32,
        node: u32,
    ) -> Result<(), SchemaError> {
        let hash = kind_hash(api_version, kind);
        let names = (self.string(api_version)?, self.string(kind)?);
        let known = self.kinds.iter_mut().find(|(_, [a, k, _], _)| (*a, *k) == names);
        match known {
            Some((_, [_, _, all], variants)) => {
                *all |= flags;
                add_variant(variants, mask, node);
            }
            None => self.kinds.push((hash, [names.0, names.1, flags], vec![(mask, node)])),
        }
        Ok(())
    }

    /// Adds flags to a kind that is there.
    pub(super) fn kind_flags(
        &mut self,
        (api_version, kind): (&str, &str),
        flags: u32,
    ) -> Result<(), SchemaError> {
        let names = (self.string(api_version)?, self.string(kind)?);
        let known = self.kinds.iter_mut().find(|(_, [a, k, _], _)| (*a, *k) == names);
        known.ok_or(SchemaError::TooLarge)?.1[2] |= flags;
        Ok(())
    }

    /// Writes a node, or finds the equal one that is there.
    pub(super) fn node(&mut self, spec: &NodeSpec) -> Result<u32, SchemaError> {
        let mut words = vec![0];
        let mut flags = spec.flags;
        self.scalar_words(spec, &mut flags, &mut words)?;
        self.container_words(spec, &mut flags, &mut words)?;
        if let Some(target) = spec.target {
            words.push(target);
        }
        if spec.kind == NodeKind::Object {
            self.property_words(spec, &mut words)?;
        }
        let is_whole = matches!(spec.kind, NodeKind::Object | NodeKind::Array);
        let form = if is_whole { spec.check as u32 } else { spec.format as u32 };
        words[0] = spec.kind as u32 | flags | form << FORMAT_SHIFT;
        Ok(self.intern(words))
    }

    /// The finished bytes. `oldest` is the minor version of bit 0; `mask` has a bit for every version;
    /// `object_meta` names ObjectMeta's definition.
    pub(super) fn finish(
        mut self,
        oldest: u8,
        mask: u32,
        object_meta: Option<&str>,
    ) -> Result<Vec<u8>, SchemaError> {
        let object_meta = object_meta.and_then(|name| self.definition_ids.get(name)).copied().unwrap_or(NONE);
        self.kinds.sort();
        let mut variants = Vec::new();
        let mut definitions = Vec::new();
        for of in &self.definitions {
            definitions.extend([variants.len() as u32 / 2, of.len() as u32]);
            variants.extend(of.iter().flat_map(|&(mask, node)| [mask, node]));
        }
        let mut kinds = Vec::new();
        for (hash, names, of) in &self.kinds {
            kinds.push(*hash);
            kinds.extend(names);
            kinds.extend([variants.len() as u32 / 2, of.len() as u32]);
            variants.extend(of.iter().flat_map(|&(mask, node)| [mask, node]));
        }
        let parts = [bytes_of(&self.nodes), bytes_of(&definitions), bytes_of(&kinds), bytes_of(&variants)];
        let [nodes, definitions, kinds, variants] = parts;
        let parts = [nodes, definitions, kinds, variants, string_bytes(&self.strings)?];
        assemble([MAGIC, FORMAT, 0, u32::from(oldest), mask, object_meta], &parts)
    }

    /// As [`Self::finish`], for a table of one CustomResourceDefinition that holds for every version.
    pub(super) fn finish_table(self) -> Result<Table, SchemaError> {
        Table::open(Cow::Owned(self.finish(0, 0, None)?))
    }

    fn scalar_words(
        &mut self,
        spec: &NodeSpec,
        flags: &mut u32,
        words: &mut Vec<u32>,
    ) -> Result<(), SchemaError> {
        if let Some(multiple) = spec.multiple {
            *flags |= flag::MULTIPLE;
            let bits = multiple.to_bits();
            words.extend([bits as u32, (bits >> 32) as u32]);
        }
        if !spec.junctors.is_empty() {
            let mut pairs = Vec::new();
            for (junctor, nodes) in &spec.junctors {
                pairs.extend([*junctor as u32, self.list(nodes)]);
            }
            *flags |= flag::JUNCTORS;
            words.push(self.list(&pairs));
        }
        if let Some(default) = &spec.default {
            *flags |= flag::DEFAULT;
            words.push(self.string(default)?);
        }
        if let Some(values) = &spec.values {
            let ids = values.iter().map(|value| self.string(value)).collect::<Result<Vec<_>, _>>()?;
            *flags |= flag::ENUM;
            words.push(self.list(&ids));
        }
        if let Some(pattern) = &spec.pattern {
            *flags |= flag::PATTERN;
            words.push(self.string(pattern)?);
        }
        for (bound, bit) in [(spec.minimum, flag::MINIMUM), (spec.maximum, flag::MAXIMUM)] {
            if let Some(bound) = bound {
                *flags |= bit;
                let bits = bound.to_bits();
                words.extend([bits as u32, (bits >> 32) as u32]);
            }
        }
        if let Some((least, most)) = spec.lengths {
            *flags |= flag::LENGTHS;
            words.extend([least, most]);
        }
        Ok(())
    }

    fn container_words(
        &mut self,
        spec: &NodeSpec,
        flags: &mut u32,
        words: &mut Vec<u32>,
    ) -> Result<(), SchemaError> {
        if !spec.rules.is_empty() {
            let texts = spec.rules.iter().flatten();
            let ids = texts.map(|text| self.string(text)).collect::<Result<Vec<_>, _>>()?;
            *flags |= flag::RULES;
            words.push(self.list(&ids));
        }
        if let Some(child) = spec.child {
            *flags |= flag::CHILD;
            words.push(child);
        }
        if !spec.list_keys.is_empty() {
            let mut ids = Vec::new();
            for (key, default) in &spec.list_keys {
                ids.extend([self.string(key)?, self.string(default)?]);
            }
            *flags |= flag::LIST_KEYS;
            words.push(self.list(&ids));
        }
        Ok(())
    }

    fn property_words(&mut self, spec: &NodeSpec, words: &mut Vec<u32>) -> Result<(), SchemaError> {
        let mut entries = Vec::new();
        for (name, node, required) in &spec.properties {
            let key = key_hash(name.as_bytes()) << NAME_BITS | self.string(name)?;
            let slot = spec.slot(name) << SLOT_SHIFT;
            if *node > NODE_BITS {
                return Err(SchemaError::TooLarge);
            }
            entries.push((key, node | slot | if *required { REQUIRED } else { 0 }));
        }
        entries.sort_unstable();
        entries.dedup_by_key(|(key, _)| *key);
        let required: Vec<u32> =
            (0..).zip(&entries).filter(|(_, (_, node))| node & REQUIRED != 0).map(|(at, _)| at).collect();
        if entries.len() > 0xffff {
            return Err(SchemaError::TooLarge);
        }
        words.push(entries.len() as u32 | (required.len() as u32) << 16);
        words.extend(entries.iter().map(|(key, _)| key));
        words.extend(entries.iter().map(|(_, node)| node));
        words.extend(required);
        Ok(())
    }

    fn list(&mut self, items: &[u32]) -> u32 {
        let words = std::iter::once(items.len() as u32).chain(items.iter().copied()).collect();
        self.intern(words)
    }

    fn intern(&mut self, words: Vec<u32>) -> u32 {
        if let Some(&at) = self.seen.get(&words) {
            return at;
        }
        let at = self.nodes.len() as u32;
        self.nodes.extend(&words);
        self.seen.insert(words, at);
        at
    }
}

fn add_variant(variants: &mut Variants, mask: u32, node: u32) {
    match variants.iter_mut().find(|(_, known)| *known == node) {
        Some((all, _)) => *all |= mask,
        None => variants.push((mask, node)),
    }
}

fn bytes_of(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// Count, where each string starts, where the last one ends; then the bytes. Offsets count from the section.
fn string_bytes(strings: &[String]) -> Result<Vec<u8>, SchemaError> {
    let mut words = vec![strings.len() as u32];
    let mut at = (strings.len() + 2) * 4;
    for text in strings {
        words.push(u32::try_from(at).map_err(|_| SchemaError::TooLarge)?);
        at += text.len();
    }
    words.push(u32::try_from(at).map_err(|_| SchemaError::TooLarge)?);
    let mut bytes = bytes_of(&words);
    bytes.extend(strings.iter().flat_map(|text| text.bytes()));
    Ok(bytes)
}

fn assemble(mut header: [u32; FIXED_WORDS], parts: &[Vec<u8>; SECTIONS]) -> Result<Vec<u8>, SchemaError> {
    let mut extents = Vec::new();
    let mut at = HEADER_WORDS * 4;
    for part in parts {
        extents.extend([at, part.len()]);
        at += part.len().next_multiple_of(4);
    }
    header[2] = u32::try_from(at).map_err(|_| SchemaError::TooLarge)?;
    let mut bytes = bytes_of(&header);
    bytes.extend(extents.iter().flat_map(|&word| (word as u32).to_le_bytes()));
    for part in parts {
        bytes.extend(part);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    Ok(bytes)
}
