//! The action, the workflows, the templates and the scripts, by the linters and the published schemas of those who know them. What
//! is not there is skipped, and said so.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::runner::files;
use crate::templates::{NAMES, filled};
use crate::tools::{actionlint, content, on_the_path, python};
use crate::{read, root, yaml};

/// A template as `gate init` writes it, in a folder of its own.
fn written(name: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".github/workflows").join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, filled(name)).unwrap();
    (folder, path)
}

/// The workflows of this repository.
fn workflows() -> Vec<PathBuf> {
    let folder = root().join(".github/workflows");
    if folder.is_dir() { files(&folder) } else { Vec::new() }
}

fn zizmor(persona: &str, path: &Path) {
    let Some(zizmor) = python("zizmor") else { return };
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("zizmor.yml");
    // A template cannot name the commit of the release that it is part of; everything else is pinned by commit.
    let policies = "rules:\n  unpinned-uses:\n    config:\n      policies:\n        gitops-gate/gitops-gate: ref-pin\n        \"*\": hash-pin\n";
    std::fs::write(&settings, policies).unwrap();
    let mut command = Command::new(zizmor);
    command.args(["--offline", "--no-progress", "--quiet", "--persona", persona, "--config"]);
    content(command.arg(settings).arg(path));
}

#[test]
fn zizmor_is_content_with_the_action() {
    zizmor("auditor", &root().join("action.yml"));
}

#[test]
fn zizmor_is_content_with_the_workflows() {
    for workflow in workflows() {
        zizmor("regular", &workflow);
    }
}

#[test]
fn zizmor_is_content_with_the_templates() {
    let (_folder, path) = written("github.yml");
    zizmor("auditor", &path);
    let (_folder, path) = written("gitea.yml");
    zizmor("regular", &path);
}

/// The linter is one that finds something.
#[test]
fn zizmor_finds_what_is_wrong() {
    let Some(zizmor) = python("zizmor") else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("action.yml");
    let wrong = read("action.yml").replacen(
        "run: bash \"$GITHUB_ACTION_PATH/ci/github/verdict.sh\"",
        "run: echo ${{ github.head_ref }}",
        1,
    );
    std::fs::write(&path, wrong).unwrap();
    let output = Command::new(zizmor).args(["--offline", "--no-progress"]).arg(path).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("template-injection"), "{output:?}");
}

#[test]
fn actionlint_is_content() {
    let Some(actionlint) = actionlint() else { return };
    let templates = [written("github.yml"), written("gitea.yml")];
    let templates = templates.iter().map(|(_folder, path)| path.clone());
    let mut command = Command::new(actionlint);
    // Scripts are judged below; what is on the PATH by chance is not asked.
    command.args(["-no-color", "-shellcheck=", "-pyflakes="]);
    content(command.args(templates.collect::<Vec<_>>()).args(workflows()));
}

fn schema(name: &str, paths: &[&Path]) {
    let Some(program) = python("check-jsonschema") else { return };
    let mut command = Command::new(program);
    // The schema of Azure has patterns that are none with the flag `u`.
    command.args(["--regex-variant", "nonunicode", "--builtin-schema", name]);
    content(command.args(paths));
}

#[test]
fn published_schemas_are_content() {
    schema("vendor.github-actions", &[&root().join("action.yml")]);
    for workflow in workflows() {
        schema("vendor.github-workflows", &[&workflow]);
    }
    for (name, file) in [
        ("vendor.github-workflows", "github.yml"),
        ("vendor.github-workflows", "gitea.yml"),
        ("vendor.gitlab-ci", "gitlab.yml"),
        ("vendor.azure-pipelines", "azure-pipelines.yml"),
        ("vendor.bitbucket-pipelines", "bitbucket-pipelines.yml"),
    ] {
        let (_folder, path) = written(file);
        schema(name, &[&path]);
    }
    schema("vendor.azure-pipelines", &[&root().join("ci/azure/gitops-gate.yml")]);
}

