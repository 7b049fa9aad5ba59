//! CustomResourceDefinitions that change, and rules about changes of their resources.

use crate::{gate, shop};
use gate_tests::TestRepo;

const CHECK: [&str; 7] = ["check", "--schemas-only", "--base", "main", "--head", "HEAD", "--format=json"];

const DEFINITION: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Widget, plural: widgets, singular: widget }
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
              properties:
                size: { type: integer }
                mode:
                  type: string
                  x-kubernetes-validations:
                    - { rule: self == oldSelf, message: the mode stays }
";

const WIDGET: &str = "\
apiVersion: example.com/v1
kind: Widget
metadata: { name: w }
spec:
  size: 3
  mode: a
";

fn widgets() -> TestRepo {
    let repo = shop();
    repo.write("crds/widget.yaml", DEFINITION).write("apps/widget.yaml", WIDGET).commit("widgets");
    repo
}

#[test]
fn a_rule_about_changes_sees_the_object_of_base() {
    let repo = widgets();
    let changed = WIDGET.replace("size: 3", "size: 4").replace("mode: a", "mode: b");
    repo.branch("pr").write("apps/widget.yaml", changed).commit("another mode");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(run.findings(), ["schema/cel-rule@apps/widget.yaml:6:9 introduced"], "{run:?}");
    assert_eq!(run.code, 1);
    assert_eq!(run.json()["findings"][0]["message"], "the mode stays");
}

#[test]
fn a_renamed_object_is_a_new_one() {
    let repo = widgets();
    let changed = WIDGET.replace("name: w", "name: x").replace("mode: a", "mode: b");
    repo.branch("pr").write("apps/widget.yaml", changed).commit("another widget");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!((run.code, run.findings()), (0, vec![]), "{run:?}");
}

#[test]
fn a_definition_that_breaks_resources_is_a_finding() {
    let repo = widgets();
    let changed = DEFINITION.replace("size: { type: integer }", "size: { type: integer, maximum: 2 }");
    repo.branch("pr").write("crds/widget.yaml", changed).commit("smaller widgets");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(run.findings(), ["schema/breaking-crd-change@crds/widget.yaml:9:5 introduced"], "{run:?}");
    assert_eq!(run.code, 1);
    let message = run.json()["findings"][0]["message"].to_string();
    assert!(message.contains("`size` must be at most 2, but is `3`") && message.contains("apps/widget.yaml"));
}

#[test]
fn a_definition_that_drops_a_version_is_a_finding() {
    let repo = widgets();
    let changed = DEFINITION.replace("- name: v1", "- name: v2");
    repo.branch("pr").write("crds/widget.yaml", changed).commit("a new version");
    let run = gate().run(repo.path(), &CHECK);
    let expected = "schema/breaking-crd-change@crds/widget.yaml:9:5 introduced";
    assert_eq!(run.findings(), [expected, expected], "{run:?}");
    let shown = run.stdout.clone();
    assert!(shown.contains("version `v1` was the stored one and is gone"), "{shown}");
    assert!(
        shown.contains("version `v1` is not served any more, but is used by apps/widget.yaml"),
        "{shown}"
    );
}

#[test]
fn resources_that_change_along_are_judged_themselves() {
    let repo = widgets();
    let changed = DEFINITION.replace("size: { type: integer }", "size: { type: integer, maximum: 2 }");
    repo.branch("pr").write("crds/widget.yaml", changed).write("apps/widget.yaml", WIDGET.replace('3', "2"));
    repo.commit("both");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!((run.code, run.findings()), (0, vec![]), "{run:?}");
}

#[test]
fn a_rule_that_cannot_be_judged_makes_the_run_incomplete() {
    let repo = widgets();
    let hostile = DEFINITION.replace(
        "self == oldSelf, message: the mode stays",
        "'lists.range(100000).all(a, lists.range(100000).all(b, a + b >= 0))'",
    );
    repo.write("crds/widget.yaml", hostile).commit("a hostile rule");
    repo.branch("pr").write("apps/widget.yaml", WIDGET.replace("size: 3", "size: 4")).commit("a change");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!((run.code, run.findings()), (3, vec![]), "{run:?}");
    assert_eq!(run.json()["failures"][0]["kind"], "schema-rule");
    let message = run.json()["failures"][0]["message"].to_string();
    assert!(
        message.contains("example.com/v1 Widget") && message.contains("more than 1000000 steps"),
        "{message}"
    );
}

#[test]
fn a_definition_with_mistakes_is_a_finding_at_the_mistake() {
    let repo = shop();
    let broken = DEFINITION.replace("self == oldSelf", "self == oldSelf &&");
    repo.branch("pr").write("crds/widget.yaml", broken).commit("a definition");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(run.findings(), ["schema/invalid-crd@crds/widget.yaml:23:31 introduced"], "{run:?}");
    assert_eq!(run.code, 1);
}

