//! Gitea Actions and Forgejo Actions. Their runners set GitHub's variables with the values of their own server.

use super::fact::Fact;
use super::reader::Reader;
use super::{Context, actions, values};
use crate::host::HostKind;

pub(super) fn read(reader: &mut Reader<'_>) -> Context {
    let mut context = actions::read(reader);
    let marker = if reader.is("FORGEJO_ACTIONS", "true") { "FORGEJO_ACTIONS" } else { "GITEA_ACTIONS" };
    context.host = Some(Fact::variable(HostKind::Gitea, marker));
    if let (Some(page), Some(run)) = (&context.web, reader.variable("GITHUB_RUN_NUMBER", values::number)) {
        // Pages of runs are numbered within the repository.
        let url = format!("{}/actions/runs/{}", page.value, run.value);
        context.run_url = Some(Fact::variable(url, "GITHUB_SERVER_URL and GITHUB_RUN_NUMBER"));
    }
    context
}
