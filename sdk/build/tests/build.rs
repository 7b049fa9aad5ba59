//! Builds small crates for real: the same bytes wherever they lie, and no module that asks for anything.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use std::path::{Path, PathBuf};

use gate_policy_build::{build, build_all, find};

const PANICS: &str = r#"
#[unsafe(no_mangle)]
pub extern "C" fn third(bytes: &mut [u8; 4], at: usize) -> u8 { bytes[at] }
"#;

const IMPORTS: &str = r#"
#[link(wasm_import_module = "env")]
unsafe extern "C" { fn now() -> u64; }
#[unsafe(no_mangle)]
pub extern "C" fn run() -> u64 { unsafe { now() } }
"#;

/// Writes a crate of its own workspace into an empty folder.
fn crate_in(folder: &str, name: &str, source: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder).join(name);
    fs::create_dir_all(dir.join("src")).expect("a folder");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
         [lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n[workspace]\n"
    );
    fs::write(dir.join("Cargo.toml"), manifest).expect("a manifest");
    fs::write(dir.join("src/lib.rs"), source).expect("a source");
    dir
}

/// One for all tests: where the standard library is built from source, that takes minutes.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("target")
}

#[test]
fn the_same_source_gives_the_same_bytes_anywhere() {
    let toolchain = find().expect("a toolchain");
    let (here, there) = (crate_in("here", "small", PANICS), crate_in("elsewhere/deeper", "small", PANICS));
    let first = build(&here, &target(), &toolchain).expect("a component");
    let second = build(&there, &target(), &toolchain).expect("a component");
    assert!(first == second, "{} and {} bytes", first.len(), second.len());
    let path = env!("CARGO_TARGET_TMPDIR").as_bytes();
    assert!(!first.windows(path.len()).any(|bytes| bytes == path), "the component tells where it was built");
}

#[test]
fn crates_of_several_workspaces_keep_their_order() {
    let toolchain = find().expect("a toolchain");
    let crates = [crate_in("two", "second", PANICS), crate_in("two", "first", PANICS)];
    let built = build_all(&crates, &target(), &toolchain).expect("components");
    assert_eq!(built.iter().map(|policy| &policy.crate_dir).collect::<Vec<_>>(), [&crates[0], &crates[1]]);
}

#[test]
fn a_crate_that_imports_something_is_refused() {
    let toolchain = find().expect("a toolchain");
    let error = build(&crate_in("bad", "imports", IMPORTS), &target(), &toolchain).expect_err("an import");
    assert!(error.message.contains("env"), "{error}");
}

#[test]
fn a_crate_that_does_not_compile_shows_the_compiler_s_words() {
    let toolchain = find().expect("a toolchain");
    let error =
        build(&crate_in("bad", "broken", "fn f() { 1 }"), &target(), &toolchain).expect_err("no code");
    assert!(error.message.contains("mismatched types"), "{error}");
    let missing = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-such-crate");
    assert!(build(&missing, &target(), &toolchain).is_err());
}
