//! "Did you mean …?": the closest of some names, if one is close enough and no other is as close.

/// Code points of a name that are compared; longer ones are never close.
const MAX: usize = 64;

/// The name nearest to `written`: at most a third of its characters differ (three at most), and no other name is
/// as near. Case, hyphens and underscores count for nothing: `promotesFrom` is `promotes-from`.
pub fn closest<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let written = plain(written);
    let limit = (written.len() / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    let mut tied = false;
    for name in names {
        let distance = distance(&written, &plain(name), limit);
        match best {
            _ if distance > limit => {}
            Some((least, _)) if distance > least => {}
            Some((least, known)) if distance == least => tied |= known != name,
            _ => (best, tied) = (Some((distance, name)), false),
        }
    }
    best.filter(|_| !tied).map(|(_, name)| name)
}

/// The only name that `written` can be: the same but for case, hyphens and underscores, or else no more than one edit (two in
/// a word of eight letters) away from it and three away from every other name.
pub fn meant<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const FAR: usize = 3;
    let written = plain(written);
    let limit = if written.len() < 8 { 1 } else { 2 };
    let mut near: Vec<(usize, &str)> = Vec::new();
    for name in names {
        let distance = distance(&written, &plain(name), FAR);
        if distance < FAR && !near.iter().any(|(_, known)| *known == name) {
            near.push((distance, name));
        }
    }
    let mut exact = near.iter().filter(|(distance, _)| *distance == 0);
    match (exact.next(), exact.next()) {
        (Some((_, name)), None) => return Some(name),
        (Some(_), Some(_)) => return None,
        (None, _) => {}
    }
    match near.as_slice() {
        [(distance, name)] if *distance <= limit => Some(name),
        _ => None,
    }
}

fn plain(word: &str) -> Vec<char> {
    let letters = word.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase);
    letters.take(MAX + 1).collect()
}

/// Edits (insert, delete, replace, swap two neighbours) between two words; anything above `limit` is `limit + 1`.
fn distance(left: &[char], right: &[char], limit: usize) -> usize {
    if left.len().abs_diff(right.len()) > limit || left.len() > MAX || left.is_empty() {
        return limit + 1;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, from) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, to) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(from != to);
            let mut least = replaced.min(above[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && *from == right[column - 1] && left[row - 1] == *to {
                least = least.min(before[column - 1] + 1);
            }
            current.push(least);
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or(0).min(limit + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 7] =
        ["spec", "metadata", "status", "containers", "initContainers", "environments", "promotes-from"];

    #[test]
    fn finds_the_one_that_was_meant() {
        for (written, meant) in [
            ("sepc", "spec"),
            ("Spec", "spec"),
            ("metdata", "metadata"),
            ("container", "containers"),
            ("initcontainers", "initContainers"),
            ("enviroments", "environments"),
            ("promotesFrom", "promotes-from"),
            ("promotes_form", "promotes-from"),
        ] {
            assert_eq!(closest(written, NAMES.into_iter()), Some(meant), "{written}");
        }
    }

    #[test]
    fn what_is_meant_is_sure() {
        for (written, name) in [
            ("sepc", Some("spec")),
            ("Spec", Some("spec")),
            ("container", Some("containers")),
            ("init_containers", Some("initContainers")),
            ("enviromnts", Some("environments")),
            ("enviromts", None),
            ("stats", Some("status")),
            ("state", None),
            ("", None),
        ] {
            assert_eq!(meant(written, NAMES.into_iter()), name, "{written}");
        }
        assert_eq!(meant("hostIPx", ["hostIP", "hostIPs"].into_iter()), None, "two are near");
        assert_eq!(meant("hostip", ["hostIP", "hostIPs"].into_iter()), Some("hostIP"));
    }

    #[test]
    fn keeps_silent_when_nothing_is_close() {
        for written in ["foo", "", "zzz", "policy"] {
            assert_eq!(closest(written, NAMES.into_iter()), None, "{written}");
        }
        assert_eq!(closest("ab", ["aa", "bb"].into_iter()), None, "two are as near");
        assert_eq!(closest(&"x".repeat(1000), ["x"].into_iter()), None);
    }
}
