//! Expected against reported findings, and the words for what differs.

use std::fmt;

use super::{Expectation, Found};
use crate::{SettingsIssue, Severity};

/// One way in which a case did not go as it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Nothing like it was reported.
    Missing(Expectation),
    /// Nobody expects it.
    Unexpected(Found),
    /// The same rule was reported, but not as expected.
    Near {
        /// What the case says.
        expected: Expectation,
        /// What was reported instead.
        found: Found,
        /// In what they differ: `document`, `place`, `message`, `severity`, `sensitive`.
        differs: Vec<&'static str>,
    },
    /// The settings were accepted at this pointer.
    Accepted(String),
    /// The settings were refused where the case does not say so.
    Refused(SettingsIssue),
    /// The policy did not come to an end, or broke the contract.
    Failed(String),
}

/// What differs between the findings of a case and those that were reported.
pub(super) fn findings(expected: &[Expectation], found: &[Found]) -> Vec<Difference> {
    let mut open: Vec<&Found> = found.iter().collect();
    let mut unmet: Vec<&Expectation> = Vec::new();
    for expectation in expected {
        match open.iter().position(|found| expectation.differs(found).is_empty()) {
            Some(at) => drop(open.remove(at)),
            None => unmet.push(expectation),
        }
    }
    let mut differences = Vec::new();
    for expectation in unmet {
        match nearest(expectation, &open) {
            Some((at, differs)) => differences.push(Difference::Near {
                expected: expectation.clone(),
                found: open.remove(at).clone(),
                differs,
            }),
            None => differences.push(Difference::Missing(expectation.clone())),
        }
    }
    differences.extend(open.into_iter().cloned().map(Difference::Unexpected));
    differences
}

/// The open finding of the same rule that differs in least.
fn nearest(expectation: &Expectation, open: &[&Found]) -> Option<(usize, Vec<&'static str>)> {
    let same_rule = open.iter().enumerate().filter(|(_, found)| found.rule == expectation.rule());
    same_rule.map(|(at, found)| (at, expectation.differs(found))).min_by_key(|(_, differs)| differs.len())
}

/// What differs between the pointers that must be refused and those that are.
pub(super) fn refusals(expected: &[String], issues: &[SettingsIssue]) -> Vec<Difference> {
    let missing = expected.iter().filter(|pointer| !issues.iter().any(|issue| issue.pointer == **pointer));
    let extra = issues.iter().filter(|issue| !expected.contains(&issue.pointer));
    let missing = missing.cloned().map(Difference::Accepted);
    missing.chain(extra.cloned().map(Difference::Refused)).collect()
}

/// One or more lines, without an indent.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(expected) => write!(f, "- expected  {expected}"),
            Self::Unexpected(found) => write!(f, "+ reported  {found}"),
            Self::Near { expected, found, differs } => {
                let differs = differs.join(" and ");
                write!(
                    f,
                    "~ the same rule, another {differs}:\n  - expected  {expected}\n  + reported  {found}"
                )
            }
            Self::Accepted(pointer) => write!(f, "- refused   settings {pointer}"),
            Self::Refused(issue) => write!(f, "+ refused   settings {}: {}", issue.pointer, issue.message),
            Self::Failed(message) => f.write_str(message),
        }
    }
}

/// `document 0: rule@pointer, severity warning: "part of the message"`
impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "document {}: {}", self.document, self.finding)?;
        if let Some(severity) = &self.severity {
            write!(f, " {severity}")?;
        }
        match self.sensitive {
            Some(true) => f.write_str(" sensitive")?,
            Some(false) => f.write_str(" not sensitive")?,
            None => {}
        }
        self.message.as_ref().map_or(Ok(()), |message| write!(f, " {message:?}"))
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "document {}: {}", self.document, self.place())?;
        if let Some(severity) = self.severity.map(Severity::as_str) {
            write!(f, " {severity}")?;
        }
        let mask = if self.sensitive { " sensitive" } else { "" };
        write!(f, "{mask} {:?}", self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(finding: &str, message: Option<&str>) -> Expectation {
        let message = message.map(str::to_owned);
        Expectation { finding: finding.into(), document: 0, message, severity: None, sensitive: None }
    }

    fn found(rule: &str, pointer: &str, message: &str) -> Found {
        Found {
            document: 0,
            rule: rule.into(),
            message: message.into(),
            severity: None,
            pointer: Some(pointer.into()),
            sensitive: false,
        }
    }

    fn lines(expected: &[Expectation], found: &[Found]) -> Vec<String> {
        findings(expected, found).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_as_expected_is_no_difference() {
        assert_eq!(lines(&[expected("a@/x", Some("bad"))], &[found("a", "/x", "a bad one")]), [""; 0]);
    }

    #[test]
    fn near_misses_are_shown_side_by_side() {
        let wanted = [expected("a@/x", Some("worse")), expected("b@/y", None)];
        let given = [found("a", "/z", "bad"), found("a", "/x", "bad"), found("c", "/y", "c")];
        assert_eq!(
            lines(&wanted, &given),
            [
                "~ the same rule, another message:\n  - expected  document 0: a@/x \"worse\"\n  + reported  \
                 document 0: a@/x \"bad\"",
                "- expected  document 0: b@/y",
                "+ reported  document 0: a@/z \"bad\"",
                "+ reported  document 0: c@/y \"c\"",
            ]
        );
    }

    #[test]
    fn an_exact_match_is_never_taken_for_a_near_one() {
        let wanted = [expected("a@/1", None), expected("a@/2", None)];
        let given = [found("a", "/2", "m"), found("a", "/3", "m")];
        let differences = findings(&wanted, &given);
        assert!(
            matches!(&differences[..], [Difference::Near { found, differs, .. }]
                if found.pointer.as_deref() == Some("/3") && differs[..] == ["place"]),
            "{differences:?}"
        );
    }
}
