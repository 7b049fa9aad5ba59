//! SemVer 2.0.0, as far as a tag can say it (`+` is no character of a tag).

use gate_sdk::glob;

/// What a tag looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `1.2.3`
    Release,
    /// `1.2.3-rc.1`
    Prerelease,
    /// Anything else.
    Other,
}

/// The shape of a tag. A suffix that is one of the variants (patterns) does not make a pre-release.
pub(crate) fn shape(tag: &str, takes_v: bool, variants: &[String]) -> Shape {
    let version = tag.strip_prefix('v').filter(|_| takes_v).unwrap_or(tag);
    let (core, suffix) = version.split_once('-').map_or((version, None), |(core, rest)| (core, Some(rest)));
    let mut numbers = core.split('.');
    let whole = (0..3).all(|_| numbers.next().is_some_and(is_number)) && numbers.next().is_none();
    match suffix {
        _ if !whole => Shape::Other,
        None => Shape::Release,
        Some(suffix) if glob::any(variants, suffix) => Shape::Release,
        Some(suffix) if suffix.split('.').all(is_identifier) => Shape::Prerelease,
        Some(_) => Shape::Other,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits without a leading zero.
fn is_number(text: &str) -> bool {
    is_digits(text) && (text == "0" || !text.starts_with('0'))
}

fn is_identifier(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !text.is_empty() && text.bytes().all(known) && (!is_digits(text) || is_number(text))
}

#[cfg(test)]
mod tests {
    use super::{Shape, shape};

    #[test]
    fn tells_releases_from_prereleases_and_the_rest() {
        for tag in ["1.2.3", "v1.2.3", "0.0.0", "10.20.30"] {
            assert_eq!(shape(tag, true, &[]), Shape::Release, "{tag}");
        }
        for tag in ["1.2.3-rc.1", "v1.2.3-alpha", "1.2.3-0", "1.2.3-x-y.10a", "1.2.3--"] {
            assert_eq!(shape(tag, true, &[]), Shape::Prerelease, "{tag}");
        }
        for tag in [
            "1.2",
            "1",
            "1.2.3.4",
            "01.2.3",
            "1.2.3-",
            "1.2.3-01",
            "1.2.3-a..b",
            "main",
            "1.2.3_4",
            "vv1.2.3",
        ] {
            assert_eq!(shape(tag, true, &[]), Shape::Other, "{tag}");
        }
    }

    #[test]
    fn a_v_and_a_variant_are_a_matter_of_settings() {
        assert_eq!(shape("v1.2.3", false, &[]), Shape::Other);
        let variants = ["alpine*".to_owned()];
        assert_eq!(shape("1.2.3-alpine3.20", true, &variants), Shape::Release);
        assert_eq!(shape("1.2.3-rc.1", true, &variants), Shape::Prerelease);
    }
}
