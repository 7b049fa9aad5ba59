//! The forms of documents: lists, odd YAML, kustomizations, charts, and patches in files and in texts.

use std::fmt::Write as _;

use crate::{DEPLOYMENT, gate};
use gate_tests::{Run, TestRepo};

const ALL: [&str; 4] = ["check", "--all", "--schemas-only", "--format=json"];

fn judged(repo: &TestRepo) -> Run {
    repo.commit("all");
    gate().run(repo.path(), &ALL)
}

/// `severity rule@path:line:column message` of every finding of one file.
fn of_one(path: &str, content: impl AsRef<[u8]>) -> Vec<String> {
    let repo = TestRepo::new();
    repo.write(path, content);
    said(&judged(&repo))
}

fn said(run: &Run) -> Vec<String> {
    let report = run.json();
    let say = |finding: &serde_json::Value| {
        let word = |value: &serde_json::Value| value.as_str().unwrap_or("?").to_owned();
        let (place, start) = (&finding["location"], &finding["location"]["start"]);
        let (severity, rule) = (word(&finding["severity"]), word(&finding["rule"]));
        let (path, message) = (word(&place["path"]), word(&finding["message"]));
        format!("{severity} {rule}@{path}:{}:{} {message}", start["line"], start["column"])
    };
    report["findings"].as_array().into_iter().flatten().map(say).collect()
}

#[test]
fn every_form_of_a_document_is_judged() {
    let unknown = |at: &str| vec![format!("error schema/unknown-field@a.yaml:{at} unknown field `dat`")];
    let plain = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndat: {}\n";
    for (source, at) in [
        (plain.to_owned(), "4:1"),
        (plain.replace('\n', "\r\n"), "4:1"),
        (format!("\u{feff}{plain}"), "4:1"),
        (format!("%YAML 1.1\n---\n# a comment\n{plain}...\n"), "7:1"),
        (format!("# nothing\n---\n{plain}---\n"), "6:1"),
        ("{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\",\n \"metadata\": {\"name\": \"a\"}, \"dat\": {}}".into(), "2:29"),
        ("apiVersion: &v v1\nkind: ConfigMap\nmetadata: {name: a, labels: {v: *v}}\ndat: *v\n".into(), "4:1"),
        ("apiVersion: v1\nkind: ConfigMap\n<<: {metadata: {name: a},\n  dat: {}}\n".into(), "4:3"),
        ("apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n  dat: {}\n".into(), "7:3"),
        ("apiVersion: v1\nkind: ConfigMapList\nmetadata: {}\nitems:\n- metadata: {name: a}\n  dat: {}\n".into(), "6:3"),
        ("apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMapList\n  items:\n  - metadata: {name: a}\n    dat: {}\n".into(), "8:5"),
    ] {
        assert_eq!(of_one("a.yaml", &source), unknown(at), "{source}");
    }
    let item = DEPLOYMENT.lines().skip(2).map(|line| format!("    {line}\n")).collect::<String>();
    let list = format!("apiVersion: apps/v1\nkind: DeploymentList\nitems:\n  -\n{item}");
    assert_eq!(of_one("a.yaml", &list), [""; 0]);
    let bad = list.replace("replicas: 2", "replicas: two");
    let expected = "error schema/wrong-type@a.yaml:9:17 `replicas` must be a whole number, but is a string";
    assert_eq!(of_one("a.yaml", &bad), [expected]);
}

/// One folder for each case of `patches.txt`.
#[test]
fn patches_are_judged_as_kustomize_and_the_server_do() {
    let repo = TestRepo::new();
    let cases = include_str!("../../data/patches.txt");
    let cases = cases.trim_start_matches(|c| c != '\n').split_once('\n').unwrap().1;
    let cases: Vec<(&str, &str)> = cases
        .split_once('\n')
        .unwrap()
        .1
        .split("=====\n")
        .map(|case| case.split_once('\n').unwrap())
        .collect();
    assert!(cases.len() > 40, "{}", cases.len());
    for (number, (_, kustomization)) in cases.iter().enumerate() {
        repo.write(&format!("c{number}/deployment.yaml"), DEPLOYMENT);
        repo.write(&format!("c{number}/kustomization.yaml"), kustomization);
    }
    let found = said(&judged(&repo));
    for (number, (verdict, kustomization)) in cases.iter().enumerate() {
        let place = format!("@c{number}/");
        let mine: Vec<&String> =
            found.iter().filter(|found| found.starts_with("error") && found.contains(&place)).collect();
        assert_eq!(mine.is_empty(), *verdict == "ok", "{verdict}\n{kustomization}{mine:#?}");
    }
}

