//! What the API server refuses in a CustomResourceDefinition beyond the schema of its own kind: names, versions, and
//! that every schema is structural.

use super::crd_schema::Lint;
use super::{Issue, SchemaRule};
use crate::text::{clean_line, shorten};
use crate::yaml::{Kind, NodeId, Tape};

/// Judges the definition at `root`; only the version v1 of its kind, which is the one that is served.
pub(super) fn check(tape: &Tape, root: NodeId, issues: &mut Vec<Issue>) {
    if tape.str_at(root, "apiVersion") != Some("apiextensions.k8s.io/v1") {
        return;
    }
    let mut lint = Lint::new(tape, issues);
    name(&mut lint, root);
    if let Some(keeps) = tape.pointer(root, "/spec/preserveUnknownFields").filter(|&n| tape.text(n) == "true")
    {
        lint.report(keeps, "`preserveUnknownFields` has to be false: say `x-kubernetes-preserve-unknown-fields` in the schema");
    }
    if let Some(list) = tape.pointer(root, "/spec/versions").filter(|&n| tape.kind(n) == Kind::Seq) {
        versions(&mut lint, list);
    }
}

fn name(lint: &mut Lint<'_>, root: NodeId) {
    let tape = lint.tape;
    let text =
        |pointer: &str| tape.pointer(root, pointer).map(|n| tape.text(n)).filter(|text| !text.is_empty());
    let (Some(group), Some(plural)) = (text("/spec/group"), text("/spec/names/plural")) else { return };
    let wanted = format!("{plural}.{group}");
    if let Some(name) = tape.pointer(root, "/metadata/name")
        && tape.text(name) != wanted
    {
        let shown = shorten(&clean_line(&wanted), 120).into_owned();
        lint.report(name, &format!("the name has to be `{shown}`: plural and group"));
    }
}

fn versions(lint: &mut Lint<'_>, list: NodeId) {
    let tape = lint.tape;
    let mut names: Vec<&str> = Vec::new();
    let mut stored = 0;
    for version in tape.items(list) {
        let is_true = |key: &str| tape.get(version, key).is_some_and(|n| tape.text(n) == "true");
        stored += usize::from(is_true("storage"));
        if let Some(name) = tape.get(version, "name") {
            if names.contains(&tape.text(name)) {
                lint.report(name, "a version of this name is there already");
            }
            names.push(tape.text(name));
        }
        match tape.pointer(version, "/schema/openAPIV3Schema") {
            Some(schema) => lint.root(schema),
            None => lint.report(version, "the version has no schema (`schema.openAPIV3Schema`)"),
        }
    }
    if stored != 1 {
        let what = format!("exactly one version has to be stored (`storage: true`), not {stored}");
        lint.report(list, &what);
    }
}

impl<'a> Lint<'a> {
    pub(super) fn new(tape: &'a Tape, issues: &'a mut Vec<Issue>) -> Self {
        Self { tape, issues, rules: 0 }
    }

    pub(super) fn report(&mut self, node: NodeId, message: &str) {
        let rule = SchemaRule::InvalidCrd;
        let (severity, message) = (rule.severity(), clean_line(message).into_owned());
        self.issues.push(Issue { rule, severity, node, missing: None, message, hint: None, mend: None });
    }
}
