//! The second phase: from a tape whose shape has been checked to a valid configuration. Values of the wrong
//! shape have been reported already and are left out here, so that one mistake makes one problem.

use std::sync::Arc;

use super::Config;
use super::environments::{Environment, Environments};
use super::globs::{Pattern, Patterns};
use super::keys;
use super::kinds::KindPattern;
use super::known::Known;
use super::limits::Limits;
use super::policies::{Level, PolicyConfig, PolicySource, RuleLevel, SecretValues, SettingsSource};
use super::problem::{Complaint, ConfigProblem, Place};
use super::schemas::SchemaLocation;
use super::shape::{Checker, word};
use super::signing::Signing;
use super::units::KubernetesVersion;
use super::waivers::RulePatterns;
use crate::model::{RepoPath, Severity};
use crate::text::ByteSpan;
use crate::yaml::{self, Kind, NodeId, Tape};

/// A configuration file is small; more than this is a mistake or an attack.
const LIMITS: yaml::Limits =
    yaml::Limits { max_depth: 200, max_nodes: 200_000, max_documents: 100, max_bytes: 4 << 20 };

pub(super) fn read(path: &RepoPath, bytes: &[u8], known: &Known<'_>) -> Result<Config, Vec<ConfigProblem>> {
    let yaml::Parsed { tape, documents, problems } = yaml::parse(bytes.to_vec(), &LIMITS);
    let tape = Arc::new(tape);
    let mut reader = Reader::new(&tape, path);
    for problem in &problems {
        reader.complain_of_span(problem.span, Complaint::new(problem.message.clone()));
    }
    if let Some(second) = documents.get(1) {
        reader.complain(second.root, Complaint::new("a second document: the configuration is one document"));
    }
    let config = match documents.first().map(|document| document.root) {
        Some(root) if tape.kind(root) != Kind::Null => {
            reader.checker.check(root, &keys::ROOT, super::FILE_NAME);
            reader.config(root)
        }
        _ => Config::default(),
    };
    for (place, complaint) in known.unknown(&config) {
        reader.checker.complain_at(place, complaint);
    }
    let mut problems = reader.checker.problems;
    problems.sort_by_key(|problem| problem.place.span);
    problems.dedup();
    if problems.is_empty() { Ok(config) } else { Err(problems) }
}

