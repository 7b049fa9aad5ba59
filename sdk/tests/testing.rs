//! The test harness must not be green by accident.
#![cfg(feature = "testing")]

use std::path::PathBuf;

use gate_sdk::testing::{Summary, run_cases};
use gate_sdk::{Document, Findings, Metadata, NoSettings, Policy, SettingsIssue};

gate_sdk::rules! {
    /// No sections.
    pub BAD_KEY = error "bad-key": "Bad key";
}

struct NoBadKeys;

impl Policy for NoBadKeys {
    type Settings = NoSettings;
    const METADATA: Metadata =
        Metadata { rules: RULES, ..Metadata::new("no-bad-keys", "0.1.0", "No bad keys") };

    fn new(_: NoSettings) -> Result<Self, Vec<SettingsIssue>> {
        Ok(Self)
    }

    fn check(&self, document: &Document<'_>, findings: &mut Findings) {
        if let Some(value) = document.object().and_then(|object| object.get("bad")) {
            findings.at(value, &BAD_KEY, "a bad key");
        }
    }
}

/// Runs one case file; answers the report, or an empty text.
fn run(name: &str, text: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let written =
        std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(folder.join("case.yaml"), text));
    assert!(written.is_ok(), "{written:?}");
    run_cases::<NoBadKeys>(folder).err().map(|report| report.to_string()).unwrap_or_default()
}

#[test]
fn what_is_expected_passes() {
    let text =
        "name: a\ndocuments: [{ object: { bad: 1 } }]\nexpect: [{ finding: bad-key@/bad, message: bad }]\n";
    assert_eq!(run("passes", text), "");
}

#[test]
fn differences_are_shown_on_both_sides() {
    let text = "name: a\ndocuments: [{ object: { bad: 1 } }]\nexpect: [bad-key@/worse]\n";
    let report = run("differs", text);
    assert!(report.contains("case 1 (a)"), "{report}");
    assert!(report.contains("- expected  document 0: bad-key@/worse"), "{report}");
    assert!(report.contains("+ reported  document 0: bad-key@/bad"), "{report}");
}

#[test]
fn nothing_that_ran_is_a_failure() {
    assert!(run("empty", "").contains("no case"));
    assert!(run("comment", "# name: a\n---\n").contains("no case"));
    assert!(run("unwanted", "name: a\ndocuments: [{ role: file, object: x }]\n").contains("nothing ran"));
    assert!(run("without", "name: a\n").contains("nothing ran"));
    assert!(run_cases::<NoBadKeys>("no-such-folder").is_err());
}

#[test]
fn misspelt_keys_are_refused() {
    assert!(run("misspelt", "name: a\nexpects: []\n").contains("expects"));
    assert!(run("role", "name: a\ndocuments: [{ role: objekt, object: {} }]\n").contains("objekt"));
}

#[test]
fn refused_settings_must_be_refused_at_that_place() {
    assert_eq!(run("refused", "name: a\nsettings: { x: 1 }\nrefused: [/x]\n"), "");
    assert!(run("accepted", "name: a\nsettings: {}\nrefused: [/x]\n").contains("- refused   settings /x"));
}

#[test]
fn every_rule_needs_cases_and_a_page() {
    let report = Summary { cases: 1, ..Summary::default() }.require_every_rule::<NoBadKeys>();
    let report = report.err().map(|report| report.to_string()).unwrap_or_default();
    assert!(report.contains("no case finds bad-key"), "{report}");
    assert!(report.contains("the help of bad-key has no section `Use instead`"), "{report}");
}
