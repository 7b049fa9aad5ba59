//! `--post`: the report goes to the pull request, and what became of that to standard error. The exit code stays the
//! verdict's. Where the host does not take it (no token, a token that may only read, a host that is down), the CI's own log
//! and job summary get what needs no token.

mod place;
mod words;

pub(in crate::cli) use place::Place;
pub(in crate::cli) use words::{failures, words};

use std::fs::OpenOptions;
use std::io::Write;

use super::error::CliError;
use super::publication::{ReportPages, publication};
use super::{Exit, surroundings};
use crate::host::{Ci, Context, HostError, HostErrorKind, Markup, Pages, Posted, Publication};
use crate::model::{Report, Verdict};
use crate::output::{self, Format, MarkdownOptions, RenderOptions};
use crate::text::clean_line;

/// Bytes of a job summary: GitHub takes 1 MiB of a step.
const SUMMARY: usize = 1_000_000;

/// What is said of a post, and whether the answer stands.
pub(super) struct Told {
    lines: Vec<String>,
    complete: bool,
}

/// Posts `report`. `place` says where, or why that is not known.
pub(super) fn report(report: &Report, place: Result<Place, HostError>, key: &str) -> Told {
    told(place.and_then(|place| {
        is_about(report, place.head())?;
        let whole_report = place.run_url();
        let pages = ReportPages { report, whole_report, saved: false };
        let posted = place.post(&publication(&pages, key))?;
        Ok((place, posted))
    }))
}

/// The report must be about the commit that is to be marked: `head` itself, or the host's merge of it.
pub(super) fn is_about(report: &Report, head: &str) -> Result<(), HostError> {
    let change = &report.change;
    let about: Vec<&String> = change.merged_commit.iter().chain(&change.head_commit).collect();
    if about.iter().any(|commit| commit.eq_ignore_ascii_case(head)) {
        return Ok(());
    }
    let about = about.first().map_or_else(|| "no commit".to_owned(), |commit| format!("the commit {commit}"));
    Err(HostError::new(HostErrorKind::Setup, format!("the report is about {about}, not about {head}"))
        .hint("post the report of the run that judged this very commit"))
}

/// Posts that nothing could be judged: an older pass on the same commit must not stand.
pub(super) fn failure(error: &CliError, place: Result<Place, HostError>, key: &str) -> Told {
    told(place.and_then(|place| {
        let pages = ErrorPages(error);
        let (key, verdict, annotations) = (key.to_owned(), Verdict::Incomplete, Vec::new());
        let posted = place.post(&Publication { key, verdict, annotations, pages: &pages })?;
        Ok((place, posted))
    }))
}

/// Why nothing was judged, as what is put on a pull request.
struct ErrorPages<'a>(&'a CliError);

impl Pages for ErrorPages<'_> {
    fn comment(&self, limit: usize, _: Markup) -> String {
        let head = "## ❌ Nothing was judged\n\nThe gate could not do its work:\n\n";
        let mut page = head.to_owned();
        let mut words = Vec::new();
        // A vector takes every write.
        let _ = self.0.write(&mut words);
        for line in String::from_utf8_lossy(&words).lines() {
            // Indented text is shown as it is: no markup, no mention, no HTML.
            let line = format!("    {}\n", clean_line(line));
            if page.len() + line.len() > limit {
                break;
            }
            page.push_str(&line);
        }
        if page.len() <= limit { page } else { String::new() }
    }

    fn summary(&self, limit: usize) -> String {
        let words = "nothing was judged: see the log of the job";
        if words.len() <= limit { words.to_owned() } else { String::new() }
    }
}

fn told(posted: Result<(Place, Posted), HostError>) -> Told {
    let (mut lines, failures) = match &posted {
        Ok((place, posted)) => (vec![words::words(place, posted)], words::failures(posted)),
        Err(error) => (Vec::new(), vec![(format!("not posted: {error}"), error.hint.clone())]),
    };
    let complete = failures.is_empty();
    for (failure, hint) in failures {
        lines.push(failure);
        lines.extend(hint.map(|hint| format!("  hint: {hint}")));
    }
    Told { lines, complete }
}

