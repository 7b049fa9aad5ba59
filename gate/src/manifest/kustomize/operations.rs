//! JSON patches (RFC 6902): whether their operations settle one place of an object.

use super::patch::{Spot, settled};
use crate::yaml::{NodeId, Tape};

/// The segments of a JSON pointer.
pub(super) fn tokens(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

/// True if one of the operations in `list` settles the place that `wanted` leads to.
pub(super) fn settle(patch: &Tape, list: NodeId, spot: &Spot<'_>, wanted: &[String]) -> bool {
    patch.items(list).any(|operation| settles(patch, operation, spot, wanted))
}

fn settles(patch: &Tape, operation: NodeId, spot: &Spot<'_>, wanted: &[String]) -> bool {
    let Some(path) = patch.str_at(operation, "path").map(tokens) else { return false };
    // Below the place: an operation there fails where something is wrong above.
    let Some(rest) = wanted.strip_prefix(path.as_slice()) else { return false };
    match patch.str_at(operation, "op") {
        Some("remove") => !spot.absent,
        Some("add" | "replace") => match patch.get(operation, "value") {
            Some(value) => settled(patch, value, spot, None, rest),
            None => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn tokens_of_pointers() {
        assert_eq!(tokens(""), Vec::<String>::new());
        assert_eq!(tokens("/a/0/b~1c~0d"), ["a", "0", "b/c~d"]);
    }
}
