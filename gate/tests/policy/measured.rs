//! What a call took is measured in units that are the same on every machine.

use gate::policy::{Limits, Outcome};

use crate::guest::{context, document, load};

fn outcome(name: &str) -> Outcome {
    let policy = load(name, &Limits::default()).expect("a policy");
    policy.run("{}", &context(), &[&document(0, "web")])
}

#[test]
fn memory_is_that_of_the_instance() {
    // Two pages; the texts of one small document fit into the second.
    let first = outcome("honest");
    assert_eq!((first.memory, first.findings.len()), (2 * 65_536, 1));
    assert_eq!(outcome("honest"), first, "and the same again");
    assert_eq!(outcome("trap").memory, 0, "only calls that ended well count");
}

#[test]
fn a_start_and_a_description_have_a_price() {
    let policy = load("honest", &Limits::default()).expect("a policy");
    assert!(policy.time_to_start().is_some());
    assert!((1..1_000).contains(&policy.describe_fuel()), "{}", policy.describe_fuel());
}
