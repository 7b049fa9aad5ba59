//! `no-direct-prod`: a change of production comes through the environment before it.
//!
//! Either the pull request is the promotion (from the branch of one environment into that of the next), or the
//! environment before has the same values already. A shared base that reaches all environments at once is named.

mod change;
mod production;
mod rules;
mod settings;

use gate_sdk::{
    Document, Environment, Finding, Findings, Match, Metadata, Operation, Policy, Role, SettingsIssue,
    Severity,
};

use change::Gap;
pub use rules::*;
pub use settings::Settings;

/// The policy with its settings.
#[derive(Debug)]
pub struct NoDirectProd {
    settings: Settings,
}

impl Policy for NoDirectProd {
    type Settings = Settings;

    const METADATA: Metadata = Metadata {
        description: "A change of a production environment must come by the promotion path: from the branch of the \
                      environment before, or with the same values that the environment before has already.",
        matches: &[Match {
            roles: &[
                Role::Object,
                Role::Kustomization,
                Role::Patch,
                Role::Values,
                Role::Template,
                Role::Other,
                Role::File,
            ],
            operations: &[Operation::Create, Operation::Update, Operation::Delete],
            ..Match::ANY
        }],
        rules: RULES,
        tags: &["promotion", "environments"],
        ..Metadata::new("no-direct-prod", env!("CARGO_PKG_VERSION"), "No direct changes of production")
    };

    fn new(settings: Settings) -> Result<Self, Vec<SettingsIssue>> {
        Ok(Self { settings })
    }

    fn check(&self, document: &Document<'_>, findings: &mut Findings) {
        if document.operation == Operation::Unchanged || self.settings.exempts(document) {
            return;
        }
        match self.touched(document) {
            Some(production) => check_direct(document, production, findings),
            None => self.check_shared(document, findings),
        }
    }
}

impl NoDirectProd {
    fn is_production(&self, document: &Document<'_>, environment: &Environment) -> bool {
        production::is_production(environment, document.context(), &self.settings.production)
    }

    /// The production environment that the document belongs to, or that alone uses it.
    fn touched<'c>(&self, document: &Document<'c>) -> Option<&'c Environment> {
        let only = match document.reaches.as_slice() {
            [only] => document.context().environment(only),
            _ => None,
        };
        let own = document.environment().or(only.filter(|_| document.environment.is_none()));
        own.filter(|environment| self.is_production(document, environment))
    }

    fn check_shared(&self, document: &Document<'_>, findings: &mut Findings) {
        let context = document.context();
        let mut known = document.reaches.iter().filter_map(|name| context.environment(name));
        if document.reaches.len() < 2 || !known.any(|environment| self.is_production(document, environment)) {
            return;
        }
        let names = list(&document.reaches);
        let message =
            format!("this change reaches {names} at the same time: none of them tries it out first");
        report(document, None, &SHARED_BASE_CHANGE, message, findings)
            .property("environments", document.reaches.join(","));
    }
}

fn check_direct(document: &Document<'_>, production: &Environment, findings: &mut Findings) {
    let before = production::before(production, document.context());
    let Some(previous) = before.first() else { return };
    if production::is_promotion(production, &before, document.context()) {
        return;
    }
    let names = change::Pair { here: &production.name, before: &previous.name };
    let Some((gap, count)) = change::gaps(document, names) else { return };
    let message = describe(document, production, previous, gap, count);
    let finding = report(document, gap.place, &DIRECT_PRODUCTION_CHANGE, message, findings);
    finding.property("environment", &*production.name).property("before", &*previous.name);
    if !production.declared {
        finding.severity(Severity::Warning);
    }
}

fn report<'f>(
    document: &Document<'_>,
    place: Option<gate_sdk::Value<'_>>,
    rule: &gate_sdk::Rule,
    message: String,
    findings: &'f mut Findings,
) -> &'f mut Finding {
    match place {
        Some(value) => findings.at(value, rule, message),
        None => findings.on(document, rule, message),
    }
}

fn describe(
    document: &Document<'_>,
    production: &Environment,
    previous: &Environment,
    gap: Gap<'_>,
    count: usize,
) -> String {
    let (here, there) = (&production.name, &previous.name);
    let more = if count > 1 { format!(" ({count} such differences)") } else { String::new() };
    match document.operation {
        Operation::Delete => format!("taken away from `{here}`, but `{there}` still has it"),
        _ if document.promoted_from().is_none() => {
            format!("changes `{here}`, but `{there}` has no such document")
        }
        _ if gap.removed => format!("takes something away from `{here}` that `{there}` still has{more}"),
        _ => format!("changes `{here}`, but `{there}` does not have this value{more}"),
    }
}

/// `a`, `a and b`, `a, b and c`, each in backticks.
fn list(names: &[String]) -> String {
    let mut text = String::new();
    for (at, name) in names.iter().enumerate() {
        let separator = match names.len() - at {
            _ if at == 0 => "",
            1 => " and ",
            _ => ", ",
        };
        text.push_str(&[separator, "`", name, "`"].concat());
    }
    text
}

gate_sdk::policy!(NoDirectProd);
