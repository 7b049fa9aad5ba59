//! Builds a policy that is written in Python: a folder with `policy.py`, turned into a component by componentize-py,
//! which runs in a virtual environment below the build folder. Its Python interpreter becomes part of the component, and
//! all of WASI is replaced by stubs, so that nothing is imported.

mod stage;
mod tool;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::BuildError;
use crate::command::output_within;
use crate::component::check_imports;
use tool::Tool;

/// The module that a policy's folder must have.
pub const PYTHON_MODULE: &str = "policy.py";

/// How long componentize-py may take; 20 s are usual.
const COMPONENTIZE_LIMIT: Duration = Duration::from_secs(600);

/// A policy in Python that is to be built.
#[derive(Debug, Clone, Copy)]
pub struct PythonPolicy<'a> {
    /// The folder with `policy.py`; all other Python files in it can be imported.
    pub folder: &'a Path,
    /// Modules that it may import although it does not have them, by file name: `gate_sdk.py`.
    pub modules: &'a [(&'a str, &'a str)],
    /// Where the tool and what it makes are kept. Whoever can write there decides what is built.
    pub build_folder: &'a Path,
    /// The contract as WIT.
    pub wit: &'a str,
}

/// Builds the policy. What was built from the very same files is taken as it is: each build of the tool gives other
/// bytes. `notify` is told of each step that takes time, before it is taken.
///
/// # Errors
/// There is no Python, the tool cannot be installed, or the policy cannot be imported (the message has the traceback).
pub fn build_python(policy: &PythonPolicy<'_>, notify: &mut dyn FnMut(&str)) -> Result<Vec<u8>, BuildError> {
    // Programs run in other folders than this one.
    let build_folder =
        std::path::absolute(policy.build_folder).map_err(BuildError::io(policy.build_folder))?;
    let sources = stage::sources(policy.folder, policy.modules)?;
    let kept = build_folder.join(format!("component-{}.wasm", tool::VERSION));
    let places = Places { wit: build_folder.join("wit"), app: build_folder.join("app") };
    let wit = [(PathBuf::from("policy.wit"), policy.wit.as_bytes().to_vec())];
    if kept.is_file() && stage::holds(&places.app, &sources) && stage::holds(&places.wit, &wit) {
        return std::fs::read(&kept).map_err(BuildError::io(&kept));
    }
    let tool = Tool::find_or_install(&build_folder, notify)?;
    stage::fill(&places.app, &sources)?;
    stage::fill(&places.wit, &wit)?;
    notify("making a component of policy.py and a Python interpreter, which takes some 20 seconds");
    let fresh = build_folder.join("component.new");
    let made = componentize(&tool, &places, &fresh).and_then(|()| keep(&fresh, &kept));
    if made.is_err() {
        // What is staged must not pass for what `kept` was made of.
        let _ = std::fs::remove_file(&kept);
    }
    made
}

/// Folders of one build.
struct Places {
    wit: PathBuf,
    app: PathBuf,
}

fn componentize(tool: &Tool, places: &Places, output: &Path) -> Result<(), BuildError> {
    let mut command: Command = tool.command();
    command.arg("-q").arg("-d").arg(&places.wit).args(["-w", "policy", "componentize", "-s", "policy", "-o"]);
    command.arg(output).current_dir(&places.app);
    let output = output_within(&mut command, COMPONENTIZE_LIMIT).map_err(BuildError::new)?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(BuildError::new(format!("the policy cannot be built:\n{}", words(&text)))
        .hint("`policy.py` is imported when it is built; it must end with `Validator = export(…)`"))
}

/// Checks that the component asks for nothing, and gives it its name.
fn keep(fresh: &Path, kept: &Path) -> Result<Vec<u8>, BuildError> {
    let component = std::fs::read(fresh).map_err(BuildError::io(fresh))?;
    check_imports(&component)?;
    std::fs::rename(fresh, kept).map_err(BuildError::io(kept))?;
    Ok(component)
}

/// The traceback of the policy, without that of the tool around it.
fn words(stderr: &str) -> &str {
    let start = stderr.split_once("\nAssertionError: ").map_or(stderr, |(_, rest)| rest);
    let ends = ["\n\nCaused by:", "\nStack backtrace:"].into_iter();
    let end = ends.filter_map(|mark| start.find(mark)).min().unwrap_or(start.len());
    start[..end].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_failure_the_policy_s_own_traceback_is_shown() {
        let stderr = "Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\n\
                      AssertionError: Traceback (most recent call last):\n  File \"/0/policy.py\", line 3, in f\n\
                      ValueError: broken\n\n\nCaused by:\n    ValueError: broken\n\nStack backtrace:\n   0: x\n";
        let own =
            "Traceback (most recent call last):\n  File \"/0/policy.py\", line 3, in f\nValueError: broken";
        assert_eq!(words(stderr), own);
        assert_eq!(words("killed\n"), "killed");
    }

    #[test]
    fn a_folder_without_a_policy_is_named() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let policy =
            PythonPolicy { folder: &folder, modules: &[], build_folder: &folder.join("none"), wit: "" };
        let error = build_python(&policy, &mut |_| {}).map_err(|error| error.message);
        assert!(error.is_err_and(|message| message.ends_with("src holds no policy.py")));
    }
}
