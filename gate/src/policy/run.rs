//! Judging a batch of documents with a policy. If the batch does not end well, each of its documents is judged
//! alone, so that only the guilty ones are lost; a policy whose documents keep failing is given up for the rest.

use std::ops::Range;

use super::answer;
use super::bindings::validator as wit;
use super::contract::{Context, Document, RawFinding, Scope, SettingsIssue};
use super::convert::Arguments;
use super::failure::{PolicyFailure, Stop};
use super::host::Policy;
use super::limits::{grouped, raise};
use super::sandbox::{Budget, enter};
use crate::model::FailureKind;
use crate::text::{clean_line, shorten};

/// Settings problems that are shown.
const SETTINGS_ISSUES: usize = 20;

/// What a policy said of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// In the order of the policy.
    pub findings: Vec<RawFinding>,
    /// Documents that could not be judged, and answers that break the contract.
    pub failures: Vec<PolicyFailure>,
    /// Units of fuel that the calls that ended well took; the same on every machine.
    pub fuel: u64,
    /// Most bytes of linear memory that an instance had whose call ended well; the same on every machine.
    pub memory: u64,
}

impl Policy {
    /// Asks the policy whether these settings (JSON) make sense, beyond what its schema says.
    ///
    /// # Errors
    /// The call did not end well.
    pub fn check_settings(&self, settings: &str) -> Result<Vec<SettingsIssue>, PolicyFailure> {
        let budget = Budget::new(&self.host, &self.limits, 0, settings.len());
        let call = enter(&self.host, &self.linked, &self.limits, budget, |store, guest| {
            guest.call_check_settings(store, settings)
        });
        let (issues, _) = call.map_err(|stop| self.failure(stop, None))?;
        let mut issues: Vec<SettingsIssue> =
            issues.into_iter().map(|issue| self.settings_issue(&issue)).collect();
        issues.truncate(SETTINGS_ISSUES);
        Ok(issues)
    }

    /// Ranges of `documents` that are to be given to [`Policy::run`] one by one, in any order or in parallel. A
    /// policy with scope [`Scope::ChangeSet`] gets all in one.
    pub fn batches(&self, documents: &[&Document]) -> Vec<Range<usize>> {
        if documents.is_empty() {
            return Vec::new();
        }
        if self.metadata.scope == Scope::ChangeSet {
            return std::iter::once(0..documents.len()).collect();
        }
        let mut batches = Vec::new();
        let (mut start, mut size) = (0, 0);
        for (at, document) in documents.iter().enumerate() {
            let bytes = document.json_bytes();
            let full = at - start >= self.limits.batch_documents || size + bytes > self.limits.batch_bytes;
            if at > start && full {
                batches.push(start..at);
                (start, size) = (at, 0);
            }
            size += bytes;
        }
        batches.push(start..documents.len());
        batches
    }

    /// Judges one batch with these settings (JSON). The same arguments give the same outcome.
    pub fn run(&self, settings: &str, context: &Context, documents: &[&Document]) -> Outcome {
        let mut outcome = Outcome::default();
        if documents.is_empty() {
            return outcome;
        }
        let Err(stop) = self.judge(settings, context, documents, &mut outcome) else { return outcome };
        match documents {
            [only] if stop.can_split => outcome.failures.push(self.failure(stop, Some(only))),
            _ if stop.can_split && self.metadata.scope == Scope::PerObject => {
                self.judge_each(settings, context, documents, &mut outcome);
            }
            _ => outcome.failures.push(self.failure(stop, None)),
        }
        outcome
    }

    fn judge_each(&self, settings: &str, context: &Context, documents: &[&Document], outcome: &mut Outcome) {
        let mut failing = 0;
        for (at, document) in documents.iter().enumerate() {
            let Err(stop) = self.judge(settings, context, &[*document], outcome) else { continue };
            outcome.failures.push(self.failure(stop, Some(document)));
            failing += 1;
            let left = documents.len() - at - 1;
            if failing >= self.limits.failing_documents && left > 0 {
                outcome.failures.push(self.given_up(failing, left));
                return;
            }
        }
    }

    /// One call; its checked answer goes into `outcome`.
    fn judge(
        &self,
        settings: &str,
        context: &Context,
        documents: &[&Document],
        outcome: &mut Outcome,
    ) -> Result<(), Stop> {
        let json_bytes: usize = documents.iter().map(|document| document.json_bytes()).sum();
        let budget =
            Budget::new(&self.host, &self.limits, documents.len(), settings.len().saturating_add(json_bytes));
        let arguments = Arguments::new(context, documents);
        let lowered = arguments.documents();
        let environments = arguments.environments();
        let (answer, spent) = enter(&self.host, &self.linked, &self.limits, budget, |store, guest| {
            guest.call_validate(store, settings, arguments.context(&environments), &lowered)
        })?;
        let findings = answer.map_err(|error| self.refusal(error))?;
        outcome.fuel = outcome.fuel.saturating_add(spent.fuel);
        outcome.memory = outcome.memory.max(spent.memory);
        let checked = answer::check(findings, documents, &self.metadata, &self.limits);
        outcome.findings.extend(checked.findings);
        outcome.failures.extend(checked.failures);
        Ok(())
    }

    /// The policy's own error.
    fn refusal(&self, error: wit::PolicyError) -> Stop {
        match error {
            wit::PolicyError::Other(text) => {
                Stop::new(FailureKind::PolicyError, format!("reports an error: {}", self.line(&text)))
            }
            wit::PolicyError::Settings(issues) => {
                let issue = |issue: &wit::SettingsIssue| {
                    let SettingsIssue { pointer, message } = self.settings_issue(issue);
                    format!("{message} (at {pointer:?})")
                };
                let issues: Vec<String> = issues.iter().take(SETTINGS_ISSUES).map(issue).collect();
                Stop::new(FailureKind::PolicyLoad, format!("refuses its settings: {}", issues.join("; ")))
                    .hint("correct the settings of this policy in the configuration")
                    .whole()
            }
        }
    }

    fn settings_issue(&self, issue: &wit::SettingsIssue) -> SettingsIssue {
        SettingsIssue { pointer: self.line(&issue.pointer), message: self.line(&issue.message) }
    }

    fn line(&self, text: &str) -> String {
        shorten(&clean_line(text), self.limits.message_bytes).into_owned()
    }

    fn failure(&self, stop: Stop, document: Option<&Document>) -> PolicyFailure {
        let place = document.map(|document| format!(" on {}", document.describe())).unwrap_or_default();
        PolicyFailure {
            kind: stop.kind,
            document: document.map(|document| document.index),
            message: format!("policy {} {}{place}", self.metadata.id, stop.what),
            hint: stop.hint,
        }
    }

    fn given_up(&self, failing: usize, left: usize) -> PolicyFailure {
        let message = format!(
            "policy {} was given up after {} failing documents; {} more of the same batch were not judged",
            self.metadata.id,
            grouped(failing as u64),
            grouped(left as u64),
        );
        let hint = Some(raise("failing-objects"));
        PolicyFailure { kind: FailureKind::PolicyError, document: None, message, hint }
    }
}
