//! Runs the cases of this policy natively: no WebAssembly is needed to try a rule.

use example_require_owner::RequireOwner;
use gate_sdk::testing::{Report, run_cases};

#[test]
fn cases() -> Result<(), Report> {
    run_cases::<RequireOwner>("cases")?.require_every_rule::<RequireOwner>()
}
