//! Runs the cases natively, without WebAssembly; `gate policy test` runs the same ones against the component.

use gate_sdk::testing::{Report, run_cases};
use my_policy::MyPolicy;

#[test]
fn cases() -> Result<(), Report> {
    run_cases::<MyPolicy>("cases")?.require_every_rule::<MyPolicy>()
}
