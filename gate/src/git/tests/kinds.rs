//! What can happen to a file, and what a file can be.

use super::fixture::{Fixture, content, git, listed, paths, text};
use crate::git::ChangeKind::{Added, Deleted, ModeChanged, Modified, Renamed, TypeChanged};
use crate::git::{Content, FileMode};

const LONG: &str = "one: 1\ntwo: 2\nthree: 3\nfour: 4\nfive: 5\n";

#[test]
fn files_are_added_changed_and_deleted() {
    let fixture = Fixture::new();
    fixture.write("gone.yaml", "gone: 1\n");
    fixture.commit("dir/same.yaml", "same: 1\n");
    std::fs::remove_file(fixture.dir.join("gone.yaml")).unwrap();
    fixture.write("dir/new.yaml", "something: else\n");
    fixture.commit("dir/same.yaml", "same: 2\n");
    let change = fixture.since("HEAD~1");
    let expected = [(Added, "dir/new.yaml"), (Modified, "dir/same.yaml"), (Deleted, "gone.yaml")];
    assert_eq!(listed(&change), expected.map(|(kind, path)| (kind, path.to_owned())));
    assert!(change.files[2].head.is_none());
}

#[test]
fn a_moved_file_is_one_change() {
    let fixture = Fixture::new();
    fixture.write("b/edited.yaml", LONG);
    fixture.commit("a/same.yaml", "a: 1\n");
    fixture.git(&["mv", "a", "c"]);
    fixture.git(&["mv", "b", "d"]);
    fixture.commit("d/edited.yaml", LONG.replace("five: 5", "five: 6"));
    let change = fixture.since("HEAD~1");
    let expected = [(Renamed, "a/same.yaml -> c/same.yaml"), (Renamed, "b/edited.yaml -> d/edited.yaml")];
    assert_eq!(listed(&change), expected.map(|(kind, path)| (kind, path.to_owned())));
}

#[test]
fn a_file_that_keeps_less_than_half_is_not_moved() {
    let fixture = Fixture::new();
    fixture.commit("a.yaml", LONG);
    fixture.git(&["rm", "-q", "a.yaml"]);
    fixture.commit("b.yaml", "one: 1\nzwei: 2\ndrei: 3\nvier: 4\nsechs: 6\n");
    let expected = [(Deleted, "a.yaml".to_owned()), (Added, "b.yaml".to_owned())];
    assert_eq!(listed(&fixture.since("HEAD~1")), expected);
}

#[test]
fn copies_in_several_environments_stay_each_in_its_own() {
    let fixture = Fixture::new();
    fixture.write("old/dev/app.yaml", LONG);
    fixture.write("old/base/app.yaml", LONG);
    fixture.commit("old/prod/app.yaml", LONG);
    fixture.git(&["mv", "old", "new"]);
    fixture.git(&["rm", "-q", "-f", "new/base/app.yaml"]);
    fixture.commit_all();
    let expected = [
        (Deleted, "old/base/app.yaml"),
        (Renamed, "old/dev/app.yaml -> new/dev/app.yaml"),
        (Renamed, "old/prod/app.yaml -> new/prod/app.yaml"),
    ];
    let mut found = listed(&fixture.since("HEAD~1"));
    found.sort();
    let mut expected = expected.map(|(kind, path)| (kind, path.to_owned()));
    expected.sort();
    assert_eq!(found, expected);
}

