//! What is sent to Bitbucket Cloud: build status, report, annotations; within its limits.

use serde_json::{Value, json};

use crate::host::bitbucket::{data, external_ids, grade, slug};
use crate::host::{Annotation, Publication};
use crate::model::{Severity, Verdict};
use crate::text::cut;

/// Bytes of the key of a status or report; the host takes 40 characters.
pub(super) const KEY: usize = 40;
/// Annotations of a request.
const BATCH: usize = 100;
/// Annotations of a report.
const MOST: usize = 1_000;
/// Bytes; the host takes 450 characters.
const SUMMARY: usize = 440;
/// Bytes; the host takes 2,000 characters.
const DETAILS: usize = 1_960;
/// Bytes of the name and description of a status; the host states no limit.
const NAME: usize = 255;

/// A build status. Without `branch` it would not belong to the pull request.
pub(super) fn status(publication: &Publication<'_>, url: &str, branch: Option<&str>) -> Value {
    let name = publication.check_name();
    let mut status = json!({
        "key": slug(&name, KEY),
        "state": if publication.verdict == Verdict::Pass { "SUCCESSFUL" } else { "FAILED" },
        "url": url,
        "name": cut(&name, NAME),
        "description": cut(&publication.pages.summary(NAME), NAME),
    });
    if let Some(branch) = branch {
        status["refname"] = json!(branch);
    }
    status
}

/// A report without its annotations.
pub(super) fn report(publication: &Publication<'_>, link: &str, left_out: usize) -> Value {
    let summary = publication.pages.summary(DETAILS);
    json!({
        "title": cut(&publication.check_name(), SUMMARY),
        "details": cut(&summary, DETAILS),
        "report_type": "TEST",
        "reporter": "gitops-gate",
        "link": link,
        "result": if publication.verdict == Verdict::Pass { "PASSED" } else { "FAILED" },
        "data": data(&publication.annotations, left_out),
    })
}

/// The annotations that the host has room for, in requests' worths.
pub(super) fn annotations(publication: &Publication<'_>) -> Vec<Vec<Value>> {
    let kept = publication.annotations.get(..MOST).unwrap_or(&publication.annotations);
    let all: Vec<Value> =
        kept.iter().zip(external_ids(kept)).map(|(annotation, id)| one(annotation, &id)).collect();
    all.chunks(BATCH).map(<[Value]>::to_vec).collect()
}

fn one(annotation: &Annotation, id: &str) -> Value {
    let (kind, severity) = grade(annotation.severity);
    let mut one = json!({
        "external_id": id,
        "annotation_type": kind,
        "severity": severity,
        "summary": cut(summary(annotation), SUMMARY),
        "details": cut(&format!("{}\n{}", annotation.text.trim(), annotation.rule), DETAILS),
        "path": annotation.path,
        "line": annotation.start.line.max(1),
    });
    if annotation.severity == Severity::Error {
        one["result"] = json!("FAILED");
    }
    one
}

/// Never empty: the host would refuse the whole request.
fn summary(annotation: &Annotation) -> &str {
    let texts = [annotation.title.trim(), annotation.rule.trim()];
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or("finding")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publication<'a>(
        verdict: Verdict,
        annotations: Vec<Annotation>,
        pages: &'a &'static str,
    ) -> Publication<'a> {
        Publication { key: "default".to_owned(), verdict, annotations, pages }
    }

    fn annotation(number: usize, severity: Severity) -> Annotation {
        Annotation { fingerprint: format!("{number:032x}"), severity, ..Annotation::sample() }
    }

    #[test]
    fn a_status_has_all_that_the_host_wants() {
        let pages = "2 errors";
        let failed = publication(Verdict::Fail, Vec::new(), &pages);
        let expected = json!({
            "key": "gitops-gate",
            "state": "FAILED",
            "url": "https://ci.example.com/1",
            "name": "gitops-gate",
            "description": "2 errors",
            "refname": "feature",
        });
        assert_eq!(status(&failed, "https://ci.example.com/1", Some("feature")), expected);
        let mut named = publication(Verdict::Pass, Vec::new(), &pages);
        named.key = "x".repeat(60);
        let status = status(&named, "https://ci.example.com/1", None);
        assert_eq!(status["key"].as_str().map(str::len), Some(KEY));
        assert_eq!(status["state"], "SUCCESSFUL");
        assert_eq!(status.get("refname"), None);
    }

    #[test]
    fn everything_but_a_pass_fails() {
        let pages = "";
        for (verdict, state, result) in [
            (Verdict::Pass, "SUCCESSFUL", "PASSED"),
            (Verdict::Fail, "FAILED", "FAILED"),
            (Verdict::Incomplete, "FAILED", "FAILED"),
        ] {
            let publication = publication(verdict, Vec::new(), &pages);
            assert_eq!(status(&publication, "https://ci.example.com", None)["state"], state);
            assert_eq!(report(&publication, "https://ci.example.com", 0)["result"], result);
        }
    }

    #[test]
    fn annotations_come_in_batches_up_to_the_limit() {
        let pages = "";
        let annotations_of = |count: usize| {
            let list = (0..count).map(|number| annotation(number, Severity::Error)).collect();
            annotations(&publication(Verdict::Fail, list, &pages)).iter().map(Vec::len).collect::<Vec<_>>()
        };
        assert_eq!(annotations_of(0), Vec::<usize>::new());
        assert_eq!(annotations_of(100), [100]);
        assert_eq!(annotations_of(101), [100, 1]);
        assert_eq!(annotations_of(1_200), [100; 10]);
    }

    #[test]
    fn an_annotation_says_what_where_and_how_bad() {
        let expected = json!({
            "external_id": "0".repeat(31) + "7",
            "annotation_type": "BUG",
            "severity": "HIGH",
            "summary": "a moving tag",
            "details": "use a digest\nimages/mutable-tag",
            "path": "apps/web.yaml",
            "line": 3,
            "result": "FAILED",
        });
        let error = annotation(7, Severity::Error);
        assert_eq!(one(&error, &error.fingerprint), expected);
        let note = one(&annotation(7, Severity::Info), "id");
        assert_eq!((&note["severity"], note.get("result")), (&json!("LOW"), None));
    }

    #[test]
    fn texts_are_never_empty_and_never_too_long() {
        let mut long = annotation(1, Severity::Warning);
        long.title = "ä".repeat(400);
        long.text = "ß".repeat(4_000);
        let sent = one(&long, "id");
        let length = |name: &str| sent[name].as_str().map(str::len);
        assert_eq!(length("summary"), Some(439));
        assert!(length("details").is_some_and(|length| length <= DETAILS));
        let mut bare = annotation(1, Severity::Warning);
        bare.title = " ".to_owned();
        assert_eq!(one(&bare, "id")["summary"], "images/mutable-tag");
        bare.rule = String::new();
        assert_eq!(one(&bare, "id")["summary"], "finding");
    }
}
