//! "Did you mean …?": the closest of some names, if one is close enough and no other is as close.

/// The name nearest to `written`: at most a third of its characters differ, and no other name is as near.
pub(super) fn closest<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (written.chars().count() / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    let mut tied = false;
    for name in names {
        let distance = if name.eq_ignore_ascii_case(written) { 0 } else { distance(written, name, limit) };
        if distance > limit {
            continue;
        }
        match best {
            Some((least, _)) if distance > least => {}
            Some((least, _)) if distance == least => tied = true,
            _ => (best, tied) = (Some((distance, name)), false),
        }
    }
    best.filter(|_| !tied).map(|(_, name)| name)
}

/// Edits (insert, delete, replace, swap two neighbours) between two texts; anything above `limit` is `limit + 1`.
fn distance(left: &str, right: &str, limit: usize) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    if left.len().abs_diff(right.len()) > limit || left.len() > 64 {
        return limit + 1;
    }
    let mut before = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, &from) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, &to) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(from != to);
            let mut least = replaced.min(above[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && from == right[column - 1] && left[row - 1] == to {
                let two_above: &Vec<usize> = &before;
                least = least.min(two_above[column - 1] + 1);
            }
            current.push(least);
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or(limit + 1).min(limit + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggest(written: &str) -> Option<&'static str> {
        closest(written, ["spec", "metadata", "status", "containers", "initContainers", "image"].into_iter())
    }

    #[test]
    fn finds_the_one_that_was_meant() {
        assert_eq!(suggest("sepc"), Some("spec"));
        assert_eq!(suggest("Spec"), Some("spec"));
        assert_eq!(suggest("metdata"), Some("metadata"));
        assert_eq!(suggest("container"), Some("containers"));
        assert_eq!(suggest("initcontainers"), Some("initContainers"));
    }

    #[test]
    fn keeps_silent_when_nothing_is_close() {
        assert_eq!(suggest("foo"), None);
        assert_eq!(suggest(""), None);
        assert_eq!(closest("ab", ["aa", "bb"].into_iter()), None);
        assert_eq!(closest(&"x".repeat(1000), ["x"].into_iter()), None);
    }
}
