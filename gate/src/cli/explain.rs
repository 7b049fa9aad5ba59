//! `gate explain`: what a rule means.

use std::sync::Arc;

use super::error::CliError;
use super::{Exit, print};
use crate::config::Config;
use crate::engine;
use crate::model::RuleInfo;
use crate::policy::InProcess;
use crate::text::{clean, closest};

/// Prints the page of one rule, or a line for each.
pub(super) fn run(rule: Option<&str>) -> Result<Exit, CliError> {
    engine::set_up_threads();
    let loaded = engine::load_policies(&Config::default(), None, Arc::new(InProcess))
        .map_err(|_| CliError::new("the built-in policies cannot be loaded"))?;
    let rules = engine::all_rules(&loaded.policies);
    match rule {
        None => print(&list(&rules))?,
        Some(id) => match rules.iter().find(|known| known.id == id) {
            Some(known) => print(&page(known))?,
            None => return Err(unknown(id, &rules)),
        },
    }
    Ok(Exit::Pass)
}

fn list(rules: &[RuleInfo]) -> String {
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let line = |rule: &RuleInfo| {
        format!("{:width$}  {:7}  {}\n", rule.id, rule.severity.as_str(), clean(&rule.title))
    };
    rules.iter().map(line).collect()
}

fn page(rule: &RuleInfo) -> String {
    format!(
        "# {}\n\n{} ({})\n\n{}\n",
        rule.id,
        clean(&rule.title),
        rule.severity.as_str(),
        clean(rule.help.trim())
    )
}

fn unknown(id: &str, rules: &[RuleInfo]) -> CliError {
    let error = CliError::new(format!("there is no rule `{id}`"));
    match closest(id, rules.iter().map(|rule| rule.id.as_str())) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("`gate explain` lists all rules"),
    }
}
