//! Which findings the change brought, which were there before and which it mended.

use std::collections::HashMap;

use super::raw::Side;
use crate::model::{Finding, RepoPath, Status};

/// A finished finding that still knows where it came from.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub(super) finding: Finding,
    pub(super) side: Side,
    /// The file at head (at base, for a deleted file): the same for both sides of a renamed file.
    pub(super) file: RepoPath,
}

/// Sets the status of every finding: those of head are matched with those of base by fingerprint, first in the
/// same file, then anywhere (an object that moved). Findings of base that head has too are dropped.
pub(super) fn triage(judged: Vec<Judged>, has_base: bool) -> Vec<Finding> {
    let (mut head, mut base): (Vec<_>, Vec<_>) = judged.into_iter().partition(|j| j.side == Side::Head);
    if !has_base {
        return head.into_iter().map(|j| with_status(j.finding, Status::Present)).collect();
    }
    let same_file = |j: &Judged| (Some(j.file.clone()), j.finding.fingerprint.clone());
    let anywhere = |j: &Judged| (None, j.finding.fingerprint.clone());
    let mut findings = Vec::with_capacity(head.len() + base.len());
    (head, base) = settle(head, base, same_file, &mut findings);
    (head, base) = settle(head, base, anywhere, &mut findings);
    findings.extend(head.into_iter().map(|j| with_status(j.finding, Status::Introduced)));
    findings.extend(base.into_iter().map(|j| with_status(j.finding, Status::Fixed)));
    findings
}

type Key = (Option<RepoPath>, String);

/// Moves the findings of head that have a partner at base to `out` as existing; gives back what is left.
fn settle(
    head: Vec<Judged>,
    base: Vec<Judged>,
    key: impl Fn(&Judged) -> Key,
    out: &mut Vec<Finding>,
) -> (Vec<Judged>, Vec<Judged>) {
    let mut partners: HashMap<Key, usize> = HashMap::new();
    for judged in &base {
        *partners.entry(key(judged)).or_default() += 1;
    }
    let mut matched: HashMap<Key, usize> = HashMap::new();
    let mut head_left = Vec::new();
    for judged in head {
        let key = key(&judged);
        match partners.get_mut(&key) {
            Some(count) if *count > 0 => {
                *count -= 1;
                *matched.entry(key).or_default() += 1;
                out.push(with_status(judged.finding, Status::Existing));
            }
            _ => head_left.push(judged),
        }
    }
    let base_left = base.into_iter().filter(|judged| !take_one(&mut matched, &key(judged))).collect();
    (head_left, base_left)
}

fn take_one(counts: &mut HashMap<Key, usize>, key: &Key) -> bool {
    match counts.get_mut(key) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}

fn with_status(mut finding: Finding, status: Status) -> Finding {
    finding.status = status;
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Location, Severity};
    use crate::text::{ByteSpan, LineCol};

    fn judged(side: Side, file: &str, fingerprint: &str) -> Judged {
        let location = Location {
            path: file.into(),
            span: ByteSpan::default(),
            start: LineCol::START,
            end: LineCol::START,
            pointer: String::new(),
            excerpt: None,
        };
        let finding = Finding {
            rule: "a/b".into(),
            severity: Severity::Error,
            status: Status::Introduced,
            message: String::new(),
            location,
            related: vec![],
            hint: None,
            docs: None,
            object: None,
            environment: None,
            fingerprint: fingerprint.into(),
            fix: None,
            waived: None,
            unwaived: None,
            scope: crate::model::Scope::default(),
        };
        Judged { finding, side, file: file.into() }
    }

    fn statuses(judged: Vec<Judged>) -> Vec<(String, Status)> {
        triage(judged, true).into_iter().map(|f| (f.location.path.to_string(), f.status)).collect()
    }

    #[test]
    fn tells_introduced_existing_and_fixed_apart() {
        let got = statuses(vec![
            judged(Side::Head, "a", "new"),
            judged(Side::Head, "a", "old"),
            judged(Side::Base, "a", "old"),
            judged(Side::Base, "a", "gone"),
        ]);
        let want = [Status::Existing, Status::Introduced, Status::Fixed];
        assert_eq!(got.iter().map(|(_, s)| *s).collect::<Vec<_>>(), want);
    }

    #[test]
    fn a_moved_object_keeps_its_findings_and_the_same_file_comes_first() {
        let got = statuses(vec![
            judged(Side::Head, "new-place", "x"),
            judged(Side::Head, "b", "x"),
            judged(Side::Base, "b", "x"),
        ]);
        assert_eq!(got, [("b".into(), Status::Existing), ("new-place".into(), Status::Introduced)]);
        let moved = statuses(vec![judged(Side::Head, "to", "x"), judged(Side::Base, "from", "x")]);
        assert_eq!(moved, [("to".into(), Status::Existing)]);
    }

    #[test]
    fn a_second_copy_is_introduced() {
        let got = statuses(vec![
            judged(Side::Head, "a", "x"),
            judged(Side::Head, "a2", "x"),
            judged(Side::Base, "a", "x"),
        ]);
        assert_eq!(got, [("a".into(), Status::Existing), ("a2".into(), Status::Introduced)]);
    }

    #[test]
    fn without_a_base_all_is_present() {
        let got = triage(vec![judged(Side::Head, "a", "x")], false);
        assert_eq!(got[0].status, Status::Present);
    }
}
