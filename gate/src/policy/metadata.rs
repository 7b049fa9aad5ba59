//! The answer of `describe`, checked: it comes from a stranger and is shown to people.

use std::collections::BTreeSet;

use super::bindings::{PolicyPre, validator as wit};
use super::contract::{MatchRule, Metadata, Rule, Scope};
use super::limiter::Usage;
use super::limits::{Limits, bytes, grouped};
use super::sandbox::{Budget, enter};
use super::{LoadError, PolicyHost};
use crate::model::{Operation, Role, Severity};
use crate::text::{clean, clean_line, shorten};

/// Longest id, in bytes.
const ID_BYTES: usize = 64;

/// Longest title, version, tag or URL, in code points.
const LINE_CHARS: usize = 200;

/// Breaches that are told.
const PROBLEMS: usize = 10;

/// Ids that the gate's own checks use.
const RESERVED: [&str; 5] = ["config", "gate", "manifest", "schema", "waiver"];

/// Asks a policy for its metadata; says how much fuel the answer took. This is also the first time that its types are compared with the contract.
pub(super) fn describe(
    host: &PolicyHost,
    policy: &PolicyPre<Usage>,
    limits: &Limits,
) -> Result<(Metadata, u64), LoadError> {
    let budget = Budget::new(host, limits, 0, 0);
    let (answer, spent) = enter(host, policy, limits, budget, |store, guest| guest.call_describe(store))?;
    let mut problems = Vec::new();
    let metadata = check(answer, limits, &mut problems);
    if problems.is_empty() {
        return Ok((metadata, spent.fuel));
    }
    problems.truncate(PROBLEMS);
    Err(LoadError::new(format!("the policy's description breaks the contract: {}", problems.join("; ")))
        .hint("the policy is faulty; report it to its author"))
}

fn check(answer: wit::Metadata, limits: &Limits, problems: &mut Vec<String>) -> Metadata {
    check_id("the policy's id", &answer.id, problems);
    if RESERVED.contains(&answer.id.as_str()) {
        problems.push(format!("the policy's id {:?} is reserved", answer.id));
    }
    check_lists(&answer, limits, problems);
    check_rules(&answer.rules, limits, problems);
    check_size("the description", &answer.description, limits.help_bytes, problems);
    check_version(&answer.version, problems);
    Metadata {
        settings_schema: schema(&answer.settings_schema, problems),
        id: answer.id,
        version: line(&answer.version),
        title: line(&answer.title),
        description: clean(&answer.description).into_owned(),
        scope: answer.scope.into(),
        matches: answer.matches.into_iter().map(MatchRule::from).collect(),
        reads_secret_values: answer.reads_secret_values,
        rules: answer.rules.into_iter().map(Rule::from).collect(),
        help_url: answer.help_url.as_deref().map(line),
        tags: answer.tags.iter().map(|tag| line(tag)).collect(),
        properties: properties(&answer.properties),
    }
}

fn check_lists(answer: &wit::Metadata, limits: &Limits, problems: &mut Vec<String>) {
    let mut lists = vec![
        ("rules", answer.rules.len()),
        ("tags", answer.tags.len()),
        ("match rules", answer.matches.len()),
        ("properties", answer.properties.len()),
    ];
    lists.extend(answer.rules.iter().map(|rule| ("properties of a rule", rule.properties.len())));
    for rule in &answer.matches {
        lists.push(("kinds in a match rule", rule.kinds.len()));
        lists.push(("groups in a match rule", rule.api_groups.len()));
        lists.push(("roles in a match rule", rule.roles.len()));
        lists.push(("operations in a match rule", rule.operations.len()));
    }
    for (what, length) in lists {
        if length > limits.list_entries {
            problems.push(format!("it has more than {} {what}", grouped(limits.list_entries as u64)));
        }
    }
}

fn check_rules(rules: &[wit::Rule], limits: &Limits, problems: &mut Vec<String>) {
    if rules.is_empty() {
        problems.push("it has no rules".to_owned());
    }
    let mut seen = BTreeSet::new();
    for rule in rules.iter().take(limits.list_entries) {
        check_id("a rule's id", &rule.id, problems);
        check_size("a rule's help", &rule.help, limits.help_bytes, problems);
        if !seen.insert(&rule.id) {
            problems.push(format!("the rule {} is declared twice", quoted(&rule.id)));
        }
    }
}

/// Kebab-case: lower-case letters and digits in words joined by single dashes, a letter first.
fn check_id(what: &str, id: &str, problems: &mut Vec<String>) {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let kebab =
        id.len() <= ID_BYTES && id.split('-').all(word) && id.starts_with(|c: char| c.is_ascii_lowercase());
    if !kebab {
        problems.push(format!("{what} {} is not kebab-case of at most {ID_BYTES} letters", quoted(id)));
    }
}

