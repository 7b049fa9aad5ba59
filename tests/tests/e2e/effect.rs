//! A change to the gate's own files: what it would do once merged is shown, a mistake in it stops the change.

use gate_tests::{Run, TestRepo};
use serde_json::Value;

use crate::{DEPLOYMENT, gate, shop};

const CHECK: [&str; 4] = ["check", "--base", "main", "--format=json"];
const STRICT: &str =
    "kubernetes: '1.32'\npolicies:\n  - use: builtin:image-tags\n  - use: builtin:no-direct-prod\n";

/// `main` has the shop and `base` as its `gate.yaml`; the branch has `head`, or no file where it is empty.
fn change(base: &str, head: &str) -> TestRepo {
    let repo = shop();
    if !base.is_empty() {
        repo.write("gate.yaml", base).commit("gate");
    }
    repo.branch("pr").write("apps/web.yaml", DEPLOYMENT.replace("1.2.3", "1.2.4"));
    match head {
        "" => repo.remove("gate.yaml"),
        head => repo.write("gate.yaml", head),
    };
    repo.commit("change");
    repo
}

fn check(repo: &TestRepo) -> Run {
    gate().run(repo.path(), &CHECK)
}

/// Each effect in one line: `!` weakens.
fn effects(run: &Run) -> Vec<String> {
    let report = run.json();
    let effects = report["configuration_changes"]["effects"].as_array().cloned().unwrap_or_default();
    let text = |effect: &Value, key: &str| effect[key].as_str().unwrap_or("-").to_owned();
    let line = |effect: &Value| {
        let mark = if effect["weakens"] == true { "! " } else { "" };
        format!("{mark}{}: {} → {}", text(effect, "subject"), text(effect, "before"), text(effect, "after"))
    };
    effects.iter().map(line).collect()
}

fn notices(run: &Run) -> String {
    run.json()["coverage"]["notices"].to_string()
}

/// Place and message of each failure.
fn failures(run: &Run) -> Vec<String> {
    let report = run.json();
    let failures = report["failures"].as_array().cloned().unwrap_or_default();
    let line = |failure: &Value| {
        let (place, start) = (&failure["location"], &failure["location"]["start"]);
        let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
        let at = format!("{}:{}:{}", text(&place["path"]), start["line"], start["column"]);
        format!("{} {at} {}", text(&failure["kind"]), text(&failure["message"]))
    };
    failures.iter().map(line).collect()
}

#[test]
fn what_would_hold_once_merged_is_shown_and_does_not_hold_yet() {
    let loose = "kubernetes: '1.31'\npolicies:\n  - use: builtin:image-tags\n    rules: { mutable-image-tag: off }\n\
                 waivers:\n  - { rule: image-tags/*, path: 'legacy/**', reason: vendor, owner: team-legacy, expires: 2027-01-31 }\n";
    let repo = change(STRICT, loose);
    repo.write("apps/web.yaml", DEPLOYMENT.replace("web:1.2.3", "web:latest")).commit("latest");
    let run = check(&repo);
    assert_eq!(run.code, 1, "the base's rules still hold: {run:?}");
    assert_eq!(
        effects(&run),
        [
            "! kubernetes: 1.32 → 1.31",
            "! severity of image-tags/mutable-image-tag: error → off",
            "! policy: no-direct-prod → -",
            "! waiver: - → image-tags/* at legacy/** until 2027-01-31 (team-legacy): vendor",
        ],
        "{run:?}"
    );
    assert_eq!(run.json()["configuration_changes"]["total"], 4);
    assert_eq!(run.json()["configuration_changes"]["weakening"], 4);
    assert_eq!(run.json()["version"], "1.3");

    let text = gate().run(repo.path(), &["check", "--base=main"]).stdout;
    let lines: Vec<&str> = text.lines().collect();
    let title = "Once merged, this change alters the gate itself: 4 effects, 4 of them weaken it";
    let at = lines.iter().position(|line| *line == title).unwrap();
    assert!(at < 8, "near the top: {text}");
    assert_eq!(lines[at + 2], "  weakens  severity of image-tags/mutable-image-tag: error → off");
    let markdown = gate().run(repo.path(), &["check", "--base=main", "--format=markdown"]).stdout;
    assert!(
        markdown.contains("\n- ⚠️ severity of `image-tags/mutable-image-tag`: `error` → `off`\n"),
        "{markdown}"
    );
    assert!(markdown.find("alters the gate").unwrap() < markdown.find("### Findings").unwrap(), "{markdown}");
}

