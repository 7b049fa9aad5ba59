//! The one glob dialect of the configuration, close to `.gitignore`:
//!
//! `*` and `?` stay within one path segment, `**` spans any number of them, `[a-z]` and `{a,b}` choose. A pattern
//! is matched from the root of the repository; one without `/` matches at any depth. A pattern whose last segment
//! is literal also matches everything beneath it, and one that ends in `/` only what is beneath.

use std::sync::OnceLock;

use globset::{Candidate, GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};

use super::problem::{Complaint, Place};
use crate::model::RepoPath;

/// Longest glob, in bytes: what it is compiled to stays far below the limits of its engine, which does not forgive.
const MAX_GLOB: usize = 2_000;

/// One pattern as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The text.
    pub text: String,
    /// Where it stands in the configuration.
    pub place: Place,
}

/// A list of patterns, compiled once.
#[derive(Debug, Clone, Default)]
pub struct Patterns {
    patterns: Vec<Pattern>,
    set: GlobSet,
    /// For each glob of `set`, the number of its pattern.
    owners: Vec<usize>,
}

impl Patterns {
    /// Compiles `patterns`. The first that cannot be is the error, with its number.
    pub(super) fn new(patterns: Vec<Pattern>) -> Result<Self, (usize, Complaint)> {
        let mut builder = GlobSetBuilder::new();
        let mut owners = Vec::new();
        for (number, pattern) in patterns.iter().enumerate() {
            for glob in compile(&pattern.text).map_err(|complaint| (number, complaint))? {
                builder.add(glob);
                owners.push(number);
            }
        }
        let last = patterns.len().saturating_sub(1);
        let set = builder.build().map_err(|error| (last, Complaint::new(error.to_string())))?;
        Ok(Self { patterns, set, owners })
    }

    /// True if any pattern matches `path`.
    pub fn matches(&self, path: &RepoPath) -> bool {
        self.set.is_match_candidate(&Candidate::from_bytes(path.as_bytes()))
    }

    /// The numbers of the patterns that match `path`, ascending.
    pub fn matching(&self, path: &RepoPath) -> Vec<usize> {
        let hits = self.set.matches_candidate(&Candidate::from_bytes(path.as_bytes()));
        let mut numbers: Vec<usize> =
            hits.into_iter().filter_map(|hit| self.owners.get(hit).copied()).collect();
        numbers.dedup();
        numbers
    }

    /// The patterns as written.
    pub fn iter(&self) -> impl Iterator<Item = &Pattern> {
        self.patterns.iter()
    }

    /// True if there is no pattern; nothing matches then.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }
}

/// A glob over the slash-separated parts of a name that is no path (rule ids, branches, object names).
pub(super) fn compile_name(pattern: &str) -> Result<globset::GlobMatcher, Complaint> {
    Ok(glob(pattern, pattern)?.compile_matcher())
}

/// A glob over a name, as [`compile_name`] takes it, that costs nothing until it is asked for a name: waivers are many, most
/// of them name one thing, and few are asked.
#[derive(Debug, Clone)]
pub(super) struct NameGlob {
    text: String,
    matcher: OnceLock<Option<GlobMatcher>>,
}

