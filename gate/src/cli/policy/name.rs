//! Names of new policies: the id of the policy, of its crate and of its folder at once.

use crate::cli::error::CliError;

/// Longest name, in bytes, as the contract has it for ids.
const MOST_BYTES: usize = 64;

/// Ids of the gate's own checks, which no policy may have.
const OF_THE_GATE: [&str; 4] = ["config", "gate", "manifest", "schema"];

/// Names of crates that the policy's crate needs or that the compiler has.
const OF_CRATES: [&str; 9] =
    ["alloc", "core", "gate-sdk", "gate-sdk-macros", "proc-macro", "serde", "std", "test", "policy"];

/// Keywords of Rust: a crate with this name cannot be imported.
const KEYWORDS: [&str; 38] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "pub", "ref", "return", "static", "struct", "super", "trait", "type",
    "use",
];

/// A name that the contract, cargo and file systems take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PolicyName(String);

impl PolicyName {
    /// Checks a name.
    ///
    /// # Errors
    /// It is not in kebab-case, or it means something else already.
    pub(super) fn new(name: &str) -> Result<Self, CliError> {
        if !is_kebab_case(name) {
            let error = CliError::new(format!("`{name}` cannot be the name of a policy"));
            return Err(error.hint(match suggestion(name) {
                Some(better) => format!("names are in kebab-case, such as `{better}`"),
                None => format!(
                    "use kebab-case: lower-case letters and digits in words joined by single dashes, a letter first, \
                     at most {MOST_BYTES} characters, such as `require-owner`"
                ),
            }));
        }
        let taken = [&OF_THE_GATE[..], &OF_CRATES, &KEYWORDS].concat();
        if taken.contains(&name) {
            return Err(CliError::new(format!(
                "`{name}` has another meaning already and cannot be the name of a policy"
            ))
            .hint("name what the policy is about in two words, such as `require-owner`"));
        }
        Ok(Self(name.to_owned()))
    }

    /// `require-owner`
    pub(super) fn kebab(&self) -> &str {
        &self.0
    }

    /// `require_owner`
    pub(super) fn snake(&self) -> String {
        self.0.replace('-', "_")
    }

    /// `RequireOwner`
    pub(super) fn pascal(&self) -> String {
        let capital = |word: &str| {
            let (first, rest) = word.split_at(word.len().min(1));
            first.to_ascii_uppercase() + rest
        };
        self.0.split('-').map(capital).collect()
    }
}

fn is_kebab_case(name: &str) -> bool {
    let good = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    name.len() <= MOST_BYTES
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split('-').all(good)
}

/// What was meant, if that is near: `RequireOwner`, `require_owner`.
fn suggestion(name: &str) -> Option<String> {
    let mut better = String::new();
    for c in name.chars() {
        match c {
            'A'..='Z' => {
                if better.ends_with(|last: char| last.is_ascii_lowercase() || last.is_ascii_digit()) {
                    better.push('-');
                }
                better.push(c.to_ascii_lowercase());
            }
            'a'..='z' | '0'..='9' => better.push(c),
            _ if better.ends_with('-') => {}
            _ => better.push('-'),
        }
    }
    let better = better.trim_matches('-');
    is_kebab_case(better).then(|| better.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_three_forms() {
        let name = PolicyName::new("require-2-owners").unwrap();
        assert_eq!(
            (name.kebab(), name.snake().as_str(), name.pascal().as_str()),
            ("require-2-owners", "require_2_owners", "Require2Owners")
        );
    }

    #[test]
    fn what_is_near_is_suggested() {
        for (name, better) in [
            ("RequireOwner", Some("require-owner")),
            ("require_owner", Some("require-owner")),
            ("../x", Some("x")),
            ("require owner!", Some("require-owner")),
            ("1password", None),
            ("", None),
            ("ä", None),
        ] {
            assert!(PolicyName::new(name).is_err(), "{name}");
            assert_eq!(suggestion(name).as_deref(), better, "{name}");
        }
        assert!(PolicyName::new(&"a".repeat(65)).is_err() && PolicyName::new(&"a".repeat(64)).is_ok());
    }

    #[test]
    fn what_means_something_else_is_refused() {
        assert!(["schema", "serde", "fn", "gate-sdk"].iter().all(|name| PolicyName::new(name).is_err()));
    }
}
