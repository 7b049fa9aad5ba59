//! The results of all units to one report, in one total order.

use std::collections::{BTreeMap, HashSet};

use super::policies::ConfiguredPolicy;
use super::surroundings::Surroundings;
use super::unit::UnitResult;
use super::{Input, rules, triage, waivers};
use crate::config::{FILE_NAME, Patterns};
use crate::model::{
    ChangeSummary, CheckFailure, Counts, Coverage, PolicyCoverage, REPORT_VERSION, RepoPath, Report,
    Resources, Role, SkipReason, Verdict,
};

/// `stopped`: how many files were looked at, where the run ended before the last of them.
pub(super) fn assemble(
    input: &Input<'_>,
    surroundings: &Surroundings,
    results: Vec<UnitResult>,
    stopped: Option<usize>,
) -> Report {
    let resources = input.checks.schemas.then(Resources::default);
    let mut coverage = Coverage { resources, ..Coverage::default() };
    let (mut judged, mut carried) = (Vec::new(), Vec::new());
    let mut failures = input.failures.clone();
    let mut policies: BTreeMap<usize, (u64, u64)> = BTreeMap::new();
    for result in results {
        judged.extend(result.judged);
        carried.extend(result.carried);
        failures.extend(result.failures);
        for (number, (documents, findings)) in result.tally.add_to(&mut coverage) {
            let sum = policies.entry(number).or_default();
            *sum = (sum.0 + documents, sum.1 + findings);
        }
    }
    let whole = input.change.base.is_none();
    let mut findings = triage::triage(judged, !whole);
    let saw_all = whole && stopped.is_none() && failures.is_empty();
    let waivers = waivers::waive(input, &mut findings, &carried, saw_all);
    findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    sort_failures(&mut failures);
    coverage.skipped.sort();
    coverage.policies = policy_coverage(input.policies, &policies);
    coverage.notices = match stopped {
        None => notices(input, surroundings, &coverage),
        Some(files) => vec![unfinished(input, files)],
    };
    coverage.notices.extend(waivers);
    let counts = Counts::of(&findings, input.config.block_on);
    let verdict = Verdict::of(&counts, &failures);
    Report {
        version: REPORT_VERSION.to_owned(),
        tool: super::tool(),
        verdict,
        exit_code: verdict.exit_code(),
        block_on: input.config.block_on,
        change: summary(input),
        rules: rules::named_by(&findings, input.policies),
        counts,
        findings,
        failures,
        coverage,
        configuration_changes: input.configuration_changes.clone(),
    }
}

fn summary(input: &Input<'_>) -> ChangeSummary {
    ChangeSummary {
        description: input.change.description.clone(),
        base_commit: input.change.base_commit.clone(),
        head_commit: input.change.head_commit.clone(),
        merged_commit: input.change.merged_commit.clone(),
        config: input.config_source.clone(),
    }
}

fn sort_failures(failures: &mut Vec<CheckFailure>) {
    fn key(failure: &CheckFailure) -> impl Ord + '_ {
        let place = failure.location.as_ref().map(|location| (&location.path, location.span));
        (place, &failure.check, failure.kind, &failure.message)
    }
    failures.sort_by(|a, b| key(a).cmp(&key(b)));
    failures.dedup();
}

fn policy_coverage(
    policies: &[ConfiguredPolicy],
    seen: &BTreeMap<usize, (u64, u64)>,
) -> BTreeMap<String, PolicyCoverage> {
    let mut coverage: BTreeMap<String, PolicyCoverage> = BTreeMap::new();
    for (number, policy) in policies.iter().enumerate() {
        let (documents, findings) = seen.get(&number).copied().unwrap_or_default();
        let entry = coverage.entry(policy.metadata().id.clone()).or_default();
        entry.source = policy.config.source.to_string();
        entry.sha256 = policy.policy.sha256().to_owned();
        entry.version = policy.metadata().version.clone();
        entry.documents += documents;
        entry.findings += findings;
    }
    coverage
}

/// Of a run that stopped: nothing else can be said of the whole.
fn unfinished(input: &Input<'_>, files: usize) -> String {
    let all = input.change.files.len();
    format!("stopped at the first error (--exit-on-error): {files} of {all} files were looked at")
}

