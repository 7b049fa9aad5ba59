//! The gate as a hook of a Git server: real pushes to a real bare repository.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::{DEPLOYMENT, gate, shop};
use gate_tests::TestRepo;

const FOUND: &str = "image-tags/mutable-image-tag";

fn latest() -> String {
    DEPLOYMENT.replace("web:1.2.3", "web:latest")
}

/// A bare repository that has the shop on `main`, and the clone that pushes to it.
struct Host {
    server: TestRepo,
    work: TestRepo,
}

/// What `git push` told.
#[derive(Debug)]
struct Push {
    accepted: bool,
    /// With `remote: ` before each line of the hook.
    told: String,
}

impl Host {
    /// With `gate hook <arguments>` installed as the hook `name`.
    fn new(name: &str, arguments: &str) -> Self {
        let server = TestRepo::with_init(&["--bare", "--initial-branch=main"]);
        let work = shop();
        work.git(&["remote", "add", "origin", &format!("file://{}", server.path().display())]);
        work.git(&["push", "--quiet", "origin", "main"]);
        let host = Self { server, work };
        host.install(name, arguments);
        host
    }

    fn install(&self, name: &str, arguments: &str) {
        let hook = self.server.path().join("hooks").join(name);
        let gate = env!("CARGO_BIN_EXE_gate-under-test");
        std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
        std::fs::write(&hook, format!("#!/bin/sh\nexec '{gate}' hook {arguments}\n")).unwrap();
        std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn push(&self, arguments: &[&str]) -> Push {
        let output = git(self.work.path()).arg("push").arg("origin").args(arguments).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        Push { accepted: output.status.success(), told }
    }

    /// What a branch of the server is at; empty if there is none.
    fn at(&self, branch: &str) -> String {
        self.server.git(&["for-each-ref", "--format=%(objectname)", &format!("refs/heads/{branch}")])
    }

    fn has(&self, commit: &str) -> bool {
        git(self.server.path()).args(["cat-file", "-e", commit]).status().unwrap().success()
    }

    fn head(&self) -> String {
        self.work.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command.env("HOME", folder).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.env("LC_ALL", "C");
    command
}

#[test]
fn a_good_push_is_accepted_in_one_line() {
    let host = Host::new("pre-receive", "pre-receive");
    host.work.write("apps/web.yaml", DEPLOYMENT.replace("replicas: 2", "replicas: 3")).commit("scale");
    let push = host.push(&["main"]);
    assert!(push.accepted, "{push:?}");
    assert!(
        push.told.contains("remote: gate: refs/heads/main ") && push.told.contains(" passes, 1 object"),
        "{push:?}"
    );
    assert_eq!(push.told.matches("remote:").count(), 1, "{push:?}");
    assert_eq!(host.at("main").trim(), host.head());
}

#[test]
fn a_bad_push_is_refused_and_leaves_nothing_behind() {
    // One object a file, then all of them in one pack: the two ways in which Git keeps what it receives.
    for limit in ["100", "1"] {
        let host = Host::new("pre-receive", "pre-receive");
        host.server.git(&["config", "receive.unpackLimit", limit]);
        let before = host.at("main");
        host.work.write("apps/web.yaml", latest()).commit("break");
        let push = host.push(&["main"]);
        assert!(!push.accepted, "{push:?}");
        assert!(push.told.contains(FOUND) && push.told.contains("apps/web.yaml:16:18"), "{push:?}");
        assert!(push.told.contains("pre-receive hook declined"), "{push:?}");
        assert_eq!(host.at("main"), before);
        assert!(!host.has(&host.head()), "the objects of a refused push are gone");
        host.work.write("apps/web.yaml", DEPLOYMENT.replace("replicas: 2", "replicas: 4")).commit("mend");
        assert!(host.push(&["main"]).accepted);
    }
}

#[test]
fn what_cannot_be_judged_is_refused() {
    let host = Host::new("pre-receive", "pre-receive");
    host.work.write("apps/web.yaml", "apiVersion: v1\nkind: [unclosed\n").commit("no YAML");
    let push = host.push(&["main"]);
    assert!(!push.accepted && push.told.contains("apps/web.yaml"), "{push:?}");
}

#[test]
fn the_configuration_is_the_one_before_the_push() {
    let host = Host::new("pre-receive", "pre-receive");
    let off = "policies:\n  - use: builtin:image-tags\n    severity: \"off\"\n";
    host.work.write("gate.yaml", off).write("apps/web.yaml", latest()).commit("switch off and break");
    let push = host.push(&["main"]);
    assert!(!push.accepted && push.told.contains(FOUND), "{push:?}");
    host.work.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    host.work.write("gate.yaml", off).commit("switch off");
    let push = host.push(&["main"]);
    assert!(push.accepted, "{push:?}");
    host.work.write("apps/web.yaml", latest()).commit("break");
    let push = host.push(&["main"]);
    assert!(push.accepted, "now it holds: {push:?}");
}

#[test]
fn a_configuration_that_is_wrong_refuses_and_says_so() {
    let host = Host::new("pre-receive", "pre-receive --config gate-of-the-server.yaml");
    std::fs::write(host.server.path().join("gate-of-the-server.yaml"), "polices: []\n").unwrap();
    host.work.write("apps/web.yaml", DEPLOYMENT.replace("replicas: 2", "replicas: 3")).commit("scale");
    let push = host.push(&["main"]);
    assert!(!push.accepted && push.told.contains("polices"), "{push:?}");
    std::fs::write(host.server.path().join("gate-of-the-server.yaml"), "policies: []\n").unwrap();
    let push = host.push(&["main"]);
    assert!(push.accepted, "{push:?}");
}

#[test]
fn other_references_pass_and_are_named_on_request() {
    let host = Host::new("pre-receive", "pre-receive --verbose");
    host.work.branch("feature").write("apps/web.yaml", latest()).commit("break");
    host.work.git(&["tag", "--annotate", "--message=one", "v1"]);
    let push = host.push(&["feature", "v1"]);
    assert!(push.accepted, "{push:?}");
    for name in ["refs/heads/feature", "refs/tags/v1"] {
        assert!(push.told.contains(&format!("gate: {name} is not judged")), "{push:?}");
    }
}

#[test]
fn a_new_branch_is_judged_by_what_it_adds() {
    let host = Host::new("pre-receive", "pre-receive --ref main --ref 'release/*'");
    host.work.branch("release/1").write("apps/web.yaml", latest()).commit("break");
    let push = host.push(&["release/1"]);
    assert!(!push.accepted && push.told.contains(FOUND), "{push:?}");
    assert_eq!(host.at("release/1"), "");
    host.work.git(&["checkout", "--quiet", "-b", "release/2", "main"]);
    host.work.write("apps/other.yaml", DEPLOYMENT.replace("name: web", "name: other")).commit("more");
    let push = host.push(&["release/2"]);
    assert!(push.accepted && push.told.contains("new..") && push.told.contains("1 object"), "{push:?}");
    assert_eq!(host.at("release/2").trim(), host.head());
}

#[test]
fn the_first_push_to_an_empty_repository_is_all_new() {
    let host = Host::new("pre-receive", "pre-receive");
    let server = TestRepo::with_init(&["--bare", "--initial-branch=main"]);
    let empty = Host { server, work: shop() };
    empty.install("pre-receive", "pre-receive");
    empty.work.git(&["remote", "add", "origin", &format!("file://{}", empty.server.path().display())]);
    let push = empty.push(&["main"]);
    assert!(push.accepted && push.told.contains("1 object"), "{push:?}");
    drop(host);
}

#[test]
fn a_branch_may_be_deleted() {
    let host = Host::new("pre-receive", "pre-receive --ref '**'");
    host.work.git(&["push", "--quiet", "origin", "main:old"]);
    let push = host.push(&["--delete", "old"]);
    assert!(
        push.accepted && push.told.contains("refs/heads/old") && push.told.contains("nothing to judge"),
        "{push:?}"
    );
    assert_eq!(host.at("old"), "");
}

#[test]
fn a_forced_push_is_judged_against_what_it_replaces() {
    let host = Host::new("pre-receive", "pre-receive");
    host.work.write("apps/more.yaml", DEPLOYMENT.replace("name: web", "name: more")).commit("more");
    assert!(host.push(&["main"]).accepted);
    host.work.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    host.work.write("apps/web.yaml", latest()).commit("break");
    let push = host.push(&["--force", "main"]);
    assert!(!push.accepted && push.told.contains(FOUND), "{push:?}");
    host.work.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    host.work.write("apps/web.yaml", DEPLOYMENT.replace("replicas: 2", "replicas: 5")).commit("scale");
    let push = host.push(&["--force", "main"]);
    assert!(push.accepted, "{push:?}");
}

#[test]
fn one_bad_branch_refuses_the_push_and_both_are_told() {
    let host = Host::new("pre-receive", "pre-receive --ref '**'");
    host.work.branch("one").write("apps/web.yaml", latest()).commit("break");
    host.work.git(&["checkout", "--quiet", "-b", "two", "main"]);
    host.work.write("apps/web.yaml", DEPLOYMENT.replace("replicas: 2", "replicas: 3")).commit("scale");
    let push = host.push(&["one", "two"]);
    assert!(!push.accepted && push.told.contains(FOUND), "{push:?}");
    assert!(push.told.contains("refs/heads/one") && push.told.contains("refs/heads/two new.."), "{push:?}");
    assert_eq!((host.at("one"), host.at("two")), (String::new(), String::new()));
}

#[test]
fn the_update_hook_refuses_one_branch_only() {
    let host = Host::new("update", "update --ref '**' \"$@\"");
    host.work.branch("one").write("apps/web.yaml", latest()).commit("break");
    host.work.git(&["checkout", "--quiet", "-b", "two", "main"]);
    host.work.write("apps/web.yaml", DEPLOYMENT.replace("replicas: 2", "replicas: 3")).commit("scale");
    let push = host.push(&["one", "two"]);
    assert!(!push.accepted && push.told.contains(FOUND) && push.told.contains("hook declined"), "{push:?}");
    assert_eq!(host.at("one"), "");
    assert_eq!(host.at("two").trim(), host.head());
}

#[test]
fn push_options_have_no_say() {
    let host = Host::new("pre-receive", "pre-receive");
    host.server.git(&["config", "receive.advertisePushOptions", "true"]);
    host.work.write("apps/web.yaml", latest()).commit("break");
    let push = host.push(&["--push-option=gate.skip", "--push-option=ci.skip", "main"]);
    assert!(!push.accepted && push.told.contains(FOUND), "{push:?}");
}

#[test]
fn nothing_that_is_pushed_reaches_the_terminal_raw() {
    let host = Host::new("pre-receive", "pre-receive");
    host.work.write("apps/\u{1b}]0;owned\u{7}.yaml", latest()).commit("escape");
    let push = host.push(&["main"]);
    assert!(!push.accepted && push.told.contains(FOUND), "{push:?}");
    let hostile = push.told.chars().any(|c| c == '\u{7}' || c == '\u{1b}' && !push.told.contains("\u{1b}[K"));
    assert!(!hostile && !push.told.contains("\u{1b}]"), "{push:?}");
}

#[test]
fn a_long_report_is_cut_and_keeps_its_end() {
    let host = Host::new("pre-receive", "pre-receive");
    // Of each rule ten findings are shown: three of them are long enough.
    let bad = latest().replace("replicas: 2", "replicas: \"2\"\n  replica: 3");
    for n in 0..300 {
        host.work.write(&format!("apps/web{n}.yaml"), bad.replace("name: web", &format!("name: web{n}")));
    }
    host.work.commit("break much");
    let push = host.push(&["main"]);
    assert!(!push.accepted && push.told.contains("lines left out"), "{push:?}");
    assert!(push.told.matches("remote:").count() < 250, "{}", push.told.matches("remote:").count());
    let last = "fail: 900 errors introduced in 300 objects of 300 files";
    assert!(push.told.contains(last), "{push:?}");
}

#[test]
fn input_that_no_git_sends_refuses() {
    let host = Host::new("pre-receive", "pre-receive");
    let zero = "0".repeat(40);
    for (input, word) in [
        ("not a line\n".to_owned(), "cannot be read"),
        (format!("{zero} {} refs/heads/main\n", "1".repeat(40)), "is not in"),
        (format!("{zero} --upload-pack refs/heads/main\n"), "cannot be read"),
    ] {
        let arguments = ["hook", "pre-receive"];
        let run =
            gate().run_with(host.server.path(), &arguments, &[("GIT_DIR", ".")], Some(input.as_bytes()));
        assert_eq!(run.code, 2, "{input}: {run:?}");
        assert!(run.stderr.contains(word), "{input}: {run:?}");
    }
    let run = gate().run_with(host.server.path(), &["hook", "pre-receive"], &[("GIT_DIR", ".")], Some(b""));
    assert_eq!(run.code, 0, "nothing is pushed: {run:?}");
}
