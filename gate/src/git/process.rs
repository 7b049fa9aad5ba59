//! Other programs (`git`, `ssh`): started without a shell, each argument as it is, with a time limit and a bounded
//! output. The only place that starts any. A program that takes too long is ended with all that it started.

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What is kept of each output, in bytes; the rest is read and dropped, so that nobody waits for a full pipe.
const MAX_OUTPUT: usize = 16 << 20;
/// How long an output may stay open after its program has ended: a connection that is kept for later
/// (`ControlPersist`) holds it.
const DRAIN: Duration = Duration::from_secs(1);
const LONGEST_NAP: Duration = Duration::from_millis(20);

/// A program to run.
#[derive(Debug)]
pub struct Program {
    command: Command,
    name: OsString,
    input: Vec<u8>,
}

/// A program that came to its end by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output, as far as it is kept.
    pub stdout: Vec<u8>,
    /// What it wrote to standard error; bytes that are no UTF-8 replaced.
    pub stderr: String,
}

impl Finished {
    /// True for exit code 0.
    pub fn success(&self) -> bool {
        self.code == Some(0)
    }
}

/// Why a program did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each variant's message says what its fields are")]
pub enum ProgramError {
    #[error("there is no program `{program}` here")]
    NotFound { program: String },
    #[error("`{program}` cannot be started: {reason}")]
    NotStarted { program: String, reason: String },
    #[error("`{program}` was ended after {seconds} seconds without a result")]
    TimedOut { program: String, seconds: u64 },
}

impl Program {
    /// The program `name`, looked for as the system does.
    pub fn new(name: impl AsRef<OsStr>) -> Self {
        let name = name.as_ref().to_owned();
        Self { command: Command::new(&name), name, input: Vec::new() }
    }

    /// More arguments.
    #[must_use]
    pub fn args<T: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = T>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets a variable of its environment; all others are those of this process.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes a variable out of its environment.
    #[must_use]
    pub fn without(mut self, name: impl AsRef<OsStr>) -> Self {
        self.command.env_remove(name);
        self
    }

    /// What it reads from standard input; nothing without it.
    #[must_use]
    pub fn input(mut self, bytes: Vec<u8>) -> Self {
        self.input = bytes;
        self
    }

    /// Runs it for no longer than `budget`.
    ///
    /// # Errors
    /// It cannot be started, or took too long and was ended.
    pub fn run(mut self, budget: Duration) -> Result<Finished, ProgramError> {
        let started = Instant::now();
        own_group(&mut self.command);
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().map_err(|error| self.not_started(&error))?;
        if let Some(mut stdin) = child.stdin.take() {
            let input = std::mem::take(&mut self.input);
            // A program that does not read its input closes it: its exit code says what it thinks.
            std::thread::spawn(move || stdin.write_all(&input));
        }
        let stdout = child.stdout.take().map(Output::of);
        let stderr = child.stderr.take().map(Output::of);
        let Some(code) = wait(&mut child, started, budget) else {
            end(&mut child);
            return Err(ProgramError::TimedOut { program: self.shown(), seconds: budget.as_secs() });
        };
        let stderr = stderr.map(Output::all).unwrap_or_default();
        Ok(Finished {
            code,
            stdout: stdout.map(Output::all).unwrap_or_default(),
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
        })
    }

    fn shown(&self) -> String {
        self.name.to_string_lossy().into_owned()
    }

    fn not_started(&self, error: &std::io::Error) -> ProgramError {
        match error.kind() {
            std::io::ErrorKind::NotFound => ProgramError::NotFound { program: self.shown() },
            _ => ProgramError::NotStarted { program: self.shown(), reason: error.to_string() },
        }
    }
}

/// One output of a program, read by a thread of its own.
struct Output {
    kept: Arc<Mutex<Vec<u8>>>,
    closed: Receiver<()>,
}

impl Output {
    fn of(mut pipe: impl Read + Send + 'static) -> Self {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let (close, closed) = mpsc::channel();
        let shared = kept.clone();
        std::thread::spawn(move || {
            let mut chunk = [0; 16 * 1024];
            while let Ok(size @ 1..) = pipe.read(&mut chunk) {
                let mut kept = shared.lock().unwrap_or_else(PoisonError::into_inner);
                let room = MAX_OUTPUT.saturating_sub(kept.len()).min(size);
                kept.extend_from_slice(&chunk[..room]);
            }
            // The other end may have given up waiting.
            let _ = close.send(());
        });
        Self { kept, closed }
    }

    fn all(self) -> Vec<u8> {
        // If it stays open, what has come so far is all.
        let _ = self.closed.recv_timeout(DRAIN);
        std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The exit code (none after a signal), or `None` when the time is over.
fn wait(child: &mut Child, started: Instant, budget: Duration) -> Option<Option<i32>> {
    let mut nap = Duration::from_millis(1);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.code()),
            Ok(None) => {}
            Err(_) => return Some(None),
        }
        let left = budget.checked_sub(started.elapsed()).filter(|left| !left.is_zero())?;
        std::thread::sleep(nap.min(left));
        nap = (nap * 2).min(LONGEST_NAP);
    }
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn own_group(_: &mut Command) {}

/// Ends the program, and on Unix all that it started: `git` leaves its `ssh` alone when it is killed.
fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        // It may have ended just now.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Program {
        Program::new("sh").args(["-c", script])
    }

    #[test]
    fn outputs_input_and_code_are_passed_on() {
        let program =
            shell("cat; echo \"$WORD\" >&2; exit 3").input(b"in\n".to_vec()).variable("WORD", "err");
        let finished = program.run(Duration::from_secs(10)).unwrap();
        let expected = Finished { code: Some(3), stdout: b"in\n".to_vec(), stderr: "err\n".into() };
        assert_eq!(finished, expected);
        assert!(!finished.success());
    }

    #[test]
    fn more_input_than_a_pipe_holds_does_not_block() {
        let input = vec![b'x'; 1 << 20];
        let finished = shell("cat").input(input.clone()).run(Duration::from_secs(10)).unwrap();
        assert_eq!(finished.stdout.len(), input.len());
        let ignored = shell("exit 0").input(input).run(Duration::from_secs(10)).unwrap();
        assert!(ignored.success());
    }

    #[test]
    fn a_program_that_hangs_is_ended_with_its_children() {
        let dir = tempfile::tempdir().unwrap();
        let alive = dir.path().join("alive");
        let script = format!("(sleep 2; touch {}) & wait", alive.display());
        let started = Instant::now();
        let error = shell(&script).run(Duration::from_millis(300)).unwrap_err();
        assert!(matches!(error, ProgramError::TimedOut { .. }), "{error}");
        assert!(started.elapsed() < Duration::from_millis(1500), "{:?}", started.elapsed());
        std::thread::sleep(Duration::from_millis(2500));
        assert!(!alive.exists(), "a child has survived");
    }

    #[test]
    fn an_output_that_stays_open_is_not_waited_for() {
        let started = Instant::now();
        let finished = shell("echo out; sleep 30 & exit 0").run(Duration::from_secs(20)).unwrap();
        assert_eq!(finished.stdout, b"out\n");
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = Program::new("no-such-program-at-all").run(Duration::from_secs(1)).unwrap_err();
        assert_eq!(error, ProgramError::NotFound { program: "no-such-program-at-all".into() });
    }

    #[test]
    fn nothing_is_interpreted() {
        let program = Program::new("printf").args(["%s", "$(id) `id` ; id"]);
        assert_eq!(program.run(Duration::from_secs(5)).unwrap().stdout, b"$(id) `id` ; id");
    }
}