#[test]
fn the_documentation_shows_real_output() {
    let base = "kubernetes: '1.32'\npolicies:\n  - use: builtin:image-tags\n";
    let head = "kubernetes: '1.31'\npolicies:\n  - use: builtin:image-tags\n    rules: { mutable-image-tag: off }\n  \
                - use: ./policies/labels.wasm\nwaivers:\n  - { rule: image-tags/*, path: 'legacy/**', reason: vendor, \
                owner: team-legacy, expires: 2027-01-31 }\n";
    let repo = change(base, head);
    repo.write("policies/labels.wasm", "not read yet").commit("module");
    let run = gate().run(repo.path(), &["check", "--base=main"]);
    assert_eq!(run.code, 0, "{run:?}");
    let start = run.stdout.find("Once merged").unwrap();
    let effects = run.stdout[start..].split("\n\n").next().unwrap();
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/config.md");
    assert!(std::fs::read_to_string(page).unwrap().contains(effects), "{effects}");
}

#[test]
fn a_change_of_other_files_says_nothing_about_the_gate() {
    let repo = shop();
    repo.write("gate.yaml", STRICT).commit("gate");
    repo.branch("pr").write("apps/web.yaml", DEPLOYMENT.replace("1.2.3", "1.2.4")).commit("x");
    let run = check(&repo);
    assert_eq!((run.code, run.json().get("configuration_changes")), (0, None), "{run:?}");
}

#[test]
fn a_comment_has_no_effect() {
    let run = check(&change(STRICT, &format!("# strict\n{STRICT}")));
    assert_eq!((run.code, effects(&run)), (0, vec![]), "{run:?}");
    assert_eq!(run.json()["configuration_changes"]["total"], 0);
}

#[test]
fn the_first_configuration_is_compared_with_the_defaults() {
    let run = check(&change("", "policies:\n  - use: builtin:image-tags\n  - use: builtin:no-direct-prod\n"));
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        effects(&run),
        ["! policy: plaintext-secrets → -", "configuration: built-in defaults → gate.yaml"]
    );
    assert!(
        notices(&run).contains("bootstrap: built-in defaults apply until this change is merged"),
        "{run:?}"
    );
}

#[test]
fn without_its_configuration_the_gate_falls_back_to_the_defaults() {
    let run = check(&change(STRICT, ""));
    assert_eq!(
        (run.code, effects(&run)),
        (
            0,
            vec![
                "configuration: gate.yaml → built-in defaults".to_owned(),
                "kubernetes: 1.32 → the newest that the gate knows".to_owned(),
                "policy: - → plaintext-secrets".to_owned(),
            ]
        ),
        "{run:?}"
    );
}

#[test]
fn a_renamed_configuration_is_a_removed_one() {
    let repo = shop();
    repo.write("gate.yaml", STRICT).commit("gate");
    repo.branch("pr").git(&["mv", "gate.yaml", "old.yaml"]);
    repo.commit("moved");
    let run = check(&repo);
    assert!(effects(&run).contains(&"configuration: gate.yaml → built-in defaults".to_owned()), "{run:?}");
}

