//! What the gate and a policy tell each other, as plain types. They mirror `policy.wit`, which says more.

use std::sync::Arc;

use crate::model::{Fix, ObjectId, Operation, Role, RuleInfo, Severity};

/// What a policy says of itself; checked when it is loaded.
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata {
    /// Kebab-case; the first half of its rules' full ids.
    pub id: String,
    /// The policy's own version.
    pub version: String,
    /// One line.
    pub title: String,
    /// Markdown.
    pub description: String,
    /// How its work may be split.
    pub scope: Scope,
    /// Which documents it wants; see [`Metadata::matches`].
    pub matches: Vec<MatchRule>,
    /// It has to see the values of Secrets.
    pub reads_secret_values: bool,
    /// JSON Schema of its settings.
    pub settings_schema: serde_json::Value,
    /// At least one; ids are unique.
    pub rules: Vec<Rule>,
    /// Where to read more.
    pub help_url: Option<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// Name and value, cleaned, one line each.
    pub properties: Vec<(String, String)>,
}

/// How the work of a policy may be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Any batches, any order, in parallel.
    PerObject,
    /// All matching documents in one call.
    ChangeSet,
}

/// Selects documents: each list that is not empty must contain the document's value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MatchRule {
    /// Empty: objects only.
    pub roles: Vec<Role>,
    /// The core group is the empty string.
    pub api_groups: Vec<String>,
    /// Kinds, exactly as written.
    pub kinds: Vec<String>,
    /// What the change does.
    pub operations: Vec<Operation>,
}

/// A rule of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Kebab-case, unique in the policy; without the policy's id.
    pub id: String,
    /// One line.
    pub title: String,
    /// Markdown.
    pub help: String,
    /// Of findings that do not say otherwise.
    pub severity: Severity,
    /// Name and value, cleaned, one line each.
    pub properties: Vec<(String, String)>,
}

/// What a policy knows of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Name at the Git host; empty where nobody knows.
    pub repository: String,
    /// Full hexadecimal id; empty where the side is no commit.
    pub base_commit: String,
    /// Full hexadecimal id; empty where the side is no commit.
    pub head_commit: String,
    /// The branch that the change comes from.
    pub source_branch: Option<String>,
    /// The branch that it goes into.
    pub target_branch: Option<String>,
    /// All that are known.
    pub environments: Vec<Environment>,
    /// The pull request, if there is one.
    pub pull_request: Option<PullRequest>,
    /// RFC 3339: the time of the head commit.
    pub now: String,
    /// A JSON object.
    pub extensions: String,
}

/// A named part of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// `prod`.
    pub name: String,
    /// Place in the promotion order, 0-based; none outside it.
    pub order: Option<u32>,
    /// Name of the environment before it.
    pub promotes_from: Option<String>,
    /// Branches that deploy it.
    pub branches: Vec<String>,
    /// `1.33`.
    pub cluster_versions: Vec<String>,
    /// The configuration names it (else it was recognised by its path).
    pub declared: bool,
}

/// Facts of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PullRequest {
    /// Its number at the host.
    pub number: Option<u64>,
    /// One line.
    pub title: String,
    /// Login of the author.
    pub author: String,
    /// Names of labels.
    pub labels: Vec<String>,
    /// Logins of those who approved it.
    pub approvers: Vec<String>,
    /// It comes from another repository, or nobody knows that it does not.
    pub from_fork: bool,
}

/// A document as a policy gets it. The JSON texts are shared: the same document goes to several policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What findings refer to; unique in one call.
    pub index: u32,
    /// What the change does to it.
    pub operation: Operation,
    /// What it is.
    pub role: Role,
    /// Path of its file.
    pub path: String,
    /// Path of its file at base, where it is another one.
    pub old_path: Option<String>,
    /// The environment that it belongs to.
    pub environment: Option<String>,
    /// Environments that it reaches.
    pub reaches: Vec<String>,
    /// `1.33`.
    pub cluster_versions: Vec<String>,
    /// Who the object is; all empty where the document is none.
    pub id: ObjectId,
    /// JSON; none when deleted.
    pub object: Option<Arc<str>>,
    /// JSON of the base side; none when created.
    pub old_object: Option<Arc<str>>,
    /// JSON of the same document in the environment before this one.
    pub promoted_from: Option<Arc<str>>,
    /// A JSON object.
    pub extensions: Option<Arc<str>>,
}

