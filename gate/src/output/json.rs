//! The report as JSON: its fields in the order of the types in `model`, versioned, described by
//! `docs/report.schema.json`.

use crate::model::Report;

/// The whole report.
pub(super) fn render(report: &Report) -> String {
    super::encode::pretty(report)
}
