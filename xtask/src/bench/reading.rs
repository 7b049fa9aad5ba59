//! What any checker has to do with files, written the plain way: find them, ask each what it is, and read them, on as many
//! threads as there are cores. A process of its own, to compare with.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::measure::Invocation;
use crate::error::{Context, Error, Result};
use crate::options::Options;
use crate::workspace;

/// The command that `cargo xtask bench` gives itself.
pub(crate) const COMMAND: &str = "read-files";

/// Finds and reads all files below `folder`.
pub(super) fn invocation(folder: &str) -> Result<Invocation> {
    let program = std::env::current_exe().context("cannot find this program")?;
    let arguments = [COMMAND, "--", folder].map(str::to_owned).to_vec();
    Ok(Invocation { program, arguments, folder: workspace::root().to_owned(), accepted: &[0] })
}

/// `xtask read-files -- FOLDER`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let [folder] = options.rest() else { return Err(Error::new("one folder or file is expected")) };
    let mut files = Vec::new();
    find(PathBuf::from(folder), &mut files).context(format_args!("cannot list {folder}"))?;
    let (next, bytes) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let worker = || -> std::io::Result<()> {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            bytes.fetch_add(fs::read(file)?.len(), Ordering::Relaxed);
        }
        Ok(())
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let done: std::io::Result<Vec<()>> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(worker)).collect();
        let first = worker();
        let rest = others.into_iter().map(|other| other.join().unwrap_or(Ok(())));
        std::iter::once(first).chain(rest).collect()
    });
    done.context("cannot read")?;
    println!("{} files, {} bytes", files.len(), bytes.into_inner());
    Ok(())
}

/// Adds the files at and below `place`.
fn find(place: PathBuf, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let metadata = fs::symlink_metadata(&place)?;
    if metadata.is_file() {
        files.push(place);
    } else if metadata.is_dir() {
        for entry in fs::read_dir(&place)? {
            find(entry?.path(), files)?;
        }
    }
    Ok(())
}