const INLINE: &str = "\
resources: [web.yaml]
patches:
  - patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: web
      spec:
        replica: 3
        template:
          spec:
            containers:
              - name: web
                image: 5
  - target: { kind: Deployment }
    patch: '[{\"op\": \"replace\", \"path\": \"/spec/replicas\", \"value\": \"3\"}]'
  - target: { kind: Deployment }
    patch: >
      [{\"op\": \"add\",
      \"path\": \"/spec/replica\", \"value\": 1}]
  - path: web-patch.yaml
    target: { group: apps, kind: Deployment, name: web }
";

#[test]
fn a_patch_is_found_wrong_at_its_own_line() {
    let repo = TestRepo::new();
    repo.write("web.yaml", DEPLOYMENT).write("kustomization.yaml", INLINE);
    repo.write(
        "web-patch.yaml",
        "- op: add\n  path: /spec/template/spec/containers/-\n  value: { nam: a }\n",
    );
    let run = judged(&repo);
    let expected = [
        "error schema/unknown-field@kustomization.yaml:9:9 unknown field `replica`",
        "error schema/wrong-type@kustomization.yaml:14:24 `image` must be a string, but is a whole number",
        "error schema/wrong-type@kustomization.yaml:16:67 `value` must be a whole number, but is a string",
        "error schema/unknown-field@kustomization.yaml:18:12 unknown field `replica`",
        "error schema/unknown-field@web-patch.yaml:3:12 unknown field `nam`",
    ];
    assert_eq!(said(&run), expected, "{run:?}");
    let report = run.json();
    assert_eq!(report["findings"][0]["location"]["pointer"], "/patches/0/patch");
    assert_eq!(report["findings"][0]["hint"], "did you mean `replicas`?");
}

#[test]
fn a_patch_says_only_what_it_says() {
    let repo = TestRepo::new();
    repo.write("web.yaml", DEPLOYMENT);
    let patch = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: any
  annotations: { a: 1, b: yes }
  labels: { c: null, $patch: replace, $retainKeys: [d] }
  $deleteFromPrimitiveList/finalizers: [a]
spec:
  replicas: null
  unknown: null
  selector: null
  strategy: { $retainKeys: [type], type: Recreate }
  template:
    spec:
      $setElementOrder/containers: [{ name: web }]
      containers:
        - name: web
          image:
          ports: [{ $patch: replace }, { containerPort: 80 }]
        - { name: old, $patch: delete }
        - { name: web, tty: true }
      volumes: []
      tolerations: [null]
";
    let kustomization = "resources: [web.yaml]\npatches:\n- {path: p.yaml, target: {kind: Deployment}}\n";
    repo.write("kustomization.yaml", kustomization).write("p.yaml", patch);
    let expected = [
        "warning schema/wrong-type@p.yaml:5:21 `a` must be a string, but is a whole number",
        "warning schema/wrong-type@p.yaml:5:27 `b` must be a string, but is a boolean",
    ];
    assert_eq!(said(&judged(&repo)), expected);
}

#[test]
fn the_target_says_what_is_patched() {
    let service =
        "apiVersion: v1\nkind: any\nmetadata: { name: any }\nspec: { ports: [{ port: a }], kn: 1 }\n";
    for (target, expected) in [
        ("kind: Service", vec!["4:25", "4:31"]),
        ("kind: ^Service$, version: v1", vec!["4:25", "4:31"]),
        ("kind: Service, group: serving.knative.dev", vec!["4:9", "4:31"]),
        ("kind: Service|Deployment", vec![]),
        ("labelSelector: a=b", vec![]),
        ("kind: Unheard", vec![]),
    ] {
        let repo = TestRepo::new();
        repo.write("p.yaml", service);
        repo.write(
            "kustomization.yaml",
            format!("resources: []\npatches: [{{path: p.yaml, target: {{{target}}}}}]\n"),
        );
        let run = judged(&repo);
        let found: Vec<String> = said(&run)
            .iter()
            .map(|found| found.split_once("p.yaml:").unwrap().1.split(' ').next().unwrap().to_owned())
            .collect();
        assert_eq!(found, expected, "{target} {run:?}");
    }
}

#[test]
fn patches_in_objects_of_flux_and_argo_cd_are_judged() {
    let patch = "\n      target: { kind: Deployment }\n      patch: |\n        - op: add\n          path: /spec/replica\n          value: 1\n";
    let flux = format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{ name: a, namespace: b }}\nspec:\n  \
         interval: 1m\n  prune: true\n  sourceRef: {{ kind: GitRepository, name: a }}\n  patches:\n    -{patch}"
    );
    let expected = "error schema/unknown-field@a.yaml:13:17 unknown field `replica`";
    assert_eq!(of_one("a.yaml", flux), [expected]);
    let release = format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{ name: a, namespace: b }}\nspec:\n  \
         interval: 1m\n  chartRef: {{ kind: OCIRepository, name: a }}\n  postRenderers:\n  - kustomize:\n     patches:\n    -{patch}"
    );
    let release = release.replace("     patches:\n    -", "     patches:\n     -");
    let expected = "error schema/unknown-field@a.yaml:14:17 unknown field `replica`";
    assert_eq!(of_one("a.yaml", release), [expected]);
    let argo = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{ name: a }}\nspec:\n  project: default\n  \
         destination: {{ name: a }}\n  source:\n   repoURL: a\n   kustomize:\n    patches:\n    -{patch}"
    );
    let expected = "error schema/unknown-field@a.yaml:15:17 unknown field `replica`";
    assert_eq!(of_one("a.yaml", argo), [expected]);
}

