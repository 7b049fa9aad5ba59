//! Logging commands of Azure Pipelines: issues in the build's summary, without a token. Azure knows errors and warnings;
//! findings that only inform are counted in the last line.

use super::issues::{self, Issue, PER_LEVEL};
use super::sums;
use crate::model::{Report, Severity};

/// The issues, then the verdict as plain lines.
pub(super) fn render(report: &Report) -> String {
    let selection = issues::select(report, |severity| match severity {
        Severity::Info => 0,
        Severity::Warning | Severity::Error => PER_LEVEL,
    });
    let mut out = String::new();
    for issue in &selection.issues {
        command(&mut out, &properties(issue), &issue.lines.join("; "));
    }
    if let Some(nothing) = sums::nothing(report) {
        command(&mut out, &[("type", "warning".to_owned())], &nothing);
    }
    for line in issues::closing(report, selection.left_out) {
        out.push_str(&format!("{}: {line}\n", issues::tame(&report.tool.name)));
    }
    out
}

fn properties(issue: &Issue<'_>) -> Vec<(&'static str, String)> {
    let kind = if issue.severity == Severity::Error { "error" } else { "warning" };
    let mut properties = vec![("type", kind.to_owned())];
    if let (Some(place), Some(path)) = (issue.place, issue.path()) {
        properties.push(("sourcepath", path));
        properties.push(("linenumber", place.start.line.max(1).to_string()));
        properties.push(("columnnumber", place.start.column.max(1).to_string()));
    }
    properties.push(("code", issue.code.clone()));
    properties
}

/// `##vso[task.logissue key=value;key=value]message`.
fn command(out: &mut String, properties: &[(&str, String)], message: &str) {
    let properties: Vec<_> =
        properties.iter().map(|(key, value)| format!("{key}={}", escape_property(value))).collect();
    out.push_str(&format!("##vso[task.logissue {}]{}\n", properties.join(";"), escape_data(message)));
}

/// The agent's own word for a percent sign: `%25` would be left as it is.
fn escape_data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_data(text).replace(']', "%5D").replace(';', "%3B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_property_or_a_line() {
        let mut out = String::new();
        let properties = [("type", "error".to_owned()), ("sourcepath", "a;b]c%5D\n".to_owned())];
        command(&mut out, &properties, "100 %\r\nx");
        let expected = "##vso[task.logissue type=error;sourcepath=a%3Bb%5Dc%AZP255D%0A]100 %AZP25%0D%0Ax\n";
        assert_eq!(out, expected);
    }
}
