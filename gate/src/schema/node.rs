//! What one node of a table says. A node is a head word (kind, flags, format) and a body: the words of the flags
//! that are set, in the order of the flags; for an object then its properties: a count word (properties, required
//! ones above them), the keys (12-bit hash above a 20-bit string id) in rising order, their nodes in the same order
//! (the top bit for a required one, the bits below it for its slot), and the positions of the required ones.
//! An object or list that a [`Check`] looks at has the check where other nodes have the format.

use super::check::Check;
pub(super) use super::format::Format;
use super::table::{View, key_hash};

/// What a value has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeKind {
    /// Anything.
    Any,
    /// A mapping, by its properties or by one schema for all values.
    Object,
    /// A list.
    Array,
    /// A string.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A whole number or a string.
    IntOrString,
    /// A resource quantity, as a string or a number.
    Quantity,
    /// A definition of the same table, by its index.
    Reference,
    /// The embedded pack's ObjectMeta, in the version of the check.
    Metadata,
}

impl NodeKind {
    pub(super) const ALL: [Self; 11] = [
        Self::Any,
        Self::Object,
        Self::Array,
        Self::String,
        Self::Integer,
        Self::Number,
        Self::Boolean,
        Self::IntOrString,
        Self::Quantity,
        Self::Reference,
        Self::Metadata,
    ];
}

/// How the nodes of a junctor are joined; numbers of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Junctor {
    /// All of them hold (`allOf`).
    All,
    /// One or more of them hold (`anyOf`).
    Any,
    /// Exactly one of them holds (`oneOf`).
    One,
    /// The only one does not hold (`not`).
    Not,
}

impl Junctor {
    pub(super) const ALL: [Self; 4] = [Self::All, Self::Any, Self::One, Self::Not];
}

/// Flags of a node; those of [`flag::BODY`] have words in the body.
pub(super) mod flag {
    /// The node is part of an alternative: it says nothing of a value of another type, nor of unknown fields.
    pub(crate) const LOOSE: u32 = 1 << 4;
    /// Two words, as the minimum: what a number has to be a multiple of.
    pub(crate) const MULTIPLE: u32 = 1 << 5;
    /// One word: a list of junctors in pairs, each an operator (see `Junctor`) and a list of nodes.
    pub(crate) const JUNCTORS: u32 = 1 << 6;
    /// One word: a string, the JSON of what stands for a value that is absent.
    pub(crate) const DEFAULT: u32 = 1 << 7;
    /// One word: a list of the allowed values' texts.
    pub(crate) const ENUM: u32 = 1 << 8;
    /// One word: a string, the regular expression.
    pub(crate) const PATTERN: u32 = 1 << 9;
    /// Two words: the bits of a 64-bit float.
    pub(crate) const MINIMUM: u32 = 1 << 10;
    /// Two words, as the minimum.
    pub(crate) const MAXIMUM: u32 = 1 << 11;
    /// Two words: least and most code points, items or properties.
    pub(crate) const LENGTHS: u32 = 1 << 12;
    /// One word: a list of CEL rules, four strings each (rule, message, message expression, field path; a `?` before the
    /// path says that `oldSelf` is optional).
    pub(crate) const RULES: u32 = 1 << 13;
    /// One word: the node of items, or of the values of other keys.
    pub(crate) const CHILD: u32 = 1 << 14;
    /// One word: a list of list-map keys, each followed by its default.
    pub(crate) const LIST_KEYS: u32 = 1 << 15;
    /// `null` is a value.
    pub(crate) const NULLABLE: u32 = 1 << 16;
    /// Keys that are not known are kept as they are.
    pub(crate) const OPEN: u32 = 1 << 17;
    /// A whole object of its own: apiVersion, kind and metadata belong to it.
    pub(crate) const EMBEDDED: u32 = 1 << 18;
    /// The minimum itself is not allowed.
    pub(crate) const ABOVE_MINIMUM: u32 = 1 << 19;
    /// The maximum itself is not allowed.
    pub(crate) const BELOW_MAXIMUM: u32 = 1 << 20;
    /// The items are a set.
    pub(crate) const SET: u32 = 1 << 21;
    /// Duplicates in the list are refused by server-side apply only.
    pub(crate) const LENIENT: u32 = 1 << 22;
    /// Of an object: exactly one of its members has to be there (the bit of a list's `SET`).
    pub(crate) const ONE_MEMBER: u32 = 1 << 21;
    /// Of an object: no more than one of its members may be there (the bit of a list's `LENIENT`).
    pub(crate) const MOST_ONE_MEMBER: u32 = 1 << 22;
    /// The fields of the object belong together: what one of them was is not known.
    pub(crate) const ATOMIC: u32 = 1 << 23;
    /// Flags with words in the body.
    pub(crate) const BODY: u32 = MULTIPLE
        | JUNCTORS
        | DEFAULT
        | ENUM
        | PATTERN
        | MINIMUM
        | MAXIMUM
        | LENGTHS
        | RULES
        | CHILD
        | LIST_KEYS;
    /// Flags with two words in the body.
    pub(crate) const WIDE: u32 = MULTIPLE | MINIMUM | MAXIMUM | LENGTHS;
}