impl Told {
    /// Tells people, and gives the log of the CI what needs no token if the host did not take the answer. `printed`: the
    /// format that standard output holds already.
    pub(super) fn tell(
        &self,
        report: Option<&Report>,
        context: &Context,
        printed: Option<Format>,
    ) -> Result<(), CliError> {
        for line in &self.lines {
            surroundings::tell(line);
        }
        let Some(report) = report.filter(|_| !self.complete) else { return Ok(()) };
        let ci = context.ci.as_ref().map(|ci| ci.value);
        let Some(format) = log_format(ci) else {
            surroundings::tell(without_a_log(ci));
            return Ok(());
        };
        surroundings::tell("the annotations of this log and the exit code are the answer");
        if printed == Some(format) {
            return Ok(());
        }
        let commands = output::render(report, format, &RenderOptions::default());
        if printed.is_none_or(|printed| printed == Format::Text) {
            return super::print(&commands);
        }
        // Standard output holds a report for a program; runners read commands from both.
        let _ = std::io::stderr().write_all(commands.as_bytes());
        Ok(())
    }

    /// The exit code: the verdict's, unless the answer was to stand at the host and does not.
    pub(super) fn exit(&self, verdict: Exit, required: bool) -> Exit {
        if required && !self.complete { Exit::Error } else { verdict }
    }
}

/// The commands that the log of a CI understands.
fn log_format(ci: Option<Ci>) -> Option<Format> {
    match ci? {
        Ci::GithubActions | Ci::GiteaActions => Some(Format::Github),
        Ci::AzurePipelines => Some(Format::Azure),
        _ => None,
    }
}

fn without_a_log(ci: Option<Ci>) -> &'static str {
    match ci {
        Some(Ci::GitlabCi) => {
            "the exit code of this job is the answer; `--format gitlab=gl-code-quality-report.json`, kept as an artifact of \
             type `codequality`, shows the findings without a token"
        }
        _ => "the exit code of this job is the answer",
    }
}

/// Adds the report to the summary of the job, where the CI names a file for it (GitHub Actions and Gitea's).
pub(super) fn summary(report: &Report, context: &Context) -> Result<(), CliError> {
    let actions = log_format(context.ci.as_ref().map(|ci| ci.value)) == Some(Format::Github);
    let file = surroundings::variable("GITHUB_STEP_SUMMARY").filter(|file| actions && !file.is_empty());
    let Some(file) = file else { return Ok(()) };
    let page = output::markdown(report, &MarkdownOptions { budget: SUMMARY, ..MarkdownOptions::default() });
    let written = OpenOptions::new().append(true).create(true).open(&file);
    written
        .and_then(|mut file| file.write_all(page.as_bytes()))
        .map_err(|error| CliError::new(format!("the job summary {file} cannot be written: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posting_changes_the_exit_code_only_if_it_is_required() {
        let told = |complete| Told { lines: Vec::new(), complete };
        assert_eq!(told(false).exit(Exit::Fail, false), Exit::Fail);
        assert_eq!(told(false).exit(Exit::Pass, true), Exit::Error);
        assert_eq!(told(true).exit(Exit::Pass, true), Exit::Pass);
    }

    #[test]
    fn an_error_is_shown_as_it_is_and_within_the_limit() {
        let error = CliError::new("gate.yaml:1:1: `@everyone` <b>").hint("mend it");
        let page = ErrorPages(&error).comment(1_000, Markup::Html);
        assert!(
            page.ends_with("\n    error: gate.yaml:1:1: `@everyone` <b>\n      hint: mend it\n"),
            "{page}"
        );
        assert!(ErrorPages(&error).comment(100, Markup::Plain).len() <= 100);
    }
}
