//! Where things are: the workspace, its target folder, the programs that a build leaves there.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Context, Result};

/// The folder with the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Cargo's target folder: `CARGO_TARGET_DIR` if it is set, else `target`.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) if !folder.is_empty() => root().join(folder),
        _ => root().join("target"),
    }
}

/// The `gate` of a release build, whether or not it is there.
pub(crate) fn release_gate() -> PathBuf {
    target().join("release").join(format!("gate{EXE_SUFFIX}"))
}

/// Makes `folder` anew, empty.
pub(crate) fn fresh_folder(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).context(format_args!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).context(format_args!("cannot make {}", folder.display()))
}

/// Copies the files below `from` over those below `to`.
pub(crate) fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).context(format_args!("cannot make {}", to.display()))?;
    let entries = fs::read_dir(from).context(format_args!("cannot read {}", from.display()))?;
    for entry in entries {
        let path = entry.context(format_args!("cannot read {}", from.display()))?.path();
        let Some(name) = path.file_name() else { continue };
        if path.is_dir() {
            copy_tree(&path, &to.join(name))?;
        } else {
            fs::copy(&path, to.join(name)).context(format_args!("cannot copy {}", path.display()))?;
        }
    }
    Ok(())
}

/// `path` as seen from the workspace root, for messages.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
