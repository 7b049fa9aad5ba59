//! The clock of the wall-clock limit: a thread that advances the engine's epoch until the engine is gone.

use std::thread;
use std::time::Duration;

use wasmtime::Engine;

/// Length of an epoch.
const TICK: Duration = Duration::from_millis(20);

/// Starts the clock. The thread holds the engine weakly and ends within a tick of its end.
///
/// # Errors
/// The system gives no thread.
pub(super) fn start(engine: &Engine) -> std::io::Result<()> {
    let engine = engine.weak();
    thread::Builder::new().name("policy-clock".to_owned()).stack_size(64 << 10).spawn(move || {
        loop {
            thread::sleep(TICK);
            match engine.upgrade() {
                Some(engine) => engine.increment_epoch(),
                None => return,
            }
        }
    })?;
    Ok(())
}

/// Epochs in `time`, at least one.
pub(super) fn ticks(time: Duration) -> u64 {
    u64::try_from(time.as_millis().div_ceil(TICK.as_millis())).unwrap_or(u64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_rounded_up_to_ticks() {
        assert_eq!(ticks(Duration::from_secs(10)), 500);
        assert_eq!(ticks(Duration::from_millis(1)), 1);
        assert_eq!(ticks(Duration::ZERO), 1);
    }
}