/// Once merged it would be the base of everything, and nothing would be judged any more.
#[test]
fn a_next_configuration_with_mistakes_makes_the_run_incomplete() {
    let wrong = "kubernetes: \"1.99\"\nenviroments: {}\nblock-on: errors\n";
    let run = check(&change(STRICT, wrong));
    assert_eq!(run.code, 3, "{run:?}");
    let expected = [
        "syntax gate.yaml:1:13 the gate has no schemas of Kubernetes 1.99",
        "syntax gate.yaml:2:1 unknown key `enviroments`",
        "syntax gate.yaml:3:11 `errors` is no value of `block-on`",
    ];
    assert_eq!(failures(&run), expected, "{run:?}");
    assert_eq!(run.json().get("configuration_changes"), None);
    let hint = run.json()["failures"][1]["hint"].as_str().unwrap().to_owned();
    assert!(hint.starts_with("did you mean `environments`?; mend it in this change"), "{hint}");
}

#[test]
fn no_waiver_and_no_severity_lets_a_broken_configuration_pass() {
    let lenient = "block-on: error\nwaivers:\n  - { rule: '*/*', path: '**', reason: all, owner: team, expires: 2099-01-01 }\n";
    for wrong in ["a: b: c\n", "- 1\n", "policies: [{ use: builtin:nope }]\n", "a: 1\n---\nb: 2\n", "\u{0}"] {
        let run = check(&change(lenient, wrong));
        assert_eq!(run.code, 3, "{wrong}: {run:?}");
        assert!(failures(&run).iter().all(|line| line.contains("gate.yaml")), "{wrong}: {run:?}");
    }
}

#[test]
fn a_configuration_that_is_no_plain_file_makes_the_run_incomplete() {
    let repo = shop();
    repo.write("gate.yaml", STRICT).commit("gate");
    repo.branch("pr").remove("gate.yaml").write("real.yaml", STRICT);
    std::os::unix::fs::symlink("real.yaml", repo.path().join("gate.yaml")).unwrap();
    repo.commit("a link");
    let run = check(&repo);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(
        failures(&run)[0].starts_with("unreadable ?:null:null gate.yaml of the change is no text file"),
        "{run:?}"
    );
}

#[test]
fn mistakes_that_only_the_policies_see_are_found_too() {
    for (entry, expected) in [
        (
            "  - use: builtin:image-tags\n    settings: { nope: 1 }\n",
            "policy-load gate.yaml:3:23 settings of policy image-tags",
        ),
        (
            "  - use: builtin:image-tags\n    rules: { nope: off }\n",
            "policy-load gate.yaml:3:14 policy image-tags has no rule `nope`",
        ),
        (
            "  - use: ./policies/none.wasm\n",
            "policy-load gate.yaml:2:10 there is no file ./policies/none.wasm",
        ),
    ] {
        let run = check(&change(STRICT, &format!("policies:\n{entry}")));
        assert_eq!(run.code, 3, "{run:?}");
        let found = failures(&run);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{expected}: {found:?}");
    }
}

#[test]
fn another_module_under_the_same_name_is_an_effect_and_is_not_run() {
    let config = "policies:\n  - use: builtin:image-tags\n  - use: ./policies/x.wasm\n";
    let repo = shop();
    // SHA-256 of "not wasm" and of "other", as sha256sum prints them.
    repo.write("gate.yaml", config).write("policies/x.wasm", "not wasm").commit("gate");
    repo.branch("pr").write("policies/x.wasm", "other").commit("another module");
    let run = check(&repo);
    assert_eq!(
        effects(&run),
        ["! content of policy ./policies/x.wasm: sha256 dc0cbbe931352caa… → sha256 d9298a10d1b07358…"],
        "{run:?}"
    );
    repo.remove("policies/x.wasm").commit("no module");
    let run = check(&repo);
    assert_eq!(
        effects(&run),
        ["! content of policy ./policies/x.wasm: sha256 dc0cbbe931352caa… → no such file"]
    );
    assert!(failures(&run).iter().any(|line| line.contains("there is no file ./policies/x.wasm")), "{run:?}");
}

