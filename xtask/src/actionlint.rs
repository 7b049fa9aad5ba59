//! actionlint, which reads workflows for the tests: built once from its Go module into `target/tools`. A machine without Go or
//! without the network goes without, and is told so.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use crate::error::{Context, Result};
use crate::go::{Module, Workshop};
use crate::options::Options;
use crate::workspace;

static ACTIONLINT: Module = Module {
    path: "github.com/rhysd/actionlint",
    version: "v1.7.12",
    sum: "h1:vQ4GeJN86C0QH+gTUQcs8McmK62OLT3kmakPMtEWYnY=",
    package: "./cmd/actionlint",
    tags: "",
    link: "",
    environment: &[],
    go: (1, 25, 0),
    wants_c: None,
};

/// `cargo xtask actionlint`.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.accept(&[])?;
    if home().join("actionlint").exists() {
        println!("Already there: {}.", workspace::shown(&home()));
    }
    ensure()
}

/// Finds or builds it; silent if it is there, loud if it cannot be.
pub(crate) fn ensure() -> Result<()> {
    let home = home();
    // It is moved here when it is whole.
    if home.join("actionlint").exists() {
        return Ok(());
    }
    if let Some(missing) = ACTIONLINT.missing_tool() {
        return skipped(&missing);
    }
    println!("Building actionlint {} for the tests of workflows: once, about a minute.", ACTIONLINT.version);
    let started = Instant::now();
    let workshop = Workshop::new(&home, &ACTIONLINT)?;
    let source = match workshop.download()? {
        Ok(source) => source,
        Err(why) => return skipped(&why),
    };
    workshop.build(&source, "actionlint")?;
    let whole = workshop.folder.join("whole");
    fs::create_dir_all(&whole).context("cannot make a folder for actionlint")?;
    fs::rename(source.join("LICENSE.txt"), whole.join("LICENSE.txt")).context("cannot move the licence")?;
    fs::rename(workshop.folder.join("actionlint"), whole.join("actionlint"))
        .context("cannot move the program")?;
    fs::rename(&whole, &home).context(format_args!("cannot make {}", home.display()))?;
    println!("Built {} in {} s.", workspace::shown(&home), started.elapsed().as_secs());
    Ok(())
}

fn home() -> PathBuf {
    let version = ACTIONLINT.version.trim_start_matches('v');
    workspace::target().join("tools").join(format!("actionlint-{version}"))
}

/// Not an error: the tests that need it skip themselves.
fn skipped(why: &str) -> Result<()> {
    println!("SKIPPED: no actionlint for the tests of workflows: {why}.");
    Ok(())
}
