//! What those who come from kubeconform rely on: its options, its summary, files and standard input of every sort, TAP.
//! `docs/kubeconform.md` is held against the list of its options.

use std::fmt::Write as _;

use crate::{DEPLOYMENT, gate};
use gate_tests::{Run, TestRepo, corpus};

const FLAGS: &str = include_str!("../../data/kubeconform/flags.txt");
const PAGE: &str = include_str!("../../../docs/kubeconform.md");

const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n";
const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: token}\n";
const WIDGET: &str = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n";
const BUDGET: &str = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n";

/// `gate check --schemas-only` in a folder with `arguments`, which are separated by blanks.
fn check(repo: &TestRepo, arguments: &str) -> Run {
    check_with(repo, arguments, None)
}

fn check_with(repo: &TestRepo, arguments: &str, input: Option<&str>) -> Run {
    let arguments: Vec<&str> = ["check", "--schemas-only"].into_iter().chain(arguments.split(' ')).collect();
    gate().run_with(repo.path(), &arguments, &[], input.map(str::as_bytes))
}

/// Two valid objects and a misspelt one in one file, a kind without a schema, a Secret, and what is no manifest.
fn mixed() -> TestRepo {
    let repo = TestRepo::new();
    let wrong = DEPLOYMENT.replace("replicas", "replica");
    repo.write("apps/all.yaml", format!("{MAP}---\n{DEPLOYMENT}---\n{wrong}"));
    repo.write(
        "apps/widget.json",
        r#"{"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}}"#,
    );
    repo.write("apps/deep/secret.yml", SECRET)
        .write("README.md", "# hello\n")
        .write("apps/values.txt", "a: 1\n");
    repo
}

fn last_lines(run: &Run, number: usize) -> String {
    let lines: Vec<&str> = run.stdout.lines().collect();
    lines[lines.len().saturating_sub(number)..].join("\n")
}

fn numbers(run: &Run) -> [u64; 4] {
    let report = run.json();
    ["valid", "invalid", "errors", "skipped"]
        .map(|key| report["coverage"]["resources"][key].as_u64().unwrap())
}

#[test]
fn every_option_of_kubeconform_has_a_row() {
    let rows: Vec<&str> = PAGE.lines().filter(|line| line.starts_with("| `")).collect();
    let flags: Vec<&str> = FLAGS.lines().filter(|line| line.starts_with('-')).collect();
    assert_eq!(flags.len(), 17);
    for flag in flags {
        let row = rows.iter().filter(|row| row.starts_with(&format!("| `{flag}` |"))).count();
        assert_eq!(row, 1, "{flag}");
    }
}

#[test]
fn the_summary_counts_as_kubeconform_does() {
    let repo = mixed();
    let run = check(&repo, "--summary apps");
    assert_eq!(run.code, 1, "{run:?}");
    let line = "Summary: 5 resources found in 3 files - Valid: 3, Invalid: 1, Errors: 1, Skipped: 0";
    assert_eq!(run.stdout.lines().filter(|found| *found == line).count(), 1, "{run:?}");
    assert!(!check(&repo, "apps").stdout.contains("Summary:"));
    let json = check(&repo, "--format json --skip Secret,v1/ConfigMap --ignore-missing-schemas apps");
    assert_eq!((json.code, numbers(&json)), (1, [1, 1, 0, 3]), "{json:?}");
    assert!(json.json()["coverage"]["resources"].get("list").is_none());
    let list = check(&repo, "--format json --verbose apps").json()["coverage"]["resources"]["list"].clone();
    let list: Vec<String> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|resource| {
            format!(
                "{}:{} {} {}",
                resource["path"].as_str().unwrap(),
                resource["line"],
                resource["object"]["kind"].as_str().unwrap(),
                resource["outcome"].as_str().unwrap()
            )
        })
        .collect();
    // The Deployments begin behind 3 lines and a separator, and behind 20 and another one.
    assert_eq!(
        list,
        [
            "apps/all.yaml:1 ConfigMap valid",
            "apps/all.yaml:5 Deployment valid",
            "apps/all.yaml:22 Deployment invalid",
            "apps/deep/secret.yml:1 Secret valid",
            "apps/widget.json:1 Widget error",
        ]
    );
}

