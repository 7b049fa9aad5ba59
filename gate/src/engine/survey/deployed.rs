//! Which folders of the repository Argo CD deploys to which cluster.

use memchr::memmem;

use crate::yaml::{NodeId, Tape};

/// Applications of one file that are read.
const MOST: usize = 1_000;

/// True if the file may hold an Application.
pub(super) fn is_worth(bytes: &[u8]) -> bool {
    memmem::find(bytes, b"argoproj.io/").is_some() && memmem::find(bytes, b"Application").is_some()
}

/// The folders of an Application with the name of its cluster; templates say nothing.
pub(super) fn of(tape: &Tape, root: NodeId) -> Vec<(String, String)> {
    let is_application = tape.str_at(root, "kind") == Some("Application")
        && tape.str_at(root, "apiVersion").is_some_and(|version| version.starts_with("argoproj.io/"));
    let cluster = tape.pointer(root, "/spec/destination/name").map(|node| tape.text(node));
    let Some(cluster) = cluster.filter(|name| is_application && is_plain(name)) else { return Vec::new() };
    let mut paths = Vec::new();
    paths.extend(tape.pointer(root, "/spec/source/path"));
    if let Some(sources) = tape.pointer(root, "/spec/sources") {
        paths.extend(tape.items(sources).filter_map(|source| tape.get(source, "path")));
    }
    let paths = paths.into_iter().take(MOST).map(|node| tape.text(node));
    let paths = paths.filter(|path| is_plain(path) && !path.trim_matches(['.', '/']).is_empty());
    paths.map(|path| (path.to_owned(), cluster.to_owned())).collect()
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.len() < 500 && !text.contains("{{") && !text.contains("..")
}