/// The bits of the head word that are the kind.
pub(super) const KIND: u32 = 0x0f;
/// Where the format is in the head word.
pub(super) const FORMAT_SHIFT: u32 = 24;
/// Bits of a property's key word that are its string.
pub(super) const NAME_BITS: u32 = 20;
/// The bit of a property's node word that says "required".
pub(super) const REQUIRED: u32 = 1 << 31;
/// Where the slot is in a property's node word; six bits.
pub(super) const SLOT_SHIFT: u32 = 25;
/// The bits of a property's node word that are the node.
pub(super) const NODE_BITS: u32 = (1 << SLOT_SHIFT) - 1;
/// The slot of the status of a built-in kind: the server drops it from what is applied, but decodes it before.
pub(super) const STATUS: u32 = 62;
/// The slot of the members of a union.
pub(super) const MEMBER: u32 = 63;

/// A node, ready to be asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub kind: NodeKind,
    head: u32,
    body: u32,
}

/// A property of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Property {
    /// Position among the object's properties.
    pub position: u32,
    pub node: u32,
    pub required: bool,
    /// Where the checks of the object find the value: 0 for none of them, [`MEMBER`] for a member of a union.
    pub slot: u32,
}

impl Property {
    #[inline]
    fn new(position: u32, word: u32) -> Self {
        let slot = word >> SLOT_SHIFT & 63;
        Self { position, node: word & NODE_BITS, required: word & REQUIRED != 0, slot }
    }
}

impl Node {
    /// The node at word `at`.
    #[inline]
    pub(super) fn read(view: &View<'_>, at: u32) -> Self {
        let at = at & NODE_BITS;
        let head = view.node_word(at);
        let kind = NodeKind::ALL.get((head & KIND) as usize).copied().unwrap_or(NodeKind::Any);
        Self { kind, head, body: at + 1 }
    }

    /// True if `flag` is set.
    #[inline]
    pub(super) fn has(&self, flag: u32) -> bool {
        self.head & flag != 0
    }

    /// The format that is checked.
    #[inline]
    pub(super) fn format(&self) -> Format {
        Format::ALL.get((self.head >> FORMAT_SHIFT) as usize).copied().unwrap_or(Format::None)
    }

    /// The check that looks at the object or list as a whole.
    #[inline]
    pub(super) fn check(&self) -> Check {
        Check::ALL.get((self.head >> FORMAT_SHIFT) as usize).copied().unwrap_or(Check::None)
    }

