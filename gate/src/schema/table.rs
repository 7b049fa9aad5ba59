//! The flat table that all schemas live in: little-endian 32-bit words, used as they are, with no parsing at start.
//! Every access is bounds-checked; what a damaged table does not have reads as zero, which is a node without rules.
//!
//! Layout: a header of [`HEADER_WORDS`] words (magic, format, length, oldest minor version, mask of the versions,
//! ObjectMeta's definition, then offset and length in bytes of each [`Section`]), then the sections. `writer.rs`
//! makes it and `node.rs` tells what a node is.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::SchemaError;
use super::defaults::Defaults;
use crate::yaml::Parsed;

/// `GSCP` in ASCII.
pub(super) const MAGIC: u32 = u32::from_le_bytes(*b"GSCP");
/// Grows whenever the layout changes.
pub(super) const FORMAT: u32 = 2;
/// Fixed words, then two for each section.
pub(super) const FIXED_WORDS: usize = 6;
pub(super) const SECTIONS: usize = 5;
pub(super) const HEADER_WORDS: usize = FIXED_WORDS + 2 * SECTIONS;
/// "No definition": tables that are not the embedded pack have no ObjectMeta of their own.
pub(super) const NONE: u32 = u32::MAX;

/// The parts of a table, in order.
#[derive(Debug, Clone, Copy)]
pub(super) enum Section {
    /// Nodes and lists, addressed by word.
    Nodes,
    /// Definitions that `$ref` names: first variant, number of variants.
    Definitions,
    /// Kinds, sorted by hash: see [`Kind`].
    Kinds,
    /// Pairs of version mask and node.
    Variants,
    /// Where each string starts, and one more for the end; then the strings' bytes.
    Strings,
}

/// A table: the embedded pack, or one made at run time from a CustomResourceDefinition.
#[derive(Debug, Clone)]
pub(super) struct Table {
    bytes: Cow<'static, [u8]>,
    /// The defaults in it, read on first use.
    defaults: Arc<OnceLock<Defaults>>,
}

/// What a kind of the index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub api_version: u32,
    pub kind: u32,
    pub flags: u32,
    pub first_variant: u32,
    pub variants: u32,
}

/// Words of a [`Kind`], its hash before it.
pub(super) const KIND_WORDS: u32 = 6;
/// The kind is a custom resource: unknown fields are pruned, names are DNS subdomains.
pub(super) const KIND_CUSTOM: u32 = 1;
/// The kind lives in a namespace.
pub(super) const KIND_NAMESPACED: u32 = 2;
/// The kind does not live in a namespace. Neither flag: not known.
pub(super) const KIND_CLUSTER: u32 = 4;

/// Where a kind's flags have the minor version that deprecates it; 0 for none. Of a custom resource any other number
/// says that its CustomResourceDefinition deprecates this version of it.
pub(super) const DEPRECATED_SHIFT: u32 = 8;
/// Where a kind's flags have the minor version that removes it; 0 for none.
pub(super) const REMOVED_SHIFT: u32 = 16;

/// A table's sections as slices: cheap to copy, made once for each object.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    header: &'a [u8],
    nodes: &'a [u8],
    definitions: &'a [u8],
    kinds: &'a [u8],
    variants: &'a [u8],
    strings: &'a [u8],
}

impl Table {
    /// Takes the bytes as a table after a look at the header; no further byte is read.
    pub(super) fn open(bytes: Cow<'static, [u8]>) -> Result<Self, SchemaError> {
        let damaged = |what| Err(SchemaError::Pack { what });
        if bytes.len() < HEADER_WORDS * 4 || word(&bytes, 0) != MAGIC {
            return damaged("no header");
        }
        if word(&bytes, 1) != FORMAT {
            return damaged("another format version");
        }
        if word(&bytes, 2) as usize != bytes.len() {
            return damaged("cut short");
        }
        for section in 0..SECTIONS {
            let (start, len) = extent(&bytes, section);
            if start % 4 != 0 || start < HEADER_WORDS * 4 || start.saturating_add(len) > bytes.len() {
                return damaged("a section is out of bounds");
            }
        }
        Ok(Self { bytes, defaults: Arc::default() })
    }