#[test]
fn unread_files_count_as_errors() {
    let repo = TestRepo::new();
    repo.write("a.yaml", "a: [\n").write("b.yaml", MAP).write("c.yaml", b"\x00\x01\x02binary");
    let run = check(&repo, "--format json .");
    assert_eq!((run.code, numbers(&run)), (1, [1, 0, 2, 0]), "{run:?}");
}

#[test]
fn kinds_are_skipped_and_listed() {
    let repo = TestRepo::new();
    repo.write("a.yaml", format!("{SECRET}sepc: 1\n---\n{MAP}"));
    assert_eq!(check(&repo, "a.yaml").code, 1);
    for names in ["Secret", "v1/Secret", "Widget,Secret"] {
        let run = check(&repo, &format!("--format json --skip {names} a.yaml"));
        assert_eq!((run.code, numbers(&run)), (0, [1, 0, 0, 1]), "{names}: {run:?}");
        let skipped = run.json()["coverage"]["skipped"].clone();
        assert_eq!(
            skipped,
            serde_json::json!([{ "path": "a.yaml", "document": 0, "reason": "kind-skipped" }])
        );
    }
    for names in ["secret", "apps/v1/Secret"] {
        assert_eq!(check(&repo, &format!("--skip {names} a.yaml")).code, 1, "{names}");
    }
    // A key that stands twice is a mistake of the file, whatever the kind.
    repo.write("a.yaml", format!("{SECRET}type: a\ntype: b\n"));
    let run = check(&repo, "--format json --skip Secret a.yaml");
    assert_eq!(run.findings(), ["manifest/duplicate-key@a.yaml:5:1 present"], "{run:?}");
    let bad = check(&repo, "--skip apps/Deployment a.yaml");
    assert_eq!(bad.code, 2);
    assert!(bad.stderr.contains("`--skip apps/Deployment` names no kind"), "{bad:?}");
}

#[test]
fn kinds_are_rejected() {
    let repo = mixed();
    let run = check(&repo, "--format json --reject v1/Secret,Widget --skip Deployment apps");
    assert_eq!(
        run.findings(),
        [
            "schema/rejected-kind@apps/deep/secret.yml:2:7 present",
            "schema/rejected-kind@apps/widget.json:1:42 present"
        ],
        "{run:?}"
    );
    assert_eq!((run.code, numbers(&run)), (1, [1, 2, 0, 2]));
    assert_eq!(run.json()["findings"][0]["message"], "v1 Secret is not allowed here");
    // What is skipped is not rejected, as with kubeconform.
    let both = check(&repo, "--reject Secret --skip Secret,Deployment --ignore-missing-schemas apps");
    assert_eq!(both.code, 0, "{both:?}");
    let misspelt = check(&repo, "--reject Secrt --skip Deployment --ignore-missing-schemas apps");
    assert_eq!(misspelt.code, 0);
    assert!(misspelt.stdout.contains("did you mean `Secret`?"), "{misspelt:?}");
}

#[test]
fn files_are_ignored_by_regular_expressions() {
    let repo = mixed();
    let run = check(
        &repo,
        r"--format json --ignore-filename-pattern \.json$ --ignore-filename-pattern ^apps/all .",
    );
    assert_eq!((run.code, numbers(&run)), (0, [1, 0, 0, 0]), "{run:?}");
    let skipped = run.json()["coverage"]["skipped"].as_array().unwrap().clone();
    let excluded: Vec<&str> = skipped
        .iter()
        .filter(|skipped| skipped["reason"] == "excluded")
        .map(|skipped| skipped["path"].as_str().unwrap())
        .collect();
    assert_eq!(excluded, ["apps/all.yaml", "apps/widget.json"]);
    assert!(
        run.json()["change"]["config"]
            .as_str()
            .unwrap()
            .contains(r"--ignore-filename-pattern \.json$,^apps/all")
    );
    let bad = check(&repo, "--ignore-filename-pattern [ .");
    assert_eq!(bad.code, 2);
    assert!(bad.stderr.contains("unclosed character class") && bad.stderr.contains("not a glob"), "{bad:?}");
    let stdin = check_with(&repo, "--ignore-filename-pattern . --summary -", Some(MAP));
    assert!(stdin.stdout.contains("Valid: 1, Invalid: 0"), "{stdin:?}");
}

