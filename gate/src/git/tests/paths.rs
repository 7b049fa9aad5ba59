//! Files that belong to no commit.

use std::path::{Path, PathBuf};

use super::fixture::{content, listed, paths, text};
use crate::git::ChangeKind::Unchanged;
use crate::git::{Content, GitError, from_paths, from_stdin};

fn tree(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let guard = tempfile::tempdir().unwrap();
    let root = guard.path().canonicalize().unwrap();
    for (path, content) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    (guard, root)
}

#[test]
fn directories_are_walked_and_files_are_taken() {
    let files =
        [("b/z.yaml", "z"), ("b/a.yaml", "a"), ("b/.git/config", "no"), (".gitignore", "*"), ("c", "c")];
    let (_guard, root) = tree(&files);
    let change = from_paths(&root, &[root.join("c"), root.join("b"), root.join("b/../b/z.yaml")]).unwrap();
    let expected = ["b/a.yaml", "b/z.yaml", "c"].map(|path| (Unchanged, path.to_owned()));
    assert_eq!(listed(&change), expected);
    assert!(change.base.is_none() && change.head_commit.is_none());
    assert_eq!(content(&change.head, "b/a.yaml"), text("a"));
    let everything = from_paths(&root, std::slice::from_ref(&root)).unwrap();
    assert_eq!(paths(&everything), [".gitignore", "b/a.yaml", "b/z.yaml", "c"]);
}

#[test]
fn paths_outside_of_the_root_keep_their_name() {
    let (_guard, root) = tree(&[("a.yaml", "a")]);
    let (_other_guard, other) = tree(&[("x/b.yaml", "b")]);
    let change = from_paths(&root, &[other.join("x/./b.yaml")]).unwrap();
    assert_eq!(paths(&change), [other.join("x/b.yaml").display().to_string()]);
    assert_eq!(content(&change.head, &paths(&change)[0]), text("b"));
}

#[test]
fn a_misspelt_path_is_an_error() {
    let (_guard, root) = tree(&[("a.yaml", "a")]);
    let path = root.join("b.yaml");
    let error = from_paths(&root, &[root.join("a.yaml"), path.clone()]).unwrap_err();
    assert_eq!(error, GitError::PathNotFound { path });
    let path = root.join("a.yaml/b");
    assert_eq!(from_paths(&root, std::slice::from_ref(&path)).unwrap_err(), GitError::PathNotFound { path });
}

#[cfg(unix)]
#[test]
fn links_are_named_and_not_followed_out_of_the_tree() {
    use std::os::unix::fs::symlink;
    let (_outside_guard, outside) = tree(&[("secret.yaml", "secret")]);
    let (_guard, root) = tree(&[("in/a.yaml", "a")]);
    symlink(outside.join("secret.yaml"), root.join("in/link.yaml")).unwrap();
    symlink(&outside, root.join("dir")).unwrap();
    symlink("in", root.join("inside")).unwrap();
    symlink("nowhere", root.join("dangling")).unwrap();
    let read = |path: &Path| {
        let change = from_paths(&root, &[path.to_owned()]).unwrap();
        paths(&change).iter().map(|path| (path.clone(), content(&change.head, path))).collect::<Vec<_>>()
    };
    let link = |target: &Path| Content::Symlink { target: target.as_os_str().as_encoded_bytes().to_vec() };
    let secret = outside.join("secret.yaml");
    let inside = [("in/a.yaml".to_owned(), text("a")), ("in/link.yaml".to_owned(), link(&secret))];
    assert_eq!(read(&root.join("in")), inside);
    assert_eq!(read(&root.join("in/link.yaml")), inside[1..]);
    assert_eq!(read(&root.join("dir")), [("dir".to_owned(), link(&outside))]);
    assert_eq!(read(&root.join("dangling")), [("dangling".to_owned(), link(Path::new("nowhere")))]);
    assert_eq!(read(&root.join("inside"))[0], ("inside/a.yaml".to_owned(), text("a")));
    // Through a linked directory: the file itself is no link, and is not read all the same.
    let change = from_paths(&root, &[root.join("dir/secret.yaml")]).unwrap();
    let entry = change.head.entries().unwrap()[0].clone();
    assert!(change.head.read(&entry, 100).is_err() || entry.mode == crate::git::FileMode::Symlink);
    assert_ne!(change.head.read(&entry, 100).ok(), Some(text("secret")));
}

#[test]
fn standard_input_is_one_file() {
    let change = from_stdin("stdin.yaml".into(), b"a: 1\n".to_vec());
    assert_eq!(listed(&change), [(Unchanged, "stdin.yaml".to_owned())]);
    assert_eq!(content(&change.head, "stdin.yaml"), text("a: 1\n"));
    let entry = change.head.entries().unwrap()[0].clone();
    assert_eq!(change.head.read(&entry, 4).unwrap(), Content::TooLarge { size: 5 });
}
