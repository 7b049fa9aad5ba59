//! Writes the SDK's source as a table for `gate policy new`, which puts it beside the policies that it makes. The manifests
//! are those of the workspace with all that they inherit written out, so that the crates stand alone.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// What the table is made of, as paths in the workspace.
pub(crate) const INPUTS: [&str; 6] =
    ["Cargo.toml", "sdk/Cargo.toml", "sdk/src", "sdk/wit", "sdk/macros", "sdk/python"];

/// Writes `sdk_source.rs`: every file by its path below `sdk`.
pub(crate) fn embed(root: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let sdk = root.join("sdk").canonicalize()?;
    let workspace = fs::read_to_string(root.join("Cargo.toml"))?;
    let shared = inherited(&workspace);
    let mut table = String::from("static SDK_FILES: &[(&str, &str)] = &[\n");
    for manifest in ["Cargo.toml", "macros/Cargo.toml"] {
        let text = resolved(&fs::read_to_string(sdk.join(manifest))?, &shared)?;
        writeln!(table, "    ({manifest:?}, {text:?}),")?;
    }
    let mut files = Vec::new();
    for folder in ["src", "wit", "macros/src", "python"] {
        collect(&sdk.join(folder), &mut files)?;
    }
    files.sort();
    for file in files {
        let name = file.strip_prefix(&sdk)?.to_str().ok_or("a file of the SDK has no UTF-8 name")?;
        writeln!(table, "    ({:?}, include_str!({file:?})),", name.replace('\\', "/"))?;
    }
    table.push_str("];\n");
    fs::write(out.join("sdk_source.rs"), table)?;
    Ok(())
}

/// The files below a folder, but for what Python leaves there.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "__pycache__") {
            collect(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|ending| ["rs", "wit", "py"].iter().any(|known| ending == *known))
        {
            files.push(path);
        }
    }
    Ok(())
}

/// The lines of `[workspace.package]`, by key.
fn inherited(workspace: &str) -> BTreeMap<&str, &str> {
    let lines = workspace.lines().skip_while(|line| *line != "[workspace.package]").skip(1);
    lines.take_while(|line| !line.starts_with('[')).filter_map(|line| line.split_once(" = ")).collect()
}

/// A manifest that inherits nothing: what it takes from the workspace is written out, the lints of the project are left out.
fn resolved(manifest: &str, shared: &BTreeMap<&str, &str>) -> Result<String, Box<dyn Error>> {
    let mut text =
        String::from("# The copy that comes with the gate. Update it with a newer gate; do not edit it.\n");
    for line in manifest.replace("[lints]\nworkspace = true\n\n", "").lines() {
        match line.strip_suffix(".workspace = true") {
            Some(key) => {
                let value = shared.get(key).ok_or_else(|| format!("[workspace.package] has no {key}"))?;
                writeln!(text, "{key} = {value}")?;
            }
            None => writeln!(text, "{line}")?,
        }
    }
    if text.contains("workspace = true") || text.contains("[lints]") {
        return Err("a manifest of the SDK inherits what gate/build/sdk.rs does not know".into());
    }
    Ok(text)
}
