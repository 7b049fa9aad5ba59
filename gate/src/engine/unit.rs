//! A few changed files judged together: read, checked by schemas, checked by policies, located, dropped.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::crd_changes::{self, CrdChanges};
use super::document_stage;
use super::documents::{self, Asked};
use super::locate;
use super::outcomes::{self, Ended};
use super::policy_stage;
use super::raw::{RawFinding, Side};
use super::schema_stage::{self, Checked, Subject};
use super::schemas::Schemas;
use super::side::SideFile;
use super::surroundings::Surroundings;
use super::tally::Tally;
use super::triage::Judged;
use super::waivers::{self, Carried};
use super::{Input, parallel};
use crate::git::ChangedFile;
use crate::manifest::{Pair, pair};
use crate::model::{CheckFailure, FailureKind, RepoPath, Role, Skipped};
use crate::policy::{Context, Scope};
use crate::yaml::{NodeId, Tape};

/// Most files of one unit: few enough that memory stays small, enough that a batch of documents is worth a call.
const MOST_FILES: usize = 16;
/// Units to aim at, so that every thread has work to the end. The number of threads must not decide: what shares a
/// batch with a document that fails could then differ from machine to machine.
const UNITS: usize = 64;
/// Units that are judged at a time where the run shall stop at the first error.
const WAVE: usize = 8;

/// Files of one unit, by the number of files of the change.
fn unit_size(files: usize) -> usize {
    (files / UNITS).clamp(1, MOST_FILES)
}

/// What all units share.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) input: &'a Input<'a>,
    pub(super) surroundings: &'a Surroundings,
    pub(super) schemas: &'a Schemas,
    pub(super) context: &'a Context,
    /// What changes of definitions do to resources.
    pub(super) crd_changes: &'a CrdChanges,
}

/// All that is left of a unit when it has been judged.
#[derive(Default)]
pub(super) struct UnitResult {
    pub(super) judged: Vec<Judged>,
    pub(super) failures: Vec<CheckFailure>,
    pub(super) tally: Tally,
    /// Documents for policies that want the whole change at once.
    pub(super) stash: Vec<Asked>,
    /// Waivers that objects carry.
    pub(super) carried: Vec<Carried>,
}

impl UnitResult {
    /// True if a finding of head blocks, or a check could not finish.
    fn has_error(&self, run: &Run<'_>) -> bool {
        let blocks = |judged: &Judged| {
            judged.side == Side::Head && judged.finding.severity >= run.input.config.block_on
        };
        !self.failures.is_empty() || self.judged.iter().any(blocks)
    }

    /// True if it met a kind (`group/version/Kind`) that was unknown to it and is known by now.
    pub(super) fn knows_better(&self, is_known: impl Fn(&str) -> bool) -> bool {
        self.tally.unknown_kinds.keys().any(|kind| is_known(kind))
    }
}

/// Both sides of one changed file.
pub(super) struct FilePair {
    /// Position in the change's list of files.
    pub(super) number: usize,
    /// The path at head; at base, for a deleted file.
    pub(super) path: RepoPath,
    pub(super) base: Option<SideFile>,
    pub(super) head: Option<SideFile>,
    /// Which documents of the two sides belong together.
    pub(super) pairs: Vec<Pair>,
    /// For each document of head, the one of base: the pairs in another form, for files of very many documents.
    former: Vec<Option<usize>>,
}

impl FilePair {
    pub(super) fn load(run: &Run<'_>, number: usize, file: &ChangedFile) -> Self {
        let change = run.input.change;
        let base = match (&change.base, &file.base) {
            (Some(snapshot), Some(entry)) => Some(SideFile::load(run, snapshot, entry, Side::Base)),
            _ => None,
        };
        let head = file.head.as_ref().map(|entry| SideFile::load(run, &change.head, entry, Side::Head));
        let pairs = pairs(base.as_ref(), head.as_ref());
        let mut former = vec![None; head.as_ref().map_or(0, |file| file.docs.len())];
        for pair in &pairs {
            if let Some(place) = pair.head.and_then(|head| former.get_mut(head)) {
                *place = pair.base;
            }
        }
        Self { number, path: file.path.clone(), base, head, pairs, former }
    }

    pub(super) fn side(&self, side: Side) -> Option<&SideFile> {
        match side {
            Side::Base => self.base.as_ref(),
            Side::Head => self.head.as_ref(),
        }
    }

    /// The object of base that document `document` of head is, if it was there under the same name and version.
    pub(super) fn old_object(&self, side: Side, document: usize) -> Option<(&Tape, NodeId)> {
        let head = self.head.as_ref().filter(|_| side == Side::Head)?.docs.get(document)?;
        let base = self.base.as_ref()?;
        let old = base.docs.get((*self.former.get(document)?)?)?;
        if old.id.is_none() || old.id != head.id { None } else { Some((base.tape()?, old.root?)) }
    }

    pub(super) fn sides(&self) -> impl Iterator<Item = &SideFile> {
        self.base.iter().chain(self.head.iter())
    }
}

