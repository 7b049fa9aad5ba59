//! `gate init` in repositories that are odd or hostile.

use gate_tests::TestRepo;

use crate::{DEPLOYMENT, gate, shop};

#[test]
fn without_a_repository_the_next_step_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let run = gate().run(folder.path(), &["init"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(
        run.stderr.contains(" is in no Git repository\n  hint: `git init` makes one; `gate check PATH`"),
        "{run:?}"
    );
}

#[test]
fn a_bare_repository_has_no_place_for_files() {
    let repo = TestRepo::with_init(&["--bare"]);
    let run = gate().run(repo.path(), &["init"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(run.stderr.contains("it is bare"), "{run:?}");
}

#[test]
fn before_the_first_commit_the_files_are_there_all_the_same() {
    let repo = TestRepo::new();
    repo.write("clusters/prod/web.yaml", DEPLOYMENT)
        .write("ignored/x.yaml", "a: [\n")
        .write(".gitignore", "ignored/\n");
    let run = gate().run(repo.path(), &["init"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.stdout.starts_with("Looked at 2 files of the work tree, 1 of them YAML or JSON.\n"),
        "{run:?}"
    );
    assert!(run.stdout.contains("  branch        main: the branch that is checked out\n"), "{run:?}");
    assert!(
        run.stdout
            .ends_with("\nNext\n  git add --all && git commit -m \"Run gitops-gate\"\n  gate check --all\n"),
        "{run:?}"
    );
    repo.commit("first");
    assert_eq!(gate().run(repo.path(), &["check", "--all"]).code, 0);
}

#[test]
fn an_empty_repository_gets_a_configuration_too() {
    let run = gate().run(TestRepo::new().path(), &["init"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("  environments  none: no folder or file has the name of one\n"), "{run:?}");
    assert!(run.stdout.contains("\n  image-tags         nothing to look at yet\n"), "{run:?}");
}

#[test]
fn from_below_the_files_go_to_the_root() {
    let repo = shop();
    let run = gate().run(&repo.path().join("apps"), &["init", "--ci", "none"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("\nThe root of the repository is ..: files are written there.\n"), "{run:?}");
    assert!(run.stdout.contains("\nNext\n  cd ..\n  git add gate.yaml && "), "{run:?}");
    assert!(repo.path().join("gate.yaml").is_file() && !repo.path().join("apps/gate.yaml").exists());
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    let repo = shop();
    symlink(outside.path(), repo.path().join(".github")).unwrap();
    let run = gate().run(repo.path(), &["init", "--ci", "github"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains(".github is a symbolic link"), "{run:?}");
    assert!(!repo.path().join("gate.yaml").exists(), "nothing at all is written");

    // A link to nowhere is there already.
    symlink(outside.path().join("new.yaml"), repo.path().join("gate.yaml")).unwrap();
    let run = gate().run(repo.path(), &["init", "--ci", "none"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("  gate.yaml is there already\n"), "{run:?}");
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn hostile_names_and_contents_reach_neither_terminal_nor_file_as_they_are() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let repo = shop();
    for name in [&b"prod-\x1b[31m\n.yaml"[..], b"a\xff.yaml", b"!b.yaml", b"c: d #e.yaml"] {
        std::fs::create_dir_all(repo.path().join("clusters/prod-\u{202e}x")).unwrap();
        let path = repo.path().join("clusters/prod-\u{202e}x").join(OsStr::from_bytes(name));
        std::fs::write(path, DEPLOYMENT.replace("1.2.3", "latest")).unwrap();
    }
    let bomb: String =
        (1..30).map(|n| format!("a{n}: &a{n} [*a{p}, *a{p}, *a{p}, *a{p}]\n", p = n - 1)).collect();
    repo.write(
        "bomb.yaml",
        format!("apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\na0: &a0 [x]\n{bomb}"),
    );
    repo.write("##vso[task.complete].yaml", "kubernetesVersion: v1.33.0 # \u{1b}]0;x\u{7}##vso[task]\n");
    repo.commit("hostile");
    let run = gate().run(repo.path(), &["init", "--baseline", "--expires", "9999-12-31"]);
    assert_eq!(run.code, 0, "{run:?}");
    let text = std::fs::read_to_string(repo.path().join("gate.yaml")).unwrap();
    for shown in [&run.stdout, &text] {
        let bad = |c: &char| c.is_control() && *c != '\n' || *c == '\u{202e}';
        assert_eq!(shown.chars().find(bad), None, "{shown}");
    }
    repo.commit("the gate");
    let all = gate().run(repo.path(), &["check", "--all"]);
    // The bomb cannot be judged; everything else is waived.
    assert_eq!(all.code, 3, "{all:?}");
    assert!(all.stdout.contains("bomb.yaml"), "{all:?}");
}
