//! Rules and severities.

use serde::{Deserialize, Serialize};

/// How much a finding weighs; ordered from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably wrong.
    Warning,
    /// Wrong; blocks by default.
    Error,
}

impl Severity {
    /// All, from least to most.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Error];

    /// The word used in configuration and in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The reverse of [`Severity::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == word)
    }
}

/// What is known of a rule apart from its findings; one for each rule that ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleInfo {
    /// `<check>/<rule>` in kebab-case: `image-tags/mutable-image-tag`, `schema/unknown-field`.
    pub id: String,
    /// One line that names the bad thing.
    pub title: String,
    /// Markdown: what it does, why it is bad, an example, what to use instead.
    pub help: String,
    /// The severity that its findings have unless they or the configuration say otherwise.
    pub severity: Severity,
    /// Where to read more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help_url: Option<String>,
}
