//! Waivers that objects carry in the annotation `gate.dev/waive`. The commits of the harness are of 2026-01-02.

use gate_tests::TestRepo;

use crate::waivers::{findings, notices, told};
use crate::{DEPLOYMENT, gate};

const CHECK: [&str; 4] = ["check", "--base", "main", "--format=json"];
const ALLOWED: &str = "waivers-by-annotation: true\n";
const WAIVER: &str = "rule: image-tags/*\nreason: vendor\nowner: team\nexpires: 2027-01-31\n";

/// A Deployment that carries `waiver`; its image stands at 22:18 if that has four lines.
fn carrying(name: &str, tag: &str, waiver: &str) -> String {
    let block: String = waiver.lines().map(|line| format!("      {line}\n")).collect();
    let annotation = format!("metadata:\n  annotations:\n    gate.dev/waive: |\n{block}  name: {name}\n");
    let with = DEPLOYMENT.replacen("metadata:\n  name: web\n", &annotation, 1);
    with.replace("web:1.2.3", &format!("web:{tag}"))
}

/// `main` has a Deployment that carries `before` and the tag 1.2.3; the branch has `after` and the tag `latest`.
fn change(config: &str, before: &str, after: &str) -> TestRepo {
    let repo = TestRepo::new();
    let plain = |tag: &str, waiver: &str| match waiver {
        "" => DEPLOYMENT.replace("web:1.2.3", &format!("web:{tag}")),
        waiver => carrying("web", tag, waiver),
    };
    repo.write("gate.yaml", config).write("apps/web.yaml", plain("1.2.3", before)).commit("base");
    repo.branch("pr").write("apps/web.yaml", plain("latest", after)).commit("change");
    repo
}

fn found(config: &str, before: &str, after: &str) -> (i32, Vec<String>) {
    let run = gate().run(change(config, before, after).path(), &CHECK);
    (run.code, findings(&run))
}

const LATEST: &str = "image-tags/mutable-image-tag@apps/web.yaml:22:18 introduced";

#[test]
fn an_annotation_holds_where_the_configuration_takes_it_and_the_base_has_it() {
    let at = "apps/web.yaml:5:21";
    assert_eq!(found(ALLOWED, WAIVER, WAIVER), (0, vec![format!("{LATEST} by annotation {at}")]));
    // Off: it is said, at the annotation and at the finding.
    let off = |status: &str| {
        vec![format!("waiver/no-effect@{at} {status}"), format!("{LATEST} not: annotations-off")]
    };
    assert_eq!(found("{}", WAIVER, WAIVER), (1, off("existing")));
    assert_eq!(found("{}", "", WAIVER), (1, off("introduced")));
    // The change brings, widens or prolongs it.
    let narrow = WAIVER.replace("image-tags/*", "image-tags/missing-image-tag");
    let container = format!("{WAIVER}container: web\n");
    for before in ["", &narrow, &WAIVER.replace("2027", "2026"), &container] {
        assert_eq!(
            found(ALLOWED, before, WAIVER),
            (1, vec![format!("{LATEST} not: from-change")]),
            "{before}"
        );
        let both = format!("{ALLOWED}waivers-from-change: true\n");
        assert_eq!(found(&both, before, WAIVER), (0, vec![format!("{LATEST} by change {at}")]), "{before}");
    }
    // What was no waiver before is none that the base has.
    let fixed = format!("waiver/malformed@{at} fixed");
    assert_eq!(found(ALLOWED, "no waiver", WAIVER), (1, vec![fixed, format!("{LATEST} not: from-change")]));
    // Without a base there is no change that could bring it.
    let repo = change(ALLOWED, "", WAIVER);
    let run = gate().run(repo.path(), &["check", "--all", "--format=json"]);
    let present = LATEST.replace("introduced", "present");
    assert_eq!((run.code, findings(&run)), (0, vec![format!("{present} by annotation {at}")]), "{run:?}");
}

#[test]
fn the_report_says_what_an_annotation_of_the_change_would_let_pass() {
    let run = gate().run(change(ALLOWED, "", WAIVER).path(), &CHECK);
    assert_eq!(
        notices(&run),
        [
            "the waiver of image-tags/* at apps/web.yaml:5:21 comes with this change: it would let 1 finding of it pass once \
          merged, and lets none pass now"
        ]
    );
    let sarif = |config: &str| {
        let run =
            gate().run(change(config, WAIVER, WAIVER).path(), &["check", "--base=main", "--format=sarif"]);
        let results = run.json()["runs"][0]["results"].clone();
        results
            .as_array()
            .unwrap()
            .iter()
            .find(|r| r["ruleId"] == "image-tags/mutable-image-tag")
            .cloned()
            .unwrap()
    };
    assert_eq!(
        sarif(ALLOWED)["suppressions"],
        serde_json::json!([{
            "kind": "inSource", "status": "accepted",
            "justification": "until 2027-01-31 by team: vendor (annotation at apps/web.yaml:5:21)"
        }])
    );
    // What does not hold suppresses nothing: a server could take it for an answer.
    assert!(sarif("{}").get("suppressions").is_none_or(|list| list.as_array().unwrap().is_empty()));
}

