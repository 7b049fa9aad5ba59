//! What the tests of the docs read of Markdown: the pages, headings and their anchors, links, pieces of code in prose.

use std::fs;
use std::path::{Path, PathBuf};

/// A page by its path from the root of the repository.
pub(super) struct Page {
    pub(super) name: String,
    pub(super) text: String,
}

/// The root of the repository.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every page below `docs`, and those of the root that users read, by name.
pub(super) fn pages() -> Vec<Page> {
    let mut names = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(str::to_owned).to_vec();
    collect(&root(), "docs", &mut names);
    names.sort();
    let read = |name: String| Page { text: fs::read_to_string(root().join(&name)).unwrap(), name };
    names.into_iter().map(read).collect()
}

fn collect(root: &Path, folder: &str, names: &mut Vec<String>) {
    for entry in fs::read_dir(root.join(folder)).unwrap().map(Result::unwrap) {
        let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(root, &name, names);
        } else if name.ends_with(".md") {
            names.push(name);
        }
    }
}

/// The lines outside of fenced blocks, with their numbers (1-based).
pub(super) fn prose(text: &str) -> Vec<(usize, &str)> {
    let (mut lines, mut in_block) = (Vec::new(), false);
    for (number, line) in text.lines().enumerate() {
        match line.trim_start().starts_with("```") {
            true => in_block = !in_block,
            false if !in_block => lines.push((number + 1, line)),
            false => {}
        }
    }
    lines
}

/// The anchors of the headings, as GitHub and mdBook make them: small letters, digits, `-` and `_` stay, blanks become `-`,
/// the second one of a name gets `-1`.
pub(super) fn anchors(text: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    for (_, line) in prose(text) {
        let title = line.trim_start_matches('#');
        if title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let kept = |c: char| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
            _ => None,
        };
        let plain: String = without_targets(title.trim()).to_lowercase().chars().filter_map(kept).collect();
        let same = (1..).map(|number| format!("{plain}-{number}"));
        let name = std::iter::once(plain.clone()).chain(same).find(|name| !anchors.contains(name));
        anchors.extend(name);
    }
    anchors
}

/// `[text](target)` is `text`.
fn without_targets(title: &str) -> String {
    let mut left = title.to_owned();
    while let Some((begin, end)) = left.find("](").and_then(|at| Some((at, at + left[at..].find(')')?))) {
        left.replace_range(begin..=end, "");
    }
    left
}

/// The targets of the links of a page, with their lines. What stands in code is no link.
pub(super) fn links(text: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    for (number, line) in prose(text) {
        let parts: Vec<&str> = line.split('`').collect();
        // Code stands between every other pair of backticks. A link's text may be code: its target is in the part behind.
        for part in parts.iter().step_by(2) {
            for rest in part.split("](").skip(1) {
                if let Some((target, _)) = rest.split_once(')') {
                    links.push((number, target.trim().to_owned()));
                }
            }
        }
    }
    links
}

/// The pieces of code in prose, with their lines. One that goes over a line's end is not found.
pub(super) fn code(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        found.extend(line.split('`').skip(1).step_by(2).map(|code| (number, code)));
    }
    found
}

#[test]
fn anchors_and_links_are_found() {
    let text = "# The `gate.yaml` file\n\n## A & b, c_d\n## A & b, c_d\n```sh\n# no heading\n[x](no.md)\n```\n\
                see [the `x`](a.md#b), `[no](no.md)` and [y](../c.md)\n### [`k`](z.md)-1\n#no\n";
    assert_eq!(anchors(text), ["the-gateyaml-file", "a--b-c_d", "a--b-c_d-1", "k-1"]);
    assert_eq!(links(text), [(9, "a.md#b".to_owned()), (9, "../c.md".to_owned()), (10, "z.md".to_owned())]);
    assert_eq!(code(text), [(1, "gate.yaml"), (9, "x"), (9, "[no](no.md)"), (10, "k")]);
}
