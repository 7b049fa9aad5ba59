//! Which variable holds the token. Its value is looked at only as far as it says what kind of token it is, and never
//! kept here.

use super::fact::{Fact, Source};
use super::overrides::{Overrides, flag, one};
use super::reader::Reader;
use super::{Ci, Context, values};
use crate::host::{HostError, HostKind};

/// The variable that names the variable.
pub(super) const NAME_VARIABLE: &str = "GATE_TOKEN_VARIABLE";

/// How tokens of the known hosts begin; no variable is called that.
const TOKEN_PREFIXES: [&str; 9] =
    ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat", "glcbt", "ATCTT"];

/// A variable with a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its name.
    pub variable: String,
    /// It is set.
    pub set: bool,
    /// What it holds.
    pub kind: TokenKind,
}

/// What kind of token it is, as far as that can be told without asking the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Anything else.
    Plain,
    /// The token that GitHub Actions makes for a job: it acts as `github-actions[bot]`.
    Actions,
    /// The token that GitLab makes for a job: it may read merge requests and write nothing.
    Job,
}

/// The variables that are looked at for a host, in this order; the first that is set is taken.
pub(super) fn candidates(host: HostKind) -> &'static [&'static str] {
    match host {
        HostKind::Github => &["GITHUB_TOKEN", "GH_TOKEN"],
        HostKind::Gitlab => &["GITLAB_TOKEN", "CI_JOB_TOKEN"],
        HostKind::Azure => &["SYSTEM_ACCESSTOKEN", "AZURE_DEVOPS_EXT_PAT"],
        HostKind::BitbucketCloud => &["BITBUCKET_ACCESS_TOKEN", "BITBUCKET_TOKEN", "ATLASSIAN_API_TOKEN"],
        HostKind::BitbucketDc => &["BITBUCKET_TOKEN"],
        HostKind::CodeCommit => &[],
        HostKind::Gitea => &["GITEA_TOKEN", "FORGEJO_TOKEN"],
    }
}

/// Finds the variable: the one that is named, else `GATE_TOKEN`, else the host's own. `ci_host` is the host that the
/// CI itself belongs to: its job tokens are of use there and nowhere else.
pub(super) fn find(
    reader: &Reader<'_>,
    overrides: &Overrides,
    ci_host: Option<HostKind>,
    context: &mut Context,
) -> Result<(), HostError> {
    let named = flag("--token-variable", &overrides.token_variable);
    let named = one(reader, named, NAME_VARIABLE, name)?;
    let host = context.host.as_ref().map(|host| host.value);
    let variable = match named {
        Some(named) => Some(named.value),
        None if reader.raw("GATE_TOKEN").is_some() => Some("GATE_TOKEN".to_owned()),
        None => host.and_then(|host| of_host(reader, host, ci_host, context)),
    };
    context.user = one(reader, None, "GATE_USER", values::line)?;
    let Some(variable) = variable else { return Ok(()) };
    let value = reader.raw(&variable);
    let kind = value.as_deref().map_or(TokenKind::Plain, |value| kind(&variable, value, host, context));
    if context.user.is_none() {
        context.user = user(reader, &variable, kind);
    }
    context.token = Some(Token { set: value.is_some(), variable, kind });
    Ok(())
}

/// The name of an environment variable, and not a token.
fn name(text: &str) -> Result<Option<String>, &'static str> {
    if TOKEN_PREFIXES.iter().any(|prefix| text.starts_with(prefix)) || text.len() > 60 {
        return Err("it looks like a token, and the name of the variable that holds it is wanted");
    }
    values::variable_name(text)
}

fn of_host(
    reader: &Reader<'_>,
    host: HostKind,
    ci_host: Option<HostKind>,
    context: &Context,
) -> Option<String> {
    let ci = context.ci.as_ref().map(|ci| ci.value);
    let mut names = candidates(host).to_vec();
    if ci == Some(Ci::GiteaActions) && host == HostKind::Gitea {
        names.push("GITHUB_TOKEN");
    }
    if ci_host != Some(host) {
        names.retain(|name| !matches!(*name, "CI_JOB_TOKEN" | "SYSTEM_ACCESSTOKEN"));
    }
    names.into_iter().find(|name| reader.raw(name).is_some()).map(str::to_owned)
}

fn kind(variable: &str, value: &str, host: Option<HostKind>, context: &Context) -> TokenKind {
    let ci = context.ci.as_ref().map(|ci| ci.value);
    let personal = ["ghp_", "gho_", "ghu_", "github_pat_"].iter().any(|prefix| value.starts_with(prefix));
    match (ci, host, variable) {
        (Some(Ci::GithubActions), Some(HostKind::Github), "GITHUB_TOKEN" | "GH_TOKEN") if !personal => {
            TokenKind::Actions
        }
        (_, Some(HostKind::Gitlab), "CI_JOB_TOKEN") => TokenKind::Job,
        _ => TokenKind::Plain,
    }
}

fn user(reader: &Reader<'_>, variable: &str, kind: TokenKind) -> Option<Fact<String>> {
    match (variable, kind) {
        ("ATLASSIAN_API_TOKEN", _) => reader.variable("ATLASSIAN_ACCOUNT_EMAIL", values::line),
        // The name that GitLab itself gives to the user of a job token.
        (_, TokenKind::Job) => Some(Fact {
            value: "gitlab-ci-token".to_owned(),
            source: Source::Variable(variable.to_owned().into()),
        }),
        _ => None,
    }
}
