//! `gate explain` for rules of policies that the repository names.

use crate::foreign_policy::example;
use crate::{gate, shop};

#[test]
fn rules_of_the_repository_s_policies_are_explained() {
    let repo = shop();
    // Settings and severities of the configuration are no matter of what a rule means.
    let config = "policies:\n  - use: ./policies/own.wasm\n    rules: { unknown-owner: off }\n  - use: ./policies/bad.wasm\n  - use: builtin:image-tags\n";
    repo.write("policies/own.wasm", example()).write("policies/bad.wasm", "x").write("gate.yaml", config);
    let one = gate().run(repo.path(), &["explain", "require-owner/unknown-owner"]);
    assert_eq!(one.code, 0, "{one:?}");
    let head = "# require-owner/unknown-owner\n\n";
    assert!(one.stdout.starts_with(head), "{one:?}");
    assert!(one.stdout.contains("\n\nOf the policy ./policies/own.wasm.\n\n### What it does\n"), "{one:?}");
    assert_eq!(
        one.stderr,
        "gate: the rules of ./policies/bad.wasm are not known: the file is not WebAssembly\n"
    );

    let all = gate().run(repo.path(), &["explain"]);
    assert_eq!(all.code, 0, "{all:?}");
    let sources = |start: &str| {
        let lines = all.stdout.lines().filter(|line| line.starts_with(start));
        lines.filter_map(|line| line.split_whitespace().nth(2)).collect::<Vec<_>>()
    };
    assert_eq!(sources("require-owner/"), ["./policies/own.wasm"; 2]);
    assert_eq!(sources("schema/unknown-field"), ["gate"]);
    assert_eq!(sources("image-tags/mutable"), ["builtin:image-tags"]);

    let typo = gate().run(repo.path(), &["explain", "require-owner/unknown-owners"]);
    assert_eq!(typo.code, 2, "{typo:?}");
    assert!(typo.stderr.contains("did you mean `require-owner/unknown-owner`?"), "{typo:?}");
}

#[test]
fn built_in_rules_need_no_configuration_that_can_be_read() {
    let repo = shop();
    repo.write("gate.yaml", "polices: []\n");
    let one = gate().run(repo.path(), &["explain", "image-tags/mutable-image-tag"]);
    assert_eq!((one.code, one.stderr.as_str()), (0, ""), "{one:?}");
    let all = gate().run(repo.path(), &["explain"]);
    assert_eq!(all.code, 0, "{all:?}");
    assert!(all.stderr.contains("gate.yaml:1:1: "), "{all:?}");
    assert!(all.stdout.contains("image-tags/mutable-image-tag"), "{all:?}");
}

#[test]
fn outside_a_repository_only_the_gate_s_own_rules_are_known() -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("own.wasm"), example())?;
    std::fs::write(folder.path().join("gate.yaml"), "policies:\n  - use: ./own.wasm\n")?;
    let run = gate().run(folder.path(), &["explain", "require-owner/missing-owner"]);
    assert_eq!(run.code, 2, "{run:?}");
    let named =
        gate().run(folder.path(), &["explain", "require-owner/missing-owner", "--config", "gate.yaml"]);
    assert_eq!(named.code, 0, "{named:?}");
    Ok(())
}
