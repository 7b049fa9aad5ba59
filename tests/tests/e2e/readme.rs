//! What README shows of the demo is what the gate says.

use std::fs;
use std::path::Path;

use gate_tests::TestRepo;

use crate::gate;

const README: &str = include_str!("../../../README.md");

/// Writes the files below `folder` into the repository.
pub(crate) fn lay(repo: &TestRepo, folder: &Path, below: &Path) {
    for entry in fs::read_dir(below).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => lay(repo, folder, &entry.path()),
            false => {
                let path = entry.path();
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
                _ = repo.write(name, fs::read(&path).unwrap());
            }
        }
    }
}

#[test]
fn the_output_of_the_demo_is_the_present_one() {
    let (repo, demo) = (TestRepo::new(), Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/demo"));
    lay(&repo, &demo.join("base"), &demo.join("base"));
    repo.commit("base").git(&["branch", "base"]);
    lay(&repo, &demo.join("change"), &demo.join("change"));
    repo.commit("change");
    let run = gate().run(repo.path(), &["check", "--base", "base", "--head", "HEAD"]);
    assert_eq!(run.code, 1, "{run:?}");

    let (_, shown) = README.split_once("$ gate check --base main --head pull-request\n").unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    // The head has hashes and names of branches.
    let parts: Vec<&str> = shown.trim().split("\n\n").skip(1).collect();
    assert!(parts.len() >= 10, "{parts:?}");
    for part in parts {
        assert!(
            run.stdout.contains(part),
            "README shows what the gate does not say:\n{part}\n\n{}",
            run.stdout
        );
    }
}
