//! The files that a user's repository gets, and those that they refer to: one version, whole scripts, pages that show the very files.

use serde_json::Value;

use crate::{read, root, yaml};

/// The files of `gate/templates/ci`.
pub(crate) const NAMES: [&str; 8] = [
    "Jenkinsfile",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "buildspec.yml",
    "gitea.yml",
    "github.yml",
    "gitlab.yml",
    "tekton.yaml",
];
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A template with its placeholders filled, for a repository whose default branch is `main`.
pub(crate) fn filled(name: &str) -> String {
    read(&format!("gate/templates/ci/{name}")).replace("{{version}}", VERSION).replace("{{branch}}", "main")
}

#[test]
fn all_templates_are_known() {
    let mut found: Vec<String> = std::fs::read_dir(root().join("gate/templates/ci"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    assert_eq!(found, NAMES);
}

#[test]
fn there_are_two_placeholders() {
    for name in NAMES {
        let text = filled(name);
        for (at, _) in text.match_indices("{{") {
            let known = text[..at].ends_with('$') || text[at..].starts_with("{{ ");
            assert!(known, "{name}: {}", &text[at..(at + 20).min(text.len())]);
        }
    }
}

/// One version everywhere, and links to pages and files that there are.
#[test]
fn versions_and_links_are_those_of_this_release() {
    let mut texts: Vec<(String, String)> =
        NAMES.iter().map(|name| ((*name).to_owned(), filled(name))).collect();
    for path in crate::runner::files(&root().join("ci")) {
        texts.push((path.display().to_string(), std::fs::read_to_string(path).unwrap()));
    }
    let mut links = 0;
    for (name, text) in &texts {
        for start in ["/gitops-gate/gitops-gate/blob/v", "/gitops-gate/gitops-gate/v"] {
            for (at, _) in text.match_indices(start) {
                let rest = &text[at + start.len()..];
                let end = rest.find(|letter: char| letter.is_whitespace() || "\"'`".contains(letter));
                let (version, path) = rest[..end.unwrap_or(rest.len())].split_once('/').unwrap();
                assert_eq!(version, VERSION, "{name}");
                assert!(root().join(path).is_file(), "{name}: {path}");
                links += 1;
            }
        }
        for (at, _) in text.match_indices("ghcr.io/gitops-gate/") {
            assert!(text[at..].starts_with(&format!("ghcr.io/gitops-gate/gate:{VERSION}")), "{name}");
        }
    }
    assert!(links >= 20, "{links}");
}

/// The image is the one that a release pushes.
#[test]
fn the_image_is_that_of_the_release() {
    let release = root().join(".github/workflows/release.yml");
    if !release.is_file() {
        return gate_tests::skipped("there is no release.yml yet that says which image is pushed");
    }
    let text = std::fs::read_to_string(release).unwrap();
    assert!(text.contains("IMAGE: ghcr.io/${{ github.repository_owner }}/gate\n"), "{text}");
}

/// What a list of commands or a block of a script is, as one script.
fn script(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().map(|line| line.as_str().unwrap()).collect::<Vec<_>>().join("\n"),
        _ => panic!("{value}"),
    }
}

/// The scripts of the templates and of what they refer to, by file.
pub(crate) fn scripts() -> Vec<(&'static str, String)> {
    let mut scripts = Vec::new();
    for (file, pointers) in [
        ("azure-pipelines.yml", &["/jobs/0/steps/1/bash"][..]),
        ("bitbucket-pipelines.yml", &["/pipelines/pull-requests/**/0/step/script"]),
        ("gitea.yml", &["/jobs/judge/steps/1/run"]),
        ("buildspec.yml", &["/phases/install/commands", "/phases/build/commands"]),
    ] {
        let text = yaml::first(&filled(file));
        let parts = pointers.iter().map(|pointer| script(text.pointer(pointer).unwrap()));
        scripts.push((file, parts.collect::<Vec<_>>().join("\n")));
    }
    let component = &yaml::all(&read("ci/gitlab/templates/gitops-gate.yml"))[1];
    let before = script(&component[".gitops-gate"]["before_script"]);
    for job in ["gitops-gate", "gitops-gate-baseline"] {
        scripts.push((job, format!("{before}\n{}", script(&component[job]["script"]))));
    }
    let steps = yaml::first(&read("ci/azure/gitops-gate.yml"));
    scripts.push(("ci/azure", script(&steps["steps"][0]["bash"])));
    for (file, text) in
        [("Jenkinsfile", filled("Jenkinsfile")), ("ci/jenkins", read("ci/jenkins/vars/gitopsGate.groovy"))]
    {
        scripts.push((file, text.split("'''").nth(1).unwrap().to_owned()));
    }
    scripts
}

/// Each page shows the file as it is written, and each file names its page.
#[test]
fn pages_show_the_very_files() {
    for (page, name) in [
        ("azure", "azure-pipelines.yml"),
        ("bitbucket", "bitbucket-pipelines.yml"),
        ("codebuild", "buildspec.yml"),
        ("gitea", "gitea.yml"),
        ("github", "github.yml"),
        ("gitlab", "gitlab.yml"),
        ("jenkins", "Jenkinsfile"),
        ("tekton", "tekton.yaml"),
    ] {
        let text = read(&format!("docs/start/{page}.md"));
        assert!(
            text.contains(&format!("\n{}```\n", filled(name))),
            "docs/start/{page}.md does not show {name} as it is"
        );
        assert!(filled(name).contains(&format!("docs/start/{page}.md")), "{name} does not name its page");
    }
}
