//! Tests of the whole way from bytes to the tape.

mod differential;
pub(super) mod generate;
mod hostile;
mod paths;
mod pieces;
mod random;
mod scalars;
mod spans;
mod structure;

use super::{Limits, NodeId, Parsed, ProblemKind, parse};

/// `text` with the default limits; the same with and without the fast scanner.
fn read(text: &str) -> Parsed {
    if text.len() < 1 << 16 {
        super::fuzz_fast(text.as_bytes());
    }
    parse(text.as_bytes().to_vec(), &Limits::default())
}

/// Each document as JSON.
fn json(parsed: &Parsed) -> Vec<String> {
    let write = |root: NodeId| {
        let mut out = String::new();
        parsed.tape.write_json(root, &mut out);
        out
    };
    parsed.documents.iter().map(|document| write(document.root)).collect()
}

/// The kinds of the problems.
fn kinds(parsed: &Parsed) -> Vec<ProblemKind> {
    parsed.problems.iter().map(|problem| problem.kind).collect()
}

/// The source at the place of each problem.
fn places(parsed: &Parsed) -> Vec<&str> {
    let source = str::from_utf8(parsed.tape.source()).unwrap();
    parsed.problems.iter().map(|p| &source[p.span.start as usize..p.span.end as usize]).collect()
}

/// The JSON of a file with one document and no problem.
fn one(text: &str) -> String {
    let parsed = read(text);
    assert_eq!(parsed.problems, [], "{text:?}");
    let mut documents = json(&parsed);
    assert_eq!(documents.len(), 1, "{text:?}");
    documents.remove(0)
}

/// The only problem of a file that cannot be read.
fn refused(text: &str) -> ProblemKind {
    let parsed = read(text);
    assert!(parsed.documents.is_empty() && parsed.problems.len() == 1, "{text:?}: {parsed:?}");
    assert!(parsed.problems[0].is_fatal());
    parsed.problems[0].kind
}
