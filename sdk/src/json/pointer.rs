//! JSON pointers (RFC 6901): from a value to its pointer, and from a pointer to values.

use super::iter::Place;
use super::{Value, scan};

impl<'d> Value<'d> {
    /// The JSON pointer from the root of its text; empty for the root.
    pub fn pointer(self) -> String {
        let mut pointer = String::new();
        let mut at = self.json.root();
        while at.at() < self.at() {
            let Some(child) = self.step_from(at, &mut pointer) else { break };
            at = child;
        }
        pointer
    }

    /// The child of `parent` that holds this value: the first that does not end before it. Its token goes to
    /// `pointer`.
    fn step_from(self, parent: Self, pointer: &mut String) -> Option<Self> {
        let (json, is_map) = (self.json, parent.is_map());
        let mut place = Place::Start(parent.at() + 1);
        for position in 0.. {
            let at = place.step(json, parent.at(), if is_map { b'}' } else { b']' })?;
            let (key, value) = if is_map {
                let (key, value) = place.entry(json, at)?;
                (Some(key), value)
            } else {
                (None, place.item(json, at)?)
            };
            let end = json.keep(scan::skip_beyond(json.bytes(), value, self.at()))?;
            if end > self.at() {
                match key {
                    Some(key) => push_token(pointer, json.content(key)),
                    None => push_number(pointer, position),
                }
                return Some(Self::new(json, value));
            }
            place = Place::Behind(end);
        }
        None
    }

    /// The value at a JSON pointer relative to this one: `find("/spec/template")`.
    pub fn find(self, pointer: &str) -> Option<Self> {
        let mut value = self;
        let mut rest = pointer.strip_prefix('/');
        while let Some(path) = rest {
            let token;
            (token, rest) = first_token(path);
            value = value.child(token)?;
        }
        Some(value)
    }

    /// The values at a JSON pointer in which `*` stands for every member of a map or item of a list, and `**` for
    /// any number of such steps, also none: `find_all("/spec/**/image")`. In the order of the text, each once. A
    /// key that is itself `*` or `**` cannot be named.
    ///
    /// ```
    /// # fn main() -> Result<(), gate_sdk::json::Error> {
    /// let json = gate_sdk::Json::parse(r#"{"a": [{"image": "x"}, {"b": {"image": "y"}}]}"#)?;
    /// let pointers = |pattern| json.root().find_all(pattern).iter().map(|v| v.pointer()).collect::<Vec<_>>();
    /// assert_eq!(pointers("/a/*/image"), ["/a/0/image"]);
    /// assert_eq!(pointers("/**/image"), ["/a/0/image", "/a/1/b/image"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn find_all(self, pattern: &str) -> Vec<Self> {
        let mut found = vec![self];
        let mut rest = pattern.strip_prefix('/');
        while let Some(path) = rest {
            let token;
            (token, rest) = first_token(path);
            let mut next: Vec<Self> = Vec::new();
            for value in found {
                match token {
                    // What a value before has reached already is below it: the order is that of the text.
                    "**" if next.last().is_some_and(|last| value.at() <= last.at()) => {}
                    "**" => next.extend(value.walk().map(|visit| visit.value)),
                    "*" => next.extend(value.entries().map(|(_, child)| child).chain(value.items())),
                    _ => next.extend(value.child(token)),
                }
            }
            found = next;
            sort(&mut found);
        }
        found
    }

    /// The member or item that a token of a pointer names.
    fn child(self, token: &str) -> Option<Self> {
        if self.is_seq() {
            self.item(token.parse().ok()?)
        } else if token.contains('~') {
            self.get(&unescape(token))
        } else {
            self.get(token)
        }
    }
}

/// Sorts what is nearly sorted already: below nested maps, children of the outer one may come behind those of the inner.
fn sort(values: &mut [Value<'_>]) {
    for end in 1..values.len() {
        let mut at = end;
        while at > 0 && values[at].at() < values[at - 1].at() {
            values.swap(at, at - 1);
            at -= 1;
        }
    }
}

/// The first token of a pointer whose leading slash is gone, and the rest, if there is one.
fn first_token(path: &str) -> (&str, Option<&str>) {
    match path.bytes().position(|byte| byte == b'/') {
        Some(at) => (path.get(..at).unwrap_or(""), path.get(at + 1..)),
        None => (path, None),
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

/// Adds a key to a pointer, escaped.
pub(crate) fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    for part in token.chars() {
        match part {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

fn push_number(pointer: &mut String, number: usize) {
    let start = pointer.len() + 1;
    pointer.push('/');
    let mut rest = number;
    loop {
        pointer.insert(start, char::from(b'0' + (rest % 10) as u8));
        rest /= 10;
        if rest == 0 {
            return;
        }
    }
}
