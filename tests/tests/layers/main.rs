//! The layers of `gate/src`: imports go left, heavy crates have one owner, only some layers print or touch files.
#![expect(clippy::unwrap_used, reason = "a test that cannot read the sources must stop")]

mod paths;
mod rules;
mod tokens;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use paths::read;
use rules::{broken, drawn};

/// `a/b.rs` and `a/b/mod.rs` are the module `a::b`; `lib.rs` is the root.
fn module_of(file: &str) -> Vec<String> {
    let stem = file.trim_end_matches(".rs");
    let stem = stem.strip_suffix("/mod").unwrap_or(stem);
    if stem == "lib" { Vec::new() } else { stem.split('/').map(str::to_owned).collect() }
}

/// What is wrong in a source file, as `line: complaint`.
fn judge(file: &str, source: &str, in_test: bool) -> Vec<String> {
    let module = module_of(file);
    let layer = module.first().map_or("", String::as_str);
    let found = broken(layer, &read(source, &module), in_test);
    found.into_iter().map(|(line, complaint)| format!("{line}: {complaint}")).collect()
}

/// All source files below `folder`, in order.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// `gate/src` as pairs of the path below it and the text.
fn gate_sources() -> Vec<(String, String)> {
    let folder = root().join("gate/src");
    let name = |path: &Path| path.strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/");
    sources(&folder).iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn the_gate_keeps_its_layers() {
    let sources = gate_sources();
    let mut test_modules = BTreeSet::new();
    for (file, source) in &sources {
        let module = module_of(file);
        test_modules.extend(
            read(source, &module)
                .test_modules
                .into_iter()
                .map(|name| module.iter().cloned().chain([name]).collect::<Vec<_>>()),
        );
    }
    let mut complaints = Vec::new();
    for (file, source) in &sources {
        let module = module_of(file);
        let in_test = test_modules.iter().any(|tests| module.starts_with(tests));
        complaints.extend(
            judge(file, source, in_test).iter().map(|complaint| format!("gate/src/{file}:{complaint}")),
        );
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_reader_sees_the_real_imports() {
    let sources = gate_sources();
    let edges: BTreeSet<(String, String)> = sources
        .iter()
        .flat_map(|(file, source)| {
            let module = module_of(file);
            let from = module.first().cloned().unwrap_or_default();
            let mentions = read(source, &module).mentions;
            mentions.into_iter().filter_map(move |mention| match mention.segments.as_slice() {
                [root, to, ..] if root == "crate" && *to != from => Some((from.clone(), to.clone())),
                _ => None,
            })
        })
        .collect();
    for edge in [("model", "text"), ("yaml", "text"), ("output", "model"), ("git", "model")] {
        assert!(edges.contains(&(edge.0.to_owned(), edge.1.to_owned())), "{edge:?} is not among {edges:?}");
    }
}

#[test]
fn the_documents_draw_the_same_layers() {
    for document in ["CONTRIBUTING.md", "docs/architecture.md"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        assert!(text.contains(&drawn()), "{document} should contain: {}", drawn());
    }
}

#[test]
fn bad_sources_are_refused() {
    for (file, source, expected) in [
        ("text/a.rs", "use crate::model::Finding;", "1: `text` imports `model`, which stands to its right"),
        (
            "git/a.rs",
            "use crate::{text::X,\n model::Y, config::{Z as W, V}};",
            "2: `git` imports its sibling `config`",
        ),
        ("schema/mod.rs", "fn f() { crate::policy::run() }", "1: `schema` imports its sibling `policy`"),
        (
            "model/a.rs",
            "pub use super::super::yaml::Tape as T; use super::super::cli::x;",
            "1: `model` imports `cli`",
        ),
        ("yaml/mod.rs", "mod inner { use super::super::engine::run; }", "1: `yaml` imports `engine`"),
        ("yaml/mod.rs", "mod inner { }\nuse super::engine::run;", "2: `yaml` imports `engine`"),
        ("text/a.rs", "#[cfg(test)] mod tests { use crate::cli::x; }", "1: `text` imports `cli`"),
        ("text/a.rs", "use crate::*;", "1: `crate::*`"),
        ("text/a.rs", "fn f(x: &crate::Finding) {}", "1: `crate::Finding`"),
        ("misc/mod.rs", "fn f() {}", "1: `misc` is in no layer"),
        ("engine/a.rs", "use gix::Repository;", "1: `gix` belongs to `git`"),
        ("engine/a.rs", "use {std::io, gix_hash::ObjectId};", "1: `gix` belongs to `git`"),
        ("schema/a.rs", "#[derive(clap::Parser)] struct S;", "1: `clap` belongs to `cli`"),
        ("policy/a.rs", "fn f() { ::rayon::join(a, b) }", "1: `rayon` belongs to `engine`"),
        ("policy/a.rs", "use ::rayon; fn f() { Vec::<u8>::new() }", "1: `rayon` belongs to `engine`"),
        ("policy/a.rs", "extern crate rayon as r;", "1: `rayon` belongs to `engine`"),
        ("policy/a.rs", "fn f() -> impl ::clap::Args { 1 }", "1: `clap` belongs to `cli`"),
        ("lib.rs", "use wasmtime;", "1: `wasmtime` belongs to `policy`, not to ``"),
        (
            "cli/a.rs",
            "use reqwest::Url;",
            "1: `reqwest` belongs to `host`, `registry`, `download`, not to `cli`",
        ),
        ("host/a.rs", "use sigstore_verify::Verifier;", "1: `sigstore` belongs to `registry`, not to `host`"),
        ("registry/a.rs", "use crate::host::Secret;", "1: `registry` imports its sibling `host`"),
        ("registry/a.rs", "use std::fs::read;", "1: `std::fs::read`: only git"),
        (
            "engine/a.rs",
            "fn f() { std::println!(\"x\") }",
            "1: `std::println!`: only output, cli, main print",
        ),
        ("git/a.rs", "// a\nfn f() {\n dbg!(1); }", "3: `dbg!`"),
        ("policy/a.rs", "use std::io; fn f() { io::stderr().lock(); }", "1: `io::stderr`"),
        ("schema/a.rs", "use std::{fmt, fs::File};", "1: `std::fs::File`: only git, config, cli, main touch"),
        ("output/a.rs", "let x = std::env::var(\"X\");", "1: `std::env::var`"),
        (
            "host/a.rs",
            "use std::process::{Command, ExitCode};",
            "1: `std::process::Command`: only git, cli start programs",
        ),
        (
            "engine/a.rs",
            "fn f() { std::process::Command::new(\"x\"); }",
            "1: `std::process::Command::new`: only git",
        ),
    ] {
        let found = judge(file, source, false);
        let matches = matches!(found.as_slice(), [only] if only.starts_with(expected));
        assert!(matches, "{file}: {source}\n  expected {expected}\n  found {found:?}");
    }
}

#[test]
fn good_sources_pass() {
    for (file, source) in [
        ("model/a.rs", "use crate::text::{ByteSpan, LineCol}; use super::Severity; use self::x::Y;"),
        (
            "cli/mod.rs",
            "use crate::engine::run; use clap::Parser; fn f() { println!(\"{}\", std::env::args().len()) }",
        ),
        (
            "policy/a.rs",
            "use wasmtime::component::Linker; pub(crate) fn f() {} pub(in crate::policy) fn g() {}",
        ),
        (
            "schema/a.rs",
            "// use crate::policy::X;\n/* std::fs::read /* */ gix::x */ const A: &str = \"crate::cli::x\";",
        ),
        (
            "schema/a.rs",
            "const A: &str = r#\"use \"crate::cli\"; std::env::var\"#; fn f<'a>(c: char) -> bool { c == '\"' }",
        ),
        (
            "schema/a.rs",
            "const V: &str = env!(\"CARGO_PKG_VERSION\"); fn f() { self.rayon.gix::<u8>(); a::gix::b(); }",
        ),
        (
            "schema/a.rs",
            "#[cfg(test)]\nmod tests { use rayon::join; fn f() { std::fs::read(\"x\"); println!(\"x\"); } }",
        ),
        (
            "schema/a.rs",
            "#[cfg(test)] #[allow(x)] use std::{fs, env}; #[cfg(all(test, unix))] fn f() { gix::open() }",
        ),
        (
            "yaml/mod.rs",
            "mod tests { use super::*; } use std::environment; fn f() { b'\\''; b\"\\\"std::fs::x\"; }",
        ),
        ("main.rs", "fn main() { gate::cli::run(std::env::args_os()) }"),
        ("lib.rs", "pub mod text; pub mod cli;"),
    ] {
        assert_eq!(judge(file, source, false), Vec::<String>::new(), "{file}: {source}");
    }
}

#[test]
fn test_code_ends_where_its_item_ends() {
    for source in [
        "#[cfg(test)] mod tests { fn f() { { } } } use std::fs;",
        "#[cfg(test)] mod tests; use std::fs;",
        "#[cfg(test)] use a::{b, c}; use std::fs;",
        "#[cfg(test)] fn f(x: [u8; 4]) -> u8 { 1 } use std::fs;",
        "#[cfg(not(test))] use std::fs;",
        "#[cfg(any(test, unix))] use std::fs;",
    ] {
        assert_eq!(judge("schema/a.rs", source, false).len(), 1, "{source}");
    }
    assert!(judge("schema/tests.rs", "use std::fs;", true).is_empty(), "a file that is test code as a whole");
    let modules = read("#[cfg(test)]\nmod tests;\nmod real;", &[]).test_modules;
    assert_eq!(modules, ["tests"]);
}
