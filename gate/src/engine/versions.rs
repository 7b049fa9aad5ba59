//! One object by the schemas of each of its clusters' versions, and what the versions agree on.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::schema_stage::Subject;
use super::sources::Resolved;
use super::unit::Run;
use crate::schema::{Issue, KubeVersion, Lookup, Near, RuleFailure, SchemaRule, SchemaSet};
use crate::yaml::NodeId;

/// The versions that an object is judged by.
pub(super) struct Fleet<'a> {
    run: &'a Run<'a>,
    versions: &'a [KubeVersion],
    /// The definition that judges it, where the repository has several.
    definition: Option<u32>,
    /// Those that have turned out to serve its kind.
    pub(super) serving: Vec<KubeVersion>,
}

/// Why there is no schema to judge by.
pub(super) enum NoSchema {
    /// Nobody has one: where was looked besides, and what to do next.
    Missing(Arc<[String]>, Option<String>),
    /// It cannot be used or had: why, and what to do next.
    Broken(String, String),
}

/// That nobody has a schema of a kind; `looked`: where was looked besides.
pub(super) fn no_schema(api_version: &str, kind: &str, looked: &[String]) -> String {
    let mut places = vec!["the embedded schemas", "the CustomResourceDefinitions of the repository"];
    places.extend(looked.iter().map(String::as_str));
    format!("no schema is known for {api_version} {kind}; looked in {}", places.join("; "))
}

/// What to do about it; `more`: what the last location says.
pub(super) fn no_schema_hint(
    set: &SchemaSet,
    (api_version, kind): (&str, &str),
    near: &Near,
    more: Option<String>,
) -> String {
    match near {
        Near::Meant(name) => return format!("did you mean {name}? no cluster has this one"),
        Near::Closed => {
            return format!(
                "{api_version} belongs to Kubernetes itself, which has no such kind: look at `apiVersion` and `kind`"
            );
        }
        Near::Open => {}
    }
    let known = match set.api_versions(api_version, kind) {
        versions if versions.is_empty() => String::new(),
        versions => format!("known is {kind} in {}; ", versions.join(", ")),
    };
    let add = more.unwrap_or_else(|| {
        "`gate schema add FILE` puts its CustomResourceDefinition into the repository".to_owned()
    });
    format!("{known}{add}; or allow it with `allow-missing-schemas: [\"{api_version}/{kind}\"]`")
}

impl<'a> Fleet<'a> {
    pub(super) fn new(run: &'a Run<'a>, versions: &'a [KubeVersion], definition: Option<u32>) -> Self {
        Self { run, versions, definition, serving: Vec::new() }
    }

    /// What to add to the advice to use `api_version`: versions that do not serve it.
    fn but(&self, set: &SchemaSet, api_version: &str, kind: &str) -> Option<String> {
        let serves =
            |version: KubeVersion| matches!(set.lookup(version, api_version, kind), Lookup::Found(_));
        let without = self.versions.iter().copied().filter(|&version| !serves(version));
        let without = list(without);
        (!without.is_empty()).then(|| format!(" (Kubernetes {without} does not serve that)"))
    }
}

/// `1.24, 1.25`.
fn list(versions: impl IntoIterator<Item = KubeVersion>) -> String {
    versions.into_iter().map(|version| version.to_string()).collect::<Vec<_>>().join(", ")
}

/// The rules that could not be judged.
pub(super) fn check_version(
    fleet: &mut Fleet<'_>,
    version: KubeVersion,
    subject: &Subject<'_>,
    issues: &mut Vec<(Issue, Vec<KubeVersion>)>,
) -> Result<Vec<RuleFailure>, NoSchema> {
    let run = fleet.run;
    let mut failures = Vec::new();
    let (api_version, kind) = (subject.id.api_version.as_str(), subject.id.kind.as_str());
    let mut found = Vec::new();
    let mut missing = (Arc::from([]), None);
    let mut is_missing = false;
    let elsewhere: Arc<SchemaSet>;
    let set = match run.schemas.resolve(run.input, subject.side, version, (api_version, kind)) {
        Resolved::Own => run.schemas.of(subject.side),
        Resolved::Elsewhere(set) => {
            elsewhere = set;
            &*elsewhere
        }
        Resolved::Missing(looked, hint) => {
            (missing, is_missing) = ((looked, hint), true);
            run.schemas.of(subject.side)
        }
        Resolved::Broken(message, hint) => return Err(NoSchema::Broken(message, hint)),
    };
    match set.lookup_by(fleet.definition, version, api_version, kind) {
        // The embedded schema of a custom resource is none of the locations that were asked for.
        Lookup::Found(_) if is_missing => return Err(NoSchema::Missing(missing.0, missing.1)),
        Lookup::Found(schema) => {
            fleet.serving.push(version);
            let object = (subject.tape, subject.root);
            failures = set.check_change(schema, object, subject.old, &mut found);
        }
        Lookup::Unknown => return Err(NoSchema::Missing(missing.0, missing.1)),
        other => {
            let field = if matches!(other, Lookup::WrongCase { .. }) { "kind" } else { "apiVersion" };
            let place = subject.tape.get(subject.root, field).unwrap_or(subject.root);
            let mut issue = other.issue(version, api_version, kind, place);
            if let (Lookup::Removed { replacement: Some(new), .. }, Some(issue)) = (&other, &mut issue)
                && let (Some(but), Some(hint)) = (fleet.but(set, new, kind), &mut issue.hint)
            {
                hint.push_str(&but);
                issue.mend = None;
            }
            found.extend(issue);
        }
    }
    merge(version, found, issues);
    Ok(failures)
}

/// Adds what is found in one version to what others have found.
pub(super) fn merge(version: KubeVersion, found: Vec<Issue>, issues: &mut Vec<(Issue, Vec<KubeVersion>)>) {
    let mut known: FxHashMap<(SchemaRule, NodeId, String), usize> = FxHashMap::default();
    let key = |issue: &Issue| (issue.rule, issue.node, issue.message.clone());
    known.extend(issues.iter().enumerate().map(|(at, (issue, _))| (key(issue), at)));
    for issue in found {
        match known.entry(key(&issue)) {
            Entry::Occupied(at) => {
                let (known, versions) = &mut issues[*at.get()];
                // What one version would have is not what another one would.
                if known.mend != issue.mend {
                    known.mend = None;
                }
                versions.push(version);
            }
            Entry::Vacant(place) => {
                place.insert(issues.len());
                issues.push((issue, vec![version]));
            }
        }
    }
}

/// Says which versions find what not all of them find, and of a kind that not all serve, which do.
pub(super) fn of_some(
    (mut issue, of): (Issue, Vec<KubeVersion>),
    all: &[KubeVersion],
    serving: &[KubeVersion],
) -> Issue {
    let others: Vec<KubeVersion> = all.iter().copied().filter(|version| !of.contains(version)).collect();
    if !others.is_empty() {
        issue.mend = None;
    }
    match issue.rule {
        SchemaRule::DeprecatedApi => {}
        SchemaRule::RemovedApi | SchemaRule::FutureApi if serving.is_empty() => {}
        SchemaRule::RemovedApi | SchemaRule::FutureApi => {
            let serving = list(serving.iter().copied());
            issue.message = format!("{} (valid on Kubernetes {serving}, not on {})", issue.message, list(of));
        }
        _ if others.is_empty() => {}
        _ => {
            issue.message =
                format!("{} (on Kubernetes {}, not on {})", issue.message, list(of), list(others));
        }
    }
    issue
}
