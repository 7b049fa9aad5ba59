//! Effects on environments. An environment decides which rules are for a file, and one may take files from another, so that
//! any change may let something pass.

use super::super::environments::{Environment, Environments};
use super::{Collector, Weakens, texts, versions};

/// What an empty list of versions means, for an environment.
const THE_FILE_S: &str = "as everywhere";

pub(super) fn compare(out: &mut Collector, base: &Environments, head: &Environments) {
    out.changed("environments", origin(base), origin(head), true);
    for gone in base.iter().filter(|environment| head.get(&environment.name).is_none()) {
        out.removed("environment", &gone.name, true);
    }
    for after in head.iter() {
        match base.get(&after.name) {
            Some(before) => environment(out, Some(before), after),
            None => {
                out.added("environment", &after.name, true);
                environment(out, None, after);
            }
        }
    }
    let (before, after) = (order(base, head), order(head, base));
    out.changed("order of the environments", &before, &after, true);
}

fn origin(environments: &Environments) -> &'static str {
    match environments.iter().next() {
        Some(first) if !first.declared => "recognised by the usual names",
        _ => "as the file declares them",
    }
}

fn environment(out: &mut Collector, before: Option<&Environment>, after: &Environment) {
    let of = |what: &str| format!("{what} of environment {}", after.name);
    let list = |get: fn(&Environment) -> Vec<String>| (before.map(get).unwrap_or_default(), get(after));
    out.list(&of("paths"), list(|environment| texts(&environment.paths)), Weakens::ANY);
    out.list(&of("branches"), list(|environment| environment.branches.clone()), Weakens::ANY);
    let old = before.map_or(&[][..], |before| before.kubernetes.as_slice());
    versions(out, &of("kubernetes"), THE_FILE_S, (old, &after.kubernetes));
    let from = |environment: Option<&Environment>| {
        environment.and_then(|one| one.promotes_from.clone()).unwrap_or_else(|| "none".to_owned())
    };
    out.changed(&of("promotes-from"), &from(before), &from(Some(after)), true);
}

/// The names that both have, in order of precedence.
fn order(one: &Environments, other: &Environments) -> String {
    let common = one.iter().filter(|environment| other.get(&environment.name).is_some());
    common.map(|environment| environment.name.as_str()).collect::<Vec<_>>().join(", ")
}
