//! Properties that hold for every kind of every version: an object made from its schema passes, and one mutation of
//! it is found at the node that was mutated. The generator is deterministic; the short run takes a sample of kinds and
//! versions, the long one (`--ignored`) all of them.

use serde_json::{Map, Value, json};

use super::check::Check;
use super::node::{Format, MEMBER, Node, NodeKind, flag};
use super::set::SchemaSet;
use super::table::{KIND_CUSTOM, Kind, View};
use super::{Issue, KubeVersion, Lookup, SchemaRule};
use crate::yaml::{Limits, parse};

/// Deeper than this only what is required is made.
const DEEP: u32 = 7;

/// One way to break a valid object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mutation {
    UnknownField,
    WrongType,
    MissingField(u32),
    BadEnum,
    Duplicate(bool),
}

/// Makes an object and notes where it can be broken.
struct Maker<'a> {
    view: View<'a>,
    version: u32,
    custom: bool,
    random: u64,
    spots: Vec<(String, Mutation)>,
    /// Something was met that the generator cannot satisfy: a pattern, a rule in CEL.
    hopeless: bool,
    /// Inside the spec of a Job.
    job: bool,
    /// Inside a definition of Kubernetes that a custom resource refers to: its enumerations are not judged.
    borrowed: bool,
}