impl NameGlob {
    pub(super) fn new(text: &str) -> Result<Self, Complaint> {
        glob(text, text)?;
        Ok(Self { text: text.to_owned(), matcher: OnceLock::new() })
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// True if it stands for itself only.
    pub(super) fn is_literal(&self) -> bool {
        is_literal(&self.text)
    }

    pub(super) fn is_match(&self, name: &str) -> bool {
        if self.is_literal() {
            return self.text == name;
        }
        let matcher = self.matcher.get_or_init(|| compile_name(&self.text).ok());
        matcher.as_ref().is_some_and(|matcher| matcher.is_match(name))
    }
}

/// True for a pattern that stands for itself.
pub(super) fn is_literal(pattern: &str) -> bool {
    !pattern.contains(['*', '?', '[', ']', '{', '}', '\\'])
}

/// The globs that one pattern stands for: itself, and what is beneath it.
pub(super) fn compile(pattern: &str) -> Result<Vec<globset::Glob>, Complaint> {
    check(pattern)?;
    let rooted = pattern.starts_with('/') || pattern.starts_with("./");
    let path = pattern.trim_start_matches("./").trim_start_matches('/');
    let own = path.trim_end_matches('/');
    let own = if own.contains('/') || rooted || own == "**" { own.to_owned() } else { format!("**/{own}") };
    let last = own.rsplit('/').next().unwrap_or_default();
    let literal = !last.contains(['*', '?', '[', '{']);
    let mut globs = Vec::new();
    if !path.ends_with('/') {
        globs.push(glob(&own, pattern)?);
    }
    if literal || path.ends_with('/') {
        globs.push(glob(&format!("{own}/**"), pattern)?);
    }
    Ok(globs)
}

fn glob(pattern: &str, as_written: &str) -> Result<globset::Glob, Complaint> {
    if pattern.len() > MAX_GLOB {
        return Err(Complaint::new(format!("a glob has more than {MAX_GLOB} bytes")));
    }
    GlobBuilder::new(pattern)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map_err(|error| Complaint::new(format!("`{as_written}` is no glob: {}", error.kind())))
}

fn check(pattern: &str) -> Result<(), Complaint> {
    if pattern.trim_matches(['/', '.']).is_empty() {
        return Err(Complaint::new("the glob is empty").hint("`**` matches every file"));
    }
    if pattern.starts_with('!') {
        return Err(Complaint::new("a glob cannot be negated").hint("name what to match; leave out the `!`"));
    }
    if pattern.split('/').any(|segment| segment == "..") {
        return Err(Complaint::new("a glob cannot leave the repository with `..`")
            .hint("write it from the root of the repository"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        let pattern = Pattern { text: pattern.to_owned(), place: Place::NONE };
        Patterns::new(vec![pattern]).expect("a good glob").matches(&RepoPath::from(path))
    }

    #[test]
    fn a_glob_over_a_name_matches_as_when_it_is_compiled() {
        for pattern in
            ["a/b", "a/*", "*/b", "a?c", "{a,b}/c", "a\\*", "[a-c]x", "", "a,b", "A/B", "a!b", "x]"]
        {
            let Ok(compiled) = compile_name(pattern) else { continue };
            let lazy = NameGlob::new(pattern).expect(pattern);
            for name in ["a/b", "a/c", "abc", "b/c", "a*", "bx", "", "a,b", "A/B", "a!b", "x]", "a/b/c"] {
                assert_eq!(lazy.is_match(name), compiled.is_match(name), "{pattern} {name}");
            }
        }
    }

    #[test]
    fn the_longest_glob_can_be_compiled() {
        for (part, takes_x) in
            [("[!a]", false), ("{[!a],[!b]}", false), ("**/", true), ("*?", false), ("[a-\u{10ffff}]", false)]
        {
            let pattern = part.repeat(MAX_GLOB / part.len());
            assert_eq!(NameGlob::new(&pattern).expect(part).is_match("x"), takes_x, "{part}");
            let _ = compile(&pattern);
        }
        assert!(NameGlob::new(&"a".repeat(MAX_GLOB)).is_ok());
        assert!(NameGlob::new(&"a".repeat(MAX_GLOB + 1)).is_err());
    }

    #[test]
    fn matches_as_documented() {
        for (pattern, path, expected) in [
            ("**/production/**", "production/a.yaml", true),
            ("**/production/**", "a/production/b/c.yaml", true),
            ("**/production/**", "a/production-eu/c.yaml", false),
            ("clusters/prod/**", "clusters/prod/x/y.yaml", true),
            ("clusters/prod/**", "a/clusters/prod/x.yaml", false),
            ("clusters/prod", "clusters/prod/x/y.yaml", true),
            ("clusters/prod", "clusters/prod", true),
            ("clusters/prod", "clusters/production/x", false),
            ("apps/*", "apps/a.yaml", true),
            ("apps/*", "apps/a/b.yaml", false),
            ("*.md", "docs/deep/a.md", true),
            ("vendor", "a/vendor/b/c.yaml", true),
            ("/vendor", "a/vendor/b.yaml", false),
            ("./vendor", "vendor/b.yaml", true),
            ("vendor/", "vendor", false),
            ("vendor/", "x/vendor/b.yaml", true),
            ("{dev,stage}/**", "stage/x.yaml", true),
            ("a/[0-9]?.yaml", "a/1x.yaml", true),
            ("a/?.yaml", "a//.yaml", false),
            ("**", "any/thing", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn bytes_that_are_no_utf8_match_wildcards() {
        let pattern = Pattern { text: "a/*.yaml".to_owned(), place: Place::NONE };
        let patterns = Patterns::new(vec![pattern]).expect("a good glob");
        assert!(patterns.matches(&RepoPath::new(b"a/\xff.yaml".to_vec())));
    }

    #[test]
    fn says_which_patterns_match() {
        let list =
            ["a/**", "b", "**/x.yaml"].map(|text| Pattern { text: text.to_owned(), place: Place::NONE });
        let patterns = Patterns::new(list.to_vec()).expect("good globs");
        assert_eq!(patterns.matching(&RepoPath::from("a/b/x.yaml")), [0, 1, 2]);
        assert_eq!(patterns.matching(&RepoPath::from("c/x.yaml")), [2]);
    }

    #[test]
    fn refuses_what_cannot_be_meant() {
        for (pattern, message) in [
            ("", "the glob is empty"),
            ("/", "the glob is empty"),
            ("!a", "a glob cannot be negated"),
            ("a/../b", "a glob cannot leave the repository with `..`"),
            ("a[", "`a[` is no glob: unclosed character class; missing ']'"),
        ] {
            assert_eq!(compile(pattern).expect_err("a bad glob").message, message, "{pattern}");
        }
    }
}
