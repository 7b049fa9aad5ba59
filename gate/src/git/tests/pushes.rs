//! What a push does, with its objects where a server keeps them until its hook has judged.

use std::path::PathBuf;

use super::fixture::{Fixture, content, git, paths, text};
use crate::git::{Environment, GitError, RefUpdate, Repo};

const ZERO: &str = "0000000000000000000000000000000000000000";

/// A bare repository with `a.yaml` on main, and objects of a commit after it in a quarantine.
struct Server {
    repo: Fixture,
    quarantine: PathBuf,
    old: String,
    new: String,
}

impl Server {
    fn new(layout: &str) -> Self {
        let source = Fixture::new();
        let old = source.commit("a.yaml", "a: 1\n");
        let repo = source.cloned(&["--bare"]);
        let new = source.commit("b.yaml", "b: 1\n");
        let quarantine = repo.dir.join("objects/tmp_objdir-incoming-x y:z");
        std::fs::create_dir_all(quarantine.join("pack")).unwrap();
        let packed = source.dir.join("packed");
        source.write("ids", format!("{new}\n^{old}\n"));
        source.git(&["-c", "alias.p=!git pack-objects --quiet --revs packed <ids", "p"]);
        if layout == "packed" {
            for file in std::fs::read_dir(&source.dir).unwrap().map(|file| file.unwrap().path()) {
                let name = file.file_name().unwrap().to_str().unwrap();
                if let Some(name) = name.strip_prefix("packed-") {
                    std::fs::copy(&file, quarantine.join("pack").join(format!("pack-{name}"))).unwrap();
                }
            }
        } else {
            for id in source.git(&["rev-list", "--objects", &new, &format!("^{old}")]).lines() {
                let id = id.split(' ').next().unwrap();
                let (folder, file) = id.split_at(2);
                std::fs::create_dir_all(quarantine.join(folder)).unwrap();
                let loose = source.dir.join(".git/objects").join(folder).join(file);
                std::fs::copy(loose, quarantine.join(folder).join(file)).unwrap();
            }
        }
        assert!(!packed.exists());
        Self { repo, quarantine, old, new }
    }

    fn open(&self) -> Repo {
        let environment = Environment {
            git_dir: Some(self.repo.dir.clone()),
            objects: vec![self.quarantine.clone(), self.repo.dir.join("objects")],
            ..Environment::default()
        };
        Repo::discover_with(&self.repo.dir, &environment).unwrap()
    }

    fn update(&self, old: &str, new: &str) -> RefUpdate {
        RefUpdate::read(format!("{old} {new} refs/heads/main").as_bytes()).unwrap()
    }
}

#[test]
fn objects_in_quarantine_are_read() {
    for layout in ["packed", "loose"] {
        let server = Server::new(layout);
        let update = server.update(&server.old, &server.new);
        let pushed = server.open().update(&update).unwrap().unwrap();
        assert_eq!(paths(&pushed.change), ["b.yaml"], "{layout}");
        assert_eq!(content(&pushed.change.head, "b.yaml"), text("b: 1\n"));
        assert_eq!(content(&pushed.change.head, "a.yaml"), text("a: 1\n"), "of the repository itself");
        assert_eq!(pushed.rules.unwrap().1, server.old);
        let outside = Environment { git_dir: Some(server.repo.dir.clone()), ..Environment::default() };
        let error = Repo::discover_with(&server.repo.dir, &outside).unwrap().update(&update).unwrap_err();
        assert!(matches!(error, GitError::MissingCommit { .. }), "{layout}: {error}");
    }
}

#[test]
fn a_new_branch_begins_where_it_left_the_default_branch() {
    let server = Server::new("loose");
    let pushed = server.open().update(&server.update(ZERO, &server.new)).unwrap().unwrap();
    assert_eq!(
        (paths(&pushed.change), pushed.change.base_commit),
        (vec!["b.yaml".to_owned()], Some(server.old.clone()))
    );
    assert_eq!(pushed.rules.unwrap().1, server.old);
}

#[test]
fn a_new_branch_obeys_the_default_branch_and_not_its_own_past() {
    let source = Fixture::new();
    let first = source.commit("gate.yaml", "old: rules\n");
    let tip = source.commit("gate.yaml", "new: rules\n");
    source.git(&["checkout", "-q", "-b", "side", &first]);
    let new = source.commit("x.yaml", "x: 1\n");
    source.git(&["checkout", "-q", "main"]);
    let update = RefUpdate::read(format!("{ZERO} {new} refs/heads/side2").as_bytes()).unwrap();
    let pushed = source.repo().update(&update).unwrap().unwrap();
    assert_eq!(pushed.change.base_commit.as_deref(), Some(first.as_str()));
    let (rules, commit) = pushed.rules.unwrap();
    assert_eq!((commit, content(&rules, "gate.yaml")), (tip, text("new: rules\n")));
}

#[test]
fn the_first_push_is_all_new() {
    let server = Fixture::init(&["init", "-q", "--bare", "-b", "main"]);
    let source = Fixture::new();
    let new = source.commit("a.yaml", "a: 1\n");
    let environment = Environment {
        git_dir: Some(server.dir.clone()),
        objects: vec![source.dir.join(".git/objects")],
        ..Environment::default()
    };
    let repo = Repo::discover_with(&server.dir, &environment).unwrap();
    let update = RefUpdate::read(format!("{ZERO} {new} refs/heads/main").as_bytes()).unwrap();
    let pushed = repo.update(&update).unwrap().unwrap();
    assert_eq!((paths(&pushed.change), pushed.rules.is_none()), (vec!["a.yaml".to_owned()], true));
    assert!(pushed.change.base.is_some(), "the empty tree");
}

#[test]
fn a_forced_push_is_judged_against_what_it_replaces() {
    let fixture = Fixture::new();
    let first = fixture.commit("a.yaml", "a: 1\n");
    let second = fixture.commit("b.yaml", "b: 1\n");
    let update = RefUpdate::read(format!("{second} {first} refs/heads/main").as_bytes()).unwrap();
    let pushed = fixture.repo().update(&update).unwrap().unwrap();
    assert_eq!(paths(&pushed.change), ["b.yaml"]);
    let deletion = RefUpdate::read(format!("{second} {ZERO} refs/heads/main").as_bytes()).unwrap();
    assert!(fixture.repo().update(&deletion).unwrap().is_none());
}

#[test]
fn a_quarantine_that_is_not_there_is_an_error() {
    let fixture = Fixture::with_feature();
    let gone = fixture.dir.join("gone");
    let environment = Environment { objects: vec![gone], ..Environment::default() };
    let error = Repo::discover_with(&fixture.dir, &environment).err().unwrap();
    assert!(error.to_string().contains("objects of the push"), "{error}");
    git(&fixture.dir, &["status", "--short"]);
}