impl Maker<'_> {
    fn chance(&mut self, of: u64) -> bool {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random.is_multiple_of(of)
    }

    fn value(&mut self, at: u32, path: &str, depth: u32) -> Value {
        let node = Node::read(&self.view, at);
        self.hopeless |= node.has(flag::RULES) || node.has(flag::JUNCTORS) || depth > 60;
        match node.kind {
            _ if depth > 60 => Value::Null,
            NodeKind::Any => json!("any"),
            NodeKind::Metadata => json!({"name": "x", "labels": {"app": "x"}}),
            NodeKind::Reference if node.target(&self.view) == self.view.object_meta() => {
                json!({"name": "x", "labels": {"app": "x"}})
            }
            NodeKind::Reference => match self.view.definition(node.target(&self.view), self.version) {
                Some(next) => {
                    let outside = std::mem::replace(&mut self.borrowed, self.custom);
                    let value = self.value(next, path, depth + 1);
                    self.borrowed = outside;
                    value
                }
                None => json!({}),
            },
            NodeKind::Object => self.object(node, path, depth),
            NodeKind::Array => self.array(node, path, depth),
            _ => self.scalar(node, path),
        }
    }

    fn object(&mut self, node: Node, path: &str, depth: u32) -> Value {
        let check = if self.custom { Check::None } else { node.check() };
        if check == Check::LabelMap {
            return json!({"app": "x"});
        }
        let outside = self.job;
        self.job |= check == Check::JobSpec;
        let strict = !node.has(flag::OPEN | flag::CHILD | flag::EMBEDDED);
        if strict {
            self.spots.push((path.to_owned(), Mutation::UnknownField));
        }
        let mut map = Map::new();
        if node.has(flag::EMBEDDED) {
            map.extend([("apiVersion".into(), json!("v1")), ("kind".into(), json!("X"))]);
        }
        let properties: Vec<_> = node.properties_of(self.view).collect();
        let mut members = 0;
        for &(name, property) in &properties {
            let key = self.view.str(name);
            let is_member = property.slot == MEMBER && !self.custom;
            let wanted = match () {
                () if is_member => members == 0 && node.has(flag::ONE_MEMBER),
                () if property.required || forced(check).contains(&key) => true,
                () if check == Check::PodSpec && key == "restartPolicy" => self.job,
                () if depth > DEEP || property.slot != 0 && !self.custom => false,
                () if matches!(key, "status" | "selector" | "volumeDevices" | "volumeMounts") => false,
                () if key == "metadata" && !self.custom => true,
                () => self.chance(4),
            };
            if !wanted || path.is_empty() && matches!(key, "apiVersion" | "kind" | "metadata") {
                continue;
            }
            members += u32::from(is_member);
            if property.required {
                self.spots.push((path.to_owned(), Mutation::MissingField(name)));
            }
            let below = format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
            let value = match (check, key) {
                (Check::ReplicationController, _) | (_, "matchLabels") => {
                    self.value(property.node, &below, depth + 1)
                }
                (_, "selector") if property.slot != 0 => json!({"matchLabels": {"app": "x"}}),
                (Check::PodSpec, "restartPolicy") => json!("Never"),
                (Check::Requirement, "values") => json!(["x"]),
                (Check::Seccomp, "type") => json!("RuntimeDefault"),
                (Check::HttpPath, "path") => json!("/x"),
                (Check::ClaimSpec, "resources") => json!({"requests": {"storage": "1Gi"}}),
                _ => self.value(property.node, &below, depth + 1),
            };
            map.insert(key.to_owned(), value);
        }
        self.job = outside;
        let (least, most) = node.lengths(&self.view).unwrap_or((0, u32::MAX));
        if let Some(child) =
            node.part(&self.view, flag::CHILD).filter(|_| most > 0 && (least > 0 || depth <= DEEP))
        {
            for at in 0..least.max(1) {
                let key = if at == 0 { "x".to_owned() } else { format!("x{at}") };
                let value = self.value(child, &format!("{path}/{key}"), depth + 1);
                map.insert(key, value);
            }
        }
        self.hopeless |= (map.len() as u32) < least;
        Value::Object(map)
    }

    fn array(&mut self, node: Node, path: &str, depth: u32) -> Value {
        self.spots.push((path.to_owned(), Mutation::WrongType));
        let least = node.lengths(&self.view).map_or(0, |(least, _)| least);
        self.hopeless |= least > 1;
        let Some(child) = node.part(&self.view, flag::CHILD) else { return json!([]) };
        if depth > DEEP && least == 0 {
            return json!([]);
        }
        let item = self.value(child, &format!("{path}/0"), depth + 1);
        if self.has_key(node, &item) {
            let lenient = node.has(flag::LENIENT) || node.has(flag::SET) && !self.custom;
            self.spots.push((path.to_owned(), Mutation::Duplicate(lenient)));
        }
        json!([item])
    }

    /// True if a copy of `item` is found as a duplicate.
    fn has_key(&self, node: Node, item: &Value) -> bool {
        match node.part(&self.view, flag::LIST_KEYS) {
            Some(keys) => {
                let mut names = self.view.list(keys).step_by(2).map(|name| self.view.str(name));
                names.any(|name| item.get(name).is_some_and(|value| !value.is_object() && !value.is_array()))
            }
            None => node.has(flag::SET) && !item.is_object() && !item.is_array(),
        }
    }

    fn scalar(&mut self, node: Node, path: &str) -> Value {
        self.spots.push((path.to_owned(), Mutation::WrongType));
        if let Some(list) = node.part(&self.view, flag::ENUM) {
            if node.kind == NodeKind::String && !self.borrowed {
                self.spots.push((path.to_owned(), Mutation::BadEnum));
            }
            let first = self.view.list(list).next().map_or("", |id| self.view.str(id));
            return if node.kind == NodeKind::String {
                json!(first)
            } else {
                first.parse().unwrap_or_default()
            };
        }
        self.hopeless |= node.has(flag::PATTERN);
        match node.kind {
            NodeKind::Boolean => json!(false),
            NodeKind::Integer | NodeKind::Number => json!(self.number(node)),
            NodeKind::IntOrString => json!(1),
            NodeKind::Quantity => json!("1"),
            _ => {
                let least = node.lengths(&self.view).map_or(0, |(least, _)| least as usize);
                let text = word(node.format());
                if text == "x" { json!("x".repeat(least.max(1))) } else { json!(text) }
            }
        }
    }

    fn number(&self, node: Node) -> i64 {
        let (low, high) = (node.bound(&self.view, flag::MINIMUM), node.bound(&self.view, flag::MAXIMUM));
        let low = low.map(|low| low as i64 + i64::from(node.has(flag::ABOVE_MINIMUM)));
        let high = high.map(|high| high as i64 - i64::from(node.has(flag::BELOW_MAXIMUM)));
        low.unwrap_or(1).max(1).min(high.unwrap_or(i64::MAX))
    }
}

/// Optional fields that a check of the whole object wants.
fn forced(check: Check) -> &'static [&'static str] {
    match check {
        Check::ClaimSpec => &["resources"],
        Check::ClusterRules => &["apiGroups", "resources"],
        Check::HttpPath => &["path"],
        Check::IngressSpec => &["defaultBackend", "backend"],
        Check::MetricSpec => &["object"],
        Check::MetricTarget => &["averageUtilization"],
        Check::NetworkPeer => &["podSelector"],
        Check::ReplicationController | Check::Workload | Check::DeploymentSpec => &["selector", "template"],
        Check::Requirement => &["values"],
        Check::ServiceSpec => &["ports"],
        Check::Toleration => &["operator"],
        _ => &[],
    }
}

