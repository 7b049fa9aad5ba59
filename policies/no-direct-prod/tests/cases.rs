//! Runs the cases of this policy natively.

use gate_sdk::testing::{Report, run_cases};
use policy_no_direct_prod::NoDirectProd;

#[test]
fn cases() -> Result<(), Report> {
    run_cases::<NoDirectProd>("cases")?.require_every_rule::<NoDirectProd>()
}