#[test]
fn kinds_without_a_schema_are_incomplete_or_listed() {
    let repo = TestRepo::new();
    repo.write("w.yaml", WIDGET);
    assert_eq!(check(&repo, "w.yaml").code, 3);
    let run = check(&repo, "--ignore-missing-schemas --verbose w.yaml");
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("  skipped  w.yaml:1 Widget/w (example.com/v1)\n"), "{run:?}");
    assert!(
        run.stdout.contains("1  no schema for its kind (allowed by the configuration or the command line)")
    );
    // What is nearly a kind of Kubernetes itself is a mistake: no cluster could have it.
    repo.write("w.yaml", DEPLOYMENT.replace("kind: Deployment", "kind: Deploymnet"));
    let run = check(&repo, "--ignore-missing-schemas w.yaml");
    assert_eq!(run.code, 3);
    assert!(run.stdout.contains("to do: did you mean apps/v1 Deployment?"), "{run:?}");
}

#[test]
fn versions_of_the_command_line_beat_the_file() {
    let repo = TestRepo::new();
    repo.write(
        "gate.yaml",
        "kubernetes: \"1.30\"\nenvironments: {prod: {paths: [\"prod/**\"], kubernetes: \"1.31\"}}\n",
    );
    repo.write("budget.yaml", BUDGET).write("prod/budget.yaml", BUDGET);
    let run = check(&repo, "--format json .");
    assert_eq!((run.code, numbers(&run)), (1, [0, 2, 0, 0]), "{run:?}");
    for version in ["1.24", "v1.24.17", "1.24.17+k3s1", "1.24.0"] {
        let run = check(&repo, &format!("--format json --kubernetes-version {version} ."));
        assert_eq!((run.code, numbers(&run)), (0, [2, 0, 0, 0]), "{version}: {run:?}");
    }
    for word in ["master", "1.34", "1.24,1.34", "1.24 --kubernetes-version 1.34"] {
        assert_eq!(check(&repo, &format!("--kubernetes-version {word} .")).code, 1, "{word}");
    }
    for (word, expected) in
        [("1.9999", "is no version"), ("1.99", "no schemas of Kubernetes 1.99"), ("1.3", "1.3")]
    {
        let run = check(&repo, &format!("--kubernetes-version {word} ."));
        assert_eq!(run.code, 2, "{word}: {run:?}");
        assert!(run.stderr.contains(expected) && run.stderr.contains("the gate knows 1."), "{word}: {run:?}");
    }
}

#[test]
fn both_halves_of_a_fleet_are_told() {
    let repo = TestRepo::new();
    repo.write("budget.yaml", BUDGET);
    let told = |versions: &str| {
        let run = check(&repo, &format!("--format json --kubernetes-version {versions} ."));
        let findings = run.json()["findings"].as_array().unwrap().clone();
        let removed = findings.into_iter().find(|finding| finding["rule"] == "schema/removed-api").unwrap();
        ["message", "hint", "docs"].map(|key| removed[key].as_str().unwrap_or_default().to_owned())
    };
    let [message, hint, docs] = told("1.24,1.34");
    assert_eq!(
        message,
        "PodDisruptionBudget in policy/v1beta1 was removed in Kubernetes 1.25; the last version that serves it is 1.24 \
         (valid on Kubernetes 1.24, not on 1.34)"
    );
    assert_eq!(hint, "use policy/v1");
    assert_eq!(docs, "https://kubernetes.io/docs/reference/using-api/deprecation-guide/#v1-25");
    // policy/v1 came with 1.21.
    let [message, hint, _] = told("1.20,1.24,1.33,1.34");
    assert!(message.ends_with("(valid on Kubernetes 1.20, 1.24, not on 1.33, 1.34)"), "{message}");
    assert_eq!(hint, "use policy/v1 (Kubernetes 1.20 does not serve that)");
    let [message, ..] = told("1.34");
    assert!(message.ends_with("the last version that serves it is 1.24"), "{message}");
}

