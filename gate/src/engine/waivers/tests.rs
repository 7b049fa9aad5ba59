//! The rules about waivers are rules like any other.

use super::WaiverRule;
use crate::config::WAIVER_RULES;

#[test]
fn every_rule_has_a_page_and_belongs_to_the_rules_that_cannot_be_waived() {
    for rule in WaiverRule::ALL {
        let info = rule.info();
        assert!(info.id.starts_with(WAIVER_RULES), "{}", info.id);
        for part in ["## What it does\n", "## Why is this bad?\n", "## Example\n", "## Use instead\n"] {
            assert!(info.help.contains(part), "{}: {part}", info.id);
        }
        assert!(info.severity < crate::model::Severity::Error, "{} blocks by default", info.id);
    }
}