#[test]
fn an_annotation_is_for_its_own_object_and_container_only() {
    let two = |tag: &str, waiver: &str| {
        format!(
            "{}---\n{}",
            carrying("web", tag, waiver),
            carrying("api", tag, "").replace("    gate.dev/waive: |\n", "    a: b\n")
        )
    };
    let repo = TestRepo::new();
    repo.write("gate.yaml", ALLOWED).write("apps/web.yaml", two("1.2.3", WAIVER)).commit("base");
    repo.branch("pr").write("apps/web.yaml", two("latest", WAIVER)).commit("change");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(
        findings(&run),
        [
            format!("{LATEST} by annotation apps/web.yaml:5:21"),
            // 22 lines, the separator, and 18 of the second document, whose annotation has no lines of its own.
            "image-tags/mutable-image-tag@apps/web.yaml:41:18 introduced".to_owned(),
        ],
        "{run:?}"
    );
    // An object of the same name in the same document list is another document.
    let twice =
        |tag: &str| format!("{}---\n{}", carrying("web", tag, WAIVER), DEPLOYMENT.replace("1.2.3", tag));
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("apps/web.yaml", twice("1.2.3")).commit("twice");
    repo.git(&["checkout", "--quiet", "-B", "pr"]);
    repo.write("apps/web.yaml", twice("latest")).commit("latest");
    let tags: Vec<String> = findings(&gate().run(repo.path(), &CHECK))
        .into_iter()
        .filter(|line| line.starts_with("image"))
        .collect();
    assert_eq!(
        tags,
        [
            format!("{LATEST} by annotation apps/web.yaml:5:21"),
            "image-tags/mutable-image-tag@apps/web.yaml:39:18 introduced".to_owned()
        ]
    );
    for (name, code) in [("web", 0), ("w?b", 0), ("other", 1)] {
        let waiver = format!("{WAIVER}container: '{name}'\n");
        assert_eq!(found(ALLOWED, &waiver, &waiver).0, code, "{name}");
    }
}

#[test]
fn the_limits_of_waivers_are_those_of_annotations_too() {
    let expired = WAIVER.replace("2027-01-31", "2026-01-01");
    assert_eq!(
        found(ALLOWED, &expired, &expired),
        (1, vec!["waiver/expired@apps/web.yaml:5:21 existing".to_owned(), format!("{LATEST} not: expired")])
    );
    let fixed = format!("{ALLOWED}not-waivable: ['image-tags/*']\n");
    assert_eq!(found(&fixed, WAIVER, WAIVER), (1, vec![format!("{LATEST} not: not-waivable")]));
    let named = WAIVER.replace("image-tags/*", "image-tags/mutable-image-tag");
    let at = "apps/web.yaml:5:21";
    assert_eq!(
        found(&fixed, &named, &named),
        (1, vec![format!("waiver/no-effect@{at} existing"), format!("{LATEST} not: not-waivable")])
    );
    let unknown = WAIVER.replace("image-tags/*", "image-tags/x");
    assert_eq!(
        found(ALLOWED, "", &unknown),
        (1, vec![format!("waiver/unknown-rule@{at} introduced"), LATEST.to_owned()])
    );
    // No waiver is for what is wrong with waivers.
    let about = WAIVER.replace("image-tags/*", "'*/*'");
    assert_eq!(found("{}", "", &about).0, 1);
    let all = "waivers: [{ rule: '*/*', path: '**', reason: r, owner: o, expires: 2027-01-31 }]\n";
    let (code, found) = found(all, "", "nothing");
    assert_eq!((code, &found[0]), (0, &format!("waiver/no-effect@{at} introduced")), "{found:?}");
}

#[test]
fn an_annotation_that_nothing_needs_is_a_finding_of_a_whole_run() {
    let repo = TestRepo::new();
    repo.write("gate.yaml", ALLOWED).write("apps/web.yaml", carrying("web", "1.2.3", WAIVER)).commit("base");
    let run = gate().run(repo.path(), &["check", "--all", "--format=json"]);
    assert_eq!(
        (run.code, findings(&run)),
        (0, vec!["waiver/unused@apps/web.yaml:5:21 present".to_owned()]),
        "{run:?}"
    );
    assert_eq!(run.json()["findings"][0]["object"]["name"], "web");
    let run = gate().run(repo.path(), &["check", "apps", "--format=json"]);
    assert_eq!(findings(&run), [""; 0], "{run:?}");
}

