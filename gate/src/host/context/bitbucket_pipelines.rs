//! Bitbucket Pipelines, of Bitbucket Cloud. (Data Center has no CI of its own.)

use super::fact::{Fact, Source};
use super::reader::Reader;
use super::{Context, values};
use crate::host::{HostKind, RunNumber};

const MARKER: &str = "BITBUCKET_BUILD_NUMBER";

pub(super) fn read(reader: &mut Reader<'_>) -> Context {
    let repository = repository(reader);
    let web = repository.clone().map(|path| path.map(|path| format!("https://bitbucket.org/{path}")));
    let build = reader.variable(MARKER, values::number);
    let run_url = web.as_ref().zip(build.clone());
    let number = reader.variable("BITBUCKET_PR_ID", values::number);
    let mut context = Context {
        host: Some(Fact::variable(HostKind::BitbucketCloud, MARKER)),
        api: Some(Fact::variable("https://api.bitbucket.org/2.0".to_owned(), MARKER)),
        run_url: run_url
            .map(|(web, build)| build.map(|build| format!("{}/pipelines/results/{build}", web.value))),
        web,
        repository,
        run: build.map(|build| build.map(|run| RunNumber { run, attempt: attempt(reader) })),
        head: reader.variable("BITBUCKET_COMMIT", values::commit),
        head_branch: reader.variable("BITBUCKET_BRANCH", values::branch),
        local_proxy: Some(Fact::variable("http://localhost:29418".to_owned(), MARKER)),
        ..Context::default()
    };
    if number.is_some() {
        context.base_branch = reader.variable("BITBUCKET_PR_DESTINATION_BRANCH", values::branch);
        // Twelve digits of it.
        context.base = reader.variable("BITBUCKET_PR_DESTINATION_COMMIT", values::short_commit);
        context.number = number;
        // Bitbucket runs pipelines only for pull requests from within the repository.
        context.fork = Some(Fact::variable(false, "BITBUCKET_PR_ID"));
    }
    context
}

fn attempt(reader: &Reader<'_>) -> u64 {
    reader.variable("BITBUCKET_STEP_RUN_NUMBER", values::number).map_or(1, |attempt| attempt.value)
}

fn repository(reader: &Reader<'_>) -> Option<Fact<String>> {
    reader.variable("BITBUCKET_REPO_FULL_NAME", values::repository).or_else(|| {
        let workspace = reader.raw("BITBUCKET_WORKSPACE")?;
        let slug = reader.raw("BITBUCKET_REPO_SLUG")?;
        let source = Source::Variable("BITBUCKET_WORKSPACE and BITBUCKET_REPO_SLUG".into());
        reader.checked(&format!("{workspace}/{slug}"), source, values::repository)
    })
}
