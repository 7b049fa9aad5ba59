//! Pages of `docs` that say what the program says: they are compared with it, and `UPDATE_PAGES=1` writes anew what
//! is made from it as a whole.
#![expect(clippy::unwrap_used, reason = "a test that cannot prepare its input must stop at once")]

use std::fs;
use std::path::{Path, PathBuf};

use gate::config::Limit;
use gate::policy::Limits;

use crate::gate;

const INTRODUCTION: &str = "\
# Rules

What the gate finds by itself: schemas, manifests, and the built-in policies. The severity is that without a
configuration. `gate explain RULE` shows the same; the page is made from it by
`UPDATE_PAGES=1 cargo test --package gate-tests --test e2e pages`.

| rule | severity | finds |
|---|---|---|
";

fn page(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name)
}

fn explain(arguments: &[&str]) -> String {
    let run = gate().run(Path::new("."), &[&["explain"], arguments].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    run.stdout
}

/// A table of all rules, then each rule's own page as a section.
fn rules() -> String {
    let (mut table, mut sections) = (INTRODUCTION.to_owned(), String::new());
    for line in explain(&[]).lines() {
        let (id, rest) = line.split_once(' ').unwrap();
        let (severity, rest) = rest.trim_start().split_once(' ').unwrap();
        let (source, title) = rest.trim_start().split_once(' ').unwrap();
        assert!(
            source == "gate" || source.strip_prefix("builtin:").is_some_and(|p| id.starts_with(p)),
            "{line}"
        );
        let anchor = id.replace('/', "");
        table.push_str(&format!("| [`{id}`](#{anchor}) | {severity} | {} |\n", title.trim_start()));
        // One level deeper than a page of its own; the pages differ in the level of their sections.
        let page = explain(&[id]).replace("\n## ", "\n### ");
        // The last line leads to this very place.
        let (page, docs) = page.trim_end().rsplit_once("\n\n").unwrap();
        assert!(docs.starts_with("Docs: https://") && docs.ends_with(&anchor), "{docs}");
        sections.push_str(&format!("\n#{page}\n"));
    }
    table + &sections
}

#[test]
fn the_page_of_rules_is_that_of_the_program() {
    let (path, made) = (page("rules.md"), rules());
    if std::env::var_os("UPDATE_PAGES").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    let differs = made.lines().zip(written.lines()).find(|(now, then)| now != then);
    assert!(
        written == made,
        "docs/rules.md tells how to make it anew; the program and it differ in {differs:?}"
    );
    let start = "\n## image-tags/mutable-image-tag\n\nImage tag that moves (error)\n\n### What it does\n";
    assert!(made.contains(start), "{made}");
}

/// Where the number of a limit is written in the guide, and the number that holds.
fn limits() -> Vec<(&'static str, String)> {
    let limits = Limits::default();
    let mib = |bytes: usize| format!("{} MiB", bytes >> 20);
    let kib = |bytes: usize| format!("{} KiB", bytes >> 10);
    let million = |units: u64| format!("{},000,000", units / 1_000_000);
    vec![
        ("fuel of a call, ", million(limits.fuel)),
        ("fuel on top, ", million(limits.fuel_per_document)),
        ("time of a call ", format!("{} s", limits.time.as_secs())),
        ("all memories ", mib(limits.memory_bytes)),
        ("entries of a table ", format!("{},000", limits.table_entries / 1_000)),
        ("an answer ", mib(limits.answer_bytes)),
        ("findings for one document ", limits.findings_per_document.to_string()),
        ("a message ", kib(limits.message_bytes)),
        ("a rule's help, ", kib(limits.help_bytes)),
        ("a JSON pointer ", kib(limits.pointer_bytes)),
        ("rules, tags, ", format!("{},000 each", limits.list_entries / 1_000)),
        ("documents of a batch ", limits.batch_documents.to_string()),
        ("JSON of a batch, ", kib(limits.batch_bytes)),
        ("failing documents ", limits.failing_documents.to_string()),
        ("the module ", mib(limits.module_bytes)),
        ("address space ", format!("{} GiB", limits.compile_memory_bytes >> 30)),
        ("processor time ", format!("{} s", limits.compile_time.as_secs())),
        ("the same on top, ", format!("{} s", limits.compile_time_per_mib.as_secs())),
    ]
}

#[test]
fn the_guide_names_the_limits_that_hold() {
    let guide = fs::read_to_string(page("policies.md")).unwrap();
    for (name, number) in limits() {
        let row =
            guide.lines().find(|line| line.strip_prefix("| ").is_some_and(|rest| rest.starts_with(name)));
        let row = row.unwrap_or_else(|| panic!("no row `{name}`"));
        assert_eq!(row.split('|').nth(2).map(str::trim), Some(number.as_str()), "{row}");
    }
    for limit in Limit::ALL {
        let bounds = format!("| {}, {} |", limit.write(limit.least()), limit.write(limit.most()));
        let key = format!("| `{}`", limit.key());
        let row = guide
            .lines()
            .find(|line| line.contains(&format!("{key} |")) || line.contains(&format!("{key},")));
        let row = row.unwrap_or_else(|| panic!("no row with {key}"));
        assert!(row.ends_with(&bounds), "{bounds}: {row}");
    }
}
