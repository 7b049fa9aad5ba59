//! `gate policy build`: a policy's component as a file, and the lines for `gate.yaml`.

use std::fs;
use std::path::{Component, Path, PathBuf};

use clap::Args;

use super::component::{self, Built};
use crate::cli::error::CliError;
use crate::cli::{Exit, print};
use crate::text::clean_line;

#[derive(Debug, Args)]
pub(in crate::cli) struct BuildArgs {
    /// Folder of the policy: a crate, or with `policy.py`.
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// File to write [default: target/ID.wasm in the folder].
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Install the compiler's target if it is missing, with rustup or, as root on Debian, with apt-get.
    #[arg(long)]
    setup: bool,
}

pub(super) fn run(args: &BuildArgs) -> Result<Exit, CliError> {
    let built = component::build(&args.folder, args.setup)?;
    let file = format!("{}.wasm", built.policy.metadata().id);
    let output = match &args.output {
        Some(output) => output.clone(),
        None if args.folder == Path::new(".") => Path::new("target").join(&file),
        None => args.folder.join("target").join(&file),
    };
    write(&output, &built.component)?;
    print(&told(&built, &output, &used(args.output.as_deref(), &file)))?;
    Ok(Exit::Pass)
}

/// Writes the component; a file that was there is replaced as a whole or not at all.
fn write(path: &Path, component: &[u8]) -> Result<(), CliError> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(format!(".new-{}", std::process::id()));
    let written = fs::write(&fresh, component).and_then(|()| fs::rename(&fresh, path));
    written.map_err(|error| {
        // What is half written is of no use.
        let _ = fs::remove_file(&fresh);
        CliError::new(format!("{} cannot be written: {error}", path.display()))
            .hint("name a file in a folder that is there, with `-o FILE`")
    })
}

/// How `gate.yaml` names the file: by the path that was given, if it may be one of the repository.
fn used(output: Option<&Path>, file: &str) -> String {
    let inside =
        |path: &&Path| path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let path = output.filter(inside).and_then(Path::to_str).map(|path| path.replace('\\', "/"));
    let path = match path {
        Some(path) => format!("./{}", path.trim_start_matches("./")),
        None => format!("./policies/{file}"),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "./-_".contains(c);
    if path.chars().all(plain) { path } else { serde_json::Value::from(path).to_string() }
}

/// The file, what it is, and how it is used.
fn told(built: &Built, output: &Path, used: &str) -> String {
    let about = built.policy.metadata();
    let rules = match about.rules.len() {
        1 => "1 rule".to_owned(),
        number => format!("{number} rules"),
    };
    format!(
        "{}\n  {} {}, {rules}, {} KiB ({} bytes)\n  sha256 {sha256}\n\nIn gate.yaml, where the repository has the file:\n\n\
         policies:\n  - use: {used}\n    sha256: {sha256}\n",
        clean_line(&output.display().to_string()),
        about.id,
        about.version,
        built.component.len().div_ceil(1024),
        built.component.len(),
        sha256 = built.policy.sha256(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_names_the_file_by_its_path_in_the_repository() {
        let used = |output: &str| used(Some(Path::new(output)), "x.wasm");
        assert_eq!(used("policies/own.wasm"), "./policies/own.wasm");
        assert_eq!(used("./own.wasm"), "./own.wasm");
        assert_eq!(used("../own.wasm"), "./policies/x.wasm");
        assert_eq!(used("/tmp/own.wasm"), "./policies/x.wasm");
        assert_eq!(used("my own.wasm"), "\"./my own.wasm\"");
        assert_eq!(super::used(None, "x.wasm"), "./policies/x.wasm");
    }

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("x.wasm");
        fs::write(&path, "old").unwrap();
        write(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert!(write(&home.path().join("none/x.wasm"), b"new").is_err());
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }
}
