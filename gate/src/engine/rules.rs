//! Every rule that can give a finding, for reports and `gate explain`.

use super::policies::ConfiguredPolicy;
use super::waivers::WaiverRule;
use crate::model::{Finding, RuleInfo};
use crate::schema::SchemaRule;

/// The rules of the gate itself and of these policies, by id.
pub fn all_rules(policies: &[ConfiguredPolicy]) -> Vec<RuleInfo> {
    let mut rules: Vec<RuleInfo> = SchemaRule::ALL.into_iter().map(SchemaRule::info).collect();
    rules.extend(crate::manifest::rules());
    rules.extend(WaiverRule::ALL.into_iter().map(WaiverRule::info));
    rules.extend(policies.iter().flat_map(ConfiguredPolicy::rules));
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    rules.dedup_by(|a, b| a.id == b.id);
    rules
}

/// The rules that `findings` name.
pub(super) fn named_by(findings: &[Finding], policies: &[ConfiguredPolicy]) -> Vec<RuleInfo> {
    let named: std::collections::HashSet<&str> =
        findings.iter().map(|finding| finding.rule.as_str()).collect();
    all_rules(policies).into_iter().filter(|rule| named.contains(rule.id.as_str())).collect()
}
