//! What is sent to Bitbucket Data Center: build status, report, annotations; within its limits.

use serde_json::{Value, json};

use crate::host::bitbucket::{data, external_ids, grade, slug};
use crate::host::{Annotation, Publication};
use crate::model::Verdict;
use crate::text::cut;

/// Bytes of the keys, names and descriptions of builds; the server takes 255 characters.
const NAME: usize = 250;
/// Bytes of the title of a report; the server takes 450 characters.
const TITLE: usize = 440;
/// Bytes of the details of a report and the message of an annotation; the server takes 2,000 characters.
const TEXT: usize = 1_960;
/// Annotations of a report, unless the server is set otherwise.
const MOST: usize = 1_000;
/// Bytes of a request with annotations: a megabyte is what proxies commonly let through.
const REQUEST: usize = 900_000;

/// Key of the report: the reverse of a domain, as the server's documentation asks for.
pub(super) fn key(publication: &Publication<'_>) -> String {
    let base = "io.gitops-gate.report";
    match publication.key.as_str() {
        "default" => base.to_owned(),
        key => slug(&format!("{base}.{key}"), NAME),
    }
}

/// A build status. `parent` is what required builds are set to.
pub(super) fn status(publication: &Publication<'_>, url: &str, branch: Option<&str>) -> Value {
    let mut status = old_status(publication, url);
    status["parent"] = status["key"].clone();
    if let Some(branch) = branch {
        status["ref"] = json!(branch);
    }
    status
}

/// A build status for servers before 7.4.
pub(super) fn old_status(publication: &Publication<'_>, url: &str) -> Value {
    let name = publication.check_name();
    json!({
        "key": slug(&name, NAME),
        "state": if publication.verdict == Verdict::Pass { "SUCCESSFUL" } else { "FAILED" },
        "url": url,
        "name": cut(&name, NAME),
        "description": cut(&publication.pages.summary(NAME), NAME),
    })
}

/// A report without its annotations.
pub(super) fn report(publication: &Publication<'_>, link: &str, left_out: usize) -> Value {
    json!({
        "title": cut(&publication.check_name(), TITLE),
        "details": cut(&publication.pages.summary(TEXT), TEXT),
        "result": if publication.verdict == Verdict::Pass { "PASS" } else { "FAIL" },
        "reporter": "gitops-gate",
        "link": link,
        "data": data(&publication.annotations, left_out),
    })
}

/// The annotations that the server has room for, in requests' worths: one, unless they are large.
pub(super) fn annotations(publication: &Publication<'_>) -> Vec<Vec<Value>> {
    let kept = publication.annotations.get(..MOST).unwrap_or(&publication.annotations);
    let mut batches: Vec<Vec<Value>> = Vec::new();
    let mut room = 0;
    for (annotation, id) in kept.iter().zip(external_ids(kept)) {
        let one = one(annotation, &id);
        let size = one.to_string().len() + 1;
        match batches.last_mut() {
            Some(batch) if size <= room => {
                room -= size;
                batch.push(one);
            }
            _ => {
                room = REQUEST.saturating_sub(size);
                batches.push(vec![one]);
            }
        }
    }
    batches
}

fn one(annotation: &Annotation, id: &str) -> Value {
    let (kind, severity) = grade(annotation.severity);
    json!({
        "externalId": id,
        "path": annotation.path,
        "line": annotation.start.line,
        "message": message(annotation),
        "severity": severity,
        "type": kind,
    })
}

/// Title, text and rule; never empty.
fn message(annotation: &Annotation) -> String {
    let texts = [annotation.title.trim(), annotation.text.trim(), annotation.rule.trim()];
    let texts: Vec<&str> = texts.into_iter().filter(|text| !text.is_empty()).collect();
    if texts.is_empty() { "finding".to_owned() } else { cut(&texts.join("\n"), TEXT).into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publication<'a>(key: &str, annotations: Vec<Annotation>, pages: &'a &'static str) -> Publication<'a> {
        Publication { key: key.to_owned(), verdict: Verdict::Fail, annotations, pages }
    }

    fn annotation(number: usize, text: &str) -> Annotation {
        Annotation { fingerprint: format!("{number:032x}"), text: text.to_owned(), ..Annotation::sample() }
    }

    #[test]
    fn a_status_names_its_parent_and_branch() {
        let pages = "2 errors";
        let publication = publication("prod", Vec::new(), &pages);
        let mut expected = json!({
            "key": "gitops-gate.prod",
            "state": "FAILED",
            "url": "https://ci.example.com/1",
            "name": "gitops-gate/prod",
            "description": "2 errors",
        });
        assert_eq!(old_status(&publication, "https://ci.example.com/1"), expected);
        expected["parent"] = json!("gitops-gate.prod");
        expected["ref"] = json!("refs/heads/feature");
        assert_eq!(status(&publication, "https://ci.example.com/1", Some("refs/heads/feature")), expected);
    }

    #[test]
    fn everything_but_a_pass_fails() {
        let pages = "";
        for (verdict, state, result) in [
            (Verdict::Pass, "SUCCESSFUL", "PASS"),
            (Verdict::Fail, "FAILED", "FAIL"),
            (Verdict::Incomplete, "FAILED", "FAIL"),
        ] {
            let publication = Publication { verdict, ..publication("default", Vec::new(), &pages) };
            assert_eq!(status(&publication, "https://ci.example.com", None)["state"], state);
            assert_eq!(report(&publication, "https://ci.example.com", 0)["result"], result);
        }
    }

    #[test]
    fn report_keys_are_in_reverse_of_a_domain() {
        let pages = "";
        assert_eq!(key(&publication("default", Vec::new(), &pages)), "io.gitops-gate.report");
        assert_eq!(key(&publication("prod", Vec::new(), &pages)), "io.gitops-gate.report.prod");
    }

    #[test]
    fn an_annotation_says_what_where_and_how_bad() {
        let expected = json!({
            "externalId": "0".repeat(31) + "7",
            "path": "apps/web.yaml",
            "line": 3,
            "message": "a moving tag\nuse a digest\nimages/mutable-tag",
            "severity": "HIGH",
            "type": "BUG",
        });
        let annotation = annotation(7, "use a digest");
        assert_eq!(one(&annotation, &annotation.fingerprint), expected);
    }

    #[test]
    fn messages_are_never_empty_and_never_too_long() {
        let mut long = annotation(1, &"ß".repeat(4_000));
        assert!(message(&long).len() <= TEXT);
        long.text = String::new();
        assert_eq!(message(&long), "a moving tag\nimages/mutable-tag");
        (long.title, long.rule) = (String::new(), String::new());
        assert_eq!(message(&long), "finding");
    }

    #[test]
    fn annotations_go_in_one_request_unless_they_are_large() {
        let pages = "";
        let batches = |text: &str| {
            let list = (0..1_200).map(|number| annotation(number, text)).collect();
            annotations(&publication("default", list, &pages))
        };
        let small = batches("use a digest");
        assert_eq!(small.iter().map(Vec::len).collect::<Vec<_>>(), [1_000]);
        let large = batches(&"x".repeat(4_000));
        assert_eq!(large.iter().map(Vec::len).sum::<usize>(), 1_000);
        assert!(large.len() > 1);
        assert!(large.iter().all(|batch| json!({ "annotations": batch }).to_string().len() < 1_000_000));
    }
}
