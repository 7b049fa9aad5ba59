//! The branches that are judged: those that the caller names, else the one that HEAD names.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::cli::error::CliError;
use crate::git::RefUpdate;

/// Which references a hook judges.
pub(super) struct Branches {
    /// Matched against full names.
    globs: GlobSet,
}

impl Branches {
    /// The branches that `patterns` name (`main`, `release/*`, `refs/heads/**`); without patterns, `head`.
    pub(super) fn new(patterns: &[String], head: Option<&str>) -> Result<Self, CliError> {
        let patterns: Vec<String> = match (patterns, head) {
            ([], Some(head)) => vec![globset::escape(head)],
            ([], None) => {
                return Err(CliError::new(
                    "HEAD of this repository names no branch, so that none is protected",
                )
                .hint("name the branches to judge: `--ref main`"));
            }
            (named, _) => named.to_vec(),
        };
        let mut globs = GlobSetBuilder::new();
        for pattern in &patterns {
            let full = match pattern.starts_with("refs/") {
                true => pattern.clone(),
                false => format!("refs/heads/{pattern}"),
            };
            // As in a shell and in Git: `*` stays within one part of the name.
            let glob = GlobBuilder::new(&full).literal_separator(true).backslash_escape(true).build();
            globs.add(glob.map_err(|error| wrong(pattern, &error))?);
        }
        let globs = globs.build().map_err(|error| wrong(&patterns.join(", "), &error))?;
        Ok(Self { globs })
    }

    /// True if `update` is of a branch that is judged. Tags, notes and all else hold no state of a cluster.
    pub(super) fn contain(&self, update: &RefUpdate) -> bool {
        update.branch().is_some() && self.globs.is_match(update.name())
    }
}

fn wrong(pattern: &str, error: &globset::Error) -> CliError {
    CliError::new(format!("`--ref {pattern}` is no pattern of branches: {error}"))
        .hint("write `main`, `release/*` or `refs/heads/**`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(patterns: &[&str], head: Option<&str>, name: &str) -> bool {
        let patterns: Vec<String> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        let id = "1".repeat(40);
        let update = RefUpdate::new(name.as_bytes(), id.as_bytes(), id.as_bytes()).unwrap();
        Branches::new(&patterns, head).unwrap().contain(&update)
    }

    #[test]
    fn the_branch_of_head_is_judged_if_none_is_named() {
        assert!(judged(&[], Some("main"), "refs/heads/main"));
        assert!(!judged(&[], Some("main"), "refs/heads/main/x"));
        assert!(!judged(&[], Some("main"), "refs/tags/main"));
        assert!(judged(&[], Some("a{b"), "refs/heads/a{b"), "a name is no pattern");
        assert!(Branches::new(&[], None).is_err());
    }

    #[test]
    fn patterns_name_branches() {
        for (pattern, name, expected) in [
            ("main", "refs/heads/main", true),
            ("main", "refs/heads/other", false),
            ("release/*", "refs/heads/release/1", true),
            ("release/*", "refs/heads/release/1/2", false),
            ("release/**", "refs/heads/release/1/2", true),
            ("**", "refs/heads/anything/at/all", true),
            ("*", "refs/heads/a/b", false),
            ("refs/heads/{main,prod}", "refs/heads/prod", true),
            ("refs/**", "refs/tags/v1", false),
            ("refs/**", "refs/heads/x", true),
        ] {
            assert_eq!(judged(&[pattern], Some("main"), name), expected, "{pattern} {name}");
        }
        assert!(
            !judged(&["release"], Some("main"), "refs/heads/main"),
            "named ones stand in place of HEAD's"
        );
    }

    #[test]
    fn a_pattern_that_is_none_is_told() {
        assert!(Branches::new(&["[".to_owned()], Some("main")).is_err());
    }
}
