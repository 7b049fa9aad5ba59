//! What whoever starts a run asks for on top of the configuration: kinds and files to leave out, kinds to refuse, how much
//! to list.

use regex::bytes::RegexSet;

use crate::model::RepoPath;

/// Wishes for one run. The default asks for nothing.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// Kinds that no schema is asked of; they win over `reject`.
    pub skip: Vec<KindName>,
    /// Kinds that must not be there.
    pub reject: Vec<KindName>,
    /// Files that are not looked at, by their path in the report.
    pub ignore: RegexSet,
    /// List every resource in the report, with what became of it.
    pub list: bool,
    /// Stop after the files in which the first error is.
    pub stop_at_first: bool,
    /// Who is told how far the run is.
    pub observer: Option<&'static dyn Observer>,
}

/// Told how far a run is, from many threads: it has to be quick.
pub trait Observer: std::fmt::Debug + Sync {
    /// So many files are about to be judged; none of them has been.
    fn begins(&self, files: usize);
    /// So many more files have been judged.
    fn judged(&self, files: usize);
}

impl RunOptions {
    /// True if the file at `path` is not to be looked at.
    pub(super) fn ignores(&self, path: &RepoPath) -> bool {
        self.ignore.is_match(path.as_bytes())
    }

    /// True if no schema is to be asked of this kind.
    pub(super) fn skips(&self, api_version: &str, kind: &str) -> bool {
        self.skip.iter().any(|name| name.is(api_version, kind))
    }

    /// The name by which objects of this kind are refused, if they are.
    pub(super) fn rejected_by(&self, api_version: &str, kind: &str) -> Option<&KindName> {
        let name = self.reject.iter().find(|name| name.is(api_version, kind))?;
        (!self.skips(api_version, kind)).then_some(name)
    }
}

/// A kind by name: `Kind`, or `group/version/Kind` (`version/Kind` in the group without a name). Exact, as kubeconform has
/// them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindName(String);

impl KindName {
    /// Reads one name; none if it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let (group, kind) = text.rsplit_once('/').map_or((None, text), |(group, kind)| (Some(group), kind));
        let is_version = |text: &str| {
            text.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        let is_word = |text: &str, also: &[u8]| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || also.contains(&byte))
        };
        let good = match group.map(|group| group.split('/').collect::<Vec<_>>()).as_deref() {
            None => true,
            Some([version]) => is_version(version) && is_word(version, b""),
            Some([group, version]) => is_word(group, b".-") && is_word(version, b""),
            Some(_) => false,
        };
        (good && is_word(kind, b"")).then(|| Self(text.to_owned()))
    }

    /// The last part.
    pub fn kind(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is(&self, api_version: &str, kind: &str) -> bool {
        match self.0.rsplit_once('/') {
            None => self.0 == kind,
            Some((group, own)) => own == kind && group == api_version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(texts: &[&str]) -> Vec<KindName> {
        texts.iter().map(|text| KindName::parse(text).unwrap()).collect()
    }

    #[test]
    fn names_stand_for_kinds() {
        for (name, api_version, kind, expected) in [
            ("Secret", "v1", "Secret", true),
            ("Secret", "example.com/v1", "Secret", true),
            ("v1/Secret", "v1", "Secret", true),
            ("v1/Secret", "example.com/v1", "Secret", false),
            ("apps/v1/Deployment", "apps/v1", "Deployment", true),
            ("apps/v1/Deployment", "apps/v1beta1", "Deployment", false),
            ("secret", "v1", "Secret", false),
        ] {
            assert_eq!(names(&[name])[0].is(api_version, kind), expected, "{name} {api_version} {kind}");
        }
    }

    #[test]
    fn other_text_is_no_name() {
        for bad in ["", "/", "v1/", "/Pod", "apps/Deployment", "a/b/c/D", "Po d", "v1/Pod\n", "*", "v1//Pod"]
        {
            assert_eq!(KindName::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn what_is_skipped_is_not_rejected() {
        let options = RunOptions {
            skip: names(&["v1/Secret"]),
            reject: names(&["Secret", "Pod"]),
            ..RunOptions::default()
        };
        let rejects = |api_version, kind| options.rejected_by(api_version, kind).is_some();
        assert!(options.skips("v1", "Secret") && !rejects("v1", "Secret"));
        assert!(rejects("example.com/v1", "Secret") && rejects("v1", "Pod"));
        assert!(!rejects("v1", "Service") && !options.ignores(&RepoPath::from("a.yaml")));
    }
}
