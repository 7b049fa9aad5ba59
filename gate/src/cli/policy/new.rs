//! `gate policy new`: the folder of a new policy.

use std::path::{Component, Path, PathBuf};

use clap::Args;

use super::folder;
use super::name::PolicyName;
use super::template::{self, Language};
use crate::cli::error::CliError;
use crate::cli::{Exit, print};
use crate::text::clean_line;

#[derive(Debug, Args)]
pub(in crate::cli) struct NewArgs {
    /// What the policy is called, in kebab-case: `require-owner`.
    name: String,
    /// Language that it is written in.
    #[arg(long, value_enum, default_value_t = Language::Rust)]
    lang: Language,
    /// Folder to make [default: the name].
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,
    /// Folder of `gate-sdk` in a checkout, instead of a copy in the policy's folder.
    #[arg(long, value_name = "DIR")]
    sdk: Option<PathBuf>,
}

pub(super) fn run(args: &NewArgs) -> Result<Exit, CliError> {
    let name = PolicyName::new(&args.name)?;
    let path = args.path.clone().unwrap_or_else(|| name.kebab().into());
    let sdk = match (&args.sdk, args.lang) {
        (None, _) => None,
        (Some(_), Language::Python) => {
            return Err(CliError::new("`--sdk` is for policies in Rust")
                .hint("a policy in Python gets the module of this gate: leave it out"));
        }
        (Some(sdk), Language::Rust) => Some(sdk_from(&path, sdk)?),
    };
    let files = template::files(&name, args.lang, sdk.as_deref());
    folder::create(&path, &files)?;
    print(&next(&path, args.lang))?;
    Ok(Exit::Pass)
}

/// What was done, and what comes next.
fn next(path: &Path, language: Language) -> String {
    let shown = clean_line(&path.display().to_string()).into_owned();
    let (begin, tests) = match language {
        Language::Rust => ("src/lib.rs", "  cargo test           # the cases, natively\n"),
        Language::Python => ("policy.py", ""),
    };
    format!(
        "{shown}: a policy that works. Begin with {begin} and cases/, README.md has the rest.\n  cd {shown}\n{tests}  \
         gate policy build    # the component, and its lines for gate.yaml\n  gate policy test     # the cases, against the component\n"
    )
}

/// The path of another `gate-sdk` as the manifest in `folder` names it: relative where that is possible.
fn sdk_from(folder: &Path, sdk: &Path) -> Result<String, CliError> {
    let inner = sdk.join("sdk");
    let sdk = if is_sdk(&inner) { &inner } else { sdk };
    if !is_sdk(sdk) {
        return Err(CliError::new(format!("{} is not the crate `gate-sdk`", sdk.display()))
            .hint("name the folder `sdk` of a checkout of gitops-gate, or leave `--sdk` out to get a copy"));
    }
    let unknown = |error: std::io::Error| CliError::new(format!("{}: {error}", sdk.display()));
    let sdk = sdk.canonicalize().map_err(unknown)?;
    let path = relative(&real(folder).map_err(unknown)?, &sdk).unwrap_or(sdk);
    let path = path.to_str().ok_or_else(|| CliError::new("the path of gate-sdk is not UTF-8"))?;
    Ok(path.replace('\\', "/"))
}

fn is_sdk(folder: &Path) -> bool {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml"));
    manifest.is_ok_and(|text| text.lines().any(|line| line == "name = \"gate-sdk\""))
}

/// The path without links, as far as it exists.
fn real(path: &Path) -> std::io::Result<PathBuf> {
    let whole = std::path::absolute(path)?;
    let mut missing = PathBuf::new();
    for known in whole.ancestors() {
        if let Ok(real) = known.canonicalize() {
            return Ok(if missing.as_os_str().is_empty() { real } else { real.join(missing) });
        }
        missing = known.file_name().map(|name| Path::new(name).join(&missing)).unwrap_or_default();
    }
    Ok(whole)
}

/// The way from one folder to another; none from one drive to another.
fn relative(from: &Path, to: &Path) -> Option<PathBuf> {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    if from.first()? != to.first()? || from.iter().any(|part| matches!(part, Component::ParentDir)) {
        return None;
    }
    let same = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n(Component::ParentDir, from.len() - same);
    Some(up.chain(to[same..].iter().copied()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_from_a_policy_to_the_sdk() {
        let way =
            |from: &str, to: &str| relative(Path::new(from), Path::new(to)).unwrap().display().to_string();
        assert_eq!(way("/a/b", "/a/c/sdk"), "../c/sdk");
        assert_eq!(way("/a/b", "/a/b/sdk"), "sdk");
        assert_eq!(way("/a/b/c", "/d"), "../../../d");
    }

    #[test]
    fn another_sdk_is_named_by_its_path() {
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let folder = checkout.join("target/no-such-folder/policy");
        assert_eq!(sdk_from(&folder, checkout).unwrap(), "../../../sdk");
        assert_eq!(sdk_from(&folder, &checkout.join("sdk")).unwrap(), "../../../sdk");
        assert!(sdk_from(&folder, &checkout.join("gate")).is_err());
    }
}
