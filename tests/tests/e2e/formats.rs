//! The formats for CI servers and pull requests: one broken change through the binary in each of them.

use std::collections::BTreeSet;
use std::path::Path;

use gate_tests::{Run, TestRepo};
use quick_xml::events::Event;
use serde_json::Value;

use crate::{DEPLOYMENT, gate, shop};

const FORMATS: [&str; 9] =
    ["text", "json", "sarif", "junit", "markdown", "html", "github", "azure", "gitlab"];
/// A file name that would like to be a command, a cell, a link and a mention.
const HOSTILE: &str = "apps/@everyone |a,b]c;d##vso[x]`%0A::error ::<b>[x](y).yaml";
const HIDDEN: [&str; 3] = ["Zx9-quantum", "WngnLXF1", "quantum-4471"];

/// `main` is good; the branch has an image that moves, the same in a file with a hostile name, and a secret in clear.
fn broken() -> TestRepo {
    let repo = shop();
    let bad = DEPLOYMENT.replace("web:1.2.3", "web:latest");
    let other = bad.replacen("name: web", "name: other", 1);
    let secret = "\
apiVersion: v1
kind: Secret
metadata: { name: db, namespace: shop }
stringData:
  password: Zx9-quantum-4471-lemur
data:
  token: WngnLXF1YW50dW0tNDQ3MS1sZW11cg==
";
    repo.branch("pr").write("apps/web.yaml", bad).write(HOSTILE, other).write("apps/secret.yaml", secret);
    repo.commit("break");
    repo
}

fn check(folder: &Path, format: &str) -> Run {
    let run = gate().run(folder, &["check", "--base=main", "--head=HEAD", "--format", format]);
    assert_eq!(run.code, 1, "{run:?}");
    run
}

#[test]
fn all_formats_keep_secrets_and_go_to_files_too() {
    let repo = broken();
    let out = tempfile::tempdir().unwrap();
    let file = |format: &str| out.path().join(format).display().to_string();
    let targets: Vec<_> =
        FORMATS.iter().map(|format| format!("--format={format}={}", file(format))).collect();
    let arguments: Vec<&str> = ["check", "--base=main", "--head=HEAD"]
        .into_iter()
        .chain(targets.iter().map(String::as_str))
        .collect();
    let all = gate().run(repo.path(), &arguments);
    assert_eq!((all.code, all.stdout.as_str()), (1, ""), "{all:?}");
    for format in FORMATS {
        let run = check(repo.path(), format);
        assert!(run.stdout.contains("image-tags") && run.stdout.contains("secret"), "{format}: {run:?}");
        for hidden in HIDDEN {
            assert!(!run.stdout.contains(hidden) && !run.stderr.contains(hidden), "{format}: {run:?}");
        }
        assert_eq!(std::fs::read_to_string(file(format)).unwrap(), run.stdout, "{format}");
    }
}

#[test]
fn the_help_lists_all_formats() {
    let help = gate().run(Path::new("."), &["check", "--help"]);
    for format in FORMATS {
        assert!(help.stdout.contains(format), "{format}: {help:?}");
    }
}

#[test]
fn junit_is_xml_and_fails_for_what_blocks() {
    let repo = broken();
    let run = check(repo.path(), "junit");
    let blocking = check(repo.path(), "json").json()["counts"]["blocking"].as_u64().unwrap();
    let mut reader = quick_xml::Reader::from_str(&run.stdout);
    let mut names: Vec<String> = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) | Event::Empty(start) => {
                start.attributes().for_each(|attribute| drop(attribute.unwrap()));
                names.push(start.name().as_ref().to_owned());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let number = |name: &str| names.iter().filter(|found| *found == name).count();
    // One for each finding that blocks, one for the verdict.
    assert_eq!(number("failure") as u64, blocking + 1, "{run:?}");
    assert_eq!((number("testsuites"), number("error")), (1, 0), "{run:?}");
    assert!(run.stdout.contains("file=\"apps/web.yaml\" line=\"16\""), "{run:?}");
}

#[test]
fn gitlab_has_an_issue_for_each_finding() {
    let repo = broken();
    let report = check(repo.path(), "gitlab").json();
    let issues = report.as_array().unwrap();
    let findings = check(repo.path(), "json").findings();
    let prints: BTreeSet<&str> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!((issues.len(), prints.len()), (findings.len(), findings.len()));
    let at = |path: &str, line: u32| -> Vec<&Value> {
        let place = serde_json::json!({ "path": path, "lines": { "begin": line } });
        issues.iter().filter(|issue| issue["location"] == place).collect()
    };
    assert_eq!(at("apps/web.yaml", 16)[0]["check_name"], "image-tags/mutable-image-tag");
    assert_eq!(at(HOSTILE, 16).len(), 1);
}

#[test]
fn runners_get_one_command_in_a_line() {
    let repo = broken();
    let findings = check(repo.path(), "json").findings().len();
    let github = check(repo.path(), "github").stdout;
    let place = "::error file=apps/web.yaml,line=16,endLine=16,col=18,endColumn=";
    assert_eq!(github.matches(place).count(), 1, "{github}");
    // One for each finding, one for the verdict.
    assert_eq!(github.lines().count(), findings + 1, "{github}");
    assert!(github.lines().all(|line| line.starts_with("::") && !line.contains("##vso[")), "{github}");
    let azure = check(repo.path(), "azure").stdout;
    let place = "##vso[task.logissue type=error;sourcepath=apps/web.yaml;linenumber=16;columnnumber=18;code=image-tags/";
    assert_eq!(azure.matches(place).count(), 1, "{azure}");
    assert!(azure.lines().all(|line| line.matches("##vso[").count() <= 1), "{azure}");
    assert!(azure.contains("\ngitops-gate: FAIL: "), "{azure}");
}

#[test]
fn markdown_has_the_verdict_first_and_every_finding() {
    let repo = broken();
    let findings = check(repo.path(), "json").findings().len();
    let text = check(repo.path(), "markdown").stdout;
    assert!(text.starts_with("## ❌ FAIL\n\n"), "{text}");
    let row = "| error | `image-tags/mutable-image-tag` | `apps/web.yaml:16` | `Deployment/shop/web` |";
    assert_eq!(text.matches(row).count(), 1, "{text}");
    let rows = text.lines().filter(|line| line.starts_with("| error |") || line.starts_with("| warning |"));
    assert_eq!(rows.count(), findings, "{text}");
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    let passed = gate().run(repo.path(), &["check", "--base=main", "--head=main", "--format=markdown"]);
    assert!(
        passed.stdout.starts_with("## ✅ PASS\n") && passed.stdout.contains("NOTHING WAS CHECKED"),
        "{passed:?}"
    );
}
