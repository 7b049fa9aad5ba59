//! Patterns for kinds: which objects may lack a schema.

use super::problem::{Complaint, Place};

/// Stars in one part: more have no use, and the time to match grows with each.
const MOST_STARS: usize = 3;

/// `group/version/Kind`, `group/Kind` or `Kind`; `*` stands for any text, `core` for the group without a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindPattern {
    /// As written.
    pub text: String,
    /// Where it stands in the configuration.
    pub place: Place,
    group: String,
    version: String,
    kind: String,
}

impl KindPattern {
    /// Reads a pattern from outside of a configuration.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub fn read(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|complaint| complaint.message)
    }

    pub(super) fn parse(text: &str) -> Result<Self, Complaint> {
        let parts: Vec<&str> = text.split('/').collect();
        let (group, version, kind) = match parts.as_slice() {
            [kind] => ("*", "*", *kind),
            [group, kind] => (*group, "*", *kind),
            [group, version, kind] => (*group, *version, *kind),
            _ => return Err(wrong(text)),
        };
        let good = |part: &str, also: &[u8]| {
            let stars = part.bytes().filter(|b| *b == b'*').count();
            !part.is_empty()
                && stars <= MOST_STARS
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || also.contains(&b))
        };
        if !(good(group, b".-*") && good(version, b"*") && good(kind, b"*")) {
            return Err(wrong(text));
        }
        let [group, version, kind] = [group, version, kind].map(str::to_owned);
        Ok(Self { text: text.to_owned(), place: Place::NONE, group, version, kind })
    }

    /// The pattern that stands for every kind.
    pub fn any() -> Self {
        let [text, group, version, kind] = ["*"; 4].map(str::to_owned);
        Self { text, place: Place::NONE, group, version, kind }
    }

    /// True if the pattern stands for `kind` of `api_version` (`apps/v1`, `v1`).
    pub fn matches(&self, api_version: &str, kind: &str) -> bool {
        let (group, version) = api_version.split_once('/').unwrap_or(("core", api_version));
        self.may_match((Some(group), Some(version), kind))
    }

    /// [`KindPattern::matches`], where a group or version that is not known may be any.
    pub fn may_match(&self, (group, version, kind): (Option<&str>, Option<&str>, &str)) -> bool {
        group.is_none_or(|group| wild(&self.group, group))
            && version.is_none_or(|version| wild(&self.version, version))
            && wild(&self.kind, kind)
    }
}

fn wrong(text: &str) -> Complaint {
    Complaint::new(format!("`{text}` is no kind"))
        .hint("write `group/version/Kind`, `group/*` or `Kind`, as in `example.com/v1/Widget`")
}

/// `*` in `pattern` stands for any text, also none.
fn wild(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => text.strip_prefix(before).is_some_and(|rest| {
            after.is_empty() || rest.char_indices().any(|(at, _)| wild(after, &rest[at..])) || wild(after, "")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stands_for_kinds() {
        for (pattern, api_version, kind, expected) in [
            ("Widget", "example.com/v1", "Widget", true),
            ("Widget", "v1", "Widget", true),
            ("Widget", "v1", "WidgetList", false),
            ("example.com/*", "example.com/v1", "Widget", true),
            ("example.com/*", "sub.example.com/v1", "Widget", false),
            ("*.example.com/*", "sub.example.com/v1", "Widget", true),
            ("example.com/v1/Widget", "example.com/v1", "Widget", true),
            ("example.com/v1/Widget", "example.com/v2", "Widget", false),
            ("example.com/v*/W*t", "example.com/v2beta1", "Widget", true),
            ("core/v1/Pod", "v1", "Pod", true),
            ("core/v1/Pod", "core/v1", "Pod", true),
            ("*", "x/v1", "Anything", true),
        ] {
            let found = KindPattern::parse(pattern).expect("a good pattern").matches(api_version, kind);
            assert_eq!(found, expected, "{pattern} {api_version} {kind}");
        }
    }

    #[test]
    fn refuses_other_text() {
        for bad in ["", "a/b/c/d", "/v1/Pod", "a/", "Wid get", "group/v.1/Kind", "K.d", "*a*a*a*"] {
            assert!(KindPattern::parse(bad).is_err(), "{bad}");
        }
    }
}
