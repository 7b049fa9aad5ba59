//! What is going on, in one line on standard error, for work that takes longer than a second: on a terminal that people look
//! at, never in the log of a CI. A run that is quick starts no thread for it.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::engine::Observer;

/// Nothing is shown before.
const DELAY: Duration = Duration::from_secs(1);
/// Time between two looks at the numbers.
const STEP: Duration = Duration::from_millis(100);

/// There is one standard error, and one line on it.
static LINE: Line = Line {
    begun: OnceLock::new(),
    is_wanted: AtomicBool::new(false),
    is_ticking: AtomicBool::new(false),
    phase: AtomicUsize::new(Phase::Reading as usize),
    files: AtomicUsize::new(0),
    judged: AtomicUsize::new(0),
    ticker: Mutex::new(None),
};

/// What a run is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The repository, the configuration, the schemas of definitions.
    Reading,
    /// What the clone lacks.
    Fetching,
    /// Policies that are not in the cache.
    Policies,
    /// Schemas and policies from elsewhere.
    Downloads,
    /// The files of the change.
    Judging,
    /// The answer on the pull request.
    Posting,
}

impl Phase {
    const ALL: [Self; 6] =
        [Self::Reading, Self::Fetching, Self::Policies, Self::Downloads, Self::Judging, Self::Posting];

    /// Words of ours, nothing of the repository.
    fn words(self, judged: usize, files: usize) -> String {
        match self {
            Self::Reading => "reading the repository".to_owned(),
            Self::Fetching => "fetching what this clone lacks".to_owned(),
            Self::Policies => "compiling policies".to_owned(),
            Self::Downloads => "downloading schemas and policies".to_owned(),
            Self::Judging if judged >= files => "putting the report together".to_owned(),
            Self::Judging => format!("judging {judged} of {files} files"),
            Self::Posting => "posting to the pull request".to_owned(),
        }
    }

    /// True for work that takes long by itself and does not come by while it lasts.
    fn waits(self) -> bool {
        !matches!(self, Self::Reading | Self::Judging)
    }
}

#[derive(Debug)]
struct Line {
    begun: OnceLock<Instant>,
    is_wanted: AtomicBool,
    is_ticking: AtomicBool,
    phase: AtomicUsize,
    files: AtomicUsize,
    judged: AtomicUsize,
    ticker: Mutex<Option<Ticker>>,
}

/// The thread that draws.
#[derive(Debug)]
struct Ticker {
    /// Set once it is drawn.
    bar: Arc<OnceLock<ProgressBar>>,
    stop: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

/// The run begins.
pub(super) fn begin(quiet: bool) {
    LINE.begun.get_or_init(Instant::now);
    let variable = |name: &str| std::env::var(name).ok();
    LINE.is_wanted.store(is_wanted(quiet, std::io::stderr().is_terminal(), &variable), Ordering::Relaxed);
}

fn is_wanted(quiet: bool, is_terminal: bool, variable: &dyn Fn(&str) -> Option<String>) -> bool {
    let ci = || variable("CI").is_some_and(|ci| !ci.is_empty() && ci != "false");
    is_terminal && !quiet && variable("TERM").is_none_or(|term| term != "dumb") && !ci()
}

/// Time since the beginning of the run.
pub(super) fn elapsed() -> Duration {
    LINE.begun.get().map_or(Duration::ZERO, Instant::elapsed)
}

/// The run is at `phase` from now on.
pub(super) fn phase(phase: Phase) {
    LINE.phase.store(phase as usize, Ordering::Relaxed);
    if phase.waits() {
        LINE.start();
    }
}

/// `work`, which is `phase`; afterwards the run goes on with what it was at.
pub(super) fn during<T>(of: Phase, work: impl FnOnce() -> T) -> T {
    let before = LINE.phase.load(Ordering::Relaxed);
    phase(of);
    let done = work();
    LINE.phase.store(before, Ordering::Relaxed);
    done
}

/// Who is told how many files have been judged.
pub(super) fn observer() -> &'static dyn Observer {
    &LINE
}

/// Takes the line away, so that something can be printed. Costs next to nothing where there is none.
pub(super) fn end() {
    if !LINE.is_ticking.load(Ordering::Acquire) {
        return;
    }
    let ticker = LINE.ticker.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(Ticker { stop, thread, .. }) = ticker {
        drop(stop);
        // A thread that panicked has nothing left to take away.
        let _ = thread.join();
    }
    LINE.is_ticking.store(false, Ordering::Release);
}

