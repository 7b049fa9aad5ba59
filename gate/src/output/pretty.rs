//! A line for each resource that is not in order, and with `verbose` for those that are, in colour; the verdict is the last.

use anstyle::{AnsiColor, Style};

use super::points::{self, End, Point};
use super::text::paint;
use super::{RenderOptions, defuse, sums};
use crate::model::Report;
use crate::text::{clean_line, shorten};

/// Code points of a line.
const MAX_TEXT: usize = 4_000;

/// The whole page.
pub(super) fn render(report: &Report, options: &RenderOptions<'_>) -> String {
    let mut out = String::new();
    for point in points::of(report).iter().filter(|point| options.verbose || point.end == End::Bad) {
        line(&mut out, point.end, &title(point), options);
    }
    if let Some(summary) = sums::resources(report).filter(|_| options.summary) {
        out.push_str(&summary);
        out.push('\n');
    }
    let (end, text) = points::verdict(report);
    line(&mut out, end, &text, options);
    defuse::log_lines(&out).into_owned()
}

fn line(out: &mut String, end: End, text: &str, options: &RenderOptions<'_>) {
    let (sign, color) = match end {
        End::Good => ("✔", AnsiColor::Green),
        End::Bad => ("✖", AnsiColor::Red),
        End::Skipped => ("-", AnsiColor::Yellow),
    };
    let style = if options.color { color.on_default() } else { Style::new() };
    let text = clean_line(text);
    out.push_str(&paint(style, &format!("{sign} {}", shorten(&text, MAX_TEXT))));
    out.push('\n');
}

/// `apps/web.yaml: Deployment/shop/web (apps/v1) is invalid: message`.
fn title(point: &Point<'_>) -> String {
    let path = point.path.map(|path| format!("{path}: ")).unwrap_or_default();
    let object = point.object.map(|object| format!("{object} ({}) ", object.api_version)).unwrap_or_default();
    let message = point.message();
    match point.end {
        End::Good => format!("{path}{object}is valid"),
        End::Skipped => format!("{path}{object}skipped"),
        End::Bad if point.findings.is_empty() => format!("{path}{object}could not be checked: {message}"),
        End::Bad => format!("{path}{object}is invalid: {message}"),
    }
}
