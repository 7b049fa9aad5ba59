//! Lines of CI files, scripts, Terraform and configurations that name a version of Kubernetes.

use std::sync::OnceLock;

use regex::bytes::Regex;

use super::{Strength, VersionSign};
use crate::manifest::is_chart_file;
use crate::model::RepoPath;

/// Endings of files that are read besides manifests.
const ENDINGS: [&str; 9] = ["tf", "tfvars", "hcl", "toml", "sh", "mk", "env", "groovy", "tool-versions"];
const NAMES: [&[u8]; 5] = [b"Makefile", b"justfile", b"Justfile", b"Jenkinsfile", b"Dockerfile"];
/// Folders of CI files.
const CI: [&str; 9] = [
    ".github",
    ".gitlab",
    ".gitea",
    ".forgejo",
    ".circleci",
    ".tekton",
    ".woodpecker",
    ".azure",
    ".buildkite",
];
/// Lines of one file that are taken.
const MOST: usize = 200;
/// Longest line that is looked at, in bytes.
const LONGEST: usize = 500;

/// What a line may say, with `v1.33.4` as the first group.
const PATTERNS: [(What, &str); 8] = [
    (What::Image, r"siderolabs/kubelet:v(1\.[0-9]{2}\.[0-9]+)"),
    (What::Image, r"registry\.k8s\.io/kube-apiserver:v(1\.[0-9]{2}\.[0-9]+)"),
    (What::Test, r"kindest/node:v(1\.[0-9]{2}\.[0-9]+)"),
    (What::Test, r"rancher/k3s:v(1\.[0-9]{2}\.[0-9]+)"),
    (
        What::Version,
        r#"(?i)(?:^|[^a-z0-9.])(?:kubernetes|k8s|kube|envtest_k8s)[_-]?version["']?[?:=\s]{1,6}["']?v?(1\.[0-9]{2}(?:\.[0-9]+)?)(?:[^0-9.]|$)"#,
    ),
    (
        What::Version,
        r#"(?i)(?:^|[^a-z0-9.])(?:install_)?(?:k3s|rke2|k0s)(?:_release)?[_-]version["']?[?:=\s]{1,6}["']?v?(1\.[0-9]{2}\.[0-9]+)"#,
    ),
    (What::Client, r#"^\s*"?kubectl"?[\s=]+"?v?(1\.[0-9]{2})(?:\.[0-9]+)?"?\s*$"#),
    (What::Client, r"kubernetes-json-schema/\S*/v(1\.[0-9]{2}\.[0-9]+)"),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Image,
    Test,
    Version,
    Client,
}

struct Compiled {
    any: Regex,
    each: Vec<(What, Regex)>,
    definition: Regex,
    renovate: Regex,
    version: Regex,
}

fn compiled() -> Option<&'static Compiled> {
    static COMPILED: OnceLock<Option<Compiled>> = OnceLock::new();
    let compile = || -> Result<Compiled, regex::Error> {
        let each = PATTERNS.iter().map(|(what, text)| Ok((*what, Regex::new(text)?)));
        Ok(Compiled {
            any: Regex::new(
                "(?i)siderolabs/kubelet|kube-apiserver|kindest/node|rancher/k3s|version|kubectl|kubernetes-json-schema|renovate:",
            )?,
            each: each.collect::<Result<_, regex::Error>>()?,
            definition: Regex::new(r"(?m)^kind: *CustomResourceDefinition *\r?$")?,
            renovate: Regex::new(
                r"renovate:.*(?:depName|packageName)=(?:kubernetes/kubernetes|\S*siderolabs/kubelet|k3s-io/k3s|rancher/rke2|\S*kindest/node)(?:\s|$)",
            )?,
            version: Regex::new(r"v?(1\.[0-9]{2}\.[0-9]+)")?,
        })
    };
    COMPILED.get_or_init(|| compile().ok()).as_ref()
}

/// True for files that are no manifests and may say a version.
pub(super) fn is_read(path: &RepoPath) -> bool {
    let extension = path.extension();
    NAMES.contains(&path.file_name()) || ENDINGS.iter().any(|ending| *ending == extension)
}

/// How many CustomResourceDefinitions a file has.
pub(super) fn definitions(bytes: &[u8]) -> usize {
    compiled().map_or(0, |compiled| compiled.definition.find_iter(bytes).count())
}

/// The versions that the lines of a file name.
pub(super) fn versions(path: &RepoPath, bytes: &[u8]) -> Vec<VersionSign> {
    let Some(compiled) = compiled() else { return Vec::new() };
    if is_chart_file(path) || path.extension() == "json" || !compiled.any.is_match(bytes) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut is_annotated = false;
    for (line, number) in bytes.split(|byte| *byte == b'\n').zip(1u32..) {
        let annotated = std::mem::take(&mut is_annotated);
        if line.len() > LONGEST || found.len() == MOST {
            continue;
        }
        is_annotated = compiled.renovate.is_match(line);
        // What is commented out says nothing, but for the addresses of schemas.
        let is_comment =
            line.trim_ascii_start().starts_with(b"#") || line.trim_ascii_start().starts_with(b"//");
        let hit = compiled.each.iter().find_map(|(what, pattern)| {
            let captures = pattern.captures(line).filter(|_| !is_comment || *what == What::Client)?;
            Some((*what, captures.get(1)?.as_bytes()))
        });
        let by_renovate = || {
            Some((What::Version, compiled.version.captures(line).filter(|_| annotated)?.get(1)?.as_bytes()))
        };
        let Some((what, version)) = hit.or_else(by_renovate) else { continue };
        let Some(minor) = std::str::from_utf8(version).ok().and_then(super::clusters::minor) else {
            continue;
        };
        let text = String::from_utf8_lossy(line.trim_ascii()).into_owned();
        found.push(VersionSign {
            path: path.clone(),
            line: number,
            text,
            minor,
            strength: strength(path, what),
        });
    }
    found
}

fn strength(path: &RepoPath, what: What) -> Strength {
    let extension = path.extension();
    let is_terraform = matches!(extension.as_str(), "tf" | "tfvars" | "hcl");
    let first = path.as_bytes().split(|byte| *byte == b'/').next().unwrap_or_default();
    let is_ci = CI.iter().any(|folder| folder.as_bytes() == first)
        || !path.as_bytes().contains(&b'/') && !is_terraform
        || !matches!(extension.as_str(), "yaml" | "yml" | "tf" | "tfvars" | "hcl");
    match what {
        What::Client => Strength::Client,
        What::Test => Strength::Tested,
        What::Version if is_terraform => Strength::Cluster,
        What::Image | What::Version if is_ci => Strength::Tested,
        What::Image | What::Version => Strength::Node,
    }
}
