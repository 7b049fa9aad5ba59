//! GitHub Actions, on github.com, GHE.com and GitHub Enterprise Server.

use super::fact::Fact;
use super::reader::Reader;
use super::{Context, actions};
use crate::host::{HostKind, RunNumber};

pub(super) fn read(reader: &mut Reader<'_>) -> Context {
    let mut context = actions::read(reader);
    context.host = Some(Fact::variable(HostKind::Github, "GITHUB_ACTIONS"));
    if let (None, Some(page), Some(run)) = (&context.run_url, &context.web, &context.run) {
        let RunNumber { run, attempt } = run.value;
        let url = format!("{}/actions/runs/{run}/attempts/{attempt}", page.value);
        context.run_url = Some(Fact::variable(url, "GITHUB_RUN_ID"));
    }
    context
}
