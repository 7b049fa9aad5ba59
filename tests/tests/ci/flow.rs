//! The scripts of the templates, run as their CIs run them, with a `curl` that reaches this repository and a release on this
//! machine: the gate is installed and judges, and its exit code is that of the job.

use std::path::Path;
use std::process::{Command, Output};

use crate::install::{Release, TARGET};
use crate::root;
use crate::runner::files;
use crate::templates::scripts;

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Writes down how it was called, and ends as it is told.
const GATE: &str = "\
#!/bin/sh
printf '%s\\n' \"$*\" >> \"$CALLS\"
exit \"$ENDS\"
";
/// `-o FILE` and the URL as the last argument; nothing but HTTPS to the two servers that the templates name.
const CURL: &str = "\
#!/bin/bash
while [ $# -gt 1 ]; do
    [ \"$1\" != -o ] || file=$2
    shift
done
case \"$1\" in
    https://raw.githubusercontent.com/gitops-gate/gitops-gate/vVERSION/*) from=$ROOT/${1#*/vVERSION/} ;;
    https://github.com/gitops-gate/gitops-gate/releases/download/*) from=$RELEASES/${1##*/download/} ;;
    *) exit 6 ;;
esac
exec cp -- \"$from\" \"$file\"
";

/// What came of a script, and how the gate was called.
struct Flow {
    output: Output,
    calls: Vec<String>,
}

fn run(name: &str, script: &str, release: &Release, ends: &str) -> Flow {
    let folder = tempfile::tempdir().unwrap();
    let at = |part: &str| {
        let path = folder.path().join(part);
        std::fs::create_dir_all(&path).unwrap();
        path.display().to_string()
    };
    // A blank, where the CI and not the template chooses the name.
    let (temporary, work, programs, own) = (at("a temp"), at("a checkout"), at("bin"), at("tmp"));
    program(&Path::new(&programs).join("curl"), &CURL.replace("VERSION", VERSION));
    let calls = folder.path().join("calls");
    let mut command = Command::new(if name.contains("enkins") { "sh" } else { "bash" });
    command.args(["-e", "-c", &script.replace("/tmp/", &format!("{own}/"))]).current_dir(&work).env_clear();
    command.env("PATH", format!("{programs}:{}", std::env::var("PATH").unwrap_or_default()));
    command.env("ROOT", root()).env("RELEASES", release.folder.path()).env("GATE_TARGET", TARGET);
    command.env("CALLS", &calls).env("ENDS", ends);
    for variable in ["AGENT_TEMPDIRECTORY", "RUNNER_TEMP", "WORKSPACE_TMP"] {
        command.env(variable, &temporary);
    }
    command.env("BUILD_SOURCESDIRECTORY", &work);
    let url = format!("https://raw.githubusercontent.com/gitops-gate/gitops-gate/v{VERSION}/ci/install.sh");
    // What inputs and parameters become; two arguments, and a file name that is not to be looked for.
    for (variable, value) in
        [("VERSION", VERSION), ("KEY", "prod"), ("ARGUMENTS", "--verbose --all"), ("SCRIPT", &url)]
    {
        command.env(format!("GITOPS_GATE_{variable}"), value).env(variable, value);
    }
    command.env("INSTALL_SCRIPT", &url);
    let output = command.output().unwrap();
    assert_eq!(files(Path::new(&work)).len(), 0, "{name} leaves what it downloads in the checkout");
    let calls = std::fs::read_to_string(calls).unwrap_or_default();
    Flow { output, calls: calls.lines().map(str::to_owned).collect() }
}

fn program(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_exit_code_of_the_gate_is_that_of_the_job() {
    let release = Release::of_program(GATE);
    let scripts = scripts();
    assert_eq!(scripts.len(), 9);
    for (name, script) in &scripts {
        for ends in ["0", "1", "2", "3"] {
            let flow = run(name, script, &release, ends);
            // The baseline of GitLab's widget judges nothing, but a mistake of the configuration is one.
            let expected = if *name == "gitops-gate-baseline" && ends != "2" { "0" } else { ends };
            let expected = if *name == "gitops-gate-baseline" && ends == "2" { "1" } else { expected };
            assert_eq!(flow.output.status.code().unwrap().to_string(), expected, "{name}: {:?}", flow.output);
            let last = flow.calls.last().unwrap();
            let posts = *name != "gitops-gate-baseline";
            assert_eq!(last.starts_with("check --post "), posts, "{name}: {last}");
            let settings = script.contains("KEY");
            assert_eq!(
                last.contains("--key prod ") && last.ends_with(" --verbose --all"),
                settings,
                "{name}: {last}"
            );
            let machine = if posts { "json=" } else { "--format gitlab=" };
            assert!(last.contains(machine), "{name}: {last}");
        }
    }
}

/// A job whose gate cannot be installed fails, and nothing is run.
#[test]
fn what_cannot_be_installed_fails_the_job() {
    let release = Release::of_program(GATE);
    std::fs::write(release.folder.path().join(format!("v{VERSION}/SHA256SUMS")), "").unwrap();
    for (name, script) in scripts() {
        let flow = run(name, &script, &release, "0");
        assert!(!flow.output.status.success() && flow.calls.is_empty(), "{name}: {:?}", flow.output);
        let said = String::from_utf8_lossy(&flow.output.stderr);
        assert!(said.contains("SHA256SUMS has no digest"), "{name}: {said}");
    }
}
