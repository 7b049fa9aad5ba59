//! Names that the repository chose, as patterns that match nothing else.

use crate::model::RepoPath;

/// The pattern that stands for this file only. Bytes that are no UTF-8 cannot be written: a `*` stands for them.
pub fn literal_glob(path: &RepoPath) -> String {
    let mut text = String::new();
    for chunk in path.as_bytes().utf8_chunks() {
        escape(chunk.valid(), &mut text);
        if !chunk.invalid().is_empty() && !text.ends_with('*') {
            text.push('*');
        }
    }
    // A name without a folder would match at any depth, and a `!` at the beginning is no pattern.
    if !text.contains('/') || text.starts_with('!') { format!("./{text}") } else { text }
}

/// The pattern that stands for all that is below this folder.
pub fn literal_folder(folder: &str) -> String {
    let mut text = String::new();
    escape(folder, &mut text);
    if text.starts_with('!') { format!("./{text}/**") } else { format!("{text}/**") }
}

/// The pattern that stands for this part of an object's name only; none where no pattern can.
pub fn literal_name(name: &str) -> Option<String> {
    let mut text = String::new();
    escape(name, &mut text);
    (!name.is_empty() && !name.contains('/')).then_some(text)
}

/// Appends `text` with a backslash before all that means something in a glob.
pub(super) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
}