/// `say`, which writes to standard error, with the line out of the way.
pub(super) fn aside(say: impl FnOnce()) {
    let bar = LINE.is_ticking.load(Ordering::Acquire).then(|| {
        let ticker = LINE.ticker.lock().unwrap_or_else(PoisonError::into_inner);
        ticker.as_ref().and_then(|ticker| ticker.bar.get().cloned())
    });
    match bar.flatten() {
        Some(bar) => bar.suspend(say),
        None => say(),
    }
}

impl Line {
    fn start(&'static self) {
        if !self.is_wanted.load(Ordering::Relaxed) || self.is_ticking.swap(true, Ordering::AcqRel) {
            return;
        }
        let (stop, stopped) = mpsc::channel();
        let bar = Arc::new(OnceLock::new());
        let drawn = Arc::clone(&bar);
        let name = std::thread::Builder::new().name("progress".to_owned());
        // Where no thread can be had, there is no line.
        if let Ok(thread) = name.spawn(move || self.draw(&stopped, &drawn)) {
            let mut ticker = self.ticker.lock().unwrap_or_else(PoisonError::into_inner);
            *ticker = Some(Ticker { bar, stop, thread });
        }
    }

    fn draw(&self, stopped: &mpsc::Receiver<()>, drawn: &OnceLock<ProgressBar>) {
        let goes_on = |time| stopped.recv_timeout(time) == Err(mpsc::RecvTimeoutError::Timeout);
        if !goes_on(DELAY.saturating_sub(elapsed())) {
            return;
        }
        let bar = drawn.get_or_init(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            match ProgressStyle::with_template("{spinner} {msg}") {
                Ok(style) => bar.with_style(style.tick_chars("|/-\\ ")),
                Err(_) => bar,
            }
        });
        loop {
            bar.set_message(self.words());
            bar.tick();
            if !goes_on(STEP) {
                break;
            }
        }
        bar.finish_and_clear();
    }

    fn words(&self) -> String {
        let phase = self.phase.load(Ordering::Relaxed);
        let phase = Phase::ALL.into_iter().find(|known| *known as usize == phase).unwrap_or(Phase::Reading);
        phase.words(self.judged.load(Ordering::Relaxed), self.files.load(Ordering::Relaxed))
    }
}

impl Observer for Line {
    fn begins(&self, files: usize) {
        self.judged.store(0, Ordering::Relaxed);
        self.files.store(files, Ordering::Relaxed);
        phase(Phase::Judging);
    }

    fn judged(&self, files: usize) {
        self.judged.fetch_add(files, Ordering::Relaxed);
        if !self.is_ticking.load(Ordering::Relaxed) && elapsed() >= DELAY {
            LINE.start();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_people_at_a_terminal_see_it() {
        let wanted = |quiet, terminal, variables: &[(&str, &str)]| {
            let find = |name: &str| {
                variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            };
            is_wanted(quiet, terminal, &find)
        };
        assert!(wanted(false, true, &[]));
        assert!(wanted(false, true, &[("TERM", "xterm"), ("CI", "false")]));
        assert!(wanted(false, true, &[("CI", "")]));
        assert!(!wanted(true, true, &[]), "--quiet");
        assert!(!wanted(false, false, &[]), "a file or a pipe");
        assert!(!wanted(false, true, &[("TERM", "dumb")]));
        assert!(!wanted(false, true, &[("CI", "true")]));
    }

    #[test]
    fn the_words_say_how_far_it_is() {
        assert_eq!(Phase::Judging.words(120, 4_511), "judging 120 of 4511 files");
        assert_eq!(Phase::Judging.words(5, 5), "putting the report together");
        for (number, phase) in Phase::ALL.into_iter().enumerate() {
            assert_eq!(phase as usize, number);
            assert!(phase.words(0, 1).is_ascii());
        }
    }

    /// Nobody has begun a run that wants a line: nothing is drawn and no thread is started.
    #[test]
    fn without_a_terminal_there_is_no_thread() {
        let line: &'static Line = &LINE;
        line.start();
        assert!(!line.is_ticking.load(Ordering::Relaxed) && line.ticker.lock().unwrap().is_none());
        assert_eq!(during(Phase::Fetching, || 7), 7);
        aside(|| ());
        end();
    }
}
