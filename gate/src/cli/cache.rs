//! `gate cache`: where machine code of policies is kept, and clearing it.

use super::args::CacheCommand;
use super::error::CliError;
use super::{Exit, code_cache, print};

pub(super) fn run(command: &CacheCommand) -> Result<Exit, CliError> {
    let Some(folder) = code_cache::folder(&|name| std::env::var(name).ok()) else {
        print("no cache: on CI nothing is kept unless GATE_CACHE_DIR names a folder\n")?;
        return Ok(Exit::Pass);
    };
    let failed = |error: std::io::Error| CliError::new(format!("{}: {error}", folder.display()));
    let mut files = 0_u64;
    let mut bytes = 0;
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => Some(entries),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    for entry in entries.into_iter().flatten() {
        let entry = entry.map_err(failed)?;
        let about = entry.metadata().map_err(failed)?;
        // Only what the cache itself makes: a folder named by mistake keeps its other files.
        if !about.is_file() || !code_cache::is_ours(&entry.path()) {
            continue;
        }
        if matches!(command, CacheCommand::Clear) {
            std::fs::remove_file(entry.path()).map_err(failed)?;
        }
        files += 1;
        bytes += about.len();
    }
    let done = if matches!(command, CacheCommand::Clear) { "removed" } else { "has" };
    let noun = if files == 1 { "file" } else { "files" };
    print(&format!("{}: {done} {files} {noun}, {} KiB\n", folder.display(), bytes.div_ceil(1024)))?;
    Ok(Exit::Pass)
}
