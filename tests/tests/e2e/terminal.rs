//! What people see: the verdict in one line, `--quiet`, time, colours, links and progress, with and without a terminal.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use gate_tests::{Gate, Run, TestRepo, skipped};

use crate::{DEPLOYMENT, gate, shop};

const QUICK: &str = "fail: 1 error introduced in 1 object of 1 file";

/// A branch with one bad image.
fn broken() -> TestRepo {
    let repo = shop();
    repo.branch("pr").write("apps/web.yaml", DEPLOYMENT.replace("1.2.3", "latest")).commit("break");
    repo
}

/// A run whose standard output and error are one pseudo-terminal; none where `script` of util-linux is not to be had.
fn on_a_terminal(folder: &Path, arguments: &str, variables: &[(&str, &str)]) -> Option<Run> {
    let script = ["/usr/bin/script", "/bin/script"].into_iter().find(|path| Path::new(path).is_file());
    let Some(script) = script.filter(|_| cfg!(target_os = "linux")) else {
        skipped("there is no `script` to make a terminal with");
        return None;
    };
    let command = format!("{} {arguments}", env!("CARGO_BIN_EXE_gate-under-test"));
    let variables = [&[("TERM", "xterm-256color"), ("SHELL", "/bin/sh")][..], variables].concat();
    Some(Gate::new(script).run_with(folder, &["-qec", &command, "/dev/null"], &variables, None))
}

#[test]
fn the_last_line_is_the_verdict_and_the_bytes_are_the_same() {
    let repo = broken();
    let run = gate().run(repo.path(), &["check", "--base=main"]);
    assert_eq!((run.code, run.stdout.lines().last(), run.stderr.as_str()), (1, Some(QUICK), ""), "{run:?}");
    let again = gate().run(repo.path(), &["check", "--base=main"]);
    assert_eq!(run.stdout, again.stdout);
}

#[test]
fn quiet_is_one_line_for_a_pass_and_what_blocks_for_a_fail() {
    let repo = broken();
    let pass = gate().run(repo.path(), &["check", "-q", "--base=main", "--head=main"]);
    assert_eq!(
        (pass.code, pass.stdout.as_str(), pass.stderr.as_str()),
        (0, "pass: nothing introduced: nothing was checked in 0 files\n", ""),
        "{pass:?}"
    );
    let fail = gate().run(repo.path(), &["check", "--quiet", "--base=main"]);
    assert_eq!((fail.code, fail.stdout.lines().last()), (1, Some(QUICK)), "{fail:?}");
    assert!(
        fail.stdout.starts_with("Introduced by this change: 1 error in 1 file\n\napps/web.yaml  1 error\n")
    );
    assert!(fail.stdout.contains("apps/web.yaml:16:18") && !fail.stdout.contains("Checked"), "{fail:?}");
    let both = gate().run(repo.path(), &["check", "-q", "-v"]);
    assert_eq!((both.code, both.stdout.as_str()), (2, ""), "{both:?}");
    assert!(both.stderr.contains("cannot be used with"), "{both:?}");
}

#[test]
fn colours_follow_the_variables_without_a_terminal() {
    let repo = broken();
    let coloured = |variables: &[(&str, &str)]| {
        let run = gate().run_with(repo.path(), &["check", "--base=main"], variables, None);
        assert_eq!(run.code, 1, "{run:?}");
        assert!(!run.stdout.contains("\x1b]8;") && !run.stdout.contains(" s\n"), "{run:?}");
        run.stdout.contains('\x1b')
    };
    assert!(!coloured(&[]));
    assert!(coloured(&[("FORCE_COLOR", "1")]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

#[test]
fn a_terminal_gets_colours_time_and_links() {
    let repo = broken();
    let Some(plain) = on_a_terminal(repo.path(), "check --base=main", &[]) else { return };
    assert_eq!(plain.code, 1, "{plain:?}");
    let last = plain.stdout.lines().last().unwrap();
    assert!(last.starts_with("\x1b[1m\x1b[31mfail:\x1b[0m "), "{last:?}");
    let (_, time) = last.split_once("1 error introduced in 1 object of 1 file, ").unwrap();
    assert!(time.contains(" s"), "{last:?}");
    // No link, and no progress of a run that is quick.
    assert!(!plain.stdout.contains("\x1b]8;") && !plain.stdout.contains("judging"), "{plain:?}");

    let linked = on_a_terminal(repo.path(), "check --base=main", &[("TERM_PROGRAM", "WezTerm")]).unwrap();
    let root = repo.path().canonicalize().unwrap();
    let target = format!("\x1b]8;;file://{}/apps/web.yaml\x1b\\", root.display());
    // The file, and the place of its finding.
    assert_eq!(linked.stdout.matches(&target).count(), 2, "{linked:?}");
    assert_eq!(
        linked.stdout.matches("docs/rules.md#image-tagsmutable-image-tag\x1b\\").count(),
        1,
        "{linked:?}"
    );

    let dumb = [("TERM", "dumb"), ("TERM_PROGRAM", "WezTerm")];
    let dumb = on_a_terminal(repo.path(), "check --base=main", &dumb).unwrap();
    assert!(!dumb.stdout.contains('\x1b'), "{dumb:?}");
}

/// The clone's `git` takes two seconds: the line is there after one, and gone before the report.
#[test]
fn slow_work_is_told_on_a_terminal_and_nowhere_else() {
    let origin = broken();
    let base = origin.git(&["rev-parse", "main"]).trim().to_owned();
    let (clone, tools) = (TestRepo::new(), tempfile::tempdir().unwrap());
    let url = format!("file://{}", origin.path().display());
    let folder = clone.path().join("clone");
    let slow = || {
        if folder.exists() {
            std::fs::remove_dir_all(&folder).unwrap();
        }
        let to = folder.display().to_string();
        origin.git(&["clone", "--quiet", "--depth=1", "--branch=pr", &url, &to]);
    };
    let path = std::env::var("PATH").unwrap();
    let git = tools.path().join("git");
    std::fs::write(&git, format!("#!/bin/sh\nsleep 2\nPATH='{path}' exec git \"$@\"\n")).unwrap();
    std::fs::set_permissions(&git, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{path}", tools.path().display());
    let arguments = format!("check --base={base}");

    slow();
    let Some(run) = on_a_terminal(&folder, &arguments, &[("PATH", &path)]) else { return };
    assert_eq!(run.code, 1, "{run:?}");
    let (progress, report) = run.stdout.split_once("gitops-gate 0").unwrap();
    assert!(progress.contains("fetching what this clone lacks"), "{run:?}");
    // The last thing that is done to the line is to clear it.
    assert!(progress.trim_end_matches("\x1b[1m").ends_with("\x1b[2K"), "{progress:?}");
    assert!(!report.contains("fetching"), "{run:?}");

    for variables in [[("PATH", path.as_str()), ("CI", "true")], [("PATH", path.as_str()), ("TERM", "dumb")]]
    {
        slow();
        let run = on_a_terminal(&folder, &arguments, &variables).unwrap();
        assert!(!run.stdout.contains("fetching what"), "{run:?}");
    }
    slow();
    let run = gate().run_with(&folder, &["check", "--base", &base], &[("PATH", &path)], None);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{run:?}");
}
