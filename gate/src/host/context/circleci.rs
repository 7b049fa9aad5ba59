//! CircleCI. Which pull request a branch belongs to is known for some of its integrations only; the others hand
//! `pipeline.event…` values on as `GATE_*` variables.

use super::fact::Fact;
use super::link::Link;
use super::reader::Reader;
use super::{Context, values};
use crate::host::RunNumber;

pub(super) fn read(reader: &mut Reader<'_>) -> Context {
    let mut context = Context {
        head: reader.variable("CIRCLE_SHA1", values::commit),
        head_branch: branch(reader),
        run: reader
            .variable("CIRCLE_BUILD_NUM", values::number)
            .map(|run| run.map(|run| RunNumber { run, attempt: 1 })),
        run_url: reader.variable("CIRCLE_BUILD_URL", values::url),
        ..Context::default()
    };
    match pull_requests(reader).as_slice() {
        [] => {}
        [one] => context.adopt(one.clone()),
        several => reader.problem(format!(
            "CIRCLE_PULL_REQUESTS names {} pull requests: which one is meant is not known; name it with --pr or GATE_PR",
            several.len()
        )),
    }
    if let Some(number) = reader.variable("CIRCLE_PR_NUMBER", values::number) {
        context.number = Some(number);
        context.author = reader.variable("CIRCLE_PR_USERNAME", values::line);
        // These variables are there for forks only.
        context.fork = Some(Fact::variable(true, "CIRCLE_PR_NUMBER"));
    } else if let (Some(number), Some(_)) = (&context.number, &context.head_branch) {
        context.fork = Some(number.clone().map(|_| false));
    }
    context.adopt_variables(reader, &["CIRCLE_REPOSITORY_URL"]);
    context
}

fn pull_requests(reader: &Reader<'_>) -> Vec<Fact<Link>> {
    for name in ["CIRCLE_PULL_REQUESTS", "CIRCLE_PULL_REQUEST"] {
        let text = reader.raw(name).unwrap_or_default();
        let links = text.split(',').filter_map(|url| Link::parse(url.trim(), None));
        let links: Vec<_> = links.filter(|link| link.number.is_some()).collect();
        if !links.is_empty() {
            return links.into_iter().map(|link| Fact::variable(link, name)).collect();
        }
    }
    Vec::new()
}

/// Builds of a fork's pull request have `pull/7` in the place of a branch.
fn branch(reader: &Reader<'_>) -> Option<Fact<String>> {
    if reader.raw("CIRCLE_BRANCH")?.starts_with("pull/") {
        return None;
    }
    reader.variable("CIRCLE_BRANCH", values::branch)
}
