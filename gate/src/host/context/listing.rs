//! A context as a list of facts, for outputs and tests: every fact once, in one order, each with its source.

use serde_json::{Value, json};

use super::fact::Fact;
use super::{Context, Merge};
use crate::host::RunNumber;

/// One fact, ready to be shown. It never holds a token.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Kebab-case, the same in every output.
    pub name: &'static str,
    /// As JSON.
    pub value: Value,
    /// Who says so.
    pub source: String,
}

impl Context {
    /// All that is known, in the order of the documentation.
    pub fn facts(&self) -> Vec<Listed> {
        let mut facts = Facts(Vec::new());
        facts.add("ci", &self.ci, |ci| json!(ci.as_str()));
        facts.add("event", &self.event, |event| json!(event));
        facts.add("host", &self.host, |host| json!(host.as_str()));
        facts.add("api", &self.api, |url| json!(url));
        facts.add("web", &self.web, |url| json!(url));
        facts.add("repository", &self.repository, |path| json!(path));
        facts.add("pull-request", &self.number, |number| json!(number));
        facts.add("title", &self.title, |title| json!(title));
        facts.add("author", &self.author, |login| json!(login));
        facts.add("labels", &self.labels, |labels| json!(labels));
        facts.add("approvers", &self.approvers, |logins| json!(logins));
        facts.add("draft", &self.draft, |draft| json!(draft));
        facts.add("fork", &self.fork, |fork| json!(fork));
        self.commits(&mut facts);
        facts.add("merge-queue", &self.queue, |queue| json!(queue));
        facts.add("run", &self.run, |RunNumber { run, attempt }| json!(format!("{run}.{attempt}")));
        facts.add("run-url", &self.run_url, |url| json!(url));
        facts.add("pipeline", &self.pipeline, |number| json!(number));
        facts.add("source-project", &self.source_project, |number| json!(number));
        facts.add("local-proxy", &self.local_proxy, |url| json!(url));
        facts.add("user", &self.user, |user| json!(user));
        facts.0
    }

    fn commits(&self, facts: &mut Facts) {
        facts.add("base-branch", &self.base_branch, |branch| json!(branch));
        facts.add("base", &self.base, |commit| json!(commit));
        facts.add("head-branch", &self.head_branch, |branch| json!(branch));
        facts.add("head", &self.head, |commit| json!(commit));
        facts.add("merge", &self.merge, |Merge { commit, .. }| json!(commit));
    }
}

struct Facts(Vec<Listed>);

impl Facts {
    fn add<T>(&mut self, name: &'static str, fact: &Option<Fact<T>>, value: impl Fn(&T) -> Value) {
        let listed =
            |fact: &Fact<T>| Listed { name, value: value(&fact.value), source: fact.source.to_string() };
        self.0.extend(fact.as_ref().map(listed));
    }
}
