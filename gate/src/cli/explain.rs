//! `gate explain`: what a rule means, of the gate, of its built-in policies and of those that the repository names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::configuration::{self, Configuration};
use super::error::CliError;
use super::policy::shown;
use super::supply::{Source, Supply};
use super::{Exit, compile_child, note, print};
use crate::config::{Config, PolicyConfig, PolicySource};
use crate::engine::{self, ConfiguredPolicy};
use crate::git::Repo;
use crate::model::RuleInfo;
use crate::policy::InProcess;
use crate::schema::SchemaRule;
use crate::text::{clean_line, closest};

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The id of a rule, such as `schema/unknown-field`; none: all rules, a line each.
    rule: Option<String>,
    /// Directory whose repository's policies are known, too [default: the current one].
    #[arg(short = 'C', long, value_name = "DIR")]
    directory: Option<PathBuf>,
    /// Configuration file that names policies, instead of the `gate.yaml` of the work tree.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How to show it; in JSON one object, or an array of all rules.
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    format: ExplainFormat,
}

/// Formats of `gate explain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExplainFormat {
    /// A page in Markdown, or a line for each rule.
    Text,
    /// For programs.
    Json,
}

/// The page of the gate's own rules.
const PAGES: &str = "https://github.com/gitops-gate/gitops-gate/blob/main/docs/rules.md";

/// A rule and where it comes from.
struct Known {
    info: RuleInfo,
    source: String,
}

impl Known {
    fn is_foreign(&self) -> bool {
        !self.source.starts_with("builtin:") && self.source != "gate"
    }

    /// What `gate fix` mends of its findings.
    fn mends(&self) -> Option<&'static str> {
        SchemaRule::ALL.into_iter().find(|rule| rule.id() == self.info.id).and_then(SchemaRule::mends)
    }

    /// The rule's place in the gate's own pages, or where its policy says.
    fn docs(&self) -> String {
        match (&self.info.help_url, self.is_foreign()) {
            (Some(url), true) => clean_line(url).into_owned(),
            (None, true) => "its policy names none".to_owned(),
            (_, false) => format!("{PAGES}#{}", self.info.id.replace('/', "")),
        }
    }

    fn json(&self) -> serde_json::Value {
        let info = &self.info;
        serde_json::json!({
            "id": info.id,
            "title": info.title,
            "severity": info.severity.as_str(),
            "source": self.source,
            "help": info.help,
            "fix": self.mends(),
            "docs": self.docs(),
        })
    }
}

/// Prints the page of one rule, or a line for each.
pub(super) fn run(args: &ExplainArgs) -> Result<Exit, CliError> {
    engine::set_up_threads();
    let own = own_rules()?;
    // What needs no foreign module needs no foreign module.
    let known = args.rule.as_ref().and_then(|id| own.iter().find(|known| known.info.id == *id));
    if let Some(known) = known {
        print(&one(known, args.format))?;
        return Ok(Exit::Pass);
    }
    let mut rules = own;
    rules.extend(foreign_rules(args));
    rules.sort_by(|a, b| a.info.id.cmp(&b.info.id));
    rules.dedup_by(|a, b| a.info.id == b.info.id && a.source == b.source);
    match &args.rule {
        None if args.format == ExplainFormat::Json => {
            let all: Vec<_> = rules.iter().map(Known::json).collect();
            print(&format!("{:#}\n", serde_json::Value::Array(all)))?;
        }
        None => print(&list(&rules))?,
        Some(id) => match rules.iter().find(|known| known.info.id == *id) {
            Some(known) => print(&one(known, args.format))?,
            None => return Err(unknown(id, &rules)),
        },
    }
    Ok(Exit::Pass)
}

/// The rules of the gate and of its built-in policies.
fn own_rules() -> Result<Vec<Known>, CliError> {
    let config = Config::default();
    let source = Source::new(&config, false);
    let loaded = engine::load_policies(&config, None, Arc::new(InProcess), &Supply::new(&source, None))
        .map_err(|_| CliError::new("the built-in policies cannot be loaded"))?;
    let source = |info: &RuleInfo| {
        let policy = info.id.split('/').next().unwrap_or_default();
        let is_policy = loaded.policies.iter().any(|known| known.policy().metadata().id == policy);
        if is_policy { format!("builtin:{policy}") } else { "gate".to_owned() }
    };
    let rules = engine::all_rules(&loaded.policies);
    Ok(rules.into_iter().map(|info| Known { source: source(&info), info }).collect())
}

