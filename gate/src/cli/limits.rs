//! Limits that a process sets on itself. Where the system has none (Windows), the parent's watchdog is what remains.

use std::io;

/// Limits the address space (bytes) and the processor time (seconds) of this process.
///
/// # Errors
/// The system refuses. macOS knows no limit of the address space: there it is left out.
#[cfg(unix)]
pub(super) fn set(memory: u64, seconds: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = |resource, most: u64| {
        // What a caller has limited more stays so.
        let most = getrlimit(resource).maximum.map_or(most, |already| most.min(already));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
    };
    if !cfg!(target_os = "macos") {
        limit(Resource::As, memory)?;
    }
    limit(Resource::Cpu, seconds)?;
    limit(Resource::Core, 0)?;
    Ok(limit(Resource::Fsize, 0)?)
}

/// Nothing to limit with.
#[cfg(not(unix))]
pub(super) fn set(_memory: u64, _seconds: u64) -> io::Result<()> {
    Ok(())
}
