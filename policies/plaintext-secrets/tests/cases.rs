//! Runs the cases of this policy natively.

use gate_sdk::testing::{Report, run_cases};
use policy_plaintext_secrets::PlaintextSecrets;

#[test]
fn cases() -> Result<(), Report> {
    run_cases::<PlaintextSecrets>("cases")?.require_every_rule::<PlaintextSecrets>()
}