/// The component of GitLab: its header says which inputs there are, the rest is a pipeline.
#[test]
fn the_component_is_a_pipeline_whose_inputs_are_declared() {
    let text = read("ci/gitlab/templates/gitops-gate.yml");
    let [header, jobs] = &yaml::all(&text)[..] else { panic!("two documents") };
    let declared = header["spec"]["inputs"].as_object().unwrap();
    let used: std::collections::BTreeSet<&str> =
        text.split("$[[ inputs.").skip(1).map(|rest| rest.split(" ]]").next().unwrap()).collect();
    assert_eq!(used, declared.keys().map(String::as_str).collect());
    for (name, input) in declared {
        assert!(input["default"].is_string() && input["description"].is_string(), "{name}");
    }
    for script in text.lines().filter(|line| line.trim_start().starts_with("- ")) {
        assert!(!script.contains("$[["), "an input within a script: {script}");
    }
    assert_eq!(jobs.as_object().unwrap().keys().collect::<Vec<_>>().len(), 3);
    let (_header, body) = text.split_once("\n---\n").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gitlab.yml");
    std::fs::write(&path, body).unwrap();
    schema("vendor.gitlab-ci", &[&path]);
}

/// Jenkins' files, by a parser of Groovy. What the steps are called, and what they take, no parser knows.
#[test]
fn jenkins_files_can_be_parsed() {
    const PARSER: &str = "\
import sys, tree_sitter, tree_sitter_groovy
parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_groovy.language()))
sys.exit(any(parser.parse(open(path, 'rb').read()).root_node.has_error for path in sys.argv[1:]))";
    let Some(python) = python("python") else { return };
    if Command::new(&python)
        .args(["-c", "import tree_sitter_groovy"])
        .output()
        .is_ok_and(|ran| !ran.status.success())
    {
        return gate_tests::skipped("no parser of Groovy: `cargo xtask python` installs it");
    }
    let (_folder, path) = written("Jenkinsfile");
    let run = |paths: &[&Path]| {
        let mut command = Command::new(&python);
        command.args(["-c", PARSER]).args(paths);
        command
    };
    content(&mut run(&[&path, &root().join("ci/jenkins/vars/gitopsGate.groovy")]));
    std::fs::write(&path, filled("Jenkinsfile").replacen("steps {", "steps ({", 1)).unwrap();
    assert!(!run(&[&path]).output().unwrap().status.success(), "the parser finds nothing");
}

/// The scripts, each by the shell that it names.
#[test]
fn shells_and_shellcheck_read_the_scripts() {
    let scripts: Vec<PathBuf> = files(&root().join("ci"))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "sh"))
        .collect();
    assert_eq!(scripts.len(), 7, "{scripts:?}");
    for script in &scripts {
        let text = std::fs::read_to_string(script).unwrap();
        let shell = if text.starts_with("#!/bin/sh\n") { "sh" } else { "bash" };
        content(Command::new(shell).arg("-n").arg(script));
    }
    if let Some(shellcheck) = on_the_path("shellcheck") {
        let folder = root().join("ci/github");
        content(Command::new(shellcheck).args(["-x", "-P"]).arg(folder).args(&scripts));
    }
}

/// What is for a cluster is judged by the gate itself.
#[test]
fn the_gate_is_content_with_the_files_for_tekton() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(root().join("ci/tekton/task.yaml"), folder.path().join("task.yaml")).unwrap();
    std::fs::write(folder.path().join("run.yaml"), filled("tekton.yaml")).unwrap();
    let gate = gate_tests::Gate::new(env!("CARGO_BIN_EXE_gate-under-test"));
    let run = gate.run(folder.path(), &["check", ".", "--format", "json"]);
    assert_eq!((run.code, run.findings().len()), (0, 0), "{run:?}");
    assert_eq!(run.json()["coverage"]["resources"]["valid"], 2, "{run:?}");
}

/// Every template is judged by something above, or is known to be judged by hand only.
#[test]
fn no_template_is_forgotten() {
    let source = read("tests/tests/ci/lint.rs");
    for name in NAMES.iter().filter(|name| **name != "buildspec.yml") {
        assert!(source.contains(&format!("\"{name}\"")), "{name}");
    }
}
