//! What kustomize refuses in a patch whatever it is for: operations of a wrong form, partial objects that do not say who
//! they are.

use crate::model::Severity;
use crate::schema::{Issue, SchemaRule, json_patch};
use crate::yaml::{Kind, NodeId, Tape};

/// Judges the patch at `root`. It may be applied to a target that is named apart from it, or to whom it names itself
/// (or both, where several apply it); `number` counts the patches of the same text.
pub(super) fn check(
    tape: &Tape,
    root: NodeId,
    (has_target, has_none): (bool, bool),
    number: usize,
    issues: &mut Vec<Issue>,
) {
    match tape.kind(root) {
        Kind::Null => {}
        Kind::Seq => {
            json_patch::check_forms(tape, root, issues);
            if has_none {
                let message = "a JSON patch needs a `target` where it is listed".to_owned();
                issues.push(issue(SchemaRule::MissingField, root, None, message));
            }
        }
        Kind::Map => {
            identity(tape, root, has_none, issues);
            if has_target && number > 0 {
                let message = "a patch with a `target` can be only one document".to_owned();
                issues.push(issue(SchemaRule::InvalidValue, root, None, message));
            }
        }
        _ => {
            let message = "a patch must be a partial object or a list of operations".to_owned();
            issues.push(issue(SchemaRule::WrongType, root, None, message));
        }
    }
}

/// A partial object needs a kind and a name even where they do not count.
fn identity(tape: &Tape, root: NodeId, by_itself: bool, issues: &mut Vec<Issue>) {
    let is_there = |map: NodeId, key: &str| {
        tape.get(map, key).is_some_and(|n| tape.kind(n) != Kind::Str || !tape.text(n).is_empty())
    };
    if tape.str_at(root, "kind").is_some_and(|kind| kind.ends_with("List")) {
        return;
    }
    let mut lack = |node: NodeId, name: &str, message: String| {
        issues.push(issue(SchemaRule::MissingField, node, Some(name.to_owned()), message));
    };
    for name in ["kind", "apiVersion"] {
        if (name == "kind" || by_itself) && !is_there(root, name) {
            lack(root, name, format!("the patch has no `{name}`, which kustomize asks for"));
        }
    }
    let metadata = tape.get(root, "metadata").filter(|&n| tape.kind(n) == Kind::Map);
    if metadata.is_none_or(|metadata| !is_there(metadata, "name")) {
        let message = "the patch has no `metadata.name`, which kustomize asks for".to_owned();
        lack(metadata.unwrap_or(root), "name", message);
    }
}

fn issue(rule: SchemaRule, node: NodeId, missing: Option<String>, message: String) -> Issue {
    Issue { rule, severity: Severity::Error, node, missing, message, hint: None, mend: None }
}
