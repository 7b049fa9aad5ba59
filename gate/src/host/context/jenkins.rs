//! Jenkins: multibranch projects of any host, and the plugins that came before them (GitHub Pull Request Builder,
//! GitLab).

use super::fact::{Fact, Source};
use super::reader::Reader;
use super::{Context, values};
use crate::host::{HostKind, RunNumber};

pub(super) fn read(reader: &mut Reader<'_>) -> Context {
    let mut context = Context {
        run: reader
            .variable("BUILD_NUMBER", values::number)
            .map(|run| run.map(|run| RunNumber { run, attempt: 1 })),
        run_url: reader.variable("BUILD_URL", values::url),
        ..Context::default()
    };
    if reader.raw("CHANGE_ID").is_some() {
        multibranch(reader, &mut context);
    } else if reader.raw("ghprbPullId").is_some() {
        pull_request_builder(reader, &mut context);
    } else if reader.raw("gitlabMergeRequestIid").is_some() {
        gitlab_plugin(reader, &mut context);
    } else {
        context.head = reader.variable("GIT_COMMIT", values::commit);
        context.head_branch = reader
            .variable("BRANCH_NAME", values::branch)
            .or_else(|| reader.variable("GIT_LOCAL_BRANCH", values::branch));
    }
    context.adopt_variables(reader, &["GIT_URL"]);
    context
}

fn multibranch(reader: &Reader<'_>, context: &mut Context) {
    context.event = Some(Fact::variable("change request".to_owned(), "CHANGE_ID"));
    context.number = reader.variable("CHANGE_ID", values::number);
    context.adopt_variables(reader, &["CHANGE_URL"]);
    context.title = reader.variable("CHANGE_TITLE", values::line);
    context.author = reader.variable("CHANGE_AUTHOR", values::line);
    context.base_branch = reader.variable("CHANGE_TARGET", values::branch);
    context.head_branch = reader.variable("CHANGE_BRANCH", values::branch);
    // Whoever says the branch also says the fork, if there is one.
    let name = if reader.raw("CHANGE_FORK").is_some() { "CHANGE_FORK" } else { "CHANGE_BRANCH" };
    context.fork = reader.raw(name).map(|_| Fact::variable(name == "CHANGE_FORK", name));
    context.head = head(reader);
}

/// Jenkins fetches the head of the change as `origin/PR-7`, by the name of the job; GIT_COMMIT is that head or a merge
/// that Jenkins made of it, which no host knows.
fn head(reader: &Reader<'_>) -> Option<Fact<String>> {
    let job = reader.raw("BRANCH_NAME");
    let fetched = job.filter(|job| job.starts_with("PR-") || job.starts_with("MR-")).and_then(|job| {
        let name = format!("refs/remotes/origin/{}", values::branch(&job).ok()??);
        let commit = (reader.surroundings().reference)(&name)?;
        reader.checked(&commit, Source::Reference(name), values::commit)
    });
    fetched.or_else(|| {
        let built = reader.variable("GIT_COMMIT", values::commit)?;
        reader.problem(
            "GIT_COMMIT is taken for the head of the change: if Jenkins merges the target branch before it \
             builds, that is not so, and GATE_HEAD has to name the head",
        );
        Some(built)
    })
}

/// <https://plugins.jenkins.io/ghprb>
fn pull_request_builder(reader: &Reader<'_>, context: &mut Context) {
    context.host = Some(Fact::variable(HostKind::Github, "ghprbPullId"));
    context.number = reader.variable("ghprbPullId", values::number);
    context.repository = reader.variable("ghprbGhRepository", values::repository);
    context.adopt_variables(reader, &["ghprbPullLink"]);
    context.title = reader.variable("ghprbPullTitle", values::line);
    context.author = reader.variable("ghprbPullAuthorLogin", values::line);
    context.base_branch = reader.variable("ghprbTargetBranch", values::branch);
    context.head_branch = reader.variable("ghprbSourceBranch", values::branch);
    context.head = reader.variable("ghprbActualCommit", values::commit);
    let source = super::forge::link(reader, "ghprbAuthorRepoGitUrl", Some(HostKind::Github));
    if let (Some(source), Some(target)) = (source, &context.repository) {
        let other = !source.value.repository.eq_ignore_ascii_case(&target.value);
        context.fork = Some(source.map(|_| other));
    }
}

/// <https://plugins.jenkins.io/gitlab-plugin>
fn gitlab_plugin(reader: &Reader<'_>, context: &mut Context) {
    context.host = Some(Fact::variable(HostKind::Gitlab, "gitlabMergeRequestIid"));
    context.event = reader.variable("gitlabActionType", values::line);
    context.number = reader.variable("gitlabMergeRequestIid", values::number);
    context.adopt_variables(reader, &["gitlabTargetRepoHttpUrl"]);
    context.title = reader.variable("gitlabMergeRequestTitle", values::line);
    context.base_branch = reader.variable("gitlabTargetBranch", values::branch);
    context.head_branch = reader.variable("gitlabSourceBranch", values::branch);
    context.head = reader.variable("gitlabMergeRequestLastCommit", values::commit);
    let source = super::forge::link(reader, "gitlabSourceRepoHttpUrl", Some(HostKind::Gitlab));
    if let (Some(source), Some(target)) = (source, &context.repository) {
        let other = source.value.repository != target.value;
        context.fork = Some(source.map(|_| other));
    }
}