#[test]
fn a_run_stops_at_the_first_error() {
    let repo = TestRepo::new();
    let good = |number: usize| (format!("f{number:03}.yaml"), MAP.to_owned());
    for (name, text) in (0..100).map(good) {
        repo.write(&name, text);
    }
    for number in [30, 90] {
        repo.write(&format!("f{number:03}.yaml"), format!("{MAP}sepc: 1\n"));
    }
    let run = |threads: &str, more: &str| {
        let arguments = format!("check --schemas-only --format json{more} .");
        let arguments: Vec<&str> = arguments.split(' ').collect();
        gate().run_with(repo.path(), &arguments, &[("RAYON_NUM_THREADS", threads)], None)
    };
    assert_eq!(numbers(&run("2", "")), [98, 2, 0, 0]);
    let stopped = run("1", " --exit-on-error");
    // A hundred files are judged one by one: 31 are enough to find the first error.
    assert_eq!((stopped.code, numbers(&stopped)), (1, [30, 1, 0, 0]), "{stopped:?}");
    let notice = "stopped at the first error (--exit-on-error): 31 of 100 files were looked at";
    assert_eq!(stopped.json()["coverage"]["notices"], serde_json::json!([notice]));
    for threads in ["2", "7"] {
        assert_eq!(run(threads, " --exit-on-error").stdout, stopped.stdout);
    }
    // An error that a waiver lets pass must not hide the next one.
    repo.write(
        "gate.yaml",
        "waivers: [{rule: schema/unknown-field, path: f030.yaml, reason: known, owner: team, expires: 2999-01-01}]\n",
    );
    let waived = run("2", " --exit-on-error");
    assert_eq!(waived.code, 1, "{waived:?}");
    assert!(waived.findings().contains(&"schema/unknown-field@f090.yaml:4:1 present".to_owned()));
    repo.write("f090.yaml", MAP);
    assert_eq!((run("2", " --exit-on-error").code, run("2", "").code), (0, 0));
}

#[test]
fn standard_input_is_judged() {
    let repo = TestRepo::new();
    let mut many = String::new();
    for number in 0..50 {
        writeln!(many, "---\n{}", MAP.replace("settings", &format!("m{number}"))).unwrap();
    }
    let run = check_with(&repo, "--summary -", Some(&many));
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("Summary: 50 resources found in 1 file - Valid: 50"), "{run:?}");
    let list = format!(
        "apiVersion: v1\nkind: List\nitems:\n  - {{apiVersion: v1, kind: ConfigMap, metadata: {{name: a}}, dat: 1}}\n  - {{apiVersion: v1, kind: Pod}}\n---\n{MAP}"
    );
    let run = check_with(&repo, "--format json -", Some(&list));
    assert_eq!((run.code, numbers(&run)), (1, [1, 2, 0, 0]), "{run:?}");
    let beside = check_with(&repo, "- x.yaml", Some(MAP));
    assert_eq!(beside.code, 2);
    assert!(beside.stderr.contains("standard input is judged alone"), "{beside:?}");
    let empty = check_with(&repo, "-", Some(""));
    assert!(empty.code == 0 && empty.stdout.contains("NOTHING WAS CHECKED"), "{empty:?}");
}

