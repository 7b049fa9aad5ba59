//! Values as CIs and people write them, checked before anything believes them. Every reader takes hostile text and
//! answers with a clean value, with nothing (unset in this CI's own way), or with what is wrong.

use crate::host::{HostKind, RunNumber};
use crate::text::{clean_line, shorten};

/// A reader of values: none where the text is a way to say that there is nothing.
pub(super) type Parse<T> = fn(&str) -> Result<Option<T>, &'static str>;

/// Code points of a title, a name or a label.
const LINE: usize = 1_000;
/// Bytes of a branch, a path or a URL; longer ones are refused, as a shortened one would name something else.
const NAME: usize = 1_000;
/// Labels and approvers that are kept.
const ITEMS: usize = 200;

/// A number above 0, in digits alone.
pub(super) fn number(text: &str) -> Result<Option<u64>, &'static str> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u64>() {
        Ok(number) if digits && number > 0 => Ok(Some(number)),
        _ => Err("it is no number above 0"),
    }
}

/// The full id of a commit, in lower case; the id of zeros says that there is none.
pub(super) fn commit(text: &str) -> Result<Option<String>, &'static str> {
    if !matches!(text.len(), 40 | 64) {
        return Err("it is no full commit id of 40 or 64 hexadecimal digits");
    }
    hexadecimal(text)
}

/// The id of a commit that may be abbreviated, as some CIs do for the target branch.
pub(super) fn short_commit(text: &str) -> Result<Option<String>, &'static str> {
    if !(7..=64).contains(&text.len()) {
        return Err("it is no commit id of 7 to 64 hexadecimal digits");
    }
    hexadecimal(text)
}

fn hexadecimal(text: &str) -> Result<Option<String>, &'static str> {
    if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err("it is no commit id: it holds other characters than hexadecimal digits");
    }
    Ok(text.bytes().any(|byte| byte != b'0').then(|| text.to_ascii_lowercase()))
}

/// The short name of a branch, as `git check-ref-format` allows it; `refs/heads/` is taken off. Any other reference
/// is no branch.
pub(super) fn branch(text: &str) -> Result<Option<String>, &'static str> {
    let name = text.strip_prefix("refs/heads/").unwrap_or(text);
    if name.len() > NAME {
        return Err("it is too long for a branch");
    }
    let bad = |c: char| matches!(c, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\');
    let part = |part: &str| part.is_empty() || part.starts_with('.') || part.ends_with(".lock");
    let misplaced = name.starts_with('-') || name.ends_with('.') || name.starts_with("refs/");
    if misplaced
        || name.contains(bad)
        || name.contains("..")
        || name.contains("@{")
        || name.split('/').any(part)
    {
        return Err("it is no name of a branch");
    }
    if clean_line(name) != name {
        return Err("it holds characters that cannot be shown");
    }
    Ok(Some(name.to_owned()))
}

/// One line of text, cleaned and of bounded length.
pub(super) fn line(text: &str) -> Result<Option<String>, &'static str> {
    // Cut first, so that a text of megabytes is not cleaned to its end.
    let cut = shorten(text, LINE);
    let clean = clean_line(&cut);
    Ok(Some(clean.trim().to_owned()).filter(|line| !line.is_empty()))
}

/// Names between commas or line breaks.
pub(super) fn lines(text: &str) -> Result<Option<Vec<String>>, &'static str> {
    let names = text.split([',', '\n']).filter_map(|name| line(name).ok().flatten());
    Ok(Some(names.take(ITEMS).collect()))
}

/// `true` and `false`, in any case.
pub(super) fn boolean(text: &str) -> Result<Option<bool>, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Ok(Some(true)),
        "false" | "0" | "no" => Ok(Some(false)),
        _ => Err("it is neither true nor false"),
    }
}

/// `RUN` or `RUN.ATTEMPT`.
pub(super) fn run(text: &str) -> Result<Option<RunNumber>, &'static str> {
    let (run, attempt) = text.split_once('.').map_or((text, "1"), |parts| parts);
    match (number(run), number(attempt)) {
        (Ok(Some(run)), Ok(Some(attempt))) => Ok(Some(RunNumber { run, attempt })),
        _ => Err("it is no RUN or RUN.ATTEMPT, two numbers above 0"),
    }
}

/// A kind of host, by its word.
pub(super) fn host(text: &str) -> Result<Option<HostKind>, &'static str> {
    HostKind::parse(text).map(Some).ok_or(
        "it is no host; known are github, gitlab, azure, bitbucket-cloud, bitbucket-dc, codecommit, gitea and forgejo",
    )
}

