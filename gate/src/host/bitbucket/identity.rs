//! Who the token is. Where the host does not say, a seal in the gate's own comment does: a digest of the token and the
//! author, which nobody else can make and which is worth nothing under another author's name. Where there is none yet, or
//! the token is a new one, it is proved: both Bitbuckets let nobody but the author edit a comment, so one that can be
//! saved was written with this token. The text of a comment alone proves nothing.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use crate::host::adapter::Comment;
use crate::host::marker::{Marker, digest};
use crate::host::{HostError, HostErrorKind, Secret};

/// Authors whose comments are tried at most: each costs a call, and anyone may paste a marker.
const TRIES: usize = 3;
/// A link reference without a use, as the marker is one; it is the last line.
const SEAL: (&str, &str) = ("\n\n[//]: # (gitops-gate-author:", ")");

/// A comment with its author, as the host names one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::host) struct Found {
    pub(in crate::host) comment: Comment,
    pub(in crate::host) author: String,
    /// The author is a person, not an access token or a service.
    pub(in crate::host) person: bool,
}

/// What is known of who the token is.
#[derive(Debug)]
pub(in crate::host) struct Identity {
    token: Secret,
    /// The pull request: a seal is good for one only.
    place: String,
    own: RefCell<Option<String>>,
    /// The host itself has said so.
    named: Cell<bool>,
    strangers: RefCell<BTreeSet<String>>,
}

impl Identity {
    /// Nothing is known of `token` yet.
    pub(in crate::host) fn new(token: Secret, place: String) -> Self {
        Self { token, place, own: RefCell::default(), named: Cell::default(), strangers: RefCell::default() }
    }

    /// The host says whose the token is.
    pub(in crate::host) fn named(&self, author: impl Into<String>) {
        self.learn(author);
        self.named.set(self.own.borrow().is_some());
    }

    /// What was just written with the token has this author.
    pub(in crate::host) fn learn(&self, author: impl Into<String>) {
        let author = author.into();
        if !author.is_empty() {
            *self.own.borrow_mut() = Some(author);
        }
    }

    /// The host has not said whose the token is.
    pub(in crate::host) fn is_nameless(&self) -> bool {
        !self.named.get()
    }

    /// Somebody has written a marker, and no seal tells whether it was the token.
    pub(in crate::host) fn is_open(&self, found: &[Found]) -> bool {
        self.recognise(found);
        !self.suspects(found).is_empty()
    }

    /// `body` with the seal of the token's user, if that is known.
    pub(in crate::host) fn sealed(&self, body: &str) -> String {
        match &*self.own.borrow() {
            Some(own) => self.sealed_by(body, own),
            None => body.to_owned(),
        }
    }

    /// The comments with `mine` settled, and without seals. `save` stores a text in a comment and gives its new version.
    pub(in crate::host) async fn settle(
        &self,
        mut found: Vec<Found>,
        save: impl AsyncFn(&Comment, &str) -> Result<Option<u64>, HostError>,
    ) -> Result<Vec<Comment>, HostError> {
        self.recognise(&found);
        let suspects = self.suspects(&found);
        for index in suspects.iter().copied().take(TRIES) {
            let Some(suspect) = found.get_mut(index) else { continue };
            let text = self.sealed_by(unsealed(&suspect.comment.body).0, &suspect.author);
            match save(&suspect.comment, &text).await {
                Ok(version) => {
                    suspect.comment.version = version;
                    self.learn(suspect.author.clone());
                    break;
                }
                Err(error) if error.is_denied() || error.kind == HostErrorKind::NotFound => {
                    self.strangers.borrow_mut().insert(suspect.author.clone());
                }
                Err(error) => return Err(error),
            }
        }
        let own = self.own.borrow();
        if own.is_none() && suspects.len() > TRIES {
            return Err(unknown(suspects.len()));
        }
        let settled = found.into_iter().map(|Found { comment, author, .. }| {
            let mine = own.as_deref() == Some(author.as_str());
            // Where nothing is sealed, what looks like a seal is text.
            let body = if self.is_nameless() { unsealed(&comment.body).0.to_owned() } else { comment.body };
            Comment { mine, body, ..comment }
        });
        Ok(settled.collect())
    }

    /// Looks for a seal of the token.
    fn recognise(&self, found: &[Found]) {
        if self.own.borrow().is_some() {
            return;
        }
        let genuine = found.iter().find(|found| {
            let (_, seal) = unsealed(&found.comment.body);
            !found.author.is_empty() && seal.is_some_and(|seal| seal == self.seal(&found.author))
        });
        if let Some(found) = genuine {
            self.learn(found.author.clone());
        }
    }

