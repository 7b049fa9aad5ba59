//! The book has every page once, and links lead somewhere: on a Git host and in the book alike.

use std::collections::BTreeMap;

use super::markdown::{anchors, links, pages, root};

const SUMMARY: &str = "docs/SUMMARY.md";

/// `a/b/../c.md` is `a/c.md`; None leads out of the repository.
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
    Some(parts.join("/"))
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let pages = pages();
    let headings: BTreeMap<&str, Vec<String>> =
        pages.iter().map(|page| (page.name.as_str(), anchors(&page.text))).collect();
    let (mut broken, mut followed) = (Vec::new(), 0);
    for page in &pages {
        for (line, target) in links(&page.text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            followed += 1;
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let file = match path {
                "" => Some(page.name.clone()),
                path => joined(&page.name, path),
            };
            let is_there = file.as_ref().is_some_and(|file| root().join(file).exists());
            let known = file.as_ref().and_then(|file| headings.get(file.as_str()));
            let has_anchor =
                anchor.is_empty() || known.is_some_and(|known| known.iter().any(|a| a == anchor));
            if !is_there || !has_anchor {
                broken.push(format!("{}:{line}: {target}", page.name));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
    assert!(followed >= 250, "{followed} links were found, there were more");
}

#[test]
fn the_book_has_every_page_once() {
    let pages = pages();
    let summary = pages.iter().find(|page| page.name == SUMMARY).unwrap();
    let listed: Vec<String> =
        links(&summary.text).into_iter().filter_map(|(_, target)| joined(SUMMARY, &target)).collect();
    for page in pages.iter().filter(|page| page.name.starts_with("docs/") && page.name != SUMMARY) {
        let times = listed.iter().filter(|name| **name == page.name).count();
        assert_eq!(times, 1, "{}: a page of docs stands in docs/SUMMARY.md once", page.name);
        let title = page.text.lines().find(|line| !line.is_empty() && !line.starts_with("<!--"));
        assert!(title.is_some_and(|line| line.starts_with("# ")), "{} begins with its title", page.name);
    }
    assert!(listed.iter().all(|name| name.starts_with("docs/")), "{listed:?}");
}
