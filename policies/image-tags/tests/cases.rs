//! Runs the cases of this policy natively.

use gate_sdk::testing::{Report, run_cases};
use policy_image_tags::ImageTags;

#[test]
fn cases() -> Result<(), Report> {
    run_cases::<ImageTags>("cases")?.require_every_rule::<ImageTags>()
}
