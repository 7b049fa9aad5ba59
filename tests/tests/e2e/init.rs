//! `gate init`: from a repository without the gate to its first verdict.

use gate_tests::{Run, TestRepo};

use crate::{DEPLOYMENT, gate, shop};

const SECRET: &str = "\
apiVersion: v1
kind: Secret
metadata: { name: db, namespace: shop }
stringData:
  password: hunter2-and-more
";

/// Two clusters, of which staging has an image that moves, and a CI that says the version.
fn clusters() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("clusters/production/web.yaml", DEPLOYMENT);
    repo.write("clusters/staging/web.yaml", DEPLOYMENT.replace(":1.2.3", ":latest"));
    repo.write(".github/workflows/ci.yml", "run: kubeconform -kubernetes-version 1.33.0 .\n");
    repo.commit("base");
    repo
}

fn read(repo: &TestRepo, path: &str) -> String {
    std::fs::read_to_string(repo.path().join(path)).unwrap()
}

fn init(repo: &TestRepo, arguments: &[&str]) -> Run {
    gate().run(repo.path(), &[&["init"], arguments].concat())
}

fn check_all(repo: &TestRepo) -> Run {
    repo.commit("the gate");
    gate().run(repo.path(), &["check", "--all"])
}

const SAID: &str = "\
Looked at 3 files of the work tree, 3 of them YAML or JSON.

