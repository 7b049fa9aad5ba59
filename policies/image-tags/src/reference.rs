//! Image references, by the grammar that container runtimes use: `[registry[:port]/]path[:tag][@digest]`.

/// A reference, taken apart. Borrowed from the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reference<'t> {
    /// Registry and repository, as written.
    pub(crate) name: &'t str,
    pub(crate) tag: Option<&'t str>,
    pub(crate) digest: Option<&'t str>,
}

/// Why a text is no reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    Empty,
    Name,
    Uppercase,
    Tag,
    Digest,
}

impl Problem {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "the reference is empty",
            Self::Name => "the repository is not of the form `registry/path`",
            Self::Uppercase => "the repository has capital letters",
            Self::Tag => "the tag is not of the form `[A-Za-z0-9_][A-Za-z0-9_.-]*`",
            Self::Digest => "the digest is not of the form `sha256:<hexadecimal>`",
        }
    }
}

/// Takes a reference apart.
pub(crate) fn parse(text: &str) -> Result<Reference<'_>, Problem> {
    if text.is_empty() {
        return Err(Problem::Empty);
    }
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) if is_digest(digest) => (rest, Some(digest)),
        Some(_) => return Err(Problem::Digest),
        None => (text, None),
    };
    // A colon in front of the last slash belongs to the registry's port.
    let (name, tag) = match rest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (rest, None),
    };
    if !tag.is_none_or(is_tag) {
        return Err(Problem::Tag);
    }
    check_name(name)?;
    Ok(Reference { name, tag, digest })
}

/// True if the text has a gap that something fills in before it is applied: a shell or Flux variable, a Helm
/// expression, a Tekton parameter.
pub(crate) fn is_placeholder(text: &str) -> bool {
    const WORD: &str = ":placeholder";
    let end = text.len().checked_sub(WORD.len()).and_then(|at| text.get(at..));
    gate_sdk::text::contains_any(text, b"${<%") || end.is_some_and(|end| end.eq_ignore_ascii_case(WORD))
}

fn check_name(name: &str) -> Result<(), Problem> {
    let (registry, path) = match name.split_once('/') {
        Some((first, rest)) if first == "localhost" || first.contains(['.', ':']) => (Some(first), rest),
        _ => (None, name),
    };
    if !registry.is_none_or(is_registry) {
        return Err(Problem::Name);
    }
    if path.split('/').all(is_component) {
        return Ok(());
    }
    let lower = path.to_ascii_lowercase();
    Err(if lower.split('/').all(is_component) { Problem::Uppercase } else { Problem::Name })
}

fn is_registry(text: &str) -> bool {
    let (host, port) = text.rsplit_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'[' | b']' | b':');
    !host.is_empty()
        && host.bytes().all(known)
        && port.is_none_or(|port| {
            !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit() || byte == b']')
        })
}

/// Lower-case letters and digits, separated by one `.`, one or two `_`, or any number of `-`.
fn is_component(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let known = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(byte);
    ends(bytes.first())
        && ends(bytes.last())
        && bytes.iter().all(known)
        && !bytes.windows(2).any(|pair| pair == b"..")
}

pub(crate) fn is_tag(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    !text.is_empty() && text.len() <= 128 && text.bytes().all(known) && !text.starts_with(['.', '-'])
}

pub(crate) fn is_digest(text: &str) -> bool {
    let Some((algorithm, hex)) = text.split_once(':') else { return false };
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"+._-".contains(&byte);
    !algorithm.is_empty()
        && algorithm.bytes().all(known)
        && hex.len() >= 32
        && hex.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::{Problem, parse};

    const DIGEST: &str = "sha256:7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730";

    fn parts(text: &str) -> (String, Option<String>, bool) {
        let reference = parse(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}"));
        (reference.name.to_owned(), reference.tag.map(str::to_owned), reference.digest.is_some())
    }

    #[test]
    fn a_port_is_no_tag() {
        let tag = |text: &str| Some(text.to_owned());
        assert_eq!(parts("host:5000/img"), ("host:5000/img".to_owned(), None, false));
        assert_eq!(parts("host:5000/a/img:1.2"), ("host:5000/a/img".to_owned(), tag("1.2"), false));
        assert_eq!(parts("nginx:1"), ("nginx".to_owned(), tag("1"), false));
        assert_eq!(parts("localhost/x__y"), ("localhost/x__y".to_owned(), None, false));
        assert_eq!(parts("[::1]:5000/x:2"), ("[::1]:5000/x".to_owned(), tag("2"), false));
        assert_eq!(parts(&format!("a/b:2@{DIGEST}")), ("a/b".to_owned(), tag("2"), true));
        assert_eq!(parts(&format!("a/b@{DIGEST}")), ("a/b".to_owned(), None, true));
    }

    #[test]
    fn refuses_what_a_runtime_refuses() {
        assert_eq!(parse(""), Err(Problem::Empty));
        assert_eq!(parse("Shop/Web:1"), Err(Problem::Uppercase));
        for text in ["a b:1", "/x:1", "a//b:1", "-a", "a-", "https://x.io/a:1", ":1"] {
            assert_eq!(parse(text), Err(Problem::Name), "{text}");
        }
        assert_eq!(parse("a:"), Err(Problem::Tag));
        assert_eq!(parse("a:b c"), Err(Problem::Tag));
        assert_eq!(parse("a@sha256:xyz"), Err(Problem::Digest));
    }
}