#[test]
fn an_annotation_that_cannot_be_read_is_a_finding_at_its_place() {
    for (text, why) in [
        ("image-tags/*", "line 1, column 1 of it: `gate.dev/waive` must be a map, not text"),
        (WAIVER.trim_end_matches("expires: 2027-01-31\n"), "line 1, column 1 of it: `expires` is missing"),
        ("rule: [", "line "),
    ] {
        let run = gate().run(change(ALLOWED, "", text).path(), &CHECK);
        assert_eq!(run.code, 1, "{run:?}");
        assert_eq!(findings(&run)[0], "waiver/malformed@apps/web.yaml:5:21 introduced", "{run:?}");
        let (message, hint) = told(&run, "waiver/malformed");
        assert!(message.starts_with(&format!("`gate.dev/waive` cannot be read: {why}")), "{message}");
        assert!(hint.contains("gate explain waiver/malformed"), "{hint}");
    }
    // On what is no object, it can have no effect.
    let repo = TestRepo::new();
    repo.write("gate.yaml", ALLOWED).write("kustomization.yaml", "resources: []\n").commit("base");
    let text = "resources: []\nmetadata:\n  annotations:\n    gate.dev/waive: x\n";
    repo.branch("pr").write("kustomization.yaml", text).commit("x");
    let run = gate().run(repo.path(), &CHECK);
    assert!(
        findings(&run).contains(&"waiver/no-effect@kustomization.yaml:4:21 introduced".to_owned()),
        "{run:?}"
    );
}

#[test]
fn hostile_annotations_do_no_harm_and_show_no_secret() {
    let evil = "\"\\e[31m\\u202e ::error::x ##vso[task.x]y <script> @everyone\"";
    let waiver = format!("rule: image-tags/*\nreason: {evil}\nowner: {evil}\nexpires: 2027-01-31\n");
    let wrong = format!("{evil}: {evil}\n");
    let deep = "[".repeat(5_000);
    for (before, text) in
        [(&waiver, &waiver), (&String::new(), &waiver), (&wrong, &wrong), (&String::new(), &deep)]
    {
        let repo = change(ALLOWED, before, text);
        for format in ["text", "json", "markdown", "sarif", "junit", "github", "azure", "gitlab"] {
            let run = gate().run(repo.path(), &["check", "--base=main", "--format", format]);
            assert!(run.code < 2, "{format}: {run:?}");
            assert!(
                !run.stdout.contains(['\u{1b}', '\u{202e}']) && !run.stdout.contains("##vso[task.x]"),
                "{format}: {}",
                run.stdout
            );
        }
    }
    // The reason repeats a secret of the same file.
    let secret =
        "---\napiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { k: hunter2hunter2 }\n";
    let telling = WAIVER.replace("vendor", "the word is hunter2hunter2");
    let repo = TestRepo::new();
    let both = |tag: &str| format!("{}{secret}", carrying("web", tag, &telling));
    repo.write("gate.yaml", ALLOWED).write("apps/web.yaml", both("1.2.3")).commit("base");
    repo.branch("pr").write("apps/web.yaml", both("latest")).commit("change");
    for format in ["text", "json", "markdown", "sarif", "junit"] {
        let run = gate().run(repo.path(), &["check", "--base=main", "--verbose", "--format", format]);
        assert!(run.stdout.replace('`', "").contains("the word is ••••••"), "{format}: {}", run.stdout);
        assert!(!run.stdout.contains("hunter2"), "{format}: {}", run.stdout);
    }
}

#[test]
fn very_many_annotations_in_one_file_take_no_longer_than_as_many_files() {
    let waiver = format!("{WAIVER}container: '*[a-z]*{{a,b,c}}*'\n");
    let many = |tag: &str| -> String {
        (0..3_000).map(|at| format!("{}---\n", carrying(&format!("web-{at}"), tag, &waiver))).collect()
    };
    let repo = TestRepo::new();
    repo.write("gate.yaml", ALLOWED).write("apps/web.yaml", many("1.2.3")).commit("base");
    repo.branch("pr").write("apps/web.yaml", many("latest")).commit("change");
    let run = gate().run(repo.path(), &CHECK);
    // `web` is no name with a second a, b or c behind a letter: `*[a-z]*b*` takes it.
    assert_eq!((run.code, run.json()["counts"]["waived"].as_u64()), (0, Some(3_000)), "{}", run.stderr);
}
