//! A finding as an annotation of a check run, within the limits of the Checks API.

use octocrab::params::checks::{CheckRunOutputAnnotation, CheckRunOutputAnnotationLevel};

use crate::host::Annotation;
use crate::model::Severity;
use crate::text::{cut, shorten};

/// Code points of a title.
const TITLE: usize = 255;
/// Bytes of a message: 64 KB are allowed.
const MESSAGE: usize = 64_000;

/// The annotation; lines are inclusive there, and columns are taken for a single line only.
pub(super) fn annotation(of: &Annotation) -> CheckRunOutputAnnotation {
    let start_line = of.start.line.max(1);
    // The end is one past the last character: at the first column it is still on the line before.
    let end_line =
        if of.end.column <= 1 { of.end.line.saturating_sub(1) } else { of.end.line }.max(start_line);
    let one_line = start_line == end_line && of.end.line == of.start.line;
    let start_column = of.start.column.max(1);
    let end_column = of.end.column.saturating_sub(1).max(start_column);
    let message = if of.text.trim().is_empty() { &of.title } else { &of.text };
    CheckRunOutputAnnotation {
        path: of.path.clone(),
        start_line,
        end_line,
        start_column: one_line.then_some(start_column),
        end_column: one_line.then_some(end_column),
        annotation_level: level(of.severity),
        message: cut(message, MESSAGE).into_owned(),
        title: (!of.title.trim().is_empty()).then(|| shorten(&of.title, TITLE).into_owned()),
        raw_details: None,
    }
}

fn level(severity: Severity) -> CheckRunOutputAnnotationLevel {
    match severity {
        Severity::Error => CheckRunOutputAnnotationLevel::Failure,
        Severity::Warning => CheckRunOutputAnnotationLevel::Warning,
        Severity::Info => CheckRunOutputAnnotationLevel::Notice,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::LineCol;

    fn made(start: (u32, u32), end: (u32, u32)) -> CheckRunOutputAnnotation {
        let place = |(line, column)| LineCol { line, column };
        annotation(&Annotation {
            severity: Severity::Warning,
            start: place(start),
            end: place(end),
            title: "t".repeat(300),
            text: "ü".repeat(40_000),
            ..Annotation::sample()
        })
    }

    fn lines(of: &CheckRunOutputAnnotation) -> (u32, u32, Option<u32>, Option<u32>) {
        (of.start_line, of.end_line, of.start_column, of.end_column)
    }

    #[test]
    fn ends_become_inclusive() {
        assert_eq!(lines(&made((3, 5), (3, 9))), (3, 3, Some(5), Some(8)));
        assert_eq!(lines(&made((3, 5), (3, 5))), (3, 3, Some(5), Some(5)));
        assert_eq!(lines(&made((3, 5), (6, 2))), (3, 6, None, None));
        assert_eq!(lines(&made((3, 5), (4, 1))), (3, 3, None, None));
        assert_eq!(lines(&made((3, 1), (3, 1))), (3, 3, Some(1), Some(1)));
        assert_eq!(lines(&made((0, 0), (0, 0))), (1, 1, Some(1), Some(1)));
        assert_eq!(lines(&made((9, 1), (2, 7))), (9, 9, None, None));
    }

    #[test]
    fn texts_keep_to_the_limits() {
        let made = made((1, 1), (1, 2));
        assert_eq!(made.title.unwrap().chars().count(), 255);
        assert!(made.message.len() <= 64_000 && made.message.ends_with("ü…"), "{}", made.message.len());
    }

    #[test]
    fn an_empty_text_gives_way_to_the_title() {
        let mut of = Annotation { title: "title".to_owned(), text: " ".to_owned(), ..Annotation::sample() };
        assert_eq!(annotation(&of).message, "title");
        of.title = String::new();
        assert_eq!(annotation(&of).title, None);
    }
}