#[test]
fn a_new_mistake_in_the_place_of_an_old_one_is_new() {
    let repo = TestRepo::new();
    repo.write("web.yaml", DEPLOYMENT).write("kustomization.yaml", INLINE).commit("old");
    repo.branch("pr").write("kustomization.yaml", INLINE.replace("replica: 3", "replikas: 3")).commit("new");
    let run = gate().run(repo.path(), &["check", "--base", "main", "--schemas-only", "--format=json"]);
    let status: Vec<String> =
        run.findings().into_iter().filter(|found| found.contains("kustomization.yaml:9:9")).collect();
    let rule = "schema/unknown-field@kustomization.yaml:9:9";
    assert_eq!(status, [format!("{rule} fixed"), format!("{rule} introduced")], "{run:?}");
    assert_eq!(run.code, 1);
}

#[test]
fn charts_and_kustomizations_are_judged_and_values_are_not() {
    let repo = TestRepo::new();
    repo.write("c/Chart.yaml", "apiVersion: v2\nname: c\nverion: 1.0.0\n");
    repo.write("c/requirements.yaml", "dependencies: [{name: a, enabled: 1}]\n");
    repo.write("c/values.yaml", "name: 1\nversion: []\n");
    repo.write("requirements.yaml", "dependencies: {a: b}\n");
    repo.write("k/Kustomization", "kind: Kustomisation\nresources: []\n");
    repo.write("l/kustomization.yml", "resources: []\n---\nresource: []\n");
    repo.write("d/kustomization.yaml", "resources: []\n").write("d/kustomization.yml", "resources: []\n");
    repo.write("e/kustomization.yaml", "# nothing yet\n").write("f/Chart.yaml", "");
    let expected = [
        "error schema/missing-field@c/Chart.yaml:1:1 the required field `version` is missing",
        "warning schema/unknown-field@c/Chart.yaml:3:1 unknown field `verion`",
        "warning schema/deprecated-field@c/requirements.yaml:1:1 `requirements.yaml` is deprecated",
        "error schema/wrong-type@c/requirements.yaml:1:35 `enabled` must be true or false, but is a whole number",
        "error schema/invalid-value@d/kustomization.yaml:1:1 the folder has another kustomization, and kustomize takes neither",
        "error schema/invalid-value@d/kustomization.yml:1:1 the folder has another kustomization, and kustomize takes neither",
        "error schema/missing-field@e/kustomization.yaml:1:1 the kustomization is empty, which kustomize refuses",
        "error schema/missing-field@f/Chart.yaml:1:1 the chart has no `name` and no `version`, which Helm refuses",
        "error schema/invalid-value@k/Kustomization:1:7 `kind` must be one of `Kustomization`, `Component`, but is \
         `Kustomisation`",
        "warning schema/invalid-value@l/kustomization.yml:3:1 kustomize reads only the first document of this file",
    ];
    assert_eq!(said(&judged(&repo)), expected);
}

