//! What cases are run against. One code reads and compares them, whoever judges: a policy in this process under
//! `cargo test`, or its component in the gate's sandbox.

use std::marker::PhantomData;

use super::Input;
use crate::{Context, Document, Failure, Finding, Policy, SettingsIssue, Severity};

/// A policy that can be asked.
pub trait Subject {
    /// The ids of its rules, in their order.
    fn rules(&self) -> Vec<String>;

    /// The JSON Schema of its settings, as JSON text.
    fn settings_schema(&self) -> String;

    /// True if the gate would pass this document to it.
    fn wants(&self, input: &Input) -> bool;

    /// What is wrong with settings (JSON).
    ///
    /// # Errors
    /// It could not say.
    fn check_settings(&self, settings: &str) -> Result<Vec<SettingsIssue>, String>;

    /// Judges documents with settings (JSON).
    fn judge(&self, settings: &str, context: &Context, inputs: &[Input]) -> Answer;
}

/// What a subject says of documents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// What it reports.
    pub found: Vec<Found>,
    /// What is wrong with the settings; then nothing was judged.
    pub issues: Vec<SettingsIssue>,
    /// Why it did not come to an end: its own error, a trap, a limit, a breach of the contract.
    pub failures: Vec<String>,
}

/// A finding, as far as cases look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Number of the document in the case.
    pub document: u32,
    /// Id of the rule, without the policy's.
    pub rule: String,
    /// What it says.
    pub message: String,
    /// None: the rule's own.
    pub severity: Option<Severity>,
    /// None: the document as a whole.
    pub pointer: Option<String>,
    /// The value at the pointer is to be masked.
    pub sensitive: bool,
}

impl Found {
    /// `rule@pointer`, or `rule` for the document as a whole.
    pub fn place(&self) -> String {
        match &self.pointer {
            Some(pointer) => format!("{}@{pointer}", self.rule),
            None => self.rule.clone(),
        }
    }
}

impl From<Finding> for Found {
    fn from(finding: Finding) -> Self {
        let Finding { document, rule, message, severity, pointer, sensitive, .. } = finding;
        Self { document, rule: rule.to_owned(), message, severity, pointer, sensitive }
    }
}

/// A policy in this process.
#[derive(Debug)]
pub struct Native<P>(PhantomData<P>);

impl<P> Native<P> {
    /// The policy `P`.
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<P> Default for Native<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: Policy> Subject for Native<P> {
    fn rules(&self) -> Vec<String> {
        P::METADATA.rules.iter().map(|rule| rule.id.to_owned()).collect()
    }

    fn settings_schema(&self) -> String {
        crate::settings_schema::<P>()
    }

    fn wants(&self, input: &Input) -> bool {
        P::METADATA.wants(&input.document(&Context::default()))
    }

    fn check_settings(&self, settings: &str) -> Result<Vec<SettingsIssue>, String> {
        Ok(crate::check_settings::<P>(settings))
    }

    fn judge(&self, settings: &str, context: &Context, inputs: &[Input]) -> Answer {
        let documents: Vec<Document<'_>> = inputs.iter().map(|input| input.document(context)).collect();
        match crate::evaluate::<P>(settings, &documents) {
            Ok(findings) => {
                Answer { found: findings.into_iter().map(Found::from).collect(), ..Answer::default() }
            }
            Err(Failure::Settings(issues)) => Answer { issues, ..Answer::default() },
            Err(Failure::Other(message)) => Answer { failures: vec![message], ..Answer::default() },
        }
    }
}
