//! What must hold for any edit of any bytes; the body of a fuzz target and of property tests.

use serde_json::{Value, json};

use super::{Edit, Place, apply};
use crate::text::ByteSpan;
use crate::yaml::{Limits, NodeId, Parsed, parse};

/// Makes an edit that `choice` chooses on `bytes`, and checks what came of it. True if the edit was made.
///
/// # Panics
/// If another value than the one concerned differs, or another byte than those around it.
pub fn fuzz(bytes: &[u8], choice: u64) -> bool {
    let parsed = parse(bytes.to_vec(), &Limits::default());
    let Some((document, edit, node)) = chosen(&parsed, choice) else { return false };
    let place = Place { document, root: "" };
    let Ok(made) = apply(bytes, place, std::slice::from_ref(&edit)) else { return false };
    let after = parse(made.clone(), &Limits::default());
    assert_eq!(after.documents.len(), parsed.documents.len(), "{edit:?}");
    for (old, new) in parsed.documents.iter().zip(&after.documents) {
        let (mut old_value, new_value) = (value(&parsed, old.root), value(&after, new.root));
        if old.index == document {
            expect(&mut old_value, &edit);
        }
        assert_eq!(old_value, new_value, "{edit:?}");
    }
    check_bytes(bytes, &made, &edit, around(&parsed, node, &edit));
    true
}

/// A document, an edit of it, and the node that it is about.
fn chosen(parsed: &Parsed, choice: u64) -> Option<(u32, Edit, NodeId)> {
    let pick = |salt: u64, count: usize| {
        let mixed = (choice ^ salt).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
        usize::try_from(mixed).unwrap_or_default().checked_rem(count)
    };
    let document = parsed.documents.get(pick(1, parsed.documents.len())?)?;
    let tape = &parsed.tape;
    let nodes = tape.next(document.root).0 - document.root.0;
    let node = NodeId(document.root.0 + u32::try_from(pick(2, nodes as usize)?).ok()?);
    let pointer = tape.path_to(document.root, node)?;
    let values =
        [json!("text"), json!("80"), json!(80), json!(true), json!("a 'b': \"c\"\n"), json!({"a": [1]})];
    let value = values.get(pick(3, values.len())?)?.clone();
    let key = ["name", "yes", "a b", "x/y~z"].get(pick(4, 4)?).copied()?;
    let below = |token: &str| format!("{pointer}/{token}");
    let edit = match pick(5, 6)? {
        0 => Edit::Replace(pointer, value),
        1 => Edit::Rename(pointer, key.to_owned()),
        2 => Edit::Remove(pointer),
        3 => Edit::Add(below("new"), value),
        4 => Edit::Add(below("-"), value),
        _ => Edit::Set(below("new/inner"), value),
    };
    // What a key points at is its value.
    Some((document.index, edit.clone(), tape.pointer(document.root, target(&edit)?)?))
}

/// The pointer of the node that is there before the edit.
fn target(edit: &Edit) -> Option<&str> {
    match edit {
        Edit::Replace(pointer, _)
        | Edit::Rename(pointer, _)
        | Edit::Remove(pointer)
        | Edit::Test(pointer, _) => Some(pointer),
        Edit::Add(pointer, _) => pointer.rsplit_once('/').map(|(above, _)| above),
        Edit::Set(pointer, _) => pointer.strip_suffix("/new/inner"),
    }
}

fn value(parsed: &Parsed, root: NodeId) -> Value {
    let mut json = String::new();
    parsed.tape.write_json(root, &mut json);
    serde_json::from_str(&json).unwrap_or(Value::Null)
}

/// The edit on a value, said again in other words than those of `model`.
fn expect(root: &mut Value, edit: &Edit) {
    let parent =
        |pointer: &str| pointer.rsplit_once('/').map(|(above, last)| (above.to_owned(), last.to_owned()));
    let unescape = |token: &str| token.replace("~1", "/").replace("~0", "~");
    match edit {
        Edit::Test(..) => {}
        Edit::Replace(pointer, value) => {
            root.pointer_mut(pointer).into_iter().for_each(|v| *v = value.clone())
        }
        Edit::Set(pointer, value) => {
            let above = pointer.strip_suffix("/new/inner").unwrap_or_default();
            if let Some(map) = root.pointer_mut(above) {
                map["new"]["inner"] = value.clone();
            }
        }
        Edit::Add(pointer, value) => {
            let Some((above, _)) = parent(pointer) else { return };
            match root.pointer_mut(&above) {
                Some(Value::Array(list)) => list.push(value.clone()),
                Some(Value::Object(map)) => {
                    map.insert(pointer.rsplit('/').next().map(unescape).unwrap_or_default(), value.clone());
                }
                _ => {}
            }
        }
        Edit::Remove(pointer) | Edit::Rename(pointer, _) => {
            let Some((above, last)) = parent(pointer) else { return };
            let gone = match root.pointer_mut(&above) {
                Some(Value::Array(list)) => last.parse().ok().map(|at: usize| list.remove(at)),
                Some(Value::Object(map)) => map.remove(&unescape(&last)),
                _ => None,
            };
            if let (Edit::Rename(_, key), Some(gone)) = (edit, gone)
                && let Some(Value::Object(map)) = root.pointer_mut(&above)
            {
                map.insert(key.clone(), gone);
            }
        }
    }
}

/// The bytes that the edit may touch: the node, or the mapping or list around it, to the ends of its lines.
fn around(parsed: &Parsed, node: NodeId, edit: &Edit) -> ByteSpan {
    let tape = &parsed.tape;
    match edit {
        Edit::Replace(..) => tape.span(node),
        Edit::Rename(..) => tape.key_span(node).unwrap_or_default(),
        _ => ByteSpan::new(0, u32::try_from(tape.source().len()).unwrap_or(u32::MAX)),
    }
}

/// Outside of `touched` all bytes are the same; an insertion keeps all of them, a removal adds a pair of brackets at most.
fn check_bytes(old: &[u8], new: &[u8], edit: &Edit, touched: ByteSpan) {
    let (before, after) = (touched.start as usize, old.len() - touched.end as usize);
    assert_eq!(old.get(..before), new.get(..before), "{edit:?}: what stands before it differs");
    let tail = new.len().checked_sub(after).and_then(|at| new.get(at..));
    assert_eq!(old.get(touched.end as usize..), tail, "{edit:?}: what stands behind it differs");
    let same = |mut pairs: Box<dyn Iterator<Item = (&u8, &u8)> + '_>| {
        let mut count = 0;
        while pairs.next().is_some_and(|(a, b)| a == b) {
            count += 1;
        }
        count
    };
    let kept = same(Box::new(old.iter().zip(new))) + same(Box::new(old.iter().rev().zip(new.iter().rev())));
    match edit {
        // Of a value that is there already the whole is replaced.
        Edit::Add(pointer, _) if !pointer.ends_with("/new") => {
            assert!(kept >= old.len(), "{edit:?}: bytes are lost")
        }
        Edit::Remove(_) => assert!(kept + 3 >= new.len(), "{edit:?}: bytes are new"),
        _ => {}
    }
}
