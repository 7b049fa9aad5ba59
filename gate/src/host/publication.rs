//! What is to be put on a pull request, made of a report by the caller.

use crate::model::{Severity, Verdict};
use crate::text::LineCol;

/// What a host makes of Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    /// Markdown with HTML: `<details>` folds and `<!-- -->` is hidden.
    Html,
    /// Markdown only: HTML would show as text.
    Plain,
}

/// Pages of the report, written within a limit. Whoever owns the formats implements it.
pub trait Pages {
    /// The whole report as Markdown of at most `limit` bytes.
    fn comment(&self, limit: usize, markup: Markup) -> String;
    /// The verdict in one line of plain text of at most `limit` bytes.
    fn summary(&self, limit: usize) -> String;
}

/// A finding at a line, with all its texts clean and masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// Stable over commits, 32 hexadecimal digits.
    pub fingerprint: String,
    /// `<check>/<rule>`.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// Path in the repository, with `/`.
    pub path: String,
    /// First character, 1-based.
    pub start: LineCol,
    /// One past the last character, 1-based.
    pub end: LineCol,
    /// Plain text, one line.
    pub title: String,
    /// Plain text, some lines: what is wrong, in which object, what to do.
    pub text: String,
    /// The same as Markdown, with everything from the repository escaped and mentions defused; no HTML.
    pub markdown: String,
}

/// What is to be put on a pull request.
pub struct Publication<'a> {
    /// Which gate this is: two with different keys live side by side on one pull request. Kebab-case.
    pub key: String,
    /// The answer.
    pub verdict: Verdict,
    /// Findings that count (with a path that is text) and failures with a place: the most severe first, then in the
    /// order of the report.
    pub annotations: Vec<Annotation>,
    /// The report, as text.
    pub pages: &'a dyn Pages,
}

impl Publication<'_> {
    /// Name of the check or status; the one of the default key is `gitops-gate`.
    pub fn check_name(&self) -> String {
        if self.key == "default" { "gitops-gate".to_owned() } else { format!("gitops-gate/{}", self.key) }
    }
}

#[cfg(test)]
impl Annotation {
    /// An error at line 3 of `apps/web.yaml`, made up for tests.
    pub(super) fn sample() -> Self {
        Self {
            fingerprint: "0".repeat(32),
            rule: "images/mutable-tag".to_owned(),
            severity: Severity::Error,
            path: "apps/web.yaml".to_owned(),
            start: LineCol { line: 3, column: 1 },
            end: LineCol { line: 3, column: 9 },
            title: "a moving tag".to_owned(),
            text: "use a digest".to_owned(),
            markdown: "use a digest".to_owned(),
        }
    }
}

/// The same text whatever the limit, for tests.
#[cfg(test)]
impl Pages for &str {
    fn comment(&self, _: usize, _: Markup) -> String {
        (*self).to_owned()
    }

    fn summary(&self, _: usize) -> String {
        (*self).to_owned()
    }
}
