//! The events of GitHub Actions, which Gitea and Forgejo Actions share: what the event file says of the pull request,
//! and what the variables say where the file is of no use.

use super::fact::{Fact, Source};
use super::reader::Reader;
use super::values;
use super::{Context, Merge};
use crate::host::RunNumber;

/// Reads everything that both kinds of Actions have: repository, run, pull request.
pub(super) fn read(reader: &mut Reader<'_>) -> Context {
    reader.open_event("GITHUB_EVENT_PATH");
    let mut context = Context {
        event: reader.variable("GITHUB_EVENT_NAME", values::line),
        repository: reader.variable("GITHUB_REPOSITORY", values::repository),
        api: reader.variable("GITHUB_API_URL", values::url),
        run: run(reader),
        ..Context::default()
    };
    let server = reader.variable("GITHUB_SERVER_URL", values::url);
    if let (Some(server), Some(repository)) = (server, &context.repository) {
        let page = format!("{}/{}", server.value, repository.value);
        context.web = Some(Fact::variable(page, "GITHUB_SERVER_URL and GITHUB_REPOSITORY"));
    }
    let event = context.event.as_ref().map_or(String::new(), |event| event.value.clone());
    match event.as_str() {
        name if name.starts_with("pull_request") => pull_request(reader, &mut context, name),
        "merge_group" => merge_group(reader, &mut context),
        "push" => push(reader, &mut context),
        "workflow_run" => workflow_run(reader, &mut context),
        "issue_comment" => issue_comment(reader, &mut context),
        _ => commit_alone(reader, &mut context),
    }
    context
}

/// The id of the run, which grows over all workflows of a host; its number counts those of one workflow only, and two
/// workflows may have the same gate.
fn run(reader: &Reader<'_>) -> Option<Fact<RunNumber>> {
    let run = reader.variable("GITHUB_RUN_ID", values::number)?;
    match reader.variable("GITHUB_RUN_ATTEMPT", values::number) {
        Some(attempt) => {
            let number = RunNumber { run: run.value, attempt: attempt.value };
            Some(Fact::variable(number, "GITHUB_RUN_ID and GITHUB_RUN_ATTEMPT"))
        }
        None => Some(run.map(|run| RunNumber { run, attempt: 1 })),
    }
}

fn pull_request(reader: &Reader<'_>, context: &mut Context, event: &str) {
    context.number = reader
        .field("pull_request.number", values::number)
        .or_else(|| reader.field("number", values::number))
        .or_else(|| number_of_reference(reader));
    context.title = reader.field("pull_request.title", values::line);
    context.author = reader.field("pull_request.user.login", values::line);
    context.labels = reader.names("pull_request.labels", "name");
    context.draft = reader.field("pull_request.draft", values::boolean);
    context.base = reader.field("pull_request.base.sha", values::commit);
    context.base_branch = reader
        .field("pull_request.base.ref", values::branch)
        .or_else(|| reader.variable("GITHUB_BASE_REF", values::branch));
    context.head = reader.field("pull_request.head.sha", values::commit);
    context.head_branch = reader
        .field("pull_request.head.ref", values::branch)
        .or_else(|| reader.variable("GITHUB_HEAD_REF", values::branch));
    context.fork = fork(reader, "pull_request.head.repo.full_name", "pull_request.base.repo.full_name");
    context.approvers = approver(reader, context);
    // In `pull_request_target`, GITHUB_SHA is a commit of the target branch.
    if event != "pull_request_target" {
        checked_out(reader, context);
    }
}

/// GITHUB_SHA is what GITHUB_REF names: GitHub's test merge, or with Gitea the head itself.
fn checked_out(reader: &Reader<'_>, context: &mut Context) {
    let Some(reference) = reader.raw("GITHUB_REF") else { return };
    let Some(commit) = reader.variable("GITHUB_SHA", values::commit) else { return };
    if context.head.as_ref().is_some_and(|head| head.value == commit.value) {
        return;
    }
    if reference.starts_with("refs/pull/") && reference.ends_with("/merge") {
        context.merge = Some(commit.map(|commit| Merge { commit, base: None }));
    } else if reference.starts_with("refs/pull/") && reference.ends_with("/head") && context.head.is_none() {
        context.head = Some(commit);
    }
}

/// `refs/pull/7/merge`
fn number_of_reference(reader: &Reader<'_>) -> Option<Fact<u64>> {
    let reference = reader.raw("GITHUB_REF")?;
    let number = reference.strip_prefix("refs/pull/")?.split('/').next()?;
    reader.checked(number, Source::Variable("GITHUB_REF".into()), values::number)
}

