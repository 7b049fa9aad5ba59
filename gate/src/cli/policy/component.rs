//! From the folder of a policy to a component that this gate takes: built, loaded and asked who it is.

use std::path::Path;

use gate_policy_build::{BuildError, PYTHON_MODULE, PythonPolicy, TARGET, Toolchain};

use super::sdk_source;
use crate::cli::error::CliError;
use crate::cli::{compile_child, note, surroundings};
use crate::policy::{Limits, LoadError, Policy, PolicyHost};

/// Below the policy's folder: where it is built. Never the folder of the author's own cargo, whose lock would be waited for
/// and whose results would be thrown away.
const BUILD_FOLDER: &str = "target/gate";

/// A component and the policy in it.
#[derive(Debug)]
pub(super) struct Built {
    /// The component's bytes.
    pub(super) component: Vec<u8>,
    /// The same, loaded with the default limits.
    pub(super) policy: Policy,
}

/// Builds the policy in `folder` and loads it as `gate check` does.
///
/// # Errors
/// As [`compile`]; or the gate would refuse the component.
pub(super) fn build(folder: &Path, setup: bool) -> Result<Built, CliError> {
    let component = compile(folder, setup)?;
    let policy = load(&component)?;
    Ok(Built { component, policy })
}

/// The component of the policy in `folder`: a crate, or a folder with `policy.py`. With `setup`, a missing compiler target is
/// installed.
///
/// # Errors
/// It holds no policy, or that cannot be compiled: what the compiler says is on standard error then.
pub(super) fn compile(folder: &Path, setup: bool) -> Result<Vec<u8>, CliError> {
    if folder.join("Cargo.toml").is_file() {
        rust(folder, setup)
    } else if folder.join(PYTHON_MODULE).is_file() {
        python(folder)
    } else {
        let what = format!("{} holds no policy: neither Cargo.toml nor {PYTHON_MODULE}", folder.display());
        Err(CliError::new(what).hint("`gate policy new NAME` makes one; name its folder here"))
    }
}

fn rust(folder: &Path, setup: bool) -> Result<Vec<u8>, CliError> {
    let toolchain = toolchain(setup)?;
    note(&format!("building with {}", toolchain.describe()));
    // Cargo runs in the folder of the workspace.
    let folder = folder.canonicalize().map_err(|e| CliError::new(format!("{}: {e}", folder.display())))?;
    gate_policy_build::build(&folder, &folder.join(BUILD_FOLDER), &toolchain).map_err(shown)
}

fn toolchain(setup: bool) -> Result<Toolchain, CliError> {
    if setup {
        return gate_policy_build::setup(&mut note).map_err(shown);
    }
    gate_policy_build::find().map_err(|error| {
        let hint = format!(
            "run it again with `--setup`, or `rustup target add {TARGET}` (rustup.rs has rustup and Rust)"
        );
        shown(BuildError { hint: Some(hint), ..error })
    })
}

fn python(folder: &Path) -> Result<Vec<u8>, CliError> {
    let (build_folder, modules) = (folder.join(BUILD_FOLDER), sdk_source::python().collect::<Vec<_>>());
    let policy =
        PythonPolicy { folder, modules: &modules, build_folder: &build_folder, wit: sdk_source::wit() };
    gate_policy_build::build_python(&policy, &mut note).map_err(shown)
}

/// The first line as an error; what a compiler said comes before it, as it is.
fn shown(error: BuildError) -> CliError {
    let (message, words) = error.message.split_once('\n').unwrap_or((&error.message, ""));
    surroundings::tell_lines(words);
    let shown = CliError::new(message.trim_end_matches(':'));
    match error.hint {
        Some(hint) => shown.hint(hint),
        None => shown,
    }
}

/// What `gate check` does with the component before it runs it.
fn load(component: &[u8]) -> Result<Policy, CliError> {
    let loaded = PolicyHost::new(1)
        .map(|host| host.with_compiler(compile_child::compiler()))
        .and_then(|host| host.load(component, &Limits::default()));
    loaded.map_err(|LoadError { message, .. }| {
        CliError::new(format!("the gate would refuse the component: {message}"))
            .hint("nothing was written; docs/authors.md says what a policy must keep to")
    })
}
