//! What a policy is: the trait that an author implements, and its metadata.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::schema::SettingsSchema;
use crate::{Document, Findings, Operation, Role};

/// A policy. One value is made for each settings document, and judges any number of documents.
pub trait Policy: Sized {
    /// What the operator may set: a type that derives [`Deserialize`] and [`SettingsSchema`](macro@crate::SettingsSchema),
    /// with a default for every field. Use [`NoSettings`] if there is nothing.
    type Settings: DeserializeOwned + SettingsSchema;

    /// Who the policy is and what it wants to see.
    const METADATA: Metadata;

    /// Takes the settings.
    ///
    /// # Errors
    /// What is wrong with them, beyond what their type can say.
    fn new(settings: Self::Settings) -> Result<Self, Vec<SettingsIssue>>;

    /// Judges one document. The verdict may depend on nothing but the document, its context and the settings.
    fn check(&self, document: &Document<'_>, findings: &mut Findings) {
        let _ = (document, findings);
    }

    /// Judges all documents of a call; with [`Scope::ChangeSet`], all of the change.
    fn check_all(&self, documents: &[Document<'_>], findings: &mut Findings) {
        for document in documents {
            self.check(document, findings);
        }
    }
}

/// Settings of a policy that has none: an empty map.
#[derive(Debug, Clone, Copy, Default, Deserialize, crate::SettingsSchema)]
#[serde(deny_unknown_fields)]
pub struct NoSettings {}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Should be mended.
    Warning,
    /// Must not be merged.
    Error,
}

impl Severity {
    /// `info`, `warning` or `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One rule of a policy. Declare rules with [`rules!`](crate::rules).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Kebab-case, names the bad thing: `mutable-image-tag`.
    pub id: &'static str,
    /// One line.
    pub title: &'static str,
    /// Markdown: what it does, why it is bad, an example, what to use instead. Each line may start with a space.
    pub help: &'static str,
    /// The severity of its findings unless they say otherwise.
    pub severity: Severity,
}

impl Rule {
    /// The help without the space that a doc comment leaves at the start of each line.
    pub fn help_text(&self) -> String {
        let mut text = String::with_capacity(self.help.len());
        for line in self.help.lines() {
            text.push_str(line.strip_prefix(' ').unwrap_or(line));
            text.push('\n');
        }
        text
    }
}

/// How the gate may split the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// Documents may come in any batches and any order, in parallel; verdicts may be cached.
    #[default]
    PerObject,
    /// All matched documents of the change come in one call.
    ChangeSet,
}

/// Selects documents. One must match every list that is not empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// Empty: [`Role::Object`] only.
    pub roles: &'static [Role],
    /// `""` is the core group.
    pub api_groups: &'static [&'static str],
    /// `Deployment`
    pub kinds: &'static [&'static str],
    /// What the change does to the document.
    pub operations: &'static [Operation],
}

impl Match {
    /// Every object.
    pub const ANY: Self = Self { roles: &[], api_groups: &[], kinds: &[], operations: &[] };
}

/// Who a policy is and what it wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    /// Kebab-case: `image-tags`.
    pub id: &'static str,
    /// SemVer.
    pub version: &'static str,
    /// One line.
    pub title: &'static str,
    /// One paragraph.
    pub description: &'static str,
    /// How the work may be split.
    pub scope: Scope,
    /// A document that matches any of these is passed; none: every object.
    pub matches: &'static [Match],
    /// The policy must see the values of Secrets; the operator has to allow it. False: they reach it masked.
    pub reads_secret_values: bool,
    /// Every rule that a finding may name.
    pub rules: &'static [Rule],
    /// Where more is written.
    pub help_url: Option<&'static str>,
    /// Words to find the policy by.
    pub tags: &'static [&'static str],
    /// Names and values, for what has no field.
    pub properties: &'static [(&'static str, &'static str)],
}

impl Metadata {
    /// Metadata with no rules yet, to be completed by struct update: `Metadata { rules: RULES, ..Metadata::new(…) }`.
    pub const fn new(id: &'static str, version: &'static str, title: &'static str) -> Self {
        Self {
            id,
            version,
            title,
            description: "",
            scope: Scope::PerObject,
            matches: &[],
            reads_secret_values: false,
            rules: &[],
            help_url: None,
            tags: &[],
            properties: &[],
        }
    }

    /// True if the gate would pass this document to the policy.
    pub fn wants(&self, document: &Document<'_>) -> bool {
        let one = |rule: &Match| {
            let role = if rule.roles.is_empty() {
                document.role == Role::Object
            } else {
                rule.roles.contains(&document.role)
            };
            role && (rule.api_groups.is_empty() || rule.api_groups.contains(&document.api_group()))
                && (rule.kinds.is_empty() || rule.kinds.contains(&document.kind.as_str()))
                && (rule.operations.is_empty() || rule.operations.contains(&document.operation))
        };
        if self.matches.is_empty() { one(&Match::ANY) } else { self.matches.iter().any(one) }
    }
}

/// What is wrong with the settings, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsIssue {
    /// JSON pointer into the settings; empty for the whole.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

impl SettingsIssue {
    /// An issue at a pointer.
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }
}
