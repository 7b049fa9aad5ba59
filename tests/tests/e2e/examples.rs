//! The examples of `gate explain`: of every rule the wrong one is found by that rule, and the right one is not.

use gate_tests::TestRepo;

use crate::{DEPLOYMENT, gate};

/// Where an example stands: as the whole of a file, or inside one in the place of the line `EXAMPLE`, with its indent.
struct Frame {
    rule: &'static str,
    path: &'static str,
    around: String,
    /// The same file at base, where a change is judged.
    base: Option<String>,
    /// Other files of both sides.
    beside: Vec<(&'static str, String)>,
    /// Flags of `gate check`.
    flags: &'static [&'static str],
}

fn whole(rule: &'static str) -> Frame {
    inside(rule, "EXAMPLE\n")
}

fn inside(rule: &'static str, around: &str) -> Frame {
    Frame {
        rule,
        path: "example.yaml",
        around: around.to_owned(),
        base: None,
        beside: Vec::new(),
        flags: &[],
    }
}

fn pod(rule: &'static str, place: &str) -> Frame {
    let around = format!("apiVersion: v1\nkind: Pod\nmetadata: {{ name: a }}\nspec:\n{place}");
    inside(rule, &around)
}

/// A Pod whose only container has the example.
fn container(rule: &'static str) -> Frame {
    pod(rule, "  containers:\n    - name: a\n      image: shop/a:1.2.3\n      EXAMPLE\n")
}

fn image(rule: &'static str) -> Frame {
    let mut frame = pod(rule, "  containers:\n    - name: a\n      EXAMPLE\n");
    frame.path = "apps/prod/web.yaml";
    frame
}

const CRD: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: scalers.example.com }
spec:
  group: example.com
  names: { plural: scalers, kind: Scaler }
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              EXAMPLE
";

