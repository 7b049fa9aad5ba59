//! Every command of the docs. A block of commands is run if its first line says so: `run=demo` runs its commands of the gate
//! one by one in the demo's repository, `run` the whole block by a shell, in a folder that the page's blocks share. All other
//! commands of the gate, also those in prose and in files of a CI, are held against the command line. Other programs
//! are on a list that says why they are not run.

use super::lists::{NOT_RUN, PARSED};
use super::markdown::{Page, code, pages};
use super::places::{Place, demo};
use super::shell::{commands, program};
use crate::guide::{Block, Scratch, blocks, shows};

const SHELLS: [&str; 4] = ["sh", "console", "bash", "shell"];
/// Run as a whole by `tests/tests/e2e/guide.rs`.
const GUIDE: &str = "docs/authors.md";
/// Made from the command line itself.
const REFERENCE: &str = "docs/cli.md";

/// Commands in prose that are named because they do not exist.
const ABSENT: &[&str] = &["gate diff", "gate init", "gate COMMAND --help"];

/// `gate …` is no such command.
fn misspelt(words: &[String], strictly: bool) -> Option<String> {
    let arguments = std::iter::once("gate").chain(words.iter().map(String::as_str));
    let error = gate::cli::command_line().try_get_matches_from(arguments).err()?;
    let kind = format!("{:?}", error.kind());
    let is_fine = match kind.as_str() {
        "UnknownArgument" | "InvalidSubcommand" => false,
        kind if kind.starts_with("Display") => true,
        // Prose leaves out, and writes `NUMBER` for a number.
        _ => !strictly,
    };
    (!is_fine).then(|| format!("gate {}: {error}", words.join(" ")))
}

/// What a block shows: commands, and the output behind each.
fn shown(block: &Block) -> (String, String) {
    if block.language != "console" {
        return (block.text.clone(), String::new());
    }
    let (mut commands, mut output, mut goes_on) = (String::new(), String::new(), false);
    for line in block.text.lines() {
        match line.strip_prefix("$ ") {
            Some(command) => commands += &format!("{command}\n"),
            None if goes_on => commands += &format!("{}\n", line.trim_start_matches("> ")),
            None => output += &format!("{line}\n"),
        }
        goes_on = line.ends_with('\\') && (goes_on || line.starts_with("$ "));
    }
    (commands, output)
}

/// Runs the commands of the gate in a block, each in a repository of its own.
fn run_alone(place: &str, block: &Block, kind: &str) -> usize {
    let (script, output) = shown(block);
    let mut codes = block.mark("exit").unwrap_or("0").split(',');
    let (mut ran, mut last) = (0, String::new());
    for command in commands(&script) {
        let Some(("gate", words)) = program(&command) else { continue };
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let there = Place::of(kind);
        assert!(there.is_some(), "{place}: there is no repository `{kind}`");
        let run = there.unwrap().run(&words);
        let code = codes.next().unwrap_or("0");
        assert_eq!(run.code.to_string(), code, "{place}: gate {words:?}\n{}\n{}", run.stdout, run.stderr);
        (ran, last) = (ran + 1, run.stdout);
    }
    assert_eq!(shows(&last, &output), Ok(()), "{place}:\n{last}");
    assert!(ran > 0, "{place}: it has no command of the gate to run");
    ran
}

/// Runs a whole block where the page's earlier ones ended.
fn run_whole(place: &str, block: &Block, scratch: &mut Scratch) {
    let (script, output) = shown(block);
    let done = scratch.run(&script);
    let (stdout, stderr) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    let code: i32 = block.mark("exit").unwrap_or("0").parse().unwrap();
    assert_eq!(done.status.code(), Some(code), "{place}:\n{stdout}\n{stderr}");
    assert_eq!(shows(&format!("{stdout}{stderr}"), &output), Ok(()), "{place}:\n{stdout}\n{stderr}");
}

fn is_run(block: &Block) -> bool {
    block.marks.split(' ').any(|mark| mark == "run" || mark.starts_with("run="))
}

fn is_shell(block: &Block) -> bool {
    SHELLS.contains(&block.language.as_str())
}

/// Blocks of commands that are to be run, of all pages.
#[cfg(unix)]
#[test]
fn what_the_docs_say_to_run_runs() {
    let (mut alone, mut whole) = (0, 0);
    for page in pages().iter().filter(|page| page.name != GUIDE) {
        let mut scratch = Scratch::new();
        for block in blocks(&page.text) {
            let place = format!("{}:{}", page.name, block.line);
            match block.mark("run") {
                _ if !is_run(&block) => {
                    if let Some(file) = block.mark("file") {
                        scratch.write(file, &block.text);
                    }
                }
                Some(kind) => alone += run_alone(&place, &block, kind),
                None => {
                    run_whole(&place, &block, &mut scratch);
                    whole += 1;
                }
            }
        }
    }
    assert!(alone >= 12 && whole >= 13, "{alone} commands and {whole} blocks were run, there were more");
}

