//! The short commands: `test`, `policies`, `schemas`.

use std::fs;
use std::path::PathBuf;

use gate_policy_build::BuiltPolicy;

use crate::error::{Context, Error, Result};
use crate::options::Options;
use crate::{actionlint, cargo, gitea, python, registry, setup, workspace};

/// `cargo xtask test`: the doc tests, then every target of the workspace. What follows `--` is handed to the
/// test programs (a filter, `--nocapture`).
pub(crate) fn test(options: &Options) -> Result<()> {
    options.accept(&[])?;
    setup::ensure()?;
    gitea::ensure()?;
    registry::ensure()?;
    python::ensure()?;
    actionlint::ensure()?;
    let filter: Vec<&str> = options.rest().iter().map(String::as_str).collect();
    // `--all-targets` leaves the doc tests out, so they are a short run of their own; it comes first, because the
    // log is to end with the results of the long one.
    for selection in ["--doc", "--all-targets"] {
        let mut words = vec!["test", "--workspace", selection];
        if !filter.is_empty() {
            words.push("--");
            words.extend(&filter);
        }
        cargo::run(&words)?;
    }
    Ok(())
}

/// `cargo xtask schemas`: makes the embedded schema pack anew. What follows `--` is handed to its program.
pub(crate) fn schemas(options: &Options) -> Result<()> {
    options.accept(&[])?;
    let mut words = vec!["run", "--release", "--package", "gate-schema-pack", "--"];
    words.extend(options.rest().iter().map(String::as_str));
    cargo::run(&words)
}

/// `cargo xtask policies`: builds the built-in policies, or the crates in the folders that follow `--`, into the
/// target folder and prints their sizes.
pub(crate) fn policies(options: &Options) -> Result<()> {
    options.accept(&[])?;
    let toolchain = setup::ensure()?;
    let crates = if options.rest().is_empty() { policy_crates()? } else { given_crates(options.rest())? };
    let target = workspace::target().join("policies");
    let built = gate_policy_build::build_all(&crates, &target, &toolchain).map_err(setup::explained)?;
    for policy in &built {
        let path = save(policy)?;
        println!("{:>9} bytes  {}", policy.component.len(), workspace::shown(&path));
    }
    Ok(())
}

/// The folders of `policies/` that hold a crate, in order of name.
fn policy_crates() -> Result<Vec<PathBuf>> {
    let home = workspace::root().join("policies");
    let doing = format!("cannot read {}", home.display());
    let mut crates = Vec::new();
    for entry in fs::read_dir(&home).context(&doing)? {
        let path = entry.context(&doing)?.path();
        if path.join("Cargo.toml").exists() {
            crates.push(path);
        }
    }
    if crates.is_empty() {
        return Err(Error::new(format!("{} holds no policy", home.display())));
    }
    crates.sort();
    Ok(crates)
}

/// The folders that were named, from where the command was given. They may lie outside of the workspace.
fn given_crates(folders: &[String]) -> Result<Vec<PathBuf>> {
    // The component takes the name of its folder, which `.` does not tell.
    let real = |folder: &String| fs::canonicalize(folder).context(format_args!("cannot find {folder}"));
    folders.iter().map(real).collect()
}

/// Writes the component beside the other build products and returns its path.
fn save(policy: &BuiltPolicy) -> Result<PathBuf> {
    let name =
        policy.crate_dir.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let path = workspace::target().join("policies").join(format!("{name}.wasm"));
    fs::write(&path, &policy.component).context(format_args!("cannot write {}", path.display()))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_known_by_its_real_name() {
        let here = given_crates(&[".".to_owned()]).unwrap();
        assert_eq!(here[0].file_name(), Some("xtask".as_ref()), "tests run in the folder of their package");
        let error = given_crates(&["no-such-policy".to_owned()]).unwrap_err().to_string();
        assert!(error.starts_with("cannot find no-such-policy: "), "{error}");
    }
}
