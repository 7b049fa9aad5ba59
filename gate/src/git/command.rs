//! The system's `git`, for what needs the network: it has the credentials that a checkout has configured. Nothing of the
//! repository runs with it: no hook, no monitor, no filter, and no remote of a protocol that is a command (`ext::`).

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gix::remote::Direction;

use super::error::GitError;
use super::mask::told;
use super::process::{Finished, Program, ProgramError};
use super::repo::Repo;

/// Settings that hold for every call.
const SETTINGS: [&str; 9] = [
    "protocol.ext.allow=never",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "fetch.writeCommitGraph=false",
    "submodule.recurse=false",
    "credential.interactive=false",
    // A bare repository inside of a checkout may have been put there by whoever wrote the commit.
    "safe.bareRepository=explicit",
];
/// Variables of a hook or of a wrapping call that would make `git` look elsewhere.
const ELSEWHERE: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
];
/// Asks nothing, and gives up on a host that does not answer.
const SSH: &str = "ssh -o BatchMode=yes -o ConnectTimeout=20";

/// `git` in one repository with one remote, for a limited time.
#[derive(Debug)]
pub struct GitCommand {
    place: Place,
    remote: String,
    /// The remote is a directory of this machine, by the user's configuration.
    is_local: bool,
    /// The user has chosen how to call ssh.
    has_ssh: bool,
    is_shallow: bool,
    deadline: Instant,
    budget: Duration,
}

/// How `git` finds the repository.
#[derive(Debug)]
enum Place {
    /// By its own search, which refuses a repository of another owner.
    Search(PathBuf),
    /// The caller's environment names it.
    Given(PathBuf),
}

/// Why a call of `git` did not do what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each variant's message says what its fields are")]
pub enum CommandError {
    #[error(transparent)]
    Program(#[from] ProgramError),
    #[error("{said}")]
    Refused { said: String },
    #[error("`{word}` is nothing to hand to git")]
    Unsafe { word: String },
}

impl GitCommand {
    /// For the repository of `directory` (or the one that `GIT_DIR` names) and `remote`, the name of a configured one.
    ///
    /// # Errors
    /// No repository there; no such remote.
    pub fn open(directory: &Path, remote: &str, budget: Duration) -> Result<Self, GitError> {
        let repo = Repo::discover(directory)?;
        match repo.has_remote(remote) {
            true => Ok(repo.command(remote, budget)),
            false => Err(GitError::NoRemote { remote: remote.to_owned() }),
        }
    }

    /// The name of the remote.
    pub fn remote(&self) -> &str {
        &self.remote
    }

    /// True if the history of the clone was cut when it was opened.
    pub fn is_shallow(&self) -> bool {
        self.is_shallow
    }

    /// Time that is left.
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Runs `git` with `arguments`, each of which the caller has made or checked, and `input`.
    ///
    /// # Errors
    /// It cannot be started, takes too long, or ends with another exit code than 0.
    pub fn run(&self, arguments: &[&str], input: Vec<u8>) -> Result<Finished, CommandError> {
        let finished = self.ask(arguments, input)?;
        match finished.success() {
            true => Ok(finished),
            false => Err(CommandError::Refused { said: told(&finished.stderr) }),
        }
    }

