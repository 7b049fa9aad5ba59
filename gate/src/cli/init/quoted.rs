//! Text of the repository as a value or a comment of `gate.yaml`.

use crate::text::{clean_line, shorten};

/// Words that YAML takes for something else.
const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
/// Longest comment, in characters.
const LONGEST: usize = 100;

/// A scalar, in quotes where it needs them. Nothing that is invisible gets into the file: it is escaped.
pub(super) fn scalar(text: &str) -> String {
    let first = text.trim_start_matches('.').chars().next();
    let is_plain = first.is_some_and(|c| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/*".contains(&byte))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
        && (!text.starts_with('.') || text.contains('/'));
    if is_plain { text.to_owned() } else { in_quotes(text) }
}

/// A scalar in double quotes.
pub(super) fn in_quotes(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            _ if clean_line(c.encode_utf8(&mut [0; 4])) == c.to_string() => out.push(c),
            _ => out.push_str(&format!("\\U{:08X}", u32::from(c))),
        }
    }
    out.push('"');
    out
}

/// Text for a comment: one line, nothing in it that is invisible.
pub(super) fn comment(text: &str) -> String {
    shorten(&clean_line(text), LONGEST).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    #[test]
    fn every_text_comes_back_as_it_was() {
        for text in [
            "main",
            "no",
            "1.33",
            "clusters/prod/**",
            "**/a/**",
            "a: b",
            "a #b",
            "'",
            "\"",
            "\\",
            "a\nb",
            "\u{1b}[31m",
            "\u{202e}",
            "\u{feff}x",
            "\u{e0041}",
            "",
            " ",
            "-",
            "~",
            ".inf",
            "./a",
            "ä",
            "a,b",
            "{a}",
            "&a",
            "*a",
            "!a",
            "2027-01-31",
            "0x10",
            "\u{85}",
            "\u{2028}",
            "a\tb",
        ] {
            let parsed = yaml::parse(format!("[{}]", scalar(text)).into_bytes(), &yaml::Limits::default());
            assert!(parsed.problems.is_empty(), "{text:?} {:?}", parsed.problems);
            let root = parsed.documents[0].root;
            let item = parsed.tape.items(root).next().unwrap();
            assert_eq!(
                (parsed.tape.kind(item), parsed.tape.text(item)),
                (yaml::Kind::Str, text),
                "{}",
                scalar(text)
            );
        }
    }

    #[test]
    fn plain_where_it_can_be() {
        for (text, expected) in
            [("main", "main"), ("a/*/b.yaml", "a/*/b.yaml"), ("**/a", "\"**/a\""), ("on", "\"on\"")]
        {
            assert_eq!(scalar(text), expected);
        }
        assert_eq!(scalar("a\u{1b}"), "\"a\\U0000001B\"");
    }
}
