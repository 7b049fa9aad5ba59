//! `gate hook`: judges a push in the server's own hook, which is where no one can go around it. What the hook writes is
//! shown to whoever pushes; nothing that is pushed, its configuration and its push options included, has a say.

use std::io::Read;
use std::path::Path;

use super::args::{HookArgs, HookCommand};
use super::check::judge;
use super::error::CliError;
use super::schema_args::SchemaWishes;
use super::schema_options::Wishes;
use super::{Exit, configuration, facts, note, print};
use crate::engine::{self, Checks};
use crate::git::{Environment, RefUpdate, Repo};
use crate::host::Context;
use crate::model::{Report, Verdict};
use crate::output::{Format, RenderOptions, render};
use crate::text::{clean_line, shorten};

mod branches;

use branches::Branches;

/// What is read of standard input, in bytes.
const MAX_INPUT: u64 = 8 << 20;
/// Branches of one push that are judged; with more of them it is refused.
const MAX_JUDGED: usize = 50;
/// Lines of a report that are sent to whoever pushes.
const MAX_LINES: usize = 200;

/// Judges the push that Git describes on standard input or in the arguments.
pub(super) fn run(hook: &HookCommand) -> Result<Exit, CliError> {
    match hook {
        HookCommand::PreReceive(args) => push(args, &standard_input()?),
        HookCommand::Update { hook: args, name, old, new } => {
            push(args, &[RefUpdate::new(name.as_encoded_bytes(), old.as_bytes(), new.as_bytes())?])
        }
    }
}

fn standard_input() -> Result<Vec<RefUpdate>, CliError> {
    let unreadable = |error| CliError::new(format!("standard input cannot be read: {error}"));
    let mut text = Vec::new();
    std::io::stdin().lock().take(MAX_INPUT + 1).read_to_end(&mut text).map_err(unreadable)?;
    if text.len() as u64 > MAX_INPUT {
        return Err(CliError::new(format!("the push has more than {MAX_INPUT} bytes of references"))
            .hint("push fewer references at once"));
    }
    let lines = text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    Ok(lines.map(RefUpdate::read).collect::<Result<_, _>>()?)
}

fn push(args: &HookArgs, updates: &[RefUpdate]) -> Result<Exit, CliError> {
    let repo = Repo::discover_with(Path::new("."), &Environment::of_hook())?;
    let branches = Branches::new(&args.refs, repo.branch())?;
    let (judged, others): (Vec<_>, Vec<_>) = updates.iter().partition(|update| branches.contain(update));
    if args.verbose {
        others.iter().for_each(|update| note(&format!("{} is not judged", update.name())));
    }
    if judged.len() > MAX_JUDGED {
        let message = format!("{} protected branches in one push; the limit is {MAX_JUDGED}", judged.len());
        return Err(CliError::new(message).hint("push fewer branches at once"));
    }
    if !judged.is_empty() {
        engine::set_up_threads();
    }
    let mut worst = Exit::Pass;
    for update in judged {
        let exit = match one(args, &repo, update) {
            Ok(exit) => exit,
            // The other branches are judged all the same, so that one push tells all.
            Err(error) => super::report(&error),
        };
        worst = if rank(exit) > rank(worst) { exit } else { worst };
    }
    Ok(worst)
}

/// Anything but a pass refuses; what is told is what has to be mended first.
fn rank(exit: Exit) -> u8 {
    match exit {
        Exit::Pass => 0,
        Exit::Incomplete => 1,
        Exit::Fail => 2,
        Exit::Error => 3,
    }
}

fn one(args: &HookArgs, repo: &Repo, update: &RefUpdate) -> Result<Exit, CliError> {
    let Some(pushed) = repo.update(update)? else {
        say(update, "is deleted: nothing to judge")?;
        return Ok(Exit::Pass);
    };
    let configuration = configuration::of_push(args.config.as_deref(), pushed.rules)?;
    let facts = facts::of_run(&Context::default(), &pushed.change);
    let checks = Checks { schemas: true, policies: true };
    let schemas = SchemaWishes { fetch_locked: true, ..SchemaWishes::default() };
    let wishes = Wishes::about_schemas(schemas);
    let report = judge(&pushed.change, &configuration, checks, facts, &wishes)?;
    match report.verdict {
        Verdict::Pass if !args.verbose => say(update, &format!("passes, {}", sum(&report)))?,
        _ => {
            say(update, "")?;
            let options = RenderOptions { verbose: args.verbose, ..RenderOptions::default() };
            print(&cut(&render(&report, Format::Text, &options)))?;
        }
    }
    Ok(report.verdict.into())
}

fn sum(report: &Report) -> String {
    match report.coverage.objects {
        1 => "1 object".to_owned(),
        number => format!("{number} objects"),
    }
}

fn say(update: &RefUpdate, what: &str) -> Result<(), CliError> {
    let name = update.name();
    let line = format!("gate: {} {} {what}", shorten(&clean_line(&name), 200), update.range());
    print(&format!("{}\n", line.trim_end()))
}

/// A connection over which a report of 10,000 findings goes is a long one.
fn cut(text: &str) -> String {
    let lines = text.lines().count();
    if lines <= MAX_LINES {
        return text.to_owned();
    }
    // The end says the verdict.
    let (first, last) = (MAX_LINES - 20, 20);
    let begin = text.lines().take(first);
    let end = text.lines().skip(lines - last);
    let gap = format!("… {} lines left out: `gate check` shows all …", lines - MAX_LINES);
    begin.chain([gap.as_str()]).chain(end).flat_map(|line| [line, "\n"]).collect()
}
