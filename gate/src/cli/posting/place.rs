//! Where an answer goes: the API of a host, a note in Git, or a vote in Gerrit.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cli::args::HostArgs;
use crate::cli::surroundings::variable;
use crate::host::{
    self, Context, Fact, HostError, HostErrorKind, Posted, Publication, RunNumber, Source, Target,
};
use crate::host::{gerrit, notes};

/// Gerrit's own port for SSH.
const GERRIT_PORT: u16 = 29418;

/// One place, with all that is needed to write there.
pub(in crate::cli) enum Place {
    Host(Box<Target>),
    Notes(notes::Target),
    Gerrit(Box<gerrit::Target>),
}

impl Place {
    /// The place that the arguments and the CI name. `judged`: the commit that the report is about.
    pub(in crate::cli) fn new(
        args: &HostArgs,
        context: &Context,
        directory: Option<&Path>,
        judged: Option<&str>,
    ) -> Result<Self, HostError> {
        let budget = Duration::from_secs(args.post_budget);
        let run = context.run.as_ref().map_or(RunNumber::default(), |run| run.value);
        let head = || {
            let known = context.head.as_ref().map(|head| head.value.clone());
            known
                .or_else(|| judged.map(str::to_owned))
                .ok_or_else(|| missing("the commit to be marked is not known", "GATE_HEAD"))
        };
        if let Some(remote) = &args.notes {
            let directory = directory.map_or_else(|| PathBuf::from("."), Path::to_owned);
            let remote = remote.clone();
            return Ok(Self::Notes(notes::Target { directory, remote, head: head()?, run, budget }));
        }
        if let Some(server) = &args.gerrit {
            let (change, patch_set) = patch_set(args)?;
            let (user, host, port) = server_of(server)?;
            return Ok(Self::Gerrit(Box::new(gerrit::Target {
                ssh: "ssh".into(),
                host,
                port,
                user,
                known_hosts: args.gerrit_known_hosts.clone(),
                change,
                patch_set,
                head: head()?,
                label: args.gerrit_label.clone(),
                run,
                budget,
            })));
        }
        if context.head.is_some() {
            return Ok(Self::Host(Box::new(context.target(&variable, budget)?)));
        }
        let source = Source::Reference("the commit that was judged".to_owned());
        let head = judged.map(|judged| Fact { value: judged.to_owned(), source });
        Ok(Self::Host(Box::new(Context { head, ..context.clone() }.target(&variable, budget)?)))
    }

    /// The commit that is marked.
    pub(in crate::cli) fn head(&self) -> &str {
        match self {
            Self::Host(target) => &target.head,
            Self::Notes(target) => &target.head,
            Self::Gerrit(target) => &target.head,
        }
    }

    /// Page of the run in the CI.
    pub(in crate::cli) fn run_url(&self) -> Option<&str> {
        match self {
            Self::Host(target) => target.run_url.as_deref(),
            Self::Notes(_) | Self::Gerrit(_) => None,
        }
    }

    pub(in crate::cli) fn post(&self, publication: &Publication<'_>) -> Result<Posted, HostError> {
        match self {
            Self::Host(target) => host::post(target, publication),
            Self::Notes(target) => notes::post(target, publication),
            Self::Gerrit(target) => gerrit::post(target, publication),
        }
    }

    /// `GitHub, pull request 7 of owner/name`.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Host(target) => {
                let (host, of) = (target.kind.title(), &target.repository);
                match target.number {
                    Some(number) => format!("{host}, pull request {number} of {of}"),
                    None => format!("{host}, commit {} of {of}", target.head),
                }
            }
            Self::Notes(target) => format!("the Git note on {} at {}", target.head, target.remote),
            Self::Gerrit(target) => {
                format!("Gerrit, change {} patch set {} at {}", target.change, target.patch_set, target.host)
            }
        }
    }
}

fn missing(what: &str, how: &str) -> HostError {
    HostError::new(HostErrorKind::Setup, what).hint(format!("give it with {how}"))
}

/// `CHANGE,PATCHSET` of the flag, else what Gerrit's trigger sets in a CI.
fn patch_set(args: &HostArgs) -> Result<(u64, u32), HostError> {
    let given = args.gerrit_change.clone().or_else(|| {
        Some(format!("{},{}", variable("GERRIT_CHANGE_NUMBER")?, variable("GERRIT_PATCHSET_NUMBER")?))
    });
    let given =
        given.ok_or_else(|| missing("the Gerrit change is not known", "--gerrit-change CHANGE,PATCHSET"))?;
    let numbers = given
        .split_once(',')
        .and_then(|(change, patch_set)| Some((change.trim().parse().ok()?, patch_set.trim().parse().ok()?)));
    numbers.ok_or_else(|| {
        let what = format!("`{given}` is no change and patch set of Gerrit");
        missing(&what, "two numbers, such as --gerrit-change 4711,2")
    })
}

/// `[USER@]HOST[:PORT]`.
fn server_of(server: &str) -> Result<(Option<String>, String, u16), HostError> {
    let (user, rest) = match server.rsplit_once('@') {
        Some((user, rest)) => (Some(user.to_owned()), rest),
        None => (None, server),
    };
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()),
        None => (rest, Some(GERRIT_PORT)),
    };
    match port.filter(|_| !host.is_empty()) {
        Some(port) => Ok((user, host.to_owned(), port)),
        None => Err(missing(&format!("`{server}` is no server"), "--gerrit [USER@]HOST[:PORT]")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read_with_and_without_user_and_port() {
        let server = |text| server_of(text).ok();
        assert_eq!(server("h"), Some((None, "h".to_owned(), 29418)));
        assert_eq!(server("u@h:22"), Some((Some("u".to_owned()), "h".to_owned(), 22)));
        assert_eq!(server("u@h:x"), None);
        assert_eq!(server("u@"), None);
    }
}