    /// String `id` as the default that it holds.
    pub(super) fn default(&self, id: u32) -> Option<&Parsed> {
        let defaults = self.defaults.get_or_init(Defaults::default);
        defaults.get(id, || self.view().bytes(id))
    }

    /// The sections as slices.
    pub(super) fn view(&self) -> View<'_> {
        let part = |section: Section| {
            let (start, len) = extent(&self.bytes, section as usize);
            self.bytes.get(start..start + len).unwrap_or_default()
        };
        View {
            header: self.bytes.get(..HEADER_WORDS * 4).unwrap_or_default(),
            nodes: part(Section::Nodes),
            definitions: part(Section::Definitions),
            kinds: part(Section::Kinds),
            variants: part(Section::Variants),
            strings: part(Section::Strings),
        }
    }
}

impl<'a> View<'a> {
    /// Word `at` of the nodes.
    #[inline]
    pub(super) fn node_word(&self, at: u32) -> u32 {
        word(self.nodes, at as usize)
    }

    /// Number of words that nodes and lists take.
    pub(super) fn node_words(&self) -> u32 {
        (self.nodes.len() / 4) as u32
    }

    /// The oldest minor version; the one of bit 0 in every mask.
    pub(super) fn oldest_minor(&self) -> u8 {
        u8::try_from(word(self.header, 3)).unwrap_or(u8::MAX)
    }

    /// The versions in the table, bit 0 the oldest.
    pub(super) fn version_mask(&self) -> u32 {
        word(self.header, 4)
    }

    /// Index of ObjectMeta's definition; [`NONE`] if the table has none.
    pub(super) fn object_meta(&self) -> u32 {
        word(self.header, 5)
    }