/// The path of a repository, as `Target::repository` wants it: no empty segment, no `..`.
pub(super) fn repository(text: &str) -> Result<Option<String>, &'static str> {
    let path = text.strip_suffix(".git").unwrap_or(text);
    let bad = |segment: &str| matches!(segment, "" | "." | "..");
    if path.len() > NAME || path.split('/').any(bad) || clean_line(path) != path {
        return Err("it is no path of a repository");
    }
    Ok(Some(path.to_owned()))
}

/// The absolute URL of a page or an API, without credentials, query and fragment, and without a slash at its end.
pub(super) fn url(text: &str) -> Result<Option<String>, &'static str> {
    match super::url::Url::parse(text) {
        Some(url) if url.is_web() && text.len() <= NAME => Ok(Some(url.to_string())),
        _ => Err("it is no URL that begins with https:// or http://"),
    }
}

/// The name of an environment variable.
pub(super) fn variable_name(text: &str) -> Result<Option<String>, &'static str> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if text.bytes().all(fits) && !text.as_bytes().first().is_none_or(u8::is_ascii_digit) {
        return Ok(Some(text.to_owned()));
    }
    Err("it is no name of an environment variable")
}

/// A value for a message: clean, on one line, short.
pub(super) fn shown(text: &str) -> String {
    let cut = shorten(text, 60);
    clean_line(&cut).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_digits_alone() {
        assert_eq!(number("17"), Ok(Some(17)));
        for bad in ["", "0", "-3", "+3", " 3", "3.0", "1e3", "٣", "99999999999999999999"] {
            assert!(number(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn commits_are_hexadecimal_and_whole() {
        let full = "ABCDEF0123456789abcdef0123456789abcdef01";
        assert_eq!(commit(full), Ok(Some(full.to_lowercase())));
        assert_eq!(commit(&"0".repeat(40)), Ok(None));
        assert_eq!(short_commit("88a27cd7f221"), Ok(Some("88a27cd7f221".to_owned())));
        for bad in ["", "abc", "88a27cd7f221", "$(id)", "abcdef0123456789abcdef0123456789abcdef0;"] {
            assert!(commit(bad).is_err(), "{bad:?}");
        }
        assert!(short_commit("--upload-pack=x").is_err());
    }

    #[test]
    fn branches_are_those_of_git() {
        assert_eq!(branch("refs/heads/feature/a-b_c.d"), Ok(Some("feature/a-b_c.d".to_owned())));
        let long = "x".repeat(1_000_000);
        for bad in [
            "",
            "-x",
            "a..b",
            "a b",
            "a~1",
            "a^{/x}",
            "a:b",
            "a@{1}",
            "/a",
            "a/",
            "a//b",
            ".a",
            "a.lock",
            "a.",
            "refs/tags/v1",
            "a\u{202e}b",
            "a\nb",
            "a\x1b[31m",
            &long,
        ] {
            assert!(branch(bad).is_err(), "{}", shown(bad));
        }
    }

    #[test]
    fn text_is_clean_and_bounded() {
        assert_eq!(line("::error::x\n\x1b[2Jy"), Ok(Some("::error::x \u{fffd}[2Jy".to_owned())));
        assert_eq!(line(&"ä".repeat(1_000_000)).unwrap().unwrap().chars().count(), 1_000);
        assert_eq!(lines("a, b,,\nc"), Ok(Some(vec!["a".to_owned(), "b".to_owned(), "c".to_owned()])));
        assert_eq!(lines(&"a,".repeat(1_000)).unwrap().unwrap().len(), 200);
    }

    #[test]
    fn repositories_cannot_climb() {
        assert_eq!(repository("group/sub/shop.git"), Ok(Some("group/sub/shop".to_owned())));
        for bad in ["", "a//b", "../b", "a/..", "/a/b", "a/b/", "a/b\nc"] {
            assert!(repository(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn urls_lose_what_is_secret() {
        assert_eq!(
            url("https://user:pass@git.example.com:8443/api/v4/?private_token=x#y"),
            Ok(Some("https://git.example.com:8443/api/v4".to_owned()))
        );
        for bad in ["", "git.example.com", "ftp://x/", "https://", "javascript:alert(1)", "https://a b/"] {
            assert!(url(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_token_is_no_name_of_a_variable() {
        assert_eq!(variable_name("MY_TOKEN"), Ok(Some("MY_TOKEN".to_owned())));
        for bad in ["", "1A", "glpat-abc", "A B", "A=B"] {
            assert!(variable_name(bad).is_err(), "{bad:?}");
        }
    }
}
