//! Drone CI, on any host that it knows; it does not say which, so the repository's URL has to.

use super::reader::Reader;
use super::{Context, values};
use crate::host::RunNumber;

pub(super) fn read(reader: &mut Reader<'_>) -> Context {
    let mut context = Context {
        event: reader.variable("DRONE_BUILD_EVENT", values::line),
        repository: None,
        head: ["DRONE_COMMIT_SHA", "DRONE_COMMIT"]
            .into_iter()
            .find_map(|name| reader.variable(name, values::commit)),
        run: reader
            .variable("DRONE_BUILD_NUMBER", values::number)
            .map(|run| run.map(|run| RunNumber { run, attempt: 1 })),
        run_url: reader.variable("DRONE_BUILD_LINK", values::url),
        ..Context::default()
    };
    context.adopt_variables(reader, &["DRONE_REPO_LINK", "DRONE_GIT_HTTP_URL", "DRONE_REMOTE_URL"]);
    if context.repository.is_none() {
        context.repository = reader.variable("DRONE_REPO", values::repository);
    }
    context.number = reader.variable("DRONE_PULL_REQUEST", values::number);
    if context.number.is_some() {
        context.title = reader.variable("DRONE_PULL_REQUEST_TITLE", values::line);
        context.base_branch = reader.variable("DRONE_TARGET_BRANCH", values::branch);
        context.head_branch = reader.variable("DRONE_SOURCE_BRANCH", values::branch);
        return context;
    }
    context.head_branch = reader.variable("DRONE_BRANCH", values::branch);
    let default = reader.variable("DRONE_REPO_BRANCH", values::branch);
    let branch = context.head_branch.as_ref().map(|branch| &branch.value);
    if branch.is_some() && branch == default.as_ref().map(|branch| &branch.value) {
        context.base = reader.variable("DRONE_COMMIT_BEFORE", values::commit);
    }
    context
}
