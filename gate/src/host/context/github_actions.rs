//! GitHub Actions, on github.com, GHE.com and GitHub Enterprise Server.

use super::fact::Fact;
use super::reader::Reader;
use super::{Context, actions, values};
use crate::host::HostKind;

pub(super) fn read(reader: &mut Reader<'_>) -> Context {
    let mut context = actions::read(reader);
    context.host = Some(Fact::variable(HostKind::Github, "GITHUB_ACTIONS"));
    if let (None, Some(page), Some(id)) =
        (&context.run_url, &context.web, reader.variable("GITHUB_RUN_ID", values::number))
    {
        let attempt = context.run.as_ref().map_or(1, |run| run.value.attempt);
        let url = format!("{}/actions/runs/{}/attempts/{attempt}", page.value, id.value);
        context.run_url = Some(Fact { value: url, source: id.source });
    }
    context
}
