//! What the binary writes: every format at once, published schemas, the same numbers everywhere.

use crate::{DEPLOYMENT, gate, shop};

#[test]
fn all_formats_in_one_run_and_their_schemas() {
    let repo = shop();
    let bad = DEPLOYMENT.replace("web:1.2.3", "web:latest");
    repo.branch("pr").write("apps/web.yaml", bad).commit("break");
    let out = tempfile::tempdir().unwrap();
    let file = |name: &str| out.path().join(name).display().to_string();
    let run = gate().run(
        repo.path(),
        &[
            "check",
            "--base=main",
            "--format=text",
            &format!("--format=json={}", file("report.json")),
            &format!("--format=sarif={}", file("report.sarif")),
        ],
    );
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("apps/web.yaml:16:18"), "{run:?}");
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_str(&std::fs::read_to_string(file(name)).unwrap()).unwrap()
    };
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for (report, schema) in
        [("report.json", "docs/report.schema.json"), ("report.sarif", "tests/data/sarif-2.1.0.schema.json")]
    {
        // One pattern of the official SARIF schema has a bracket that only lenient engines read.
        let schema = std::fs::read_to_string(root.join(schema)).unwrap().replace("{2}]?$", "{2}\\\\]?$");
        let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
        let report = read(report);
        let errors: Vec<_> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    let sarif = read("report.sarif");
    let region = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startLine"], &region["startColumn"]), (&16.into(), &18.into()));
}

#[test]
fn colour_only_where_it_is_wanted() {
    let repo = shop();
    repo.branch("pr").write("apps/web.yaml", DEPLOYMENT.replace("1.2.3", "latest")).commit("break");
    let plain = gate().run(repo.path(), &["check", "--base=main"]);
    assert!(!plain.stdout.contains('\u{1b}'), "{plain:?}");
    let coloured = gate().run(repo.path(), &["check", "--base=main", "--color=always"]);
    assert!(coloured.stdout.contains('\u{1b}'));
}

#[test]
fn a_report_that_cannot_be_written_is_exit_2() {
    let repo = shop();
    repo.branch("pr").write("apps/web.yaml", DEPLOYMENT.replace("1.2.3", "1.2.4")).commit("x");
    let run = gate().run(repo.path(), &["check", "--base=main", "--format=json=/no/such/dir/report.json"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("/no/such/dir/report.json"), "{run:?}");
}

#[test]
fn every_rule_can_be_explained() {
    let repo = shop();
    let all = gate().run(repo.path(), &["explain"]);
    assert_eq!(all.code, 0, "{all:?}");
    let ids: Vec<_> = all.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(ids.len() > 10, "{ids:?}");
    for id in ids {
        let one = gate().run(repo.path(), &["explain", id]);
        assert_eq!(one.code, 0, "{id}: {one:?}");
        assert!(one.stdout.lines().count() > 3, "{id} is not explained: {one:?}");
    }
    let typo = gate().run(repo.path(), &["explain", "schema/unknown-feild"]);
    assert_eq!(typo.code, 2);
    assert!(typo.stderr.contains("schema/unknown-field"), "{typo:?}");
}
