//! One command at a Gerrit server: asks nothing, knows the server's key or gives up, ends in time.

use std::path::Path;
use std::time::{Duration, Instant};

use super::super::{HostError, HostErrorKind};
use super::Target;
use crate::git::{Finished, Program, ProgramError};

/// Exit code of `ssh` when the connection failed.
const NO_CONNECTION: i32 = 255;
/// Parts of messages of `ssh` and of Gerrit, and what they mean.
const KNOWN: [(&str, HostErrorKind); 12] = [
    ("Host key verification failed", HostErrorKind::Setup),
    ("host key is known", HostErrorKind::Setup),
    ("Permission denied", HostErrorKind::Unauthorized),
    ("Too many authentication failures", HostErrorKind::Unauthorized),
    ("is restricted", HostErrorKind::Forbidden),
    ("not permitted", HostErrorKind::Forbidden),
    ("not authorized", HostErrorKind::Forbidden),
    ("no such change", HostErrorKind::NotFound),
    ("no such patch set", HostErrorKind::NotFound),
    ("is not a configured label", HostErrorKind::Setup),
    ("is not a valid value", HostErrorKind::Setup),
    ("change is closed", HostErrorKind::Conflict),
];

/// The way to one server.
#[derive(Debug)]
pub(super) struct Ssh {
    program: std::ffi::OsString,
    options: Vec<String>,
    deadline: Instant,
}

impl Ssh {
    /// Checks what goes to the command line.
    pub(super) fn new(target: &Target) -> Result<Self, HostError> {
        let host_byte = |byte: u8| byte.is_ascii_alphanumeric() || b".-:_".contains(&byte);
        let user_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte);
        plain("host", &target.host, host_byte)?;
        let mut options: Vec<String> = ["-T", "-p", &target.port.to_string()].map(str::to_owned).to_vec();
        let seconds = target.budget.as_secs().clamp(1, 20);
        for option in
            ["BatchMode=yes", "StrictHostKeyChecking=yes", "ForwardAgent=no", "ClearAllForwardings=yes"]
        {
            options.extend(["-o".to_owned(), option.to_owned()]);
        }
        options.extend(["-o".to_owned(), format!("ConnectTimeout={seconds}")]);
        if let Some(file) = &target.known_hosts {
            options.extend(["-o".to_owned(), format!("UserKnownHostsFile={}", quoted(file)?)]);
        }
        if let Some(user) = &target.user {
            plain("user", user, user_byte)?;
            options.extend(["-l".to_owned(), user.clone()]);
        }
        options.extend(["--".to_owned(), target.host.clone()]);
        Ok(Self { program: target.ssh.clone(), options, deadline: Instant::now() + target.budget })
    }

    /// Runs `words` at the server, which joins them with spaces and takes them apart again: they must need no quotes.
    pub(super) fn run(&self, words: &[&str], input: Vec<u8>) -> Result<Finished, HostError> {
        let program = Program::new(&self.program).args(&self.options).args(words).input(input);
        let left: Duration = self.deadline.saturating_duration_since(Instant::now());
        let what = words.get(..2).unwrap_or(words).join(" ");
        let finished = program.variable("LC_ALL", "C").run(left).map_err(|error| failed(&what, &error))?;
        match finished.code {
            Some(0) => Ok(finished),
            code => Err(refused(&what, code, &finished.stderr)),
        }
    }
}

fn plain(what: &str, word: &str, good: impl Fn(u8) -> bool) -> Result<(), HostError> {
    match word.is_empty() || word.starts_with('-') || !word.bytes().all(good) {
        true => Err(HostError::new(HostErrorKind::Setup, format!("`{word}` is no {what} for ssh"))),
        false => Ok(()),
    }
}

/// A path as a value of ssh's configuration, which knows quotes and takes `%` for a placeholder.
fn quoted(path: &Path) -> Result<String, HostError> {
    match path.to_str() {
        Some(text) if !text.contains(['"', '\n', '\\']) => Ok(format!("\"{}\"", text.replace('%', "%%"))),
        _ => Err(HostError::new(
            HostErrorKind::Setup,
            "the file of known hosts has a path that ssh cannot be told",
        )),
    }
}

fn failed(what: &str, error: &ProgramError) -> HostError {
    match error {
        ProgramError::TimedOut { .. } => {
            let mut error = HostError::new(HostErrorKind::Unavailable, format!("{what}: {error}"));
            error.ambiguous = true;
            error
        }
        _ => HostError::new(HostErrorKind::Setup, format!("{what}: {error}")),
    }
}

fn refused(what: &str, code: Option<i32>, stderr: &str) -> HostError {
    let known = KNOWN.iter().find(|(part, _)| stderr.contains(part)).map(|(_, kind)| *kind);
    let lost = code.is_none() || code == Some(NO_CONNECTION);
    let kind = known.unwrap_or(if lost { HostErrorKind::Unavailable } else { HostErrorKind::Refused });
    let said = stderr.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ");
    let mut error = HostError::new(kind, format!("{what}: {said}"));
    error.ambiguous = lost && known.is_none();
    match kind {
        HostErrorKind::Unauthorized => error.hint("give the account of the gate a key that Gerrit knows"),
        HostErrorKind::Forbidden => {
            error.hint("let the account of the gate vote on the label, from -1 to +1")
        }
        HostErrorKind::Setup if stderr.contains("ost key") => error.hint(
            "put the server's key into a file of known hosts: `ssh-keyscan -p 29418 HOST`, then compare it",
        ),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_words_reach_the_command_line() {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b".-:_".contains(&byte);
        for word in ["review.example.com", "10.0.0.1", "2001:db8::1"] {
            assert!(plain("host", word, good).is_ok(), "{word}");
        }
        for word in ["", "-oProxyCommand=x", "a b", "a;b", "user@host", "$(x)", "a\nb"] {
            assert!(plain("host", word, good).is_err(), "{word}");
        }
        assert_eq!(quoted(Path::new("/a b/100%")).as_deref(), Ok("\"/a b/100%%\""));
        assert!(quoted(Path::new("/a\"b")).is_err());
    }

    #[test]
    fn errors_say_whose_fault_it_is() {
        for (code, stderr, kind, ambiguous) in [
            (255, "git@h: Permission denied (publickey).", HostErrorKind::Unauthorized, false),
            (255, "Host key verification failed.", HostErrorKind::Setup, false),
            (255, "ssh: connect to host h port 29418: Connection refused", HostErrorKind::Unavailable, true),
            (1, "error: Applying label \"Verified\": -1 is restricted", HostErrorKind::Forbidden, false),
            (1, "fatal: \"12,3\" no such change", HostErrorKind::NotFound, false),
            (1, "error: file x not found in revision 12,3", HostErrorKind::Refused, false),
        ] {
            let error = refused("gerrit review", Some(code), stderr);
            assert_eq!((error.kind, error.ambiguous), (kind, ambiguous), "{stderr}");
        }
    }
}
