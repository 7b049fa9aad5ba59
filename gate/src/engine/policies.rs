//! The policies of a configuration, loaded and with their settings checked.

use std::sync::Arc;

use crate::config::{Config, Level, Place, PolicyConfig, PolicySource, RuleDefault};
use crate::git::{GitError, Snapshot};
use crate::model::{CheckFailure, FailureKind, RuleInfo};
use crate::policy::{Builtin, Compiler, Limits, LoadError, Metadata, Policy, PolicyHost};

/// A policy that is ready to run.
#[derive(Debug)]
pub struct ConfiguredPolicy {
    pub(super) policy: Policy,
    pub(super) config: PolicyConfig,
}

impl ConfiguredPolicy {
    pub(super) fn metadata(&self) -> &Metadata {
        self.policy.metadata()
    }

    /// Its rules as reports show them, with the severities of the configuration.
    pub(super) fn rules(&self) -> Vec<RuleInfo> {
        let mut rules = self.metadata().rule_infos();
        for (info, rule) in rules.iter_mut().zip(&self.metadata().rules) {
            if let Some(Level::Severity(severity)) = self.config.level_of(&rule.id) {
                info.severity = severity;
            }
        }
        rules
    }
}

/// The rules of `policies` with the severities that they declare.
pub fn rule_defaults(policies: &[ConfiguredPolicy]) -> Vec<RuleDefault> {
    let of_policy = |policy: &ConfiguredPolicy| {
        let source = policy.config.source.clone();
        let rules = policy.metadata().rules.iter();
        rules
            .map(|rule| RuleDefault {
                source: source.clone(),
                rule: rule.id.clone(),
                severity: rule.severity,
            })
            .collect::<Vec<_>>()
    };
    policies.iter().flat_map(of_policy).collect()
}

/// A mistake of the configuration that only shows when policies are loaded.
#[derive(Debug)]
pub struct PolicyLoadProblem {
    /// Where it stands in the configuration.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

/// What became of the policies of a configuration.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Ready to run, in the order of the configuration.
    pub policies: Vec<ConfiguredPolicy>,
    /// Modules that are there and cannot be used: the run is incomplete without them.
    pub failures: Vec<CheckFailure>,
}

/// Loads every policy that is not switched off. Modules of the repository are read from `files`, the side that
/// the configuration is from, and turned into machine code by `compiler`.
///
/// # Errors
/// All mistakes of the configuration: no such module, another digest, wrong settings, unknown rules.
pub fn load_policies(
    config: &Config,
    files: Option<&Snapshot>,
    compiler: Arc<dyn Compiler>,
) -> Result<Loaded, Vec<PolicyLoadProblem>> {
    let wanted: Vec<&PolicyConfig> = config.policies.iter().filter(|p| p.level != Some(Level::Off)).collect();
    let mut loaded = Loaded::default();
    if wanted.is_empty() {
        return Ok(loaded);
    }
    let host = match PolicyHost::new(rayon::current_num_threads()) {
        Ok(host) => host.with_compiler(compiler),
        Err(error) => {
            loaded.failures.push(failure("policies", error));
            return Ok(loaded);
        }
    };
    let mut problems = Vec::new();
    for entry in wanted {
        match load(&host, entry, files) {
            Ok(Ok(policy)) => {
                problems.extend(check(&policy, entry));
                loaded.policies.push(ConfiguredPolicy { policy, config: entry.clone() });
            }
            Ok(Err(error)) => loaded.failures.push(failure(&format!("policy {}", entry.source), error)),
            Err(problem) => problems.push(problem),
        }
    }
    problems.extend(duplicates(&loaded.policies));
    if problems.is_empty() { Ok(loaded) } else { Err(problems) }
}

/// The outer error is the configuration's, the inner one the module's.
fn load(
    host: &PolicyHost,
    entry: &PolicyConfig,
    files: Option<&Snapshot>,
) -> Result<Result<Policy, LoadError>, PolicyLoadProblem> {
    let limits = limits(entry);
    match &entry.source {
        PolicySource::Builtin(id) => {
            let missing = || problem(entry.place, format!("there is no built-in policy `{id}`"), None);
            let builtin = Builtin::find(id).ok_or_else(missing)?;
            verify(entry, builtin.sha256)?;
            Ok(builtin.load(host, &limits))
        }
        PolicySource::File(path) => {
            let bytes = match files.map(|files| read(files, path.as_bytes(), limits.module_bytes)) {
                Some(Ok(Some(bytes))) => bytes,
                Some(Ok(None)) | None => return Err(no_file(entry)),
                Some(Err(error)) => {
                    return Err(problem(entry.place, format!("{}: {error}", entry.source), None));
                }
            };
            verify(entry, &sha256(&bytes))?;
            Ok(host.load(&bytes, &limits))
        }
    }
}