/// The rows of README's table of what can be judged, each with its exit code in the demo's repository.
#[test]
fn what_readme_says_can_be_judged_is_judged() {
    let page = pages().into_iter().find(|page| page.name == "README.md").unwrap();
    let (_, table) = page.text.split_once("| command | judges |\n").unwrap();
    let rows = table.lines().skip(1).take_while(|line| line.starts_with('|'));
    let mut codes = Vec::new();
    for row in rows {
        let script = row.split('`').nth(1).unwrap().replace("\\|", "|");
        let commands = commands(&script);
        let (_, words) = program(commands.last().unwrap()).unwrap();
        if words[0] == "hook" {
            continue;
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let run = demo().run(&words);
        codes.push((words.join(" "), run.code));
    }
    // The change of the demo fails; nothing is staged or uncommitted; the Deployments beside it are in order.
    let expected = [
        ("check", 1),
        ("check --base main --head my-branch", 1),
        ("check --staged", 0),
        ("check --work-tree", 0),
        ("check --all", 1),
        ("check deploy/ app.yaml", 0),
        ("check -", 0),
    ];
    assert_eq!(codes, expected.map(|(words, code)| (words.to_owned(), code)));
}

/// The commands of the gate in a line of some other file: `run: gate check …`, `sh 'gate check …'`.
fn inside(line: &str) -> Vec<Vec<String>> {
    let known = gate::cli::command_line();
    let mut found = Vec::new();
    for (at, _) in line.match_indices("gate ") {
        let before = line[..at].chars().next_back();
        let rest = &line[at..];
        let word = rest.split_whitespace().nth(1).unwrap_or_default();
        let is_command = known.get_subcommands().any(|command| command.get_name() == word);
        if is_command && before.is_none_or(|c| " '\"/`([".contains(c)) {
            let end = before.filter(|c| "'\"`".contains(*c)).and_then(|quote| rest.find(quote));
            found.extend(commands(&rest[..end.unwrap_or(rest.len())]).into_iter().take(1));
        }
    }
    found
}

/// Checks the commands of a block; gives back how many of them are the gate's.
fn check_block(page: &Page, block: &Block, complaints: &mut Vec<String>) -> usize {
    let mut of_gate: Vec<Vec<String>> = Vec::new();
    if is_shell(block) {
        for command in commands(&shown(block).0) {
            match program(&command) {
                Some(("gate", words)) => of_gate.push(words.to_vec()),
                Some((name, _)) if NOT_RUN.iter().any(|(_, names)| names.contains(&name)) => {}
                Some((name, _)) if page.name != GUIDE && !is_run(block) => complaints.push(format!(
                    "{}:{}: `{name}` is neither run nor on the list of what is not run (NOT_RUN, with its reason)",
                    page.name, block.line
                )),
                _ => {}
            }
        }
    } else if page.name != REFERENCE {
        of_gate.extend(block.text.lines().flat_map(inside).map(|command| command[1..].to_vec()));
    }
    let has_reason = block.mark("not-run").is_some_and(|reason| reason.len() > 10)
        || PARSED.iter().any(|(start, _)| page.name.starts_with(start));
    if is_shell(block) && !of_gate.is_empty() && !is_run(block) && !has_reason {
        complaints.push(format!(
            "{}:{}: why is it not run? Mark it `run`, or `not-run=\"…\"`, or put the page on the list PARSED",
            page.name, block.line
        ));
    }
    let misspelt = of_gate.iter().filter_map(|words| misspelt(words, is_shell(block)));
    complaints.extend(misspelt.map(|why| format!("{}:{}: {why}", page.name, block.line)));
    of_gate.len()
}

#[test]
fn no_command_of_the_docs_is_misspelt() {
    let (mut complaints, mut in_blocks, mut in_prose) = (Vec::new(), 0, 0);
    for page in &pages() {
        let fences = page.text.lines().filter(|line| line.trim_start().starts_with("```")).count();
        let blocks = blocks(&page.text);
        assert_eq!(blocks.len() * 2, fences, "{}: a block is lost", page.name);
        for block in &blocks {
            in_blocks += check_block(page, block, &mut complaints);
        }
        for (line, code) in code(&page.text) {
            let code = code.replace("\\|", "|");
            for command in commands(&code) {
                let Some(("gate", words)) = program(&command).filter(|(_, words)| !words.is_empty()) else {
                    continue;
                };
                if ABSENT.contains(&command.join(" ").as_str()) {
                    continue;
                }
                in_prose += 1;
                complaints.extend(misspelt(words, false).map(|why| format!("{}:{line}: {why}", page.name)));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(in_blocks >= 75, "{in_blocks} commands in blocks, there were more");
    assert!(in_prose >= 120, "{in_prose} commands in prose, there were more");
}

#[test]
fn misspelt_commands_are_found() {
    let words = |text: &str| commands(text).remove(0);
    for (text, strictly, is_fine) in [
        ("check --post", true, true),
        ("check --pots", false, false),
        ("chek", false, false),
        ("explain --help", true, true),
        ("check --post-budget SECONDS", false, true),
        ("check --post-budget SECONDS", true, false),
        ("policy", false, true),
    ] {
        assert_eq!(misspelt(&words(text), strictly).is_none(), is_fine, "{text}");
    }
    let found = |line: &str| inside(line).iter().map(|command| command.join(" ")).collect::<Vec<_>>();
    assert_eq!(found("      - run: gate check --format github"), ["gate check --format github"]);
    assert_eq!(found("sh 'gate check --post'"), ["gate check --post"]);
    assert_eq!(found("the gate judges, delegate check"), Vec::<String>::new());
}
