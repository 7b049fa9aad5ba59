//! The edits on values: what has to come out.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{Edit, Refusal};

/// Makes `edit` on `root`.
pub(super) fn apply(root: &mut Value, edit: &Edit) -> Result<(), Refusal> {
    match edit {
        Edit::Replace(pointer, value) => *found(root, pointer)? = value.clone(),
        Edit::Add(pointer, value) => add(root, pointer, value.clone())?,
        Edit::Set(pointer, value) => set(root, pointer, value.clone())?,
        Edit::Remove(pointer) => remove(root, pointer)?,
        Edit::Rename(pointer, key) => rename(root, pointer, key)?,
        Edit::Test(pointer, value) => {
            if found(root, pointer)? != value {
                return Err(Refusal::new("what it is for is not there any more"));
            }
        }
    }
    Ok(())
}

/// A word of a pointer as the key that it means.
pub(super) fn unescape(token: &str) -> Cow<'_, str> {
    match token.contains('~') {
        true => Cow::Owned(token.replace("~1", "/").replace("~0", "~")),
        false => Cow::Borrowed(token),
    }
}

fn nowhere() -> Refusal {
    Refusal::new("its place is not there")
}

fn found<'v>(root: &'v mut Value, pointer: &str) -> Result<&'v mut Value, Refusal> {
    root.pointer_mut(pointer).ok_or_else(nowhere)
}

fn split<'v, 'p>(root: &'v mut Value, pointer: &'p str) -> Result<(&'v mut Value, Cow<'p, str>), Refusal> {
    let (above, token) = pointer.rsplit_once('/').ok_or_else(nowhere)?;
    Ok((found(root, above)?, unescape(token)))
}

fn add(root: &mut Value, pointer: &str, value: Value) -> Result<(), Refusal> {
    let (parent, token) = split(root, pointer)?;
    match parent {
        Value::Object(map) => {
            map.insert(token.into_owned(), value);
        }
        Value::Array(list) => {
            let at = if token == "-" { list.len() } else { position(&token).ok_or_else(nowhere)? };
            if at > list.len() {
                return Err(nowhere());
            }
            list.insert(at, value);
        }
        _ => return Err(nowhere()),
    }
    Ok(())
}

fn set(root: &mut Value, pointer: &str, value: Value) -> Result<(), Refusal> {
    let (above, _) = pointer.rsplit_once('/').ok_or_else(nowhere)?;
    if root.pointer(above).is_none() {
        set(root, above, Value::Object(Map::new()))?;
    }
    add(root, pointer, value)
}

fn remove(root: &mut Value, pointer: &str) -> Result<(), Refusal> {
    let (parent, token) = split(root, pointer)?;
    let removed = match parent {
        Value::Object(map) => map.remove(&*token).is_some(),
        Value::Array(list) => match position(&token).filter(|&at| at < list.len()) {
            Some(at) => {
                list.remove(at);
                true
            }
            None => false,
        },
        _ => false,
    };
    if removed { Ok(()) } else { Err(nowhere()) }
}

fn rename(root: &mut Value, pointer: &str, key: &str) -> Result<(), Refusal> {
    let (parent, token) = split(root, pointer)?;
    let map = parent.as_object_mut().ok_or_else(nowhere)?;
    if map.contains_key(key) {
        return Err(Refusal::new("the field that is meant is there already"));
    }
    let value = map.remove(&*token).ok_or_else(nowhere)?;
    map.insert(key.to_owned(), value);
    Ok(())
}

/// A position in a list as RFC 6901 writes it.
pub(super) fn position(token: &str) -> Option<usize> {
    let plain = token.bytes().all(|b| b.is_ascii_digit()) && (token.len() == 1 || !token.starts_with('0'));
    plain.then(|| token.parse().ok()).flatten()
}
