//! Any host that takes a push: the report as a Git note on the commit that was judged, in `refs/notes/gitops-gate`, which
//! `git log --notes=gitops-gate` shows. The system's `git` writes and pushes it, with the checkout's own credentials
//! (`git::GitCommand` starts it; nothing else is run). A note informs and blocks nothing.
//!
//! Runs that push at the same time take turns: whoever is refused reads the notes again and puts its own on top.

mod errors;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::time::Duration;

use super::marker::{MARKER_BYTES, Marker, digest};
use super::{HostError, HostErrorKind, Markup, Outcome, Posted, Publication, RunNumber};
use crate::git::{CommandError, Finished, GitCommand};

/// Bytes of a note; Git has no limit, readers do.
const LIMIT: usize = 512 * 1024;
/// Rounds of reading, writing and pushing, as far as the time allows.
const ROUNDS: usize = 60;
/// Who the commits of notes are by, unless the environment says.
const IDENTITY: [&str; 4] = ["-c", "user.name=gitops-gate", "-c", "user.email=gitops-gate@localhost"];

/// A commit of a clone with a remote.
#[derive(Debug, Clone)]
pub struct Target {
    /// The clone; it need not have the commit.
    pub directory: PathBuf,
    /// Name of the remote to push to: `origin`.
    pub remote: String,
    /// Full hexadecimal id of the commit that was judged as head.
    pub head: String,
    /// This run.
    pub run: RunNumber,
    /// All of posting together takes no longer than this.
    pub budget: Duration,
}

/// Puts the report of `publication` as a note on the commit of `target`, unless a newer run has put one.
///
/// # Errors
/// No such clone or remote, an id or key that is none: nothing was tried. What fails later is in the result.
pub fn post(target: &Target, publication: &Publication<'_>) -> Result<Posted, HostError> {
    let names = Names::new(&publication.key)?;
    let is_id =
        matches!(target.head.len(), 40 | 64) && target.head.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_id {
        let message = format!("`{}` is no full id of a commit", target.head);
        return Err(HostError::new(HostErrorKind::Setup, message));
    }
    let git = GitCommand::open(&target.directory, &target.remote, target.budget).map_err(errors::of_git)?;
    let text = publication.pages.comment(LIMIT - MARKER_BYTES, Markup::Html);
    let marker = Marker {
        key: publication.key.clone(),
        head: target.head.clone(),
        run: target.run,
        verdict: publication.verdict,
        digest: digest([publication.verdict.as_str(), &text]),
        complete: true,
    };
    let note = Note { git: &git, names: &names, marker, text };
    let mut posted = Posted::default();
    match note.put() {
        Ok(outcome) => {
            posted.comment = matches!(outcome, Outcome::Done | Outcome::Unchanged);
            posted.outcome = outcome;
        }
        Err(error) => posted.failures.push(("pushing the note", errors::of_command(&error))),
    }
    // A reference of this run alone; whatever stopped the run, it should not stay.
    let _ = git.ask(&["update-ref", "-d", &names.own], Vec::new());
    Ok(posted)
}

/// References of notes.
struct Names {
    /// The one that all share.
    shared: String,
    /// That of this run, in this clone only.
    own: String,
}

impl Names {
    fn new(key: &str) -> Result<Self, HostError> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if key.is_empty() || key.starts_with('-') || !key.bytes().all(is_plain) {
            return Err(HostError::new(
                HostErrorKind::Setup,
                format!("`{key}` is no key of letters, digits and `-`"),
            ));
        }
        let shared = match key {
            "default" => "refs/notes/gitops-gate".to_owned(),
            _ => format!("refs/notes/gitops-gate-{key}"),
        };
        Ok(Self { shared, own: format!("refs/notes/gate-run-{:016x}", fastrand::u64(..)) })
    }
}

struct Note<'a> {
    git: &'a GitCommand,
    names: &'a Names,
    marker: Marker,
    text: String,
}

impl Note<'_> {
    fn put(&self) -> Result<Outcome, CommandError> {
        let mut round = 1;
        loop {
            self.fetch()?;
            if let Some(last) = self.last()? {
                let same_head = last.head == self.marker.head;
                if same_head && self.marker.run.is_older_than(last.run) {
                    return Ok(Outcome::Overtaken { run: last.run });
                }
                if same_head && last.complete && last.digest == self.marker.digest {
                    return Ok(Outcome::Unchanged);
                }
            }
            self.write()?;
            match self.push() {
                Ok(()) => return Ok(Outcome::Done),
                Err(CommandError::Refused { said }) if round < ROUNDS && errors::is_race(&said) => {}
                Err(error) => return Err(error),
            }
            // Out of step with the others, for longer when there are many.
            let pause = Duration::from_millis(fastrand::u64(5..40 * round.min(10) as u64));
            std::thread::sleep(pause.min(self.git.remaining()));
            round += 1;
        }
    }

    /// The notes of the remote as the reference of this run; none, if it has none.
    fn fetch(&self) -> Result<(), CommandError> {
        let refspec = format!("+{}:{}", self.names.shared, self.names.own);
        let options = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"];
        // In a whole clone, a fetch to a depth would cut the history.
        let depth: &[&str] = if self.git.is_shallow() { &["--depth=1"] } else { &[] };
        let place = [self.git.remote(), refspec.as_str()];
        match self.git.run(&[&options, depth, &place].concat(), Vec::new()) {
            Err(CommandError::Refused { said }) if said.contains("couldn't find remote ref") => {
                self.git.run(&["update-ref", "-d", &self.names.own], Vec::new()).map(|_| ())
            }
            done => done.map(|_| ()),
        }
    }

    /// What the last run left on this commit.
    fn last(&self) -> Result<Option<Marker>, CommandError> {
        let shown = self.notes(&["show", &self.marker.head], Vec::new())?;
        let text = String::from_utf8_lossy(&shown.stdout);
        Ok(shown.success().then(|| Marker::read(&text)).flatten().filter(|last| last.key == self.marker.key))
    }

    fn write(&self) -> Result<(), CommandError> {
        let body = self.marker.line(Markup::Html) + &self.text;
        let written = self.notes(&["add", "--force", "--file=-", &self.marker.head], body.into_bytes())?;
        match written.success() {
            true => Ok(()),
            false => {
                Err(CommandError::Refused { said: crate::text::clean_line(&written.stderr).into_owned() })
            }
        }
    }

    fn notes(&self, arguments: &[&str], input: Vec<u8>) -> Result<Finished, CommandError> {
        let notes = format!("--ref={}", self.names.own);
        self.git.ask(&[&IDENTITY[..], &["notes", &notes], arguments].concat(), input)
    }

    /// Never by force: what another run has pushed meanwhile would be lost.
    fn push(&self) -> Result<(), CommandError> {
        let refspec = format!("{}:{}", self.names.own, self.names.shared);
        let options = ["push", "--quiet", "--no-verify", "--no-follow-tags", "--no-recurse-submodules"];
        self.git.run(&[&options[..], &[self.git.remote(), &refspec]].concat(), Vec::new()).map(|_| ())
    }
}
