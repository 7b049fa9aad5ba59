//! Threads at lines: which to open, which to leave, which to resolve. A thread belongs to a finding by the fingerprint in
//! its first comment, and to this gate by its author.

use std::collections::BTreeSet;

use super::adapter::Comment;
use super::{Annotation, Markup};

/// What is to be done with the threads of a pull request.
#[derive(Debug, PartialEq, Eq, Default)]
pub(super) struct Plan<'a> {
    /// Findings without a thread, worst first.
    pub(super) open: Vec<&'a Annotation>,
    /// Threads of ours whose finding is gone.
    pub(super) resolve: Vec<&'a Comment>,
    /// Findings that get no thread, for want of room.
    pub(super) left_out: usize,
}

/// The last line of a finding's first comment.
pub(super) fn mark(fingerprint: &str, key: &str, markup: Markup) -> String {
    match markup {
        Markup::Html => format!("\n\n<!-- gitops-gate:finding={fingerprint};key={key} -->"),
        Markup::Plain => format!("\n\n[//]: # (gitops-gate:finding={fingerprint};key={key})"),
    }
}

/// The first comment of a finding's thread: its Markdown and the [`mark`], of at most `limit` bytes.
pub(super) fn text(annotation: &Annotation, key: &str, markup: Markup, limit: usize) -> String {
    let mark = mark(&annotation.fingerprint, key, markup);
    fit(&annotation.markdown, limit.saturating_sub(mark.len())) + &mark
}

/// `markdown` of at most `limit` bytes: whole lines where it has several, and no open code fence at the end.
fn fit(markdown: &str, limit: usize) -> String {
    const FENCE: &str = "```";
    if markdown.len() <= limit {
        return markdown.to_owned();
    }
    let limit = limit.saturating_sub(FENCE.len() + 1);
    let kept = &markdown[..markdown.floor_char_boundary(limit)];
    let kept = kept.rfind('\n').map_or(kept, |end| &kept[..end]);
    let fences = kept.lines().filter(|line| line.trim_start().starts_with(FENCE)).count();
    if fences % 2 == 0 { kept.to_owned() } else { format!("{kept}\n{FENCE}") }
}

/// The fingerprint in a comment that [`mark`] ended, if it is one of this `key`.
pub(super) fn fingerprint<'a>(body: &'a str, key: &str) -> Option<&'a str> {
    let line = body.trim_end().lines().next_back()?;
    let inner = line
        .strip_prefix("<!-- gitops-gate:finding=")
        .and_then(|rest| rest.strip_suffix(" -->"))
        .or_else(|| line.strip_prefix("[//]: # (gitops-gate:finding=")?.strip_suffix(')'))?;
    let (fingerprint, rest) = inner.split_once(";key=")?;
    let hexadecimal = fingerprint.len() == 32 && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit());
    (rest == key && hexadecimal).then_some(fingerprint)
}

/// A thread of ours for this finding is among `comments`.
pub(super) fn has(comments: &[Comment], wanted: &str, key: &str) -> bool {
    let ours = comments.iter().filter(|comment| comment.mine && comment.thread.is_some());
    ours.into_iter().any(|comment| fingerprint(&comment.body, key) == Some(wanted))
}

/// The body ends with the mark of some gate's finding.
pub(super) fn is_marked(body: &str) -> bool {
    let line = body.trim_end().lines().next_back().unwrap_or_default();
    line.starts_with("<!-- gitops-gate:finding=") || line.starts_with("[//]: # (gitops-gate:finding=")
}

