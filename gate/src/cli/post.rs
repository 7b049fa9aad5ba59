//! `gate post`: puts a saved report on a pull request. This is the half of a two-job workflow that may write, and the report
//! comes from the half that may not: it is hostile data, and is used only if it is about the commit that is being marked.

use std::io::Read;
use std::path::Path;

use super::args::PostArgs;
use super::error::CliError;
use super::posting::{self, Place};
use super::progress::{self, Phase};
use super::publication::{ReportPages, publication};
use super::{Exit, surroundings};
use crate::git::Repo;
use crate::host::{Fact, Source};
use crate::model::{MAX_REPORT_BYTES, Report};

/// Longest name of a gate, in bytes; the shortest key that a host takes has 40.
const MAX_KEY: usize = 24;

pub(super) fn run(args: &PostArgs) -> Result<Exit, CliError> {
    progress::begin(false);
    check_key(&args.key)?;
    let report = read(&args.report)?;
    let repo = Repo::discover(Path::new(".")).ok();
    let mut context = surroundings::detect(repo.as_ref(), &args.host)?;
    surroundings::warn(&context);
    if let Some(head) = &args.head {
        context.head = Some(Fact { value: head.clone(), source: Source::Flag("--head") });
    }
    // The report, which is hostile, does not say itself which commit it is put on.
    let place = Place::new(&args.host, &context, None, None)?;
    post_report(&report, &place, &args.key)
}

/// Posts `report` where `place` says, if it is about that commit.
fn post_report(report: &Report, place: &Place, key: &str) -> Result<Exit, CliError> {
    posting::is_about(report, place.head())?;
    let pages = ReportPages { report, whole_report: place.run_url(), saved: true };
    let posted = progress::during(Phase::Posting, || place.post(&publication(&pages, key)))?;
    super::print(&posting::words(place, &posted))?;
    let failures = posting::failures(&posted);
    // Posting is all that this command is for.
    if failures.is_empty() { Ok(Exit::Pass) } else { Err(CliError::of(failures)) }
}

fn read(file: &Path) -> Result<Report, CliError> {
    let name = if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() };
    let unreadable = |error: std::io::Error| CliError::new(format!("{name} cannot be read: {error}"));
    let mut bytes = Vec::new();
    let limit = MAX_REPORT_BYTES as u64 + 1;
    if file == Path::new("-") {
        std::io::stdin().take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        let file = std::fs::File::open(file).map_err(unreadable)?;
        file.take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    Report::from_json(&bytes).map_err(|error| {
        let hint = error.hint.clone();
        let hint = hint
            .unwrap_or_else(|| "`gate check --format json=FILE` writes what this command reads".to_owned());
        CliError::new(format!("{name} is no report that can be posted: {error}")).hint(hint)
    })
}

pub(super) fn check_key(key: &str) -> Result<(), CliError> {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if key.len() <= MAX_KEY && key.split('-').all(is_part) {
        return Ok(());
    }
    Err(CliError::new(format!("`{key}` is no name of a gate"))
        .hint(format!("use at most {MAX_KEY} lower-case letters, digits and hyphens between them")))
}
