//! Reports in the formats that people and programs read. A format is one module, one variant of [`Format`] and one
//! arm in [`render`]. Nothing is printed here: every format is a pure function of the report, the same bytes on
//! every run. Text from the repository is hostile; it is cleaned again in here, whatever was done before.

mod annotation;
mod azure;
mod defuse;
mod encode;
mod github;
mod gitlab;
mod html;
mod issues;
mod json;
mod junit;
mod markdown;
mod points;
mod pretty;
mod reference;
mod sarif;
mod suites;
mod sums;
mod tap;
mod text;
mod words;
mod xml;

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod read_back_tests;
#[cfg(test)]
mod registry_tests;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod sink_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod text_tests;

use std::time::Duration;

pub use self::annotation::{Annotated, annotation_of_failure, annotation_of_finding};
pub use self::encode::pretty;
pub use self::markdown::{MarkdownOptions, markdown, summary};
pub use self::suites::{Names, TestCase, TestOutcome, TestSuite, junit as junit_of_tests};
use crate::model::Report;

/// A form in which a report can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// For people, on a terminal or in a log.
    Text,
    /// The whole report; its schema is `docs/report.schema.json`.
    Json,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// JUnit XML, for test views of CI servers.
    Junit,
    /// TAP 13, a test for each resource.
    Tap,
    /// One line for each resource that is not in order.
    Pretty,
    /// Markdown within the length of a comment, for pull requests and job summaries.
    Markdown,
    /// One HTML page with everything, without scripts.
    Html,
    /// Workflow commands of GitHub Actions.
    Github,
    /// Logging commands of Azure Pipelines.
    Azure,
    /// GitLab's Code Quality report.
    Gitlab,
}

impl Format {
    /// All formats, in the order of the documentation.
    pub const ALL: [Self; 11] = [
        Self::Text,
        Self::Json,
        Self::Sarif,
        Self::Junit,
        Self::Tap,
        Self::Pretty,
        Self::Markdown,
        Self::Html,
        Self::Github,
        Self::Azure,
        Self::Gitlab,
    ];

    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Tap => "tap",
            Self::Pretty => "pretty",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Github => "github",
            Self::Azure => "azure",
            Self::Gitlab => "gitlab",
        }
    }

    /// One line of help.
    pub fn about(self) -> &'static str {
        match self {
            Self::Text => "for people: source excerpts, coverage and the verdict",
            Self::Json => "the whole report, versioned, with a published schema",
            Self::Sarif => "SARIF 2.1.0, for code scanning and editors",
            Self::Junit => "JUnit XML, for the test views of CI servers",
            Self::Tap => "TAP 13, a test for each resource, as kubeconform writes it",
            Self::Pretty => "a line for each resource that is not in order, as kubeconform writes it",
            Self::Markdown => "for a comment on a pull request or a job summary, at most 64,000 bytes",
            Self::Html => "one HTML page with all findings, without scripts, to be kept as an artifact",
            Self::Github => "workflow commands of GitHub Actions: annotations without a token",
            Self::Azure => "logging commands of Azure Pipelines: issues without a token",
            Self::Gitlab => "GitLab's Code Quality report",
        }
    }

    /// The reverse of [`Format::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == word)
    }
}

/// How a report is written. Only the formats for people have a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RenderOptions<'a> {
    /// ANSI colours.
    pub color: bool,
    /// Columns of the terminal, taken as 40 to 240; 0 where there is none: sentences are not wrapped then, and source
    /// lines are cut at 160 columns.
    pub width: usize,
    /// All findings that count, existing and fixed ones and each thing that was not checked, one by one; resources that
    /// are in order, where the report lists them.
    pub verbose: bool,
    /// Only what blocks, and the verdict. `verbose` has no effect then.
    pub quiet: bool,
    /// How many resources are valid and how many are not, in one line.
    pub summary: bool,
    /// What the run took. It is shown on terminals only: a report that is kept has the same bytes on every run.
    pub elapsed: Option<Duration>,
    /// Hyperlinks, where the terminal shows them.
    pub links: Option<Links<'a>>,
}

/// Where hyperlinks of the text report lead; rules lead to their documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Links<'a> {
    /// The folder that paths are relative to, as a percent-encoded `file://` address with a slash at its end; none where
    /// files are not to be had.
    pub files: Option<&'a str>,
}

/// Writes `report` in `format`; the text ends with a line feed.
pub fn render(report: &Report, format: Format, options: &RenderOptions<'_>) -> String {
    match format {
        Format::Text => text::render(report, options),
        Format::Json => json::render(report, options),
        Format::Sarif => sarif::render(report),
        Format::Junit => junit::render(report),
        Format::Tap => tap::render(report, options),
        Format::Pretty => pretty::render(report, options),
        Format::Markdown => markdown(report, &MarkdownOptions::default()),
        Format::Html => html::render(report),
        Format::Github => github::render(report),
        Format::Azure => azure::render(report),
        Format::Gitlab => gitlab::render(report),
    }
}