#[test]
fn a_pin_that_does_not_fit_is_found_before_the_merge() {
    let config = "policies:\n  - use: ./policies/x.wasm\n";
    let repo = change(config, &format!("{config}    sha256: {}\n", "ab".repeat(32)));
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("policies/x.wasm", "not wasm").commit("module");
    repo.git(&["checkout", "--quiet", "pr"]);
    repo.git(&["rebase", "--quiet", "main"]);
    let run = check(&repo);
    assert_eq!(effects(&run), [format!("sha256 of policy ./policies/x.wasm: any → {}", "ab".repeat(32))]);
    assert!(
        failures(&run)
            .iter()
            .any(|line| line.starts_with("policy-load gate.yaml:2:10 ./policies/x.wasm has the SHA-256"))
    );
}

#[test]
fn the_ci_file_that_runs_the_gate_is_named() {
    let repo = shop();
    let job = "jobs:\n  gate:\n    steps:\n      - uses: gitops-gate/gitops-gate@v1\n";
    repo.write(".github/workflows/gate.yml", job)
        .write(".github/workflows/other.yml", "jobs: {}\n")
        .commit("ci");
    repo.branch("pr").write(".github/workflows/gate.yml", "jobs: {}\n");
    repo.write(".github/workflows/other.yml", "jobs: { x: {} }\n")
        .write(".gitlab-ci.yml", "gate: { script: gate check }\n");
    repo.commit("no gate");
    let notices = notices(&check(&repo));
    assert!(
        notices.contains(".github/workflows/gate.yml runs the gate and does so no more in this change"),
        "{notices}"
    );
    assert!(notices.contains(".gitlab-ci.yml runs the gate and is new in this change"), "{notices}");
    assert!(!notices.contains("other.yml"), "{notices}");
}

#[test]
fn hostile_text_and_great_numbers_do_no_harm() {
    let evil = "\\e[31m\\u202e ::error::x ##vso[task.x]y <script> @everyone";
    let waiver = |at: usize| {
        format!(
            "  - {{ rule: 'image-tags/x{at}', path: '**', reason: \"{evil}\", owner: \"{evil}\", expires: 2027-01-31 }}\n"
        )
    };
    let many: String = (0..300).map(waiver).collect();
    let repo = change(STRICT, &format!("{STRICT}waivers:\n{many}"));
    let run = check(&repo);
    let changes = run.json()["configuration_changes"].clone();
    assert_eq!((&changes["total"], &changes["weakening"]), (&300.into(), &300.into()));
    assert_eq!(changes["effects"].as_array().unwrap().len(), 100);
    for format in ["text", "json", "markdown", "sarif", "junit", "github", "azure", "gitlab"] {
        let run = gate().run(repo.path(), &["check", "--base=main", "--format", format]);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(
            !run.stdout.contains(['\u{1b}', '\u{202e}']) && !run.stdout.contains("##vso[task.x]"),
            "{format}"
        );
        assert!(run.stdout.lines().all(|line| !line.trim_start().starts_with("::error")), "{format}");
    }
    let text = gate().run(repo.path(), &["check", "--base=main"]).stdout;
    assert!(text.contains("\n           and 200 more\n"), "{text}");
}

#[test]
fn a_configuration_that_was_named_by_the_caller_is_not_compared() {
    let repo = change(STRICT, "block-on: info\n");
    for own in [&["--config-from=head"][..], &["--config", "gate.yaml"]] {
        let run = gate().run(repo.path(), &[&CHECK[..], own].concat());
        assert_eq!((run.code, run.json().get("configuration_changes")), (0, None), "{run:?}");
    }
    let staged = shop();
    staged.write("gate.yaml", "block-on: info\n").git(&["add", "--all"]);
    let run = gate().run(staged.path(), &["check", "--staged", "--format=json"]);
    let expected = ["configuration: built-in defaults → gate.yaml", "block-on: error → info"];
    assert_eq!((run.code, effects(&run)), (0, expected.map(str::to_owned).to_vec()), "{run:?}");
}
