//! `gate fix`: what it mends is mended byte for byte, and everything else is left alone and said.

use std::fs;

use gate_tests::{Run, TestRepo, corpus};

use crate::{DEPLOYMENT, gate, shop};

/// A file as people write them, with a mistake of every kind that has one right answer.
const WRONG: &str = "\
# web shop
apiVersion: apps/v1
kind: deployment   # small
metadata:
    name:   web
    labels: {app: 'web', tier: 3}   # number
spec:
    replica: 2 # one letter short

    selector:
        matchLabels: { app: web }
    paused: \"true\"
    template:
        metadata:
            labels: { app: web }
        spec:
            \"dnspolicy\": ClusterFirst
            restartPolicy: always
            containers:
            -   name: web
                image: shop/web:1.2.3
                env:
                - {name: A, value: yes}
                - {name: B, value: 0644}
                - {name: B, value: 0644}
                ports:
                # the port
                - containerPort: '80'
";

const RIGHT: &str = "\
# web shop
apiVersion: apps/v1
kind: Deployment   # small
metadata:
    name:   web
    labels: {app: 'web', tier: \"3\"}   # number
spec:
    replicas: 2 # one letter short

    selector:
        matchLabels: { app: web }
    paused: true
    template:
        metadata:
            labels: { app: web }
        spec:
            \"dnsPolicy\": ClusterFirst
            restartPolicy: Always
            containers:
            -   name: web
                image: shop/web:1.2.3
                env:
                - {name: A, value: \"yes\"}
                - {name: B, value: \"0644\"}
                ports:
                # the port
                - containerPort: 80
";

fn text(repo: &TestRepo, path: &str) -> String {
    fs::read_to_string(repo.path().join(path)).unwrap()
}

fn fix(repo: &TestRepo, arguments: &[&str]) -> Run {
    gate().run(repo.path(), &[&["fix"], arguments].concat())
}

/// The shop with `content` at `apps/web.yaml`, not committed.
fn with(content: &str) -> TestRepo {
    let repo = shop();
    repo.write("apps/web.yaml", content);
    repo
}

#[test]
fn what_has_one_right_answer_is_mended_and_nothing_else_differs() {
    // A kind that is unknown hides the rest: `deployment` alone in a run of its own.
    let wrong = WRONG.replace("kind: deployment", "kind: Deployment");
    let repo = with(&wrong);
    let run = fix(&repo, &["--work-tree"]);
    assert_eq!(text(&repo, "apps/web.yaml"), RIGHT, "{run:?}");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert!(run.stdout.ends_with("\nfixed 10 in 1 file; 0 left for a person\n"), "{run:?}");
    assert!(
        run.stdout.contains("fixed apps/web.yaml:8:5 schema/unknown-field: call it `replicas`\n"),
        "{run:?}"
    );
    let again = fix(&repo, &["--work-tree"]);
    assert_eq!((again.code, again.stdout.as_str()), (0, "fixed 0 in 0 files; 0 left for a person\n"));
}

#[test]
fn line_ends_marks_and_a_missing_last_break_stay() {
    let wrong = WRONG.replace("kind: deployment", "kind: Deployment");
    let windows = |text: &str| format!("\u{feff}{}", text.trim_end().replace('\n', "\r\n"));
    let repo = with(&windows(&wrong));
    let run = fix(&repo, &["apps"]);
    assert_eq!(text(&repo, "apps/web.yaml"), windows(RIGHT), "{run:?}");
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn a_kind_in_the_wrong_case_is_mended() {
    let repo = with(&DEPLOYMENT.replace("kind: Deployment", "kind: deployment # c"));
    let run = fix(&repo, &["--work-tree"]);
    assert_eq!(text(&repo, "apps/web.yaml"), DEPLOYMENT.replace("kind: Deployment", "kind: Deployment # c"));
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn one_document_of_several_and_json_are_mended() {
    let json = "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"ConfigMap\",\n  \"metadata\": {\"name\": \"a\"},\n  \"immutable\": \"false\"\n}\n";
    let one = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\ndata: {n: VALUE}\n";
    let of = |name: &str, value: &str| one.replace("NAME", name).replace("VALUE", value);
    let many = |value: &str| format!("{}---\n# c\n{}---\n{}", of("a", "x"), of("b", value), of("c", "z"));
    let list = |value: &str| {
        format!(
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {{name: l}}\n  data:\n    n: {value}\n"
        )
    };
    let repo = shop();
    repo.write("a.json", json).write("many.yaml", many("1.10")).write("list.yaml", list("on"));
    let run = fix(&repo, &["--work-tree"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(text(&repo, "a.json"), json.replace("\"false\"", "false"));
    assert_eq!(text(&repo, "many.yaml"), many("\"1.10\""));
    assert_eq!(text(&repo, "list.yaml"), list("\"on\""));
}

#[test]
fn an_old_name_of_an_api_that_stayed_the_same_is_mended_and_others_are_not() {
    let job = "apiVersion: batch/v1beta1 # old\nkind: CronJob\nmetadata: {name: a}\nspec:\n  schedule: \"0 0 * * *\"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never\n          containers: [{name: a, image: shop/a:1.2.3}]\n";
    let budget = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 1, selector: {matchLabels: {app: a}}}\n";
    let repo = shop();
    repo.write("job.yaml", job).write("budget.yaml", budget);
    let run = fix(&repo, &["--work-tree"]);
    assert_eq!(text(&repo, "job.yaml"), job.replace("batch/v1beta1", "batch/v1"), "{run:?}");
    assert_eq!(text(&repo, "budget.yaml"), budget);
    assert_eq!(run.code, 1, "the budget is for a person: {run:?}");
    assert!(run.stdout.ends_with("fixed 1 in 1 file; 1 left for a person\n"), "{run:?}");
}

#[test]
fn a_dry_run_writes_nothing_and_can_be_applied() {
    let wrong = DEPLOYMENT.replace("replicas", "replica");
    let repo = with(&wrong);
    let run = fix(&repo, &["--work-tree", "--dry-run"]);
    assert_eq!(text(&repo, "apps/web.yaml"), wrong);
    assert_eq!(run.code, 1, "{run:?}");
    let expected = "--- a/apps/web.yaml\n+++ b/apps/web.yaml\n@@ -4,7 +4,7 @@\n   name: web\n   namespace: shop\n spec:\n-  replica: 2\n+  replicas: 2\n   selector:\n     matchLabels: { app: web }\n   template:\n";
    assert_eq!(run.stdout, expected);
    assert!(run.stderr.contains("would fix apps/web.yaml:7:3 schema/unknown-field"), "{run:?}");
    repo.write("fix.diff", &run.stdout).git(&["apply", "fix.diff"]);
    assert_eq!(text(&repo, "apps/web.yaml"), DEPLOYMENT);
    let color = gate().run(repo.path(), &["--color=always", "fix", "--work-tree", "--dry-run"]);
    assert_eq!((color.code, color.stdout.as_str()), (0, ""));
}

#[test]
fn only_the_rules_that_are_asked_for_are_mended() {
    let wrong = DEPLOYMENT.replace("replicas: 2", "replica: 2\n  paused: 'true'");
    let repo = with(&wrong);
    let run = fix(&repo, &["--work-tree", "--rule", "schema/wrong-type"]);
    assert_eq!(text(&repo, "apps/web.yaml"), wrong.replace("'true'", "true"));
    assert_eq!(run.code, 0, "nothing of this rule is left: {run:?}");
    let unknown = fix(&repo, &["--work-tree", "--rule", "schema/wrong-typ"]);
    assert_eq!(unknown.code, 2, "{unknown:?}");
    assert!(unknown.stderr.contains("did you mean `schema/wrong-type`?"), "{unknown:?}");
}

#[test]
fn what_is_not_of_the_change_is_left_alone() {
    let repo = shop();
    let old = DEPLOYMENT.replace("replicas", "replica").replace("name: web\n", "name: old\n");
    repo.write("apps/old.yaml", &old).commit("old");
    repo.branch("pr").write("apps/web.yaml", DEPLOYMENT.replace("replicas", "replica")).commit("new");
    let run = fix(&repo, &["--base", "main"]);
    assert_eq!((text(&repo, "apps/old.yaml"), text(&repo, "apps/web.yaml")), (old, DEPLOYMENT.to_owned()));
    assert_eq!(run.code, 0, "{run:?}");
    repo.git(&["checkout", "--quiet", "."]);
    let all = fix(&repo, &["--all"]);
    assert_eq!(text(&repo, "apps/web.yaml"), DEPLOYMENT, "{all:?}");
    assert!(text(&repo, "apps/old.yaml").contains("replicas: 2"), "{all:?}");
}

#[test]
fn a_file_that_is_not_what_was_judged_is_left_alone() {
    let repo = shop();
    repo.branch("pr").write("apps/web.yaml", DEPLOYMENT.replace("replicas", "replica")).commit("new");
    let mine = format!("{}# mine\n", DEPLOYMENT.replace("replicas", "replica"));
    repo.write("apps/web.yaml", &mine);
    let run = fix(&repo, &["--base", "main"]);
    assert_eq!(text(&repo, "apps/web.yaml"), mine);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.stdout.contains("left apps/web.yaml:7:3 schema/unknown-field: the file in the work tree is not"),
        "{run:?}"
    );
    repo.git(&["add", "--all"]);
    let staged = fix(&repo, &["--staged"]);
    assert_eq!(text(&repo, "apps/web.yaml"), mine, "HEAD has the mistake already: {staged:?}");
}

#[test]
fn what_an_alias_shares_is_left_alone() {
    let pods = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - &c {name: a, image: shop/a:1.2.3, tty: 'true'}\n  - {<<: *c, name: b}\n";
    let repo = with(pods);
    let run = fix(&repo, &["--work-tree"]);
    assert_eq!(text(&repo, "apps/web.yaml"), pods);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("an alias (`*name`) or a merge (`<<`) shares this value"), "{run:?}");
}

#[test]
fn a_fix_that_would_break_something_else_is_not_made() {
    // What is meant is a list, and this is none.
    let wrong = DEPLOYMENT.replace("          image:", "          port: { a: 1 }\n          image:");
    let repo = with(&wrong);
    let run = fix(&repo, &["--work-tree"]);
    assert_eq!(text(&repo, "apps/web.yaml"), wrong);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("schema/wrong-type would be found then: fix it by hand"), "{run:?}");
}

#[test]
fn a_kind_is_mended_although_more_is_found_then() {
    let wrong = DEPLOYMENT
        .replace("kind: Deployment", "kind: deployment # one")
        .replace("replicas: 2", "replica: \"2\"")
        .replace("  selector:", "  nodes: 3\n  selector:");
    let repo = with(&wrong);
    let run = fix(&repo, &["--work-tree"]);
    let mended = wrong.replace("kind: deployment", "kind: Deployment");
    assert_eq!(text(&repo, "apps/web.yaml"), mended, "{run:?}");
    // A name that may not be meant for a text stays, and so does a field that nobody knows.
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("fixed apps/web.yaml:2:7 schema/misspelt-kind"), "{run:?}");
}

#[test]
fn secrets_are_not_shown() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nimutable: true\nstringData:\n  password: s3cr3t-value\n  more: |\n    s3cr3t-line\n";
    let repo = shop();
    repo.write("secret.yaml", secret);
    let run = fix(&repo, &["--work-tree", "--dry-run", "--schemas-only"]);
    assert!(run.stdout.contains("+immutable: true\n"), "{run:?}");
    assert!(run.stdout.contains("   password: ••••••••••••\n"), "{run:?}");
    assert!(!format!("{run:?}").contains("s3cr3t"), "{run:?}");
    let number = secret.replace("s3cr3t-value", "12345678");
    repo.write("secret.yaml", &number);
    let run = fix(&repo, &["--work-tree", "--schemas-only"]);
    assert!(!format!("{run:?}").contains("12345678"), "{run:?}");
    assert!(
        text(&repo, "secret.yaml").contains("password: 12345678\n"),
        "values of Secrets are never written"
    );
}

#[cfg(unix)]
#[test]
fn links_and_files_outside_are_not_written() {
    let wrong = DEPLOYMENT.replace("replicas", "replica");
    let outside = tempfile::tempdir().unwrap();
    let file = outside.path().join("web.yaml");
    fs::write(&file, &wrong).unwrap();
    let repo = shop();
    std::os::unix::fs::symlink(&file, repo.path().join("link.yaml")).unwrap();
    let run = fix(&repo, &["link.yaml", "apps", &file.display().to_string()]);
    assert_eq!(fs::read_to_string(&file).unwrap(), wrong);
    assert!(run.stdout.contains(": it is outside of the repository\n"), "{run:?}");
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
}

#[test]
fn standard_input_cannot_be_mended() {
    let run = fix(&shop(), &["-"]);
    assert_eq!(run.code, 2, "{run:?}");
}

/// Files of a real repository with a mistake put in at the first place of `from`.
fn broken(repo: &TestRepo, from: &str, to: &str, most: usize) -> Vec<String> {
    let listed = repo.git(&["grep", "-l", "-E", &format!("^ +{from}"), "--", "*.yaml"]);
    let mut files = Vec::new();
    for path in listed.lines() {
        let place = repo.path().join(path);
        let before = fs::read_to_string(&place).unwrap();
        let is_one = before.matches("\nkind: Deployment\n").count() == 1
            && !before.contains("\n---\n")
            && !before.contains("{{");
        if files.len() < most && is_one && before.contains(from) {
            fs::write(&place, before.replacen(from, to, 1)).unwrap();
            files.push(path.to_owned());
        }
    }
    files
}

#[test]
fn a_mistake_in_a_real_file_is_mended_to_the_byte() {
    let Some(corpus) = corpus("infra-deployments") else { return };
    let repo = TestRepo::new();
    repo.git(&["fetch", "--quiet", "--depth=1", &format!("file://{}", corpus.display()), "HEAD"]);
    repo.git(&["reset", "--quiet", "--hard", "FETCH_HEAD"]);
    let mut files = broken(&repo, "replicas: ", "replcas: ", 10);
    files.extend(broken(&repo, "terminationGracePeriodSeconds: ", "terminationGracePeriodsSeconds: ", 10));
    files.extend(broken(&repo, "imagePullPolicy: Always", "imagePullPolicy: always", 10));
    assert!(files.len() >= 10, "{files:?}");
    let run = fix(&repo, &["--work-tree", "--schemas-only"]);
    let diff = repo.git(&["diff"]);
    assert_eq!(diff, "", "{run:?}");
    assert!(run.code == 0 || run.code == 3, "{run:?}");
}
