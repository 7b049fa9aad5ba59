//! Names and values inside longer texts: properties, INI, dotenv, YAML and JSON by the line, options of commands.

/// Every `name: value`, `name=value` and `--name=value` of a text, line by line. Comments are left out.
pub(crate) fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().map(str::trim).filter(|line| !is_comment(line));
    lines.flat_map(|line| assignment(line).into_iter().chain(options(line)))
}

fn is_comment(line: &str) -> bool {
    ["#", "//", ";", "<!--", "* "].iter().any(|start| line.starts_with(start))
}

fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("- ").unwrap_or(line).trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let at = line.find([':', '='])?;
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

/// Where the needle stands first, as a byte offset.
pub(crate) fn find(text: &str, needle: &str) -> Option<usize> {
    text.as_bytes().windows(needle.len().max(1)).position(|window| window == needle.as_bytes())
}

/// True if the needle stands in the text.
pub(crate) fn has(text: &str, needle: &str) -> bool {
    find(text, needle).is_some()
}

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
    use super::pairs;

    #[test]
    fn reads_many_forms() {
        let text = "a: b\n# c: d\n  - e: 'f' # g\nexport H=i\n\"j\": \"k\",\nl = m\nrun --n=o -p=\"q\"\nhttps://r:s\nt == u";
        let found: Vec<_> = pairs(text).collect();
        let expected = [("a", "b"), ("e", "f"), ("H", "i"), ("j", "k"), ("l", "m"), ("n", "o"), ("p", "q")];
        assert_eq!(found, expected);
    }
}
