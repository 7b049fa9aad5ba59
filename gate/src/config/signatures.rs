//! Who must have signed a policy.

use std::fmt;

use super::problem::{Complaint, Place};
use crate::model::RepoPath;

/// What a policy's signature is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureRule {
    /// Who must have signed.
    pub signer: Signer,
    /// A trusted root other than that of the public Sigstore, a file of the repository.
    pub trusted_root: Option<RepoPath>,
    /// Where it stands.
    pub place: Place,
}

/// Who signs policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// Whoever has the private half of this key, a file of the repository.
    Key(RepoPath),
    /// Somebody whom an identity provider knows, with a certificate of Sigstore.
    Keyless {
        /// Address of the identity provider, exactly.
        issuer: String,
        /// Who.
        identity: Identity,
    },
}

/// An identity in a certificate: an address of e-mail, or of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// This one.
    Exact(String),
    /// Every one that the pattern matches as a whole; `*` stands for any characters but `/` and `@`.
    Pattern(String),
}

impl SignatureRule {
    /// The files of the repository that it needs.
    pub fn files(&self) -> impl Iterator<Item = &RepoPath> {
        let key = match &self.signer {
            Signer::Key(path) => Some(path),
            Signer::Keyless { .. } => None,
        };
        key.into_iter().chain(&self.trusted_root)
    }
}

impl Identity {
    /// True if `text` is the identity, or one of those meant.
    pub fn matches(&self, text: &str) -> bool {
        match self {
            Self::Exact(exact) => exact == text,
            Self::Pattern(pattern) => matches(pattern.as_bytes(), text.as_bytes()),
        }
    }
}

/// Linear in the text for each star, and a star never takes `/` or `@`: back to the last star is enough, for one
/// before it could only have taken less of the same part.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at + 1, from));
                at += 1;
            }
            Some(byte) if *byte == text[from] => {
                at += 1;
                from += 1;
            }
            _ => match star {
                Some((after, taken)) if !matches!(text[taken], b'/' | b'@') => {
                    star = Some((after, taken + 1));
                    (at, from) = (after, taken + 1);
                }
                _ => return false,
            },
        }
    }
    pattern[at.min(pattern.len())..].iter().all(|byte| *byte == b'*')
}

/// `key ./keys/cosign.pub`, `someone@example.com of https://issuer.example.com`.
impl fmt::Display for SignatureRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.signer {
            Signer::Key(path) => write!(f, "key ./{path}")?,
            Signer::Keyless { issuer, identity: Identity::Exact(identity) } => {
                write!(f, "{identity} of {issuer}")?;
            }
            Signer::Keyless { issuer, identity: Identity::Pattern(pattern) } => {
                write!(f, "whoever matches {pattern} of {issuer}")?;
            }
        }
        match &self.trusted_root {
            Some(path) => write!(f, " (trusted root ./{path})"),
            None => Ok(()),
        }
    }
}

/// The path of a file of the repository: `./keys/cosign.pub`.
pub(super) fn file(text: &str) -> Result<RepoPath, Complaint> {
    let wrong = || {
        Complaint::new(format!("`{text}` is no file of the repository"))
            .hint("write its path from the root of the repository, as in `./keys/cosign.pub`")
    };
    let path = text.strip_prefix("./").ok_or_else(wrong)?;
    let segments: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if segments.is_empty() || segments.contains(&"..") {
        return Err(wrong());
    }
    Ok(RepoPath::from(segments.join("/").as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stays_within_its_part() {
        let workflow = "https://github.com/o/r/.github/workflows/release.yml@refs/tags/v1.2.0";
        for (pattern, text, expected) in [
            (workflow, workflow, true),
            ("https://github.com/o/r/.github/workflows/release.yml@refs/tags/*", workflow, true),
            ("https://github.com/o/r/.github/workflows/*@refs/tags/v*", workflow, true),
            ("https://github.com/o/*", workflow, false),
            ("https://github.com/*/.github/workflows/release.yml@refs/tags/v1.2.0", workflow, false),
            ("*", workflow, false),
            ("*@example.com", "joe@example.com", true),
            ("*@example.com", "joe@evil.com/@example.com", false),
            ("*@example.com", "joe@example.com.evil.com", false),
            ("joe@example.com", "joe@exampleXcom", false),
            ("*a*b*", "xaaybbz", true),
            ("*a*b", "xaaybbz", false),
            ("a*", "a", true),
            ("a*", "", false),
            ("", "", true),
            ("*", "", true),
        ] {
            assert_eq!(Identity::Pattern(pattern.to_owned()).matches(text), expected, "{pattern} {text}");
        }
        assert!(!Identity::Exact("*@example.com".to_owned()).matches("joe@example.com"));
    }

    #[test]
    fn files_stay_in_the_repository() {
        assert_eq!(file("./keys//./a.pub").unwrap().to_string(), "keys/a.pub");
        for text in ["keys/a.pub", "/etc/passwd", "./../a.pub", "./", "./a/../../b", "", "https://x/y"] {
            assert!(file(text).is_err(), "{text}");
        }
    }
}
