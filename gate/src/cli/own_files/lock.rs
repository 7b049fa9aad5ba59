//! Schemas of the gate itself in a change: what the lock file locks otherwise, whether it can be read, and which JSON Schemas
//! of the repository get another content.

use sha2::{Digest, Sha256};

use crate::cli::error::CliError;
use crate::cli::sources::is_definition;
use crate::config::{Config, LOCK_NAME, MAX_LOCK_BYTES, SchemaLock};
use crate::git::{Change, ChangedFile, Content, Entry, Snapshot};
use crate::model::Effect;
use crate::schema::MAX_SCHEMA_BYTES;
use crate::text::hexadecimal;

/// Digits of a digest that tell two schemas apart for a reader.
const DIGITS: usize = 16;

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

/// True if the file may be a JSON Schema that `config` names.
pub(super) fn is_schema(config: &Config, file: &ChangedFile) -> bool {
    let paths = [file.base.as_ref(), file.head.as_ref()].into_iter().flatten().map(|entry| &entry.path);
    paths.into_iter().any(|path| {
        let text = path.as_str().unwrap_or_default();
        text.ends_with(".json") && config.schemas.matches(path)
            || config.schema_locations.iter().any(|location| location.may_have(text))
    })
}

/// JSON Schemas that `config` names and whose content the change alters. CustomResourceDefinitions are objects, and judged as
/// such.
pub(super) fn contents(config: &Config, base: &Snapshot, change: &Change) -> Result<Vec<Effect>, CliError> {
    let mut effects = Vec::new();
    for file in change.files.iter().filter(|file| is_schema(config, file)) {
        let before = digest(base, file.base.as_ref())?;
        let after = digest(&change.head, file.head.as_ref())?;
        if let (Some(before), Some(after)) = (before, after)
            && before != after
        {
            effects.push(Effect::new(&format!("schema ./{}", file.path), Some(&before), Some(&after), true));
        }
    }
    Ok(effects)
}

/// A digest for readers; none for a file of definitions.
fn digest(tree: &Snapshot, entry: Option<&Entry>) -> Result<Option<String>, CliError> {
    let Some(entry) = entry else { return Ok(Some("no such file".to_owned())) };
    Ok(match tree.read(entry, MAX_SCHEMA_BYTES as u64)? {
        Content::Bytes(bytes) if is_definition(&bytes) => None,
        Content::Bytes(bytes) => {
            let digest = hexadecimal(&Sha256::digest(&bytes));
            Some(format!("sha256 {}…", digest.get(..DIGITS).unwrap_or_default()))
        }
        _ => Some("no plain file".to_owned()),
    })
}
