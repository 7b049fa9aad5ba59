//! Text for XML 1.0: markup escaped, characters that XML forbids even as references replaced, and commands to CI runners
//! written with references that parsers undo and log readers do not understand.

use super::defuse::split_commands;
use crate::text::{clean, clean_line};

/// `text` for an attribute in double quotes: one line.
pub(super) fn attribute(text: &str) -> String {
    escape(&clean_line(text))
}

/// `text` between tags; line feeds stay.
pub(super) fn content(text: &str) -> String {
    let text = escape(&clean(text));
    let lines = text.split('\n').map(|line| match line.trim_start().strip_prefix("::") {
        Some(rest) => format!("{}&#58;:{rest}", &line[..line.len() - rest.len() - 2]),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    split_commands(text, |piece, command| {
        match piece.strip_suffix('#').filter(|_| command) {
            Some(head) => {
                head.chars().for_each(|c| push(&mut out, c));
                out.push_str("&#35;");
            }
            None => piece.chars().for_each(|c| push(&mut out, c)),
        };
    });
    out
}

fn push(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_forbidden_characters() {
        assert_eq!(
            attribute("<a b=\"c\">'&\n\x00\u{ffff}"),
            "&lt;a b=&quot;c&quot;&gt;&#39;&amp; \u{fffd}\u{fffd}"
        );
        assert_eq!(content("]]>\n\x1b[0m\r"), "]]&gt;\n\u{fffd}[0m\u{fffd}");
    }

    #[test]
    fn commands_are_references() {
        assert_eq!(content("a\n  ::error::x\n###vso[y]"), "a\n  &#58;:error::x\n#&#35;#vso[y]");
        assert_eq!(attribute("##[x]"), "&#35;#[x]");
    }
}
