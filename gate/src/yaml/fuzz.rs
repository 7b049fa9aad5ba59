//! What must hold for any bytes; the bodies of fuzz targets.

use super::read::parse_by;
use super::tape::Text;
use super::{Kind, Limits, NodeId, Parsed, Tape, parse};
use crate::text::ByteSpan;

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

/// Reads `bytes` with and without the fast scanner and compares all that comes out. Returns how many parts the file
/// has, and how many of them the fast scanner read.
///
/// # Panics
/// If the two differ.
pub fn fuzz_fast(bytes: &[u8]) -> (usize, usize) {
    let limits = Limits::default();
    let (fast, chunks) = parse_by(bytes.to_vec(), &limits, true);
    let (full, _) = parse_by(bytes.to_vec(), &limits, false);
    for id in 0..fast.tape.len().min(full.tape.len()) as u32 {
        assert_eq!(look(&fast.tape, NodeId(id)), look(&full.tape, NodeId(id)), "node {id}");
    }
    assert_eq!(fast.tape.len(), full.tape.len());
    assert_eq!((fast.documents, fast.problems), (full.documents, full.problems));
    (chunks.all, chunks.scanned)
}

/// All that the tape knows of a node, but for where in the decoded texts its own is.
fn look(tape: &Tape, node: NodeId) -> (Kind, Text, bool, bool, ByteSpan, u32, &str) {
    let event = tape.event(node);
    (event.kind, event.text, event.key, event.dead, tape.span(node), tape.size(node), tape.text(node))
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
