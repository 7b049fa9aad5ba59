//! Which policies run, with what settings, where, and how much their findings weigh.

use std::time::Duration;

use super::formats::is_kebab;
use super::globs::Patterns;
use super::problem::{Complaint, Place};
use crate::model::{RepoPath, Severity};

/// The policies that run when the configuration names none.
pub(super) const DEFAULT: [&str; 3] = ["image-tags", "plaintext-secrets", "no-direct-prod"];

/// Where a policy's module is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicySource {
    /// Part of the gate, by its id: `image-tags`.
    Builtin(String),
    /// A file of the repository.
    File(RepoPath),
}

impl PolicySource {
    pub(super) fn parse(text: &str) -> Result<Self, Complaint> {
        if let Some(name) = text.strip_prefix("builtin:") {
            return match is_kebab(name) {
                true => Ok(Self::Builtin(name.to_owned())),
                false => Err(Complaint::new(format!("`{name}` is no name of a policy"))),
            };
        }
        if let Some((scheme, _)) = text.split_once("://") {
            return Err(Complaint::new(format!("policies from {scheme}:// are not supported yet"))
                .hint("put the file into the repository and name it `./policies/x.wasm`"));
        }
        match text.strip_prefix("./") {
            Some(path) if text.ends_with(".wasm") => Self::file(path),
            _ => Err(Complaint::new(format!("`{text}` is no policy"))
                .hint("write `builtin:NAME` or the path of a file, as in `./policies/x.wasm`")),
        }
    }

    fn file(path: &str) -> Result<Self, Complaint> {
        let segments: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        if segments.contains(&"..") {
            return Err(Complaint::new("a policy's path cannot leave the repository with `..`"));
        }
        Ok(Self::File(RepoPath::from(segments.join("/").as_str())))
    }
}

/// `builtin:image-tags`, `./policies/x.wasm`.
impl std::fmt::Display for PolicySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Builtin(name) => write!(f, "builtin:{name}"),
            Self::File(path) => write!(f, "./{path}"),
        }
    }
}

/// How much the findings of a rule weigh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// They are not reported.
    Off,
    /// They have this severity.
    Severity(Severity),
}

impl Level {
    pub(super) fn parse(word: &str) -> Option<Self> {
        if word == "off" { Some(Self::Off) } else { Severity::parse(word).map(Self::Severity) }
    }
}

/// The level of one rule of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleLevel {
    /// Without the policy's id: `mutable-image-tag`.
    pub rule: String,
    /// Its level.
    pub level: Level,
    /// Where it stands in the configuration; the policy's loader checks that there is such a rule.
    pub place: Place,
}

/// What one call of a policy may use; none is the host's default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// Units of fuel, about one instruction each.
    pub fuel: Option<u64>,
    /// Bytes of all memories together.
    pub memory: Option<u64>,
    /// Bytes of all that the policy answers.
    pub output: Option<u64>,
    /// Wall-clock time.
    pub time: Option<Duration>,
}

impl Limits {
    /// These limits, and those of `other` where these have none.
    pub fn or(self, other: Self) -> Self {
        Self {
            fuel: self.fuel.or(other.fuel),
            memory: self.memory.or(other.memory),
            output: self.output.or(other.output),
            time: self.time.or(other.time),
        }
    }
}

/// One entry of `policies`.
#[derive(Debug, Clone)]
pub struct PolicyConfig {
    /// Where the module is.
    pub source: PolicySource,
    /// The digest that the module must have, 64 lower-case hexadecimal digits; the loader compares.
    pub sha256: Option<String>,
    /// The settings as JSON text; `{}` if there are none.
    pub settings: String,
    /// The level of all its rules.
    pub level: Option<Level>,
    /// The levels of single rules, in the order of the file; stronger than `level`.
    pub rules: Vec<RuleLevel>,
    /// The environments that it is for; all files if empty.
    pub environments: Vec<String>,
    /// Files that it does not look at.
    pub exclude: Patterns,
    /// Its limits, completed by the file's.
    pub limits: Limits,
    /// Where its `use` stands.
    pub place: Place,
    /// Where its settings stand; the entry's place if there are none.
    pub settings_place: Place,
}

impl PolicyConfig {
    /// A built-in policy as it runs without a configuration.
    pub(super) fn builtin(name: &str) -> Self {
        Self::new(PolicySource::Builtin(name.to_owned()), Place::NONE)
    }

    pub(super) fn new(source: PolicySource, place: Place) -> Self {
        Self {
            source,
            sha256: None,
            settings: "{}".to_owned(),
            level: None,
            rules: Vec::new(),
            environments: Vec::new(),
            exclude: Patterns::default(),
            limits: Limits::default(),
            place,
            settings_place: place,
        }
    }

    /// True if the policy looks at `path`, which belongs to (or reaches) the environments `reached`.
    pub fn applies_to<'a>(&self, path: &RepoPath, reached: impl IntoIterator<Item = &'a str>) -> bool {
        let here = self.environments.is_empty()
            || reached.into_iter().any(|name| self.environments.iter().any(|known| known == name));
        here && !self.exclude.matches(path)
    }

    /// The level that the configuration gives to a rule (without the policy's id), if it gives any.
    pub fn level_of(&self, rule: &str) -> Option<Level> {
        self.rules.iter().find(|entry| entry.rule == rule).map(|entry| entry.level).or(self.level)
    }
}
