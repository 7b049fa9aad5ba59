//! Workflow commands of GitHub Actions: annotations without a token. Whatever comes from the repository is escaped, so that
//! a line holds the one command that is written here.

use super::issues::{self, Issue, PER_LEVEL};
use crate::model::{Report, Severity};

/// The annotations, then one that sums the run up.
pub(super) fn render(report: &Report) -> String {
    let selection = issues::select(report, |severity| match severity {
        // One notice is for the verdict.
        Severity::Info => PER_LEVEL - 1,
        Severity::Warning | Severity::Error => PER_LEVEL,
    });
    let mut out = String::new();
    for issue in &selection.issues {
        command(&mut out, level(issue.severity), &properties(issue), &issue.lines);
    }
    let title = [("title", report.tool.name.clone())];
    command(&mut out, "notice", &title, &issues::closing(report, selection.left_out));
    out
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// Columns only where the span stays on its line: the runner refuses them otherwise.
fn properties(issue: &Issue<'_>) -> Vec<(&'static str, String)> {
    let mut properties = Vec::with_capacity(6);
    if let (Some(place), Some(path)) = (issue.place, issue.path()) {
        let (start, end) = (place.start, place.end);
        let last = if end.column <= 1 { end.line.saturating_sub(1) } else { end.line };
        let (first, last) = (start.line.max(1), last.max(start.line).max(1));
        properties.push(("file", path));
        properties.push(("line", first.to_string()));
        properties.push(("endLine", last.to_string()));
        if end.line == start.line {
            properties.push(("col", start.column.max(1).to_string()));
            properties.push(("endColumn", end.column.max(start.column).max(1).to_string()));
        }
    }
    properties.push(("title", issue.code.clone()));
    properties
}

/// `::level key=value,key=value::lines`.
fn command(out: &mut String, level: &str, properties: &[(&str, String)], lines: &[String]) {
    let properties: Vec<_> =
        properties.iter().map(|(key, value)| format!("{key}={}", escape_property(value))).collect();
    out.push_str(&format!("::{level} {}::{}\n", properties.join(","), escape_data(&lines.join("\n"))));
}

fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_property_or_a_line() {
        let mut out = String::new();
        let properties = [("file", "a,b::c%3A\n.yaml".to_owned()), ("line", "1".to_owned())];
        command(&mut out, "error", &properties, &["100 %\r::stop-commands::x".to_owned(), "b".to_owned()]);
        let expected = "::error file=a%2Cb%3A%3Ac%253A%0A.yaml,line=1::100 %25%0D::stop-commands::x%0Ab\n";
        assert_eq!(out, expected);
    }
}
