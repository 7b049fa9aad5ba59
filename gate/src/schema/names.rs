//! The forms of names, label keys and label values, as the API server checks them.

/// Why a text is not of a form: a clause that follows "must".
pub(super) type Broken = Option<&'static str>;

const SUBDOMAIN: &str = "consist of lower-case letters, digits, `-` and `.`, and begin and end with a letter or digit (DNS-1123 subdomain)";
const LABEL: &str = "consist of lower-case letters, digits and `-`, and begin and end with a letter or digit (DNS-1123 label)";
const LABEL_1035: &str = "consist of lower-case letters, digits and `-`, begin with a letter and end with a letter or digit (DNS-1035 label)";
const QUALIFIED: &str =
    "consist of letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit";
const PREFIX: &str = "have a DNS-1123 subdomain before the `/`";

/// DNS-1123 subdomain: at most 253 bytes.
pub(super) fn subdomain(text: &str) -> Broken {
    if text.len() > 253 {
        return Some("have no more than 253 characters");
    }
    let mut before = b'.';
    let good = text.bytes().chain([b'.']).all(|byte| {
        let outer = std::mem::replace(&mut before, byte);
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => true,
            b'-' => outer != b'.',
            b'.' => !matches!(outer, b'.' | b'-'),
            _ => false,
        }
    });
    (!good).then_some(SUBDOMAIN)
}

/// DNS-1123 label: at most 63 bytes.
pub(super) fn label(text: &str) -> Broken {
    if text.len() > 63 {
        return Some("have no more than 63 characters");
    }
    (!is_dns(text)).then_some(LABEL)
}

/// DNS-1035 label: a DNS-1123 label that begins with a letter.
pub(super) fn label_1035(text: &str) -> Broken {
    if text.len() > 63 {
        return Some("have no more than 63 characters");
    }
    (!is_dns(text) || text.starts_with(|c: char| c.is_ascii_digit())).then_some(LABEL_1035)
}

/// A name that can stand in a path.
pub(super) fn path_segment(text: &str) -> Broken {
    (text == "." || text == ".." || text.contains(['/', '%']))
        .then_some("not be `.` or `..`, nor contain `/` or `%`")
}

/// A label or annotation key: a name of at most 63 bytes, with a subdomain and `/` before it or without.
pub(super) fn qualified(text: &str) -> Broken {
    let (prefix, name) = match memchr::memchr(b'/', text.as_bytes()) {
        Some(at) => (Some(&text[..at]), &text[at + 1..]),
        None => (None, text),
    };
    if prefix.is_some_and(|prefix| subdomain(prefix).is_some()) {
        return Some(PREFIX);
    }
    if name.len() > 63 {
        return Some("have no more than 63 characters after the `/`");
    }
    (!is_qualified(name)).then_some(QUALIFIED)
}

/// An annotation key: as [`qualified`], but upper case is allowed in the prefix.
pub(super) fn annotation_key(text: &str) -> Broken {
    match qualified(text) {
        Some(PREFIX) => qualified(&text.to_ascii_lowercase()),
        other => other,
    }
}

/// A key of a ConfigMap or Secret: at most 253 bytes.
pub(super) fn config_key(text: &str) -> Broken {
    if text.len() > 253 {
        return Some("have no more than 253 characters");
    }
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let good = !text.is_empty() && text.bytes().all(is_inner) && text != "." && !text.starts_with("..");
    (!good).then_some("consist of letters, digits, `-`, `_` and `.`, and not begin with `..`")
}

/// A label value: empty, or a name of at most 63 bytes.
pub(super) fn label_value(text: &str) -> Broken {
    if text.len() > 63 {
        return Some("have no more than 63 characters");
    }
    (!text.is_empty() && !is_qualified(text)).then_some(QUALIFIED)
}

fn is_dns(part: &str) -> bool {
    let bytes = part.as_bytes();
    let is_inner = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    bytes.iter().all(is_inner) && begins_and_ends_well(bytes)
}

fn is_qualified(name: &str) -> bool {
    let bytes = name.as_bytes();
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    bytes.iter().all(is_inner) && begins_and_ends_well(bytes)
}

fn begins_and_ends_well(bytes: &[u8]) -> bool {
    let is_outer = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    is_outer(bytes.first()) && is_outer(bytes.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subdomains() {
        for good in ["a", "a.b-c.9", "9a", &"a".repeat(253)] {
            assert_eq!(subdomain(good), None, "{good}");
        }
        for bad in ["", "A", "a_b", "-a", "a-", "a..b", ".a", "a.", "a b", "ä", &"a".repeat(254)] {
            assert!(subdomain(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn labels_of_both_kinds() {
        assert_eq!((label("9a"), label_1035("a9")), (None, None));
        assert!(label_1035("9a").is_some() && label("a.b").is_some() && label(&"a".repeat(64)).is_some());
    }

    #[test]
    fn keys_and_values_of_labels() {
        for good in ["app", "app.kubernetes.io/name", "a_b.C-9"] {
            assert_eq!(qualified(good), None, "{good}");
        }
        for bad in ["", "-bad-", "a/b/c", "/a", "A.b/c", "a/", "a b", &"a".repeat(64)] {
            assert!(qualified(bad).is_some(), "{bad}");
        }
        assert_eq!(annotation_key("Example.com/Key"), None);
        assert_eq!((label_value(""), label_value("v1.2_3-X")), (None, None));
        assert!(
            label_value("-a").is_some()
                && label_value("a:b").is_some()
                && label_value(&"a".repeat(64)).is_some()
        );
    }

    #[test]
    fn path_segments() {
        assert_eq!(path_segment("system:node"), None);
        assert!(path_segment("a/b").is_some() && path_segment("..").is_some() && path_segment("%").is_some());
    }
}
