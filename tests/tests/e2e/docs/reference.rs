//! Pages that are made from the program: `docs/cli.md` from the command line, `docs/config-reference.md` from the keys of
//! `gate.yaml`. `UPDATE_PAGES=1` writes them anew.

use std::fmt::Write as _;
use std::fs;

use gate::config::{Limit, key_reference};
use gate::engine::usual_limit;

use super::markdown::root;

const HOW: &str = "`UPDATE_PAGES=1 cargo test --package gate-tests --test e2e reference`";

/// Compares a page of `docs` with what was made, or writes it.
fn hold(name: &str, made: &str) {
    let path = root().join("docs").join(name);
    if std::env::var_os("UPDATE_PAGES").is_some() {
        fs::write(&path, made).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    let differs = made.lines().zip(written.lines()).find(|(now, then)| now != then);
    assert!(written == made, "docs/{name} is made by {HOW}; the program and it differ in {differs:?}");
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_reference_of_the_command_line_is_that_of_the_program() {
    let command = gate::cli::command_line();
    let mut page = format!(
        "# Command line\n\nEvery command with all its options, as `gate COMMAND --help` shows them too. This page is made from the \
         program by\n{HOW}.\n\n| command | does |\n|---|---|\n"
    );
    let mut sections = String::new();
    let mut count = 0;
    write_command(&command, "gate", &mut page, &mut sections, &mut count);
    page.push_str(&sections);
    hold("cli.md", &page);
    assert!(count >= 20, "{count} commands");
    let row = "| `--staged` | The index against HEAD, as a pre-commit hook wants it |";
    assert!(page.contains(row) && page.contains("\n## gate check\n"), "{page}");
    assert!(!page.contains("compile-policy"), "hidden commands stay hidden");
}

type Command = gate::cli::CommandLine;

fn write_command(
    command: &Command,
    name: &str,
    table: &mut String,
    sections: &mut String,
    count: &mut usize,
) {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    if name != "gate" {
        let anchor = name.replace(' ', "-");
        writeln!(table, "| [`{name}`](#{anchor}) | {} |", cell(&about)).unwrap();
        writeln!(sections, "\n## {name}\n\n{}.", about.trim_end_matches('.')).unwrap();
        write_usage(command, name, sections);
        *count += 1;
    } else {
        sections.push_str("\n## Options of every command\n");
        write_options(command, true, sections);
    }
    let shown = |inner: &&Command| !inner.is_hide_set() && inner.get_name() != "help";
    for inner in command.get_subcommands().filter(shown) {
        write_command(inner, &format!("{name} {}", inner.get_name()), table, sections, count);
    }
}

fn write_usage(command: &Command, name: &str, page: &mut String) {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").trim();
    writeln!(page, "\n```text\n{usage}\n```").unwrap();
    assert!(usage.starts_with(name), "{usage}");
    write_options(command, false, page);
    if let Some(after) = command.get_after_help() {
        writeln!(page, "\n```text\n{}\n```", after.to_string().trim()).unwrap();
    }
}

/// The arguments and options of a command, in tables by their headings.
fn write_options(command: &Command, global: bool, page: &mut String) {
    let is_shown = |id: &str, hidden: bool, is_global: bool| {
        !hidden && is_global == global && !["help", "version"].contains(&id)
    };
    let options: Vec<_> = command
        .get_arguments()
        .filter(|option| is_shown(option.get_id().as_str(), option.is_hide_set(), option.is_global_set()))
        .collect();
    let mut headings: Vec<Option<&str>> = Vec::new();
    for option in &options {
        if !headings.contains(&option.get_help_heading()) {
            headings.push(option.get_help_heading());
        }
    }
    for heading in headings {
        if let Some(heading) = heading {
            writeln!(page, "\n**{heading}**").unwrap();
        }
        page.push_str("\n| | |\n|---|---|\n");
        for option in options.iter().filter(|option| option.get_help_heading() == heading) {
            let names = option.get_value_names().unwrap_or_default();
            let values: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
            let takes = option.get_action().takes_values();
            let value = if takes { values.join(" ") } else { String::new() };
            let long = option.get_long().map(|long| format!("--{long}"));
            let short = option.get_short().map(|short| format!("-{short}"));
            let names: Vec<String> = short.into_iter().chain(long).collect();
            let spelt = match names.is_empty() {
                true => value,
                false => format!("{} {value}", names.join(", ")).trim().to_owned(),
            };
            let help = option.get_help().map(ToString::to_string).unwrap_or_default();
            let mut help = cell(&help).trim_end_matches('.').to_owned();
            let words: Vec<String> = option
                .get_possible_values()
                .iter()
                .filter(|_| takes)
                .map(|value| format!("`{}`", value.get_name()))
                .collect();
            if !words.is_empty() && !help.contains(&words[0]) {
                write!(help, ": {}", words.join(", ")).unwrap();
            }
            let defaults: Vec<_> =
                option.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
            if takes && !defaults.is_empty() {
                write!(help, " (default: `{}`)", defaults.join(", ")).unwrap();
            }
            writeln!(page, "| `{}` | {help} |", cell(&spelt)).unwrap();
        }
    }
}

#[test]
fn the_reference_of_the_configuration_is_that_of_the_program() {
    let keys = key_reference();
    let mut page = format!(
        "# Reference of `gate.yaml`\n\nEvery key: what may stand there, what holds without it, an example, and what it does. \
         [config.md](config.md) is the guide, and\n[gate.schema.json](gate.schema.json) the same for editors. This page is made from \
         the program by\n{HOW}.\n\n| key | what |\n|---|---|\n"
    );
    for key in &keys {
        writeln!(page, "| [`{}`](#{}) | {} |", key.path, anchor(&key.path), cell(key.doc)).unwrap();
    }
    for key in &keys {
        let (bold, effect) = (if key.required { " It must be there." } else { "" }, key.effect);
        let effect = if effect.is_empty() { String::new() } else { format!(" {effect}") };
        write!(
            page,
            "\n## `{}`\n\n{}{effect}{bold}\n\n- **Values:** {}\n- **Default:** {}\n\n```yaml\n{}\n```\n",
            key.path, key.doc, key.values, key.default, key.example
        )
        .unwrap();
        if key.path == "limits" {
            write_limits(&mut page);
        }
    }
    hold("config-reference.md", &page);
    assert!(page.contains("| `fuel` | Instructions of a call: `500M`. | 200M | 1k | 1000G |"), "{page}");
}

fn anchor(path: &str) -> String {
    path.to_lowercase().chars().filter(|c| c.is_alphanumeric() || "-_".contains(*c)).collect()
}

fn write_limits(page: &mut String) {
    page.push_str("\n| key | what | default | least | most |\n|---|---|---|---|---|\n");
    for limit in Limit::ALL {
        let default = usual_limit(limit);
        writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            limit.key(),
            limit.doc(),
            limit.write(default),
            limit.write(limit.least()),
            limit.write(limit.most())
        )
        .unwrap();
    }
}
