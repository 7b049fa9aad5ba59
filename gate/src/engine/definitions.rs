//! Several definitions of one kind in a repository, each for clusters of its own: which of them judges an object.
//!
//! The definitions of the object's environment count; if it has none of its own, those that belong to no environment;
//! else all. Of several that are left, the nearest counts: the one that shares the most leading folders with the object.
//! What cannot be told apart then judges the object together.

use rustc_hash::FxHashMap;

use crate::config::Config;
use crate::model::RepoPath;
use crate::yaml::{NodeId, Tape};

/// One definition of a kind.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub(super) path: RepoPath,
    /// Its number in the set of schemas.
    pub(super) number: u32,
    environment: Option<String>,
    group: String,
    kind: String,
    /// JSON of what it says.
    spec: String,
}

/// The kinds that have definitions which differ, by group and kind.
#[derive(Debug, Default)]
pub(super) struct Several(FxHashMap<(String, String), Vec<Definition>>);

impl Definition {
    pub(super) fn read(config: &Config, path: &RepoPath, number: u32, tape: &Tape, root: NodeId) -> Self {
        let text =
            |pointer: &str| tape.pointer(root, pointer).map(|n| tape.text(n).to_owned()).unwrap_or_default();
        let mut spec = String::new();
        if let Some(node) = tape.get(root, "spec") {
            tape.write_json(node, &mut spec);
        }
        let environment = config.environment_of(path).map(|found| found.name.clone());
        let (group, kind) = (text("/spec/group"), text("/spec/names/kind"));
        Self { path: path.clone(), number, environment, group, kind, spec }
    }
}

impl Several {
    pub(super) fn add(&mut self, definition: Definition) {
        let key = (definition.group.clone(), definition.kind.clone());
        self.0.entry(key).or_default().push(definition);
    }

    /// Forgets the kinds whose definitions all say the same.
    pub(super) fn keep_what_differs(&mut self) {
        self.0.retain(|_, all| all.windows(2).any(|pair| pair[0].spec != pair[1].spec));
    }

    /// The definitions that judge the objects of `kind` (group and kind) in `path`; nothing if there is no choice.
    pub(super) fn of(&self, config: &Config, path: &RepoPath, kind: (&str, &str)) -> Vec<&Definition> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let Some(all) = self.0.get(&(kind.0.to_owned(), kind.1.to_owned())) else { return Vec::new() };
        let environment = config.environment_of(path).map(|found| found.name.as_str());
        choose(all, path, environment)
    }
}

fn choose<'d>(all: &'d [Definition], path: &RepoPath, environment: Option<&str>) -> Vec<&'d Definition> {
    let of = |wanted: Option<&str>| -> Vec<&'d Definition> {
        all.iter().filter(|definition| definition.environment.as_deref() == wanted).collect()
    };
    let mut left = of(environment);
    if left.is_empty() {
        left = of(None);
    }
    if left.is_empty() {
        left = all.iter().collect();
    }
    let nearest = left.iter().map(|definition| shared(&definition.path, path)).max().unwrap_or(0);
    if !agree(&left) {
        left.retain(|definition| shared(&definition.path, path) == nearest);
    }
    let mut distinct: Vec<&Definition> = Vec::new();
    for definition in left {
        if !distinct.iter().any(|known| known.spec == definition.spec) {
            distinct.push(definition);
        }
    }
    distinct
}

fn agree(all: &[&Definition]) -> bool {
    all.windows(2).all(|pair| pair[0].spec == pair[1].spec)
}

/// The number of leading folders that two files share.
pub(super) fn shared(a: &RepoPath, b: &RepoPath) -> usize {
    let folders = |path: &RepoPath| -> Vec<Vec<u8>> {
        let mut parts: Vec<Vec<u8>> =
            path.as_bytes().split(|&byte| byte == b'/').map(<[u8]>::to_vec).collect();
        parts.pop();
        parts
    };
    folders(a).iter().zip(&folders(b)).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(path: &str, environment: Option<&str>, spec: &str) -> Definition {
        Definition {
            path: RepoPath::from(path),
            number: 1,
            environment: environment.map(str::to_owned),
            group: "example.com".into(),
            kind: "Widget".into(),
            spec: spec.into(),
        }
    }

    fn chosen(all: &[Definition], path: &str, environment: Option<&str>) -> Vec<String> {
        choose(all, &RepoPath::from(path), environment).iter().map(|found| found.path.to_string()).collect()
    }

    #[test]
    fn the_environment_then_no_environment_then_all() {
        let all = [
            definition("clusters/dev/crds/w.yaml", Some("dev"), "1"),
            definition("clusters/prod/crds/w.yaml", Some("prod"), "2"),
            definition("base/crds/w.yaml", None, "3"),
        ];
        assert_eq!(chosen(&all, "clusters/dev/a.yaml", Some("dev")), ["clusters/dev/crds/w.yaml"]);
        assert_eq!(chosen(&all, "clusters/prod/a.yaml", Some("prod")), ["clusters/prod/crds/w.yaml"]);
        assert_eq!(chosen(&all, "clusters/stage/a.yaml", Some("stage")), ["base/crds/w.yaml"]);
        assert_eq!(chosen(&all[..2], "apps/a.yaml", None).len(), 2);
    }

    #[test]
    fn the_nearest_of_one_environment() {
        let all = [definition("a/b/crds/w.yaml", None, "1"), definition("a/c/crds/w.yaml", None, "2")];
        assert_eq!(chosen(&all, "a/b/x.yaml", None), ["a/b/crds/w.yaml"]);
        assert_eq!(chosen(&all, "a/c/x/y.yaml", None), ["a/c/crds/w.yaml"]);
        assert_eq!(chosen(&all, "a/x.yaml", None), ["a/b/crds/w.yaml", "a/c/crds/w.yaml"]);
        let same = [definition("a/b/w.yaml", None, "1"), definition("a/c/w.yaml", None, "1")];
        assert_eq!(chosen(&same, "a/x.yaml", None), ["a/b/w.yaml"]);
    }
}
