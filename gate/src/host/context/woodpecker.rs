//! Woodpecker CI, on any forge that it knows.

use super::fact::Fact;
use super::reader::Reader;
use super::{Context, values};
use crate::host::{HostKind, RunNumber};

pub(super) fn read(reader: &mut Reader<'_>) -> Context {
    let mut context = Context {
        event: reader.variable("CI_PIPELINE_EVENT", values::line),
        host: host(reader),
        web: reader.variable("CI_REPO_URL", values::url),
        repository: reader.variable("CI_REPO", values::repository),
        head: reader.variable("CI_COMMIT_SHA", values::commit),
        run: reader
            .variable("CI_PIPELINE_NUMBER", values::number)
            .map(|run| run.map(|run| RunNumber { run, attempt: 1 })),
        run_url: reader.variable("CI_PIPELINE_URL", values::url),
        ..Context::default()
    };
    context.adopt_variables(reader, &["CI_REPO_URL", "CI_REPO_CLONE_URL"]);
    context.number = reader.variable("CI_COMMIT_PULL_REQUEST", values::number);
    if context.number.is_some() {
        context.labels = reader.variable("CI_COMMIT_PULL_REQUEST_LABELS", values::lines);
        context.draft = reader.variable("CI_COMMIT_PULL_REQUEST_DRAFT", values::boolean);
        context.base_branch = reader.variable("CI_COMMIT_TARGET_BRANCH", values::branch);
        context.head_branch = reader.variable("CI_COMMIT_SOURCE_BRANCH", values::branch);
    } else {
        context.head_branch = reader.variable("CI_COMMIT_BRANCH", values::branch);
    }
    context
}

fn host(reader: &Reader<'_>) -> Option<Fact<HostKind>> {
    const NAME: &str = "CI_FORGE_TYPE";
    let kind = match reader.raw(NAME)?.as_str() {
        "github" => HostKind::Github,
        "gitlab" => HostKind::Gitlab,
        "gitea" | "forgejo" => HostKind::Gitea,
        "bitbucket" => HostKind::BitbucketCloud,
        "bitbucket_dc" => HostKind::BitbucketDc,
        _ => return None,
    };
    Some(Fact::variable(kind, NAME))
}
