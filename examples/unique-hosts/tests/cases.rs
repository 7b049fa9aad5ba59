//! Runs the cases of this policy natively.

use example_unique_hosts::UniqueHosts;
use gate_sdk::testing::{Report, run_cases};

#[test]
fn cases() -> Result<(), Report> {
    run_cases::<UniqueHosts>("cases")?.require_every_rule::<UniqueHosts>()
}
