//! Commands to CI runners that hide in text. A log is read by the runner that shows it: a line that begins with `::`
//! is a command to GitHub Actions, and `##[…]`, `##vso[…]` or `##teamcity[…]` anywhere in a line is one to GitHub Actions,
//! Azure Pipelines or TeamCity.

use std::borrow::Cow;

/// `text`, of any number of lines, with a space put into whatever a runner would take for a command.
pub(super) fn log_lines(text: &str) -> Cow<'_, str> {
    if !text.contains("::") && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let (indent, body) = line.split_at(line.len() - unstyled(line).len());
        safe.push_str(indent);
        let body = match body.strip_prefix("::") {
            Some(rest) => {
                safe.push_str(": :");
                rest
            }
            None => body,
        };
        split_commands(body, |piece, command| {
            safe.push_str(piece);
            safe.push_str(if command { " " } else { "" });
        });
    }
    Cow::Owned(safe)
}

/// `line` without the spaces, the styles and the beginnings of links at its beginning.
fn unstyled(line: &str) -> &str {
    let mut body = line.trim_start();
    while let Some(rest) = unescaped(body) {
        body = rest.trim_start();
    }
    body
}

fn unescaped(text: &str) -> Option<&str> {
    let style = text.strip_prefix("\x1b[").and_then(|style| style.split_once('m'));
    let link = || text.strip_prefix("\x1b]8;;").and_then(|link| link.split_once("\x1b\\"));
    style.or_else(link).map(|(_, rest)| rest)
}

/// Hands out `text` in pieces; `true` with a piece that ends before the last `#` of a command.
pub(super) fn split_commands(text: &str, mut piece: impl FnMut(&str, bool)) {
    let mut done = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find("##") {
        let run = at + found;
        let end = text.len() - text[run..].trim_start_matches('#').len();
        at = end;
        if text[end..].trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('[') {
            piece(&text[done..end - 1], true);
            done = end - 1;
        }
    }
    piece(&text[done..], false);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_begin_with_a_workflow_command() {
        assert_eq!(
            log_lines("::error::x\n  ::set-output::y\na ::b::\n"),
            ": :error::x\n  : :set-output::y\na ::b::\n"
        );
    }

    #[test]
    fn a_style_does_not_hide_a_command() {
        assert_eq!(log_lines(" \x1b[1m\x1b[31m::error::x\x1b[0m"), " \x1b[1m\x1b[31m: :error::x\x1b[0m");
        assert_eq!(
            log_lines("\x1b]8;;https://x\x1b\\\x1b[1m::a\x1b[0m"),
            "\x1b]8;;https://x\x1b\\\x1b[1m: :a\x1b[0m"
        );
    }

    #[test]
    fn logging_commands_are_broken_wherever_they_are() {
        assert_eq!(log_lines("a ##vso[task.x]b"), "a # #vso[task.x]b");
        assert_eq!(log_lines("##[error]x ##VSO[y ##teamcity[z"), "# #[error]x # #VSO[y # #teamcity[z");
    }

    #[test]
    fn a_longer_row_of_hashes_hides_no_command() {
        assert_eq!(log_lines("####[error]"), "### #[error]");
        assert_eq!(log_lines("a####vso[b"), "a### #vso[b");
    }

    #[test]
    fn headings_and_colons_stay() {
        let text = "## What it does\nkind::name ## [1]\n#[attr]\n";
        assert_eq!(log_lines(text), text);
    }
}
