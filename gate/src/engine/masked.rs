//! A whole text as it may be shown: the values of Secrets masked, wherever they stand.

use super::secrets;
use super::side::Doc;
use crate::model::Role;
use crate::text::ByteSpan;
use crate::yaml::{self, Kind, NodeId, Tape};

const MASK: char = '•';

/// `text` with a mask for each character of a Secret's value and of `words`; line breaks stay. None if it cannot be told
/// what is a secret in it.
pub fn masked(text: &[u8], words: &[String]) -> Option<String> {
    let parsed = yaml::parse(text.to_vec(), &yaml::Limits::default());
    let speaks_of_secrets = memchr::memmem::find(text, b"Secret").is_some();
    if speaks_of_secrets && parsed.problems.iter().any(yaml::Problem::is_fatal) {
        return None;
    }
    let mut spans: Vec<ByteSpan> = Vec::new();
    for document in &parsed.documents {
        let nodes = hidden(&parsed.tape, document.root);
        spans.extend(nodes.into_iter().flat_map(|node| scalars(&parsed.tape, node)));
    }
    spans.sort();
    let (mut shown, mut at) = (String::new(), 0);
    for span in spans {
        let (start, end) = ((span.start as usize).max(at), (span.end as usize).max(at));
        shown.push_str(&String::from_utf8_lossy(text.get(at..start)?));
        shown.push_str(&mask(&String::from_utf8_lossy(text.get(start..end)?)));
        at = end;
    }
    shown.push_str(&String::from_utf8_lossy(text.get(at..)?));
    let words = words.iter().filter(|word| !word.trim().is_empty());
    Some(words.fold(shown, |shown, word| shown.replace(word.as_str(), &mask(word))))
}

fn mask(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\r') { c } else { MASK }).collect()
}

/// Every node of a document below which there are values of Secrets, whatever the document is for.
fn hidden(tape: &Tape, root: NodeId) -> Vec<NodeId> {
    let doc = |role: Role, root: NodeId| Doc { role, id: None, root: Some(root), number: 0 };
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        found.extend(secrets::values(tape, &doc(Role::Patch, node)));
        found.extend(
            [Role::Kustomization, Role::Object]
                .iter()
                .flat_map(|&role| secrets::inline(tape, &doc(role, node))),
        );
        match tape.kind(node) {
            Kind::Map => open.extend(tape.entries(node).map(|(_, value)| value)),
            Kind::Seq => open.extend(tape.items(node)),
            _ => {}
        }
    }
    found
}

fn scalars(tape: &Tape, node: NodeId) -> Vec<ByteSpan> {
    let (mut open, mut found) = (vec![node], Vec::new());
    while let Some(node) = open.pop() {
        match tape.kind(node) {
            Kind::Map => open.extend(tape.entries(node).map(|(_, value)| value)),
            Kind::Seq => open.extend(tape.items(node)),
            _ => found.push(tape.span(node)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        masked(text.as_bytes(), &["p4ss".to_owned()]).unwrap_or_default()
    }

    #[test]
    fn values_of_secrets_are_masked_wherever_they_stand() {
        let secret = "kind: Secret\nstringData:\n  a: x1 # c\n  b: |\n    two\n    x\n";
        assert_eq!(shown(secret), "kind: Secret\nstringData:\n  a: •• # c\n  b: •\n•••••••\n•••••\n");
        let list = "kind: List\nitems:\n- {kind: Secret, data: {a: eHg=}}\n";
        assert_eq!(shown(list), "kind: List\nitems:\n- {kind: Secret, data: {a: ••••}}\n");
        let patch = "- {op: add, path: /data/x, value: abc}\n";
        assert_eq!(shown(patch), "- {op: add, path: /data/x, value: •••}\n");
        assert_eq!(shown("kind: Pod\nenv: {value: p4ss}\n"), "kind: Pod\nenv: {value: ••••}\n");
        assert_eq!(masked(b"kind: Secret\ndata: {\n", &[]), None);
        assert_eq!(
            masked("secretGenerator: [{literals: [a=b]}]\n".as_bytes(), &[]).unwrap_or_default(),
            "secretGenerator: [{literals: [•••]}]\n"
        );
    }
}
