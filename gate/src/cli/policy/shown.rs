//! Text of modules and repositories on standard output: nothing in it is obeyed by a terminal or a CI.

use crate::cli::surroundings::defused;
use crate::text::clean;

/// Lines as they are printed, each cleaned; their indents stay.
pub(in crate::cli) fn lines(lines: &[String]) -> String {
    lines.iter().map(|text| line(text) + "\n").collect()
}

/// One line, cleaned; its indent stays. GitHub Actions obeys `::` behind an indent, too.
pub(in crate::cli) fn line(line: &str) -> String {
    let text = line.trim_start_matches(' ');
    let indent = " ".repeat(line.len() - text.len());
    let text = defused(text);
    match text.trim_start().strip_prefix("::") {
        Some(rest) => format!("{indent}: :{rest}"),
        None => format!("{indent}{text}"),
    }
}

/// A line of Markdown, cleaned; headings stay headings.
pub(in crate::cli) fn markdown(text: &str) -> String {
    match text.contains("##vso[") || text.contains("##[") {
        false if !text.trim_start().starts_with("::") => clean(text).into_owned(),
        _ => line(text),
    }
}

/// Several lines of foreign text, each cleaned and indented.
pub(in crate::cli) fn block(text: &str, indent: usize) -> Vec<String> {
    let indent = " ".repeat(indent);
    text.lines().map(|line| format!("{indent}{line}").trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indents_stay_and_commands_go() {
        let given = ["  a\x1b[31m ##[error]x".to_owned(), String::new(), "  ::error::b".to_owned()];
        assert_eq!(lines(&given), "  a\u{fffd}[31m # #[error]x\n\n  : :error::b\n");
        assert_eq!(["### a", " ::b", "a ##[b]"].map(markdown), ["### a", " : :b", "a # #[b]"]);
        assert_eq!(block("a\n\n b", 2), ["  a", "", "   b"]);
    }
}
