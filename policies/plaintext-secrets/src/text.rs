//! Names and values inside longer texts: properties, INI, dotenv, YAML and JSON by the line, options of commands.

/// What a text has, told by one look at each byte: what it has not, nobody has to search for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) has_lines: bool,
    /// A colon or an equals sign.
    pub(crate) may_have_pairs: bool,
    /// A run of characters as long as a token, a colon as in a URL, or a dash as around a key in PEM form.
    pub(crate) may_have_a_form: bool,
}

/// The shortest credential of a known form: `AKIA` and 16 characters.
pub(crate) const SHORTEST_TOKEN: usize = 20;

pub(crate) fn marks(text: &str) -> Marks {
    let (mut lines, mut pairs, mut url) = (false, false, false);
    let (mut run, mut longest) = (0_usize, 0_usize);
    for byte in text.bytes() {
        if is_token_byte(byte) {
            run += 1;
            continue;
        }
        longest = longest.max(run);
        run = 0;
        match byte {
            b'\n' => lines = true,
            b':' => (pairs, url) = (true, true),
            b'=' => pairs = true,
            _ => {}
        }
    }
    let long = longest.max(run) >= SHORTEST_TOKEN;
    // `-----BEGIN X PRIVATE KEY-----` has no run of that length, but the key in it has lines or is one.
    let pem = text.len() >= 40 && gate_sdk::text::contains(text, "-----BEGIN ");
    Marks { has_lines: lines, may_have_pairs: pairs, may_have_a_form: long || url || pem }
}

/// What credentials of known forms are made of, points between their parts included.
fn is_token_byte(byte: u8) -> bool {
    TOKEN_BYTES[byte as usize]
}

const TOKEN_BYTES: [bool; 256] = {
    let mut bytes = [false; 256];
    let mut at = 0;
    while at < 128 {
        let byte = at as u8;
        bytes[at] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        at += 1;
    }
    bytes
};

/// True if the first byte that is no white space opens a map or list.
pub(crate) fn starts_like_json(text: &str) -> bool {
    let first = text.as_bytes().first();
    match first {
        Some(b'{' | b'[') => true,
        Some(byte) if byte.is_ascii_graphic() => false,
        _ => text.trim_start().starts_with(['{', '[']),
    }
}

/// Every `name: value`, `name=value` and `--name=value` of a text, line by line. Comments are left out.
pub(crate) fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().map(str::trim).filter(|line| !is_comment(line));
    let with_options = |line: &str| gate_sdk::text::contains(line, "=");
    lines.flat_map(move |line| {
        let options = with_options(line).then(|| options(line)).into_iter().flatten();
        assignment(line).into_iter().chain(options)
    })
}

fn is_comment(line: &str) -> bool {
    ["#", "//", ";", "<!--", "* "].iter().any(|start| line.starts_with(start))
}

fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("- ").unwrap_or(line).trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let at = line.bytes().position(|byte| matches!(byte, b':' | b'='))?;
    let (name, value) = (line.get(..at)?, line.get(at + 1..)?);
    let name = trim(name.trim(), "\"'");
    let by_colon = line.as_bytes().get(at) == Some(&b':');
    // `a:b` is no pair of YAML, `a == b`, `a := b` and `a => b` are none of anything.
    let is_pair = !value.starts_with(['=', '>', ':']) && (!by_colon || value.starts_with([' ', '"', '\'']));
    (is_pair && is_name(name)).then(|| (name, bare(value)))
}

fn options(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let words = line.split_whitespace().map(|word| trim_start(word, "\"'[,"));
    words.filter_map(|word| {
        let (name, value) = word.strip_prefix('-')?.split_once('=')?;
        let name = trim_start(name, "-");
        is_name(name).then(|| (name, bare(value)))
    })
}

fn is_name(name: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/');
    !name.is_empty() && name.len() <= 128 && name.bytes().all(known)
}

/// A value without its quotes, the comma behind it, and an unquoted comment.
fn bare(value: &str) -> &str {
    let value = trim_end(value.trim(), ",;");
    for quote in ['"', '\''] {
        if let Some((inside, _)) = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return inside;
        }
    }
    let end = find(value, " #").unwrap_or(value.len());
    trim_end(value.get(..end).unwrap_or(value).trim(), "\"'],")
}

// The standard library's searches are generic: each use would bring its own copy into a small module.

pub(crate) use gate_sdk::text::{contains as has, find};

/// The text without any of the marks at its start.
pub(crate) fn trim_start<'t>(text: &'t str, marks: &str) -> &'t str {
    let len = text.bytes().take_while(|byte| marks.as_bytes().contains(byte)).count();
    text.get(len..).unwrap_or(text)
}

/// The text without any of the marks at its end.
pub(crate) fn trim_end<'t>(text: &'t str, marks: &str) -> &'t str {
    let len = text.bytes().rev().take_while(|byte| marks.as_bytes().contains(byte)).count();
    text.get(..text.len() - len).unwrap_or(text)
}

/// The text without any of the marks at either end.
pub(crate) fn trim<'t>(text: &'t str, marks: &str) -> &'t str {
    trim_end(trim_start(text, marks), marks)
}

#[cfg(test)]
mod tests {
    use super::{Marks, marks, pairs, starts_like_json};

    #[test]
    fn marks_are_told() {
        let is = |text: &str| {
            let Marks { has_lines, may_have_pairs, may_have_a_form } = marks(text);
            (has_lines, may_have_pairs, may_have_a_form)
        };
        assert_eq!(is("registry/app"), (false, false, false));
        assert_eq!(is("a=b\n"), (true, true, false));
        assert_eq!(is("x://y"), (false, true, true));
        assert_eq!(is("(AKIAABCDEFGHIJKLMNOP)"), (false, false, true));
        assert_eq!(is("(AKIAABCDEFGHIJKLMNO)"), (false, false, false));
        assert_eq!(is("-----BEGIN A PRIVATE KEY----- x y z a b c d e"), (false, false, true));
    }

    #[test]
    fn json_is_told_by_its_first_byte() {
        for (text, expected) in
            [("{", true), (" \n[", true), ("\u{a0}{", true), ("a{", false), ("", false), (" ", false)]
        {
            assert_eq!(starts_like_json(text), expected, "{text:?}");
        }
    }

    #[test]
    fn reads_many_forms() {
        let text = "a: b\n# c: d\n  - e: 'f' # g\nexport H=i\n\"j\": \"k\",\nl = m\nrun --n=o -p=\"q\"\nhttps://r:s\nt == u";
        let found: Vec<_> = pairs(text).collect();
        let expected = [("a", "b"), ("e", "f"), ("H", "i"), ("j", "k"), ("l", "m"), ("n", "o"), ("p", "q")];
        assert_eq!(found, expected);
    }
}
