//! What `action.yml` says of itself.

use std::path::Path;

use crate::{read, yaml};

/// Nothing of a context becomes part of a script, and other actions are pinned by commit.
#[test]
fn scripts_get_variables_only() {
    let action = yaml::first(&read("action.yml"));
    for step in action["runs"]["steps"].as_array().unwrap() {
        let run = step["run"].as_str().unwrap_or_default();
        assert!(!run.contains("${{"), "{run}");
        if let Some(uses) = step["uses"].as_str() {
            let (_, commit) = uses.split_once('@').unwrap();
            assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{uses}");
        }
        if let Some(script) = run.split("ci/github/").nth(1) {
            let script = Path::new("ci/github").join(script.trim_end_matches('"'));
            assert!(crate::root().join(&script).is_file(), "{}", script.display());
        }
    }
}

/// Each input and output is described, here and in the documentation.
#[test]
fn inputs_and_outputs_are_documented() {
    let action = yaml::first(&read("action.yml"));
    let page = read("docs/start/github.md");
    for part in ["inputs", "outputs"] {
        for (name, described) in action[part].as_object().unwrap() {
            assert!(described["description"].as_str().is_some_and(|text| text.ends_with('.')), "{name}");
            assert!(page.contains(&format!("| `{name}` |")), "docs/start/github.md does not have {name}");
        }
    }
}