/// `MAJOR.MINOR.PATCH`, with whatever SemVer allows behind it.
fn check_version(version: &str, problems: &mut Vec<String>) {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    let numbers: Vec<&str> = core.split('.').collect();
    let number = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if numbers.len() != 3 || !numbers.iter().all(number) || version.len() > LINE_CHARS {
        problems.push(format!("the version {} is not SemVer", quoted(version)));
    }
}

fn check_size(what: &str, text: &str, limit: usize, problems: &mut Vec<String>) {
    if text.len() > limit {
        problems.push(format!("{what} is longer than {}", bytes(limit)));
    }
}

fn schema(text: &str, problems: &mut Vec<String>) -> serde_json::Value {
    match serde_json::from_str(text) {
        Ok(schema @ serde_json::Value::Object(_)) => schema,
        _ => {
            problems.push("the settings schema is not a JSON object".to_owned());
            serde_json::Value::Null
        }
    }
}

fn properties(given: &[(String, String)]) -> Vec<(String, String)> {
    given.iter().map(|(name, value)| (line(name), line(value))).collect()
}

fn line(text: &str) -> String {
    shorten(&clean_line(text), LINE_CHARS).into_owned()
}

fn quoted(text: &str) -> String {
    format!("{:?}", line(text))
}

impl From<wit::Scope> for Scope {
    fn from(scope: wit::Scope) -> Self {
        match scope {
            wit::Scope::PerObject => Self::PerObject,
            wit::Scope::ChangeSet => Self::ChangeSet,
        }
    }
}

impl From<wit::MatchRule> for MatchRule {
    fn from(rule: wit::MatchRule) -> Self {
        Self {
            roles: rule.roles.into_iter().map(Role::from).collect(),
            api_groups: rule.api_groups,
            kinds: rule.kinds,
            operations: rule.operations.into_iter().map(Operation::from).collect(),
        }
    }
}

impl From<wit::Rule> for Rule {
    fn from(rule: wit::Rule) -> Self {
        Self {
            id: rule.id,
            title: line(&rule.title),
            help: clean(&rule.help).into_owned(),
            severity: Severity::from(rule.severity),
            properties: properties(&rule.properties),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_problem(id: &str) -> bool {
        let mut problems = Vec::new();
        check_id("id", id, &mut problems);
        !problems.is_empty()
    }

    fn answer() -> wit::Metadata {
        let rule = wit::Rule {
            id: "bad-thing".into(),
            title: "Bad".into(),
            help: "help".into(),
            severity: wit::Severity::Error,
            properties: Vec::new(),
        };
        wit::Metadata {
            id: "example".into(),
            version: "1.2.3-rc.1".into(),
            title: "An\x1b[31m example".into(),
            description: "line\nline".into(),
            scope: wit::Scope::PerObject,
            matches: Vec::new(),
            reads_secret_values: false,
            settings_schema: "{}".into(),
            rules: vec![rule],
            help_url: None,
            tags: Vec::new(),
            properties: Vec::new(),
        }
    }

    fn problems(change: impl FnOnce(&mut wit::Metadata)) -> Vec<String> {
        let (mut answer, mut problems) = (answer(), Vec::new());
        change(&mut answer);
        check(answer, &Limits::default(), &mut problems);
        problems
    }

    #[test]
    fn ids_are_kebab_case() {
        assert!(!id_problem("mutable-image-tag") && !id_problem("a1-2b"));
        assert!(["", "A", "a_b", "-a", "a-", "a--b", "1a", "a/b", "a\u{202e}"].into_iter().all(id_problem));
        assert!(id_problem(&"a".repeat(65)));
    }

    #[test]
    fn a_good_description_is_cleaned() {
        let mut problems = Vec::new();
        let metadata = check(answer(), &Limits::default(), &mut problems);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(metadata.title, "An\u{fffd}[31m example");
        assert_eq!(metadata.description, "line\nline");
    }

    #[test]
    fn each_breach_is_told() {
        assert_eq!(problems(|m| m.id = "schema".into()), ["the policy's id \"schema\" is reserved"]);
        assert_eq!(problems(|m| m.version = "1.2".into()), ["the version \"1.2\" is not SemVer"]);
        assert_eq!(problems(|m| m.rules.clear()), ["it has no rules"]);
        assert_eq!(
            problems(|m| m.settings_schema = "[".into()),
            ["the settings schema is not a JSON object"]
        );
        assert_eq!(problems(|m| m.tags = vec![String::new(); 1001]), ["it has more than 1,000 tags"]);
        assert_eq!(
            problems(|m| m.rules[0].help = "x".repeat(65_537)),
            ["a rule's help is longer than 64 KiB"]
        );
        let twice = problems(|m| m.rules.push(m.rules[0].clone()));
        assert_eq!(twice, ["the rule \"bad-thing\" is declared twice"]);
    }
}