#[cfg(unix)]
#[test]
fn modes_and_types_change() {
    let fixture = Fixture::new();
    fixture.write("link.yaml", "l: 1\n");
    fixture.commit("mode.yaml", "m: 1\n");
    fixture.git(&["update-index", "--chmod=+x", "mode.yaml"]);
    std::fs::remove_file(fixture.dir.join("link.yaml")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", fixture.dir.join("link.yaml")).unwrap();
    fixture.git(&["add", "link.yaml"]);
    fixture.git(&["commit", "-q", "-m", "kinds"]);
    let change = fixture.since("HEAD~1");
    let expected = [(TypeChanged, "link.yaml".to_owned()), (ModeChanged, "mode.yaml".to_owned())];
    assert_eq!(listed(&change), expected);
    assert_eq!(content(&change.head, "link.yaml"), Content::Symlink { target: b"/etc/passwd".to_vec() });
}

#[test]
fn a_file_becomes_a_directory() {
    let fixture = Fixture::new();
    fixture.commit("a", "a: 1\n");
    std::fs::remove_file(fixture.dir.join("a")).unwrap();
    fixture.commit("a/b", "something: else\n");
    assert_eq!(listed(&fixture.since("HEAD~1")), [(Deleted, "a".to_owned()), (Added, "a/b".to_owned())]);
}

#[test]
fn a_submodule_is_named_and_not_entered() {
    let fixture = Fixture::new();
    fixture.commit("a.yaml", "a: 1\n");
    let commit = "1234567890123456789012345678901234567890";
    fixture.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{commit},vendor/lib")]);
    fixture.git(&["commit", "-q", "-m", "submodule"]);
    let change = fixture.since("HEAD~1");
    assert_eq!(listed(&change), [(Added, "vendor/lib".to_owned())]);
    assert_eq!(change.files[0].head.as_ref().unwrap().mode, FileMode::Submodule);
    assert_eq!(content(&change.head, "vendor/lib"), Content::Submodule { commit: Some(commit.into()) });
    assert!(change.head.entry(b"vendor/lib/x").unwrap().is_none());
}

#[test]
fn contents_are_told_apart() {
    let fixture = Fixture::new();
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 9\n";
    fixture.write("big.bin", pointer);
    fixture.write("nul.yaml", b"a\0b");
    fixture.write("large.yaml", vec![b'x'; 2000]);
    fixture.commit("empty.yaml", "");
    let change = fixture.change(&crate::git::Selection::All { revision: None }).unwrap();
    let head = &change.head;
    assert_eq!(content(head, "big.bin"), Content::LfsPointer { oid: "sha256:ab".into(), size: 9 });
    assert_eq!(content(head, "nul.yaml"), Content::Binary { size: 3 });
    assert_eq!(content(head, "empty.yaml"), text(""));
    let large = head.entry(b"large.yaml").unwrap().unwrap();
    assert_eq!(head.read(&large, 1999).unwrap(), Content::TooLarge { size: 2000 });
    assert_eq!(head.read(&large, 2000).unwrap(), Content::Bytes(vec![b'x'; 2000]));
}

#[cfg(target_os = "linux")]
#[test]
fn a_path_needs_no_encoding() {
    use std::os::unix::ffi::OsStrExt;
    let fixture = Fixture::new();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.yaml");
    std::fs::write(fixture.dir.join(name), "a: 1\n").unwrap();
    let untracked = fixture.change(&crate::git::Selection::WorkTree).unwrap();
    assert_eq!(paths(&untracked), ["caf\\xe9.yaml"]);
    fixture.commit_all();
    let change = fixture.change(&crate::git::Selection::All { revision: None }).unwrap();
    assert_eq!(change.files[0].path.as_bytes(), b"caf\xe9.yaml");
    let entry = change.head.entry(b"caf\xe9.yaml").unwrap().unwrap();
    assert_eq!(change.head.read(&entry, 100).unwrap(), text("a: 1\n"));
}

#[test]
fn the_list_is_sorted_by_the_whole_path() {
    let fixture = Fixture::new();
    for path in ["a/z", "a.b", "a-b", "a0", "ab/c"] {
        fixture.write(path, path);
    }
    fixture.commit_all();
    let change = fixture.change(&crate::git::Selection::All { revision: None }).unwrap();
    assert_eq!(paths(&change), ["a-b", "a.b", "a/z", "a0", "ab/c"]);
    assert_eq!(git(&fixture.dir, &["ls-tree", "-r", "--name-only", "HEAD"]).lines().count(), 5);
}

#[test]
fn one_snapshot_serves_many_threads() {
    fn assert_shareable<T: Send + Sync>() {}
    assert_shareable::<crate::git::Snapshot>();
    assert_shareable::<crate::git::Repo>();
    let fixture = Fixture::new();
    for number in 0..50 {
        fixture.write(&format!("{number}.yaml"), format!("number: {number}\n"));
    }
    fixture.commit_all();
    let change = fixture.change(&crate::git::Selection::All { revision: None }).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for number in 0..50 {
                    assert_eq!(
                        content(&change.head, &format!("{number}.yaml")),
                        text(&format!("number: {number}\n"))
                    );
                }
            });
        }
    });
}
