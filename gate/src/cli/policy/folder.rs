//! Writes a folder as a whole: its files come together beside it, and then it gets its name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::template::File;
use crate::cli::error::CliError;

/// Makes the folder `path` with these files. It must not be there, or be empty.
///
/// # Errors
/// There is something else, or it cannot be written; nothing is left of it then.
pub(super) fn create(path: &Path, files: &[File]) -> Result<(), CliError> {
    check_free(path)?;
    let fresh = beside(path)?;
    let written = write(&fresh, files).and_then(|()| {
        if path.exists() {
            // It was empty a moment ago; if it is not any more, this fails.
            fs::remove_dir(path)?;
        }
        fs::rename(&fresh, path)
    });
    written.map_err(|error| {
        let left = fresh.exists() && fs::remove_dir_all(&fresh).is_err();
        let error = CliError::new(format!("{} cannot be written: {error}", path.display()));
        match left {
            true => error.hint(format!("what was written so far is in {}; remove it", fresh.display())),
            false => error.hint("nothing was left behind"),
        }
    })
}

fn check_free(path: &Path) -> Result<(), CliError> {
    let unreadable = |error: io::Error| CliError::new(format!("{}: {error}", path.display()));
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unreadable(error)),
        Ok(about) if !about.is_dir() => {
            return Err(CliError::new(format!("{} is there already, and no folder", path.display()))
                .hint("choose another folder with `--path DIR`; nothing was written"));
        }
        Ok(_) => {}
    }
    match fs::read_dir(path).map_err(unreadable)?.next() {
        None => Ok(()),
        Some(_) => {
            Err(CliError::new(format!("the folder {} is there already, and not empty", path.display()))
                .hint("choose another one with `--path DIR`, or remove it first; nothing was written"))
        }
    }
}

/// A folder that is not there yet, on the same file system.
fn beside(path: &Path) -> Result<PathBuf, CliError> {
    let whole =
        std::path::absolute(path).map_err(|error| CliError::new(format!("{}: {error}", path.display())))?;
    let name = whole.file_name().map(|name| name.to_string_lossy().into_owned());
    let (Some(parent), Some(name)) = (whole.parent(), name) else {
        return Err(CliError::new(format!("{} cannot be the folder of a policy", path.display())));
    };
    Ok(parent.join(format!(".{name}.new-{}", std::process::id())))
}

fn write(folder: &Path, files: &[File]) -> io::Result<()> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::create_dir(folder)?;
    for (path, text) in files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Vec<File> {
        vec![("a.txt".into(), "a".to_owned()), ("b/c.txt".into(), "c".to_owned())]
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_is_made_with_those_above_it() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("x/y");
        create(&path, &files()).unwrap();
        assert_eq!(fs::read_to_string(path.join("b/c.txt")).unwrap(), "c");
        assert_eq!(names(&home.path().join("x")), ["y"]);
    }

    #[test]
    fn an_empty_folder_is_filled_and_no_other() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("x");
        fs::create_dir(&path).unwrap();
        create(&path, &files()).unwrap();
        assert_eq!(names(&path), ["a.txt", "b"]);
        fs::write(path.join("a.txt"), "mine").unwrap();
        assert!(create(&path, &files()).is_err());
        assert!(create(&path.join("a.txt"), &files()).is_err());
        assert_eq!(fs::read_to_string(path.join("a.txt")).unwrap(), "mine");
        assert_eq!(names(home.path()), ["x"]);
    }

    #[test]
    fn of_a_failure_nothing_is_left() {
        let home = tempfile::tempdir().unwrap();
        let clash = vec![("a".into(), "file".to_owned()), ("a/b".into(), "below a file".to_owned())];
        assert!(create(&home.path().join("x"), &clash).is_err());
        assert_eq!(names(home.path()), Vec::<String>::new());
    }
}
