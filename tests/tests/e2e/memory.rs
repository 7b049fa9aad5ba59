//! Memory is taken by the files that are being judged, not by all of them.
#![cfg(target_os = "linux")]

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use gate_tests::Gate;

/// Files of the run. Each is a unit of its own: with two threads, two of them are in memory.
const FILES: usize = 40;
/// What all of them together take, sources alone, is nearly this; the nodes take more than the sources.
const FILE_BYTES: usize = 2 << 20;
/// What the process may have, in kilobytes: two stacks of 8 MB, the program, and some files.
const LIMIT: usize = 80 << 10;

#[test]
fn a_run_needs_memory_for_a_few_files_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::new();
    while text.len() < FILE_BYTES {
        let number = text.len();
        let _ = write!(text, "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c-{number}\ndata:\n");
        for key in 0..50 {
            let _ = writeln!(text, "  key-{key}: some value of it");
        }
    }
    const { assert!(FILES * FILE_BYTES / 1024 >= LIMIT, "all files together have to be too much") };
    let first = folder.path().join("0.yaml");
    fs::write(&first, &text).unwrap();
    // One file under many names: as many as the gate can tell.
    (1..FILES).for_each(|at| fs::hard_link(&first, folder.path().join(format!("{at}.yaml"))).unwrap());

    let limited = folder.path().join("limited");
    let gate = env!("CARGO_BIN_EXE_gate-under-test");
    fs::write(&limited, format!("#!/bin/sh\nulimit -d {LIMIT} && exec '{gate}' \"$@\"\n")).unwrap();
    fs::set_permissions(&limited, fs::Permissions::from_mode(0o755)).unwrap();
    let arguments = ["check", "--schemas-only", "--format=json", "."];
    let run = Gate::new(&limited).run_with(folder.path(), &arguments, &[("RAYON_NUM_THREADS", "2")], None);
    assert_eq!(run.code, 0, "{}\n{}", run.stdout, run.stderr);
    let objects = text.matches("\nkind: ConfigMap\n").count() * FILES;
    assert_eq!(run.json()["coverage"]["schema_checked"].as_u64(), Some(objects as u64));
}
