//! `gate fix`: makes the fixes of findings in the work tree. Each is an edit that touches the bytes of one node; what comes out
//! is judged again before anything is written, and a fix that does not mend, or that breaks something else, is not made.

mod args;
mod disk;
mod plan;
mod proof;
mod shown;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub(super) use args::FixArgs;
use disk::OnDisk;
use plan::{Left, Texts};

use super::args::{CheckArgs, ColorChoice};
use super::error::CliError;
use super::{Exit, check, print, surroundings, terminal};
use crate::engine;
use crate::git::Change;
use crate::host::Context;
use crate::model::{Finding, RepoPath, Report};
use crate::text::closest;

/// How often findings are mended and judged again at most: a fix may bring to light what another one can mend.
const ROUNDS: usize = 8;
/// How often all of it is judged at most.
const JUDGEMENTS: usize = 24;

/// Mends what the arguments select.
pub(super) fn run(args: &FixArgs, color: ColorChoice) -> Result<Exit, CliError> {
    if args.paths.iter().any(|path| path == Path::new("-")) {
        return Err(CliError::new("standard input cannot be mended").hint("name a file"));
    }
    args.rules.iter().try_for_each(|rule| known(rule))?;
    let check = args.check().map_err(|error| CliError::new(error.to_string()))?;
    engine::set_up_threads();
    let (change, context) = check::select(&check)?;
    let mut work = Work::new(check, change, context)?;
    work.mend(&args.rules)?;
    let color = terminal::has_color(color);
    match args.dry_run {
        true => print(&work.diffs(color))?,
        false => work.write()?,
    }
    let words = work.words(args.dry_run);
    match args.dry_run {
        // What is on standard output can be applied.
        true => words.iter().for_each(|word| surroundings::tell(word)),
        false => print(&(words.join("\n") + "\n"))?,
    }
    Ok(work.exit(args))
}

/// A rule of the gate itself has to be one that there is; those of policies are not known before they are loaded.
fn known(rule: &str) -> Result<(), CliError> {
    let own = engine::all_rules(&[]);
    let group = rule.split_once('/').map(|(group, _)| group);
    let is_own = |group: &str| own.iter().any(|info| info.id.split('/').next() == Some(group));
    if own.iter().any(|info| info.id == rule) || group.is_some_and(|group| !is_own(group)) {
        return Ok(());
    }
    let error = CliError::new(format!("there is no rule `{rule}`"));
    Err(match closest(rule, own.iter().map(|info| info.id.as_str())) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("`gate explain` lists all rules"),
    })
}

/// A run in progress.
struct Work {
    check: CheckArgs,
    change: Change,
    context: Context,
    /// Of what the files would be by now.
    report: Report,
    /// The files with findings that can be mended, as they are on disk.
    files: BTreeMap<RepoPath, Result<OnDisk, String>>,
    texts: Texts,
    done: Vec<Finding>,
    left: Vec<Left>,
    judgements: usize,
    /// All findings of the files as they are.
    before: Vec<Finding>,
}

impl Work {
    fn new(check: CheckArgs, change: Change, context: Context) -> Result<Self, CliError> {
        let report = judge(&check, &change, &context)?;
        let directory = check.directory.clone().unwrap_or_else(|| PathBuf::from("."));
        let root = check::root(&directory);
        let paths: BTreeSet<&RepoPath> =
            plan::wanted(&report, &[]).map(|finding| &finding.location.path).collect();
        let files = change.files.iter().filter(|file| paths.contains(&file.path));
        let files = files.map(|file| (file.path.clone(), disk::find(&root, &change.head, file))).collect();
        let before = report.findings.clone();
        let (texts, done, left) = (Texts::new(), Vec::new(), Vec::new());
        Ok(Self { check, change, context, report, files, texts, done, left, judgements: 0, before })
    }

    /// Makes fixes until nothing more can be mended.
    fn mend(&mut self, rules: &[String]) -> Result<(), CliError> {
        for _ in 0..ROUNDS {
            if !self.round(rules)? {
                break;
            }
        }
        Ok(())
    }

    /// Makes the fixes that can be made together; false if there is none.
    fn round(&mut self, rules: &[String]) -> Result<bool, CliError> {
        while self.judgements < JUDGEMENTS {
            let refused: BTreeSet<&str> =
                self.left.iter().map(|left| left.finding.fingerprint.as_str()).collect();
            let wanted = plan::wanted(&self.report, rules)
                .filter(|finding| !refused.contains(finding.fingerprint.as_str()));
            let mut attempt = plan::attempt(wanted, &self.files, &self.texts);
            self.left.append(&mut attempt.left);
            if attempt.findings.is_empty() {
                return Ok(false);
            }
            let texts: Texts = self.texts.clone().into_iter().chain(attempt.texts.clone()).collect();
            self.change.suppose(texts.clone());
            let after = judge(&self.check, &self.change, &self.context)?;
            self.judgements += 1;
            let mut against = proof::against(&self.report, &after, &attempt);
            if against.is_empty() {
                (self.texts, self.report) = (texts, after);
                self.done.append(&mut attempt.findings);
                return Ok(true);
            }
            self.left.append(&mut against);
        }
        Ok(false)
    }

    fn diffs(&self, color: bool) -> String {
        let diff = |(path, old, new): (&RepoPath, &OnDisk, &[u8])| {
            shown::diff(path, (&old.bytes, new), &self.before, color)
        };
        self.changed().map(diff).collect()
    }

    /// The files that are others now: as they are on disk, and as they are to be.
    fn changed(&self) -> impl Iterator<Item = (&RepoPath, &OnDisk, &[u8])> {
        self.texts.iter().filter_map(|(path, new)| {
            let old = self.files.get(path)?.as_ref().ok()?;
            (old.bytes != *new).then_some((path, old, new.as_slice()))
        })
    }

    fn write(&self) -> Result<(), CliError> {
        let failed = self.changed().filter_map(|(path, old, new)| {
            let error = disk::write(old, new).err()?;
            let hint = "every other file is as it is to be: run `gate fix` again";
            Some((format!("{path} cannot be written: {error}"), Some(hint.to_owned())))
        });
        let failed: Vec<_> = failed.collect();
        if failed.is_empty() { Ok(()) } else { Err(CliError::of(failed)) }
    }

    /// A line for each fix, and one for all of them.
    fn words(&self, dry_run: bool) -> Vec<String> {
        let word = if dry_run { "would fix" } else { "fixed" };
        let mut words: Vec<String> = self.done.iter().map(|finding| shown::fixed(word, finding)).collect();
        words.extend(self.left.iter().map(shown::left));
        let files = self.changed().count();
        let files = format!("{files} file{}", if files == 1 { "" } else { "s" });
        let by_hand = self.report.findings.iter().filter(|finding| finding.counts()).count();
        words.push(format!("{word} {} in {files}; {by_hand} left for a person", self.done.len()));
        words
    }

    fn exit(&self, args: &FixArgs) -> Exit {
        let blocks = |finding: &&Finding| {
            let of_rule = args.rules.is_empty() || args.rules.contains(&finding.rule);
            finding.counts() && finding.severity >= self.report.block_on && of_rule
        };
        let would_write = args.dry_run && self.changed().next().is_some();
        if would_write || self.report.findings.iter().any(|finding| blocks(&finding)) {
            Exit::Fail
        } else if self.report.failures.is_empty() {
            Exit::Pass
        } else {
            Exit::Incomplete
        }
    }
}

fn judge(check: &CheckArgs, change: &Change, context: &Context) -> Result<Report, CliError> {
    check::checked(check, change, context, &check::wishes(check)?)
}
