//! What `kustomize build` refuses, or warns of, beyond the types of fields.

use super::{deprecated, field, items, word};
use crate::schema::SchemaRule;
use crate::schema::walk::Walk;
use crate::yaml::{Kind, NodeId};

/// Fields that others replace, and how.
const DEPRECATED: [(&str, &str); 7] = [
    ("bases", "`resources`, which takes directories, too"),
    ("commonLabels", "`labels` with `includeSelectors: true`"),
    ("imageTags", "`images`"),
    ("patchesStrategicMerge", "`patches` with `path` or `patch`"),
    ("patchesJson6902", "`patches` with `target`"),
    ("vars", "`replacements`"),
    ("helmChartInflationGenerator", "`helmCharts` and `helmGlobals`"),
];
/// As above, of one generator.
const DEPRECATED_SOURCES: [(&str, &str); 1] = [("env", "`envs`, a list")];

/// Lists of paths, which kustomize follows one by one.
const PATHS: [&str; 5] = ["resources", "components", "bases", "crds", "configurations"];

/// Judges the kustomization at `root` as a whole.
pub(super) fn check(walk: &mut Walk<'_>, root: NodeId) {
    version(walk, root);
    emptiness(walk, root);
    deprecated(walk, root, &DEPRECATED);
    PATHS.iter().for_each(|name| paths(walk, root, name));
    for name in ["configMapGenerator", "secretGenerator"] {
        items(walk, root, name).into_iter().for_each(|item| generator(walk, item));
    }
    items(walk, root, "replacements").into_iter().for_each(|item| replacement(walk, item));
    items(walk, root, "patches").into_iter().for_each(|item| patch(walk, item));
    items(walk, root, "patchesJson6902").into_iter().for_each(|item| {
        patch(walk, item);
        named_target(walk, item);
    });
    sort_options(walk, root);
}

fn version(walk: &mut Walk<'_>, root: NodeId) {
    let kind = word(walk, root, "kind").map_or("Kustomization", |(_, kind)| kind);
    let wanted = match kind {
        "Component" => "kustomize.config.k8s.io/v1alpha1",
        "Kustomization" => "kustomize.config.k8s.io/v1beta1",
        _ => return,
    };
    if let Some((n, _)) = word(walk, root, "apiVersion").filter(|(_, written)| *written != wanted) {
        walk.invalid(n, &format!("of a {kind} must be `{wanted}`"), None);
    }
}

/// Kustomize takes a file for a mistake that tells it nothing.
fn emptiness(walk: &mut Walk<'_>, root: NodeId) {
    let tape = walk.tape;
    let says_nothing = |n: NodeId| match tape.kind(n) {
        Kind::Null => true,
        Kind::Str => tape.text(n).is_empty(),
        _ => false,
    };
    let is_head = |key: NodeId| ["apiVersion", "kind"].contains(&tape.text(key));
    if tape.entries(root).all(|(key, value)| is_head(key) || says_nothing(value)) {
        let message = "the kustomization is empty, which kustomize refuses".to_owned();
        let hint = "list what it is made of under `resources`; `resources: []` says that there is nothing";
        walk.push(SchemaRule::MissingField, root, message, Some(hint.to_owned()));
    }
}

fn paths(walk: &mut Walk<'_>, root: NodeId, name: &str) {
    for item in items(walk, root, name) {
        let is_nothing = match walk.tape.kind(item) {
            Kind::Null => true,
            Kind::Str => walk.tape.text(item).is_empty(),
            _ => false,
        };
        if is_nothing {
            walk.null_value(item);
        }
    }
}

fn generator(walk: &mut Walk<'_>, item: NodeId) {
    deprecated(walk, item, &DEPRECATED_SOURCES);
    let tape = walk.tape;
    for literal in items(walk, item, "literals") {
        let is_text = matches!(tape.kind(literal), Kind::Str | Kind::Null);
        if is_text && tape.text(literal).find('=').is_none_or(|at| at == 0) {
            let message = "a literal must be written as `key=value`".to_owned();
            walk.push(SchemaRule::InvalidValue, literal, message, None);
        }
    }
}

/// A patch is in a file of its own, or here.
fn patch(walk: &mut Walk<'_>, item: NodeId) {
    match walk.tape.kind(item) {
        Kind::Null => walk.null_value(item),
        Kind::Map => match (word(walk, item, "path"), word(walk, item, "patch")) {
            (None, None) => {
                let message = "the patch has neither `path` nor `patch`; one of them is required".to_owned();
                walk.push(SchemaRule::MissingField, item, message, None);
            }
            (Some(_), Some((n, _))) => {
                let message = "only one of `path`, `patch` is allowed here".to_owned();
                walk.push(SchemaRule::InvalidValue, n, message, None);
            }
            _ => {}
        },
        _ => {}
    }
}

/// A replacement is in a file of its own, or here: one source, and at least one target.
fn replacement(walk: &mut Walk<'_>, item: NodeId) {
    match walk.tape.kind(item) {
        Kind::Map => {}
        Kind::Null => return walk.null_value(item),
        _ => return,
    }
    let (source, value) = (field(walk, item, "source"), field(walk, item, "sourceValue"));
    let targets = items(walk, item, "targets");
    if word(walk, item, "path").is_some() {
        if let Some(n) = source.or(field(walk, item, "targets")) {
            let message = "a replacement has a `path` or is written here, not both".to_owned();
            walk.push(SchemaRule::InvalidValue, n, message, None);
        }
        return;
    }
    if let (Some(_), Some(value)) = (source, value) {
        let message = "only one of `source`, `sourceValue` is allowed here".to_owned();
        walk.push(SchemaRule::InvalidValue, value, message, None);
    }
    if source.or(value).is_none() {
        lack(walk, item, "source", "the replacement has no `source`, which is required");
    }
    if targets.is_empty() {
        lack(walk, item, "targets", "the replacement has no `targets`; at least one is required");
    }
}

/// The old form of JSON patches is for one object, which has to be named.
fn named_target(walk: &mut Walk<'_>, item: NodeId) {
    if walk.tape.kind(item) != Kind::Map {
        return;
    }
    match field(walk, item, "target") {
        None => lack(walk, item, "target", "the JSON patch has no `target`, which is required"),
        Some(target) if walk.tape.kind(target) == Kind::Map && word(walk, target, "name").is_none() => {
            lack(walk, target, "name", "`target` has no `name`, which is required");
        }
        Some(_) => {}
    }
}

fn sort_options(walk: &mut Walk<'_>, root: NodeId) {
    let Some(options) = field(walk, root, "sortOptions") else { return };
    if walk.tape.kind(options) != Kind::Map {
        return;
    }
    let legacy = field(walk, options, "legacySortOptions");
    match word(walk, options, "order") {
        Some((_, "legacy")) => {}
        Some((_, "fifo")) => {
            if let Some(n) = legacy {
                let message = "`legacySortOptions` needs `order: legacy`".to_owned();
                walk.push(SchemaRule::InvalidValue, n, message, None);
            }
        }
        Some((n, _)) => walk.invalid(n, "must be `fifo` or `legacy`", None),
        None => lack(walk, options, "order", "`sortOptions` has no `order`, which is required"),
    }
}

fn lack(walk: &mut Walk<'_>, n: NodeId, name: &str, message: &str) {
    walk.push_missing(SchemaRule::MissingField, n, Some(name.to_owned()), message.to_owned());
}
