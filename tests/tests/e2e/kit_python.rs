//! Policies in Python: the example, and one that raises. The tool comes from PyPI; where that or Python is out of reach, the
//! tests say so. What was built from the same files is kept between runs, and so is its machine code.
#![expect(clippy::unwrap_used, reason = "a test that cannot prepare its input must stop at once")]

use std::fs;
use std::path::{Path, PathBuf};

use gate_tests::{Run, TestRepo, skipped, toolchain_variables};

use crate::kit::described;
use crate::{DEPLOYMENT, gate};

/// A folder below the target folder with these Python files, and with what was built in it before.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    for (file, text) in files {
        fs::write(folder.join(file), text).unwrap();
    }
    folder
}

/// True, and said so, where Python or its packages cannot be had.
fn is_out_of_reach(run: &Run) -> bool {
    let reasons = ["there is no Python 3.10", "no virtual environment can be made", "cannot be installed"];
    let found = reasons.iter().any(|why| run.stderr.contains(why)) && !run.stderr.contains("HASHES");
    if found {
        skipped(&format!("policies in Python are not built here: {}", run.stderr.trim()));
    }
    found
}

/// The component of a folder; none, and said so, where Python or its packages are out of reach.
fn built(folder: &Path, id: &str, rules: &str) -> Option<Vec<u8>> {
    let run = cached(folder, &["policy", "build"]);
    if is_out_of_reach(&run) {
        return None;
    }
    assert_eq!(run.code, 0, "{run:?}");
    let file = format!("target/{id}.wasm");
    let component = fs::read(folder.join(&file)).unwrap();
    assert_eq!(run.stdout, described(id, rules, &component, &file));
    Some(component)
}

/// Runs the gate with a cache: compiling an interpreter takes most of the time of these tests.
fn cached(folder: &Path, arguments: &[&str]) -> Run {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-cache");
    let (code, state) = (cache.join("code").display().to_string(), cache.join("state").display().to_string());
    let variables = toolchain_variables();
    let mut variables: Vec<_> =
        variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    variables.extend([("GATE_CACHE_DIR", code.as_str()), ("XDG_STATE_HOME", state.as_str())]);
    gate().run_with(folder, arguments, &variables, None)
}

fn repo(component: &[u8], settings: &str) -> TestRepo {
    let repo = TestRepo::new();
    let config = format!("policies:\n  - use: ./policies/own.wasm\n    settings: {settings}\n");
    repo.write("policies/own.wasm", component).write("gate.yaml", config).write("apps/web.yaml", DEPLOYMENT);
    repo.commit("base");
    repo
}

/// Built once; the default limits are enough for a change of many objects.
#[test]
fn the_example_in_python_works_within_the_default_limits() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/python-required-labels/policy.py");
    let folder = folder("python-example", &[("policy.py", &fs::read_to_string(example).unwrap())]);
    let Some(component) = built(&folder, "required-labels", "2 rules") else { return };
    let repo = repo(&component, "{ labels: { app: [shop-*], team: ['*'] }, pods: true }");
    let service = |number: u32| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: s{number}\n  labels: {{ app: shop-a, team: a }}\n"
        )
    };
    for number in 0..200 {
        repo.write(&format!("services/{number}.yaml"), service(number));
    }
    repo.commit("services");
    let run = cached(repo.path(), &["check", "--all", "--policies-only", "--format=json"]);
    let expected = [
        "required-labels/missing-label@apps/web.yaml:4:9 present",
        "required-labels/missing-label@apps/web.yaml:4:9 present",
        "required-labels/missing-label@apps/web.yaml:12:15 present",
        "required-labels/wrong-label-value@apps/web.yaml:12:22 present",
    ];
    assert_eq!((run.code, run.findings()), (1, expected.map(str::to_owned).to_vec()), "{run:?}");
    assert_eq!(run.json()["failures"].as_array().map(Vec::len), Some(0), "{run:?}");
    assert_eq!(run.json()["coverage"]["policies"]["required-labels"]["documents"], 201);
    the_docstring_of_a_rule_is_its_page(&run);
    settings_are_refused_by_pointer(&component);
    built_again_it_is_the_same_file(&folder, &component);
}

fn the_docstring_of_a_rule_is_its_page(run: &Run) {
    let report = run.json();
    let rules = report["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["id"] == "required-labels/wrong-label-value").unwrap();
    let page = rule["help"].as_str().unwrap();
    assert!(page.starts_with("### What it does\nFinds required labels whose value matches"), "{page}");
    assert!(page.trim_end().ends_with("### Use instead\n```yaml\nlabels: { team: shop }\n```"), "{page}");
}

fn settings_are_refused_by_pointer(component: &[u8]) {
    for (settings, message) in [
        ("{ labels: {} }", "settings of policy required-labels at `/labels`: no label is named"),
        ("{ labels: { team: shop } }", "settings of policy required-labels at `/labels/team`"),
    ] {
        let run = cached(repo(component, settings).path(), &["check", "--all"]);
        assert_eq!((run.code, run.stderr.contains(message)), (2, true), "{run:?}");
    }
}

fn built_again_it_is_the_same_file(folder: &Path, component: &[u8]) {
    assert!(built(folder, "required-labels", "2 rules").unwrap() == component);
}

const RAISES: &str = "\
from gate_sdk import Match, Policy, Rule, export
class Bad(Rule):
    '''What it does: nothing.'''
    id = 'bad-thing'
    title = 'Bad thing'
class Raises(Policy):
    id = 'raises'
    title = 'Raises'
    description = 'A policy with a mistake.'
    rules = [Bad]
    settings_schema = {}
    def __init__(self, settings):
        self.word = settings['word'].upper()
    def check(self, document, findings):
        findings.on(document, Bad, self.word, severity='warning', properties={'a': 'b'})
        document.object.raw['spec']['no-such-key']
Validator = export(Raises)
";

/// The message of an exception is not lost in a trap: it is a failure of the policy, with its place.
#[test]
fn an_exception_is_a_failure_with_its_message() {
    let folder = folder("python-raises", &[("policy.py", RAISES)]);
    let Some(component) = built(&folder, "raises", "1 rule") else { return };
    let run = cached(repo(&component, "{ word: x }").path(), &["check", "--all", "--format=json"]);
    assert_eq!((run.code, run.findings()), (3, vec![]), "{run:?}");
    let failure = &run.json()["failures"][0];
    assert_eq!(failure["kind"], "policy-error", "{run:?}");
    let message = failure["message"].as_str().unwrap();
    assert!(message.contains("KeyError: 'no-such-key' (policy.py, line 16, in check)"), "{message}");
    let run = cached(repo(&component, "{ word: 7 }").path(), &["check", "--all"]);
    assert_eq!(run.code, 2, "{run:?}");
    let why = "AttributeError: 'int' object has no attribute 'upper' (policy.py, line 13, in __init__)";
    assert!(run.stderr.contains(why), "{run:?}");
}

/// What is wrong with the description is told when it is built, and what was built before does not pass for it.
#[test]
fn a_mistake_in_python_is_told_at_the_build() {
    let folder = folder("python-mistake", &[("policy.py", &RAISES.replace("    title = 'Raises'\n", ""))]);
    let run = cached(&folder, &["policy", "build"]);
    if is_out_of_reach(&run) {
        return;
    }
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(
        run.stderr.contains("ValueError: Raises: `title` is missing\nerror: the policy cannot be built\n"),
        "{run:?}"
    );
    assert!(run.stderr.contains("File \"/0/policy.py\", line 16, in <module>"), "{run:?}");
    assert!(!run.stderr.contains("Stack backtrace"), "{run:?}");
}