fn pairs(base: Option<&SideFile>, head: Option<&SideFile>) -> Vec<Pair> {
    let manifests =
        (base.and_then(|file| file.manifest.as_ref()), head.and_then(|file| file.manifest.as_ref()));
    if let (Some(base), Some(head)) = manifests {
        return pair(&base.units(), &head.units());
    }
    // At least one side is not parsed: its one document stands for the file.
    let docs = |file: Option<&SideFile>| file.map_or(0, |file| file.docs.len());
    let (base, head) = (docs(base), docs(head));
    let at = |number: usize, count: usize| (number < count).then_some(number);
    (0..base.max(head)).map(|number| Pair { base: at(number, base), head: at(number, head) }).collect()
}

/// Judges every file of the change; the results are in its order. With `stop`, nothing behind the first unit that holds an
/// error; which one that is does not depend on the number of threads. Returns how many files were looked at, too.
pub(super) fn judge_all(run: &Run<'_>, stop: bool) -> (Vec<UnitResult>, usize) {
    let files: Vec<(usize, &ChangedFile)> = run.input.change.files.iter().enumerate().collect();
    let units: Vec<_> = files.chunks(unit_size(files.len())).collect();
    let wave = if stop { WAVE } else { units.len().max(1) };
    let observer = run.input.options.observer;
    observer.inspect(|observer| observer.begins(files.len()));
    let mut results = Vec::with_capacity(units.len());
    for wave in units.chunks(wave) {
        results.extend(parallel::map(wave, |unit| {
            let result = judge_caught(unit, || judge(run, unit));
            observer.inspect(|observer| observer.judged(unit.len()));
            result
        }));
        if let Some(at) = results.iter().position(|result| stop && result.has_error(run)) {
            results.truncate(at + 1);
            break;
        }
    }
    let looked_at = units.iter().take(results.len()).map(|unit| unit.len()).sum();
    (results, looked_at)
}

/// Judges the units again that met a kind that only these schemas know.
pub(super) fn judge_again(run: &Run<'_>, results: &mut [UnitResult]) {
    let files: Vec<(usize, &ChangedFile)> = run.input.change.files.iter().enumerate().collect();
    let better = |result: &UnitResult| result.knows_better(|kind| run.schemas.has(kind));
    let again: Vec<usize> = (0..results.len()).filter(|&at| better(&results[at])).collect();
    let units: Vec<_> = files.chunks(unit_size(files.len())).collect();
    let new = parallel::map(&again, |&at| judge_caught(units[at], || judge(run, units[at])));
    for (at, result) in again.into_iter().zip(new) {
        results[at] = result;
    }
}

/// The result of `judge` for these files; if it panics, a failure for each of them, and the other units are judged.
fn judge_caught(files: &[(usize, &ChangedFile)], judge: impl FnOnce() -> UnitResult) -> UnitResult {
    let failure = |path: &RepoPath| CheckFailure {
        check: "gate".to_owned(),
        kind: FailureKind::Internal,
        message: format!("the gate panicked while it judged {path}"),
        hint: Some("this is a fault of the gate; please report it".to_owned()),
        location: None,
        object: None,
    };
    catch_unwind(AssertUnwindSafe(judge)).unwrap_or_else(|_| UnitResult {
        failures: files.iter().map(|(_, file)| failure(&file.path)).collect(),
        ..UnitResult::default()
    })
}

fn judge(run: &Run<'_>, files: &[(usize, &ChangedFile)]) -> UnitResult {
    let files: Vec<FilePair> =
        files.iter().map(|&(number, file)| FilePair::load(run, number, file)).collect();
    let mut result = UnitResult::default();
    let mut findings: Vec<Vec<RawFinding>> = Vec::with_capacity(files.len());
    for file in &files {
        let mut raw: Vec<RawFinding> = file.sides().flat_map(|side| side.findings.iter().cloned()).collect();
        let ended = check_schemas(run, file, &mut raw, &mut result);
        crd_changes::findings(run, file, &mut raw);
        waivers::collect(run, file, &mut raw, &mut result.carried);
        if let Some(head) = file.head.as_ref().filter(|_| run.input.checks.schemas) {
            outcomes::count(run, head, &ended, &raw, &mut result.tally);
        }
        count(run, file, &mut result.tally);
        findings.push(raw);
    }
    if run.input.checks.policies {
        let mut asked = Vec::new();
        for (at, file) in files.iter().enumerate() {
            documents::collect(run, at, file, &mut asked);
        }
        for (file, raw) in policy_stage::judge(run, Scope::PerObject, &files, &asked, &mut result) {
            findings[file].push(raw);
        }
        let later = asked.into_iter().filter(|asked| policy_stage::wanted_whole(run, asked));
        result.stash = later.map(|asked| Asked { file: files[asked.file].number, ..asked }).collect();
    }
    for (file, raw) in files.iter().zip(findings) {
        locate::finish(run, file, raw, &mut result);
    }
    result
}

