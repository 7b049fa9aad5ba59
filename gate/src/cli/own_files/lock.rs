//! The lock file of schemas in a change: what it locks otherwise, and whether it can be read.

use crate::cli::error::CliError;
use crate::config::{LOCK_NAME, MAX_LOCK_BYTES, SchemaLock};
use crate::git::{Content, Snapshot};
use crate::model::Effect;

/// The lock file of one side; the inner error is what is wrong with it.
fn read(tree: &Snapshot) -> Result<Result<SchemaLock, String>, CliError> {
    let Some(entry) = tree.entry(LOCK_NAME.as_bytes())? else { return Ok(Ok(SchemaLock::default())) };
    Ok(match tree.read(&entry, MAX_LOCK_BYTES)? {
        Content::Bytes(bytes) => SchemaLock::parse(&bytes),
        _ => Err(format!("{LOCK_NAME} of the change is no text file of at most {MAX_LOCK_BYTES} bytes")),
    })
}

/// What the lock file of `head` changes; the inner error is what is wrong with it. That of the base has been read before, if
/// anything depends on it.
pub(super) fn effects(base: &Snapshot, head: &Snapshot) -> Result<Result<Vec<Effect>, String>, CliError> {
    let before = read(base)?.unwrap_or_default();
    let after = match read(head)? {
        Ok(after) => after,
        Err(why) => return Ok(Err(why)),
    };
    let effect = |(url, old, new): (String, Option<String>, Option<String>)| {
        Effect::new(&format!("schema at {url}"), old.as_deref(), new.as_deref(), true)
    };
    Ok(Ok(before.changes(&after).into_iter().map(effect).collect()))
}
