//! Percent-encoding of what stands in addresses.

/// What RFC 3986 calls unreserved, besides letters and digits.
pub const UNRESERVED: &[u8] = b"-._~";

/// `text` with every byte percent-encoded but ASCII letters, digits and those in `plain`.
pub fn percent_encoded(text: impl AsRef<[u8]>, plain: &[u8]) -> String {
    let text = text.as_ref();
    let mut encoded = String::with_capacity(text.len());
    for &byte in text {
        if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_plain_is_encoded_byte_by_byte() {
        assert_eq!(percent_encoded("aZ9-._~", UNRESERVED), "aZ9-._~");
        assert_eq!(percent_encoded("a/b {ü}%", UNRESERVED), "a%2Fb%20%7B%C3%BC%7D%25");
        assert_eq!(percent_encoded("a/b c", b"/"), "a/b%20c");
        assert_eq!(percent_encoded(b"\xff", UNRESERVED), "%FF");
    }
}