    /// The oldest comment with a marker of each author who may be the token; those of machines first, which are less
    /// easily had.
    fn suspects(&self, found: &[Found]) -> Vec<usize> {
        if self.own.borrow().is_some() {
            return Vec::new();
        }
        let mut seen = self.strangers.borrow().clone();
        let is_new = |found: &Found| {
            Marker::read(&found.comment.body).is_some()
                && !found.author.is_empty()
                && seen.insert(found.author.clone())
        };
        let mut suspects: Vec<usize> =
            found.iter().map(is_new).enumerate().filter(|(_, new)| *new).map(|(index, _)| index).collect();
        suspects.sort_by_key(|&index| found.get(index).is_some_and(|found| found.person));
        suspects
    }

    fn sealed_by(&self, body: &str, author: &str) -> String {
        format!("{}{}{}{}", body.trim_end(), SEAL.0, self.seal(author), SEAL.1)
    }

    /// Half of SHA-256: tokens are long and random, so that it tells nothing of them.
    fn seal(&self, author: &str) -> String {
        digest(["gitops-gate author", self.token.expose(), &self.place, author])
    }
}

/// The text of a comment, and its seal if it has one.
fn unsealed(body: &str) -> (&str, Option<&str>) {
    let sealed = || {
        let line = body.trim_end().strip_suffix(SEAL.1)?;
        let (text, seal) = line.rsplit_once(SEAL.0.trim_start())?;
        let hexadecimal = seal.len() == 32 && seal.bytes().all(|byte| byte.is_ascii_hexdigit());
        hexadecimal.then_some((text.trim_end(), Some(seal)))
    };
    sealed().unwrap_or((body, None))
}

