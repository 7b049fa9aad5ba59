//! Child processes: output captured, a time limit, and an environment without what an outer cargo left in it.

use std::ffi::OsStr;
use std::io::Read;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How often a child with a time limit is looked at.
const POLL: Duration = Duration::from_millis(50);

/// Standard output of a command that must succeed, without blanks at its ends; the error says why not.
pub(crate) fn capture(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("cannot run {name}: {e}"))?;
    if !output.status.success() {
        return Err(format!("{name} failed: {}", last_lines(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a command to its end, or kills it after `limit`. The error says why it did not succeed.
pub(crate) fn run_within(command: &mut Command, limit: Duration) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = output_within(command, limit)?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("{name} failed: {}", last_lines(&output.stderr)))
    }
}

/// What a command that came to its end, well or not, said on standard error; it is killed after `limit`.
pub(crate) fn output_within(command: &mut Command, limit: Duration) -> Result<Output, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("cannot run {name}: {e}"))?;
    let stderr = child.stderr.take().map(|mut pipe| {
        thread::spawn(move || {
            let mut text = Vec::new();
            // What was read before an error is still worth showing.
            let _ = pipe.read_to_end(&mut text);
            text
        })
    });
    let ended = wait(&mut child, limit).map_err(|e| format!("{name}: {e}"))?;
    // A killed child may leave children that hold the pipe: only a finished one is asked for its last words.
    match ended {
        Some(status) => {
            let stderr = stderr.and_then(|reader| reader.join().ok()).unwrap_or_default();
            Ok(Output { status, stdout: Vec::new(), stderr })
        }
        None => Err(format!("{name} gave no answer within {} s", limit.as_secs())),
    }
}

/// How the child ended; none if it had to be killed.
fn wait(child: &mut Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(POLL);
    }
}

/// The end of a program's error output, for a message.
fn last_lines(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(5)..].join("\n")
}

/// Removes what an outer cargo (a build script, `cargo run`, `cargo clippy`) or the caller's shell sets for
/// compilations of its own. What says where crates come from, how to talk, and the job server stay.
pub(crate) fn scrub(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if is_foreign(&name) {
            command.env_remove(name);
        }
    }
}

fn is_foreign(name: &OsStr) -> bool {
    const KEEP: [&str; 6] =
        ["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_", "CARGO_REGISTR", "CARGO_TERM_", "CARGO_MAKEFLAGS"];
    const DROP: [&str; 4] = ["CARGO_", "DEP_", "RUSTC", "RUSTDOC"];
    const DROP_EXACT: [&str; 9] =
        ["CARGO", "RUSTFLAGS", "TARGET", "HOST", "OUT_DIR", "OPT_LEVEL", "DEBUG", "PROFILE", "NUM_JOBS"];
    let name = name.to_string_lossy();
    let begins_with = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    DROP_EXACT.contains(&&*name) || (begins_with(&DROP) && !begins_with(&KEEP))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_an_outer_compilation_are_foreign() {
        let foreign = ["RUSTFLAGS", "RUSTC_WORKSPACE_WRAPPER", "CARGO_ENCODED_RUSTFLAGS", "CARGO", "TARGET"];
        assert!(foreign.iter().all(|name| is_foreign(OsStr::new(name))));
        let own =
            ["PATH", "CARGO_HOME", "CARGO_NET_OFFLINE", "CARGO_MAKEFLAGS", "RUSTUP_TOOLCHAIN", "HOSTNAME"];
        assert!(own.iter().all(|name| !is_foreign(OsStr::new(name))));
    }

    #[test]
    fn a_command_that_hangs_is_killed() {
        let started = Instant::now();
        let error = run_within(Command::new("sleep").arg("60"), Duration::from_millis(100));
        assert_eq!(error, Err("sleep gave no answer within 0 s".to_owned()));
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_failure_shows_the_last_words() {
        let error =
            run_within(Command::new("sh").args(["-c", "echo why >&2; exit 3"]), Duration::from_secs(30));
        assert_eq!(error, Err("sh failed: why".to_owned()));
        assert!(run_within(&mut Command::new("true"), Duration::from_secs(30)).is_ok());
    }
}
