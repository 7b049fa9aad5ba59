//! What a case expects.

use serde::Deserialize;

use super::Found;
use crate::Severity;

/// What a finding must look like.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(from = "Form")]
pub struct Expectation {
    /// `rule@pointer`, or `rule` for the document as a whole.
    pub finding: String,
    /// 0-based number of the document in the case.
    pub document: u32,
    /// Part of the message.
    pub message: Option<String>,
    /// `info`, `warning`, `error`, if it is not the rule's own.
    pub severity: Option<String>,
    /// Whether the value is to be masked.
    pub sensitive: Option<bool>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Form {
    Short(String),
    Long(Long),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    finding: String,
    #[serde(default)]
    document: u32,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    severity: Option<String>,
    #[serde(default)]
    sensitive: Option<bool>,
}

impl From<Form> for Expectation {
    fn from(form: Form) -> Self {
        match form {
            Form::Short(finding) => {
                Self { finding, document: 0, message: None, severity: None, sensitive: None }
            }
            Form::Long(long) => Self {
                finding: long.finding,
                document: long.document,
                message: long.message,
                severity: long.severity,
                sensitive: long.sensitive,
            },
        }
    }
}

impl Expectation {
    /// The rule, without its place.
    pub(super) fn rule(&self) -> &str {
        self.finding.split_once('@').map_or(&self.finding, |(rule, _)| rule)
    }

    /// In what `found` differs from what is expected; nothing if it is what is expected.
    pub(super) fn differs(&self, found: &Found) -> Vec<&'static str> {
        let message = self.message.as_ref().is_none_or(|part| found.message.contains(part.as_str()));
        let severity = self.severity.as_deref() == found.severity.map(Severity::as_str);
        let sensitive = self.sensitive.is_none_or(|sensitive| sensitive == found.sensitive);
        let all = [
            ("rule", self.rule() == found.rule),
            ("document", self.document == found.document),
            ("place", self.rule() != found.rule || self.finding == found.place()),
            ("message", message),
            ("severity", severity),
            ("sensitive", sensitive),
        ];
        all.into_iter().filter(|(_, same)| !same).map(|(what, _)| what).collect()
    }
}