fn read(files: &Snapshot, path: &[u8], max: usize) -> Result<Option<Vec<u8>>, GitError> {
    let Some(entry) = files.entry(path)? else { return Ok(None) };
    files.bytes(&entry, max as u64)
}

fn no_file(entry: &PolicyConfig) -> PolicyLoadProblem {
    problem(
        entry.place,
        format!(
            "there is no file {} beside this configuration (or it is larger than a policy may be)",
            entry.source
        ),
        Some(
            "policies are read from the same revision as gate.yaml: in a pull request, from the base"
                .to_owned(),
        ),
    )
}

fn verify(entry: &PolicyConfig, sha256: &str) -> Result<(), PolicyLoadProblem> {
    match &entry.sha256 {
        Some(wanted) if wanted != sha256 => Err(problem(
            entry.place,
            format!("{} has the SHA-256 digest {sha256}, not {wanted}", entry.source),
            Some("if the module was changed on purpose, review it and change `sha256`".to_owned()),
        )),
        _ => Ok(()),
    }
}

/// Mistakes in the settings and in the names of rules.
fn check(policy: &Policy, entry: &PolicyConfig) -> Vec<PolicyLoadProblem> {
    let mut problems = check_settings(policy, entry);
    for level in &entry.rules {
        if policy.metadata().rule(&level.rule).is_none() {
            let known: Vec<&str> = policy.metadata().rules.iter().map(|rule| rule.id.as_str()).collect();
            problems.push(problem(
                level.place,
                format!("policy {} has no rule `{}`", policy.metadata().id, level.rule),
                Some(format!("its rules are {}", known.join(", "))),
            ));
        }
    }
    problems
}

fn check_settings(policy: &Policy, entry: &PolicyConfig) -> Vec<PolicyLoadProblem> {
    let id = &policy.metadata().id;
    let at = |pointer: &str| if pointer.is_empty() { String::new() } else { format!(" at `{pointer}`") };
    let wrong = |pointer: &str, message: &str| {
        problem(entry.settings_place, format!("settings of policy {id}{}: {message}", at(pointer)), None)
    };
    let settings: serde_json::Value = serde_json::from_str(&entry.settings).unwrap_or_default();
    let issues = match crate::schema::json::validate(&policy.metadata().settings_schema, &settings) {
        Ok(issues) => issues,
        Err(error) => return vec![wrong("", &format!("its schema cannot be used: {error}"))],
    };
    if !issues.is_empty() {
        return issues.iter().map(|(pointer, message)| wrong(pointer, message)).collect();
    }
    match policy.check_settings(&entry.settings) {
        Ok(issues) => issues.iter().map(|issue| wrong(&issue.pointer, &issue.message)).collect(),
        Err(failure) => vec![wrong("", &failure.message)],
    }
}

/// Two policies with one id would share their rules' ids.
fn duplicates(policies: &[ConfiguredPolicy]) -> Vec<PolicyLoadProblem> {
    let mut seen = std::collections::HashSet::new();
    let again =
        policies.iter().filter(|policy| !seen.insert((policy.metadata().id.as_str(), same_place(policy))));
    again
        .map(|policy| {
            let id = &policy.metadata().id;
            problem(
                policy.config.place,
                format!("policy {id} is configured twice for the same environments"),
                None,
            )
        })
        .collect()
}

fn same_place(policy: &ConfiguredPolicy) -> Vec<&str> {
    let mut names: Vec<&str> = policy.config.environments.iter().map(String::as_str).collect();
    names.sort_unstable();
    names
}

fn limits(entry: &PolicyConfig) -> Limits {
    let defaults = Limits::default();
    let bytes = |wanted: Option<u64>, default: usize| {
        wanted.map_or(default, |wanted| usize::try_from(wanted).unwrap_or(usize::MAX))
    };
    Limits {
        fuel: entry.limits.fuel.unwrap_or(defaults.fuel),
        time: entry.limits.time.unwrap_or(defaults.time),
        memory_bytes: bytes(entry.limits.memory, defaults.memory_bytes),
        answer_bytes: bytes(entry.limits.output, defaults.answer_bytes),
        ..defaults
    }
}

fn problem(place: Place, message: String, hint: Option<String>) -> PolicyLoadProblem {
    PolicyLoadProblem { place, message, hint }
}

fn failure(check: &str, error: LoadError) -> CheckFailure {
    CheckFailure {
        check: check.to_owned(),
        kind: FailureKind::PolicyLoad,
        message: error.message,
        hint: error.hint,
        location: None,
        object: None,
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
