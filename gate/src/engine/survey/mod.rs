//! What a repository says of its clusters: the versions of Kubernetes, and what Argo CD deploys where. For `gate init`,
//! which writes it down as a guess with the place that it is from; no judgement rests on it.

mod clusters;
mod deployed;
mod lines;

#[cfg(test)]
mod tests;

use super::{EngineError, parallel};
use crate::git::{Content, Entry, Snapshot};
use crate::manifest::is_manifest_path;
use crate::model::RepoPath;
use crate::text::LineIndex;
use crate::yaml::{self, NodeId, Tape};

/// Largest file that is looked at, in bytes: all of this is in small files.
const MAX_BYTES: u64 = 2 << 20;
/// As much of a file as a person writes; a bomb of aliases is not unfolded.
const LIMITS: yaml::Limits =
    yaml::Limits { max_depth: 200, max_nodes: 200_000, max_documents: 5_000, max_bytes: 4 << 20 };
/// Folders that are deployed, beyond which none is told apart.
const MOST_DEPLOYED: usize = 1_000;
/// Folders in which nothing speaks of the clusters.
const ASIDE: [&str; 16] = [
    "test",
    "tests",
    "testdata",
    "e2e",
    "docs",
    "doc",
    "example",
    "examples",
    "templates",
    "vendor",
    "node_modules",
    "archive",
    "archived",
    ".archive",
    ".archived",
    ".chainsaw-test",
];

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// Versions of Kubernetes, in order of path and line.
    pub versions: Vec<VersionSign>,
    /// Folders of this repository, each with the name of the cluster that Argo CD deploys it to.
    pub deployed: Vec<(String, String)>,
    /// CustomResourceDefinitions: how many in which file.
    pub definitions: Vec<(RepoPath, usize)>,
}

/// A place that names a version of Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionSign {
    /// The file.
    pub path: RepoPath,
    /// 1-based.
    pub line: u32,
    /// What is written there, uncleaned.
    pub text: String,
    /// Minor version of Kubernetes 1.
    pub minor: u16,
    /// How much it is worth.
    pub strength: Strength,
}

/// How much a version is worth, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// A client of a cluster, or schemas that an editor uses.
    Client,
    /// What CI and scripts test with.
    Tested,
    /// What the nodes of a cluster run.
    Node,
    /// The definition of a cluster.
    Cluster,
}

/// Looks at all files that may say something.
///
/// # Errors
/// The tree cannot be listed. A file that cannot be read says nothing.
pub fn survey(snapshot: &Snapshot) -> Result<Survey, EngineError> {
    let mut entries: Vec<&Entry> = snapshot.entries()?.iter().filter(|entry| is_looked_at(entry)).collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let found = parallel::map(&entries, |entry| match snapshot.read(entry, MAX_BYTES) {
        Ok(Content::Bytes(bytes)) => one(&entry.path, bytes),
        _ => Survey::default(),
    });
    let mut all = Survey::default();
    for file in found {
        all.versions.extend(file.versions);
        all.deployed.extend(file.deployed);
        all.definitions.extend(file.definitions);
    }
    all.deployed.sort();
    all.deployed.dedup();
    all.deployed.truncate(MOST_DEPLOYED);
    Ok(all)
}

fn is_looked_at(entry: &Entry) -> bool {
    entry.mode.is_file() && (is_manifest_path(&entry.path) || lines::is_read(&entry.path))
}

/// What one file says.
fn one(path: &RepoPath, bytes: Vec<u8>) -> Survey {
    let mut found = Survey::default();
    let definitions = lines::definitions(&bytes);
    let is_template = path.directory().split(|byte| *byte == b'/').any(|folder| folder == b"templates");
    if definitions > 0 && !is_template {
        found.definitions.push((path.clone(), definitions));
    }
    if is_aside(path) {
        return found;
    }
    let (speaks_of_clusters, speaks_of_argo) = (clusters::is_worth(&bytes), deployed::is_worth(&bytes));
    found.versions = lines::versions(path, &bytes);
    if is_manifest_path(path) && (speaks_of_clusters || speaks_of_argo) {
        let parsed = yaml::parse(bytes, &LIMITS);
        let index = LineIndex::new(parsed.tape.source());
        for root in parsed.documents.iter().map(|document| document.root) {
            found.deployed.extend(deployed::of(&parsed.tape, root));
            clusters::of(path, &parsed.tape, &index, root, &mut found.versions);
        }
    }
    found.versions.sort_by(|a, b| {
        (a.line, std::cmp::Reverse(a.strength)).cmp(&(b.line, std::cmp::Reverse(b.strength)))
    });
    found.versions.dedup_by(|b, a| a.line == b.line && a.minor == b.minor);
    found
}

fn is_aside(path: &RepoPath) -> bool {
    let mut folders = path.directory().split(|byte| *byte == b'/');
    folders.any(|folder| ASIDE.iter().any(|name| name.as_bytes() == folder))
}

/// The node as it is written, on one line and without quotes: `1.30` is a number to YAML, and 1.3.
fn written(tape: &Tape, node: NodeId) -> String {
    let span = tape.span(node);
    let bytes = tape.source().get(span.start as usize..span.end as usize).unwrap_or_default();
    let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(200)).unwrap_or_default());
    text.trim().trim_matches(['"', '\'']).to_owned()
}