Found
  kubernetes    1.33: .github/workflows/ci.yml:1: run: kubeconform -kubernetes-version 1.33.0 .
  environments  stage  1 file: clusters/staging/**
                prod   1 file: clusters/production/**
  branch        main: the branch of this name
  ci            GitHub Actions: .github/workflows (1 file)

Judged by it, as a whole: 2 objects
  image-tags         1 error
  no-direct-prod     judges changes only
  plaintext-secrets  holds: 0 findings in 3 documents
  schema             holds: 0 findings in 2 objects
  What is there today does not block a pull request; what it adds does.
  `gate check --all` does count it; `gate init --baseline` waives it until a day.

Wrote
  gate.yaml
  .github/workflows/gitops-gate.yml

Next
  git add gate.yaml .github/workflows/gitops-gate.yml && git commit -m \"Run gitops-gate\"
  gate check --all
";

const WRITTEN: &str = "\
# .github/workflows/ci.yml:1: run: kubeconform -kubernetes-version 1.33.0 .
kubernetes: \"1.33\"

# From the names of folders and files.
environments:
  stage: # 1 file
    paths:
      - \"clusters/staging/**\"
    branches: [main]
  prod: # 1 file
    paths:
      - \"clusters/production/**\"
    promotes-from: stage
    branches: [main]

# What is there today does not block a pull request; what it adds does.
policies:
  - use: builtin:image-tags # 1 error when this was written
  - use: builtin:plaintext-secrets # holds: 0 findings in 3 documents
  - use: builtin:no-direct-prod # judges changes only
";

#[test]
fn a_repository_gets_its_configuration_and_its_ci() {
    let repo = clusters();
    let run = init(&repo, &[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert_eq!(run.stdout, SAID);
    let text = read(&repo, "gate.yaml");
    assert!(text.starts_with("# What the gate does in this repository."), "{text}");
    assert_eq!(text.split_once("\n\n").unwrap().1, WRITTEN);
    assert!(read(&repo, ".github/workflows/gitops-gate.yml").contains("uses: gitops-gate/gitops-gate@v"));

    let all = check_all(&repo);
    assert_eq!(all.code, 1, "{all:?}");
    assert!(all.stdout.contains("gate.yaml of head"), "{all:?}");
    assert!(all.stdout.contains("fail: 1 error found in 2 objects of 5 files"), "{all:?}");

    // What is there does not block a change, and what comes does.
    repo.branch("change")
        .write("clusters/staging/more.yaml", DEPLOYMENT.replace("name: web", "name: more"))
        .commit("good");
    let good = gate().run(repo.path(), &["check"]);
    assert_eq!(good.code, 0, "{good:?}");
    repo.write(
        "clusters/staging/bad.yaml",
        DEPLOYMENT.replace("1.2.3", "main").replace("name: web", "name: bad"),
    );
    repo.commit("bad");
    let bad = gate().run(repo.path(), &["check"]);
    assert_eq!(bad.code, 1, "{bad:?}");
}

#[test]
fn a_dry_run_shows_the_files_and_writes_none() {
    let repo = clusters();
    let run = init(&repo, &["--dry-run"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.stdout.contains(
            "\nWould write\n  gate.yaml\n  .github/workflows/gitops-gate.yml\n\ngate.yaml:\n\n# What"
        ),
        "{run:?}"
    );
    assert!(run.stdout.contains(WRITTEN), "{run:?}");
    assert!(!run.stdout.contains("Next"), "{run:?}");
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
}

#[test]
fn nothing_is_written_over() {
    let repo = clusters();
    repo.write("gate.yaml", "kubernetes: \"1.30\"\n");
    let run = init(&repo, &[]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("\nLeft as it is\n  gate.yaml is there already\n"), "{run:?}");
    assert!(run.stdout.contains("\nWrote\n  .github/workflows/gitops-gate.yml\n"), "{run:?}");
    assert_eq!(read(&repo, "gate.yaml"), "kubernetes: \"1.30\"\n");

    // Now everything is there, and the CI runs the gate.
    let again = init(&repo, &[]);
    assert_eq!(again.code, 1, "{again:?}");
    assert!(!again.stdout.contains("Wrote"), "{again:?}");

    repo.write("gate.yaml", "kubernets: \"1.30\"\n").remove(".github/workflows/gitops-gate.yml");
    let broken = init(&repo, &[]);
    assert_eq!((broken.code, broken.stdout.as_str()), (2, ""), "{broken:?}");
    assert!(broken.stderr.contains("gate.yaml:1:1: "), "{broken:?}");
}

#[test]
fn a_ci_file_that_is_there_gets_lines_to_add() {
    let repo = shop();
    let own = "stages: [test]\n";
    repo.write(".gitlab-ci.yml", own).commit("ci");
    let run = init(&repo, &[]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("  ci            GitLab CI: .gitlab-ci.yml\n"), "{run:?}");
    assert!(run.stdout.contains("\nLeft as it is\n  .gitlab-ci.yml is there already\n"), "{run:?}");
    let (_, lines) = run.stdout.split_once("\nAdd to .gitlab-ci.yml:\n\n").unwrap();
    assert!(lines.contains("gate check"), "{run:?}");
    assert_eq!(read(&repo, ".gitlab-ci.yml"), own);
    assert!(run.stdout.contains("  git add gate.yaml && git commit"), "{run:?}");
}

#[test]
fn a_ci_that_runs_the_gate_is_left_alone() {
    let repo = shop();
    repo.write(".github/workflows/all.yml", "run: gate check --post\n").commit("ci");
    let run = init(&repo, &[]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains(".github/workflows/all.yml runs the gate already\n"), "{run:?}");
    assert!(run.stdout.contains("\nWrote\n  gate.yaml\n\n"), "{run:?}");
}

#[test]
fn the_ci_follows_from_the_remote() {
    for (remote, path) in [
        ("git@github.com:team/shop.git", Some(".github/workflows/gitops-gate.yml")),
        ("https://gitlab.example.com/team/shop.git", Some(".gitlab-ci.yml")),
        ("https://user:secret@dev.azure.com/org/project/_git/shop", Some("azure-pipelines.yml")),
        ("git@bitbucket.org:team/shop.git", Some("bitbucket-pipelines.yml")),
        ("https://bitbucket.example.com/scm/TEAM/shop.git", Some("Jenkinsfile")),
        ("https://codeberg.org/team/shop.git", Some(".gitea/workflows/gitops-gate.yml")),
        ("https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop", Some("buildspec.yml")),
        ("codecommit::eu-west-1://shop", Some("buildspec.yml")),
        ("/srv/git/shop.git", None),
    ] {
        let repo = shop();
        repo.git(&["remote", "add", "origin", remote]);
        let run = init(&repo, &[]);
        assert_eq!(run.code, 0, "{remote} {run:?}");
        assert!(!run.stdout.contains("secret@"), "{run:?}");
        let written: Vec<String> = repo.git(&["ls-files", "--others"]).lines().map(str::to_owned).collect();
        let expected: Vec<&str> = path.into_iter().chain(["gate.yaml"]).collect();
        assert_eq!(written, expected, "{remote}");
        let all = check_all(&repo);
        assert_eq!(all.code, 0, "{remote} {all:?}");
    }
}

#[test]
fn every_ci_can_be_asked_for() {
    for (name, path) in [
        ("github", ".github/workflows/gitops-gate.yml"),
        ("gitlab", ".gitlab-ci.yml"),
        ("azure", "azure-pipelines.yml"),
        ("bitbucket", "bitbucket-pipelines.yml"),
        ("gitea", ".gitea/workflows/gitops-gate.yml"),
        ("forgejo", ".forgejo/workflows/gitops-gate.yml"),
        ("jenkins", "Jenkinsfile"),
        ("tekton", ".tekton/gitops-gate.yaml"),
        ("codebuild", "buildspec.yml"),
        ("codecommit", "buildspec.yml"),
    ] {
        let repo = shop();
        let run = init(&repo, &["--ci", name]);
        assert_eq!(run.code, 0, "{name} {run:?}");
        let text = read(&repo, path);
        let is_filled = !text.contains("{{version}}") && !text.contains("{{branch}}");
        assert!(text.contains("gitops-gate") && is_filled, "{name} {text}");
        let all = check_all(&repo);
        assert_eq!(all.code, 0, "{name} {all:?}");
    }
    let repo = shop();
    assert_eq!(init(&repo, &["--ci", "none"]).code, 0);
    assert_eq!(repo.git(&["ls-files", "--others"]), "gate.yaml\n");
    assert_eq!(init(&shop(), &["--ci", "travis"]).code, 2);
}

#[test]
fn a_baseline_lets_pass_what_is_there_and_nothing_else() {
    let repo = clusters();
    repo.write("apps/[1]*.yaml", SECRET).commit("secret");
    let run = init(&repo, &["--baseline", "--expires", "9999-12-31", "--owner", "team: shop"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.stdout.contains("\n  Waived until 9999-12-31: 2 findings by 2 waivers in gate.yaml.\n"),
        "{run:?}"
    );
    let text = read(&repo, "gate.yaml");
    let (_, waivers) = text.split_once("\nwaivers:\n").unwrap();
    let expected = "  - rule: plaintext-secrets/plaintext-secret
    path: \"apps/\\\\[1\\\\]\\\\*.yaml\"
    object: Secret/shop/db
    reason: \"there before the gate: 1 finding\"
    owner: \"team: shop\"
    expires: 9999-12-31
  - rule: image-tags/mutable-image-tag
    path: clusters/staging/web.yaml
    object: Deployment/shop/web
    reason: \"there before the gate: 1 finding\"
    owner: \"team: shop\"
    expires: 9999-12-31
";
    assert_eq!(waivers, expected);
    let all = check_all(&repo);
    assert_eq!(all.code, 0, "{all:?}");

    // Another file and another object are not waived.
    repo.write("apps/1x.yaml", SECRET).commit("the same elsewhere");
    assert_eq!(gate().run(repo.path(), &["check", "--all"]).code, 1);
    repo.remove("apps/1x.yaml").write("apps/[1]*.yaml", SECRET.replace("name: db", "name: db2"));
    repo.commit("another object");
    assert_eq!(gate().run(repo.path(), &["check", "--all"]).code, 1);
}

#[test]
fn a_baseline_for_a_configuration_that_is_there_is_shown() {
    let repo = clusters();
    repo.write("gate.yaml", "policies:\n  - use: builtin:image-tags\n").commit("config");
    let run = init(&repo, &["--baseline", "--expires", "9999-12-31", "--ci", "none"]);
    assert_eq!(run.code, 1, "{run:?}");
    let shown = "Add to gate.yaml, which is there already, for 1 finding of today:\n\nwaivers:\n  - rule: image-tags/mutable-image-tag\n";
    assert!(run.stdout.contains(shown), "{run:?}");
}

#[test]
fn the_day_of_a_baseline_has_to_come() {
    let repo = clusters();
    for (arguments, message) in [
        (&["--baseline", "--expires", "2020-01-01"][..], "`--expires 2020-01-01` is over"),
        (&["--baseline", "--expires", "soon"], "`--expires soon` is no day"),
        (&["--baseline", "--days", "0"], "0 is not in 1..=3650"),
        (&["--expires", "9999-12-31"], "--baseline"),
    ] {
        let run = init(&repo, arguments);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains(message), "{run:?}");
    }
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    let run = init(&repo, &["--baseline", "--days", "1"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("Waived until 2"), "{run:?}");
}

#[test]
fn kinds_without_a_schema_do_not_stop_the_first_verdict() {
    let repo = shop();
    let object = |kind: &str| format!("apiVersion: example.com/v1\nkind: {kind}\nmetadata: {{ name: a }}\n");
    repo.write("a.yaml", object("Widget")).write("b.yaml", object("Widget").replace("name: a", "name: b"));
    repo.write("c.yaml", "apiVersion: apps/v1\nkind: Deploymnt\nmetadata: { name: a }\n").commit("kinds");
    let run = init(&repo, &[]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.stdout.contains("\n  no schema     1 kind, 2 documents: only policies judge them\n"),
        "{run:?}"
    );
    // One that is misspelt is no kind of anybody's.
    assert!(run.stdout.contains("  1 place cannot be judged"), "{run:?}");
    assert!(run.stdout.contains("    c.yaml:2: no schema is known for apps/v1 Deploymnt"), "{run:?}");
    let text = read(&repo, "gate.yaml");
    assert!(text.ends_with("allow-missing-schemas:\n  - example.com/v1/Widget # 2 documents\n"), "{text}");
    assert_eq!(check_all(&repo).code, 3);
    repo.remove("c.yaml");
    assert_eq!(check_all(&repo).code, 0);
}

#[test]
fn templates_that_are_no_yaml_are_excluded() {
    let repo = shop();
    repo.write("hack/templates/a/prod/x.yaml", "{% if a %}\nkind: {{ kind }}\n{% endif %}\n");
    repo.write("hack/templates/b.yaml", "a: {{ b }}: c\n").write("other.yaml", "a: {{ b }}: c\n");
    repo.write("broken.yaml", "a: [\n").write(".archive/old.yaml", DEPLOYMENT).commit("templates");
    let run = init(&repo, &[]);
    assert_eq!(run.code, 0, "{run:?}");
    let text = read(&repo, "gate.yaml");
    let expected = "exclude:\n  - \"./other.yaml\" # 1 file is a template and no YAML\n  - hack/templates/** # 2 files are templates and no YAML\n";
    assert!(text.contains(expected), "{text}");
    assert!(text.contains("\n#   - \".archive/**\" # 1 file, by the name\n"), "{text}");
    assert!(!text.contains("\n  prod:"), "{text}");
    assert!(run.stdout.contains("    broken.yaml:"), "{run:?}");
}

#[test]
fn without_production_nothing_counts_as_it() {
    let repo = TestRepo::new();
    repo.write("clusters/dev/web.yaml", DEPLOYMENT)
        .write("clusters/staging/web.yaml", DEPLOYMENT)
        .commit("base");
    let run = init(&repo, &[]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(read(&repo, "gate.yaml").contains("    settings: { production: [prod] }"), "{run:?}");
    repo.commit("the gate").branch("change");
    repo.write("clusters/staging/web.yaml", DEPLOYMENT.replace("1.2.3", "1.2.4")).commit("change");
    let check = gate().run(repo.path(), &["check"]);
    assert_eq!(check.code, 0, "{check:?}");
}

#[test]
fn schemas_in_the_form_of_a_catalog_are_used() {
    let schema = r#"{"type":"object","properties":{"apiVersion":{},"kind":{},"metadata":{},"size":{"type":"integer"}}}"#;
    let repo = shop();
    repo.write("schemas/example.com/widget_v1.json", schema);
    repo.write("a.yaml", "apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: a }\nsize: big\n")
        .commit("kind");
    let run = init(&repo, &[]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("\n  schemas       schemas/**: 1 file\n"), "{run:?}");
    assert!(run.stdout.contains("\n  schema             1 error\n"), "{run:?}");
    assert!(!read(&repo, "gate.yaml").contains("allow-missing"), "{run:?}");
}
