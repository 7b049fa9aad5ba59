//! Parts of reports and annotations that both Bitbuckets take in the same form. Limits that the hosts state in characters
//! are kept in bytes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::host::Annotation;
use crate::host::marker::digest;
use crate::model::Severity;

/// The name of a check as a key: within `limit` bytes, no slash, the same for the same name and no other. One that is too
/// long ends with a digest of itself.
pub(in crate::host) fn slug(check_name: &str, limit: usize) -> String {
    let name = check_name.replace('/', ".");
    if name.len() <= limit {
        return name;
    }
    let digest: String = digest([check_name]).chars().take(12).collect();
    let room = limit.saturating_sub(digest.len() + 1);
    format!("{}-{digest}", &name[..name.floor_char_boundary(room)])
}

/// `url` if it can be linked to.
pub(in crate::host) fn web(url: Option<&str>) -> Option<&str> {
    url.filter(|url| {
        let scheme = url.starts_with("https://") || url.starts_with("http://");
        scheme && url.len() <= 450 && !url.chars().any(|c| c.is_whitespace() || c.is_control())
    })
}

/// An id for each annotation: its fingerprint, and a number where several share one.
pub(in crate::host) fn external_ids(annotations: &[Annotation]) -> Vec<String> {
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    let id = |annotation: &'_ Annotation, count: usize| match count {
        1 => annotation.fingerprint.clone(),
        _ => format!("{}-{count}", annotation.fingerprint),
    };
    annotations
        .iter()
        .map(|annotation| {
            let count = used.entry(annotation.fingerprint.as_str()).or_default();
            *count += 1;
            id(annotation, *count)
        })
        .collect()
}

/// Type and severity of an annotation, in the words of both.
pub(in crate::host) fn grade(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Error => ("BUG", "HIGH"),
        Severity::Warning => ("CODE_SMELL", "MEDIUM"),
        Severity::Info => ("CODE_SMELL", "LOW"),
    }
}

/// The figures of a report: findings by severity, and those that have no annotation for want of room.
pub(in crate::host) fn data(annotations: &[Annotation], left_out: usize) -> Value {
    let count = |severity| annotations.iter().filter(|annotation| annotation.severity == severity).count();
    let figures = [
        ("Errors", count(Severity::Error)),
        ("Warnings", count(Severity::Warning)),
        ("Notes", count(Severity::Info)),
        ("Without annotation", left_out),
    ];
    let shown = figures.into_iter().filter(|&(title, number)| number > 0 || title == "Errors");
    shown.map(|(title, number)| json!({ "title": title, "type": "NUMBER", "value": number })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn annotation(fingerprint: &str, severity: Severity) -> Annotation {
        Annotation { fingerprint: fingerprint.to_owned(), severity, ..Annotation::sample() }
    }

    #[test]
    fn keys_are_short_stable_and_differ() {
        assert_eq!(slug("gitops-gate", 40), "gitops-gate");
        assert_eq!(slug("gitops-gate/prod", 40), "gitops-gate.prod");
        let long = |end: &str| slug(&format!("gitops-gate/{}{end}", "x".repeat(40)), 40);
        assert_eq!(long("a").len(), 40);
        assert_eq!(long("a"), long("a"));
        assert_ne!(long("a"), long("b"));
        assert!(long("a").starts_with("gitops-gate.xxxx"));
    }

    #[test]
    fn only_web_addresses_are_linked() {
        assert_eq!(web(Some("https://ci.example.com/1")), Some("https://ci.example.com/1"));
        assert_eq!(web(Some("javascript:alert(1)")), None);
        assert_eq!(web(Some("https://ci.example.com/a b")), None);
        assert_eq!(web(Some("https://ci.example.com/\n")), None);
        assert_eq!(web(Some(&format!("https://ci.example.com/{}", "x".repeat(450)))), None);
        assert_eq!(web(None), None);
    }

    #[test]
    fn shared_fingerprints_get_ids_of_their_own() {
        let annotations = [
            annotation("a", Severity::Error),
            annotation("b", Severity::Error),
            annotation("a", Severity::Info),
        ];
        assert_eq!(external_ids(&annotations), ["a", "b", "a-2"]);
    }

    #[test]
    fn figures_tell_what_was_left_out() {
        let annotations = [annotation("a", Severity::Error), annotation("b", Severity::Info)];
        let expected = json!([
            { "title": "Errors", "type": "NUMBER", "value": 1 },
            { "title": "Notes", "type": "NUMBER", "value": 1 },
            { "title": "Without annotation", "type": "NUMBER", "value": 200 },
        ]);
        assert_eq!(data(&annotations, 200), expected);
        assert_eq!(data(&[], 0), json!([{ "title": "Errors", "type": "NUMBER", "value": 0 }]));
    }
}
