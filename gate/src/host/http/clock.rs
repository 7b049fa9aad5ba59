//! The time budget, and waiting. Tests skip the waiting: the clock is set forward instead.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// A clock that knows when the budget ends.
#[derive(Debug)]
pub(super) struct Clock {
    end: Instant,
    /// What was waited for instead of slept; `None` outside of tests.
    skipped: Option<Mutex<Vec<Duration>>>,
}

impl Clock {
    /// A clock whose budget begins now.
    pub(super) fn new(budget: Duration) -> Self {
        let now = Instant::now();
        // A budget that no clock can hold is as good as none.
        let end = now.checked_add(budget).unwrap_or_else(|| now + Duration::from_secs(86_400));
        Self { end, skipped: None }
    }

    /// The same, but waiting takes no time.
    #[cfg(test)]
    pub(super) fn skipping(budget: Duration) -> Self {
        Self { skipped: Some(Mutex::default()), ..Self::new(budget) }
    }

    /// What was waited for so far.
    #[cfg(test)]
    pub(super) fn waits(&self) -> Vec<Duration> {
        self.skipped.as_ref().map(|skipped| lock(skipped).clone()).unwrap_or_default()
    }

    /// What is left of the budget.
    pub(super) fn remaining(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now()).saturating_sub(self.ahead())
    }

    /// Time of day.
    pub(super) fn wall(&self) -> SystemTime {
        SystemTime::now() + self.ahead()
    }

    /// Waits.
    pub(super) async fn sleep(&self, wait: Duration) {
        match &self.skipped {
            Some(skipped) => lock(skipped).push(wait),
            None => tokio::time::sleep(wait).await,
        }
    }

    fn ahead(&self) -> Duration {
        self.skipped.as_ref().map(|skipped| lock(skipped).iter().sum()).unwrap_or_default()
    }
}

fn lock(skipped: &Mutex<Vec<Duration>>) -> std::sync::MutexGuard<'_, Vec<Duration>> {
    skipped.lock().unwrap_or_else(PoisonError::into_inner)
}
