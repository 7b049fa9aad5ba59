//! Compiles foreign policy modules in a child process: this program again, with limits on memory and processor time
//! that it sets on itself before it reads a byte of the module. A module that wants more is a failure of its policy and of
//! nothing else.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use super::code_cache::CodeCache;
use super::progress::{self, Phase};
use super::{Exit, limits};
use crate::policy::{CompileJob, Compiler, LoadError, MachineCode, compile_component};

/// The hidden command that is the child.
pub(super) const COMMAND: &str = "__compile-policy";
/// Machine code is about four times as large as the module.
const MOST_CODE: u64 = 1 << 30;

/// A compiler that is a child process, before it a cache.
struct ChildCompiler {
    /// None: everything is compiled anew.
    cache: Option<CodeCache>,
}

/// How this program compiles: in a child process, and code is kept where that is safe.
pub(super) fn compiler() -> Arc<dyn Compiler> {
    Arc::new(ChildCompiler { cache: CodeCache::open(&|name| std::env::var(name).ok()) })
}

/// The same without the cache: every module is compiled anew.
pub(super) fn fresh_compiler() -> Arc<dyn Compiler> {
    Arc::new(ChildCompiler { cache: None })
}

impl Compiler for ChildCompiler {
    fn compile(&self, job: &CompileJob<'_>) -> Result<MachineCode, LoadError> {
        if let Some(bytes) = self.cache.as_ref().and_then(|cache| cache.get(job.key)) {
            return Ok(MachineCode { bytes, kept: true });
        }
        let bytes = progress::during(Phase::Policies, || in_child(job))?;
        if let Some(cache) = &self.cache {
            cache.put(job.key, &bytes);
        }
        Ok(MachineCode { bytes, kept: false })
    }
}

/// Processor time is limited in whole seconds.
fn seconds(job: &CompileJob<'_>) -> u64 {
    job.time.as_secs() + u64::from(job.time.subsec_nanos() > 0)
}

fn in_child(job: &CompileJob<'_>) -> Result<Vec<u8>, LoadError> {
    let broken = |what: &str, error: &std::io::Error| {
        LoadError::new(format!("the module cannot be compiled: {what}: {error}"))
            .hint("policies from files are compiled in a process of their own, which must be allowed")
    };
    let seconds = seconds(job);
    let mut child = spawn(job, seconds).map_err(|e| broken("a process cannot be started", &e))?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let watchdog = Watchdog::start(child, Duration::from_secs(seconds * 3));
    // A child that ends before it has read everything says why in its exit; a broken pipe says less.
    let _ = stdin.map(|mut stdin| stdin.write_all(job.wasm));
    let code = read(stdout, MOST_CODE);
    let words = read(stderr, 4 << 10).unwrap_or_default();
    let status = watchdog.stop().map_err(|e| broken("the process was lost", &e))?;
    let code = code.map_err(|e| broken("its output cannot be read", &e))?;
    match status.code() {
        Some(0) => Ok(code),
        Some(1) => Err(answer(&String::from_utf8_lossy(&words))),
        _ => Err(over_the_limits(&String::from_utf8_lossy(&words), job.memory_bytes, seconds)),
    }
}

fn spawn(job: &CompileJob<'_>, seconds: u64) -> std::io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args([COMMAND, "--memory", &job.memory_bytes.to_string(), "--seconds", &seconds.to_string()])
        .args((!job.pooled).then_some("--short-address-space"))
        .env_clear()
        // Every thread and every arena of the allocator reserves address space that the limit counts.
        .envs([("RAYON_NUM_THREADS", "2"), ("MALLOC_ARENA_MAX", "2")])
        // mimalloc, which static builds have, would reserve a GiB at once: all that the limit allows.
        .env("MIMALLOC_ARENA_RESERVE", "32MiB")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn()
}

fn read(stream: Option<impl Read>, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        stream.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Ends a child that takes too long by the clock: limits on processor time do not see one that waits.
struct Watchdog {
    done: mpsc::Sender<()>,
    thread: std::thread::JoinHandle<std::io::Result<ExitStatus>>,
}

impl Watchdog {
    fn start(mut child: Child, most: Duration) -> Self {
        let (done, wait) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            if wait.recv_timeout(most).is_err() {
                child.kill()?;
            }
            child.wait()
        });
        Self { done, thread }
    }

    fn stop(self) -> std::io::Result<ExitStatus> {
        // If nobody listens, the time was over: the status says so.
        let _ = self.done.send(());
        self.thread.join().unwrap_or_else(|_| Err(std::io::Error::other("the watchdog panicked")))
    }
}

/// The child's own words: the error, and a hint in a second line.
fn answer(words: &str) -> LoadError {
    let mut lines = words.lines().filter(|line| !line.is_empty());
    let error = LoadError::new(lines.next().unwrap_or("the module cannot be compiled"));
    match lines.next() {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

fn over_the_limits(words: &str, memory: u64, seconds: u64) -> LoadError {
    let out_of_memory = words.contains("memory allocation") || words.contains("out of memory");
    let (limit, keys) = match out_of_memory {
        true => (format!("{} MiB of memory", memory >> 20), "`limits.compile-memory`"),
        false => (
            format!("{seconds} seconds of processor time or {} MiB of memory", memory >> 20),
            "`limits.compile-time` or `limits.compile-memory`",
        ),
    };
    LoadError::limit(format!("compiling the module takes more than {limit}")).hint(format!(
        "no honest policy of this size does: ask its author; if you trust it, raise {keys} of this policy in gate.yaml"
    ))
}

fn compiled(pooled: bool) -> Result<Vec<u8>, LoadError> {
    let mut wasm = Vec::new();
    match std::io::stdin().lock().read_to_end(&mut wasm) {
        Ok(_) => compile_component(&wasm, pooled),
        Err(error) => Err(LoadError::new(format!("the module cannot be read: {error}"))),
    }
}

/// The child: limits itself, reads a module and writes its machine code.
pub(super) fn run(memory: u64, seconds: u64, pooled: bool) -> Exit {
    let compiled = limits::set(memory, seconds)
        .map_err(|error| LoadError::new(format!("the limits of compiling cannot be set: {error}")))
        .and_then(|()| compiled(pooled));
    let written = compiled.and_then(|code| {
        let mut stdout = std::io::stdout().lock();
        let written = stdout.write_all(&code).and_then(|()| stdout.flush());
        written.map_err(|error| LoadError::new(format!("the machine code cannot be handed over: {error}")))
    });
    match written {
        Ok(()) => Exit::Pass,
        Err(error) => {
            let hint = error.hint.unwrap_or_default();
            // The parent reads it; if it is gone, nobody is left to tell.
            let _ = writeln!(std::io::stderr(), "{}\n{hint}", error.message);
            Exit::Fail
        }
    }
}
