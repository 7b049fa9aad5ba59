//! What must hold for any bytes; the body of a fuzz target.

use super::{Limits, NodeId, Parsed, parse};

/// Reads `bytes` and checks what must hold whatever they are.
///
/// # Panics
/// If it does not.
pub fn fuzz(bytes: &[u8]) {
    let parsed = parse(bytes.to_vec(), &Limits::default());
    for problem in &parsed.problems {
        let inside = problem.span.end as usize <= bytes.len();
        assert!(inside, "{problem:?} is outside of the file");
        let listed = parsed.documents.iter().any(|document| document.index == problem.document);
        assert_eq!(listed, !problem.is_fatal(), "{problem:?} and its document disagree");
    }
    for document in &parsed.documents {
        check_document(&parsed, document.root);
    }
}

/// Its nodes are inside of the file, and its JSON reads back as the same.
fn check_document(parsed: &Parsed, root: NodeId) {
    let tape = &parsed.tape;
    for id in root.0..tape.next(root).0 {
        let span = tape.span(NodeId(id));
        assert!(span.end as usize <= tape.source().len(), "node {id} is outside of the file");
        _ = tape.stable_path_to(root, NodeId(id));
    }
    let mut json = String::new();
    tape.write_json(root, &mut json);
    // Inside of quotes these are line breaks to YAML 1.1, and mere characters to JSON.
    if json.contains(['\u{85}', '\u{2028}', '\u{2029}']) {
        return;
    }
    let again = parse(json.clone().into_bytes(), &Limits::default());
    if let Some(document) = again.documents.first() {
        let mut back = String::new();
        again.tape.write_json(document.root, &mut back);
        assert_eq!(json, back);
    }
}
