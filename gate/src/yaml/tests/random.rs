//! Whatever comes in: nothing panics, spans stay inside the file, and JSON survives the way there and back.

use proptest::prelude::*;

use super::super::fuzz;
use super::{json, read};

/// Pieces of YAML that meet in odd ways.
const PIECES: &[&str] = &[
    "a",
    "b: ",
    ": ",
    "- ",
    "? ",
    "\n",
    "\n  ",
    "\n    ",
    "&x ",
    "*x",
    "<<: ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "|\n",
    ">-\n",
    "'",
    "\"",
    "\\",
    "#",
    " #c",
    "---",
    "\n---\n",
    "\n...\n",
    "%YAML 1.1\n",
    "!!int ",
    "! ",
    "1",
    "0x1",
    ".inf",
    "~",
    "\t",
    "\r\n",
    "\r",
    "é",
    "\u{feff}",
    "\u{85}",
    "x: &x {k: 1}\n",
    "{<<: *x}",
    "\0",
    "😀",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        fuzz(&bytes);
    }

    #[test]
    fn odd_yaml(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)) {
        fuzz(pieces.concat().as_bytes());
    }

    #[test]
    fn mutated_manifests(at in 0..MANIFEST.len(), cut in 0..9usize, piece in proptest::sample::select(PIECES)) {
        let mut bytes = MANIFEST.as_bytes().to_vec();
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, piece.bytes());
        fuzz(&bytes);
    }

    #[test]
    fn strings_survive(text in any::<String>()) {
        // These three are line breaks to YAML, and lines are folded: see below.
        prop_assume!(!text.contains(['\u{85}', '\u{2028}', '\u{2029}']));
        let quoted = serde_json::to_string(&text).unwrap();
        let parsed = read(&quoted);
        if let Some(document) = parsed.documents.first() {
            prop_assert_eq!(parsed.tape.text(document.root), &text);
            let back: String = serde_json::from_str(&json(&parsed)[0]).unwrap();
            prop_assert_eq!(back, text);
        } else {
            // A line in it looks like a marker, or it holds a character that YAML has not.
            prop_assert!(!parsed.problems.is_empty());
        }
    }
}

/// As Kubernetes reads them: blanks beside a break go, and a next line is a blank.
#[test]
fn the_line_breaks_of_unicode_are_folded() {
    for (written, expected) in [
        ("\u{2028} ", "\u{2028}"),
        ("x\u{2028} y", "x\u{2028}y"),
        ("x \u{2028}y", "x\u{2028}y"),
        ("x\u{85}y", "x y"),
        ("x\u{2029}\u{2029} y", "x\u{2029}\u{2029}y"),
    ] {
        let parsed = read(&format!("\"{written}\""));
        assert_eq!(parsed.tape.text(parsed.documents[0].root), expected, "{written:?}");
    }
}

const MANIFEST: &str = "# head
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: &l {app: web}}
spec:
  replicas: 3
  selector: {matchLabels: *l}
  template:
    metadata:
      labels:
        <<: *l
        tier: 'front'
    spec:
      containers:
      - name: web
        image: \"nginx:1.27\"
        command: [sh, -c]
        args:
        - |
          set -e
          exec nginx
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: é
data: {}
";
