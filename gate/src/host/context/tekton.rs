//! Tekton sets no variables. With Pipelines as Code, a task hands its parameters on: `PAC_REPO_URL` is
//! `{{ repo_url }}`, and so on; without it there are the `GATE_*` variables.

use super::reader::Reader;
use super::{Context, values};

pub(super) fn read(reader: &mut Reader<'_>) -> Context {
    let mut context = Context {
        event: reader.variable("PAC_EVENT_TYPE", values::line),
        head: reader.variable("PAC_REVISION", values::commit),
        head_branch: reader.variable("PAC_SOURCE_BRANCH", values::branch),
        ..Context::default()
    };
    context.adopt_variables(reader, &["PAC_REPO_URL"]);
    if context.repository.is_none() {
        let (owner, name) = (reader.raw("PAC_REPO_OWNER"), reader.raw("PAC_REPO_NAME"));
        if let (Some(owner), Some(name)) = (owner, name) {
            let source = super::Source::Variable("PAC_REPO_OWNER and PAC_REPO_NAME".into());
            context.repository = reader.checked(&format!("{owner}/{name}"), source, values::repository);
        }
    }
    context.number = reader.variable("PAC_PULL_REQUEST_NUMBER", values::number);
    if context.number.is_some() {
        // For a push it is the branch itself.
        context.base_branch = reader.variable("PAC_TARGET_BRANCH", values::branch);
        context.labels = reader.variable("PAC_PULL_REQUEST_LABELS", labels);
    }
    fork(reader, &mut context);
    context
}

/// Their line breaks are written as `\n`.
fn labels(text: &str) -> Result<Option<Vec<String>>, &'static str> {
    values::lines(&text.replace("\\n", "\n"))
}

fn fork(reader: &Reader<'_>, context: &mut Context) {
    let kind = context.host.as_ref().map(|host| host.value);
    let source = super::forge::link(reader, "PAC_SOURCE_URL", kind);
    if let (Some(source), Some(target)) = (source, &context.repository) {
        let other = !source.value.repository.eq_ignore_ascii_case(&target.value);
        context.fork = Some(source.map(|_| other));
    }
}
