//! Why a rule exists, in a sentence or two of its help.

use crate::text::{clean_line, shorten};

/// Code points of the sentences.
const MAX: usize = 300;

/// The first paragraph under the heading `Why is this bad` of a rule's help, on one line.
pub(in crate::output) fn why(help: &str) -> Option<String> {
    let is_title = |line: &&str| {
        let title = line.trim_start_matches('#');
        title.len() < line.len() && title.trim().to_ascii_lowercase().starts_with("why is this bad")
    };
    let mut lines = help.lines().map(str::trim);
    lines.find(is_title)?;
    let paragraph: Vec<&str> = lines
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("```"))
        .collect();
    let text = paragraph.join(" ");
    (!text.is_empty()).then(|| shorten(&clean_line(&text), MAX).into_owned()).map(sentences)
}

/// Whole sentences, where one ends within what is shown.
fn sentences(text: String) -> String {
    match text.strip_suffix('…') {
        None => text,
        Some(cut) => match cut.rfind(". ") {
            Some(end) => cut[..=end].to_owned(),
            None => text,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paragraph_under_the_heading_is_taken() {
        let help = "### What it does\nFinds x.\n\n### Why is this bad?\n\nIt is\nreally bad.\n\nMore.\n\n### Example\ny";
        assert_eq!(why(help).as_deref(), Some("It is really bad."));
        assert_eq!(why("## Why is this bad\n## Example\nx"), None);
        assert_eq!(why("Why is this bad\nx"), None, "no heading");
        assert_eq!(why("# Why is this bad\n\x1b[31mx").as_deref(), Some("\u{fffd}[31mx"));
    }

    #[test]
    fn a_long_reason_ends_with_a_sentence() {
        let help = format!("# Why is this bad\nIt is. {}", "x ".repeat(400));
        assert_eq!(why(&help).as_deref(), Some("It is."));
        assert_eq!(why(&format!("# Why is this bad\n{}", "y".repeat(400))).unwrap().chars().count(), 300);
    }
}