/// None where the event does not name both repositories. A fork that was deleted has no name any more.
fn fork(reader: &Reader<'_>, head: &'static str, base: &'static str) -> Option<Fact<bool>> {
    let base = reader.field(base, values::line)?;
    let same = match reader.field(head, values::line) {
        Some(head) => head.value.eq_ignore_ascii_case(&base.value),
        None if reader.has("pull_request.head") => false,
        None => return None,
    };
    Some(Fact { value: !same, source: Source::Event(head) })
}

/// Who gave the review that started this run, if it approves the very head.
fn approver(reader: &Reader<'_>, context: &Context) -> Option<Fact<Vec<String>>> {
    let state = reader.field("review.state", values::line)?;
    let commit = reader.field("review.commit_id", values::commit)?;
    let login = reader.field("review.user.login", values::line)?;
    let own = context.author.as_ref().is_none_or(|author| author.value == login.value);
    let head = context.head.as_ref().is_some_and(|head| head.value == commit.value);
    (state.value.eq_ignore_ascii_case("approved") && head && !own).then(|| login.map(|login| vec![login]))
}

fn merge_group(reader: &Reader<'_>, context: &mut Context) {
    context.queue = context.event.clone().map(|event| event.map(|_| true));
    context.base = reader.field("merge_group.base_sha", values::commit);
    context.base_branch = reader.field("merge_group.base_ref", values::branch);
    context.head = reader
        .field("merge_group.head_sha", values::commit)
        .or_else(|| reader.variable("GITHUB_SHA", values::commit));
    context.head_branch = reader.field("merge_group.head_ref", values::branch);
    // gh-readonly-queue/main/pr-7-COMMIT: the last pull request of the group.
    context.number = context.head_branch.clone().and_then(|branch| {
        branch.and_then(|name| {
            let (number, _) = name.rsplit_once("/pr-")?.1.split_once('-')?;
            values::number(number).ok()?
        })
    });
}

fn push(reader: &Reader<'_>, context: &mut Context) {
    commit_alone(reader, context);
    let default = reader.field("repository.default_branch", values::branch);
    let pushed = context.head_branch.as_ref().map(|branch| &branch.value);
    // A push to another branch is one step of a change: what it starts from is where the branch left its target.
    if pushed.is_some() && pushed == default.as_ref().map(|branch| &branch.value) {
        context.base = reader.field("before", values::commit);
    }
}

fn commit_alone(reader: &Reader<'_>, context: &mut Context) {
    context.head = reader.variable("GITHUB_SHA", values::commit);
    if reader.raw("GITHUB_REF").is_some_and(|reference| reference.starts_with("refs/heads/")) {
        context.head_branch = reader.variable("GITHUB_REF", values::branch);
    }
}

/// The privileged half of two workflows: everything is said of the run that it follows.
fn workflow_run(reader: &Reader<'_>, context: &mut Context) {
    context.head = reader.field("workflow_run.head_sha", values::commit);
    context.head_branch = reader.field("workflow_run.head_branch", values::branch);
    context.run_url = reader.field("workflow_run.html_url", values::url);
    context.fork =
        fork(reader, "workflow_run.head_repository.full_name", "workflow_run.repository.full_name");
    if let Some(run) = reader.field("workflow_run.run_number", values::number) {
        let attempt = reader.field("workflow_run.run_attempt", values::number);
        let attempt = attempt.map_or(1, |attempt| attempt.value);
        context.run = Some(run.map(|run| RunNumber { run, attempt }));
    }
    let followed = reader.at("workflow_run.event").and_then(|event| event.as_str());
    if followed.is_some_and(|event| event.starts_with("pull_request")) {
        pull_request_of_run(reader, context);
    }
}

fn pull_request_of_run(reader: &Reader<'_>, context: &mut Context) {
    const PATH: &str = "workflow_run.pull_requests";
    let listed = reader.at(PATH).and_then(|list| list.as_array()).map_or(&[][..], Vec::as_slice);
    let [one] = listed else {
        let count = listed.len();
        return reader.problem(format!(
            "{PATH} of the event file lists {count} pull requests, not one (none is usual for a fork): \
             name the pull request with --pr or GATE_PR"
        ));
    };
    let at = |path: &str| path.split('.').try_fold(one, |value, name| value.get(name));
    context.number = at("number").and_then(|value| reader.value(value, PATH, values::number));
    context.base = at("base.sha").and_then(|value| reader.value(value, PATH, values::commit));
    context.base_branch = at("base.ref").and_then(|value| reader.value(value, PATH, values::branch));
}

fn issue_comment(reader: &Reader<'_>, context: &mut Context) {
    if !reader.has("issue.pull_request") {
        return;
    }
    context.number = reader.field("issue.number", values::number);
    context.title = reader.field("issue.title", values::line);
    context.author = reader.field("issue.user.login", values::line);
    context.labels = reader.names("issue.labels", "name");
    context.draft = reader.field("issue.draft", values::boolean);
}
