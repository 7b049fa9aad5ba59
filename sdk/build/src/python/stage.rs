//! Copies of the Python files of a policy, in a folder of their own: what is compiled there leaves no traces beside the
//! sources, and what was built before is known again by them.

use std::path::{Path, PathBuf};

use super::PYTHON_MODULE;
use crate::BuildError;

/// Folders that hold no part of a policy.
const SKIPPED: [&str; 5] = ["target", "cases", "tests", "__pycache__", "node_modules"];

/// Most files, and most bytes of one.
const MOST_FILES: usize = 2_000;
const MOST_BYTES: u64 = 4 << 20;

/// A file by its path in its folder, and its content.
pub(super) type File = (PathBuf, Vec<u8>);

/// The Python files of a policy and the `modules` that it lacks, in order of path.
pub(super) fn sources(folder: &Path, modules: &[(&str, &str)]) -> Result<Vec<File>, BuildError> {
    if !folder.join(PYTHON_MODULE).is_file() {
        return Err(BuildError::new(format!("{} holds no {PYTHON_MODULE}", folder.display())));
    }
    let mut found = Vec::new();
    collect(folder, Path::new(""), &mut found)?;
    for (name, text) in modules {
        if !found.iter().any(|(path, _)| path == Path::new(name)) {
            found.push((name.into(), text.as_bytes().to_vec()));
        }
    }
    found.sort();
    Ok(found)
}

/// True if the folder has these files and no other Python files.
pub(super) fn holds(folder: &Path, files: &[File]) -> bool {
    let mut found = Vec::new();
    let is_python = |(path, _): &File| path.extension().is_some_and(|extension| extension == "py");
    collect(folder, Path::new(""), &mut found).is_ok()
        && found.len() == files.iter().filter(|file| is_python(file)).count()
        && files
            .iter()
            .all(|(path, content)| std::fs::read(folder.join(path)).is_ok_and(|now| now == *content))
}

/// Makes the folder anew with these files.
pub(super) fn fill(folder: &Path, files: &[File]) -> Result<(), BuildError> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(BuildError::io(folder))?;
    }
    for (path, content) in files {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(BuildError::io(parent))?;
        std::fs::write(&path, content).map_err(BuildError::io(&path))?;
    }
    Ok(())
}

/// Adds the Python files below `folder`/`inner`. Links are not followed into folders.
fn collect(folder: &Path, inner: &Path, found: &mut Vec<File>) -> Result<(), BuildError> {
    let here = folder.join(inner);
    for entry in here.read_dir().map_err(BuildError::io(&here))? {
        let entry = entry.map_err(BuildError::io(&here))?;
        let name = entry.file_name();
        let (path, kind) = (inner.join(&name), entry.file_type().map_err(BuildError::io(&here))?);
        let text = name.to_string_lossy();
        if kind.is_dir() {
            let is_environment = entry.path().join("pyvenv.cfg").exists();
            if !text.starts_with('.') && !SKIPPED.contains(&&*text) && !is_environment {
                collect(folder, &path, found)?;
            }
        } else if text.ends_with(".py") {
            found.push((path, read(&entry.path())?));
        }
        if found.len() > MOST_FILES {
            return Err(BuildError::new(format!(
                "{} has more than {MOST_FILES} Python files",
                folder.display()
            ))
            .hint("a policy and what it imports have a folder of their own"));
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, BuildError> {
    let about = path.metadata().map_err(BuildError::io(path))?;
    if about.len() > MOST_BYTES {
        return Err(BuildError::new(format!("{} is larger than {} MiB", path.display(), MOST_BYTES >> 20)));
    }
    std::fs::read(path).map_err(BuildError::io(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_staged_is_known_again_and_a_change_is_seen() {
        let home = std::env::temp_dir().join(format!("gate-policy-build-stage-{}", std::process::id()));
        let (folder, staged) = (home.join("policy"), home.join("policy/target/app"));
        let _ = std::fs::remove_dir_all(&home);
        let of = |names: &[&str]| -> Vec<File> {
            names.iter().map(|name| (name.into(), name.as_bytes().to_vec())).collect()
        };
        let skipped =
            ["cases/x.py", "target/x.py", ".venv/x.py", "own/pyvenv.cfg", "own/lib/x.py", "notes.txt"];
        fill(&folder, &of(&[&["policy.py", "inner/more.py", "gate_sdk.py"][..], &skipped].concat())).unwrap();
        let found = sources(&folder, &[("gate_sdk.py", "the gate's own"), ("other.py", "other.py")]).unwrap();
        assert_eq!(found, of(&["gate_sdk.py", "inner/more.py", "other.py", "policy.py"]));
        assert!(!holds(&staged, &found));
        fill(&staged, &found).unwrap();
        assert!(holds(&staged, &found));
        assert!(!holds(&staged, &found[1..]), "a file less");
        let mut changed = found.clone();
        changed[0].1.push(b'x');
        assert!(!holds(&staged, &changed), "another content");
        std::fs::remove_dir_all(&home).unwrap();
    }
}
