//! `gate.yaml`: what the gate shall do in one repository. Read in two phases, raw (the shape, by the table in
//! `keys`) and valid (what refers to what); every problem is reported at once, with its place.
//! Without a file, [`Config::default`] recognises the usual environments and runs the default policies.

mod calendar;
mod detect;
mod effect;
mod environments;
mod formats;
mod globs;
mod guess;
mod json_schema;
mod key_notes;
mod key_reference;
mod keys;
mod kinds;
mod known;
mod limits;
mod policies;
mod problem;
mod read;
mod read_waivers;
mod reference;
mod schemas;
mod shape;
mod signatures;
mod signing;
mod units;
mod waivers;

#[cfg(test)]
mod tests;

pub use calendar::Date;
pub use effect::{RuleDefault, effects};
pub use environments::{Environment, Environments};
pub use globs::{Pattern, Patterns};
pub use guess::{Guess, GuessedEnvironment, environments_in, literal_folder, literal_glob, literal_name};
pub use json_schema::json_schema;
pub use key_reference::{KeyReference, key_reference};
pub use kinds::KindPattern;
pub use known::Known;
pub use limits::{Limit, Limits};
pub use policies::{Level, PolicyConfig, PolicySource, RuleLevel, SecretValues};
pub use problem::{ConfigProblem, Place};
pub use read_waivers::{WAIVER_ANNOTATION, annotated_waivers};
pub use reference::Reference;
pub use schemas::{
    LOCK_NAME, Locked, MAX_LOCK_BYTES, SchemaLocation, SchemaLock, SchemaTemplate, WantedKind,
};
pub use signatures::{Identity, SignatureRule, Signer};
pub use units::KubernetesVersion;
pub use waivers::{RulePatterns, WAIVER_RULES, Waiver, idle_paths};

use crate::model::{RepoPath, Severity};

/// The name of the configuration file, at the root of the repository.
pub const FILE_NAME: &str = "gate.yaml";

/// A valid configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// Versions of the clusters; empty for the newest that the gate knows.
    pub kubernetes: Vec<KubernetesVersion>,
    /// The environments, declared or recognised.
    pub environments: Environments,
    /// The policies, in the order of the file.
    pub policies: Vec<PolicyConfig>,
    /// Limits of all policies; those of a single one have been completed by them.
    pub limits: Limits,
    /// No policy but built-in ones runs without a signature.
    pub require_signatures: bool,
    /// Files that the gate does not look at.
    pub exclude: Patterns,
    /// Files of the repository that define further kinds.
    pub schemas: Patterns,
    /// Where the schemas of kinds are looked for that no file of the repository defines, in this order.
    pub schema_locations: Vec<SchemaLocation>,
    /// Kinds that may lack a schema.
    pub allow_missing_schemas: Vec<KindPattern>,
    /// The least severity that blocks.
    pub block_on: Severity,
    /// Permissions to break rules.
    pub waivers: Vec<Waiver>,
    /// Rules that no waiver is for.
    pub not_waivable: RulePatterns,
    /// Waivers that a change brings hold for that change already.
    pub waivers_from_change: bool,
    /// Annotations of objects may hold waivers.
    pub waivers_by_annotation: bool,
}

/// What holds where there is no `gate.yaml`.
impl Default for Config {
    fn default() -> Self {
        Self {
            kubernetes: Vec::new(),
            environments: Environments::recognised(),
            policies: policies::DEFAULT.into_iter().map(PolicyConfig::builtin).collect(),
            limits: Limits::default(),
            require_signatures: false,
            exclude: Patterns::default(),
            schemas: Patterns::default(),
            schema_locations: Vec::new(),
            allow_missing_schemas: Vec::new(),
            block_on: Severity::Error,
            waivers: Vec::new(),
            not_waivable: RulePatterns::default(),
            waivers_from_change: false,
            waivers_by_annotation: false,
        }
    }
}

impl Config {
    /// Reads a configuration file; `path` is used in the problems only. An empty file is the default.
    ///
    /// # Errors
    /// Everything that is wrong with the file, in the order of the file; never an empty list.
    pub fn parse(path: &RepoPath, bytes: &[u8], known: &Known<'_>) -> Result<Self, Vec<ConfigProblem>> {
        read::read(path, bytes, known)
    }

    /// The environment that `path` belongs to.
    pub fn environment_of(&self, path: &RepoPath) -> Option<&Environment> {
        self.environments.of_path(path)
    }

    /// The versions of the clusters that `environment` (none: of the repository) has; empty for the newest.
    pub fn kubernetes_of<'a>(&'a self, environment: Option<&'a Environment>) -> &'a [KubernetesVersion] {
        match environment {
            Some(environment) if !environment.kubernetes.is_empty() => &environment.kubernetes,
            _ => &self.kubernetes,
        }
    }

    /// Judges the whole repository by `versions`, whatever the file says of it and of its environments.
    pub fn judge_all_by(&mut self, versions: &[KubernetesVersion]) {
        self.kubernetes = versions.to_vec();
        self.environments.forget_versions();
    }

    /// Every version that is written anywhere in the configuration.
    pub fn kubernetes_versions(&self) -> Vec<KubernetesVersion> {
        let declared = self.environments.iter().flat_map(|environment| &environment.kubernetes);
        self.kubernetes.iter().chain(declared).copied().collect()
    }

    /// True if an object of this kind may lack a schema.
    pub fn may_lack_schema(&self, api_version: &str, kind: &str) -> bool {
        self.allow_missing_schemas.iter().any(|pattern| pattern.matches(api_version, kind))
    }

    /// [`Config::may_lack_schema`] of group, version and kind; a group or version that nobody names may be any.
    pub fn may_lack_schema_in(&self, kind: (Option<&str>, Option<&str>, &str)) -> bool {
        self.allow_missing_schemas.iter().any(|pattern| pattern.may_match(kind))
    }
}
