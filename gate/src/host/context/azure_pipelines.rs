//! Azure Pipelines, for repositories of Azure Repos, GitHub and Bitbucket Cloud.

use super::fact::{Fact, Source};
use super::link::Link;
use super::reader::Reader;
use super::url::join;
use super::{Context, Merge, forge, values};
use crate::host::{HostKind, RunNumber};

pub(super) fn read(reader: &mut Reader<'_>) -> Context {
    let mut context = Context {
        event: reader.variable("BUILD_REASON", values::line),
        run: run(reader),
        run_url: run_url(reader),
        ..Context::default()
    };
    repository(reader, &mut context);
    let reference = reader.raw("BUILD_SOURCEBRANCH").unwrap_or_default();
    let azure = context.host.as_ref().is_some_and(|host| host.value == HostKind::Azure);
    context.number = number(reader, &reference, azure);
    if context.number.is_some() {
        pull_request(reader, &mut context, &reference);
    } else {
        context.head = reader.variable("BUILD_SOURCEVERSION", values::commit);
        if reference.starts_with("refs/heads/") {
            context.head_branch = reader.variable("BUILD_SOURCEBRANCH", values::branch);
        }
    }
    context
}

fn repository(reader: &Reader<'_>, context: &mut Context) {
    const PROVIDER: &str = "BUILD_REPOSITORY_PROVIDER";
    let host = match reader.raw(PROVIDER).as_deref() {
        Some("TfsGit") => Some(HostKind::Azure),
        Some("GitHub" | "GitHubEnterprise") => Some(HostKind::Github),
        Some("Bitbucket") => Some(HostKind::BitbucketCloud),
        _ => None,
    };
    context.host = host.map(|host| Fact::variable(host, PROVIDER));
    match host {
        Some(HostKind::Azure) => azure_repos(reader, context),
        Some(_) => context.repository = reader.variable("BUILD_REPOSITORY_NAME", values::repository),
        None => {}
    }
    context.adopt_variables(reader, &["BUILD_REPOSITORY_URI"]);
}

/// The repository may belong to another project than the pipeline; its URL says to which.
fn azure_repos(reader: &Reader<'_>, context: &mut Context) {
    context.api = ["SYSTEM_COLLECTIONURI", "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI"]
        .into_iter()
        .find_map(|name| reader.variable(name, values::url));
    if let Some(link) = forge::link(reader, "BUILD_REPOSITORY_URI", Some(HostKind::Azure)) {
        let Fact { value: Link { repository, .. }, source } = link;
        context.repository = Some(Fact { value: repository, source });
        return;
    }
    let project = reader.variable("SYSTEM_TEAMPROJECT", values::line);
    let name = reader.variable("BUILD_REPOSITORY_NAME", values::line);
    if let (Some(project), Some(name)) = (project, name) {
        let path = format!("{}/{}", project.value, name.value);
        let source = Source::Variable("SYSTEM_TEAMPROJECT and BUILD_REPOSITORY_NAME".into());
        context.repository = reader.checked(&path, source, values::repository);
    }
}

fn number(reader: &Reader<'_>, reference: &str, azure: bool) -> Option<Fact<u64>> {
    // For GitHub the id is another number than the one that people see.
    let name =
        if azure { "SYSTEM_PULLREQUEST_PULLREQUESTID" } else { "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER" };
    reader.variable(name, values::number).or_else(|| {
        let number = reference.strip_prefix("refs/pull/")?.split('/').next()?;
        reader.checked(number, Source::Variable("BUILD_SOURCEBRANCH".into()), values::number)
    })
}

fn pull_request(reader: &Reader<'_>, context: &mut Context, reference: &str) {
    context.base_branch = ["SYSTEM_PULLREQUEST_TARGETBRANCH", "SYSTEM_PULLREQUEST_TARGETBRANCHNAME"]
        .into_iter()
        .find_map(|name| reader.variable(name, values::branch));
    context.head_branch = reader.variable("SYSTEM_PULLREQUEST_SOURCEBRANCH", values::branch);
    context.head = reader.variable("SYSTEM_PULLREQUEST_SOURCECOMMITID", values::commit);
    context.fork = reader.variable("SYSTEM_PULLREQUEST_ISFORK", values::boolean);
    let head = context.head.as_ref().map(|head| head.value.as_str());
    let built = reader.variable("BUILD_SOURCEVERSION", values::commit);
    let merged = built.filter(|built| reference.ends_with("/merge") && head != Some(built.value.as_str()));
    context.merge = merged.map(|built| built.map(|commit| Merge { commit, base: None }));
}

fn run(reader: &Reader<'_>) -> Option<Fact<RunNumber>> {
    let run = reader.variable("BUILD_BUILDID", values::number)?;
    match reader.variable("SYSTEM_JOBATTEMPT", values::number) {
        Some(attempt) => {
            let number = RunNumber { run: run.value, attempt: attempt.value };
            Some(Fact::variable(number, "BUILD_BUILDID and SYSTEM_JOBATTEMPT"))
        }
        None => Some(run.map(|run| RunNumber { run, attempt: 1 })),
    }
}

fn run_url(reader: &Reader<'_>) -> Option<Fact<String>> {
    let collection = reader
        .variable("SYSTEM_COLLECTIONURI", values::url)
        .or_else(|| reader.variable("SYSTEM_TEAMFOUNDATIONCOLLECTIONURI", values::url))?;
    let project = reader.variable("SYSTEM_TEAMPROJECT", values::line)?;
    let build = reader.variable("BUILD_BUILDID", values::number)?;
    let page = join(&collection.value, &[project.value.as_str(), "_build", "results"]);
    Some(Fact { value: format!("{page}?buildId={}", build.value), source: build.source })
}
