//! API versions of custom resources that their projects have deprecated or removed: the rows of `deprecated.txt`, each
//! below the name of its source. What deprecates versions of Kubernetes itself is in the pack, read from its Go types; a
//! CustomResourceDefinition of the repository speaks for itself (`deprecated: true`).

use std::sync::LazyLock;

const TABLE: &str = include_str!("deprecated.txt");

/// An API version that is on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::schema) struct Deprecated {
    /// `group/version`.
    pub api_version: &'static str,
    /// The kind; empty for all kinds of the version.
    pub kind: &'static str,
    /// Whose release it is about.
    pub project: &'static str,
    /// The release that deprecates it.
    pub since: &'static str,
    /// The release that removes it; empty if none is known.
    pub removed: &'static str,
    /// What to use instead.
    pub instead: &'static str,
    /// Where that is said.
    pub source: &'static str,
}

/// In order of `api_version` and kind.
static ROWS: LazyLock<Vec<Deprecated>> = LazyLock::new(read);

/// The row about a kind.
pub(in crate::schema) fn find(api_version: &str, kind: &str) -> Option<&'static Deprecated> {
    let first = ROWS.partition_point(|row| row.api_version < api_version);
    let rows = ROWS.get(first..).unwrap_or_default();
    let mut same = rows.iter().take_while(|row| row.api_version == api_version);
    same.find(|row| row.kind.is_empty() || row.kind == kind)
}

fn read() -> Vec<Deprecated> {
    let mut rows = Vec::new();
    let mut source = "";
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => source = name,
            None => rows.extend(row(line, source).into_iter().flatten()),
        }
    }
    rows.sort_unstable();
    rows
}

/// The rows of a line, one for each of its kinds.
fn row(line: &'static str, source: &'static str) -> Option<impl Iterator<Item = Deprecated>> {
    let mut columns = line.split('|').map(str::trim);
    let mut what = columns.next()?.split_whitespace();
    let (api_version, kinds) = (what.next()?, what.next()?);
    let project = columns.next()?;
    let (since, removed) = columns.next()?.split_once(' ')?;
    let instead = columns.next()?;
    Some(kinds.split(',').map(move |kind| Deprecated {
        api_version,
        kind: if kind == "*" { "" } else { kind },
        project,
        since,
        removed: if removed == "-" { "" } else { removed },
        instead,
        source,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::set::SchemaSet;
    use crate::schema::table::{DEPRECATED_SHIFT, KIND_CUSTOM};

    #[test]
    fn every_line_is_a_row_with_a_source() {
        let lines = TABLE.lines().filter(|line| line.contains('|') && !line.starts_with('#'));
        let kinds = lines.map(|line| line.split('|').next().unwrap().matches(',').count() + 1);
        assert_eq!(ROWS.len(), kinds.sum::<usize>());
        for row in &*ROWS {
            let texts = [row.api_version, row.project, row.since, row.instead, row.source];
            assert!(texts.iter().all(|text| !text.is_empty()), "{row:?}");
            assert!(!row.instead.split(' ').any(|word| word == row.api_version), "{row:?}");
            let is_release = |text: &str| text.split('.').all(|part| part.parse::<u32>().is_ok());
            assert!(is_release(row.since) && (row.removed.is_empty() || is_release(row.removed)), "{row:?}");
        }
    }

    #[test]
    fn rows_are_found_and_each_is_about_another_kind() {
        for row in &*ROWS {
            let kind = if row.kind.is_empty() { "Any" } else { row.kind };
            assert_eq!(find(row.api_version, kind), Some(row));
        }
        assert_eq!(find("cert-manager.io/v1", "Certificate"), None);
        assert_eq!(find("source.toolkit.fluxcd.io/v1beta2", "GitRepository").unwrap().since, "2.0");
        assert_eq!(find("tekton.dev/v1beta1", "CustomRun"), None);
    }

    /// What the definitions in the pack mark as deprecated has a row that says since when and what to use instead.
    #[test]
    fn every_mark_of_a_definition_has_a_row() {
        let set = SchemaSet::embedded().unwrap();
        let view = set.view(0);
        let marked = view
            .kinds()
            .filter(|kind| kind.flags & KIND_CUSTOM != 0 && kind.flags >> DEPRECATED_SHIFT & 0xff != 0);
        let names: Vec<_> = marked.map(|kind| (view.str(kind.api_version), view.str(kind.kind))).collect();
        let missing: Vec<_> = names.iter().filter(|(version, kind)| find(version, kind).is_none()).collect();
        assert!(missing.is_empty(), "no row for {missing:?}");
        assert!(names.len() >= 25, "only {} marks", names.len());
    }
}
