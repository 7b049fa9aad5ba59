//! How long it takes to start a policy, apart from what it then does.

use std::time::{Duration, Instant};

use super::host::Policy;
use super::sandbox::{Budget, enter};

impl Policy {
    /// The time that a fresh instance takes to be made and dropped, without a call; none if it cannot be made.
    pub fn time_to_start(&self) -> Option<Duration> {
        let started = Instant::now();
        let budget = Budget::new(&self.host, &self.limits, 0, 0);
        enter(&self.host, &self.linked, &self.limits, budget, |_, _| Ok(())).ok()?;
        Some(started.elapsed())
    }
}
