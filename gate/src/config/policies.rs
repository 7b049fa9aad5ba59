//! Which policies run, with what settings, where, and how much their findings weigh.

use std::sync::Arc;

use super::formats::is_kebab;
use super::globs::Patterns;
use super::limits::Limits;
use super::problem::{Complaint, Place};
use super::reference::Reference;
use super::signatures::SignatureRule;
use crate::model::{RepoPath, Severity};
use crate::text::LineIndex;
use crate::yaml::{NodeId, Tape};

/// The policies that run when the configuration names none.
pub(super) const DEFAULT: [&str; 3] = ["image-tags", "plaintext-secrets", "no-direct-prod"];

/// Where a policy's module is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicySource {
    /// Part of the gate, by its id: `image-tags`.
    Builtin(String),
    /// A file of the repository.
    File(RepoPath),
    /// An artifact in a registry.
    Oci(Reference),
}

impl PolicySource {
    pub(super) fn parse(text: &str) -> Result<Self, Complaint> {
        if let Some(name) = text.strip_prefix("builtin:") {
            return match is_kebab(name) {
                true => Ok(Self::Builtin(name.to_owned())),
                false => Err(Complaint::new(format!("`{name}` is no name of a policy"))),
            };
        }
        match text.split_once("://") {
            Some(("oci", _)) => return Reference::read(text).map(Self::Oci),
            Some((scheme, _)) => {
                return Err(Complaint::new(format!("policies from {scheme}:// are not supported"))
                    .hint("push the policy to an OCI registry, or put the file into the repository"));
            }
            None => {}
        }
        match text.strip_prefix("./") {
            Some(path) if text.ends_with(".wasm") => Self::file(path),
            _ => Err(Complaint::new(format!("`{text}` is no policy"))
                .hint("write `builtin:NAME`, the path of a file as in `./policies/x.wasm`, or `oci://…`")),
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

/// `builtin:image-tags`, `./policies/x.wasm`, `oci://registry/team/x:1.2.0`.
impl std::fmt::Display for PolicySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Builtin(name) => write!(f, "builtin:{name}"),
            Self::File(path) => write!(f, "./{path}"),
            Self::Oci(reference) => write!(f, "{reference}"),
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

/// Whether a policy that is not built in sees the values of Secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecretValues {
    /// A fixed text stands in their place.
    #[default]
    Masked,
    /// As they are; only for policies that say that they need them.
    Clear,
}

impl SecretValues {
    /// The words of the configuration.
    pub(super) const WORDS: &[&str] = &["masked", "clear"];

    pub(super) fn parse(word: &str) -> Option<Self> {
        match word {
            "masked" => Some(Self::Masked),
            "clear" => Some(Self::Clear),
            _ => None,
        }
    }

    /// The word of the configuration.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Masked => "masked",
            Self::Clear => "clear",
        }
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

/// One entry of `policies`.
#[derive(Debug, Clone)]
pub struct PolicyConfig {
    /// Where the module is.
    pub source: PolicySource,
    /// The digest that the module must have, 64 lower-case hexadecimal digits; the loader compares.
    pub sha256: Option<String>,
    /// Who must have signed it; whoever loads it verifies.
    pub signature: Option<SignatureRule>,
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
    /// Whether it sees the values of Secrets.
    pub secrets: SecretValues,
    /// Its limits, completed by the file's.
    pub limits: Limits,
    /// Where its `use` stands.
    pub place: Place,
    /// Where its settings stand; none if it has none.
    pub(super) settings_source: Option<SettingsSource>,
}

/// The settings of a policy in the file that they are from.
#[derive(Debug, Clone)]
pub(super) struct SettingsSource {
    pub(super) tape: Arc<Tape>,
    pub(super) root: NodeId,
}

impl SettingsSource {
    /// The place of the value at `pointer` (RFC 6901), or of what is nearest above it.
    fn place(&self, mut pointer: &str) -> Place {
        let node = loop {
            match (self.tape.pointer(self.root, pointer), pointer.rfind('/')) {
                (Some(node), _) => break node,
                (None, Some(end)) => pointer = &pointer[..end],
                (None, None) => break self.root,
            }
        };
        let span = self.tape.span(node);
        let source = self.tape.source();
        Place { span, start: LineIndex::new(source).line_col(source, span.start) }
    }
}

impl PolicyConfig {
    /// A built-in policy as it runs without a configuration.
    pub(super) fn builtin(name: &str) -> Self {
        Self::new(PolicySource::Builtin(name.to_owned()), Place::NONE)
    }

    /// A policy that runs everywhere with its own settings, severities and limits.
    pub fn new(source: PolicySource, place: Place) -> Self {
        Self {
            source,
            sha256: None,
            signature: None,
            settings: "{}".to_owned(),
            level: None,
            rules: Vec::new(),
            environments: Vec::new(),
            exclude: Patterns::default(),
            secrets: SecretValues::default(),
            limits: Limits::default(),
            place,
            settings_source: None,
        }
    }

    /// Where the setting at `pointer` stands; where the policy does, if it has no settings.
    pub fn place_of_setting(&self, pointer: &str) -> Place {
        self.settings_source.as_ref().map_or(self.place, |source| source.place(pointer))
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