#[test]
fn a_definition_that_is_deleted_while_resources_are_left_is_a_finding() {
    let repo = widgets();
    repo.branch("pr").remove("crds/widget.yaml").commit("no widgets");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(run.findings(), ["schema/breaking-crd-change@crds/widget.yaml:9:5 introduced"], "{run:?}");
    assert_eq!(run.code, 1);
    let message = run.json()["findings"][0]["message"].to_string();
    assert!(
        message.contains("the definition is deleted") && message.contains("apps/widget.yaml"),
        "{message}"
    );

    let repo = widgets();
    repo.branch("pr").remove("crds/widget.yaml").remove("apps/widget.yaml").commit("no widgets at all");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!((run.code, run.findings()), (0, vec![]), "{run:?}");
}

#[test]
fn a_definition_that_moves_is_the_same_one() {
    let extra = "kind: ConfigMap\napiVersion: v1\nmetadata: { name: c }\n---\n";
    let cases = [
        ("platform/crds/widgets.yaml", DEFINITION.to_owned(), vec![]),
        // Too different a file to be a renamed one.
        ("platform/crds/all.yaml", format!("{}{DEFINITION}", extra.repeat(30)), vec![]),
        (
            "platform/crds/widgets.yaml",
            DEFINITION.replace("{ type: integer }", "{ type: string }"),
            vec!["schema/breaking-crd-change@platform/crds/widgets.yaml:9:5 introduced"],
        ),
    ];
    for (path, content, expected) in cases {
        let repo = widgets();
        repo.branch("pr").remove("crds/widget.yaml").write(path, &content).commit("moved");
        let run = gate().run(repo.path(), &CHECK);
        let found = run.findings();
        let breaking: Vec<_> = found.iter().filter(|found| found.contains("breaking")).collect();
        assert_eq!(breaking, expected.iter().collect::<Vec<_>>(), "{path}: {run:?}");
    }
}

const CONFIG: &str = "environments:\n  dev: { paths: [\"dev/**\"] }\n  prod: { paths: [\"prod/**\"] }\n";

#[test]
fn each_environment_is_judged_by_its_own_definition() {
    let repo = shop();
    let small = DEFINITION.replace("{ type: integer }", "{ type: integer, maximum: 2 }");
    repo.write("gate.yaml", CONFIG);
    repo.write("dev/crds/widget.yaml", DEFINITION).write("prod/crds/widget.yaml", &small).commit("widgets");
    let named = |name: &str| WIDGET.replace("name: w", &format!("name: {name}"));
    repo.branch("pr").write("dev/w.yaml", named("d")).write("prod/w.yaml", named("p"));
    repo.write("apps/w.yaml", named("a")).commit("three widgets");
    let run = gate().run(repo.path(), &CHECK);
    let expected = [
        "schema/invalid-value@apps/w.yaml:5:9 introduced",
        "schema/invalid-value@prod/w.yaml:5:9 introduced",
    ];
    assert_eq!(run.findings(), expected, "{run:?}");
    let json = run.json();
    let message = |at: usize| json["findings"][at]["message"].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        message(0),
        "`size` must be at most 2, but is `3` (by the definition in prod/crds/widget.yaml)"
    );
    assert_eq!(message(1), "`size` must be at most 2, but is `3`");
}

#[test]
fn a_change_of_one_environments_definition_is_about_its_resources() {
    let repo = shop();
    repo.write("gate.yaml", CONFIG);
    repo.write("dev/crds/widget.yaml", DEFINITION).write("prod/crds/widget.yaml", DEFINITION);
    repo.write("dev/w.yaml", WIDGET.replace("size: 3", "size: 1"))
        .write("prod/w.yaml", WIDGET)
        .commit("widgets");
    let small = DEFINITION.replace("{ type: integer }", "{ type: integer, maximum: 2 }");
    repo.branch("pr").write("dev/crds/widget.yaml", &small).commit("smaller in dev");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!((run.code, run.findings()), (0, vec![]), "{run:?}");
    repo.write("prod/crds/widget.yaml", &small).commit("smaller in prod");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(
        run.findings(),
        ["schema/breaking-crd-change@prod/crds/widget.yaml:9:5 introduced"],
        "{run:?}"
    );
}

#[test]
fn alternatives_of_a_definition_are_judged() {
    let repo = widgets();
    let either = "            spec:\n              oneOf: [{ required: [size] }, { required: [mode] }]\n              type: object";
    let changed = DEFINITION.replace("            spec:\n              type: object", either);
    assert_ne!(changed, DEFINITION);
    repo.write("crds/widget.yaml", &changed).commit("either");
    repo.branch("pr").write("apps/widget.yaml", WIDGET.replace("mode: a", "mode: b")).commit("both");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(run.findings()[0], "schema/invalid-value@apps/widget.yaml:6:3 existing", "{run:?}");
    let message = run.json()["findings"][0]["message"].as_str().unwrap_or_default().to_owned();
    assert_eq!(message, "`spec` may not have both `size` and `mode`");
}
