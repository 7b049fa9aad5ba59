//! `gate context`: what is known of the pull request and who says so, what is not, and whether posting could work.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::args::{ContextArgs, ContextFormat};
use super::error::CliError;
use super::{Exit, choice, print, surroundings};
use crate::git::Repo;
use crate::host::{Context, Token, TokenKind};

/// Facts that somebody will look for when they are not there.
const WANTED: [&str; 12] = [
    "host",
    "api",
    "repository",
    "pull-request",
    "title",
    "author",
    "labels",
    "approvers",
    "fork",
    "base",
    "head",
    "run",
];

/// All that is shown.
struct Shown {
    context: Context,
    /// What `gate check` would compare.
    compares: Option<String>,
    /// What stands in the way of posting; empty if it could work.
    obstacles: Vec<String>,
}

pub(super) fn run(args: &ContextArgs) -> Result<Exit, CliError> {
    let repo = Repo::discover(args.directory.as_deref().unwrap_or(Path::new("."))).ok();
    let context = surroundings::detect(repo.as_ref(), &args.host)?;
    let compares = repo.as_ref().and_then(|repo| choice::choose(&context, repo).reason);
    let mut obstacles = context.obstacles();
    let budget = Duration::from_secs(args.host.post_budget);
    if let (Err(error), true) = (context.target(&surroundings::variable, budget), obstacles.is_empty()) {
        obstacles.push(error.to_string());
    }
    let shown = Shown { context, compares, obstacles };
    print(&match args.format {
        ContextFormat::Text => shown.text(),
        ContextFormat::Json => shown.json(),
    })?;
    Ok(Exit::Pass)
}

impl Shown {
    fn text(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &str| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name:14}  {}", surroundings::defused(value));
        };
        for fact in self.context.facts() {
            line(fact.name, &format!("{}  ({})", plain(&fact.value), fact.source));
        }
        line("token", &token(self.context.token.as_ref()));
        if let Some(compares) = &self.compares {
            line("compares", compares);
        }
        let missing = self.missing();
        if !missing.is_empty() {
            line("not known", &missing.join(", "));
        }
        for problem in &self.context.problems {
            line("problem", problem);
        }
        match self.obstacles.as_slice() {
            [] => line("posting", &format!("could work{}", self.doubt())),
            several => several.iter().for_each(|obstacle| line("cannot post", obstacle)),
        }
        text
    }

    /// Forks get tokens that may not write; whether this one may, only the host can say.
    fn doubt(&self) -> &'static str {
        match &self.context.fork {
            Some(fork) if fork.value => {
                "; but the pull request comes from a fork, and to those most CIs give a token that may not write"
            }
            _ => "",
        }
    }

    fn json(&self) -> String {
        let fact = |fact: crate::host::Listed| {
            (fact.name.to_owned(), json!({ "value": fact.value, "source": fact.source }))
        };
        let facts: Map<String, Value> = self.context.facts().into_iter().map(fact).collect();
        let token = self.context.token.as_ref();
        let token = token.map(|token| json!({ "variable": token.variable, "set": token.set }));
        let whole = json!({
            "facts": facts,
            "token": token,
            "compares": self.compares,
            "not-known": self.missing(),
            "problems": self.context.problems,
            "can-post": self.obstacles.is_empty(),
            "obstacles": self.obstacles,
        });
        // `#` stands in strings only, where JSON has another spelling for it: `##[` is a command to some CIs.
        format!("{whole:#}\n").replace('#', "\\u0023")
    }

    fn missing(&self) -> Vec<&'static str> {
        let facts = self.context.facts();
        let known = |name: &str| {
            facts.iter().any(|fact| fact.name == name || (name == "base" && fact.name == "base-branch"))
        };
        WANTED.into_iter().filter(|name| !known(name)).collect()
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn token(token: Option<&Token>) -> String {
    let Some(Token { variable, set, kind }) = token else { return "none".to_owned() };
    let kind = match kind {
        TokenKind::Plain => "",
        TokenKind::Actions => ", the token that GitHub Actions makes for a job",
        TokenKind::Job => ", the token that GitLab makes for a job",
    };
    format!("{variable} is {}{kind}", if *set { "set" } else { "not set" })
}
