//! Reports in the formats that people and programs read. A format is one module, one variant of [`Format`] and one
//! arm in [`render`]. Nothing is printed here: every format is a pure function of the report, the same bytes on
//! every run. Text from the repository is hostile; it is cleaned again in here, whatever was done before.

mod defuse;
mod encode;
mod json;
mod sarif;
mod text;
mod words;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

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
}

impl Format {
    /// All formats, in the order of the documentation.
    pub const ALL: [Self; 3] = [Self::Text, Self::Json, Self::Sarif];

    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
        }
    }

    /// One line of help.
    pub fn about(self) -> &'static str {
        match self {
            Self::Text => "for people: source excerpts, coverage and the verdict",
            Self::Json => "the whole report, versioned, with a published schema",
            Self::Sarif => "SARIF 2.1.0, for code scanning and editors",
        }
    }

    /// The reverse of [`Format::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == word)
    }
}

/// How a report is written. Only the text format has a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RenderOptions {
    /// ANSI colours.
    pub color: bool,
    /// Columns of the terminal, taken as 40 to 240; 0 where there is none: sentences are not wrapped then, and source
    /// lines are cut at 160 columns.
    pub width: usize,
    /// Existing and fixed findings, and each thing that was not checked, one by one.
    pub verbose: bool,
}

/// Writes `report` in `format`; the text ends with a line feed.
pub fn render(report: &Report, format: Format, options: &RenderOptions) -> String {
    match format {
        Format::Text => text::render(report, options),
        Format::Json => json::render(report),
        Format::Sarif => sarif::render(report),
    }
}
