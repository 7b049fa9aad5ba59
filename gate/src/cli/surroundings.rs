//! The environment, the event file and the clone, looked up for `host`, which touches none of them itself; and lines
//! on standard error, which in a CI is a log that somebody parses.

use std::fs::File;
use std::io::{Read, Write};

use super::args::HostArgs;
use super::error::CliError;
use super::progress;
use crate::git::Repo;
use crate::host::{self, Context, MAX_EVENT_BYTES, Overrides, Surroundings};
use crate::text::clean_line;

/// What is known of this run.
pub(super) fn detect(repo: Option<&Repo>, args: &HostArgs) -> Result<Context, CliError> {
    let overrides = Overrides {
        host: args.host.clone(),
        api_url: args.api_url.clone(),
        repository: args.repository.clone(),
        pr: args.pr.clone(),
        run: args.run.clone(),
        token_variable: args.token_variable.clone(),
    };
    let surroundings = Surroundings {
        variable: &variable,
        event: &event,
        remote: &|| repo?.remote_url(),
        reference: &|name| repo?.reference_commit(name),
    };
    Ok(host::detect(&surroundings, &overrides)?)
}

/// The variable, if it is set and text.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn event(path: &str) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    let file = File::open(path).map_err(unreadable)?;
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err("is no plain file".to_owned());
    }
    let mut bytes = Vec::new();
    file.take(MAX_EVENT_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_EVENT_BYTES {
        return Err(format!("is larger than {} MB", MAX_EVENT_BYTES >> 20));
    }
    Ok(bytes)
}

/// Tells what was wrong with what the CI says.
pub(super) fn warn(context: &Context) {
    for problem in &context.problems {
        tell(&format!("warning: {problem}"));
    }
}

/// One line on standard error.
pub(super) fn tell(line: &str) {
    // Without a standard error there is nobody to tell.
    progress::aside(|| {
        let _ = writeln!(std::io::stderr(), "{}", defused(line));
    });
}

/// The words of another program on standard error, line by line. They may begin lines, so `::` is no command either.
pub(super) fn tell_lines(text: &str) {
    text.lines().for_each(|line| tell(&no_command(line)));
}

fn no_command(line: &str) -> String {
    let (blank, rest) = line.split_at(line.len() - line.trim_start().len());
    match rest.strip_prefix("::") {
        Some(rest) => format!("{blank}: :{rest}"),
        None => line.to_owned(),
    }
}

/// `text` on one line that no CI takes for a command: Azure Pipelines and GitHub Actions look for `##vso[` and `##[`
/// anywhere in a line. (`::` counts at the beginning of a line only, and no line begins with foreign text.)
pub(super) fn defused(text: &str) -> String {
    let mut defused = String::with_capacity(text.len());
    for c in clean_line(text).chars() {
        if c == '#' && defused.ends_with('#') {
            defused.push(' ');
        }
        defused.push(c);
    }
    defused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_in_logs_are_defused() {
        assert_eq!(defused("a ##vso[task.x]\n##[error]b"), "a # #vso[task.x] # #[error]b");
        assert_eq!(no_command("  ::error::x"), "  : :error::x");
        assert_eq!(no_command(" --> a::b"), " --> a::b");
        assert_eq!(defused("###[x] ####vso[y]"), "# # #[x] # # # #vso[y]");
    }

    #[test]
    fn an_event_has_to_be_a_file_of_bounded_size() {
        let dir = tempfile::tempdir().unwrap();
        assert!(event(dir.path().to_str().unwrap()).unwrap_err().contains("no plain file"));
        assert!(event(dir.path().join("none").to_str().unwrap()).unwrap_err().contains("cannot be read"));
        let path = dir.path().join("event.json");
        File::create(&path).unwrap().set_len(MAX_EVENT_BYTES + 1).unwrap();
        assert!(event(path.to_str().unwrap()).unwrap_err().contains("larger than 25 MB"));
        std::fs::write(&path, "{}").unwrap();
        assert_eq!(event(path.to_str().unwrap()), Ok(b"{}".to_vec()));
    }
}