    /// The bytes of string `id`; empty if there is no such string.
    #[inline]
    pub(super) fn bytes(&self, id: u32) -> &'a [u8] {
        let count = word(self.strings, 0);
        if id >= count {
            return &[];
        }
        let start = word(self.strings, id as usize + 1) as usize;
        let end = word(self.strings, id as usize + 2) as usize;
        self.strings.get(start..end).unwrap_or_default()
    }

    /// String `id`; empty if there is none or it is no UTF-8.
    pub(super) fn str(&self, id: u32) -> &'a str {
        std::str::from_utf8(self.bytes(id)).unwrap_or_default()
    }

    /// True if there is a string `id`, and it is text.
    pub(super) fn has_str(&self, id: u32) -> bool {
        id < word(self.strings, 0) && std::str::from_utf8(self.bytes(id)).is_ok()
    }

    /// The words of the list at `at`: a count, then so many words.
    pub(super) fn list(&self, at: u32) -> impl ExactSizeIterator<Item = u32> + use<'a> {
        let start = (at as usize + 1) * 4;
        let len = self.node_word(at) as usize * 4;
        let bytes = self.nodes.get(start..start.saturating_add(len)).unwrap_or_default();
        bytes.chunks_exact(4).map(|word| word.try_into().map_or(0, u32::from_le_bytes))
    }

    /// Number of definitions.
    pub(super) fn definition_count(&self) -> u32 {
        (self.definitions.len() / 8) as u32
    }

    /// The node of definition `index` in the version whose bit is set in `version`.
    #[inline]
    pub(super) fn definition(&self, index: u32, version: u32) -> Option<u32> {
        let at = index as usize * 2;
        if index >= self.definition_count() {
            return None;
        }
        self.variant(word(self.definitions, at), word(self.definitions, at + 1), version)
    }

    /// The node of the variant whose mask has a bit of `version`.
    #[inline]
    pub(super) fn variant(&self, first: u32, count: u32, version: u32) -> Option<u32> {
        self.variants_of(first, count).find(|(mask, _)| mask & version != 0).map(|(_, node)| node)
    }

    /// Masks and nodes of the variants from `first` on.
    pub(super) fn variants_of(&self, first: u32, count: u32) -> impl Iterator<Item = (u32, u32)> + use<'a> {
        let start = first as usize * 8;
        let bytes = self.variants.get(start..start.saturating_add(count as usize * 8)).unwrap_or_default();
        bytes.chunks_exact(8).map(|pair| (word(pair, 0), word(pair, 1)))
    }

    /// Number of kinds.
    pub(super) fn kind_count(&self) -> u32 {
        (self.kinds.len() / 4) as u32 / KIND_WORDS
    }

    /// Kind `index`, in order of hash.
    pub(super) fn kind(&self, index: u32) -> Kind {
        let at = (index * KIND_WORDS) as usize;
        Kind {
            api_version: word(self.kinds, at + 1),
            kind: word(self.kinds, at + 2),
            flags: word(self.kinds, at + 3),
            first_variant: word(self.kinds, at + 4),
            variants: word(self.kinds, at + 5),
        }
    }

    /// All kinds, in order of hash.
    pub(super) fn kinds(self) -> impl Iterator<Item = Kind> + use<'a> {
        (0..self.kind_count()).map(move |index| self.kind(index))
    }

    /// The kind of this exact `apiVersion` and `kind`.
    pub(super) fn find_kind(&self, api_version: &str, kind: &str) -> Option<Kind> {
        let hash = kind_hash(api_version, kind);
        let (mut low, mut high) = (0, self.kind_count());
        while low < high {
            let middle = low + (high - low) / 2;
            if word(self.kinds, (middle * KIND_WORDS) as usize) < hash {
                low = middle + 1
            } else {
                high = middle
            }
        }
        (low..self.kind_count())
            .take_while(|&index| word(self.kinds, (index * KIND_WORDS) as usize) == hash)
            .map(|index| self.kind(index))
            .find(|found| {
                self.bytes(found.api_version) == api_version.as_bytes()
                    && self.bytes(found.kind) == kind.as_bytes()
            })
    }

    /// The union of the masks of a kind's variants.
    pub(super) fn kind_mask(&self, kind: Kind) -> u32 {
        self.variants_of(kind.first_variant, kind.variants).fold(0, |all, (mask, _)| all | mask)
    }
}

/// The hash that kinds are sorted by: FNV-1a over `apiVersion`, a zero byte and `kind`.
pub(super) fn kind_hash(api_version: &str, kind: &str) -> u32 {
    let bytes = api_version.bytes().chain([0]).chain(kind.bytes());
    bytes.fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The 12-bit hash that an object's properties are sorted by; it looks at no more than 16 bytes.
#[inline]
pub(super) fn key_hash(key: &[u8]) -> u32 {
    let (head, tail) = if let (Some(head), Some(tail)) = (key.first_chunk::<8>(), key.last_chunk::<8>()) {
        (u64::from_le_bytes(*head), u64::from_le_bytes(*tail))
    } else if let (Some(head), Some(tail)) = (key.first_chunk::<4>(), key.last_chunk::<4>()) {
        (u64::from(u32::from_le_bytes(*head)), u64::from(u32::from_le_bytes(*tail)))
    } else {
        (key.iter().fold(0, |all, &byte| all << 8 | u64::from(byte)), 0)
    };
    let mixed = (head ^ tail.rotate_left(23) ^ (key.len() as u64) << 56).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 52) as u32
}

#[inline]
fn word(bytes: &[u8], index: usize) -> u32 {
    match bytes.get(index * 4..index * 4 + 4) {
        Some(word) => word.try_into().map_or(0, u32::from_le_bytes),
        None => 0,
    }
}

fn extent(bytes: &[u8], section: usize) -> (usize, usize) {
    let at = FIXED_WORDS + 2 * section;
    (word(bytes, at) as usize, word(bytes, at + 1) as usize)
}
