//! The line that makes a comment recognisable: which gate wrote it, for which commit, in which run, and with what text.
//! It is trusted only in a comment whose author is the token itself.

use sha2::{Digest, Sha256};

use super::{Markup, RunNumber};
use crate::model::Verdict;
use crate::text::hexadecimal;

const HTML: (&str, &str) = ("<!-- gitops-gate:", " -->");
/// A link reference without a use: no Markdown renderer shows it, and none needs HTML for it.
const PLAIN: (&str, &str) = ("[//]: # (gitops-gate:", ")");
/// Bytes that a marker takes at most, its line feed included.
pub(super) const MARKER_BYTES: usize = 400;

/// What a sticky comment says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    /// [`super::Publication::key`].
    pub(super) key: String,
    /// The commit that was judged.
    pub(super) head: String,
    /// The run that wrote it.
    pub(super) run: RunNumber,
    /// Its answer.
    pub(super) verdict: Verdict,
    /// Of the text without the marker and of the annotations: see [`digest`].
    pub(super) digest: String,
    /// Everything of that run arrived: signal and annotations too.
    pub(super) complete: bool,
}

/// 32 hexadecimal digits over `parts`.
pub(super) fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hexadecimal(&hash.finalize()[..16])
}

impl Marker {
    /// The marker as the first line of a comment, with its line feed.
    pub(super) fn line(&self, markup: Markup) -> String {
        let (open, close) = brackets(markup);
        let RunNumber { run, attempt } = self.run;
        let complete = u8::from(self.complete);
        format!(
            "{open}v=1;key={};head={};run={run}.{attempt};verdict={};digest={};complete={complete}{close}\n\n",
            self.key,
            self.head,
            self.verdict.as_str(),
            self.digest
        )
    }

    /// The marker of a comment, if it has one of version 1 in either form. Servers change line ends and trim.
    pub(super) fn read(body: &str) -> Option<Self> {
        let line = body.trim_start().lines().next()?.trim_end();
        let inner =
            [HTML, PLAIN].iter().find_map(|(open, close)| line.strip_prefix(open)?.strip_suffix(close))?;
        let field = |name: &str| {
            inner
                .split(';')
                .find_map(|field| field.split_once('=').filter(|(key, _)| *key == name))
                .map(|(_, value)| value)
        };
        let (run, attempt) = field("run")?.split_once('.')?;
        (field("v")? == "1").then_some(())?;
        Some(Self {
            key: field("key")?.to_owned(),
            head: field("head")?.to_owned(),
            run: RunNumber { run: run.parse().ok()?, attempt: attempt.parse().ok()? },
            verdict: verdict(field("verdict")?)?,
            digest: field("digest")?.to_owned(),
            complete: field("complete")? == "1",
        })
    }
}

fn verdict(word: &str) -> Option<Verdict> {
    [Verdict::Pass, Verdict::Fail, Verdict::Incomplete].into_iter().find(|verdict| verdict.as_str() == word)
}

fn brackets(markup: Markup) -> (&'static str, &'static str) {
    match markup {
        Markup::Html => HTML,
        Markup::Plain => PLAIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker() -> Marker {
        Marker {
            key: "default".to_owned(),
            head: "a".repeat(40),
            run: RunNumber { run: 12, attempt: 3 },
            verdict: Verdict::Incomplete,
            digest: digest(["x"]),
            complete: true,
        }
    }

    #[test]
    fn both_forms_are_read_back() {
        for markup in [Markup::Html, Markup::Plain] {
            let body = format!("{}## text\n", marker().line(markup));
            assert_eq!(Marker::read(&body), Some(marker()));
            assert_eq!(Marker::read(&body.replace('\n', "\r\n")), Some(marker()));
        }
    }

    #[test]
    fn a_marker_is_the_first_line_and_whole() {
        let line = marker().line(Markup::Html);
        assert_eq!(Marker::read(&format!("> {line}")), None);
        assert_eq!(Marker::read(&format!("hello\n{line}")), None);
        assert_eq!(Marker::read(&line.replace("v=1", "v=2")), None);
        assert_eq!(Marker::read(&line.replace("run=12.3", "run=-1.3")), None);
        assert_eq!(Marker::read(""), None);
    }

    #[test]
    fn the_longest_marker_fits_its_room() {
        let most = RunNumber { run: u64::MAX, attempt: u64::MAX };
        let longest = Marker { key: "k".repeat(64), head: "a".repeat(64), run: most, ..marker() };
        assert!(longest.line(Markup::Html).len() <= MARKER_BYTES);
    }

    #[test]
    fn a_digest_tells_where_a_part_ends() {
        assert_ne!(digest(["ab", "c"]), digest(["a", "bc"]));
        assert_eq!(digest(["ab", "c"]).len(), 32);
    }
}
