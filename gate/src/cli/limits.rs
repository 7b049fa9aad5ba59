//! Limits that a process sets on itself. Where the system has none (Windows), the parent's watchdog is what remains.

/// Limits the address space (bytes) and the processor time (seconds) of this process; what cannot be set is left: the
/// parent watches the clock.
#[cfg(unix)]
pub(super) fn set(memory: u64, seconds: u64) {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limit = |most| Rlimit { current: Some(most), maximum: Some(most) };
    let _ = setrlimit(Resource::As, limit(memory));
    let _ = setrlimit(Resource::Cpu, limit(seconds));
    let _ = setrlimit(Resource::Core, limit(0));
    let _ = setrlimit(Resource::Fsize, limit(0));
}

/// Nothing to limit with.
#[cfg(not(unix))]
pub(super) fn set(_memory: u64, _seconds: u64) {}