#[test]
fn secrets_in_patches_and_generators_are_not_shown() {
    let kustomization = "\
resources: []
secretGenerator:
  - name: a
    literals: [hunter2hunter2]
patches:
  - target: { kind: Secret }
    patch: |
      - { op: add, path: /stringData, value: [correct-horse] }
  - patch: |
      apiVersion: v1
      kind: Secret
      metadata: { name: a }
      data: { a: battery-staple! }
";
    let repo = TestRepo::new();
    repo.write("kustomization.yaml", kustomization);
    let run = judged(&repo);
    let found = run.findings();
    let places = [
        "invalid-value@kustomization.yaml:4:16",
        "wrong-type@kustomization.yaml:8:46",
        "invalid-value@kustomization.yaml:13:18",
    ];
    assert_eq!(found, places.map(|place| format!("schema/{place} present")), "{run:?}");
    for secret in ["hunter2", "correct-horse", "battery"] {
        assert!(!run.stdout.contains(secret), "{run:?}");
    }
}

#[test]
fn huge_kustomizations_and_bombs_in_patches_end_soon_and_never_pass() {
    let mut many = String::from("resources:\n");
    for number in 0..100_000 {
        writeln!(many, "  - r{number}.yaml").unwrap();
    }
    many.push_str("images:\n");
    for number in 0..20_000 {
        writeln!(many, "  - {{ name: i{number}, newTag: {number} }}").unwrap();
    }
    let mut bomb = String::from("a: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let all = format!("*a{}, ", level - 1).repeat(10);
        writeln!(bomb, "b{level}: &a{level} [{all}]").unwrap();
    }
    let inner: String = bomb.lines().map(|line| format!("      {line}\n")).collect();
    let repo = TestRepo::new();
    repo.write("many/kustomization.yaml", many);
    repo.write("bomb/kustomization.yaml", format!("resources: []\npatches:\n  - patch: |\n{inner}"));
    let flow = "[".repeat(100_000);
    repo.write("deep/kustomization.yaml", format!("resources: []\npatches:\n  - patch: '{flow}'\n"));
    let began = std::time::Instant::now();
    let run = judged(&repo);
    assert!(began.elapsed().as_secs() < 120, "{:?}", began.elapsed());
    let found = run.findings();
    let of = |path: &str| found.iter().filter(|found| found.contains(path)).cloned().collect::<Vec<_>>();
    assert_eq!(of("many/").len(), 20_000);
    assert_eq!(of("many/").first().unwrap(), "schema/wrong-type@many/kustomization.yaml:100003:25 present");
    assert_eq!(of("bomb/"), ["manifest/too-complex@bomb/kustomization.yaml:7:26 present"], "{}", run.stderr);
    assert_eq!(of("deep/").len(), 1, "{:?}", of("deep/"));
    let report = run.json();
    assert_eq!(report["failures"].as_array().unwrap().len(), 2, "{}", report["failures"]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_patch_before_an_old_one_makes_no_news_of_it() {
    let repo = TestRepo::new();
    repo.write("web.yaml", DEPLOYMENT).write("kustomization.yaml", INLINE).commit("old");
    let first = "patches:\n  - target: { kind: Service }\n    patch: '[]'\n";
    repo.branch("pr").write("kustomization.yaml", INLINE.replace("patches:\n", first)).commit("one more");
    let run = gate().run(repo.path(), &["check", "--base", "main", "--schemas-only", "--format=json"]);
    assert!(run.findings().iter().all(|found| found.ends_with("existing")), "{run:?}");
    assert_eq!(run.code, 0);
}

/// Each failure of the JSON report as `kind@path:line:column message`.
fn failures(run: &Run) -> Vec<String> {
    let report = run.json();
    let failures = report["failures"].as_array().unwrap();
    let word = |failure: &serde_json::Value| {
        let (place, message) = (&failure["location"], failure["message"].as_str().unwrap());
        let message = message.split(';').next().unwrap().to_owned();
        let path = place["path"].as_str().unwrap();
        let start = &place["start"];
        format!(
            "{}@{path}:{}:{} {message}",
            failure["kind"].as_str().unwrap(),
            start["line"],
            start["column"]
        )
    };
    failures.iter().map(word).collect()
}

#[test]
fn a_patch_of_a_kind_without_a_schema_is_incomplete() {
    let repo = TestRepo::new();
    let patch = "apiVersion: shop.example.com/v1\nkind: Till\nmetadata: { name: a }\nspec: { open: true }\n";
    repo.write("file/p.yaml", patch);
    repo.write("file/kustomization.yaml", "resources: []\npatches: [{ path: p.yaml }]\n");
    let inline = format!(
        "resources: []\npatches:\n  - patch: |-\n      {}",
        patch.trim_end().replace('\n', "\n      ")
    );
    repo.write("inline/kustomization.yaml", &inline);
    let operations =
        "resources: []\npatches:\n  - target: { kind: Till }\n    patch: '[{ op: remove, path: /spec }]'\n";
    repo.write("target/kustomization.yaml", operations);
    let run = judged(&repo);
    let expected = [
        "no-schema@file/p.yaml:1:1 this patch was not judged: no schema is known for shop.example.com/v1 Till",
        "no-schema@inline/kustomization.yaml:4:7 this patch was not judged: no schema is known for shop.example.com/v1 Till",
        "no-schema@target/kustomization.yaml:4:13 no schema is known for the Till that this patch is for, so it was not judged",
    ];
    let places: Vec<String> =
        failures(&run).iter().map(|line| line.split(" looked in").next().unwrap().to_owned()).collect();
    assert_eq!(places, expected, "{run:?}");
    assert_eq!(run.code, 3, "{run:?}");
}

#[test]
fn a_patch_that_needs_no_schema_is_no_failure() {
    let patch = "apiVersion: shop.example.com/v1\nkind: Till\nmetadata: { name: a }\n";
    let kustomization = "resources: []\npatches: [{ path: p.yaml }]\n";
    let named =
        |target: &str| format!("resources: []\npatches: [{{ path: p.yaml, target: {{ {target} }} }}]\n");
    for (what, gate_yaml, kustomization, patch) in [
        (
            "allowed by name",
            "allow-missing-schemas: [shop.example.com/v1/Till]\n",
            kustomization.to_owned(),
            patch.to_owned(),
        ),
        (
            "allowed, and only the kind is known",
            "allow-missing-schemas: [shop.example.com/Drawer]\n",
            named("kind: Drawer"),
            patch.to_owned(),
        ),
        ("a deletion", "", kustomization.to_owned(), format!("{patch}$patch: delete\n")),
        ("of whatever has a label", "", named("labelSelector: a=b"), patch.to_owned()),
    ] {
        let repo = TestRepo::new();
        repo.write("p.yaml", patch).write("kustomization.yaml", kustomization).write("gate.yaml", gate_yaml);
        let run = judged(&repo);
        assert_eq!((run.code, failures(&run)), (0, Vec::new()), "{what}: {run:?}");
    }
}

#[test]
fn a_location_has_the_schema_of_a_patch() {
    let repo = TestRepo::new();
    let schema = r#"{ "type": "object", "properties": { "apiVersion": { "type": "string" }, "kind": { "type": "string" },
        "metadata": { "type": "object" }, "spec": { "type": "object", "properties": { "open": { "type": "boolean" } } } } }"#;
    repo.write("schemas/till.json", schema)
        .write("gate.yaml", "schemas: ['schemas/{{.ResourceKind}}.json']\n");
    repo.write(
        "p.yaml",
        "apiVersion: shop.example.com/v1\nkind: Till\nmetadata: { name: a }\nspec: { open: 1 }\n",
    );
    repo.write("kustomization.yaml", "resources: []\npatches: [{ path: p.yaml }]\n");
    let run = judged(&repo);
    assert_eq!(
        said(&run),
        ["error schema/wrong-type@p.yaml:4:15 `open` must be true or false, but is a whole number"],
        "{run:?}"
    );
    assert_eq!(run.code, 1);
}

#[test]
fn a_change_of_kustomizations_alone_says_what_was_checked() {
    let repo = TestRepo::new();
    repo.write("kustomization.yaml", "resources: [web.yaml]\n").write("web.yaml", DEPLOYMENT).commit("base");
    repo.branch("pr").write("kustomization.yaml", "resources: [web.yaml]\nnamePrefix: a-\n").commit("prefix");
    let run = gate().run(repo.path(), &["check", "--base", "main"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(!run.stdout.to_lowercase().contains("nothing was checked"), "{run:?}");
    let expected = "no object was judged, but 1 kustomization by schema";
    assert!(run.stdout.contains(expected), "{run:?}");
    let run = gate().run(repo.path(), &["check", "--base", "main", "--policies-only"]);
    assert!(run.stdout.contains("NOTHING WAS CHECKED"), "{run:?}");
}
