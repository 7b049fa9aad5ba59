//! Handles to the values of a parsed text, with typed reads, walks and their own JSON pointer.

use super::{Error, Json, Kind, Node, Origin};

/// One value of a document. Cheap to copy; knows its own place.
#[derive(Clone, Copy)]
pub struct Value<'d> {
    json: &'d Json,
    index: u32,
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Value(")?;
        f.write_str(&self.pointer())?;
        f.write_str(")")
    }
}

impl<'d> Value<'d> {
    pub(super) fn new(json: &'d Json, index: u32) -> Self {
        Self { json, index }
    }

    fn node(self) -> Node {
        self.json.node(self.index)
    }

    fn sibling(self, index: u32) -> Self {
        Self { json: self.json, index }
    }

    /// What the value is.
    pub fn kind(self) -> Kind {
        self.node().kind
    }

    /// True for `null`.
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// True for an object.
    pub fn is_map(self) -> bool {
        self.kind() == Kind::Map
    }

    /// True for an array.
    pub fn is_seq(self) -> bool {
        self.kind() == Kind::Seq
    }

    /// The string, decoded; none for every other kind.
    pub fn as_str(self) -> Option<&'d str> {
        (self.kind() == Kind::Str).then(|| self.json.content(self.node()))
    }

    /// The string, or a number or boolean as it is written; none for `null`, maps and lists.
    pub fn as_text(self) -> Option<&'d str> {
        match self.kind() {
            Kind::Str | Kind::Number | Kind::Bool => Some(self.json.content(self.node())),
            Kind::Null | Kind::Map | Kind::Seq => None,
        }
    }

    /// The boolean.
    pub fn as_bool(self) -> Option<bool> {
        (self.kind() == Kind::Bool).then(|| self.json.content(self.node()) == "true")
    }

    /// The number, if it is an integer that fits.
    pub fn as_i64(self) -> Option<i64> {
        if self.kind() == Kind::Number { self.json.content(self.node()).parse().ok() } else { None }
    }

    /// The number as it is written: `1`, `1.5`, `1e3`.
    pub fn as_number(self) -> Option<&'d str> {
        (self.kind() == Kind::Number).then(|| self.json.content(self.node()))
    }

    /// The member of a map; none if this is no map or has no such key.
    pub fn get(self, key: &str) -> Option<Self> {
        self.entries().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// The item of a list, 0-based.
    pub fn item(self, index: usize) -> Option<Self> {
        self.items().nth(index)
    }

    /// The value at a JSON pointer (RFC 6901) relative to this one: `find("/spec/template")`.
    pub fn find(self, pointer: &str) -> Option<Self> {
        let mut value = self;
        for token in pointer.split('/').skip(1) {
            value = match value.kind() {
                Kind::Seq => value.item(token.parse().ok()?)?,
                _ if token.contains('~') => value.get(&unescape(token))?,
                _ => value.get(token)?,
            };
        }
        Some(value)
    }

    /// Short for `get(key)` and [`Value::as_str`].
    pub fn str_at(self, key: &str) -> Option<&'d str> {
        self.get(key)?.as_str()
    }

    /// Keys and values of a map, in the order as written; nothing for other kinds.
    pub fn entries(self) -> Entries<'d> {
        let (at, end) = self.children(Kind::Map);
        Entries { json: self.json, at, end }
    }

    /// Items of a list; nothing for other kinds.
    pub fn items(self) -> Items<'d> {
        let (at, end) = self.children(Kind::Seq);
        Items { json: self.json, at, end }
    }

    fn children(self, kind: Kind) -> (u32, u32) {
        let node = self.node();
        if node.kind == kind { (self.index + 1, node.next) } else { (0, 0) }
    }

    /// This value and everything below it, parents first, without recursion.
    pub fn walk(self) -> Walk<'d> {
        Walk { json: self.json, at: self.index, end: self.node().next, open: Vec::new() }
    }

    /// The JSON pointer (RFC 6901) from the root of its text; empty for the root.
    pub fn pointer(self) -> String {
        let mut pointer = String::new();
        let mut at = self.json.root();
        while at.index != self.index {
            let Some(child) = self.step_from(at, &mut pointer) else { break };
            at = child;
        }
        pointer
    }

    /// The child of `parent` that holds this value; its token is added to `pointer`.
    fn step_from(self, parent: Self, pointer: &mut String) -> Option<Self> {
        let holds = |child: &Self| child.index <= self.index && self.index < child.node().next;
        if parent.is_map() {
            let (key, child) = parent.entries().find(|(_, child)| holds(child))?;
            push_token(pointer, key);
            return Some(child);
        }
        let (position, child) = parent.items().enumerate().find(|(_, child)| holds(child))?;
        push_token(pointer, &position.to_string());
        Some(child)
    }

    /// What a finding on this value names: the document's number and the pointer, if one resolves there.
    pub(crate) fn place(self) -> (u32, Option<String>) {
        match &self.json.origin {
            Origin::Object { document } => (*document, Some(self.pointer())),
            Origin::Inside { document, place } => (*document, place.clone()),
        }
    }

    /// Reads a string that holds JSON itself (`last-applied-configuration`). Findings on what is inside are
    /// reported at this value.
    ///
    /// # Errors
    /// This is no string, or the string is no JSON.
    pub fn embedded(self) -> Result<Json, Error> {
        let text = self.as_str().ok_or(Error { offset: 0, message: "not a string" })?;
        let (document, place) = self.place();
        Json::with_origin(text.to_owned(), Origin::Inside { document, place })
    }

    /// True if both are the same JSON: maps in any order, numbers as written. Nested deeper than 100 levels,
    /// maps are the same only in the same order.
    pub fn same_as(self, other: Value<'_>) -> bool {
        same(self, other, 100)
    }

    fn same_tape(self, other: Value<'_>) -> bool {
        let len = self.node().next.saturating_sub(self.index);
        len == other.node().next.saturating_sub(other.index)
            && (0..len).all(|offset| {
                let (a, b) = (self.sibling(self.index + offset), other.sibling(other.index + offset));
                a.kind() == b.kind()
                    && a.node().next.saturating_sub(a.index) == b.node().next.saturating_sub(b.index)
                    && a.as_text() == b.as_text()
            })
    }
}

