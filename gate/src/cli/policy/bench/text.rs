//! The numbers for people.

use super::compare::Difference;
use super::record::{METRICS, Record};
use crate::cli::surroundings::defused;
use crate::policy::grouped;

/// One measurement.
pub(super) fn render(record: &Record) -> String {
    let Record { policy, policy_version, objects, bytes, threads, .. } = record;
    let mut out = defused(&format!(
        "{policy} {policy_version}: {objects} object{} of {} bytes together, {threads} threads",
        if *objects == 1 { "" } else { "s" },
        grouped(*bytes as u64)
    ));
    out.push('\n');
    for metric in &METRICS {
        if let Some(value) = record.metrics.get(metric.key) {
            out.push_str(&format!("  {:35} {:>14}\n", metric.label, number(*value)));
        }
    }
    out
}

/// Two measurements beside each other.
pub(super) fn compared(differences: &[Difference]) -> String {
    let mut out = format!("\n  {:35} {:>14} {:>14} {:>7}\n", "compared", "before", "after", "ratio");
    for difference in differences {
        let ratio = difference.ratio().map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.3}"));
        out.push_str(&format!(
            "  {:35} {:>14} {:>14} {ratio:>7}  {}\n",
            difference.metric.label,
            number(difference.before),
            number(difference.after),
            difference.meaning.as_str()
        ));
    }
    out
}

/// Large numbers without decimals, with separators.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && (0.0..9e15).contains(&value) {
        grouped(value as u64)
    } else {
        format!("{value:.2}")
    }
}
