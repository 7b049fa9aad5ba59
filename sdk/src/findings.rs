//! What a policy reports.

use crate::{Document, Rule, Severity, Value};

/// A change that would mend a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// One sentence.
    pub description: String,
    /// RFC 6902, against the document.
    pub json_patch: String,
}

/// A second place that explains a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The document's number in the run.
    pub document: u32,
    /// None: the document as a whole.
    pub pointer: Option<String>,
    /// What is there, one line.
    pub message: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The document's number in the run.
    pub document: u32,
    /// The rule's id.
    pub rule: &'static str,
    /// One sentence about this very place.
    pub message: String,
    /// None: the rule's own.
    pub severity: Option<Severity>,
    /// None: the document as a whole.
    pub pointer: Option<String>,
    /// True: the value at the pointer is a secret, to be masked in every output.
    pub sensitive: bool,
    /// None: a person has to think.
    pub fix: Option<Fix>,
    /// Further places.
    pub related: Vec<Related>,
    /// More facts, for machines.
    pub properties: Vec<(String, String)>,
}

impl Finding {
    /// Overrides the rule's severity.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = Some(severity);
        self
    }

    /// Marks the value at the pointer as a secret.
    pub fn sensitive(&mut self) -> &mut Self {
        self.sensitive = true;
        self
    }

    /// Adds a fact for machines.
    pub fn property(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        self.properties.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a place that explains the finding, in this document or another one of the call.
    pub fn related(&mut self, value: Value<'_>, message: impl Into<String>) -> &mut Self {
        let (document, pointer) = value.place();
        self.related.push(Related { document, pointer, message: message.into() });
        self
    }

    /// Suggests a fix as JSON patch operations (RFC 6902).
    pub fn fix(&mut self, description: impl Into<String>, json_patch: impl Into<String>) -> &mut Self {
        self.fix = Some(Fix { description: description.into(), json_patch: json_patch.into() });
        self
    }
}

/// Collects the findings of a call.
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<Finding>,
}

impl Findings {
    /// Reports a value.
    pub fn at(&mut self, value: Value<'_>, rule: &Rule, message: impl Into<String>) -> &mut Finding {
        let (document, pointer) = value.place();
        self.push(document, pointer, rule, message.into())
    }

    /// Reports a document as a whole.
    pub fn on(&mut self, document: &Document<'_>, rule: &Rule, message: impl Into<String>) -> &mut Finding {
        self.push(document.index, None, rule, message.into())
    }

    fn push(&mut self, document: u32, pointer: Option<String>, rule: &Rule, message: String) -> &mut Finding {
        self.list.push(Finding {
            document,
            rule: rule.id,
            message,
            severity: None,
            pointer,
            sensitive: false,
            fix: None,
            related: Vec::new(),
            properties: Vec::new(),
        });
        let last = self.list.len() - 1;
        &mut self.list[last]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// What was reported so far, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.list.iter()
    }

    pub(crate) fn into_list(self) -> Vec<Finding> {
        self.list
    }
}