fn frames() -> Vec<Frame> {
    let rest = "\nmetadata: { name: a }\nspec:\n";
    let autoscaler = format!(
        "EXAMPLE{rest}  maxReplicas: 2\n  scaleTargetRef: {{ kind: Deployment, name: web, apiVersion: apps/v1 }}\n"
    );
    let deployment = DEPLOYMENT.split_once("metadata:\n").map_or("", |(_, rest)| rest);
    let typical = format!("EXAMPLE\nmetadata:\n{deployment}");
    let selected = "  template:\n    metadata: { labels: { app: web-frontend, app2: web } }\n    spec: { containers: [{ name: a, image: \"a:1.2.3\" }] }\n";
    let properties = "properties: { minReplicas: { type: integer }, maxReplicas: { type: integer } }\n              x-kubernetes-validations: [{ rule: self.minReplicas <= self.maxReplicas }]";
    let scaler = "apiVersion: example.com/v1\nkind: Scaler\nmetadata: { name: a }\nspec:\n";
    let digests = "policies:\n  - use: builtin:image-tags\n    settings: { prod: { require: semver, digest: required } }\n";
    let secret = "\nmetadata: { name: a }\nspec:\n  secretStoreRef: { name: a }\n  target: { name: a }\n  refreshInterval: 1h\n";
    vec![
        image("image-tags/malformed-image-reference"),
        Frame { beside: vec![("gate.yaml", digests.to_owned())], ..image("image-tags/missing-image-digest") },
        image("image-tags/missing-image-tag"),
        image("image-tags/mutable-image-tag"),
        image("image-tags/non-semver-image-tag"),
        image("image-tags/prerelease-image-tag"),
        container("manifest/duplicate-key"),
        whole("manifest/incomplete-object"),
        inside("manifest/invalid-value", "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\nEXAMPLE\n"),
        whole("manifest/too-complex"),
        inside("manifest/yaml-syntax", "apiVersion: v1\nkind: ConfigMap\nEXAMPLE\n"),
        container("plaintext-secrets/leaked-token"),
        inside(
            "plaintext-secrets/password-in-url",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  EXAMPLE\n",
        ),
        container("plaintext-secrets/plaintext-credential"),
        inside("plaintext-secrets/plaintext-secret", "apiVersion: v1\nmetadata: { name: a }\nEXAMPLE\n"),
        Frame {
            beside: vec![("object.yaml", format!("{scaler}  size: 1\n"))],
            base: Some(CRD.replace(
                "EXAMPLE",
                "required: [size]\n              properties: { size: { type: integer } }",
            )),
            ..inside(
                "schema/breaking-crd-change",
                &CRD.replace("EXAMPLE", "EXAMPLE\n              x-kubernetes-preserve-unknown-fields: true"),
            )
        },
        Frame {
            beside: vec![("crd.yaml", CRD.replace("EXAMPLE", properties))],
            ..inside("schema/cel-rule", &format!("{scaler}  EXAMPLE\n"))
        },
        inside(
            "schema/deprecated-api",
            &format!(
                "EXAMPLE{rest}  interval: 1h\n  chart: {{ spec: {{ chart: a, sourceRef: {{ kind: HelmRepository, name: a }} }} }}\n"
            ),
        ),
        Frame {
            path: "overlay/kustomization.yaml",
            ..inside("schema/deprecated-field", "apiVersion: kustomize.config.k8s.io/v1beta1\nEXAMPLE\n")
        },
        pod("schema/duplicate-list-item", "  containers: [{ name: a, image: \"a:1.2.3\" }]\n  EXAMPLE\n"),
        Frame { flags: &["--kubernetes-version", "1.22"], ..inside("schema/future-api", &autoscaler) },
        Frame {
            base: Some(DEPLOYMENT.replace("  namespace: shop\n", "")),
            ..inside("schema/immutable-field", &format!("EXAMPLE\n{selected}"))
        },
        inside(
            "schema/invalid-crd",
            &format!(
                "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nEXAMPLE\n  scope: Namespaced\n{}",
                CRD.split_once("  scope: Namespaced\n")
                    .map_or("", |(_, rest)| rest)
                    .replace("              EXAMPLE\n", "")
            ),
        ),
        inside("schema/invalid-name", "apiVersion: v1\nkind: ConfigMap\nEXAMPLE\n"),
        container("schema/invalid-value"),
        inside("schema/missing-field", "apiVersion: apps/v1\nmetadata: { name: a }\nEXAMPLE\n"),
        inside("schema/misspelt-kind", &typical),
        container("schema/null-value"),
        Frame {
            flags: &["--reject", "Secret"],
            ..inside("schema/rejected-kind", &format!("EXAMPLE{secret}"))
        },
        inside("schema/removed-api", &format!("EXAMPLE{rest}  minAvailable: 1\n")),
        container("schema/shadowed-list-item"),
        inside("schema/unknown-api-version", &typical),
        inside(
            "schema/unknown-field",
            "apiVersion: apps/v1\nmetadata: { name: a }\nEXAMPLE\n  selector: { matchLabels: { app: a } }\n  template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: \"a:1.2.3\" }] } }\n",
        ),
        container("schema/wrong-type"),
    ]
}

/// Rules that are about two environments at once: their examples are words and parts, and `judgement.rs` and the policy's own
/// cases hold them.
const OF_SEVERAL_FILES: [&str; 2] =
    ["no-direct-prod/direct-production-change", "no-direct-prod/shared-base-change"];

/// Rules about waivers: what to do instead is often to remove them, which is no example. File and text around the wrong one, and
/// the configuration where that is another file.
const OF_WAIVERS: [(&str, &str, &str, &str); 5] = [
    ("waiver/expired", "gate.yaml", "EXAMPLE\n", ""),
    ("waiver/malformed", "object.yaml", ANNOTATED, "waivers-by-annotation: true\n"),
    ("waiver/no-effect", "object.yaml", ANNOTATED, "waivers-by-annotation: false\n"),
    ("waiver/unknown-rule", "gate.yaml", "EXAMPLE\n", ""),
    ("waiver/unused", "gate.yaml", "EXAMPLE\n", ""),
];
const ANNOTATED: &str = "apiVersion: v1\nkind: ConfigMap\nEXAMPLE\n  name: a\n";

#[test]
fn the_wrong_examples_of_waivers_are_found() {
    for (rule, path, around, config) in OF_WAIVERS {
        let page = gate().run(std::path::Path::new("."), &["explain", rule]).stdout;
        let repo = TestRepo::new();
        if !config.is_empty() {
            repo.write("gate.yaml", config);
        }
        repo.write("README.md", "x")
            .write(path, placed(around, block(&page, "Example").unwrap()))
            .commit("all");
        let run = gate().run(repo.path(), &["check", "--all", "--format=json"]);
        let found = run.findings();
        assert_eq!(found.len(), 1, "{rule}: {run:?}");
        assert!(found[0].starts_with(&format!("{rule}@{path}:")), "{rule}: {found:?}");
    }
}

