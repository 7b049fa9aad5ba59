//! Which environments are production, and which one comes before.

use gate_sdk::{Context, Environment};

const NAMES: &[&str] = &["prod", "production", "prd", "live"];

/// True if the environment is production.
pub(crate) fn is_production(environment: &Environment, context: &Context, named: &[String]) -> bool {
    if !named.is_empty() {
        return named.contains(&environment.name);
    }
    let last = context.environments.iter().filter_map(|other| other.order).max();
    let is_last = environment.order.is_some() && environment.order == last;
    is_last || NAMES.iter().any(|name| name.eq_ignore_ascii_case(&environment.name))
}

/// The environments that come right before this one in the promotion order; none if it is the first or stands
/// outside the order.
pub(crate) fn before<'c>(environment: &Environment, context: &'c Context) -> Vec<&'c Environment> {
    let Some(order) = environment.order else { return Vec::new() };
    let earlier =
        context.environments.iter().filter_map(|other| other.order).filter(|other| *other < order).max();
    context.environments.iter().filter(|other| earlier.is_some() && other.order == earlier).collect()
}

/// True if the pull request goes from a branch of the environment before into a branch of this one. A fork's
/// branch is not the environment's, whatever it is called.
pub(crate) fn is_promotion(environment: &Environment, before: &[&Environment], context: &Context) -> bool {
    let (Some(source), Some(target)) = (&context.source_branch, &context.target_branch) else { return false };
    context.pull_request.as_ref().is_none_or(|request| !request.from_fork)
        && environment.branches.contains(target)
        && before.iter().any(|other| other.branches.contains(source))
        && !environment.branches.contains(source)
}