/// A text of each form.
fn word(format: Format) -> &'static str {
    match format {
        Format::Byte => "aGk=",
        Format::DateTime | Format::LooseDateTime => "2026-01-31T08:30:00Z",
        Format::Date => "2026-01-31",
        Format::Ip | Format::Ipv4 => "10.1.2.3",
        Format::Ipv6 => "::1",
        Format::Cidr => "10.0.0.0/8",
        Format::Uuid => "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        Format::Quantity | Format::PositiveQuantity | Format::IntOrPercent => "1",
        Format::Port | Format::PortOrNone => "80",
        Format::Cron => "0 3 * * *",
        Format::AbsolutePath => "/x",
        Format::HttpsUrl => "https://example.com/x",
        Format::FieldPath => "metadata.name",
        Format::ResourceField => "limits.cpu",
        _ => "x",
    }
}

/// A kind in a version, and its object.
struct Made {
    name: String,
    version: KubeVersion,
    object: Value,
    spots: Vec<(String, Mutation)>,
    hopeless: bool,
}

fn make(set: &SchemaSet, kind: Kind, version: KubeVersion, seed: u64) -> Option<Made> {
    let view = set.view(0);
    let (api_version, name) = (view.str(kind.api_version), view.str(kind.kind));
    let custom = kind.flags & KIND_CUSTOM != 0;
    let bit = set.bit(version);
    let at = view.variant(kind.first_variant, kind.variants, bit)?;
    let random = 0x9e37_79b9_7f4a_7c15 ^ (u64::from(at) << 20) ^ (seed + 1);
    let mut maker = Maker {
        view,
        version: bit,
        custom,
        random,
        spots: Vec::new(),
        hopeless: false,
        job: false,
        borrowed: false,
    };
    let mut object = maker.value(at, "", 0);
    let map = object.as_object_mut()?;
    map.insert("apiVersion".into(), json!(api_version));
    map.insert("kind".into(), json!(name));
    map.insert("metadata".into(), json!({"name": "x"}));
    let defines = name == "CustomResourceDefinition" && api_version.ends_with("/v1");
    if defines {
        complete_definition(&mut object);
    }
    let spots = maker.spots.into_iter().filter(|(path, spot)| {
        let own = matches!(path.as_str(), "/apiVersion" | "/kind" | "/metadata")
            || defines && path.starts_with("/spec/versions/0/schema/");
        let outside = path.is_empty() || path.starts_with("/status/");
        let named = matches!(spot, Mutation::MissingField(_)) && outside;
        !own && !named
    });
    Some(Made {
        name: format!("{api_version} {name}"),
        version,
        spots: spots.collect(),
        object,
        hopeless: maker.hopeless,
    })
}

/// Makes a definition one that the server takes: its name, one stored version, and a structural schema.
fn complete_definition(object: &mut Value) {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let name = format!("{}.{}", text("/spec/names/plural"), text("/spec/group"));
    object["metadata"]["name"] = json!(name);
    object["spec"]["versions"][0]["storage"] = json!(true);
    object["spec"]["versions"][0]["schema"] = json!({"openAPIV3Schema": {"type": "object"}});
}

fn judge(set: &SchemaSet, made: &Made, object: &Value) -> (Vec<Issue>, Vec<String>) {
    let parsed = parse(object.to_string().into_bytes(), &Limits::default());
    assert_eq!(parsed.problems, [], "{object}");
    let root = parsed.documents[0].root;
    let (api_version, kind) = made.name.split_once(' ').unwrap();
    let Lookup::Found(schema) = set.lookup(made.version, api_version, kind) else { panic!("{}", made.name) };
    let mut issues = Vec::new();
    set.check(schema, &parsed.tape, root, &mut issues);
    issues.retain(|issue| issue.rule != SchemaRule::DeprecatedApi);
    let places =
        issues.iter().map(|issue| parsed.tape.path_to(root, issue.node).unwrap_or_default()).collect();
    (issues, places)
}

