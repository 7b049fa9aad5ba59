//! JSON patches (RFC 6902) as edits. What cannot be written without guessing, `copy` and a `move` to another mapping, is
//! refused.

use serde_json::Value;

use super::{Edit, Refusal};

/// The edits that `patch`, a JSON array of operations, asks for.
///
/// # Errors
/// It is no JSON patch, or it has an operation that is not known here.
pub fn json_patch(patch: &str) -> Result<Vec<Edit>, Refusal> {
    let operations: Vec<Value> =
        serde_json::from_str(patch).map_err(|_| Refusal::new("it is no JSON patch"))?;
    operations.iter().map(edit).collect()
}

fn edit(operation: &Value) -> Result<Edit, Refusal> {
    let word = |name: &str| {
        let text = operation.get(name).and_then(Value::as_str).map(str::to_owned);
        text.ok_or_else(|| Refusal::new(format!("an operation of it has no `{name}`")))
    };
    let value = || {
        let value = operation.get("value").cloned();
        value.ok_or_else(|| Refusal::new("an operation of it has no `value`"))
    };
    let path = word("path")?;
    match word("op")?.as_str() {
        "replace" => Ok(Edit::Replace(path, value()?)),
        "add" => Ok(Edit::Add(path, value()?)),
        "remove" => Ok(Edit::Remove(path)),
        "test" => Ok(Edit::Test(path, value()?)),
        "move" => renaming(&word("from")?, &path),
        _ => Err(Refusal::new("it has an operation that `gate fix` does not make")),
    }
}

fn renaming(from: &str, path: &str) -> Result<Edit, Refusal> {
    match (from.rsplit_once('/'), path.rsplit_once('/')) {
        (Some((above, _)), Some((same, key))) if above == same => {
            Ok(Edit::Rename(from.to_owned(), super::model::unescape(key).into_owned()))
        }
        _ => Err(Refusal::new("it moves something to another place, which `gate fix` does not do")),
    }
}
