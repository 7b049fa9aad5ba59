//! Whether two values are the same JSON.

use super::{Kind, Value};

impl Value<'_> {
    /// True if both are the same JSON: maps in any order, numbers as written. Nested deeper than 100 levels,
    /// maps are the same only in the same order.
    pub fn same_as(self, other: Value<'_>) -> bool {
        same(self, other, 100)
    }
}

fn same(a: Value<'_>, b: Value<'_>, depth: u32) -> bool {
    let kind = a.kind();
    if kind != b.kind() {
        return false;
    }
    match kind {
        Kind::Map | Kind::Seq => {
            let (left, right) = (a.raw(), b.raw());
            // What is written in the same way is the same; most of what a change leaves alone is.
            if left == right {
                !left.is_empty()
            } else if depth == 0 {
                same_order(a, b)
            } else if kind == Kind::Map {
                same_map(a, b, depth - 1)
            } else {
                same_list(a, b, depth - 1)
            }
        }
        Kind::Null => true,
        Kind::Bool | Kind::Number | Kind::Str => a.as_text() == b.as_text(),
    }
}

fn same_map(a: Value<'_>, b: Value<'_>, depth: u32) -> bool {
    let mut others = b.entries();
    let mut count = 0_usize;
    for (key, value) in a.entries() {
        // Most maps have the same order: then no key has to be looked for.
        let other = match others.next() {
            Some((name, other)) if name == key => Some(other),
            _ => b.get(key),
        };
        if !other.is_some_and(|other| same(value, other, depth)) {
            return false;
        }
        count += 1;
    }
    count == b.entries().count()
}

fn same_list(a: Value<'_>, b: Value<'_>, depth: u32) -> bool {
    let (mut left, mut right) = (a.items(), b.items());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if same(a, b, depth) => {}
            _ => return false,
        }
    }
}

/// Compares in the order as written, at any depth. The places of the parents are compared by their number.
fn same_order(a: Value<'_>, b: Value<'_>) -> bool {
    let (mut left, mut right) = (a.walk(), b.walk());
    // Parents of the values on the way, by offset: the n-th of one side belongs to the n-th of the other.
    let mut parents: Vec<(usize, usize)> = Vec::new();
    loop {
        let (a, b) = match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) => (a, b),
            _ => return false,
        };
        let (Some(x), Some(y)) = (a.parent.map(Value::at), b.parent.map(Value::at)) else {
            parents.push((a.value.at(), b.value.at()));
            continue;
        };
        while parents.last().is_some_and(|(left, _)| *left > x) {
            parents.pop();
        }
        let keys = (a.key.filter(|_| !a.is_item), b.key.filter(|_| !b.is_item));
        if parents.last() != Some(&(x, y))
            || keys.0 != keys.1
            || a.value.kind() != b.value.kind()
            || a.value.as_text() != b.value.as_text()
        {
            return false;
        }
        if matches!(a.value.kind(), Kind::Map | Kind::Seq) {
            parents.push((a.value.at(), b.value.at()));
        }
    }
}
