//! TAP 13: a test for each resource, in the words that kubeconform has for it, then a test for each finding or failure that
//! belongs to no resource, and one named `verdict`, so that the whole fails where the run does. What is wrong follows a
//! test as a block of YAML.

use std::fmt::Write as _;

use super::points::{self, End, Point};
use super::{RenderOptions, defuse, sums, words};
use crate::model::{CheckFailure, Finding, ObjectId, Report};
use crate::text::{clean_line, shorten};

/// Code points of a name or a message.
const MAX_TEXT: usize = 4_000;

/// The whole stream.
pub(super) fn render(report: &Report, options: &RenderOptions<'_>) -> String {
    let mut out = "TAP version 13\n".to_owned();
    let points = points::of(report);
    for (number, point) in (1_usize..).zip(&points) {
        test(&mut out, number, point.end, &title(point));
        diagnostics(&mut out, point);
    }
    let (end, text) = points::verdict(report);
    test(&mut out, points.len() + 1, end, &format!("verdict {}", plain(&text)));
    if let Some(line) = sums::resources(report).filter(|_| options.summary) {
        let _ = writeln!(out, "# {line}");
    }
    let _ = writeln!(out, "1..{}", points.len() + 1);
    defuse::log_lines(&out).into_owned()
}

fn test(out: &mut String, number: usize, end: End, title: &str) {
    let (word, directive) = match end {
        End::Good => ("ok", ""),
        End::Bad => ("not ok", ""),
        End::Skipped => ("ok", " # SKIP nothing was checked"),
    };
    let _ = writeln!(out, "{word} {number} - {title}{directive}");
}

/// `apps/web.yaml (apps/v1/Deployment/shop/web): message`.
fn title(point: &Point<'_>) -> String {
    let path = point.path.map_or_else(|| "run".to_owned(), ToString::to_string);
    let object = point.object.map(|object| format!(" ({})", name(object))).unwrap_or_default();
    let message = point.message();
    let colon = if message.is_empty() { "" } else { ": " };
    plain(&format!("{path}{object}{colon}{message}"))
}

/// `apps/v1/Deployment/shop/web`: version, kind, namespace (which may be empty) and name.
fn name(object: &ObjectId) -> String {
    let namespace = object.namespace.as_deref().unwrap_or_default();
    format!("{}/{}/{namespace}/{}", object.api_version, object.kind, object.name)
}

/// `text` as a description: one line, in which no reader finds a directive (`# SKIP`, `# TODO`). Readers that know of
/// escapes undo the one of `#`; for those that do not, the word behind it is another one.
fn plain(text: &str) -> String {
    let line = clean_line(text);
    let line = shorten(&line, MAX_TEXT);
    let mut out = String::with_capacity(line.len());
    let mut rest = line.as_ref();
    while let Some(at) = rest.find(['#', '\\']) {
        let (before, sign) = rest.split_at(at);
        out.push_str(before);
        out.push('\\');
        let (sign, behind) = sign.split_at(1);
        out.push_str(sign);
        let word = behind.trim_start();
        let is_directive = ["skip", "todo"]
            .iter()
            .any(|name| word.get(..4).is_some_and(|head| head.eq_ignore_ascii_case(name)));
        if sign == "#" && is_directive {
            out.push_str(&behind[..behind.len() - word.len()]);
            out.push('\'');
            rest = word;
        } else {
            rest = behind;
        }
    }
    out.push_str(rest);
    out
}

fn diagnostics(out: &mut String, point: &Point<'_>) {
    if point.findings.is_empty() && point.failures.is_empty() {
        return;
    }
    out.push_str("  ---\n");
    if !point.failures.is_empty() {
        out.push_str("  failures:\n");
        point.failures.iter().for_each(|failure| of_failure(out, failure));
    }
    if !point.findings.is_empty() {
        out.push_str("  findings:\n");
        point.findings.iter().for_each(|finding| of_finding(out, finding));
    }
    out.push_str("  ...\n");
}

fn of_finding(out: &mut String, finding: &Finding) {
    let place = &finding.location;
    let at = format!("{}:{}:{}", place.path, place.start.line, place.start.column);
    item(
        out,
        &[
            ("rule", Some(&finding.rule)),
            ("severity", Some(finding.severity.as_str())),
            ("at", Some(&at)),
            ("message", Some(&finding.message)),
            ("hint", finding.hint.as_deref()),
            ("docs", finding.docs.as_deref()),
        ],
    );
}

fn of_failure(out: &mut String, failure: &CheckFailure) {
    let at = failure
        .location
        .as_ref()
        .map(|place| format!("{}:{}:{}", place.path, place.start.line, place.start.column));
    item(
        out,
        &[
            ("kind", Some(words::failure_kind(failure.kind))),
            ("at", at.as_deref()),
            ("message", Some(&failure.message)),
            ("to-do", Some(words::advice(failure))),
        ],
    );
}

/// An item of a list, each value a string of JSON, which is one of YAML.
fn item(out: &mut String, pairs: &[(&str, Option<&str>)]) {
    let mut lead = "- ";
    for (key, value) in pairs.iter().filter_map(|(key, value)| Some((key, (*value)?))) {
        let value = serde_json::Value::from(shorten(&clean_line(value), MAX_TEXT).into_owned());
        let _ = writeln!(out, "    {lead}{key}: {value}");
        lead = "  ";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_directive() {
        for (text, expected) in [
            ("a b", "a b"),
            ("a # TODO x", "a \\# 'TODO x"),
            ("a #skip", "a \\#'skip"),
            ("a # \tSkIpped", "a \\#  'SkIpped"),
            ("a#b ## c", "a\\#b \\#\\# c"),
            ("a \\# TODO", "a \\\\\\# 'TODO"),
            ("a\nnot ok 2\r", "a not ok 2\u{fffd}"),
            ("#", "\\#"),
            ("# té", "\\# té"),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn values_are_strings_of_json_in_one_line() {
        let mut out = String::new();
        item(&mut out, &[("at", Some("a\"\n...\nok 7")), ("hint", None), ("docs", Some("x"))]);
        assert_eq!(out, "    - at: \"a\\\" ... ok 7\"\n      docs: \"x\"\n");
    }
}