/// The first block of YAML under a heading of a page.
fn block<'p>(page: &'p str, heading: &str) -> Option<&'p str> {
    let (_, section) = page.split_once(&format!("# {heading}\n"))?;
    let section = section.split("\n## ").next()?.split("\n### ").next()?;
    let (_, code) = section.split_once("```yaml\n")?;
    code.split_once("```").map(|(code, _)| code)
}

/// `example` in the place of the line `EXAMPLE`.
fn placed(around: &str, example: &str) -> String {
    let line = around.lines().find(|line| line.trim_start().starts_with("EXAMPLE")).unwrap();
    let indent = line.len() - line.trim_start().len();
    let indented: Vec<String> = example.lines().map(|text| format!("{}{text}", " ".repeat(indent))).collect();
    around.replacen(line, &indented.join("\n"), 1)
}

/// The rules that find something in `text`, which stands in `frame`.
fn found(frame: &Frame, text: &str) -> Vec<String> {
    let repo = TestRepo::new();
    for (path, content) in &frame.beside {
        repo.write(path, content);
    }
    if let Some(base) = &frame.base {
        repo.write(frame.path, base);
    }
    repo.write("README.md", "x").commit("base");
    repo.branch("pr").write(frame.path, text).commit("example");
    let whole = [&["check", "--format=json", "--base", "main"], frame.flags].concat();
    let run = gate().run(repo.path(), &whole);
    if run.code == 2 {
        return vec![run.stderr];
    }
    let report = run.json();
    let findings = report["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_wrong_example_of_every_rule_is_found_and_the_right_one_is_not() {
    let mut broken = Vec::new();
    for frame in frames() {
        let page = gate().run(std::path::Path::new("."), &["explain", frame.rule]).stdout;
        let (Some(wrong), Some(right)) = (block(&page, "Example"), block(&page, "Use instead")) else {
            broken.push(format!("{}: an example is missing\n{page}", frame.rule));
            continue;
        };
        // A token in full would be one.
        let wrong = wrong
            .replace("ghp_…", &format!("ghp_{}", "a8Kd02mVq9Xw4Lr7Tz1B"[..].repeat(2).get(..36).unwrap()));
        for (example, is_wrong) in [(wrong.as_str(), true), (right, false)] {
            let text = placed(&frame.around, example);
            let rules = found(&frame, &text);
            if rules.iter().any(|rule| rule == frame.rule) != is_wrong {
                broken.push(format!("{} (wrong: {is_wrong}) found {rules:?} in\n{text}", frame.rule));
            }
        }
    }
    assert!(broken.is_empty(), "{} examples:\n{}", broken.len(), broken.join("\n\n"));
}

#[test]
fn every_rule_has_a_page_with_all_that_is_asked_and_an_example_that_is_tested() {
    let all = gate().run(std::path::Path::new("."), &["explain", "--format", "json"]).json();
    let rules = all.as_array().unwrap();
    assert!(rules.len() >= 36, "{}", rules.len());
    let mut tested: Vec<&str> = frames().iter().map(|frame| frame.rule).chain(OF_SEVERAL_FILES).collect();
    tested.extend(OF_WAIVERS.iter().map(|(rule, ..)| rule));
    for rule in rules {
        let id = rule["id"].as_str().unwrap();
        assert!(tested.contains(&id), "{id} has no tested example");
        let page = gate().run(std::path::Path::new("."), &["explain", id]).stdout;
        for part in ["What it does", "Why is this bad", "Example", "Use instead", "Mending", "Severity"] {
            assert!(page.contains(&format!("# {part}")), "{id} lacks {part}: {page}");
        }
        assert!(page.contains("waiver in gate.yaml") && page.contains("\nDocs: https://"), "{id}: {page}");
        assert_eq!(page.contains("`gate fix` mends"), rule["fix"].is_string(), "{id}");
    }
    assert_eq!(tested.len(), rules.len());
}
