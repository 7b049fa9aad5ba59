//! The pages for those who come from another tool: every command, flag and check of a named version of it has one row, and what
//! stands beside it exists here.

use std::collections::BTreeSet;

use super::markdown::{code, pages};

/// A page, what the other tool has, and how much that is.
const MOVES: &[(&str, &str, usize)] = &[
    ("docs/moving/conftest.md", include_str!("../../../data/moving/conftest.txt"), 39),
    ("docs/moving/kube-linter.md", include_str!("../../../data/moving/kube-linter.txt"), 79),
    ("docs/moving/kwctl.md", include_str!("../../../data/moving/kwctl.txt"), 65),
    ("docs/moving/kyverno.md", include_str!("../../../data/moving/kyverno.txt"), 59),
];

/// The cells of a row of a table. A `|` in a cell is written `\|`.
fn cells(row: &str) -> Vec<String> {
    let row = row.trim().trim_start_matches('|').trim_end_matches('|').replace("\\|", "\u{1}");
    row.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect()
}

/// All long options of the gate.
pub(super) fn own_flags(command: &gate::cli::CommandLine, flags: &mut BTreeSet<String>) {
    for option in command.get_arguments() {
        flags.extend(option.get_long().map(|long| format!("--{long}")));
        flags.extend(option.get_visible_aliases().unwrap_or_default().iter().map(|long| format!("--{long}")));
    }
    command.get_subcommands().for_each(|inner| own_flags(inner, flags));
}

#[test]
fn everything_of_the_other_tools_has_a_row() {
    let pages = pages();
    for (name, list, number) in MOVES {
        let page = pages.iter().find(|page| page.name == *name).unwrap();
        let known: Vec<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(known.len(), *number, "{name}: what the list has");
        let mut rows: Vec<String> = Vec::new();
        for row in page.text.lines().filter(|line| line.starts_with("| `")) {
            let first = cells(row).remove(0);
            rows.extend(code(&first).into_iter().map(|(_, code)| code.to_owned()));
        }
        let missing: Vec<_> =
            known.iter().filter(|item| rows.iter().filter(|row| row == *item).count() != 1).collect();
        assert!(missing.is_empty(), "{name}: these have no row, or two: {missing:?}");
        let invented: Vec<_> =
            rows.iter().filter(|row| row.starts_with("--") && !known.contains(&row.as_str())).collect();
        assert!(invented.is_empty(), "{name}: not on the list: {invented:?}");
    }
}

#[test]
fn what_stands_beside_it_exists() {
    let (mut flags, mut checked) = (BTreeSet::new(), 0);
    own_flags(&gate::cli::command_line(), &mut flags);
    let rules: Vec<String> = gate::engine::all_rules(&[]).into_iter().map(|rule| rule.id).collect();
    for page in pages() {
        if !page.name.starts_with("docs/moving/") {
            continue;
        }
        for row in page.text.lines().filter(|line| line.starts_with("| `")) {
            let cells = cells(row);
            for (_, code) in code(&cells[1]) {
                let flag = code.split([' ', '=']).next().unwrap_or_default();
                if flag.starts_with("--") {
                    assert!(flags.contains(flag), "{}: there is no {flag} here: {row}", page.name);
                    checked += 1;
                }
                if let Some(rule) = code.strip_prefix("schema/") {
                    assert!(
                        rules.iter().any(|known| *known == format!("schema/{rule}")),
                        "{}: {row}",
                        page.name
                    );
                    checked += 1;
                }
            }
        }
    }
    assert!(checked >= 30, "{checked} were checked");
}
