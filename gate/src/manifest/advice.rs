//! What to do about a file that is no YAML: the parser says where it gave up, which is rarely where the mistake is.

use super::problem::{INVALID_VALUE, SYNTAX};
use crate::text::ByteSpan;

const TEMPLATE: &str = "the file looks like a template: those of Helm belong into `templates/` beside a \
                        `Chart.yaml`, others can be listed under `exclude` in gate.yaml";
const CONFLICT: &str = "the file holds the marks of a merge conflict (`<<<<<<<`): resolve it and remove them";
const TAB: &str = "there is a tab: YAML is indented with spaces";
const COLON: &str =
    "a value that contains `: ` needs quotes; else this line, or one above it, is indented wrongly";
const INDENT: &str = "look at the indentation of this line and of those above it, and for a quote or bracket that is not closed";
const SIGN: &str = "a value that begins with `@`, `` ` `` or `%` needs quotes";

/// The advice for a problem of `rule` at `span` of `source`, which the parser describes with `message`.
pub(super) fn advice(rule: &str, message: &str, span: ByteSpan, source: &[u8]) -> Option<&'static str> {
    let has = |mark: &[u8]| memchr::memmem::find(source, mark).is_some();
    if matches!(rule, SYNTAX | INVALID_VALUE) && (has(b"{{") || has(b"{%")) {
        return Some(TEMPLATE);
    }
    if rule != SYNTAX {
        return None;
    }
    if source.starts_with(b"<<<<<<< ") || has(b"\n<<<<<<< ") {
        return Some(CONFLICT);
    }
    let says = |words: &str| message.contains(words);
    match source.get(span.start as usize) {
        Some(b'\t') => Some(TAB),
        _ if says("mapping values are not allowed") => Some(COLON),
        _ if says("cannot start any token") => Some(SIGN),
        _ if says("could not find expected ':'") || says("did not find expected") => Some(INDENT),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Limits, parse};

    /// The advice for the first problem of a text.
    fn of(text: &str) -> Option<&'static str> {
        let parsed = parse(text.as_bytes().to_vec(), &Limits::default());
        let problem = parsed.problems.first().unwrap();
        advice(SYNTAX, &problem.message, problem.span, parsed.tape.source())
    }

    #[test]
    fn usual_mistakes_have_an_advice() {
        for (text, expected) in [
            ("a: {{ .Values.x }}\nb: {{\n", TEMPLATE),
            ("a: 1\n<<<<<<< HEAD\nb: 2\n=======\n", CONFLICT),
            ("a:\n\tb: 1\n", TAB),
            ("a: b: c\n", COLON),
            ("a: 1\n b: 2\n", COLON),
            ("a: @b\n", SIGN),
            ("a: [1, 2\nb: 3\n", INDENT),
            ("a:\n  - b\n  c\nd: 1\n", INDENT),
        ] {
            assert_eq!(of(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_rules_have_none() {
        assert_eq!(advice("manifest/duplicate-key", "x", ByteSpan::new(0, 1), b"<<<<<<< a"), None);
        assert_eq!(advice(SYNTAX, "x", ByteSpan::new(9, 9), b""), None);
    }
}
