//! The pages as the book wants them: links that lead out of `docs` (to sources, to the changelog) become links to the
//! repository's home, because a book has no such files.

use std::fs;
use std::path::Path;

use crate::error::{Context, Result};
use crate::workspace;

/// Where files of the repository can be read.
const HOME: &str = "https://github.com/gitops-gate/gitops-gate/blob/main";

/// Copies `docs` to `to`.
pub(super) fn pages(docs: &Path, to: &Path) -> Result<()> {
    workspace::fresh_folder(to)?;
    workspace::copy_tree(docs, to)?;
    rewrite_below(to, &mut Vec::new())
}

fn rewrite_below(folder: &Path, below: &mut Vec<String>) -> Result<()> {
    let doing = format!("cannot read {}", folder.display());
    for entry in fs::read_dir(folder).context(&doing)? {
        let path = entry.context(&doing)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            below.push(name);
            rewrite_below(&path, below)?;
            below.pop();
        } else if name.ends_with(".md") {
            let text = fs::read_to_string(&path).context(format_args!("cannot read {}", path.display()))?;
            fs::write(&path, rewritten(&text, below))
                .context(format_args!("cannot write {}", path.display()))?;
        }
    }
    Ok(())
}

/// The text of a page in the folder `below` of `docs`, with links out of `docs` leading to [`HOME`].
fn rewritten(text: &str, below: &[String]) -> String {
    let (mut done, mut in_block) = (String::with_capacity(text.len()), false);
    for line in text.split_inclusive('\n') {
        let is_fence = line.trim_start().starts_with("```");
        in_block ^= is_fence;
        if in_block || is_fence {
            done.push_str(if is_fence { unmarked(line) } else { line });
            done.push_str(if is_fence && line.ends_with('\n') { "\n" } else { "" });
            continue;
        }
        let mut parts = line.split("](");
        done.push_str(parts.next().unwrap_or_default());
        for part in parts {
            done.push_str("](");
            match part.split_once(')').and_then(|(target, _)| Some((target, outside(target, below)?))) {
                Some((target, url)) => {
                    done.push_str(&url);
                    done.push_str(&part[target.len()..]);
                }
                None => done.push_str(part),
            }
        }
    }
    done
}

/// The first line of a block without what only tests read.
fn unmarked(fence: &str) -> &str {
    let begin = fence.len() - fence.trim_start().len();
    let end = fence[begin..].find(' ').map_or(fence.trim_end().len(), |at| begin + at);
    &fence[..end]
}

/// The address of a file outside of `docs`; None for all other targets.
fn outside(target: &str, below: &[String]) -> Option<String> {
    if target.contains("://") || target.starts_with('#') {
        return None;
    }
    let mut folders: Vec<&str> = std::iter::once("docs").chain(below.iter().map(String::as_str)).collect();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(folders.pop()?),
            part => folders.push(part),
        }
    }
    (folders.first() != Some(&"docs")).then(|| format!("{HOME}/{}", folders.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_out_of_docs_lead_home() {
        let text = "[a](b.md) [wit](../sdk/wit/policy.wit#L1), [x](https://example.com/../y)\n```sh run exit=1\n[c](../d)\n```\n";
        let done = rewritten(text, &[]);
        let wit = format!("[a](b.md) [wit]({HOME}/sdk/wit/policy.wit#L1), [x](https://example.com/../y)\n");
        assert_eq!(done, format!("{wit}```sh\n[c](../d)\n```\n"));
        let below = ["hosts".to_owned()];
        assert_eq!(
            rewritten("[a](../ci.md) [b](../../README.md)", &below),
            format!("[a](../ci.md) [b]({HOME}/README.md)")
        );
    }
}
