//! The results for people: what differs, then the numbers.

use gate_sdk::testing::{Difference, Ran};

use super::Tested;
use super::manifests::Manifests;
use crate::cli::policy::shown;

/// Gaps in the coverage that are named one by one.
const NAMED: usize = 40;

/// Everything that is to be said. Only the time differs between two runs.
pub(super) fn render(tested: &Tested<'_>) -> String {
    let mut lines = Vec::new();
    for (path, error) in tested.unreadable() {
        lines.push(format!("{}: {}", path.display(), error));
        lines.push(String::new());
    }
    for ran in tested.ran.iter().filter(|ran| !ran.result.differences.is_empty()) {
        lines.push(place(ran));
        lines.extend(details(&ran.result.differences).into_iter().map(|line| format!("    {line}")));
        lines.push(String::new());
    }
    if let Some(manifests) = &tested.manifests {
        of_manifests(manifests, &mut lines);
    }
    if tested.manifests.is_none() || !tested.files.is_empty() {
        lines.push(summary(tested));
    }
    coverage(tested, &mut lines);
    shown::lines(&lines)
}

/// `cases/images.yaml:12  what the case shows`
fn place(ran: &Ran) -> String {
    format!("{}:{}  {}", ran.path.display(), ran.case.line, ran.case.name)
}

/// What differs, one or more lines each.
pub(super) fn details(differences: &[Difference]) -> Vec<String> {
    let lines =
        |difference: &Difference| difference.to_string().lines().map(str::to_owned).collect::<Vec<_>>();
    differences.iter().flat_map(lines).collect()
}

fn of_manifests(manifests: &Manifests, lines: &mut Vec<String>) {
    let problems = manifests.problems();
    if !problems.is_empty() {
        lines.push(manifests.folder.clone());
        lines.extend(problems.into_iter().map(|line| format!("    {line}")));
        lines.push(String::new());
    }
    lines.push(manifests.summary());
}

fn summary(tested: &Tested<'_>) -> String {
    let metadata = tested.policy.metadata();
    let (all, failed) = (tested.ran.len(), tested.failed());
    let broken = match tested.unreadable().count() {
        0 => String::new(),
        1 => ", 1 file could not be read".to_owned(),
        more => format!(", {more} files could not be read"),
    };
    let cases = if all == 1 { "case" } else { "cases" };
    format!(
        "{} {}: {all} {cases}, {} passed, {failed} failed{broken} ({:.2} s)",
        metadata.id,
        metadata.version,
        all - failed,
        tested.time.as_secs_f64()
    )
}

fn coverage(tested: &Tested<'_>, lines: &mut Vec<String>) {
    let coverage = &tested.coverage;
    if coverage.cases == 0 {
        return;
    }
    let (never, always) = (coverage.never(), coverage.always());
    let all = coverage.hits.len();
    let kind = if tested.lacks_coverage() { "coverage is required and not whole" } else { "coverage" };
    lines.push(format!("{kind}: {} of {all} rules found", all - never.len()));
    let unset: Vec<&str> = coverage.unset.iter().map(String::as_str).collect();
    for (what, names) in
        [("found by no case", never), ("found by every case", always), ("set by no case", unset)]
    {
        lines.extend(names.iter().take(NAMED).map(|name| format!("  {what}: {name}")));
        if names.len() > NAMED {
            lines.push(format!("  {what}: {} more", names.len() - NAMED));
        }
    }
}