/// The rules of the policies that the configuration names. What cannot be loaded is told, and the rest is there.
fn foreign_rules(args: &ExplainArgs) -> Vec<Known> {
    let directory = args.directory.as_deref().unwrap_or(Path::new("."));
    if args.config.is_none() && Repo::discover(directory).is_err() {
        return Vec::new();
    }
    let configuration = match configuration::here(directory, args.config.as_deref(), None) {
        Ok(configuration) => configuration,
        Err(error) => {
            error.messages().for_each(|message| note(&format!("only built-in rules are known: {message}")));
            return Vec::new();
        }
    };
    let is_foreign = |policy: &&PolicyConfig| !matches!(policy.source, PolicySource::Builtin(_));
    let foreign = configuration.config.policies.iter().filter(is_foreign);
    foreign.flat_map(|entry| rules_of(&configuration, entry)).collect()
}

/// The rules of one policy, as it declares them: what the configuration makes of them does not matter here.
fn rules_of(configuration: &Configuration, entry: &PolicyConfig) -> Vec<Known> {
    let mut plain = entry.clone();
    plain.rules.clear();
    plain.level = None;
    let config = Config { policies: vec![plain], ..configuration.config.clone() };
    let unknown = |why: &str| note(&format!("the rules of {} are not known: {why}", entry.source));
    let (files, source) = (configuration.own_files(), Source::new(&config, false));
    let supply = Supply::new(&source, files);
    let loaded = engine::load_policies(&config, files, compile_child::compiler(), &supply);
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(problems) => {
            problems.iter().for_each(|problem| unknown(&problem.message));
            return Vec::new();
        }
    };
    loaded.failures.iter().for_each(|failure| unknown(&failure.message));
    let source = entry.source.to_string();
    let known = |policy: &ConfiguredPolicy| policy.policy().metadata().rule_infos();
    let rules = loaded.policies.iter().flat_map(known);
    rules.map(|info| Known { info, source: source.clone() }).collect()
}

fn one(known: &Known, format: ExplainFormat) -> String {
    match format {
        ExplainFormat::Text => page(known),
        ExplainFormat::Json => format!("{:#}\n", known.json()),
    }
}

fn list(rules: &[Known]) -> String {
    let width = |text: fn(&Known) -> &str| rules.iter().map(|rule| text(rule).len()).max().unwrap_or(0);
    let (id, source) = (width(|rule| &rule.info.id), width(|rule| &rule.source));
    let line = |Known { info, source: from }: &Known| {
        let (severity, title) = (info.severity.as_str(), clean_line(&info.title));
        format!("{:id$}  {severity:7}  {from:source$}  {title}", info.id)
    };
    shown::lines(&rules.iter().map(line).collect::<Vec<_>>())
}

fn page(known: &Known) -> String {
    let Known { info, source } = known;
    let mut lines = vec![format!("# {}", info.id), String::new()];
    lines.push(format!("{} ({})", clean_line(&info.title), info.severity.as_str()));
    lines.push(String::new());
    if known.is_foreign() {
        lines.push(format!("Of the policy {source}."));
        lines.push(String::new());
    }
    lines.extend(info.help.trim().lines().map(str::to_owned));
    lines.extend(footer(known));
    lines.iter().map(|line| shown::markdown(line) + "\n").collect()
}

/// What is the same for every rule: who can mend it, and what an operator can do about it.
fn footer(known: &Known) -> Vec<String> {
    let info = &known.info;
    let (policy, rule) = info.id.split_once('/').unwrap_or(("", &info.id));
    // The pages of policies begin one level lower.
    let level = if info.help.contains("### What it does") { "###" } else { "##" };
    let mut lines = vec![String::new(), format!("{level} Mending")];
    lines.push(match known.mends() {
        Some(what) => format!("`gate fix` mends {what}. Everything else is for a person."),
        None if known.is_foreign() => {
            "`gate fix` makes the changes that the policy suggests, if it does.".to_owned()
        }
        None => "`gate fix` cannot mend it: a person has to decide.".to_owned(),
    });
    lines.extend([String::new(), format!("{level} Severity")]);
    let severity = info.severity.as_str();
    lines.push(match known.source.as_str() {
        "gate" => format!("{severity}. It is the same everywhere; `block-on` says from which severity on a finding blocks."),
        source => format!(
            "{severity}, unless the policy says otherwise of a place. The entry of the policy in gate.yaml can set another: \
             `{{ use: {source}, rules: {{ {rule}: off }} }}`, or `info`, `warning`, `error`."
        ),
    });
    lines.push(match policy {
        "waiver" => "No waiver in gate.yaml lets it pass.".to_owned(),
        _ => {
            format!("Until a day, a waiver in gate.yaml lets it pass at one place: `rule: {policy}/{rule}`.")
        }
    });
    lines.extend([String::new(), format!("Docs: {}", known.docs())]);
    lines
}

fn unknown(id: &str, rules: &[Known]) -> CliError {
    let error = CliError::new(format!("there is no rule `{id}`"));
    match closest(id, rules.iter().map(|rule| rule.info.id.as_str())) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("`gate explain` lists all rules"),
    }
}