/// A finding as the policy gave it, checked and cleaned. Whether `pointer` leads anywhere is for the engine to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawFinding {
    /// [`Document::index`] of a document of the batch.
    pub document: u32,
    /// [`Rule::id`] of a declared rule.
    pub rule: String,
    /// Cleaned; may have several lines.
    pub message: String,
    /// None: the rule's own.
    pub severity: Option<Severity>,
    /// RFC 6901, syntactically right; none: the document as a whole.
    pub pointer: Option<String>,
    /// The value at the pointer is a secret.
    pub sensitive: bool,
    /// A suggested change; its patch is a JSON array.
    pub fix: Option<Fix>,
    /// Further places.
    pub related: Vec<RawRelated>,
    /// Name and value, cleaned, one line each.
    pub properties: Vec<(String, String)>,
}

/// A second place that explains a finding, checked and cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRelated {
    /// [`Document::index`] of a document of the batch.
    pub document: u32,
    /// RFC 6901, syntactically right; none: the document as a whole.
    pub pointer: Option<String>,
    /// Cleaned, one line.
    pub message: String,
}

/// Something wrong with a policy's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsIssue {
    /// RFC 6901 into the settings.
    pub pointer: String,
    /// Cleaned, one line.
    pub message: String,
}

impl Metadata {
    /// True if the policy wants documents like this. `group` and `kind` are empty where the document has none.
    pub fn matches(&self, role: Role, group: &str, kind: &str, operation: Operation) -> bool {
        if self.matches.is_empty() {
            return role == Role::Object;
        }
        self.matches.iter().any(|rule| rule.matches(role, group, kind, operation))
    }

    /// The declared rule with this id (without the policy's).
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The rules as reports show them, with full ids.
    pub fn rule_infos(&self) -> Vec<RuleInfo> {
        let info = |rule: &Rule| RuleInfo {
            id: format!("{}/{}", self.id, rule.id),
            title: rule.title.clone(),
            help: rule.help.clone(),
            severity: rule.severity,
            help_url: self.help_url.clone(),
        };
        self.rules.iter().map(info).collect()
    }
}

impl MatchRule {
    fn matches(&self, role: Role, group: &str, kind: &str, operation: Operation) -> bool {
        let role_fits = if self.roles.is_empty() { role == Role::Object } else { self.roles.contains(&role) };
        let listed =
            |list: &[String], value: &str| list.is_empty() || list.iter().any(|entry| entry == value);
        role_fits
            && listed(&self.api_groups, group)
            && listed(&self.kinds, kind)
            && (self.operations.is_empty() || self.operations.contains(&operation))
    }
}

impl Document {
    /// Bytes of JSON that a call with this document hands over.
    pub fn json_bytes(&self) -> usize {
        let texts = [&self.object, &self.old_object, &self.promoted_from, &self.extensions];
        texts.into_iter().flatten().map(|text| text.len()).sum()
    }

    /// The document in words, for messages: `Deployment/web in apps/web.yaml`.
    pub(super) fn describe(&self) -> String {
        let path = crate::text::clean_line(&self.path);
        if self.id.kind.is_empty() { path.into_owned() } else { format!("{} in {path}", self.id) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(matches: Vec<MatchRule>) -> Metadata {
        Metadata {
            id: "p".into(),
            version: "1.0.0".into(),
            title: String::new(),
            description: String::new(),
            scope: Scope::PerObject,
            matches,
            reads_secret_values: false,
            settings_schema: serde_json::json!({}),
            rules: Vec::new(),
            help_url: None,
            tags: Vec::new(),
            properties: Vec::new(),
        }
    }

    #[test]
    fn without_match_rules_every_object_matches_and_nothing_else() {
        let all = metadata(Vec::new());
        assert!(all.matches(Role::Object, "apps", "Deployment", Operation::Create));
        assert!(!all.matches(Role::Values, "", "", Operation::Create));
    }

    #[test]
    fn a_match_rule_needs_all_its_lists_and_one_rule_is_enough() {
        let secrets = MatchRule {
            api_groups: vec![String::new()],
            kinds: vec!["Secret".into()],
            operations: vec![Operation::Create, Operation::Update],
            ..MatchRule::default()
        };
        let values = MatchRule { roles: vec![Role::Values], ..MatchRule::default() };
        let policy = metadata(vec![secrets, values]);
        assert!(policy.matches(Role::Object, "", "Secret", Operation::Update));
        assert!(!policy.matches(Role::Object, "", "Secret", Operation::Delete));
        assert!(!policy.matches(Role::Object, "apps", "Secret", Operation::Update));
        assert!(!policy.matches(Role::Object, "", "ConfigMap", Operation::Update));
        assert!(!policy.matches(Role::Patch, "", "Secret", Operation::Update));
        assert!(policy.matches(Role::Values, "", "", Operation::Delete));
    }
}
