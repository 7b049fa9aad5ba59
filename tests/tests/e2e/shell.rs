//! Completions and manual pages, as the shells and `man` get them.

use std::process::Command;

use crate::gate;
use gate_tests::skipped;

fn printed(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let run = gate().run(folder.path(), arguments);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}: {run:?}");
    run.stdout
}

/// Runs a script, with the words behind it as `$1` and so on; none, and said so, where there is no bash.
fn bash(script: &str, words: &[&str]) -> Option<(Option<i32>, String)> {
    match Command::new("bash").args(["--norc", "-c", script, "bash"]).args(words).output() {
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            Some((output.status.code(), String::from_utf8_lossy(&said).trim().to_owned()))
        }
        Err(error) => {
            skipped(&format!("no bash to complete words with ({error})"));
            None
        }
    }
}

#[test]
fn bash_reads_the_script_and_completes() {
    let script = printed(&["completions", "bash"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gate.bash");
    std::fs::write(&file, script).unwrap();
    let file = file.display().to_string();
    let Some(parsed) = bash("bash -n \"$1\"", &[&file]) else { return };
    assert_eq!(parsed, (Some(0), String::new()));
    let complete = "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); \
                    _gate gate \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\"; echo \"${COMPREPLY[*]}\"";
    for (words, expected) in [
        (&["gate", "chec"][..], "check"),
        (&["gate", "policy", "pus"], "push"),
        (&["gate", "check", "--work"], "--work-tree"),
        (&["gate", "check", "--config-from", "h"], "head"),
        (&["gate", "completions", "el"], "elvish"),
        (&["gate", "__"], ""),
    ] {
        let mut given = vec![file.as_str()];
        given.extend(words);
        assert_eq!(bash(complete, &given), Some((Some(0), expected.to_owned())), "{words:?}");
    }
}

#[test]
fn five_shells_and_no_other() {
    for (shell, part) in [
        ("bash", "complete -F _gate"),
        ("zsh", "#compdef gate\n"),
        ("fish", "complete -c gate "),
        ("powershell", "Register-ArgumentCompleter -Native -CommandName 'gate'"),
        ("elvish", "edit:completion:arg-completer[gate]"),
    ] {
        assert!(printed(&["completions", shell]).contains(part), "{shell}");
    }
    let folder = tempfile::tempdir().unwrap();
    let run = gate().run(folder.path(), &["completions", "tcsh"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("bash") && run.stdout.is_empty(), "{run:?}");
}

#[test]
fn pages_are_written_and_can_be_set() {
    let folder = tempfile::tempdir().unwrap();
    let run = gate().run(folder.path(), &["man", "a/b"]);
    assert_eq!(run.code, 0, "{run:?}");
    let mut pages: Vec<_> =
        std::fs::read_dir(folder.path().join("a/b")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    assert_eq!(run.stdout, format!("a/b: {} pages\n", pages.len()));
    let named = |name: &str| pages.iter().find(|path| path.ends_with(name)).cloned();
    assert_eq!(std::fs::read_to_string(named("gate.1").unwrap()).unwrap(), printed(&["man"]));
    assert!(named("gate-policy-push.1").is_some(), "{pages:?}");
    for page in &pages {
        let mut groff = Command::new("groff");
        let Ok(set) = groff.args(["-man", "-Kutf8", "-Tutf8", "-ww"]).arg(page).output() else {
            skipped("no groff to set manual pages with");
            return;
        };
        let complaints = String::from_utf8_lossy(&set.stderr);
        assert!(set.status.success() && complaints.is_empty(), "{}: {complaints}", page.display());
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("taken"), "").unwrap();
    let run = gate().run(folder.path(), &["man", "taken"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.starts_with("error: taken") && run.stderr.contains("hint:"), "{run:?}");
}