#[test]
fn files_of_every_sort_work_or_say_what_to_do() {
    let repo = TestRepo::new();
    repo.write("manifest", format!("{MAP}sepc: 1\n"))
        .write("list", format!("[{}]", r#"{"apiVersion": "v1", "kind": "Pod"}"#));
    repo.write("LICENSE", "No kind: of licence\n").write("notes.md", MAP).write("empty.yaml", "");
    let run = check(&repo, "--format json manifest");
    assert_eq!(run.findings(), ["schema/unknown-field@manifest:4:1 present"], "{run:?}");
    assert_eq!(check(&repo, "list").code, 1);
    // The same file beside others in a folder is no manifest by its name.
    assert_eq!(check(&repo, ".").code, 0);
    let notes = check(&repo, "notes.md LICENSE");
    assert_eq!(notes.code, 0);
    assert!(
        notes.stdout.contains("named, but not judged: LICENSE and 1 more; manifests end in"),
        "{notes:?}"
    );
    assert!(notes.stdout.contains("NOTHING WAS CHECKED"));
    let gone = check(&repo, "gone.yaml");
    assert_eq!(gone.code, 2);
    assert!(
        gone.stderr.contains("no such file or directory: ./gone.yaml") && gone.stderr.contains("hint:"),
        "{gone:?}"
    );
    let empty = check(&repo, "--verbose empty.yaml");
    assert!(empty.code == 0 && empty.stdout.contains("empty document"), "{empty:?}");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("manifest", repo.path().join("link.yaml")).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", repo.path().join("out.yaml")).unwrap();
        let links = check(&repo, "--verbose .");
        assert!(links.stdout.contains("2  symbolic link (not followed)"), "{links:?}");
    }
    let outside = gate().run(std::env::temp_dir().as_path(), &["check", "--schemas-only"]);
    assert!(outside.stderr.contains("or `-` for standard input") || outside.code != 2, "{outside:?}");
}

#[test]
fn tap_is_as_kubeconform_writes_it() {
    let repo = mixed();
    repo.write("apps/x # TODO.yaml", format!("{MAP}sepc: 1\n"));
    let run = check(&repo, "--format tap --summary --skip Secret apps");
    let mut lines = run.stdout.lines();
    assert_eq!(lines.next(), Some("TAP version 13"));
    let tests: Vec<&str> =
        lines.filter(|line| line.starts_with("ok ") || line.starts_with("not ok ")).collect();
    let begins = [
        "ok 1 - apps/all.yaml (v1/ConfigMap//settings)",
        "ok 2 - apps/all.yaml (apps/v1/Deployment/shop/web)",
        "not ok 3 - apps/all.yaml (apps/v1/Deployment/shop/web): unknown field `replica`",
        "ok 4 - apps/deep/secret.yml (v1/Secret//token) # SKIP nothing was checked",
        "not ok 5 - apps/widget.json (example.com/v1/Widget//w): no schema is known for example.com/v1 Widget",
        "not ok 6 - apps/x \\# 'TODO.yaml (v1/ConfigMap//settings): unknown field `sepc`",
        "not ok 7 - verdict FAIL: 2 errors, 2 blocking; 1 check unfinished; 6 objects judged",
    ];
    assert_eq!(tests.len(), begins.len(), "{run:?}");
    for (test, begin) in tests.iter().zip(begins) {
        assert!(test.starts_with(begin), "{test}\n{begin}");
    }
    let summary = "# Summary: 6 resources found in 4 files - Valid: 2, Invalid: 2, Errors: 1, Skipped: 1";
    assert_eq!(last_lines(&run, 2), format!("{summary}\n1..7"), "{run:?}");
    assert!(
        run.stdout.contains("      hint: \"did you mean `replicas`?\"\n      docs: \"https://kubernetes.io/"),
        "{run:?}"
    );
}

#[test]
fn pretty_has_a_line_for_each_resource() {
    let repo = mixed();
    let run = check(&repo, "--format pretty --summary apps");
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{run:?}");
    assert!(
        lines[0].starts_with(
            "✖ apps/all.yaml: Deployment/shop/web (apps/v1) is invalid: unknown field `replica`"
        )
    );
    assert!(
        lines[1].starts_with("✖ apps/widget.json: Widget/w (example.com/v1) could not be checked: no schema")
    );
    let all = check(&repo, "--output pretty --verbose apps");
    assert_eq!(all.stdout.lines().filter(|line| line.starts_with("✔ ")).count(), 3, "{all:?}");
}

#[test]
fn junit_names_every_resource() {
    let run = check(&mixed(), "--format junit apps");
    assert_eq!(run.stdout.matches("<testcase classname=\"resource\"").count(), 3, "{run:?}");
    assert!(run.stdout.contains("tests=\"6\" failures=\"2\" errors=\"1\" skipped=\"0\""), "{run:?}");
}

#[test]
fn findings_lead_to_the_reference_of_the_kind() {
    let repo = TestRepo::new();
    repo.write("a.yaml", DEPLOYMENT.replace("replicas", "replica"));
    repo.write("b.yaml", "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: a}\nspec: 1\n");
    let run = check(&repo, "--format json --kubernetes-version 1.33 .");
    let docs: Vec<String> = run.json()["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["docs"].as_str().unwrap_or("").to_owned())
        .collect();
    assert_eq!(
        docs,
        [
            "https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.33/#deployment-v1-apps",
            "https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.Certificate",
        ]
    );
    let sarif = check(&repo, "--format sarif --kubernetes-version 1.33 .").json();
    assert_eq!(sarif["runs"][0]["results"][0]["properties"]["docs"], docs[0]);
    let uri = "https://kubernetes.io/docs/reference/kubernetes-api/";
    assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"][0]["helpUri"], uri);
    let text = check(&repo, "a.yaml").stdout;
    assert!(
        text.contains("  = hint: did you mean `replicas`?\n") && text.contains("#deployment-v1-apps\n"),
        "{text}"
    );
}

#[test]
fn options_with_one_dash_get_a_hint() {
    let repo = TestRepo::new();
    let run = check(&repo, "-summary -output json .");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("hint: long options take two dashes: `--summary`"), "{run:?}");
    assert_eq!(check(&repo, "--strict .").code, 0);
}

/// kubeconform 0.7.0 with the schemas of 1.33 finds the same 47 valid resources; its 23 others are charts, kustomizations
/// and a patch.
#[test]
fn a_real_repository_has_the_same_valid_resources() {
    let Some(repo) = corpus("argocd-examples") else { return };
    let arguments = ["check", "--schemas-only", "--kubernetes-version=1.33", "--format=json", "."];
    let run = gate().run(&repo, &arguments);
    assert_eq!((run.code, numbers(&run)), (1, [47, 0, 0, 0]), "{}", run.stderr);
    // The one thing that is wrong is no resource: a kustomization with a text where kustomize wants a patch.
    let report = run.json();
    let errors = report["findings"].as_array().unwrap().iter().filter(|found| found["severity"] == "error");
    let places: Vec<_> = errors.map(|found| found["location"]["path"].as_str().unwrap()).collect();
    assert_eq!(places, ["plugins/kustomized-helm/kustomization.yaml"]);
}

/// Every resource is counted once and is one test of TAP.
#[test]
fn the_numbers_of_large_repositories_add_up() {
    for name in ["infra-deployments", "flux-home"] {
        let Some(repo) = corpus(name) else { continue };
        let arguments = ["check", "--schemas-only", "--format=json", "--verbose", "."];
        let run = gate().run(&repo, &arguments);
        let report = run.json();
        let resources = &report["coverage"]["resources"];
        let list = resources["list"].as_array().unwrap();
        let of = |outcome: &str| list.iter().filter(|resource| resource["outcome"] == outcome).count() as u64;
        let [valid, invalid, errors, skipped] = numbers(&run);
        assert_eq!((valid, invalid, skipped), (of("valid"), of("invalid"), of("skipped")), "{name}");
        let unread =
            report["failures"].as_array().unwrap().iter().filter(|failure| failure["check"] == "manifest");
        assert_eq!(errors, of("error") + unread.count() as u64, "{name}");
        assert_eq!(list.len() as u64, report["coverage"]["objects"].as_u64().unwrap(), "{name}");
        let tap = gate().run(&repo, &["check", "--schemas-only", "--format=tap", "."]).stdout;
        let tests = tap.lines().filter(|line| line.starts_with("ok ") || line.starts_with("not ok ")).count();
        assert!(tests > list.len(), "{name}: {tests} tests of {} resources", list.len());
        assert_eq!(tap.lines().last(), Some(format!("1..{tests}").as_str()), "{name}");
    }
}

#[test]
fn each_environment_has_its_own_version() {
    let repo = TestRepo::new();
    repo.write(
        "gate.yaml",
        "environments:\n  dev: {paths: [\"dev/**\"], kubernetes: \"v1.24.17+k3s1\"}\n  \
         prod: {paths: [\"prod/**\"], kubernetes: [\"1.33\", \"1.34\"]}\n",
    );
    repo.write("dev/budget.yaml", BUDGET).write("prod/budget.yaml", BUDGET);
    let run = check(&repo, "--format json .");
    assert_eq!(
        run.findings(),
        [
            "schema/deprecated-api@dev/budget.yaml:1:13 present",
            "schema/removed-api@prod/budget.yaml:1:13 present"
        ],
        "{run:?}"
    );
    assert_eq!((run.code, numbers(&run)), (1, [1, 1, 0, 0]));
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_incomplete_and_says_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let repo = TestRepo::new();
    repo.write("a.yaml", MAP).write("b.yaml", MAP);
    let place = repo.path().join("b.yaml");
    std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o0)).unwrap();
    if std::fs::read(&place).is_ok() {
        return gate_tests::skipped("this user may read every file");
    }
    let run = check(&repo, "--format json .");
    assert_eq!((run.code, numbers(&run)), (3, [1, 0, 1, 0]), "{run:?}");
    let hint = run.json()["failures"][0]["hint"].as_str().unwrap().to_owned();
    assert!(hint.starts_with("let whoever runs the gate read it"), "{hint}");
}
