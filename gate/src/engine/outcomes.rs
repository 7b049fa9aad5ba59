//! What became of each object of a file, for the summary and the list of resources.

use super::raw::{RawFailure, RawFinding, Side};
use super::schema_stage::Checked;
use super::side::SideFile;
use super::tally::Tally;
use super::unit::Run;
use crate::model::{Outcome, Resource};
use crate::text::LineIndex;

/// How the schema check of one document of head ended, before its findings are known to be complete.
pub(super) struct Ended {
    document: usize,
    outcome: Outcome,
}

impl Ended {
    /// The end of one check; `unjudged` are the rules that it could not judge.
    pub(super) fn new(document: usize, checked: &Checked, unjudged: &[RawFailure]) -> Self {
        let outcome = match checked {
            Checked::Skipped | Checked::NotRequired => Outcome::Skipped,
            Checked::Failed(_) => Outcome::Error,
            Checked::Yes | Checked::Rejected if unjudged.is_empty() => Outcome::Valid,
            Checked::Yes | Checked::Rejected => Outcome::Error,
        };
        Self { document, outcome }
    }
}

/// Counts the objects of one file, and lists them if that was asked for.
pub(super) fn count(run: &Run<'_>, head: &SideFile, ended: &[Ended], raw: &[RawFinding], tally: &mut Tally) {
    let resources = &mut tally.resources;
    let unread = head.failures.len() as u64;
    resources.errors += unread;
    resources.files += u64::from(unread > 0 || !ended.is_empty());
    let list = run.input.options.list;
    let lines = head.tape().filter(|_| list).map(|tape| (LineIndex::new(tape.source()), tape));
    for ended in ended {
        let outcome = with_findings(run, ended, raw);
        resources.count(outcome);
        let Some((lines, tape)) = &lines else { continue };
        let Some(doc) = head.docs.get(ended.document) else { continue };
        if let (Some(id), Some(root)) = (&doc.id, doc.root) {
            let span = tape.span(root);
            let line = lines.line_col(tape.source(), span.start).line;
            let (path, object) = (head.path.clone(), id.clone());
            resources.list.push(Resource { path, line, span, object, outcome });
        }
    }
}

/// A finding that blocks makes an object invalid that was checked to the end; what could not be checked stays an error.
fn with_findings(run: &Run<'_>, ended: &Ended, raw: &[RawFinding]) -> Outcome {
    let blocks = |found: &RawFinding| {
        found.side == Side::Head
            && found.owner == Side::Head
            && found.document == Some(ended.document)
            && found.severity >= run.input.config.block_on
            && (found.rule.starts_with("schema/") || found.rule.starts_with("manifest/"))
    };
    match ended.outcome {
        Outcome::Valid if raw.iter().any(blocks) => Outcome::Invalid,
        outcome => outcome,
    }
}
