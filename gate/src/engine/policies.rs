//! The policies of a configuration, loaded and with their settings checked.

use std::sync::Arc;
use std::time::Duration;

use super::parallel;
use crate::config::{Config, Level, Limit, Place, PolicyConfig, PolicySource, RuleDefault, SecretValues};
use crate::git::{GitError, Snapshot};
use crate::model::{CheckFailure, RuleInfo};
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

    /// True if it is handed the values of Secrets: it is part of the gate, or it needs them and the operator agrees.
    pub(super) fn sees_secret_values(&self) -> bool {
        let own = matches!(self.config.source, PolicySource::Builtin(_));
        own || (self.metadata().reads_secret_values && self.config.secrets == SecretValues::Clear)
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

/// Modules from elsewhere, and signatures: what the engine asks of whoever knows registries and keys.
pub trait Modules {
    /// The module of a policy that is not in the repository, of at most `most` bytes, its pins and signature checked.
    ///
    /// # Errors
    /// Why there is none.
    fn fetched(&self, policy: &PolicyConfig, most: usize) -> Result<Vec<u8>, ModuleError>;

    /// Checks that the module of a policy in the repository is signed as its configuration asks.
    ///
    /// # Errors
    /// Why it is not.
    fn signed(&self, policy: &PolicyConfig, module: &[u8]) -> Result<(), ModuleError>;
}

/// Why there is no module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleError {
    /// The configuration is at fault (or the module is not what it asks for); else what the run depends on is.
    pub is_mistake: bool,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

/// Loads every policy that is not switched off. Modules of the repository are read from `files`, the side that
/// the configuration is from, others from `modules`; `compiler` turns them into machine code.
///
/// # Errors
/// All mistakes of the configuration: no such module, another digest, wrong settings, unknown rules.
pub fn load_policies(
    config: &Config,
    files: Option<&Snapshot>,
    compiler: Arc<dyn Compiler>,
    modules: &dyn Modules,
) -> Result<Loaded, Vec<PolicyLoadProblem>> {
    let wanted: Vec<&PolicyConfig> = config.policies.iter().filter(|p| p.level != Some(Level::Off)).collect();
    let mut loaded = Loaded::default();
    if wanted.is_empty() {
        return Ok(loaded);
    }
    let host = match host(config) {
        Ok(host) => host.with_compiler(compiler),
        Err(error) => {
            loaded.failures.push(failure("policies", error));
            return Ok(loaded);
        }
    };
    let mut problems = Vec::new();
    for entry in wanted {
        match load(&host, entry, files, modules) {
            Ok(Ok(policy)) => match parallel::on_worker(|| check(&policy, entry)) {
                Ok(found) => {
                    problems.extend(found);
                    loaded.policies.push(ConfiguredPolicy { policy, config: entry.clone() });
                }
                Err(error) => loaded.failures.push(failure(&format!("policy {}", entry.source), error)),
            },
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
    modules: &dyn Modules,
) -> Result<Result<Policy, LoadError>, PolicyLoadProblem> {
    let limits = limits(entry);
    match &entry.source {
        PolicySource::Builtin(id) => {
            let missing = || problem(entry.place, format!("there is no built-in policy `{id}`"), None);
            let builtin = Builtin::find(id).ok_or_else(missing)?;
            verify(entry, builtin.sha256)?;
            Ok(parallel::on_worker(|| builtin.load(host, &limits)))
        }
        PolicySource::File(path) => {
            let bytes = match files.map(|files| read(files, path.as_bytes(), &limits)) {
                Some(Ok(Some(Ok(bytes)))) => bytes,
                Some(Ok(Some(Err(too_large)))) => return Ok(Err(too_large)),
                Some(Ok(None)) | None => return Err(no_file(entry)),
                Some(Err(error)) => {
                    return Err(problem(entry.place, format!("{}: {error}", entry.source), None));
                }
            };
            verify(entry, &sha256(&bytes))?;
            if entry.signature.is_some()
                && let Err(error) = modules.signed(entry, &bytes)
            {
                return refused(entry, error);
            }
            Ok(parallel::on_worker(|| host.load(&bytes, &limits)))
        }
        PolicySource::Oci(_) => {
            let bytes = match modules.fetched(entry, limits.module_bytes) {
                Ok(bytes) => bytes,
                Err(error) => return refused(entry, error),
            };
            verify(entry, &sha256(&bytes))?;
            Ok(host.load(&bytes, &limits))
        }
    }
}

fn refused<T>(entry: &PolicyConfig, error: ModuleError) -> Result<Result<T, LoadError>, PolicyLoadProblem> {
    let ModuleError { is_mistake, message, hint } = error;
    match is_mistake {
        true => Err(problem(entry.place, message, hint)),
        false => Ok(Err(LoadError { hint, ..LoadError::new(message) })),
    }
}

/// The bytes of a module; none if there is no such file. The inner error is that of one that is too large to be read.
fn read(
    files: &Snapshot,
    path: &[u8],
    limits: &Limits,
) -> Result<Option<Result<Vec<u8>, LoadError>>, GitError> {
    let Some(entry) = files.entry(path)?.filter(|entry| entry.mode.is_file()) else { return Ok(None) };
    let bytes = files.bytes(&entry, limits.module_bytes as u64)?;
    Ok(Some(bytes.ok_or_else(|| LoadError::module_too_large(limits))))
}

fn no_file(entry: &PolicyConfig) -> PolicyLoadProblem {
    problem(
        entry.place,
        format!("there is no file {} beside this configuration", entry.source),
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

/// Mistakes in the settings and in the names of rules; the error is a call of the policy that did not end well.
fn check(policy: &Policy, entry: &PolicyConfig) -> Result<Vec<PolicyLoadProblem>, LoadError> {
    let mut problems = check_settings(policy, entry)?;
    problems.extend(check_secrets(policy, entry));
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
    Ok(problems)
}

/// What the policy asks for and what the operator allows must be the same.
fn check_secrets(policy: &Policy, entry: &PolicyConfig) -> Option<PolicyLoadProblem> {
    let id = &policy.metadata().id;
    let (message, hint) = match (policy.metadata().reads_secret_values, entry.secrets, &entry.source) {
        (_, _, PolicySource::Builtin(_)) => return None,
        (true, SecretValues::Masked, _) => (
            format!("policy {id} has to see the values of Secrets"),
            "if it may, add `secrets: clear` to its entry; it has nowhere to send them but to the report",
        ),
        (false, SecretValues::Clear, _) => {
            (format!("policy {id} does not ask for the values of Secrets"), "remove `secrets: clear`")
        }
        _ => return None,
    };
    Some(problem(entry.place, message, Some(hint.to_owned())))
}

/// What is wrong with the settings, each at its place.
fn check_settings(policy: &Policy, entry: &PolicyConfig) -> Result<Vec<PolicyLoadProblem>, LoadError> {
    let id = &policy.metadata().id;
    let at = |pointer: &str| if pointer.is_empty() { String::new() } else { format!(" at `{pointer}`") };
    let wrong = |pointer: &str, message: &str| {
        problem(
            entry.place_of_setting(pointer),
            format!("settings of policy {id}{}: {message}", at(pointer)),
            None,
        )
    };
    let settings: serde_json::Value = serde_json::from_str(&entry.settings).unwrap_or_default();
    let issues = match crate::schema::json::validate(&policy.metadata().settings_schema, &settings) {
        Ok(issues) => issues,
        Err(error) => return Ok(vec![wrong("", &format!("its schema cannot be used: {error}"))]),
    };
    if !issues.is_empty() {
        return Ok(issues.iter().map(|(pointer, message)| wrong(pointer, message)).collect());
    }
    let issues = policy.check_settings(&entry.settings).map_err(LoadError::from)?;
    Ok(issues.iter().map(|issue| wrong(&issue.pointer, &issue.message)).collect())
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

/// The limits of the configuration, and the host's own where it says nothing.
fn limits(entry: &PolicyConfig) -> Limits {
    let defaults = Limits::default();
    let get = |limit: Limit| entry.limits.get(limit);
    let size = |limit, default: usize| {
        get(limit).map_or(default, |wanted| usize::try_from(wanted).unwrap_or(usize::MAX))
    };
    let time = |limit, default: Duration| get(limit).map_or(default, Duration::from_millis);
    Limits {
        fuel: get(Limit::Fuel).unwrap_or(defaults.fuel),
        fuel_per_document: get(Limit::FuelPerObject).unwrap_or(defaults.fuel_per_document),
        time: time(Limit::Time, defaults.time),
        memory_bytes: size(Limit::Memory, defaults.memory_bytes),
        table_entries: size(Limit::Tables, defaults.table_entries),
        answer_bytes: size(Limit::Output, defaults.answer_bytes),
        findings_per_document: size(Limit::Findings, defaults.findings_per_document),
        message_bytes: size(Limit::Message, defaults.message_bytes),
        module_bytes: size(Limit::Module, defaults.module_bytes),
        compile_memory_bytes: get(Limit::CompileMemory).unwrap_or(defaults.compile_memory_bytes),
        compile_time: time(Limit::CompileTime, defaults.compile_time),
        compile_time_per_mib: time(Limit::CompileTimePerMib, defaults.compile_time_per_mib),
        batch_documents: size(Limit::BatchObjects, defaults.batch_documents),
        batch_bytes: size(Limit::BatchBytes, defaults.batch_bytes),
        failing_documents: size(Limit::FailingObjects, defaults.failing_documents),
        help_bytes: defaults.help_bytes,
        pointer_bytes: defaults.pointer_bytes,
        list_entries: defaults.list_entries,
    }
}

/// What a limit is where the configuration says nothing: bytes, milliseconds or things.
pub fn usual_limit(limit: Limit) -> u64 {
    let usual = Limits::default();
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    match limit {
        Limit::Fuel => usual.fuel,
        Limit::FuelPerObject => usual.fuel_per_document,
        Limit::Time => millis(usual.time),
        Limit::Memory => usual.memory_bytes as u64,
        Limit::Tables => usual.table_entries as u64,
        Limit::Output => usual.answer_bytes as u64,
        Limit::Findings => usual.findings_per_document as u64,
        Limit::Message => usual.message_bytes as u64,
        Limit::Module => usual.module_bytes as u64,
        Limit::CompileMemory => usual.compile_memory_bytes,
        Limit::CompileTime => millis(usual.compile_time),
        Limit::CompileTimePerMib => millis(usual.compile_time_per_mib),
        Limit::BatchObjects => usual.batch_documents as u64,
        Limit::BatchBytes => usual.batch_bytes as u64,
        Limit::FailingObjects => usual.failing_documents as u64,
        Limit::Stack => crate::policy::GUEST_STACK_BYTES as u64,
    }
}

/// An engine for the threads of this run, with the stack that the configuration gives to policies.
fn host(config: &Config) -> Result<PolicyHost, LoadError> {
    let threads = rayon::current_num_threads();
    match config.limits.get(Limit::Stack).map(usize::try_from) {
        Some(stack) => PolicyHost::with_stack(threads, stack.unwrap_or(usize::MAX)),
        None => PolicyHost::new(threads),
    }
}

fn problem(place: Place, message: String, hint: Option<String>) -> PolicyLoadProblem {
    PolicyLoadProblem { place, message, hint }
}

fn failure(check: &str, error: LoadError) -> CheckFailure {
    CheckFailure {
        check: check.to_owned(),
        kind: error.kind,
        message: error.message,
        hint: error.hint,
        location: None,
        object: None,
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    crate::text::hexadecimal(&sha2::Sha256::digest(bytes))
}
