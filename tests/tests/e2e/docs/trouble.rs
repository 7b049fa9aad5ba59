//! `docs/troubleshooting.md`: each message that it quotes is one of the program. What the program fills in is written `…`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use gate_tests::TestRepo;

use super::markdown::{pages, root};
use super::moving::own_flags;
use crate::{DEPLOYMENT, gate};

/// Messages that the program puts together, each with a `gate.yaml` that leads to it.
const PUT_TOGETHER: &[(&str, &str)] = &[("must be a version in quotes, not a number", "kubernetes: 1.30\n")];

#[test]
fn messages_that_are_put_together_are_told() {
    for (message, config) in PUT_TOGETHER {
        let repo = TestRepo::new();
        repo.write("gate.yaml", config).write("web.yaml", DEPLOYMENT);
        let run = gate().run(repo.path(), &["check", "--config", "gate.yaml", "web.yaml"]);
        assert!(run.code == 2 && run.stderr.contains(message), "{run:?}");
    }
}

/// The sources of the gate, without what Rust folds away: a backslash at the end of a line with the blanks behind it.
fn sources(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            if !["tests", "cases", "snapshots"].contains(&path.file_name().unwrap().to_str().unwrap()) {
                sources(&path, all);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let mut parts = text.split("\\\n");
            all.extend(parts.next());
            all.extend(parts.map(str::trim_start));
        }
    }
}

#[test]
fn every_quoted_message_is_one_of_the_program() {
    let mut source = String::new();
    sources(&root().join("gate/src"), &mut source);
    let source = source.replace("\\\"", "\"");
    let pages = pages();
    let page = pages.iter().find(|page| page.name == "docs/troubleshooting.md").unwrap();
    let headings = page.text.lines().filter_map(|line| line.strip_prefix("### "));
    let mut quoted = 0;
    for heading in headings {
        quoted += 1;
        if PUT_TOGETHER.iter().any(|(message, _)| heading.trim_matches('`') == *message) {
            continue;
        }
        let pieces =
            heading.split('…').map(|piece| piece.trim().trim_matches('`')).filter(|piece| piece.len() > 3);
        let pieces: Vec<&str> = pieces.collect();
        assert!(pieces.iter().any(|piece| piece.len() >= 10), "nothing to look for in `{heading}`");
        for piece in pieces {
            assert!(source.contains(piece), "no message of the gate has `{piece}`: {heading}");
        }
    }
    assert!(quoted >= 24, "{quoted} messages");
}

/// What hints tell to write: an option of the gate in backticks, in a text of the program.
#[test]
fn options_in_messages_exist() {
    /// Of cargo, of git, clap's own, and one that stands for any.
    const OTHERS: [&str; 4] = ["--features", "--filter", "--option", "--version"];
    let (mut source, mut flags) = (String::new(), BTreeSet::new());
    sources(&root().join("gate/src"), &mut source);
    own_flags(&::gate::cli::command_line(), &mut flags);
    let mut found = BTreeSet::new();
    for line in source.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for rest in line.split("`--").skip(1) {
            let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(rest.len());
            found.extend((end > 0 && !rest.starts_with('-')).then(|| format!("--{}", &rest[..end])));
        }
    }
    let wrong: Vec<_> =
        found.iter().filter(|flag| !flags.contains(*flag) && !OTHERS.contains(&flag.as_str())).collect();
    assert!(wrong.is_empty(), "messages name options that there are not: {wrong:?}");
    assert!(found.len() >= 25, "{found:?}");
}
