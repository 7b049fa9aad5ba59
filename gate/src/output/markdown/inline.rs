//! Untrusted text inside Markdown. Hosts turn more than Markdown into something (mentions, issue numbers, commits, bare
//! addresses, emoji, formulas), each in its own way, so that nothing is escaped mark by mark: plain words stand as they are
//! and everything else in code spans, where no host looks for anything.

use super::super::issues::tame;
use crate::text::shorten;

/// Marks that may stand before a plain word.
const OPENING: [char; 3] = ['(', '"', '\''];
/// Marks that may stand behind a plain word.
const CLOSING: [char; 9] = ['.', '!', ',', ';', ':', '?', ')', '"', '\''];
/// Words with at least so many characters, all of them hexadecimal digits, are commits to a host.
const COMMIT: usize = 7;

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    /// In a sentence or a list.
    Line,
    /// In a cell of a table: a `|` would end it, in a code span too.
    Cell,
}

/// The first `max` code points of `text` on one line; parts in backticks stay code. Never to be put at the beginning of a
/// line.
pub(super) fn inline(text: &str, max: usize, spot: Spot) -> String {
    let text = tame(&shorten(text, max));
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.as_str();
    while let Some((before, code, after)) = quoted(rest) {
        words(&mut out, before, spot);
        push_code(&mut out, code, spot);
        rest = after;
    }
    words(&mut out, rest, spot);
    out
}

/// The first `max` code points of `text` as one code span; empty for an empty text.
pub(super) fn code(text: &str, max: usize, spot: Spot) -> String {
    let mut out = String::new();
    push_code(&mut out, &tame(&shorten(text, max)), spot);
    out
}

