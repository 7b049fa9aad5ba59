//! What people say themselves: a flag beats its `GATE_*` variable, and that beats the CI. A mistake here is an error,
//! for whoever made it is there to mend it.

use super::Context;
use super::fact::{Fact, Source};
use super::reader::Reader;
use super::values::{self, Parse};
use crate::host::{HostError, HostErrorKind, HostKind};

/// The flags, as they were given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--host`
    pub host: Option<String>,
    /// `--api-url`
    pub api_url: Option<String>,
    /// `--repository`
    pub repository: Option<String>,
    /// `--pr`
    pub pr: Option<String>,
    /// `--run`
    pub run: Option<String>,
    /// `--token-variable`
    pub token_variable: Option<String>,
}

/// The facts that were given, none of them from the CI.
struct Given {
    host: Option<Fact<HostKind>>,
    api: Option<Fact<String>>,
    repository: Option<Fact<String>>,
    number: Option<Fact<u64>>,
    head: Option<Fact<String>>,
    base: Option<Fact<String>>,
    base_branch: Option<Fact<String>>,
}

impl Overrides {
    /// Puts what was given in the place of what the CI says, and takes out what the CI says of something else: of
    /// another host, another repository or another pull request.
    pub(super) fn apply(&self, reader: &Reader<'_>, context: &mut Context) -> Result<(), HostError> {
        let given = self.read(reader)?;
        if differs(given.host.as_ref(), context.host.as_ref()) {
            (context.api, context.web, context.repository) = (None, None, None);
            (context.pipeline, context.source_project, context.local_proxy) = (None, None, None);
            forget_pull_request(context);
        }
        if differs(given.repository.as_ref(), context.repository.as_ref()) {
            context.web = None;
            forget_pull_request(context);
        }
        if differs(given.number.as_ref(), context.number.as_ref()) {
            forget_pull_request(context);
        }
        if given.head.is_some() || given.base.is_some() || given.base_branch.is_some() {
            context.merge = None;
        }
        if given.base_branch.is_some() {
            context.base = None;
        }
        put(&mut context.host, given.host);
        put(&mut context.api, given.api);
        put(&mut context.repository, given.repository);
        put(&mut context.number, given.number);
        put(&mut context.head, given.head);
        put(&mut context.base, given.base);
        put(&mut context.base_branch, given.base_branch);
        self.rest(reader, context)
    }

    /// The host, which also tells how the URLs of a CI are to be read.
    pub(super) fn host(&self, reader: &Reader<'_>) -> Result<Option<Fact<HostKind>>, HostError> {
        one(reader, flag("--host", &self.host), "GATE_HOST", values::host)
    }

    fn read(&self, reader: &Reader<'_>) -> Result<Given, HostError> {
        let base = one(reader, None, "GATE_BASE", |text| match values::short_commit(text) {
            Ok(Some(commit)) => Ok(Some((Some(commit), None))),
            _ => Ok(values::branch(text)?.map(|branch| (None, Some(branch)))),
        })?;
        let (base, of_base) = match base {
            Some(Fact { value: (commit, branch), source }) => {
                let fact = |value| Fact { value, source: source.clone() };
                (commit.map(fact), branch.map(|value| Fact { value, source }))
            }
            None => (None, None),
        };
        Ok(Given {
            host: self.host(reader)?,
            api: one(reader, flag("--api-url", &self.api_url), "GATE_API_URL", values::url)?,
            repository: one(
                reader,
                flag("--repository", &self.repository),
                "GATE_REPOSITORY",
                values::repository,
            )?,
            number: one(reader, flag("--pr", &self.pr), "GATE_PR", values::number)?,
            head: one(reader, None, "GATE_HEAD", values::commit)?,
            base,
            base_branch: of_base.or(one(reader, None, "GATE_BASE_BRANCH", values::branch)?),
        })
    }

    fn rest(&self, reader: &Reader<'_>, context: &mut Context) -> Result<(), HostError> {
        put(&mut context.run, one(reader, flag("--run", &self.run), "GATE_RUN", values::run)?);
        put(&mut context.run_url, one(reader, None, "GATE_RUN_URL", values::url)?);
        put(&mut context.head_branch, one(reader, None, "GATE_HEAD_BRANCH", values::branch)?);
        put(&mut context.title, one(reader, None, "GATE_TITLE", values::line)?);
        put(&mut context.author, one(reader, None, "GATE_AUTHOR", values::line)?);
        put(&mut context.labels, one(reader, None, "GATE_LABELS", values::lines)?);
        put(&mut context.approvers, one(reader, None, "GATE_APPROVERS", values::lines)?);
        put(&mut context.fork, one(reader, None, "GATE_FORK", values::boolean)?);
        Ok(())
    }
}

pub(super) fn flag<'a>(name: &'static str, value: &'a Option<String>) -> Option<(&'static str, &'a str)> {
    value.as_deref().map(|value| (name, value))
}

/// The value of a flag, or else of a variable.
pub(super) fn one<T>(
    reader: &Reader<'_>,
    flag: Option<(&'static str, &str)>,
    variable: &'static str,
    parse: Parse<T>,
) -> Result<Option<Fact<T>>, HostError> {
    let (text, source) = match flag {
        Some((name, text)) => (text.trim().to_owned(), Source::Flag(name)),
        None => match reader.raw(variable) {
            Some(text) => (text, Source::Variable(variable.into())),
            None => return Ok(None),
        },
    };
    match parse(&text) {
        Ok(value) => Ok(value.map(|value| Fact { value, source })),
        Err(reason) => {
            // Who writes the token itself where its name belongs must not find it in the log.
            let secret = variable == super::token::NAME_VARIABLE;
            let shown = if secret { String::new() } else { format!(": `{}`", values::shown(&text)) };
            let message = format!("{source} cannot be used: {reason}{shown}");
            let hint = format!("mend {source}, or leave it out to take what the CI says");
            Err(HostError::new(HostErrorKind::Setup, message).hint(hint))
        }
    }
}

fn put<T>(place: &mut Option<Fact<T>>, given: Option<Fact<T>>) {
    if given.is_some() {
        *place = given;
    }
}

/// True if both are there and not the same.
fn differs<T: PartialEq>(given: Option<&Fact<T>>, known: Option<&Fact<T>>) -> bool {
    given.zip(known).is_some_and(|(given, known)| given.value != known.value)
}

/// Takes out all that is said of a pull request which is not the one that is meant.
fn forget_pull_request(context: &mut Context) {
    *context = Context {
        ci: context.ci.take(),
        event: context.event.take(),
        host: context.host.take(),
        api: context.api.take(),
        web: context.web.take(),
        repository: context.repository.take(),
        run: context.run.take(),
        run_url: context.run_url.take(),
        pipeline: context.pipeline.take(),
        local_proxy: context.local_proxy.take(),
        problems: std::mem::take(&mut context.problems),
        ..Context::default()
    };
}
