//! Which fixes are made in one go, and what the files are then.

use std::collections::{BTreeMap, BTreeSet};

use super::disk::OnDisk;
use crate::model::{Finding, RepoPath, Report};
use crate::yaml::edit::{self, Edit, Place};

/// Contents of files.
pub(super) type Texts = BTreeMap<RepoPath, Vec<u8>>;

/// A finding with a fix that was not made, and why.
#[derive(Debug, Clone)]
pub(super) struct Left {
    pub(super) finding: Finding,
    pub(super) why: String,
}

/// Fixes that are made together.
#[derive(Debug, Default)]
pub(super) struct Attempt {
    /// What they mend.
    pub(super) findings: Vec<Finding>,
    /// The files that are others then.
    pub(super) texts: Texts,
    /// What cannot be made at all.
    pub(super) left: Vec<Left>,
}

/// The findings that can be mended: those that the change answers for, of the rules that were asked for.
pub(super) fn wanted<'r>(report: &'r Report, rules: &'r [String]) -> impl Iterator<Item = &'r Finding> {
    let of_rule = |finding: &&Finding| rules.is_empty() || rules.contains(&finding.rule);
    report.findings.iter().filter(|finding| finding.counts() && finding.fix.is_some()).filter(of_rule)
}

/// Makes the fixes of `findings` on what the files are by now. Of two that meet at one place the first is made; the other
/// one comes once it is known what is left of it.
pub(super) fn attempt<'f>(
    findings: impl Iterator<Item = &'f Finding>,
    files: &BTreeMap<RepoPath, Result<OnDisk, String>>,
    texts: &Texts,
) -> Attempt {
    let mut attempt = Attempt::default();
    let mut touched: BTreeSet<(RepoPath, u32, String)> = BTreeSet::new();
    for finding in findings {
        let path = &finding.location.path;
        let file = match files.get(path) {
            Some(Ok(file)) => file,
            Some(Err(why)) => {
                attempt.left.push(Left { finding: finding.clone(), why: why.clone() });
                continue;
            }
            None => continue,
        };
        let Some(fix) = &finding.fix else { continue };
        let now = attempt.texts.get(path).or_else(|| texts.get(path)).unwrap_or(&file.bytes);
        let place = Place { document: fix.place.document, root: &fix.place.root };
        let made = edit::json_patch(&fix.json_patch).and_then(|edits| {
            let spots: Vec<String> =
                edits.iter().filter_map(spot).map(|spot| format!("{}{spot}", place.root)).collect();
            if spots.iter().any(|spot| meets(&touched, path, place.document, spot)) {
                return Ok(None);
            }
            let text = edit::apply(now, place, &edits)?;
            touched.extend(spots.into_iter().map(|spot| (path.clone(), place.document, spot)));
            Ok(Some(text))
        });
        match made {
            Ok(None) => {}
            Ok(Some(text)) => {
                attempt.texts.insert(path.clone(), text);
                attempt.findings.push(finding.clone());
            }
            Err(why) => attempt.left.push(Left { finding: finding.clone(), why: why.to_string() }),
        }
    }
    attempt
}

/// The pointer below which nothing is where it was once the edit is made.
fn spot(edit: &Edit) -> Option<&str> {
    match edit {
        Edit::Test(..) => None,
        Edit::Replace(pointer, _) | Edit::Rename(pointer, _) => Some(pointer),
        // Other items of the list move.
        Edit::Remove(pointer) | Edit::Add(pointer, _) | Edit::Set(pointer, _) => {
            Some(pointer.rsplit_once('/').map_or("", |(above, _)| above))
        }
    }
}

/// True if one of two places is inside the other.
fn meets(touched: &BTreeSet<(RepoPath, u32, String)>, path: &RepoPath, document: u32, spot: &str) -> bool {
    let inside = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let same_document = touched.iter().filter(|(file, number, _)| file == path && *number == document);
    same_document.into_iter().any(|(_, _, other)| inside(other, spot) || inside(spot, other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Fix, FixPlace, Location, Severity, Status};
    use crate::text::{ByteSpan, LineCol};

    fn finding(document: u32, patch: &str) -> Finding {
        let location = Location {
            path: "a.yaml".into(),
            span: ByteSpan::default(),
            start: LineCol::START,
            end: LineCol::START,
            pointer: String::new(),
            excerpt: None,
        };
        let place = FixPlace { document, root: String::new() };
        let fix = Fix { description: "x".into(), json_patch: patch.into(), place };
        Finding {
            rule: "own/rule".into(),
            severity: Severity::Error,
            status: Status::Introduced,
            message: String::new(),
            location,
            related: vec![],
            hint: None,
            docs: None,
            object: None,
            environment: None,
            fingerprint: patch.into(),
            fix: Some(fix),
            waived: None,
            unwaived: None,
            scope: crate::model::Scope::default(),
        }
    }

    /// What becomes of `text`, how many fixes were made, and why others were not.
    fn made(text: &str, findings: &[Finding]) -> (String, usize, Vec<String>) {
        let file = OnDisk { place: "a.yaml".into(), bytes: text.into() };
        let files = BTreeMap::from([("a.yaml".into(), Ok(file))]);
        let attempt = attempt(findings.iter(), &files, &Texts::new());
        let text = attempt.texts.into_values().next().unwrap_or_default();
        let why = attempt.left.into_iter().map(|left| left.why).collect();
        (String::from_utf8(text).unwrap(), attempt.findings.len(), why)
    }

    #[test]
    fn what_a_policy_suggests_is_made_or_refused_in_words() {
        let text = "image: a # c\nlabels: {x: 1}\n---\nimage: b\n";
        let pin = r#"[{"op":"replace","path":"/image","value":"a:1.2.3"}]"#;
        let own = r#"[{"op":"add","path":"/labels/owner","value":"team"}]"#;
        let copy = r#"[{"op":"copy","from":"/image","path":"/x"}]"#;
        let findings = [
            finding(0, pin),
            finding(0, own),
            finding(1, pin),
            finding(0, copy),
            finding(0, "[]"),
            finding(9, pin),
        ];
        let (text, count, why) = made(text, &findings);
        assert_eq!(text, "image: a:1.2.3 # c\nlabels: {x: 1, owner: team}\n---\nimage: a:1.2.3\n");
        let expected = [
            "it has an operation that `gate fix` does not make",
            "it says nothing that could be done",
            "the document cannot be read",
        ];
        assert_eq!((count, why), (3, expected.map(str::to_owned).to_vec()));
    }

    #[test]
    fn of_two_that_meet_the_first_is_made() {
        let text = "list: [a, b, c]\nmap: {x: 1}\n";
        let first = finding(0, r#"[{"op":"remove","path":"/list/0"}]"#);
        let moved = finding(0, r#"[{"op":"replace","path":"/list/1","value":"z"}]"#);
        let other = finding(0, r#"[{"op":"move","from":"/map","path":"/plan"}]"#);
        let below = finding(0, r#"[{"op":"replace","path":"/map/x","value":2}]"#);
        let (text, count, why) = made(text, &[first, moved, other, below]);
        assert_eq!((text.as_str(), count, why), ("list: [b, c]\nplan: {x: 1}\n", 2, Vec::new()));
    }
}
