//! The gate's own files in the change that it judges: what its next configuration would do, and what is wrong with it. The
//! next configuration is read as data, and a policy module that the change brings is not run.
//!
//! A mistake in it is a check that could not finish, which no waiver and no severity lets pass: once merged, it would be
//! the base of every change, and nothing would be judged any more, not even the change that mends it.

mod ci;
mod lock;
mod modules;

use super::configuration::{Configuration, MAX_BYTES, parse_config};
use super::error::CliError;
use super::supply::Source;
use crate::config::{Config, ConfigProblem, FILE_NAME, LOCK_NAME, effects};
use crate::engine::{Checks, ConfiguredPolicy, rule_defaults};
use crate::git::{Change, Content, Snapshot};
use crate::model::{CheckFailure, ConfigurationChanges, Effect, FailureKind, Location, RepoPath};
use crate::text::LineIndex;

/// Mistakes that are told one by one.
const TOLD: usize = 50;
const DEFAULTS: &str = "built-in defaults";
const HINT: &str = "mend it in this change: once it is merged, every run would stop here and judge nothing";

/// What a change does to the gate itself.
#[derive(Default)]
pub(super) struct OwnFiles {
    /// None where the gate's files are left alone, or their next state cannot be read.
    pub(super) changes: Option<ConfigurationChanges>,
    /// What is wrong with their next state.
    pub(super) failures: Vec<CheckFailure>,
    pub(super) notices: Vec<String>,
    /// Their next state, where it can be read.
    pub(super) next: Option<Config>,
}

pub(super) use ci::that_run_the_gate;

/// Looks at the gate's own files in `change`. Their next state matters only where the configuration is the base's own.
pub(super) fn read(
    configuration: &Configuration,
    change: &Change,
    policies: &[ConfiguredPolicy],
    checks: Checks,
    source: &Source,
) -> Result<OwnFiles, CliError> {
    let Some(base) = change.base.as_ref() else { return Ok(OwnFiles::default()) };
    let mut own = OwnFiles { notices: ci::notices(base, change)?, ..OwnFiles::default() };
    let is_touched = |path: &[u8]| is_touched(change, path);
    let modules = modules::named(&configuration.config);
    let is_locked_anew = is_touched(LOCK_NAME.as_bytes());
    let is_schema = |file| lock::is_schema(&configuration.config, file);
    let concerned = is_locked_anew
        || change.files.iter().any(is_schema)
        || is_touched(FILE_NAME.as_bytes())
        || modules.iter().any(|path| is_touched(path.as_bytes()));
    if !configuration.is_the_base_s(change) || !concerned {
        return Ok(own);
    }
    let next = match Next::read(&change.head)? {
        Ok(next) => next,
        Err(failures) => return Ok(OwnFiles { failures, ..own }),
    };
    let is_new = base.entry(FILE_NAME.as_bytes())?.is_none();
    if is_new {
        own.notices.push(format!("bootstrap: {DEFAULTS} apply until this change is merged"));
    }
    let word = |is_there: bool| if is_there { FILE_NAME } else { DEFAULTS };
    let (before, after) = (word(!is_new), word(next.is_there));
    let mut found: Vec<Effect> = Vec::new();
    if before != after {
        found.push(Effect::new("configuration", Some(before), Some(after), false));
    }
    found.extend(effects(&configuration.config, &next.config, &rule_defaults(policies)));
    found.extend(modules::effects(&modules, base, change)?);
    found.extend(lock::contents(&configuration.config, base, change)?);
    let mut failures = Vec::new();
    if is_locked_anew {
        match lock::effects(base, &change.head)? {
            Ok(effects) => found.extend(effects),
            Err(why) => failures.push(failure(FailureKind::Syntax, why, None, None)),
        }
    }
    own.changes = Some(ConfigurationChanges::new(found));
    let tried = modules::Tried { base: &configuration.config, next: &next.config, source, checks };
    failures.extend(next.failures(modules::problems(&tried, base, change)?));
    own.failures = failures;
    own.next = Some(next.config);
    Ok(own)
}

/// True if the change has this file on either side.
fn is_touched(change: &Change, path: &[u8]) -> bool {
    change.files.iter().any(|file| {
        let before = file.base.as_ref().map(|entry| entry.path.as_bytes());
        file.path.as_bytes() == path || before == Some(path)
    })
}

/// The configuration as the change leaves it.
struct Next {
    config: Config,
    is_there: bool,
    bytes: Vec<u8>,
}

impl Next {
    /// The inner error is what is wrong with it.
    fn read(head: &Snapshot) -> Result<Result<Self, Vec<CheckFailure>>, CliError> {
        let Some(entry) = head.entry(FILE_NAME.as_bytes())? else {
            return Ok(Ok(Self { config: Config::default(), is_there: false, bytes: Vec::new() }));
        };
        let Content::Bytes(bytes) = head.read(&entry, MAX_BYTES)? else {
            let message = format!("{FILE_NAME} of the change is no text file of at most {MAX_BYTES} bytes");
            return Ok(Err(vec![failure(FailureKind::Unreadable, message, None, None)]));
        };
        Ok(match parse_config(&FILE_NAME.into(), &bytes)? {
            Ok(config) => Ok(Self { config, is_there: true, bytes }),
            Err(problems) => Err(failures(FailureKind::Syntax, problems, &bytes)),
        })
    }

    /// Mistakes that only show beside the policies.
    fn failures(&self, problems: Vec<ConfigProblem>) -> Vec<CheckFailure> {
        failures(FailureKind::PolicyLoad, problems, &self.bytes)
    }
}

/// A failure for each problem, at its place; if they are too many, the last one counts the others.
fn failures(kind: FailureKind, problems: Vec<ConfigProblem>, bytes: &[u8]) -> Vec<CheckFailure> {
    let lines = LineIndex::new(bytes);
    let more = problems.len().saturating_sub(TOLD);
    let mut failures: Vec<CheckFailure> = problems
        .into_iter()
        .take(TOLD)
        .map(|ConfigProblem { place, message, hint, .. }| {
            let end = lines.line_col(bytes, place.span.end);
            let path = RepoPath::from(FILE_NAME);
            let (span, start, pointer) = (place.span, place.start, String::new());
            let location = Location { path, span, start, end, pointer, excerpt: None };
            failure(kind, message, hint, Some(location))
        })
        .collect();
    if more > 0 {
        failures.push(failure(kind, format!("{more} more mistakes are in {FILE_NAME}"), None, None));
    }
    failures
}

fn failure(
    kind: FailureKind,
    message: String,
    hint: Option<String>,
    location: Option<Location>,
) -> CheckFailure {
    let hint = hint.map_or_else(|| HINT.to_owned(), |hint| format!("{hint}; {HINT}"));
    CheckFailure {
        check: "configuration".to_owned(),
        kind,
        message: crate::text::clean_line(&message).into_owned(),
        hint: Some(crate::text::clean_line(&hint).into_owned()),
        location,
        object: None,
    }
}
