//! Follows the links of a book as it was made: every relative link leads to a file, and every fragment to an element.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::error::{Context, Error, Result};

/// How much was looked at.
pub(super) struct Followed {
    pub(super) pages: usize,
    pub(super) links: usize,
}

/// What one page has.
struct Page {
    ids: BTreeSet<String>,
    links: Vec<String>,
}

/// Follows all links between the files below `book`.
pub(super) fn check_links(book: &Path) -> Result<Followed> {
    let (mut pages, mut files) = (BTreeMap::new(), BTreeSet::new());
    read_below(book, "", &mut pages, &mut files)?;
    let (mut broken, mut links) = (Vec::new(), 0);
    for (name, page) in &pages {
        for link in page.links.iter().filter(|link| is_relative(link)) {
            links += 1;
            let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
            // The page for what is not found is shown at any address.
            let target = if name == "404.html" { joined("", path) } else { joined(name, path) };
            let target = if path.is_empty() { Some(name.clone()) } else { target };
            let good = target.as_ref().is_some_and(|target| files.contains(target));
            let has = |page: &Page| fragment.is_empty() || page.ids.contains(fragment);
            if !good || !target.and_then(|target| pages.get(&target)).is_none_or(has) {
                broken.push(format!("{name}: {link}"));
            }
        }
    }
    if !broken.is_empty() {
        return Err(Error::new(format!("links of the book that lead nowhere:\n{}", broken.join("\n"))));
    }
    Ok(Followed { pages: pages.len(), links })
}

fn is_relative(link: &str) -> bool {
    !link.is_empty() && !link.contains("://") && !link.starts_with("mailto:") && !link.starts_with("data:")
}

fn joined(page: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/').filter(|part| !part.is_empty()) {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    // A folder is its start page.
    if target.ends_with('/') {
        parts.push("index.html");
    }
    Some(parts.join("/"))
}

fn read_below(
    folder: &Path,
    below: &str,
    pages: &mut BTreeMap<String, Page>,
    files: &mut BTreeSet<String>,
) -> Result<()> {
    let doing = format!("cannot read {}", folder.display());
    for entry in fs::read_dir(folder).context(&doing)? {
        let path = entry.context(&doing)?.path();
        let name = format!("{below}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            read_below(&path, &format!("{name}/"), pages, files)?;
            continue;
        }
        // The page that prints everything has each page's anchors under other names.
        if name.ends_with(".html") && name != "print.html" {
            let html = fs::read_to_string(&path).context(format_args!("cannot read {name}"))?;
            let page = Page {
                ids: attributes(&html, " id=\"").into_iter().collect(),
                links: attributes(&html, " href=\"").into_iter().collect(),
            };
            pages.insert(name.clone(), page);
        }
        files.insert(name);
    }
    Ok(())
}

/// The values of an attribute, where it stands in a tag.
fn attributes(html: &str, begin: &str) -> Vec<String> {
    html.split(begin)
        .skip(1)
        .filter_map(|rest| rest.split_once('"'))
        .map(|(value, _)| value.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_and_paths() {
        let html = "<a class=\"x\" href=\"b.html#c\">b</a><h2 id=\"c\">";
        assert_eq!(attributes(html, " href=\""), ["b.html#c"]);
        assert_eq!(attributes(html, " id=\""), ["c"]);
        assert_eq!(joined("hosts/a.html", "../b.html").as_deref(), Some("b.html"));
        assert_eq!(joined("a.html", "../b.html"), None);
        assert_eq!(joined("", "/").as_deref(), Some("index.html"));
        assert!(is_relative("a.html") && !is_relative("https://example.com") && !is_relative(""));
    }
}
