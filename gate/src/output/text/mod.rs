//! The report for people: findings by file with their source, checks that could not finish, what was and was not looked
//! at, and the verdict as the last line. A file for each part of the page; `page` is the sheet that they are written on.

mod coverage;
mod effects;
mod excerpt;
mod failure;
mod finding;
mod fit;
mod group;
mod header;
mod links;
mod page;
mod shown;
mod summary;
mod told;
mod why;
mod wrap;

use self::page::Page;
pub(super) use self::page::paint;
pub(super) use self::why::why;
use super::RenderOptions;
use crate::model::{Location, Report};

/// Columns of an excerpt outside of the text report.
const EXCERPT_WIDTH: usize = 120;

/// The whole report; with `quiet`, what blocks and the verdict.
pub(super) fn render(report: &Report, options: &RenderOptions<'_>) -> String {
    let mut page = Page::new(options);
    if options.quiet {
        group::blocking(&mut page, report);
        failure::all(&mut page, report, false);
        page.blank();
        summary::verdict(&mut page, report, options.elapsed);
        return page.finish();
    }
    header::all(&mut page, report);
    effects::all(&mut page, report);
    group::all(&mut page, report, options.verbose);
    finding::waived(&mut page, report, options.verbose);
    finding::existing(&mut page, report, options.verbose);
    finding::fixed(&mut page, report, options.verbose);
    failure::all(&mut page, report, options.verbose);
    coverage::all(&mut page, report, options.verbose);
    summary::all(&mut page, report, options);
    page.finish()
}

/// The source lines of `location` with its span underlined, plain; empty where there are none.
pub(super) fn excerpt(location: &Location) -> Vec<String> {
    let mut page = Page::new(&RenderOptions { width: EXCERPT_WIDTH, ..RenderOptions::default() });
    let style = page.palette.quiet;
    excerpt::place(&mut page, location, style, excerpt::gutter(location));
    // The first line is the place, the second the empty bar under it.
    page.finish().lines().skip(2).map(str::to_owned).collect()
}