    /// As [`GitCommand::run`], whatever the exit code.
    ///
    /// # Errors
    /// It cannot be started or takes too long.
    pub fn ask(&self, arguments: &[&str], input: Vec<u8>) -> Result<Finished, CommandError> {
        let local = if self.is_local { "protocol.file.allow=always" } else { "protocol.file.allow=never" };
        let mut program = match &self.place {
            Place::Search(directory) => Program::new("git").args(["-C".as_ref(), directory.as_os_str()]),
            Place::Given(git_dir) => Program::new("git").args(["--git-dir".as_ref(), git_dir.as_os_str()]),
        };
        for setting in SETTINGS.into_iter().chain([local]) {
            program = program.args(["-c", setting]);
        }
        for name in ELSEWHERE {
            program = program.without(name);
        }
        for name in tracing() {
            program = program.without(name);
        }
        if !self.has_ssh {
            program = program.variable("GIT_SSH_COMMAND", SSH);
        }
        program = program.variable("GIT_TERMINAL_PROMPT", "0").variable("GCM_INTERACTIVE", "never");
        program = program.variable("LC_ALL", "C").variable("LANGUAGE", "C");
        match program.args(arguments).input(input).run(self.remaining()) {
            // What was asked for is the time of all calls together.
            Err(ProgramError::TimedOut { program, .. }) => {
                Err(ProgramError::TimedOut { program, seconds: self.budget.as_secs() }.into())
            }
            done => Ok(done?),
        }
    }
}

impl Repo {
    /// `git` in this repository; `remote` is configured.
    pub(super) fn command(&self, remote: &str, budget: Duration) -> GitCommand {
        let place = match &self.environment.git_dir {
            Some(git_dir) => Place::Given(git_dir.clone()),
            None => Place::Search(self.directory.clone()),
        };
        let local = self.gix.to_thread_local();
        GitCommand {
            place,
            remote: remote.to_owned(),
            is_local: is_local(&local, remote),
            has_ssh: local.config_snapshot().string("core.sshCommand").is_some() || chooses_ssh(),
            is_shallow: self.is_shallow(),
            deadline: Instant::now() + budget,
            budget,
        }
    }

    pub(super) fn has_remote(&self, name: &str) -> bool {
        is_plain(name) && self.gix.to_thread_local().try_find_remote(name).is_some_and(|found| found.is_ok())
    }

    /// The remote that missing commits come from: the branch's own, else `origin`, else the only one.
    pub(super) fn fetch_remote(&self) -> Option<String> {
        let local = self.gix.to_thread_local();
        let name = local.remote_default_name(Direction::Fetch)?;
        let branch = local.head_name().ok().flatten();
        let of_branch = branch.and_then(|branch| {
            let name = local.branch_remote_name(branch.shorten(), Direction::Fetch)?;
            Some(name.as_bstr().to_string())
        });
        let names = of_branch.into_iter().chain([name.to_string()]);
        names.into_iter().find(|name| self.has_remote(name))
    }

    /// The remote that has promised the objects that a partial clone leaves out.
    pub(super) fn promisor(&self) -> Option<String> {
        let local = self.gix.to_thread_local();
        let config = local.config_snapshot();
        let mut remotes = config.plumbing().sections_by_name("remote")?;
        let promised = remotes.find_map(|remote| {
            let promises = remote.value("promisor").is_some_and(|value| value.as_slice() == b"true");
            promises.then(|| remote.header().subsection_name().map(ToString::to_string))?
        })?;
        self.has_remote(&promised).then_some(promised)
    }
}

/// Any of its addresses is a directory, after the user's own rewriting.
fn is_local(repo: &gix::Repository, remote: &str) -> bool {
    let Some(found) = repo.try_find_remote(remote).and_then(Result::ok) else { return false };
    let mut urls = found.urls(Direction::Fetch).chain(found.urls(Direction::Push));
    urls.any(|url| url.scheme == gix::url::Scheme::File)
}

/// Can be no option and no address.
fn is_plain(name: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/+".contains(&byte);
    !name.is_empty() && !name.starts_with(['-', '.', '/']) && name.bytes().all(good)
}

fn chooses_ssh() -> bool {
    ["GIT_SSH_COMMAND", "GIT_SSH"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Variables that make `git` write about its work, with headers, where its errors are read.
fn tracing() -> impl Iterator<Item = std::ffi::OsString> {
    let traces = |name: &std::ffi::OsString| {
        let name = name.to_string_lossy();
        name.starts_with("GIT_TRACE") || name == "GIT_CURL_VERBOSE"
    };
    std::env::vars_os().map(|(name, _)| name).filter(traces)
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn a_remote_is_a_plain_name() {
        for good in ["origin", "up-stream", "team/fork.1"] {
            assert!(is_plain(good), "{good}");
        }
        for bad in ["", "-o", "--upload-pack=x", "ext::sh -c x", "https://h/x", "../x", "/x", "a b", "a;b"] {
            assert!(!is_plain(bad), "{bad}");
        }
    }
}