    /// The first word of `flag`'s part of the body.
    #[inline]
    pub(super) fn part(&self, view: &View<'_>, flag: u32) -> Option<u32> {
        self.has(flag).then(|| view.node_word(self.offset(flag)))
    }

    /// The least and the most code points, items or properties.
    pub(super) fn lengths(&self, view: &View<'_>) -> Option<(u32, u32)> {
        let at = self.offset(flag::LENGTHS);
        self.has(flag::LENGTHS).then(|| (view.node_word(at), view.node_word(at + 1)))
    }

    /// The bound that `flag` (minimum or maximum) gives.
    pub(super) fn bound(&self, view: &View<'_>, flag: u32) -> Option<f64> {
        let at = self.offset(flag);
        let bits = || u64::from(view.node_word(at)) | u64::from(view.node_word(at + 1)) << 32;
        self.has(flag).then(|| f64::from_bits(bits()))
    }

    /// The definition that a reference names.
    #[inline]
    pub(super) fn target(&self, view: &View<'_>) -> u32 {
        view.node_word(self.properties())
    }

    /// The junctors: operators and their nodes.
    pub(super) fn junctors(&self, view: &View<'_>) -> Vec<(Junctor, Vec<u32>)> {
        let words: Vec<u32> =
            self.part(view, flag::JUNCTORS).map(|list| view.list(list).collect()).unwrap_or_default();
        let pairs = words.chunks_exact(2);
        pairs
            .filter_map(|pair| {
                Some((*Junctor::ALL.get(*pair.first()? as usize)?, view.list(*pair.get(1)?).collect()))
            })
            .collect()
    }

    /// The number of properties.
    pub(super) fn property_count(&self, view: &View<'_>) -> u32 {
        view.node_word(self.properties()) & 0xffff
    }

    /// The property named `key`.
    #[inline]
    pub(super) fn property(&self, view: &View<'_>, key: &[u8]) -> Option<Property> {
        let start = self.properties() + 1;
        let count = self.property_count(view);
        let wanted = key_hash(key) << NAME_BITS;
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            if view.node_word(start + middle) < wanted { low = middle + 1 } else { high = middle }
        }
        while low < count {
            let word = view.node_word(start + low);
            if word >> NAME_BITS != wanted >> NAME_BITS {
                return None;
            }
            if view.bytes(word & ((1 << NAME_BITS) - 1)) == key {
                return Some(Property::new(low, view.node_word(start + count + low)));
            }
            low += 1;
        }
        None
    }

    /// Names (as string ids) and nodes of all properties, in the table's order.
    pub(super) fn properties_of<'a>(
        &self,
        view: View<'a>,
    ) -> impl Iterator<Item = (u32, Property)> + use<'a> {
        let start = self.properties() + 1;
        let count = self.property_count(&view);
        (0..count).map(move |position| {
            let name = view.node_word(start + position) & ((1 << NAME_BITS) - 1);
            (name, Property::new(position, view.node_word(start + count + position)))
        })
    }

    /// The number of required properties.
    #[inline]
    pub(super) fn required_count(&self, view: &View<'_>) -> u32 {
        view.node_word(self.properties()) >> 16
    }

    /// Positions and names (as string ids) of the required properties.
    pub(super) fn required<'a>(&self, view: View<'a>) -> impl Iterator<Item = (u32, u32)> + use<'a> {
        let start = self.properties() + 1;
        let count = self.property_count(&view);
        (0..self.required_count(&view)).map(move |index| {
            let position = view.node_word(start + 2 * count + index) & 0xffff;
            (position, view.node_word(start + position) & ((1 << NAME_BITS) - 1))
        })
    }

    #[inline]
    fn offset(&self, flag: u32) -> u32 {
        let before = self.head & flag::BODY & (flag - 1);
        self.body + before.count_ones() + (before & flag::WIDE).count_ones()
    }

    #[inline]
    fn properties(&self) -> u32 {
        self.offset(flag::NULLABLE)
    }
}