/// Compares the findings with the threads that are there; at most `room` threads are opened in all, those that are open
/// already included.
pub(super) fn plan<'a>(
    comments: &'a [Comment],
    annotations: &'a [Annotation],
    key: &str,
    room: usize,
) -> Plan<'a> {
    let wanted: BTreeSet<&str> =
        annotations.iter().map(|annotation| annotation.fingerprint.as_str()).collect();
    let mut plan = Plan::default();
    let mut there = BTreeSet::new();
    for comment in comments.iter().filter(|comment| comment.mine) {
        let (Some(thread), Some(fingerprint)) = (&comment.thread, fingerprint(&comment.body, key)) else {
            continue;
        };
        if wanted.contains(fingerprint) && there.insert(fingerprint) {
            // A person who resolved it has seen it: it is not opened again.
            continue;
        }
        if !thread.resolved {
            plan.resolve.push(comment);
        }
    }
    let mut room = room.saturating_sub(there.len());
    for annotation in annotations {
        if there.contains(annotation.fingerprint.as_str()) {
            continue;
        }
        there.insert(&annotation.fingerprint);
        if room == 0 {
            plan.left_out += 1;
        } else {
            room -= 1;
            plan.open.push(annotation);
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::super::adapter::Thread;
    use super::*;

    fn annotation(digit: char) -> Annotation {
        Annotation { fingerprint: digit.to_string().repeat(32), ..Annotation::sample() }
    }

    fn thread(digit: char, mine: bool, resolved: bool) -> Comment {
        let body = format!("text{}", mark(&digit.to_string().repeat(32), "default", Markup::Html));
        let thread = Thread { id: digit.to_string(), resolved };
        Comment { id: digit.to_string(), mine, body, version: None, thread: Some(thread) }
    }

    #[test]
    fn both_marks_are_read_back_for_their_own_key_only() {
        let print = "0123456789abcdef0123456789abcdef";
        for markup in [Markup::Html, Markup::Plain] {
            let body = format!("text{}\n", mark(print, "default", markup));
            assert_eq!(fingerprint(&body, "default"), Some(print));
            assert_eq!(fingerprint(&body, "other"), None);
        }
        assert_eq!(fingerprint("<!-- gitops-gate:finding=zz;key=default -->", "default"), None);
    }

    #[test]
    fn new_findings_open_and_gone_ones_resolve() {
        let annotations = [annotation('1'), annotation('2')];
        let comments = [thread('2', true, false), thread('3', true, false), thread('4', true, true)];
        let plan = plan(&comments, &annotations, "default", 20);
        let open: Vec<_> = plan.open.iter().map(|annotation| &annotation.fingerprint[..1]).collect();
        let resolve: Vec<_> = plan.resolve.iter().map(|comment| comment.id.as_str()).collect();
        assert_eq!((open, resolve, plan.left_out), (vec!["1"], vec!["3"], 0));
    }

    #[test]
    fn threads_of_others_are_not_touched_and_do_not_count() {
        let annotations = [annotation('1')];
        let comments = [thread('1', false, false), thread('3', false, false)];
        let plan = plan(&comments, &annotations, "default", 20);
        assert_eq!((plan.open.len(), plan.resolve.len()), (1, 0));
    }

    #[test]
    fn room_counts_what_is_there_and_doubles_are_closed() {
        let annotations = [annotation('1'), annotation('2'), annotation('3')];
        let comments = [thread('1', true, false), thread('1', true, false)];
        let plan = plan(&comments, &annotations, "default", 2);
        assert_eq!((plan.open.len(), plan.resolve.len(), plan.left_out), (1, 1, 1));
    }

    #[test]
    fn what_does_not_fit_is_cut_at_a_line_and_fences_are_closed() {
        assert_eq!(fit("one\ntwo", 7), "one\ntwo");
        assert_eq!(fit("one\ntwo\nthree", 12), "one\ntwo");
        assert_eq!(fit("one\n```\ntwo\nthree\n```", 18), "one\n```\ntwo\n```");
        assert_eq!(fit("ääääää", 9), "ää");
        for limit in 0..30 {
            let fitted = fit("text\n```yaml\nreplicas: 1\n```\n**end**", limit);
            assert!(fitted.len() <= limit.max(4), "{limit}: {fitted:?}");
        }
    }
}
