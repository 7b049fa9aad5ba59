//! The content of `!!binary`, read as strictly as Go's standard encoding reads it.

/// The bytes of `text`: the standard alphabet with padding; line breaks anywhere do not count. `None` if it is
/// anything else.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let symbols: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'\n' | b'\r')).collect();
    let data = symbols.strip_suffix(b"==").or_else(|| symbols.strip_suffix(b"=")).unwrap_or(&symbols);
    if !symbols.len().is_multiple_of(4) {
        return None;
    }
    let mut bytes = Vec::with_capacity(symbols.len() / 4 * 3);
    for group in data.chunks(4) {
        let bits = group.iter().try_fold(0, |bits, &symbol| Some(bits << 6 | value(symbol)?))?;
        let padded: u32 = bits << (6 * (4 - group.len()));
        bytes.extend_from_slice(&padded.to_be_bytes()[1..group.len()]);
    }
    Some(bytes)
}

fn value(symbol: u8) -> Option<u32> {
    let value = match symbol {
        b'A'..=b'Z' => symbol - b'A',
        b'a'..=b'z' => symbol - b'a' + 26,
        b'0'..=b'9' => symbol - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn decodes_what_is_padded_and_nothing_else() {
        assert_eq!(decode("aGk="), Some(b"hi".to_vec()));
        assert_eq!(decode("aG\nk="), Some(b"hi".to_vec()));
        assert_eq!(decode(""), Some(vec![]));
        assert_eq!(decode("/w=="), Some(vec![0xff]));
        for wrong in ["aGk", "a", "aGk==", "====", "a===", "aG k=", "aG=k"] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