/// Everything that could make a run green by accident.
fn notices(input: &Input<'_>, surroundings: &Surroundings, coverage: &Coverage) -> Vec<String> {
    let mut notices = input.notices.clone();
    notices.extend(no_object(coverage));
    if input.change.files.iter().any(|file| file.path.as_bytes() == FILE_NAME.as_bytes())
        && input.change.base.is_some()
    {
        notices.push(format!(
            "{FILE_NAME} is part of this change; the change was judged by {}",
            input.config_source
        ));
    }
    notices.extend(surroundings.broken().map(|path| {
        format!("the kustomization {path} cannot be read: what it refers to may be told apart wrongly")
    }));
    notices.extend(unread(input, coverage));
    notices.extend(idle_policies(input, coverage));
    notices.extend(idle_globs(input));
    notices
}

/// What was checked where there was no object.
fn no_object(coverage: &Coverage) -> Option<String> {
    let counted = |(role, number): (Role, u64)| {
        let (one, many) = match role {
            Role::Kustomization => ("kustomization", "kustomizations"),
            _ => ("patch", "patches"),
        };
        (number > 0).then(|| format!("{number} {}", if number == 1 { one } else { many }))
    };
    let partial: Vec<String> = coverage.partial_documents().into_iter().filter_map(counted).collect();
    coverage.has_no_object().then(|| match (partial.is_empty(), coverage.files) {
        (false, _) => {
            let what = partial.join(" and ");
            format!("no object was judged, but {what} by schema; what comes of that is not rendered")
        }
        (true, 0) => "nothing was checked: no file differs".to_owned(),
        (true, _) => "nothing was checked: no changed file holds a Kubernetes object".to_owned(),
    })
}

/// Files that were named one by one, and that nothing was judged of.
fn unread(input: &Input<'_>, coverage: &Coverage) -> Option<String> {
    let no_manifest = coverage.skipped.iter().filter(|skipped| skipped.reason == SkipReason::NotAManifest);
    let named = no_manifest.filter(|skipped| input.change.is_named(&skipped.path));
    let paths: Vec<String> = named.map(|skipped| skipped.path.to_string()).collect();
    let (first, more) = (paths.first()?, paths.len() - 1);
    let and = if more == 0 { String::new() } else { format!(" and {more} more") };
    Some(format!(
        "named, but not judged: {first}{and}; manifests end in .yaml, .yml or .json, others can be piped: `gate check - < {first}`"
    ))
}

fn idle_policies(input: &Input<'_>, coverage: &Coverage) -> Vec<String> {
    if input.change.base.is_some() || !input.checks.policies {
        return Vec::new();
    }
    let idle = coverage.policies.iter().filter(|(_, policy)| policy.documents == 0);
    let what = if input.change.head_commit.is_some() { "the whole tree" } else { "what was judged" };
    idle.map(|(id, _)| format!("policy {id} matched no document of {what}")).collect()
}

/// Globs of the configuration that match no file at head (and no changed file at base).
fn idle_globs(input: &Input<'_>) -> Vec<String> {
    let config = input.config;
    let mut lists: Vec<(String, &Patterns)> = Vec::new();
    lists.extend(config.environments.iter().map(|e| (format!("environment {}", e.name), &e.paths)));
    lists.push(("`exclude`".to_owned(), &config.exclude));
    lists.push(("`schemas`".to_owned(), &config.schemas));
    lists.retain(|(_, patterns)| !patterns.is_empty());
    if lists.is_empty() {
        return Vec::new();
    }
    let Ok(entries) = input.change.head.entries() else { return Vec::new() };
    let gone = input.change.files.iter().filter_map(|file| file.base.as_ref());
    let paths: Vec<&RepoPath> = entries.iter().chain(gone).map(|entry| &entry.path).collect();
    lists.iter().flat_map(|(of, patterns)| idle(of, patterns, &paths)).collect()
}

fn idle(of: &str, patterns: &Patterns, paths: &[&RepoPath]) -> Vec<String> {
    let used: HashSet<usize> = paths.iter().flat_map(|path| patterns.matching(path)).collect();
    let unused = patterns.iter().enumerate().filter(|(at, _)| !used.contains(at));
    unused.map(|(_, pattern)| format!("the glob `{}` of {of} matches no file", pattern.text)).collect()
}
