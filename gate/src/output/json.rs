//! The report as JSON: its fields in the order of the types in `model`, versioned, described by
//! `docs/report.schema.json`.

use super::RenderOptions;
use crate::model::Report;

/// The whole report. Resources one by one are for those who ask for more: another format may have asked for the list.
pub(super) fn render(report: &Report, options: &RenderOptions<'_>) -> String {
    let is_listed = report.coverage.resources.as_ref().is_some_and(|resources| !resources.list.is_empty());
    if options.verbose || !is_listed {
        return super::encode::pretty(report);
    }
    let mut report = report.clone();
    report.coverage.resources.iter_mut().for_each(|resources| resources.list.clear());
    super::encode::pretty(&report)
}
