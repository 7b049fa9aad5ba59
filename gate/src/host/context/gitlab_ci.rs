//! GitLab CI/CD: merge request pipelines (of the head, of the merged result, of a merge train), branch pipelines, and
//! pipelines for pull requests of GitHub.

use super::fact::Fact;
use super::reader::Reader;
use super::{Context, Merge, values};
use crate::host::{HostKind, RunNumber};

pub(super) fn read(reader: &mut Reader<'_>) -> Context {
    let mut context = Context {
        event: reader.variable("CI_PIPELINE_SOURCE", values::line),
        host: Some(Fact::variable(HostKind::Gitlab, "GITLAB_CI")),
        api: reader.variable("CI_API_V4_URL", values::url),
        web: reader.variable("CI_PROJECT_URL", values::url),
        repository: reader.variable("CI_PROJECT_PATH", values::repository),
        run: run(reader),
        run_url: reader
            .variable("CI_JOB_URL", values::url)
            .or_else(|| reader.variable("CI_PIPELINE_URL", values::url)),
        pipeline: reader.variable("CI_PIPELINE_ID", values::number),
        ..Context::default()
    };
    if reader.raw("CI_MERGE_REQUEST_IID").is_some() {
        merge_request(reader, &mut context);
    } else if reader.raw("CI_EXTERNAL_PULL_REQUEST_IID").is_some() {
        external(reader, &mut context);
    } else {
        branch(reader, &mut context);
    }
    context
}

/// Pipelines are numbered over the whole instance, forks included; a job that is run again gets a greater id.
fn run(reader: &Reader<'_>) -> Option<Fact<RunNumber>> {
    let pipeline = reader.variable("CI_PIPELINE_ID", values::number)?;
    match reader.variable("CI_JOB_ID", values::number) {
        Some(job) => {
            let number = RunNumber { run: pipeline.value, attempt: job.value };
            Some(Fact::variable(number, "CI_PIPELINE_ID and CI_JOB_ID"))
        }
        None => Some(pipeline.map(|run| RunNumber { run, attempt: 1 })),
    }
}

fn merge_request(reader: &Reader<'_>, context: &mut Context) {
    context.number = reader.variable("CI_MERGE_REQUEST_IID", values::number);
    if let Some(project) = reader.variable("CI_MERGE_REQUEST_PROJECT_PATH", values::repository) {
        context.repository = Some(project);
        context.web = reader.variable("CI_MERGE_REQUEST_PROJECT_URL", values::url);
    }
    context.title = reader.variable("CI_MERGE_REQUEST_TITLE", values::line);
    context.labels = reader.variable("CI_MERGE_REQUEST_LABELS", values::lines);
    context.draft = reader.variable("CI_MERGE_REQUEST_DRAFT", values::boolean);
    context.base_branch = reader.variable("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", values::branch);
    context.head_branch = reader.variable("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", values::branch);
    source_project(reader, context);
    let kind = reader.variable("CI_MERGE_REQUEST_EVENT_TYPE", values::line);
    match kind.as_ref().map_or("", |kind| kind.value.as_str()) {
        "merged_result" => merged(reader, context),
        "merge_train" => {
            merged(reader, context);
            context.queue = kind.map(|kind| kind.map(|_| true));
        }
        _ => {
            context.head = reader.variable("CI_COMMIT_SHA", values::commit);
            context.base = reader.variable("CI_MERGE_REQUEST_DIFF_BASE_SHA", values::commit);
        }
    }
}

/// CI_COMMIT_SHA is the merge of the two branches that GitLab made for the pipeline.
fn merged(reader: &Reader<'_>, context: &mut Context) {
    context.head = reader.variable("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", values::commit);
    context.base = reader.variable("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", values::commit);
    let base = context.base.as_ref().map(|base| base.value.clone());
    let commit = reader.variable("CI_COMMIT_SHA", values::commit);
    context.merge = commit.map(|commit| commit.map(|commit| Merge { commit, base }));
}

fn source_project(reader: &Reader<'_>, context: &mut Context) {
    let source = reader.variable("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", values::number);
    let target = reader.variable("CI_MERGE_REQUEST_PROJECT_ID", values::number);
    if let (Some(source), Some(target)) = (source, target) {
        let other = source.value != target.value;
        context.fork = Some(source.clone().map(|_| other));
        context.source_project = other.then_some(source);
    }
}

/// A pull request of GitHub whose repository GitLab mirrors for its CI.
fn external(reader: &Reader<'_>, context: &mut Context) {
    context.number = reader.variable("CI_EXTERNAL_PULL_REQUEST_IID", values::number);
    context.host = Some(Fact::variable(HostKind::Github, "CI_EXTERNAL_PULL_REQUEST_IID"));
    (context.api, context.web, context.pipeline) = (None, None, None);
    context.repository = reader.variable("CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY", values::repository);
    let source = reader.variable("CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY", values::repository);
    if let (Some(source), Some(target)) = (source, &context.repository) {
        let other = source.value != target.value;
        context.fork = Some(source.map(|_| other));
    }
    context.base_branch = reader.variable("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME", values::branch);
    context.base = reader.variable("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA", values::commit);
    context.head_branch = reader.variable("CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME", values::branch);
    context.head = reader.variable("CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA", values::commit);
}

fn branch(reader: &Reader<'_>, context: &mut Context) {
    context.head = reader.variable("CI_COMMIT_SHA", values::commit);
    context.head_branch = reader.variable("CI_COMMIT_BRANCH", values::branch);
    let default = reader.variable("CI_DEFAULT_BRANCH", values::branch);
    let branch = context.head_branch.as_ref().map(|branch| &branch.value);
    if branch.is_some() && branch == default.as_ref().map(|branch| &branch.value) {
        context.base = reader.variable("CI_COMMIT_BEFORE_SHA", values::commit);
    } else {
        open_merge_request(reader, context);
    }
}

/// `group/project!333,group/other!11`: which merge requests the branch is the source of.
fn open_merge_request(reader: &Reader<'_>, context: &mut Context) {
    const NAME: &str = "CI_OPEN_MERGE_REQUESTS";
    let Some(text) = reader.raw(NAME) else { return };
    let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let [one] = parts.as_slice() else {
        let count = parts.len();
        return reader.problem(format!(
            "{NAME} names {count} merge requests: which one is meant is not known; use merge request pipelines, \
             or name it with --pr or GATE_PR"
        ));
    };
    let (project, number) = one.rsplit_once('!').unwrap_or(("", *one));
    let source = || super::Source::Variable(NAME.into());
    let project = reader.checked(project, source(), values::repository);
    let number = reader.checked(number, source(), values::number);
    if let (Some(project), Some(number)) = (project, number) {
        let other = context.repository.as_ref().is_some_and(|own| own.value != project.value);
        if other {
            context.fork = Some(project.clone().map(|_| true));
            context.source_project = reader.variable("CI_PROJECT_ID", values::number);
            (context.repository, context.web) = (Some(project), None);
        }
        context.number = Some(number);
    }
}
