//! Which lines a file's diff has added, and which numbers the others had before.

use serde_json::Value;

/// The diff of one file, as GitLab gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileDiff {
    pub(super) old_path: String,
    text: String,
    new_file: bool,
}

/// Where a line of the head stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// It was added.
    New,
    /// It was there before, with this number.
    Both { old: u32 },
}

impl FileDiff {
    /// With its path in the head; nothing for a file that is gone or whose diff is not shown.
    pub(super) fn read(value: &Value) -> Option<(String, Self)> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let truth = |name: &str| value.get(name).and_then(Value::as_bool).unwrap_or(false);
        if truth("deleted_file") || truth("too_large") {
            return None;
        }
        let diff = Self { old_path: text("old_path")?, text: text("diff")?, new_file: truth("new_file") };
        Some((text("new_path")?, diff))
    }

    /// The side of line `wanted` (1-based) of the head.
    pub(super) fn side(&self, wanted: u32) -> Option<Side> {
        if self.new_file {
            return Some(Side::New);
        }
        wanted.checked_sub(1)?;
        // Next line on each side; between hunks they go in step.
        let (mut old, mut new) = (1_u32, 1_u32);
        for line in self.text.lines() {
            match line.as_bytes().first() {
                Some(b'@') => {
                    let (next_old, next_new) = hunk(line)?;
                    if wanted < next_new {
                        break;
                    }
                    (old, new) = (next_old, next_new);
                }
                Some(b'+') if new == wanted => return Some(Side::New),
                Some(b'+') => new = new.checked_add(1)?,
                Some(b'-') => old = old.checked_add(1)?,
                Some(b'\\') => {}
                _ if new == wanted => return Some(Side::Both { old }),
                _ => (old, new) = (old.checked_add(1)?, new.checked_add(1)?),
            }
        }
        let behind = wanted.checked_sub(new)?;
        Some(Side::Both { old: old.checked_add(behind)? })
    }
}

/// The first lines of a hunk, from `@@ -3,4 +5,6 @@`. A side without lines names the line before.
fn hunk(header: &str) -> Option<(u32, u32)> {
    let mut parts = header.split(' ').skip(1);
    let mut side = |sign: char| {
        let range = parts.next()?.strip_prefix(sign)?;
        let (start, count) = range.split_once(',').unwrap_or((range, "1"));
        let start: u32 = start.parse().ok()?;
        if count == "0" { start.checked_add(1) } else { Some(start) }
    };
    Some((side('-')?, side('+')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(text: &str) -> FileDiff {
        FileDiff { old_path: "x".to_owned(), text: text.to_owned(), new_file: false }
    }

    fn sides(text: &str, lines: impl Iterator<Item = u32>) -> Vec<u32> {
        let diff = diff(text);
        // 0 for an added line.
        lines
            .map(|line| diff.side(line).unwrap())
            .map(|side| if let Side::Both { old } = side { old } else { 0 })
            .collect()
    }

    /// Old: a b c d e f g; new: a b X c d f Y Z g.
    const CHANGE: &str = "@@ -2,2 +2,3 @@ in a\n b\n+X\n c\n@@ -5,3 +6,4 @@\n-e\n f\n+Y\n+Z\n g\n\\ No newline at end of file\n";

    #[test]
    fn lines_are_followed_through_hunks_and_between_them() {
        assert_eq!(sides(CHANGE, 1..=11), [1, 2, 0, 3, 4, 6, 0, 0, 7, 8, 9]);
    }

    #[test]
    fn sides_without_lines_and_short_headers() {
        assert_eq!(sides("@@ -1,0 +2,2 @@\n+x\n+y\n", 1..=4), [1, 0, 0, 2]);
        assert_eq!(sides("@@ -2,2 +1,0 @@\n-x\n-y\n", 1..=3), [1, 4, 5]);
        assert_eq!(sides("@@ -1 +1 @@\n-Title\n+README\n", 1..=2), [0, 2]);
        assert_eq!(sides("", 5..=6), [5, 6]);
    }

    #[test]
    fn what_is_no_diff_is_no_place() {
        for text in ["@@\n+x\n", "@@ -a,b +1,2 @@\n+x\n", "@@ -4294967295,1 +1,1 @@\n a\n b\n"] {
            assert_eq!(diff(text).side(3), None, "{text}");
        }
        assert_eq!(diff(CHANGE).side(0), None);
    }
}
