//! AWS CodeBuild: builds that a webhook of GitHub, GitLab or Bitbucket starts, and builds of a CodeCommit pull request
//! that an EventBridge rule starts, which hands the fields of its event on as variables of the same names.

use super::fact::{Fact, Source};
use super::reader::Reader;
use super::{Context, Merge, values};
use crate::host::{HostKind, RunNumber};

pub(super) fn read(reader: &mut Reader<'_>) -> Context {
    let mut context = Context {
        event: reader.variable("CODEBUILD_WEBHOOK_EVENT", values::line),
        run: reader
            .variable("CODEBUILD_BUILD_NUMBER", values::number)
            .map(|run| run.map(|run| RunNumber { run, attempt: 1 })),
        run_url: reader.variable("CODEBUILD_PUBLIC_BUILD_URL", values::url),
        ..Context::default()
    };
    context.adopt_variables(reader, &["CODEBUILD_SOURCE_REPO_URL"]);
    if reader.raw("pullRequestId").is_some() {
        codecommit(reader, &mut context);
    } else {
        webhook(reader, &mut context);
    }
    context
}

fn webhook(reader: &Reader<'_>, context: &mut Context) {
    context.number = number(reader);
    let resolved = reader.variable("CODEBUILD_RESOLVED_SOURCE_VERSION", values::commit);
    let version = reader.raw("CODEBUILD_SOURCE_VERSION").unwrap_or_default();
    if version.split('^').next().is_some_and(|name| name.ends_with("/merge")) {
        context.merge = resolved.map(|commit| commit.map(|commit| Merge { commit, base: None }));
    } else {
        context.head = resolved;
    }
    if reader.raw("CODEBUILD_WEBHOOK_HEAD_REF").is_some_and(|name| name.starts_with("refs/heads/")) {
        context.head_branch = reader.variable("CODEBUILD_WEBHOOK_HEAD_REF", values::branch);
    }
    if context.number.is_some() {
        context.base_branch = reader.variable("CODEBUILD_WEBHOOK_BASE_REF", values::branch);
    }
}

/// `pr/7` in one variable or the other; a build that is started anew may only have `refs/pull/7/head^{COMMIT}`.
fn number(reader: &Reader<'_>) -> Option<Fact<u64>> {
    ["CODEBUILD_WEBHOOK_TRIGGER", "CODEBUILD_SOURCE_VERSION"].into_iter().find_map(|name| {
        let text = reader.raw(name)?;
        let rest = text.strip_prefix("pr/").or_else(|| text.strip_prefix("refs/pull/"))?;
        let number = rest.split('/').next()?;
        reader.checked(number, Source::Variable(name.into()), values::number)
    })
}

/// The fields of the event `CodeCommit Pull Request State Change`.
fn codecommit(reader: &Reader<'_>, context: &mut Context) {
    context.event = reader.variable("event", values::line);
    context.number = reader.variable("pullRequestId", values::number);
    context.base = reader.variable("destinationCommit", values::commit);
    context.base_branch = reader.variable("destinationReference", values::branch);
    context.head = reader.variable("sourceCommit", values::commit);
    context.head_branch = reader.variable("sourceReference", values::branch);
    context.title = reader.variable("title", values::line);
    if context.host.is_none() {
        context.host = Some(Fact::variable(HostKind::CodeCommit, "pullRequestId"));
    }
    if context.repository.is_none() {
        context.repository = reader.variable("repositoryName", values::repository);
    }
    // Every pull request of CodeCommit is between two branches of one repository.
    context.fork = Some(Fact::variable(false, "pullRequestId"));
}
