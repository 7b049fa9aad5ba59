//! Two measurements beside each other: what differs, and what is more than noise.

use super::record::{Kind, METRICS, Metric, Record};

/// Times that differ by less say nothing.
const NOISE: f64 = 0.10;

/// One number before and after.
pub(super) struct Difference {
    pub(super) metric: &'static Metric,
    pub(super) before: f64,
    pub(super) after: f64,
    pub(super) meaning: Meaning,
}

/// What a difference says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Same,
    Noise,
    Better,
    Worse,
}

impl Meaning {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Noise => "within noise",
            Self::Better => "better",
            Self::Worse => "worse",
        }
    }

    fn of(kind: Kind, before: f64, after: f64) -> Self {
        let noisy = matches!(kind, Kind::Time | Kind::Speed);
        match (before == after, noisy && (after - before).abs() <= before.abs() * NOISE) {
            (true, _) => Self::Same,
            (false, true) => Self::Noise,
            (false, false) if (after > before) == (kind == Kind::Speed) => Self::Better,
            (false, false) => Self::Worse,
        }
    }
}

impl Difference {
    /// After by before; none where before is nothing.
    pub(super) fn ratio(&self) -> Option<f64> {
        (self.before != 0.0).then(|| self.after / self.before)
    }
}

/// Every number that both have.
pub(super) fn compare(before: &Record, after: &Record) -> Vec<Difference> {
    let one = |metric: &'static Metric| {
        let (before, after) = (*before.metrics.get(metric.key)?, *after.metrics.get(metric.key)?);
        Some(Difference { metric, before, after, meaning: Meaning::of(metric.kind, before, after) })
    };
    METRICS.iter().filter_map(one).collect()
}

/// True if some fuel grew by more than `percent`.
pub(super) fn takes_more_fuel(differences: &[Difference], percent: f64) -> bool {
    let fuel = differences.iter().filter(|difference| difference.metric.kind == Kind::Fuel);
    fuel.into_iter().any(|difference| difference.after > difference.before * (1.0 + percent / 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuel_has_no_noise_and_times_have() {
        for (kind, before, after, meaning) in [
            (Kind::Fuel, 100.0, 100.0, Meaning::Same),
            (Kind::Fuel, 100.0, 101.0, Meaning::Worse),
            (Kind::Exact, 100.0, 99.0, Meaning::Better),
            (Kind::Time, 100.0, 110.0, Meaning::Noise),
            (Kind::Time, 100.0, 111.0, Meaning::Worse),
            (Kind::Time, 100.0, 89.0, Meaning::Better),
            (Kind::Speed, 100.0, 90.0, Meaning::Noise),
            (Kind::Speed, 100.0, 89.0, Meaning::Worse),
            (Kind::Speed, 100.0, 111.0, Meaning::Better),
            (Kind::Time, 0.0, 1.0, Meaning::Worse),
        ] {
            assert_eq!(Meaning::of(kind, before, after), meaning, "{kind:?} {before} {after}");
        }
    }

    #[test]
    fn only_fuel_can_fail() {
        let of = |metric, before, after| Difference { metric, before, after, meaning: Meaning::Worse };
        let (fuel, time) = (&METRICS[0], &METRICS[7]);
        assert_eq!((fuel.kind, time.kind), (Kind::Fuel, Kind::Time));
        assert!(!takes_more_fuel(&[of(time, 1.0, 9.0), of(fuel, 100.0, 105.0)], 5.0));
        assert!(takes_more_fuel(&[of(fuel, 100.0, 105.5)], 5.0));
    }
}
