//! Reads `gate.lock` from where gate.yaml is read from.

use super::places::Files;
use crate::cli::error::CliError;
use crate::config::{LOCK_NAME, MAX_LOCK_BYTES, SchemaLock};

const HINT: &str = "mend the line, or remove the file and run `gate schema add` with each URL of gate.yaml";

/// The lock file beside gate.yaml; an empty one where there is none.
pub(in crate::cli) fn read(files: &Files<'_>) -> Result<SchemaLock, CliError> {
    match files.read(LOCK_NAME, MAX_LOCK_BYTES) {
        Ok(None) => Ok(SchemaLock::default()),
        Ok(Some(bytes)) => parse(&bytes),
        Err(why) => Err(CliError::new(why)),
    }
}

/// The lock file in `bytes`.
pub(in crate::cli) fn parse(bytes: &[u8]) -> Result<SchemaLock, CliError> {
    SchemaLock::parse(bytes).map_err(|why| CliError::new(why).hint(HINT))
}
