//! Runs a program a few times as a whole process and keeps its times and the highest peak of memory.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

use crate::error::{Context, Error, Result};

/// One program with its arguments, to be run in a folder.
pub(super) struct Invocation {
    /// The program.
    pub(super) program: PathBuf,
    /// Its arguments.
    pub(super) arguments: Vec<String>,
    /// Where it runs.
    pub(super) folder: PathBuf,
    /// Exit codes that count as a run; any other stops the measurement.
    pub(super) accepted: &'static [i32],
}

/// What the runs of one invocation had in common.
#[derive(Debug, PartialEq)]
pub(super) struct Numbers {
    /// The quickest run.
    pub(super) min: Duration,
    /// The least time that all threads of a run spent on a processor: what a busy machine changes least.
    pub(super) cpu: Duration,
    /// The run in the middle.
    pub(super) median: Duration,
    /// The slowest run.
    pub(super) max: Duration,
    /// The highest resident set of any run, in bytes.
    pub(super) peak: u64,
    /// The exit code of the last run.
    pub(super) exit_code: i32,
}

impl Invocation {
    /// Runs once to warm the disk cache, then `runs` times for the numbers.
    pub(super) fn measure(&self, runs: usize) -> Result<Numbers> {
        self.once()?;
        let mut samples = Vec::with_capacity(runs);
        for _ in 0..runs {
            samples.push(self.once()?);
        }
        Numbers::of(samples).ok_or_else(|| Error::new("nothing was measured"))
    }

    fn once(&self) -> Result<Sample> {
        let start = Instant::now();
        let child = self.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let used = child.and_then(Wait4::wait4).context(format_args!("cannot run {self}"))?;
        let time = start.elapsed();
        match used.status.code() {
            Some(code) if self.accepted.contains(&code) => {
                let cpu = used.rusage.utime + used.rusage.stime;
                Ok(Sample { time, cpu, peak: used.rusage.maxrss, exit_code: code })
            }
            _ => Err(self.explain(&used.status.to_string())),
        }
    }

    /// Runs once more, to show what the program had to say.
    fn explain(&self, status: &str) -> Error {
        let said = self.command().output().map(|output| {
            let text = if output.stderr.is_empty() { output.stdout } else { output.stderr };
            String::from_utf8_lossy(&text).lines().take(20).collect::<Vec<_>>().join("\n")
        });
        Error::new(format!("{self} ended with {status}")).hint(said.unwrap_or_default())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&self.folder).stdin(Stdio::null());
        command
    }
}

impl std::fmt::Display for Invocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.program.file_stem().map(|name| name.to_string_lossy()).unwrap_or_default();
        write!(f, "`{name} {}`", self.arguments.join(" "))
    }
}

struct Sample {
    time: Duration,
    cpu: Duration,
    peak: u64,
    exit_code: i32,
}

impl Numbers {
    fn of(mut samples: Vec<Sample>) -> Option<Self> {
        let exit_code = samples.last()?.exit_code;
        samples.sort_by_key(|sample| sample.time);
        Some(Self {
            min: samples.first()?.time,
            cpu: samples.iter().map(|sample| sample.cpu).min()?,
            median: samples.get(samples.len() / 2)?.time,
            max: samples.last()?.time,
            peak: samples.iter().map(|sample| sample.peak).max()?,
            exit_code,
        })
    }
}

/// The program `name` in one of the folders of `PATH`.
pub(super) fn on_path(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder: PathBuf| Path::new(&folder).join(&file))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_middle_run_and_the_highest_peak() {
        let sample = |millis, cpu, peak| {
            let (time, cpu) = (Duration::from_millis(millis), Duration::from_millis(cpu));
            Sample { time, cpu, peak, exit_code: 1 }
        };
        let numbers = Numbers::of(vec![sample(9, 2, 5), sample(3, 4, 70), sample(4, 3, 6)]);
        let expected = Numbers {
            min: Duration::from_millis(3),
            cpu: Duration::from_millis(2),
            median: Duration::from_millis(4),
            max: Duration::from_millis(9),
            peak: 70,
            exit_code: 1,
        };
        assert_eq!(numbers, Some(expected));
        assert_eq!(Numbers::of(Vec::new()), None);
    }
}
