//! From what is known to where an answer is put; an error says which fact is missing and how to give it.

use std::time::Duration;

use super::fact::Fact;
use super::token::{TokenKind, candidates};
use super::{Context, Token};
use crate::host::{HostError, HostErrorKind, HostKind, Secret, Target};

impl Context {
    /// Where to post to. `variable` looks the token up.
    ///
    /// # Errors
    /// `Setup` if a fact is missing, `Unauthorized` if there is no token.
    pub fn target(
        &self,
        variable: &dyn Fn(&str) -> Option<String>,
        budget: Duration,
    ) -> Result<Target, HostError> {
        let host = wanted(self.host.as_ref(), "which Git host the repository is at", "--host or GATE_HOST")?;
        let hint = "--api-url or GATE_API_URL";
        let api = wanted(self.api.as_ref(), "where the API of the host is", hint)?.trim_end_matches('/');
        let hint = "--repository or GATE_REPOSITORY";
        let repository = wanted(self.repository.as_ref(), "the repository's path at the host", hint)?;
        let head = wanted(self.head.as_ref(), "the commit to be marked", "GATE_HEAD")?;
        let token = self.secret(*host, variable)?;
        Ok(Target {
            kind: *host,
            api: api.to_owned(),
            repository: repository.clone(),
            number: self.number_to_post(),
            head: head.clone(),
            pipeline: value(self.pipeline.as_ref()),
            source_project: value(self.source_project.as_ref()),
            from_fork: value(self.fork.as_ref()),
            token,
            user: self.user.as_ref().map(|user| user.value.clone()),
            acts_as: self.acts_as(),
            run: value(self.run.as_ref()).unwrap_or_default(),
            run_url: self.run_url.as_ref().map(|url| url.value.clone()),
            local_proxy: self.local_proxy.as_ref().map(|url| url.value.clone()),
            budget,
        })
    }

    /// What stands in the way of posting, one line for each thing; empty if it could work.
    pub fn obstacles(&self) -> Vec<String> {
        let mut obstacles = Vec::new();
        let mut need = |known: bool, what: &str, how: &str| {
            if !known {
                obstacles.push(format!("{what} is not known: give it with {how}"));
            }
        };
        need(self.host.is_some(), "the Git host", "--host or GATE_HOST");
        need(self.api.is_some(), "the API's URL", "--api-url or GATE_API_URL");
        need(self.repository.is_some(), "the repository", "--repository or GATE_REPOSITORY");
        need(self.head.is_some(), "the head commit", "GATE_HEAD");
        if let Some(host) = &self.host {
            obstacles.extend(self.token_obstacle(host.value));
        }
        obstacles
    }

    fn token_obstacle(&self, host: HostKind) -> Option<String> {
        match &self.token {
            Some(Token { kind: TokenKind::Job, variable, .. }) => Some(format!(
                "{variable} may read and not write: set GITLAB_TOKEN to a project access token with the scope `api`"
            )),
            Some(Token { set: true, .. }) => None,
            Some(Token { variable, .. }) => Some(format!("{variable} is not set")),
            None if self.needs_no_token(host) => None,
            None => Some(format!("there is no token: set {}", names(host))),
        }
    }

    /// AWS finds its credentials itself, and the proxy of Bitbucket Pipelines adds its own.
    fn needs_no_token(&self, host: HostKind) -> bool {
        host == HostKind::CodeCommit || self.local_proxy.is_some()
    }

    /// In GitHub's merge queue the commit is marked, and no pull request: it stands for several, and its commit is
    /// the head of none.
    fn number_to_post(&self) -> Option<u64> {
        let queue =
            self.queue.is_some() && self.host.as_ref().is_some_and(|host| host.value == HostKind::Github);
        if queue { None } else { value(self.number.as_ref()) }
    }

    /// The login that the token acts as, where no question is needed.
    fn acts_as(&self) -> Option<String> {
        let actions = self.token.as_ref().is_some_and(|token| token.kind == TokenKind::Actions);
        actions.then(|| "github-actions[bot]".to_owned())
    }

    fn secret(
        &self,
        host: HostKind,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Option<Secret>, HostError> {
        let name = self.token.as_ref().map(|token| token.variable.as_str());
        let text = name.and_then(variable).filter(|text| !text.trim().is_empty());
        match (text, name) {
            (Some(text), _) => Ok(Some(Secret::new(text))),
            (None, None) if self.needs_no_token(host) => Ok(None),
            (None, name) => {
                let message = match name {
                    Some(name) => format!("there is no token for {}: {name} is not set", host.title()),
                    None => format!("there is no token for {}", host.title()),
                };
                let hint =
                    format!("set {} in the job; on pull requests from forks a CI gives none", names(host));
                Err(HostError::new(HostErrorKind::Unauthorized, message).hint(hint))
            }
        }
    }
}

fn names(host: HostKind) -> String {
    let mut names = vec!["GATE_TOKEN"];
    names.extend(candidates(host).iter().filter(|name| **name != "CI_JOB_TOKEN"));
    names.join(" or ")
}

fn value<T: Copy>(fact: Option<&Fact<T>>) -> Option<T> {
    fact.map(|fact| fact.value)
}

fn wanted<'a, T>(fact: Option<&'a Fact<T>>, what: &str, how: &str) -> Result<&'a T, HostError> {
    fact.map(|fact| &fact.value).ok_or_else(|| {
        HostError::new(HostErrorKind::Setup, format!("not known: {what}"))
            .hint(format!("give it with {how}; `gate context` shows what is known and from where"))
    })
}
