//! The layers of the gate up to `schema`, compiled from their own files, and what the targets share. `wasmtime` and
//! `gix` stay outside: instrumented, they take half an hour to build, and their parsers are fuzzed by their authors.
#![allow(
    dead_code,
    unfulfilled_lint_expectations,
    reason = "the layers further right use what is unused here"
)]

#[path = "../../gate/src/cel/mod.rs"]
pub mod cel;
#[path = "../../gate/src/config/mod.rs"]
pub mod config;
#[path = "../../gate/src/manifest/mod.rs"]
pub mod manifest;
#[path = "../../gate/src/model/mod.rs"]
pub mod model;
#[path = "../../gate/src/schema/mod.rs"]
pub mod schema;
#[path = "../../gate/src/text/mod.rs"]
pub mod text;
#[path = "../../gate/src/yaml/mod.rs"]
pub mod yaml;

use gate_sdk::Json;
use text::ByteSpan;

/// Limits that keep one input under a second; those of the gate allow for files of half a gigabyte.
pub const LIMITS: yaml::Limits =
    yaml::Limits { max_depth: 1_000, max_nodes: 100_000, max_documents: 1_000, max_bytes: 1 << 20 };

/// Panics if the span is not one of this source.
pub fn assert_inside(span: ByteSpan, source: &[u8]) {
    assert!(
        span.start <= span.end && span.end as usize <= source.len(),
        "{span:?} of {} bytes",
        source.len()
    );
}

/// True if a map has the same key twice. The gate writes no such JSON, and pointers lead to the first of the two.
pub fn repeats_a_key(json: &Json) -> bool {
    json.root().walk().any(|visit| {
        let mut seen = std::collections::HashSet::new();
        visit.value.entries().any(|(key, _)| !seen.insert(key))
    })
}