/// Breaks the object at one spot; the rule that has to find it, and where.
fn mutate(
    set: &SchemaSet,
    made: &Made,
    (path, mutation): &(String, Mutation),
) -> (Value, SchemaRule, String) {
    let mut object = made.object.clone();
    let target = object.pointer_mut(path).unwrap();
    match *mutation {
        Mutation::UnknownField => {
            target.as_object_mut().unwrap().insert("gateUnknown".into(), json!(1));
            (object, SchemaRule::UnknownField, format!("{path}/gateUnknown"))
        }
        Mutation::WrongType => {
            *target = json!({"gate": {"wrong": [1]}});
            (object, SchemaRule::WrongType, path.clone())
        }
        Mutation::MissingField(name) => {
            target.as_object_mut().unwrap().remove(set.view(0).str(name));
            (object, SchemaRule::MissingField, path.clone())
        }
        Mutation::BadEnum => {
            *target = json!("GateBad");
            (object, SchemaRule::InvalidValue, path.clone())
        }
        Mutation::Duplicate(lenient) => {
            let list = target.as_array_mut().unwrap();
            list.push(list[0].clone());
            let rule = if lenient { SchemaRule::ShadowedListItem } else { SchemaRule::DuplicateListItem };
            (object, rule, format!("{path}/1"))
        }
    }
}

/// What was checked, and what did not hold.
#[derive(Default)]
struct Outcome {
    objects: usize,
    mutations: usize,
    broken: Vec<String>,
}

impl Outcome {
    fn judge(&self, objects: usize, mutations: usize) {
        let first = self.broken.iter().take(20).map(String::as_str).collect::<Vec<_>>().join("\n");
        assert!(self.broken.is_empty(), "{} do not hold:\n{first}", self.broken.len());
        let counted = (self.objects, self.mutations);
        assert!(self.objects >= objects && self.mutations >= mutations, "only {counted:?}");
    }
}

/// Checks one kind in one version: its valid object and `most` of its mutations.
fn check(set: &SchemaSet, kind: Kind, version: KubeVersion, seed: u64, most: usize, outcome: &mut Outcome) {
    let Some(made) = make(set, kind, version, seed).filter(|made| !made.hopeless) else { return };
    let (issues, places) = judge(set, &made, &made.object);
    if let (Some(issue), Some(place)) = (issues.first(), places.first()) {
        let (name, object) = (&made.name, &made.object);
        outcome.broken.push(format!("{name} {version}: {} at {place}\n{object}", issue.message));
        return;
    }
    outcome.objects += 1;
    let step = made.spots.len().div_ceil(most).max(1);
    for spot in made.spots.iter().skip(seed as usize % step).step_by(step) {
        let (broken, rule, place) = mutate(set, &made, spot);
        if broken == made.object {
            continue;
        }
        let (issues, places) = judge(set, &made, &broken);
        let found =
            issues.iter().zip(&places).any(|(issue, at)| issue.rule == rule && at.starts_with(&place));
        if !found {
            let messages: Vec<_> = issues.iter().map(|issue| &issue.message).collect();
            let name = &made.name;
            outcome.broken.push(format!(
                "{name} {version}: {spot:?} not at {place}: {messages:?} {places:?}\n{broken}"
            ));
        }
        outcome.mutations += 1;
    }
}

#[test]
fn valid_objects_pass_and_mutations_are_found() {
    let set = SchemaSet::embedded().unwrap();
    let versions = set.versions();
    let mut outcome = Outcome::default();
    for (at, kind) in set.view(0).kinds().enumerate() {
        let is_custom = kind.flags & KIND_CUSTOM != 0;
        if is_custom && at % 3 != 0 {
            continue;
        }
        let version = versions[(at * 7) % versions.len()];
        let versions =
            if is_custom { vec![version] } else { vec![version, KubeVersion::new(33), set.newest()] };
        for version in versions {
            check(&set, kind, version, at as u64, 24, &mut outcome);
        }
    }
    outcome.judge(450, 2000);
}

#[test]
#[ignore = "every kind of every version takes minutes"]
fn valid_objects_pass_and_mutations_are_found_in_every_version() {
    let set = SchemaSet::embedded().unwrap();
    let mut outcome = Outcome::default();
    for kind in set.view(0).kinds() {
        let versions = if kind.flags & KIND_CUSTOM != 0 { vec![set.newest()] } else { set.versions() };
        for version in versions {
            for seed in 0..3 {
                check(&set, kind, version, seed, 60, &mut outcome);
            }
        }
    }
    outcome.judge(9000, 70_000);
}
