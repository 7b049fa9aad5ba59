//! Escapes in texts, and the names that Kubernetes writes for fields that are no identifiers.

use std::borrow::Cow;

use super::parser::RESERVED;

/// Words that Kubernetes, too, wraps in two underscores on each side when a field has their name: besides those that
/// cannot name anything, the literals and two names of its own.
const KEYWORDS: [&str; 6] = ["true", "false", "null", "in", "type", "self"];

/// The bytes of a text with its escapes resolved. In a text `\x41` is a character, in bytes it is a byte.
pub(super) fn decode(content: &str, bytes: bool) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = rest.find('\\') {
        out.extend(rest[..at].bytes());
        let escape = &rest[at + 1..];
        let Some(letter) = escape.chars().next() else { return Err("a text ends in `\\`".to_owned()) };
        let after = &escape[letter.len_utf8()..];
        let simple = match letter {
            'a' => 7,
            'b' => 8,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'v' => 11,
            '\\' | '\'' | '"' | '`' | '?' => letter as u8,
            _ => 0,
        };
        if simple != 0 {
            out.push(simple);
            rest = after;
            continue;
        }
        let (digits, radix, skip) = match letter {
            'x' | 'X' => (2, 16, 1),
            'u' if !bytes => (4, 16, 1),
            'U' if !bytes => (8, 16, 1),
            '0'..='3' => (3, 8, 0),
            _ => return Err(format!("`\\{}` is no escape", letter.escape_debug())),
        };
        let number =
            escape.get(skip..skip + digits).filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()));
        let number = number.and_then(|text| u32::from_str_radix(text, radix).ok());
        let Some(number) = number else { return Err(format!("`\\{letter}` needs {digits} digits")) };
        if bytes {
            out.push(number as u8);
        } else {
            let Some(c) = char::from_u32(number) else { return Err("an escape is no character".to_owned()) };
            out.extend(c.encode_utf8(&mut [0; 4]).bytes());
        }
        rest = &escape[skip + digits..];
    }
    out.extend(rest.bytes());
    Ok(out)
}

/// The field that an identifier names: `__dash__` is `-`, `__namespace__` is `namespace`.
pub(super) fn field_name(name: &str) -> Cow<'_, str> {
    if !name.contains("__") {
        return Cow::Borrowed(name);
    }
    let wrapped = name.strip_prefix("__").and_then(|name| name.strip_suffix("__"));
    if let Some(word) = wrapped.filter(|word| KEYWORDS.contains(word) || RESERVED.contains(word)) {
        return Cow::Borrowed(word);
    }
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    const ESCAPES: [(&str, &str); 4] =
        [("__underscores__", "__"), ("__dot__", "."), ("__dash__", "-"), ("__slash__", "/")];
    while let Some(first) = rest.chars().next() {
        match ESCAPES.iter().find(|(escape, _)| rest.starts_with(escape)) {
            Some((escape, plain)) => {
                out.push_str(plain);
                rest = &rest[escape.len()..];
            }
            None => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_are_no_identifiers() {
        let cases = [
            ("plain", "plain"),
            ("a__dot__b", "a.b"),
            ("a__dash__b__slash__c", "a-b/c"),
            ("__namespace__", "namespace"),
            ("x__underscores__y", "x__y"),
            ("__other__", "__other__"),
        ];
        for (written, field) in cases {
            assert_eq!(field_name(written), field);
        }
    }

    #[test]
    fn escapes() {
        assert_eq!(decode(r"a\n\x41\u00e9\101\?", false).unwrap(), "a\nA\u{e9}A?".as_bytes());
        assert_eq!(decode(r"\xff\377", true).unwrap(), [255, 255]);
        for bad in [r"\q", r"\x4", r"\ud800", "\\", r"\u+123"] {
            assert!(decode(bad, false).is_err(), "{bad}");
        }
    }
}