/// Runs the policies that want the whole change at once, over what the units kept for them.
pub(super) fn judge_whole(run: &Run<'_>, results: &mut [UnitResult]) -> UnitResult {
    let mut asked: Vec<Asked> =
        results.iter_mut().flat_map(|result| std::mem::take(&mut result.stash)).collect();
    let mut numbers: Vec<usize> = asked.iter().map(|asked| asked.file).collect();
    numbers.dedup();
    let files =
        parallel::map(&numbers, |&number| FilePair::load(run, number, &run.input.change.files[number]));
    for (index, asked) in (0u32..).zip(&mut asked) {
        asked.set_index(index);
        asked.file = numbers.binary_search(&asked.file).unwrap_or_default();
    }
    let mut result = UnitResult::default();
    let mut findings: Vec<Vec<RawFinding>> = vec![Vec::new(); files.len()];
    for (file, raw) in policy_stage::judge(run, Scope::ChangeSet, &files, &asked, &mut result) {
        findings[file].push(raw);
    }
    for (file, raw) in files.iter().zip(findings) {
        locate::finish(run, file, raw, &mut result);
    }
    result
}

/// Compares the objects of both sides that are the same one.
fn check_changes(file: &FilePair, findings: &mut Vec<RawFinding>) {
    let (Some(base), Some(head)) = (&file.base, &file.head) else { return };
    for pair in &file.pairs {
        if let (Some(before), Some(after)) = (pair.base, pair.head) {
            schema_stage::compare(base, before, head, after, findings);
        }
    }
}

/// Checks every object of both sides; of base only the findings matter. Returns how the checks of head ended.
fn check_schemas(
    run: &Run<'_>,
    file: &FilePair,
    findings: &mut Vec<RawFinding>,
    result: &mut UnitResult,
) -> Vec<Ended> {
    let mut ended = Vec::new();
    if !run.input.checks.schemas {
        return ended;
    }
    check_changes(file, findings);
    for loaded in file.sides() {
        let Some(tape) = loaded.tape() else { continue };
        let lost = document_stage::check(run, loaded, findings);
        if loaded.side == Side::Head {
            result.failures.extend(lost.into_iter().map(|failure| locate::failure(loaded, failure)));
        }
        let environment = run.input.config.environment_of(&loaded.path);
        for (document, doc) in loaded.docs.iter().enumerate() {
            let (Some(id), Some(root)) = (&doc.id, doc.root) else { continue };
            let path = &loaded.path;
            let (side, fixture) = (loaded.side, loaded.fixture);
            let old = file.old_object(side, document);
            let subject = Subject { path, tape, root, old, id, document, side, environment, fixture };
            let mut failures = Vec::new();
            let checked = schema_stage::check(run, &subject, findings, &mut failures);
            if side == Side::Head {
                ended.push(Ended::new(document, &checked, &failures));
                let reason = crate::model::SkipReason::SchemaNotRequired;
                let skipped = Skipped { path: loaded.path.clone(), document: Some(doc.number), reason };
                schema_stage::count(&mut result.tally, &checked, &subject, skipped);
                if let Checked::Failed(failure) = checked {
                    failures.push(failure);
                }
                result.failures.extend(failures.into_iter().map(|failure| locate::failure(loaded, failure)));
            }
        }
    }
    ended
}

fn count(run: &Run<'_>, file: &FilePair, tally: &mut Tally) {
    tally.files += 1;
    if let Some(base) = &file.base {
        tally.base_objects += base.docs.iter().filter(|doc| doc.role == Role::Object).count() as u64;
    }
    let Some(head) = &file.head else { return };
    tally.skipped.extend(head.skipped.iter().cloned());
    let environment = run.input.config.environment_of(&head.path).map_or("", |found| found.name.as_str());
    for doc in &head.docs {
        *tally.documents.entry(doc.role).or_default() += 1;
        if doc.role == Role::Object {
            tally.objects += 1;
            *tally.environments.entry(environment.to_owned()).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::ChangeKind;

    #[test]
    fn a_panic_in_one_unit_loses_nothing_of_the_others() {
        let file = |name: &str| ChangedFile {
            kind: ChangeKind::Unchanged,
            path: RepoPath::from(name),
            base: None,
            head: None,
        };
        let names = ["a.yaml", "b.yaml", "c.yaml", "d.yaml"];
        let files: Vec<ChangedFile> = names.into_iter().map(file).collect();
        let files: Vec<(usize, &ChangedFile)> = files.iter().enumerate().collect();
        let units: Vec<_> = files.chunks(1).collect();
        let results = parallel::map(&units, |unit| {
            judge_caught(unit, || {
                assert_ne!(unit[0].1.path, RepoPath::from("b.yaml"), "a panic on purpose");
                let mut result = UnitResult::default();
                result.tally.files = 1;
                result
            })
        });
        assert_eq!(results.iter().map(|result| result.tally.files).collect::<Vec<_>>(), [1, 0, 1, 1]);
        let failures: Vec<_> = results.iter().flat_map(|result| &result.failures).collect();
        assert_eq!(failures.len(), 1);
        assert_eq!(failures[0].kind, FailureKind::Internal);
        assert_eq!(failures[0].message, "the gate panicked while it judged b.yaml");
    }
}
