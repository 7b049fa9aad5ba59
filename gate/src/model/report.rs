//! The report: all that a run says. Its JSON form is versioned (`REPORT_VERSION`) and has a published schema.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{CheckFailure, ConfigurationChanges, Coverage, Finding, RuleInfo, Severity, Status};

/// Version of the JSON report: grows in the minor part when fields are added, in the major part otherwise.
pub const REPORT_VERSION: &str = "1.3";

/// The answer of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing that counts is at or above the blocking severity, and every check finished.
    Pass,
    /// At least one finding blocks.
    Fail,
    /// Nothing blocks so far, but a check could not finish.
    Incomplete,
}

impl Verdict {
    /// What follows from the numbers and from the checks that could not finish.
    pub fn of(counts: &Counts, failures: &[CheckFailure]) -> Self {
        if counts.blocking > 0 {
            Self::Fail
        } else if failures.is_empty() {
            Self::Pass
        } else {
            Self::Incomplete
        }
    }

    /// The word used in the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Incomplete => "incomplete",
        }
    }

    /// The exit code of a run with this verdict: 0, 1 or 3. (2 says that nothing was judged.)
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Fail => 1,
            Self::Incomplete => 3,
        }
    }
}

/// The program that made the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToolInfo {
    /// `gitops-gate`.
    pub name: String,
    /// SemVer.
    pub version: String,
}

/// Which two states were compared, and how they were chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ChangeSummary {
    /// One sentence: "merge base of main and HEAD", "the index against HEAD", "the whole tree of HEAD".
    pub description: String,
    /// Full hexadecimal commit id; none where the side is no commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_commit: Option<String>,
    /// Full hexadecimal commit id; none where the side is no commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head_commit: Option<String>,
    /// The pull request's own last commit, where `head_commit` is the host's merge of it into the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_commit: Option<String>,
    /// Where the configuration was read: `gate.yaml at <commit>`, or `built-in defaults`.
    pub config: String,
}

/// Findings by status and severity.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Findings that count (introduced, or present in a run without a base), by severity.
    pub introduced: BTreeMap<Severity, u64>,
    /// Findings that the base has too.
    pub existing: u64,
    /// Findings of the base that head has no more.
    pub fixed: u64,
    /// Findings that would count, had no waiver let them pass.
    pub waived: u64,
    /// Findings that block.
    pub blocking: u64,
}

/// All that a run says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// [`REPORT_VERSION`].
    pub version: String,
    /// Who made it.
    pub tool: ToolInfo,
    /// The answer.
    pub verdict: Verdict,
    /// 0 pass, 1 fail, 3 incomplete.
    pub exit_code: u8,
    /// The least severity that blocks.
    pub block_on: Severity,
    /// What was compared.
    pub change: ChangeSummary,
    /// Numbers.
    pub counts: Counts,
    /// Findings in their total order.
    pub findings: Vec<Finding>,
    /// Checks that could not finish, in order.
    pub failures: Vec<CheckFailure>,
    /// The rules that the findings name, by id.
    pub rules: Vec<RuleInfo>,
    /// What was judged and what was not.
    pub coverage: Coverage,
    /// What merging the change would do to the gate itself; none where it leaves the gate's own files alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration_changes: Option<ConfigurationChanges>,
}

impl Counts {
    /// Counts `findings`; those that count and are at least `block_on` block.
    pub fn of(findings: &[Finding], block_on: Severity) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            match finding.status {
                Status::Existing => counts.existing += 1,
                Status::Fixed => counts.fixed += 1,
                Status::Introduced | Status::Present if finding.waived.is_some() => counts.waived += 1,
                Status::Introduced | Status::Present => {
                    *counts.introduced.entry(finding.severity).or_default() += 1;
                    counts.blocking += u64::from(finding.severity >= block_on);
                }
            }
        }
        counts
    }
}