fn unknown(authors: usize) -> HostError {
    let text = format!(
        "comments of {authors} authors bear the gate's marker, and the host does not say which of them the token is"
    );
    HostError::new(HostErrorKind::Forbidden, text)
        .hint("let the token read its own account, or remove the comments that are not the gate's")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{Markup, RunNumber};

    fn identity(token: &str) -> Identity {
        Identity::new(Secret::new(token), "team/repo/7".to_owned())
    }

    fn found(id: &str, author: &str, person: bool, marked: bool) -> Found {
        let marker = Marker {
            key: "default".to_owned(),
            head: "1".repeat(40),
            run: RunNumber { run: 1, attempt: 1 },
            verdict: crate::model::Verdict::Pass,
            digest: "0".repeat(32),
            complete: true,
        };
        let body = if marked { marker.line(Markup::Plain) + "text" } else { "text".to_owned() };
        let comment = Comment { id: id.to_owned(), body, version: Some(1), ..Comment::default() };
        Found { comment, author: author.to_owned(), person }
    }

    type Settled = Result<Vec<Comment>, HostError>;

    /// The outcome, and what was tried: ids and texts.
    fn settle(identity: &Identity, found: Vec<Found>, editable: &str) -> (Settled, Vec<(String, String)>) {
        let tried = RefCell::new(Vec::new());
        let save = async |comment: &Comment, text: &str| {
            tried.borrow_mut().push((comment.id.clone(), text.to_owned()));
            if comment.id == editable {
                Ok(comment.version.map(|version| version + 1))
            } else {
                Err(HostError::new(HostErrorKind::Forbidden, "not the author"))
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let settled = runtime.block_on(identity.settle(found, save));
        (settled, tried.into_inner())
    }

    fn mine(comments: &[Comment]) -> Vec<&str> {
        comments.iter().filter(|comment| comment.mine).map(|comment| comment.id.as_str()).collect()
    }

    #[test]
    fn a_known_user_costs_no_call() {
        let identity = identity("token");
        identity.named("gate");
        let comments = vec![found("1", "mallory", true, true), found("2", "gate", true, true)];
        let (settled, tried) = settle(&identity, comments, "none");
        assert_eq!(mine(&settled.unwrap()), ["2"]);
        assert!(tried.is_empty());
    }

    #[test]
    fn without_a_marker_there_is_nothing_to_find_out() {
        let identity = identity("token");
        let comments = vec![found("1", "mallory", true, false), found("2", "gate", true, false)];
        assert!(!identity.is_open(&comments));
        let (settled, tried) = settle(&identity, comments, "2");
        assert_eq!(mine(&settled.unwrap()), Vec::<&str>::new());
        assert!(tried.is_empty());
    }

    #[test]
    fn the_comment_that_can_be_saved_shows_the_author() {
        let identity = identity("token");
        let comments = || {
            vec![
                found("1", "mallory", true, true),
                found("2", "mallory", true, true),
                found("3", "gate", false, true),
                found("4", "gate", false, true),
            ]
        };
        let (settled, tried) = settle(&identity, comments(), "3");
        let settled = settled.unwrap();
        assert_eq!(mine(&settled), ["3", "4"]);
        let versions: Vec<_> = settled.iter().map(|comment| comment.version).collect();
        assert_eq!(versions, [Some(1), Some(1), Some(2), Some(1)]);
        // The machine is tried before the person, and what was learnt is kept.
        assert_eq!(tried.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["3"]);
        assert!(settle(&identity, comments(), "3").1.is_empty());
    }

    /// A comment as another run, with the same token, has left it.
    fn sealed(token: &str) -> Found {
        let (_, tried) = settle(&identity(token), vec![found("1", "gate", true, true)], "1");
        let mut sealed = found("1", "gate", true, true);
        sealed.comment.body.clone_from(&tried[0].1);
        sealed
    }

    #[test]
    fn a_seal_shows_the_author_without_a_call() {
        let comment = sealed("token");
        assert!(!comment.comment.body.contains("token"));
        let identity = identity("token");
        assert!(!identity.is_open(std::slice::from_ref(&comment)));
        let (settled, tried) = settle(&identity, vec![comment], "none");
        let settled = settled.unwrap();
        assert_eq!(mine(&settled), ["1"]);
        assert!(tried.is_empty());
        // The seal is no part of the text.
        assert_eq!(settled[0].body, found("1", "gate", true, true).comment.body);
        assert_eq!(identity.sealed(&settled[0].body), sealed("token").comment.body);
    }

    #[test]
    fn a_seal_is_worth_nothing_in_another_place() {
        let copied = Found { author: "mallory".to_owned(), ..sealed("token") };
        let elsewhere = Identity::new(Secret::new("token"), "team/repo/8".to_owned());
        for (identity, comment) in [
            (identity("token"), copied),
            (identity("another token"), sealed("token")),
            (elsewhere, sealed("token")),
        ] {
            assert!(identity.is_open(std::slice::from_ref(&comment)));
            let (settled, tried) = settle(&identity, vec![comment], "none");
            assert_eq!(mine(&settled.unwrap()), Vec::<&str>::new());
            assert_eq!(tried.len(), 1);
        }
    }

    #[test]
    fn a_new_token_replaces_the_seal() {
        let (settled, tried) = settle(&identity("new token"), vec![sealed("old token")], "1");
        assert_eq!(mine(&settled.unwrap()), ["1"]);
        assert_eq!(tried[0].1, sealed("new token").comment.body);
    }

    #[test]
    fn where_the_host_names_the_user_what_looks_like_a_seal_is_text() {
        let identity = identity("token");
        identity.named("gate");
        let comment = sealed("token");
        let body = comment.comment.body.clone();
        assert_eq!(settle(&identity, vec![comment], "none").0.unwrap()[0].body, body);
    }

    #[test]
    fn strangers_are_tried_once() {
        let identity = identity("token");
        let comments = || vec![found("1", "mallory", true, true), found("2", "eve", true, true)];
        let (settled, tried) = settle(&identity, comments(), "none");
        assert_eq!(mine(&settled.unwrap()), Vec::<&str>::new());
        assert_eq!(tried.len(), 2);
        assert!(settle(&identity, comments(), "none").1.is_empty());
    }

    #[test]
    fn a_crowd_of_forgers_is_told_and_not_answered_with_one_more_comment() {
        let comments = (0..5).map(|at| found(&at.to_string(), &format!("user{at}"), true, true)).collect();
        let (settled, tried) = settle(&identity("token"), comments, "none");
        assert_eq!(settled.unwrap_err().kind, HostErrorKind::Forbidden);
        assert_eq!(tried.len(), TRIES);
    }

    #[test]
    fn a_failure_is_no_proof_of_anything() {
        let identity = identity("token");
        let save = async |_: &Comment, _: &str| Err(HostError::new(HostErrorKind::Unavailable, "down"));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let settled = runtime.block_on(identity.settle(vec![found("1", "gate", true, true)], save));
        assert_eq!(settled.unwrap_err().kind, HostErrorKind::Unavailable);
        assert!(identity.is_open(&[found("1", "gate", true, true)]));
    }

    #[test]
    fn nothing_of_the_token_shows() {
        assert!(!format!("{:?}", identity("s3cr3t")).contains("s3cr3t"));
    }
}
