//! The whole tree, judged by a configuration that is about to be written, and what is to be left out of that.

use std::collections::BTreeMap;

use super::compose::objects;
use super::repository::Repository;
use crate::cli::configuration::{self, Configuration};
use crate::cli::error::CliError;
use crate::cli::schema_args::SchemaWishes;
use crate::cli::schema_options::Wishes;
use crate::cli::{check, facts};
use crate::config::Patterns;
use crate::engine::Checks;
use crate::host::Context;
use crate::model::{CheckFailure, Finding, Report, Severity};

/// The built-in policy that looks at what changes, and at nothing in a tree as a whole.
pub(super) const OF_CHANGES: &str = "no-direct-prod";

/// A report on the whole tree.
pub(super) struct Judged {
    pub(super) report: Report,
    excluded: Patterns,
}

/// Findings of one check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sum {
    /// Findings by severity.
    pub(super) by_severity: BTreeMap<Severity, u64>,
}

impl Judged {
    /// Judges all files; nothing is fetched.
    pub(super) fn new(repository: &Repository, configuration: &Configuration) -> Result<Self, CliError> {
        let checks = Checks { schemas: true, policies: true };
        let wishes = Wishes::about_schemas(SchemaWishes::default());
        let facts = facts::of_run(&Context::default(), &repository.change);
        let report = check::judge(&repository.change, configuration, checks, facts, &wishes)?;
        Ok(Self { report, excluded: Patterns::default() })
    }

    /// Takes the files that match `globs` for excluded.
    pub(super) fn without(self, globs: &[String]) -> Result<Self, CliError> {
        let text = serde_json::json!({ "exclude": globs }).to_string();
        Ok(Self { excluded: configuration::of_text(&text)?.config.exclude, ..self })
    }

    /// Files that are taken for excluded.
    pub(super) fn excluded(&self) -> &Patterns {
        &self.excluded
    }

    /// Findings that no waiver lets pass.
    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        let findings = self.report.findings.iter();
        findings.filter(|finding| finding.counts() && !self.excluded.matches(&finding.location.path))
    }

    /// Findings that block.
    pub(super) fn blocking(&self) -> impl Iterator<Item = &Finding> {
        self.findings().filter(|finding| finding.severity >= self.report.block_on)
    }

    /// Checks that could not finish.
    pub(super) fn failures(&self) -> impl Iterator<Item = &CheckFailure> {
        let is_excluded = |failure: &CheckFailure| {
            failure.location.as_ref().is_some_and(|location| self.excluded.matches(&location.path))
        };
        self.report.failures.iter().filter(move |failure| !is_excluded(failure))
    }

    /// Findings by check: `schema`, `image-tags`.
    pub(super) fn sums(&self) -> BTreeMap<String, Sum> {
        let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
        for id in self.report.coverage.policies.keys() {
            sums.entry(id.clone()).or_default();
        }
        sums.entry("schema".to_owned()).or_default();
        for finding in self.findings() {
            let check = finding.rule.split('/').next().unwrap_or_default();
            *sums.entry(check.to_owned()).or_default().by_severity.entry(finding.severity).or_default() += 1;
        }
        sums
    }

    /// What is said of a check without findings: it holds for so many, or there is nothing that it looks at in a tree.
    pub(super) fn holds(&self, check: &str) -> String {
        let coverage = &self.report.coverage;
        match coverage.policies.get(check).map(|policy| policy.documents) {
            None => format!("holds: 0 findings in {}", objects(coverage.schema_checked)),
            Some(0) if check == OF_CHANGES => "judges changes only".to_owned(),
            Some(0) => "nothing to look at yet".to_owned(),
            Some(1) => "holds: 0 findings in 1 document".to_owned(),
            Some(documents) => format!("holds: 0 findings in {documents} documents"),
        }
    }
}

impl Sum {
    /// `3 errors, 1 warning`; empty if there are none.
    pub(super) fn words(&self) -> String {
        let words = self.by_severity.iter().rev().map(|(severity, number)| match number {
            1 => format!("1 {}", severity.as_str()),
            number => format!("{number} {}s", severity.as_str()),
        });
        words.collect::<Vec<_>>().join(", ")
    }
}