fn same(a: Value<'_>, b: Value<'_>, depth: u32) -> bool {
    if a.kind() != b.kind() {
        return false;
    }
    if a.same_tape(b) {
        return true;
    }
    if depth == 0 {
        return false;
    }
    match a.kind() {
        Kind::Map => {
            a.entries().count() == b.entries().count()
                && a.entries().all(|(key, x)| b.get(key).is_some_and(|y| same(x, y, depth - 1)))
        }
        Kind::Seq => {
            a.items().count() == b.items().count()
                && a.items().zip(b.items()).all(|(x, y)| same(x, y, depth - 1))
        }
        _ => false,
    }
}

fn unescape(token: &str) -> String {
    let mut text = String::with_capacity(token.len());
    let mut chars = token.chars();
    while let Some(c) = chars.next() {
        text.push(match c {
            '~' if chars.next() == Some('1') => '/',
            other => other,
        });
    }
    text
}

fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    for part in token.chars() {
        match part {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// Keys and values of a map.
#[derive(Debug, Clone)]
pub struct Entries<'d> {
    json: &'d Json,
    at: u32,
    end: u32,
}

impl<'d> Iterator for Entries<'d> {
    type Item = (&'d str, Value<'d>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let key = self.json.content(self.json.node(self.at));
        let value = Value::new(self.json, self.at + 1);
        self.at = value.node().next;
        Some((key, value))
    }
}

/// Items of a list.
#[derive(Debug, Clone)]
pub struct Items<'d> {
    json: &'d Json,
    at: u32,
    end: u32,
}

impl<'d> Iterator for Items<'d> {
    type Item = Value<'d>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let value = Value::new(self.json, self.at);
        self.at = value.node().next;
        Some(value)
    }
}

/// One stop of a [`Walk`].
#[derive(Debug, Clone, Copy)]
pub struct Visit<'d> {
    /// The key under which the value stands; for an item, the key under which its list stands.
    pub key: Option<&'d str>,
    /// The value.
    pub value: Value<'d>,
    /// True for an item of a list.
    pub is_item: bool,
}

/// A value and everything below it, parents first.
#[derive(Debug, Clone)]
pub struct Walk<'d> {
    json: &'d Json,
    at: u32,
    end: u32,
    /// The containers around `at`: kind, end, and the key that they stand under.
    open: Vec<(Kind, u32, Option<&'d str>)>,
}

impl<'d> Walk<'d> {
    /// Leaves out everything below the value that was visited last.
    pub fn skip_children(&mut self) {
        if let Some((_, end, _)) = self.open.last()
            && self.json.nodes.get(self.at.saturating_sub(1) as usize).is_some_and(|node| node.next == *end)
        {
            self.at = *end;
        }
    }
}

impl<'d> Iterator for Walk<'d> {
    type Item = Visit<'d>;

    fn next(&mut self) -> Option<Visit<'d>> {
        if self.at >= self.end {
            return None;
        }
        while self.open.last().is_some_and(|(_, end, _)| *end <= self.at) {
            self.open.pop();
        }
        let parent = self.open.last().copied();
        let mut key = parent.and_then(|(_, _, key)| key);
        let is_item = matches!(parent, Some((Kind::Seq, ..)));
        if matches!(parent, Some((Kind::Map, ..))) {
            key = Some(self.json.content(self.json.node(self.at)));
            self.at += 1;
        }
        let value = Value::new(self.json, self.at);
        let node = value.node();
        self.at += 1;
        if matches!(node.kind, Kind::Map | Kind::Seq) && node.next > self.at {
            self.open.push((node.kind, node.next, key));
        }
        Some(Visit { key, value, is_item })
    }
}
