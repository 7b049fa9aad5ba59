//! The proof that fixes mend: what they make of the files is judged as a whole, and what is not mended, or breaks something
//! else, is not done.

use std::collections::HashMap;

use super::plan::{Attempt, Left};
use crate::model::{CheckFailure, Finding, ObjectId, RepoPath, Report, Status};

/// The fixes of `attempt` that `after`, the report of what they make, speaks against.
pub(super) fn against(before: &Report, after: &Report, attempt: &Attempt) -> Vec<Left> {
    let mut left = still_there(before, after, attempt);
    for new in new_findings(before, after).into_iter().filter(|new| !is_uncovered(attempt, new)) {
        let why = format!("{} would be found then: fix it by hand", new.rule);
        if !blame_place(attempt, new, &why, &mut left) {
            let (path, object) = (&new.location.path, new.object.as_ref());
            blame(attempt, (Some(path), object), &why, &mut left);
        }
    }
    for failure in
        after.failures.iter().filter(|failure| !before.failures.iter().any(|known| same(known, failure)))
    {
        let path = failure.location.as_ref().map(|location| &location.path);
        blame(
            attempt,
            (path, None),
            &format!("a check could not finish then: {}", failure.message),
            &mut left,
        );
    }
    left
}

/// What is found at head, but for what only base has.
fn of_head(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| finding.status != Status::Fixed)
}

/// Findings of one rule in one file.
fn count(report: &Report, path: &RepoPath, rule: &str) -> usize {
    of_head(report).filter(|finding| finding.location.path == *path && finding.rule == rule).count()
}

fn still_there(before: &Report, after: &Report, attempt: &Attempt) -> Vec<Left> {
    let is_left = |finding: &&Finding| {
        let (path, rule) = (&finding.location.path, finding.rule.as_str());
        let tried =
            attempt.findings.iter().filter(|other| other.location.path == *path && other.rule == rule);
        count(after, path, rule) + tried.count() > count(before, path, rule)
    };
    let why = "the finding would still be there".to_owned();
    let left = attempt.findings.iter().filter(is_left);
    left.map(|finding| Left { finding: finding.clone(), why: why.clone() }).collect()
}

fn new_findings<'r>(before: &Report, after: &'r Report) -> Vec<&'r Finding> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    of_head(before).for_each(|finding| *known.entry(&finding.fingerprint).or_default() += 1);
    let is_new = |finding: &&Finding| match known.get_mut(finding.fingerprint.as_str()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    of_head(after).filter(is_new).collect()
}

fn same(one: &CheckFailure, other: &CheckFailure) -> bool {
    let path = |failure: &CheckFailure| failure.location.as_ref().map(|location| location.path.clone());
    (&one.check, one.kind, &one.message, path(one)) == (&other.check, other.kind, &other.message, path(other))
}

/// Rules about an object's kind that leave nothing else of it judged. Their fixes change no more than the case of a name, or a
/// version that differs in its name only. A version that is merely deprecated is judged in full: what is new after its fix is the
/// fix's fault.
const HIDING: [&str; 2] = ["schema/misspelt-kind", "schema/removed-api"];

/// True for what was there before, and could not be found.
fn is_uncovered(attempt: &Attempt, new: &Finding) -> bool {
    attempt.findings.iter().any(|mended| {
        HIDING.contains(&mended.rule.as_str())
            && mended.location.path == new.location.path
            && name(mended.object.as_ref()) == name(new.object.as_ref())
    })
}

/// Blames the fixes that changed the very place of `new`, or something around it; false if there is none.
fn blame_place(attempt: &Attempt, new: &Finding, why: &str, left: &mut Vec<Left>) -> bool {
    let pointer = &new.location.pointer;
    let inside = |outer: &str| {
        pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let touches = |finding: &&Finding| {
        let patch = finding.fix.as_ref().map_or("", |fix| fix.json_patch.as_str());
        let operations: Vec<serde_json::Value> = serde_json::from_str(patch).unwrap_or_default();
        operations.iter().filter_map(|operation| operation["path"].as_str()).any(inside)
    };
    let same = attempt.findings.iter().filter(|finding| {
        finding.location.path == new.location.path
            && name(finding.object.as_ref()) == name(new.object.as_ref())
    });
    let guilty: Vec<&Finding> = same.filter(touches).collect();
    accuse(&guilty, why, left);
    !guilty.is_empty()
}

/// An object by what no fix changes.
fn name(object: Option<&ObjectId>) -> Option<(Option<&str>, &str)> {
    object.map(|object| (object.namespace.as_deref(), object.name.as_str()))
}

fn accuse(guilty: &[&Finding], why: &str, left: &mut Vec<Left>) {
    for finding in guilty {
        if !left.iter().any(|known| known.finding.fingerprint == finding.fingerprint) {
            left.push(Left { finding: (*finding).clone(), why: why.to_owned() });
        }
    }
}

/// Blames the fixes of the object, else of the file, else all.
fn blame(
    attempt: &Attempt,
    (path, object): (Option<&RepoPath>, Option<&ObjectId>),
    why: &str,
    left: &mut Vec<Left>,
) {
    let in_file = |finding: &&Finding| path == Some(&finding.location.path);
    let in_object = |finding: &&Finding| name(finding.object.as_ref()) == name(object);
    let of_file: Vec<&Finding> = attempt.findings.iter().filter(in_file).collect();
    let mut guilty: Vec<&Finding> = of_file.iter().copied().filter(|finding| in_object(finding)).collect();
    if guilty.is_empty() {
        guilty = of_file;
    }
    if guilty.is_empty() {
        guilty = attempt.findings.iter().collect();
    }
    accuse(&guilty, why, left);
}
