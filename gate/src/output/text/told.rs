//! What is said once for each rule and not with each of its findings: why it exists, a hint or an address that is the same.

use std::collections::{HashMap, HashSet};

use super::super::reference;
use super::why::why;
use crate::model::{Finding, Report, RuleInfo};

/// What the page has said so far.
pub(super) struct Told<'a> {
    report: &'a Report,
    rules: HashMap<&'a str, &'a RuleInfo>,
    said: HashSet<(String, &'static str, String)>,
}

impl<'a> Told<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let rules = report.rules.iter().map(|rule| (rule.id.as_str(), rule)).collect();
        Self { report, rules, said: HashSet::new() }
    }

    /// `text`, unless it stood under this label with another finding of the rule.
    pub(super) fn once<'t>(
        &mut self,
        finding: &Finding,
        label: &'static str,
        text: Option<&'t str>,
    ) -> Option<&'t str> {
        let text = text.filter(|text| !text.is_empty())?;
        self.said.insert((finding.rule.clone(), label, text.to_owned())).then_some(text)
    }

    /// Why the rule of `finding` exists, with the first of its findings.
    pub(super) fn why(&mut self, finding: &Finding) -> Option<String> {
        let why = why(&self.rules.get(finding.rule.as_str())?.help)?;
        self.once(finding, "why", Some(&why)).map(str::to_owned)
    }

    /// The page of the rule.
    pub(super) fn page_of_rule(&self, finding: &Finding) -> Option<String> {
        reference::of_rule(self.report, &finding.rule)
    }
}