pub(super) struct Reader<'a> {
    pub(super) checker: Checker<'a>,
    tape: &'a Arc<Tape>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(tape: &'a Arc<Tape>, path: &'a RepoPath) -> Self {
        Self { checker: Checker::new(tape, path), tape }
    }

    fn config(&mut self, root: NodeId) -> Config {
        let default = Config::default();
        let environments = self.environments(root).unwrap_or(default.environments);
        let limits = self.limits(root);
        let waivers = self.items(root, "waivers");
        let not_waivable = RulePatterns::new(self.texts(root, "not-waivable"));
        let signing = self.signing(root);
        Config {
            kubernetes: self.versions(root),
            policies: match self.get(root, "policies", Kind::Seq) {
                Some(_) => self.policies(root, &environments, limits, &signing),
                None => {
                    default.policies.into_iter().map(|policy| PolicyConfig { limits, ..policy }).collect()
                }
            },
            require_signatures: signing.required,
            environments,
            limits,
            exclude: self.patterns(root, "exclude"),
            schemas: self.schema_files(root),
            schema_locations: self.schema_locations(root),
            allow_missing_schemas: self.kind_patterns(root),
            block_on: self.text(root, "block-on").and_then(Severity::parse).unwrap_or(default.block_on),
            waivers: waivers.into_iter().filter_map(|entry| self.waiver(entry, &not_waivable)).collect(),
            not_waivable,
            waivers_from_change: self.flag(root, "waivers-from-change"),
            waivers_by_annotation: self.flag(root, "waivers-by-annotation"),
        }
    }

    // Environments

    fn environments(&mut self, root: NodeId) -> Option<Environments> {
        let map = self.get(root, "environments", Kind::Map)?;
        let entries: Vec<(NodeId, NodeId)> = self.checker.tape.entries(map).collect();
        let list: Vec<Environment> =
            entries.iter().map(|&(key, value)| self.environment(key, value)).collect();
        for (environment, &(_, value)) in list.iter().zip(&entries) {
            self.check_promotion(environment, value, &list);
        }
        Some(Environments::declared(list))
    }

    fn environment(&mut self, key: NodeId, value: NodeId) -> Environment {
        let environment = Environment {
            name: self.checker.tape.text(key).to_owned(),
            order: None,
            promotes_from: self.text(value, "promotes-from").map(str::to_owned),
            branches: self.texts(value, "branches"),
            kubernetes: self.versions(value),
            declared: true,
            paths: self.patterns(value, "paths"),
            words: Vec::new(),
        };
        let somewhere = ["paths", "branches"].into_iter().any(|list| {
            self.get(value, list, Kind::Seq)
                .is_some_and(|list| self.checker.tape.items(list).next().is_some())
        });
        if self.checker.tape.kind(value) == Kind::Map && !somewhere {
            let message = format!("environment `{}` is nowhere", environment.name);
            self.complain(key, Complaint::new(message).hint("give it `paths` or `branches`"));
        }
        environment
    }

    fn check_promotion(&mut self, environment: &Environment, value: NodeId, list: &[Environment]) {
        let Some(node) = self.get(value, "promotes-from", Kind::Str) else { return };
        let before = |name: &str| list.iter().find(|other| other.name == name);
        let from = self.checker.tape.text(node);
        if before(from).is_none() {
            let complaint = Complaint::new(format!("there is no environment `{from}`"));
            return self
                .complain(node, complaint.suggest(from, list.iter().map(|other| other.name.as_str())));
        }
        let chain: Vec<&str> =
            std::iter::successors(Some(environment), |at| before(at.promotes_from.as_deref()?))
                .skip(1)
                .take(list.len())
                .map(|at| at.name.as_str())
                .collect();
        if let Some(end) = chain.iter().position(|name| *name == environment.name) {
            let circle = chain[..=end].join("` from `");
            let message = format!("environment `{}` promotes from itself: from `{circle}`", environment.name);
            self.complain(node, Complaint::new(message).hint("the first environment promotes from none"));
        }
    }

    // Policies

    fn policies(
        &mut self,
        root: NodeId,
        environments: &Environments,
        limits: Limits,
        signing: &Signing,
    ) -> Vec<PolicyConfig> {
        let mut policies = Vec::new();
        for entry in self.items(root, "policies") {
            let Some(mut policy) = self.policy(entry, environments, limits) else { continue };
            self.sign(&mut policy, entry, signing);
            policies.push(policy);
        }
        policies
    }

    fn policy(&mut self, entry: NodeId, environments: &Environments, limits: Limits) -> Option<PolicyConfig> {
        let (own_limits, exclude) = (self.limits(entry), self.patterns(entry, "exclude"));
        let reached = self.policy_environments(entry, environments);
        let rules = self.rules(entry);
        let mut policy = PolicyConfig::new(
            PolicySource::parse(self.text(entry, "use")?).ok()?,
            self.place_of_value(entry, "use"),
        );
        if let Some(settings) = self.checker.tape.get(entry, "settings") {
            policy.settings.clear();
            self.checker.tape.write_json(settings, &mut policy.settings);
            policy.settings_source = Some(SettingsSource { tape: self.tape.clone(), root: settings });
        }
        if let (PolicySource::Builtin(_), Some(node)) = (&policy.source, self.get(entry, "sha256", Kind::Str))
        {
            let complaint = Complaint::new("a built-in policy has no digest of its own");
            self.complain(node, complaint.hint("remove `sha256`: the policy is part of the gate"));
        }
        if let (PolicySource::Builtin(_), Some(node)) =
            (&policy.source, self.checker.tape.get(entry, "secrets"))
        {
            let complaint = Complaint::new("a built-in policy needs no permission for the values of Secrets");
            self.complain(node, complaint.hint("remove `secrets`: the policy is part of the gate"));
        }
        policy.secrets = self.text(entry, "secrets").and_then(SecretValues::parse).unwrap_or_default();
        policy.sha256 = self.text(entry, "sha256").map(str::to_ascii_lowercase);
        policy.level = self.level(entry, "severity");
        policy.limits = own_limits.or(limits);
        Some(PolicyConfig { rules, environments: reached, exclude, ..policy })
    }

    fn policy_environments(&mut self, entry: NodeId, environments: &Environments) -> Vec<String> {
        for node in self.items(entry, "environments") {
            let name = self.checker.tape.text(node);
            if self.checker.tape.kind(node) == Kind::Str && environments.get(name).is_none() {
                let complaint = Complaint::new(format!("there is no environment `{name}`"));
                let names = environments.iter().map(|environment| environment.name.as_str());
                self.complain(node, complaint.suggest(name, names.collect::<Vec<_>>().into_iter()));
            }
        }
        self.texts(entry, "environments")
    }

    fn rules(&mut self, entry: NodeId) -> Vec<RuleLevel> {
        let Some(map) = self.get(entry, "rules", Kind::Map) else { return Vec::new() };
        let tape = self.checker.tape;
        tape.entries(map)
            .filter_map(|(key, value)| {
                let level = Level::parse(word(tape, value))?;
                Some(RuleLevel { rule: tape.text(key).to_owned(), level, place: self.checker.place(key) })
            })
            .collect()
    }

    fn level(&self, entry: NodeId, key: &str) -> Option<Level> {
        Level::parse(word(self.checker.tape, self.checker.tape.get(entry, key)?))
    }

    fn limits(&self, map: NodeId) -> Limits {
        let Some(map) = self.get(map, "limits", Kind::Map) else { return Limits::default() };
        Limits::of(|limit| limit.amount().parse(self.amount(map, limit.key())?).ok())
    }

    // Schemas

    /// The entries of `schemas` that are globs.
    fn schema_files(&mut self, root: NodeId) -> Patterns {
        let tape = self.checker.tape;
        let nodes = self.items(root, "schemas").into_iter();
        self.compile(nodes.filter(|&node| !SchemaLocation::is_meant(tape.text(node))).collect())
    }

    /// The entries of `schemas` that are no globs. Bad ones have been reported.
    fn schema_locations(&self, root: NodeId) -> Vec<SchemaLocation> {
        let texts = self.texts(root, "schemas").into_iter().filter(|text| SchemaLocation::is_meant(text));
        texts.filter_map(|text| SchemaLocation::of_repository(&text).ok()).collect()
    }

    fn kind_patterns(&mut self, root: NodeId) -> Vec<KindPattern> {
        let nodes = self.items(root, "allow-missing-schemas");
        let parse = |node: NodeId| {
            let mut pattern = KindPattern::parse(self.checker.tape.text(node)).ok()?;
            pattern.place = self.checker.place(node);
            Some(pattern)
        };
        nodes.into_iter().filter_map(parse).collect()
    }

    // Parts that several keys share

    fn versions(&self, map: NodeId) -> Vec<KubernetesVersion> {
        let Some(node) = self.checker.tape.get(map, "kubernetes") else { return Vec::new() };
        let nodes = match self.checker.tape.kind(node) {
            Kind::Seq => self.checker.tape.items(node).collect::<Vec<_>>(),
            _ => vec![node],
        };
        let mut versions: Vec<KubernetesVersion> = Vec::new();
        // A number has been complained of: 1.30 and 1.3 are the same to YAML.
        for node in nodes.into_iter().filter(|&node| self.checker.tape.kind(node) == Kind::Str) {
            let Ok(version) = KubernetesVersion::parse(self.checker.tape.text(node)) else { continue };
            if !versions.iter().any(|known| (known.major, known.minor) == (version.major, version.minor)) {
                versions.push(KubernetesVersion { place: self.checker.place(node), ..version });
            }
        }
        versions
    }

    /// Where the value of `key` stands; the mapping, if there is none.
    fn place_of_value(&self, map: NodeId, key: &str) -> Place {
        self.checker.place(self.checker.tape.get(map, key).unwrap_or(map))
    }

    fn patterns(&mut self, map: NodeId, key: &str) -> Patterns {
        let nodes = self.items(map, key);
        self.compile(nodes)
    }

    /// Single bad globs have been reported; what is left to fail is all of them together being too large.
    pub(super) fn compile(&mut self, nodes: Vec<NodeId>) -> Patterns {
        let tape = self.checker.tape;
        let good: Vec<Pattern> = nodes
            .into_iter()
            .filter(|&node| tape.kind(node) == Kind::Str && super::globs::compile(tape.text(node)).is_ok())
            .map(|node| Pattern { text: tape.text(node).to_owned(), place: self.checker.place(node) })
            .collect();
        let places: Vec<_> = good.iter().map(|pattern| pattern.place).collect();
        Patterns::new(good).unwrap_or_else(|(number, complaint)| {
            self.checker.complain_at(places.get(number).copied().unwrap_or(Place::NONE), complaint);
            Patterns::default()
        })
    }

    pub(super) fn get(&self, map: NodeId, key: &str, kind: Kind) -> Option<NodeId> {
        self.checker.tape.get(map, key).filter(|&node| self.checker.tape.kind(node) == kind)
    }

    pub(super) fn text(&self, map: NodeId, key: &str) -> Option<&'a str> {
        let tape = self.checker.tape;
        tape.str_at(map, key)
    }

    /// Text or a whole number.
    fn amount(&self, map: NodeId, key: &str) -> Option<&'a str> {
        let tape = self.checker.tape;
        tape.get(map, key)
            .filter(|&node| matches!(tape.kind(node), Kind::Str | Kind::Int))
            .map(|node| tape.text(node))
    }

    fn texts(&self, map: NodeId, key: &str) -> Vec<String> {
        let tape = self.checker.tape;
        let strings = self.items(map, key).into_iter().filter(|&node| tape.kind(node) == Kind::Str);
        strings.map(|node| tape.text(node).to_owned()).collect()
    }

    fn items(&self, map: NodeId, key: &str) -> Vec<NodeId> {
        let tape = self.checker.tape;
        tape.get(map, key).map(|list| tape.items(list).collect()).unwrap_or_default()
    }

    /// True if the flag is there and set, as YAML 1.1 spells it; what is none has been reported.
    pub(super) fn flag(&self, map: NodeId, key: &str) -> bool {
        let word = self.get(map, key, Kind::Bool).map(|node| word(self.checker.tape, node));
        word.is_some_and(|word| matches!(word.to_ascii_lowercase().as_str(), "true" | "yes" | "on" | "y"))
    }

    /// Reports `complaint` where there is no node.
    pub(super) fn complain_of_span(&mut self, span: ByteSpan, complaint: Complaint) {
        let place = self.checker.place_of(span);
        self.checker.complain_at(place, complaint);
    }

    pub(super) fn complain(&mut self, node: NodeId, complaint: Complaint) {
        self.checker.complain(node, complaint);
    }
}
