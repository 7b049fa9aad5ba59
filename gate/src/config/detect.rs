//! Environments recognised by the words in a path, for repositories that declare none.
//!
//! From strong to weak: a directory with exactly such a name (`production/`), a file (`production.yaml`), a
//! directory with such a word in its name (`rd-production/`, `stone-prod-p02/`), a file of values with such a word
//! (`values-prod.yaml`; but `issuer-prod.yaml` is mostly the name of an object). The strongest sign decides; where two of the same strength disagree, the later
//! environment of the promotion order does. A single word of a name never makes a path `dev` (`dev-team/`,
//! `lightwell-dev/` in a staging directory are no development environments), and `non-prod` is not `prod`:
//! a guess may make the gate stricter, never looser.

/// Name of a recognised environment and the words for it, in promotion order.
pub(super) const KNOWN: [(&str, &[&str]); 3] = [
    ("dev", &["dev", "development"]),
    ("stage", &["stage", "staging", "stg"]),
    ("prod", &["prod", "production", "prd"]),
];

pub(super) const DEV: usize = 0;

/// Words before which an environment's word means something else.
const NEGATIONS: [&str; 4] = ["non", "no", "not", "pre"];

/// The number of the environment in [`KNOWN`] that `path` seems to belong to.
pub(super) fn environment_of(path: &[u8]) -> Option<usize> {
    sign_of(path).map(|sign| sign.environment)
}

/// What in a path says which environment it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sign {
    /// Number in [`KNOWN`].
    pub(super) environment: usize,
    /// Number of the segment that decides; the last one is the file.
    pub(super) segment: usize,
    /// True if the segment is the word, false if the word is a part of it.
    pub(super) is_whole: bool,
}

/// The sign that decides for `path`, the strongest and of those the latest environment.
pub(super) fn sign_of(path: &[u8]) -> Option<Sign> {
    let segments: Vec<&[u8]> = path.split(|b| *b == b'/').collect();
    let (file, directories) = segments.split_last()?;
    let stem = file.split(|b| *b == b'.').next().unwrap_or_default();
    let last = directories.len();
    let whole = directories.iter().enumerate().filter_map(|(at, name)| Some((known(name)?, at)));
    let part = directories.iter().enumerate().filter_map(|(at, name)| Some((word_in(name)?, at)));
    let sign = |is_whole| move |(environment, segment)| Sign { environment, segment, is_whole };
    // Of two segments that say the same, the first counts.
    let strongest = |found: &mut dyn Iterator<Item = (usize, usize)>| {
        found.max_by_key(|&(environment, at)| (environment, std::cmp::Reverse(at)))
    };
    strongest(&mut whole.into_iter())
        .or_else(|| Some((known(stem)?, last)))
        .map(sign(true))
        .or_else(|| strongest(&mut part.into_iter()).map(sign(false)))
        .or_else(|| is_values(file).then(|| word_in(file)).flatten().map(|found| sign(false)((found, last))))
}

/// The number of the environment of which `name` is a word.
pub(super) fn known(name: &[u8]) -> Option<usize> {
    KNOWN.iter().position(|(_, words)| words.iter().any(|word| name.eq_ignore_ascii_case(word.as_bytes())))
}

/// The environment of a name of several words; none if they name several or it would be `dev`.
fn word_in(name: &[u8]) -> Option<usize> {
    any_word_in(name).filter(|&number| number != DEV)
}

/// As [`word_in`], with `dev`: for names of clusters and overlays, where nothing else is meant.
pub(super) fn any_word_in(name: &[u8]) -> Option<usize> {
    let mut found = None;
    let mut negated = false;
    for word in words(name) {
        match known(word).filter(|_| !negated) {
            Some(number) if found.is_none_or(|before| before == number) => found = Some(number),
            Some(_) => return None,
            None => {}
        }
        negated = NEGATIONS.iter().any(|no| word.eq_ignore_ascii_case(no.as_bytes()));
    }
    found
}

fn is_values(file: &[u8]) -> bool {
    words(file).any(|word| word == b"values")
}

fn words(name: &[u8]) -> impl Iterator<Item = &[u8]> {
    name.split(|b| matches!(b, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_environments_by_words() {
        for (path, expected) in [
            ("components/x/production/kustomization.yaml", Some("prod")),
            ("components/x/staging/a/b.yaml", Some("stage")),
            ("development/a.yaml", Some("dev")),
            ("clusters/PROD/a.yaml", Some("prod")),
            ("overlays/stg/a.yaml", Some("stage")),
            ("components/x/base/a.yaml", None),
            ("production", Some("prod")),
            ("clusters/production.yaml", Some("prod")),
            ("clusters/production.enc.yaml", Some("prod")),
            ("overlays/rd-production/a.yaml", Some("prod")),
            ("overlays/prod_eu/a.yaml", Some("prod")),
            ("rings/ring-2/stone-prod-p01/a.yaml", Some("prod")),
            ("rings/ring-1/stone-stage-p01/a.yaml", Some("stage")),
            ("chart/values-prod.yaml", Some("prod")),
            ("chart/values.production.yaml", Some("prod")),
            ("chart/web-stg-values.yaml", Some("stage")),
            ("issuers/letsencrypt-prod.yaml", None),
            ("x/products/reproduction/a.yaml", None),
            ("tenants/base/dev-team/rbac.yaml", None),
            ("chart/values-dev.yaml", None),
            ("staging/lightwell-dev/a.yaml", Some("stage")),
            ("staging/stone-prod-p02/a.yaml", Some("stage")),
            ("clusters/non-prod/a.yaml", None),
            ("clusters/pre_prod/a.yaml", None),
            ("docs/stage-to-prod/a.yaml", None),
            ("prod/dev/a.yaml", Some("prod")),
            ("dev/prod/a.yaml", Some("prod")),
            ("", None),
            ("///", None),
        ] {
            let found = environment_of(path.as_bytes()).map(|number| KNOWN[number].0);
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn knows_which_segment_decides() {
        for (path, expected) in [
            ("a/staging/production/b/production/c.yaml", Some((2, true))),
            ("clusters/production.yaml", Some((1, true))),
            ("rings/stone-prod-p01/a.yaml", Some((1, false))),
            ("chart/values-prod.yaml", Some((1, false))),
            ("a/b.yaml", None),
        ] {
            let found = sign_of(path.as_bytes()).map(|sign| (sign.segment, sign.is_whole));
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn takes_any_bytes() {
        assert_eq!(environment_of(b"\xff-prod/\xfe"), Some(2));
    }
}