/// The first `max` code points of `text` for an HTML element that is no Markdown, as `<code>`.
pub(super) fn html_code(text: &str, max: usize) -> String {
    let mut out = String::from("<code>");
    for c in tame(&shorten(text, max)).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // No Markdown there for CommonMark; not every host follows it.
            '\'' | '`' | '[' | ']' | '*' | '_' | '|' | '\\' | '~' | '@' => {
                out.push_str(&format!("&#{};", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push_str("</code>");
    out
}

/// `lines` as a fenced block; they are cleaned already.
pub(super) fn fence(lines: &[String]) -> String {
    let longest = lines.iter().map(|line| longest_run(line)).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}text\n{}\n{fence}\n", lines.join("\n"))
}

/// What stands before, in and behind the first pair of equal rows of backticks.
fn quoted(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find('`')?;
    let run = row(&text[start..]);
    let inner = start + run;
    let mut at = inner;
    while let Some(found) = text[at..].find('`') {
        let end = at + found;
        let closing = row(&text[end..]);
        if closing == run {
            return Some((&text[..start], &text[inner..end], &text[end + closing..]));
        }
        at = end + closing;
    }
    None
}

/// Backticks at the beginning of `text`.
fn row(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn push_code(out: &mut String, text: &str, spot: Spot) {
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    let text = if spot == Spot::Cell { without_pipes(text) } else { text.to_owned() };
    let marks = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    // Two rows of backticks that touch would be read as one.
    let gap = if out.ends_with('`') { " " } else { "" };
    out.push_str(&format!("{gap}{marks}{pad}{text}{pad}{marks}"));
}

/// A `|` is escaped; behind a backslash, readers do not agree on what that means, and a lookalike takes its place.
fn without_pipes(text: &str) -> String {
    text.replace("\\|", "\\¦").replace('|', "\\|")
}

/// Plain words as they are, each row of others as one code span; rows of spaces become one.
fn words(out: &mut String, text: &str, spot: Spot) {
    let mut odd: Option<(usize, usize)> = None;
    let mut at = 0;
    for word in text.split(' ') {
        let (start, end) = (at, at + word.len());
        at = end + 1;
        if word.is_empty() || !is_plain(word) {
            odd = if word.is_empty() { odd } else { Some((odd.map_or(start, |(first, _)| first), end)) };
            continue;
        }
        if let Some((first, last)) = odd.take() {
            space(out, text, first);
            push_odd(out, &text[first..last], spot);
        }
        space(out, text, start);
        out.push_str(word);
    }
    if let Some((first, last)) = odd {
        space(out, text, first);
        push_odd(out, &text[first..last], spot);
    }
    if text.ends_with(' ') {
        space(out, text, text.len());
    }
}

/// The space that stands before byte `at` of `text`, if there is one and it is the first.
fn space(out: &mut String, text: &str, at: usize) {
    if text[..at].ends_with(' ') && !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

/// Marks of the sentence around the code stay outside of it.
fn push_odd(out: &mut String, text: &str, spot: Spot) {
    let tail = text.trim_start_matches(OPENING);
    let start = text.len() - tail.len();
    // A bracket that the code itself opened belongs to it.
    let core = tail.trim_end_matches(|c| CLOSING.contains(&c) && !(c == ')' && tail.contains('(')));
    if core.is_empty() {
        return push_code(out, text, spot);
    }
    out.push_str(&text[..start]);
    push_code(out, core, spot);
    out.push_str(&text[start + core.len()..]);
}

/// True for a word that no host makes anything of.
fn is_plain(word: &str) -> bool {
    let core = word.trim_start_matches(OPENING).trim_end_matches(CLOSING);
    if core.is_empty() {
        return true;
    }
    let hexadecimal = core.len() >= COMMIT && core.bytes().all(|byte| byte.is_ascii_hexdigit());
    core == "-" || core == "…" || (!hexadecimal && is_compound(core))
}

/// Letters and digits, also with single hyphens or apostrophes between; no digit behind a hyphen, as in numbers of tickets.
fn is_compound(core: &str) -> bool {
    core.trim_end_matches('…').split(['-', '\'']).enumerate().all(|(at, part)| {
        !part.is_empty()
            && part.chars().all(char::is_alphanumeric)
            && (at == 0 || part.starts_with(char::is_alphabetic))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> String {
        inline(text, 1_000, Spot::Line)
    }

    #[test]
    fn sentences_stay_as_they_are() {
        let text = "image `nginx:latest` has a tag that moves: what runs can't (ever) be well-known.";
        assert_eq!(line(text), text);
        assert_eq!(line("unknown field `日本`"), "unknown field `日本`");
    }

    #[test]
    fn what_a_host_might_read_is_code() {
        assert_eq!(line("ask @everyone, or see #12"), "ask `@everyone`, or see `#12`");
        assert_eq!(line("see https://evil.example/x."), "see `https://evil.example/x`.");
        assert_eq!(line("a ![x](https://y) b"), "a `![x](https://y)` b");
        assert_eq!(line("<script>alert(1)</script> *x*"), "`<script>alert(1)</script> *x*`");
        assert_eq!(line("GH-12 deadbeef :smile: $x$ www.x.org"), "`GH-12 deadbeef :smile: $x$ www.x.org`");
        assert_eq!(line("/close"), "`/close`");
    }

    #[test]
    fn backticks_are_counted() {
        assert_eq!(line("a ``b`c`` d"), "a ``b`c`` d");
        assert_eq!(line("a ` b"), "a `` ` `` b");
        assert_eq!(line("`a`@b"), "`a` `@b`");
        assert_eq!(code("``x", 10, Spot::Line), "``` ``x ```");
        assert_eq!(code(" ", 10, Spot::Line), "");
        assert_eq!(fence(&["````".to_owned()]), "`````text\n````\n`````\n");
    }

    #[test]
    fn a_cell_has_no_bare_pipe() {
        assert_eq!(code("a|b\\|c", 10, Spot::Cell), "`a\\|b\\¦c`");
        assert_eq!(inline("x | y", 10, Spot::Cell), "x `\\|` y");
        assert_eq!(inline("x | y", 10, Spot::Line), "x `|` y");
    }

    #[test]
    fn html_is_text() {
        assert_eq!(html_code("</code><b>\"&'", 20), "<code>&lt;/code&gt;&lt;b&gt;&quot;&amp;&#39;</code>");
        assert_eq!(html_code("`[@", 20), "<code>&#96;&#91;&#64;</code>");
    }
}
