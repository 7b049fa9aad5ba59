//! What `gate fix` says: a line for each fix, a diff of what it would write, and a sum.

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use super::plan::Left;
use crate::cli::policy::shown::line;
use crate::engine::masked;
use crate::model::{Finding, RepoPath};
use crate::text::{clean, clean_line};

/// Lines around a change in a diff.
const CONTEXT: usize = 3;
const MASK: char = '•';

/// `fixed apps/web.yaml:12:3 schema/unknown-field: …`.
pub(super) fn fixed(word: &str, finding: &Finding) -> String {
    let what = finding.fix.as_ref().map_or("", |fix| fix.description.as_str());
    line(&format!("{word} {}: {}", place(finding), clean_line(what)))
}

/// The same of a fix that was not made.
pub(super) fn left(left: &Left) -> String {
    line(&format!("left {}: {}", place(&left.finding), clean_line(&left.why)))
}

fn place(finding: &Finding) -> String {
    let start = finding.location.start;
    format!("{}:{}:{} {}", finding.location.path, start.line, start.column, clean_line(&finding.rule))
}

/// The unified diff of one file, secrets masked.
pub(super) fn diff(path: &RepoPath, (old, new): (&[u8], &[u8]), findings: &[Finding], color: bool) -> String {
    let words = secret_words(path, old, findings);
    let paint =
        |style: Style, text: &str| if color { format!("{style}{text}{style:#}") } else { text.to_owned() };
    let bold = Style::new().bold();
    let name = line(&path.to_string());
    let mut out =
        format!("{}\n{}\n", paint(bold, &format!("--- a/{name}")), paint(bold, &format!("+++ b/{name}")));
    let (Some(old), Some(new)) = (masked(old, &words), masked(new, &words)) else {
        out.push_str("# not shown: a document of this file cannot be read, and may hold a Secret\n");
        return out;
    };
    if old == new {
        out.push_str("# not shown: the change is inside the values of a Secret\n");
    }
    let diff = TextDiff::from_lines(&old, &new);
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        out.push_str(&paint(AnsiColor::Cyan.on_default(), hunk.header().to_string().trim_end()));
        out.push('\n');
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                ChangeTag::Delete => ('-', AnsiColor::Red.on_default()),
                ChangeTag::Insert => ('+', AnsiColor::Green.on_default()),
                ChangeTag::Equal => (' ', Style::new()),
            };
            let text = change.value().trim_end_matches(['\n', '\r']);
            out.push_str(&paint(style, &format!("{sign}{}", clean(text))));
            out.push('\n');
            if change.missing_newline() {
                out.push_str("\\ No newline at end of file\n");
            }
        }
    }
    out
}

/// What the findings in a file say is secret: their excerpts are masked.
fn secret_words(path: &RepoPath, text: &[u8], findings: &[Finding]) -> Vec<String> {
    let is_secret = |finding: &&Finding| {
        let excerpt = finding.location.excerpt.as_ref();
        finding.location.path == *path
            && excerpt.is_some_and(|found| found.lines.iter().any(|line| line.contains(MASK)))
    };
    let words = findings.iter().filter(is_secret).filter_map(|finding| {
        let span = finding.location.span;
        let bytes = text.get(span.start as usize..span.end as usize)?;
        Some(String::from_utf8_lossy(bytes).trim_matches(['"', '\'']).to_owned())
    });
    words.collect()
}
