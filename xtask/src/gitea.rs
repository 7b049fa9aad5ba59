//! A real Gitea for the tests of `gate::host`: built once from its Go module into `target/tools`. A machine without Go,
//! without a C compiler or without the network goes without, and is told so.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::error::{Context, Result};
use crate::go::{Module, Workshop};
use crate::options::Options;
use crate::workspace;

static GITEA: Module = Module {
    path: "code.gitea.io/gitea",
    version: "v1.26.0",
    sum: "h1:fJP9dqLbzKrKWUVnCVTfVersZdVDuyJQLEDzCAOmKKA=",
    package: ".",
    // Without the second tag readers and writers of the database get in each other's way.
    tags: "sqlite,sqlite_unlock_notify",
    link: "-X main.Version=1.26.0",
    // As the project builds its releases.
    environment: &[("GOEXPERIMENT", "jsonv2")],
    go: (1, 26, 2),
    wants_c: Some("SQLite"),
};
/// What the server reads when it runs, besides itself.
const DATA: [&str; 3] = ["templates", "options", "public"];

/// `cargo xtask gitea`.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.accept(&[])?;
    if home().join("gitea").exists() {
        println!("Already there: {}.", workspace::shown(&home()));
    }
    ensure()
}

/// Finds or builds the server; silent if it is there, loud if it cannot be.
pub(crate) fn ensure() -> Result<()> {
    let home = home();
    // It is moved here when it is whole.
    if home.join("gitea").exists() {
        return Ok(());
    }
    if let Some(missing) = GITEA.missing_tool() {
        return skipped(&missing);
    }
    println!(
        "Building Gitea {} for the tests of Git hosts: once, about 7 minutes of one CPU, 3.6 GB for the time being.",
        GITEA.version
    );
    let started = Instant::now();
    let workshop = Workshop::new(&home, &GITEA)?;
    let source = match workshop.download()? {
        Ok(source) => source,
        Err(why) => return skipped(&why),
    };
    workshop.build(&source, "gitea")?;
    deliver(&workshop, &source, &home)?;
    println!("Built {} in {} s.", workspace::shown(&home), started.elapsed().as_secs());
    Ok(())
}

fn home() -> PathBuf {
    workspace::target().join("tools").join(format!("gitea-{}", GITEA.version.trim_start_matches('v')))
}

/// Not an error: the tests that need the server skip themselves.
fn skipped(why: &str) -> Result<()> {
    println!("SKIPPED: no Gitea for the tests of Git hosts: {why}.");
    Ok(())
}

/// Puts the program and its data together and, as the last step, in their place.
fn deliver(workshop: &Workshop, source: &Path, home: &Path) -> Result<()> {
    let whole = workshop.folder.join("whole");
    fs::create_dir_all(&whole).context("cannot make a folder for Gitea")?;
    for name in DATA {
        fs::rename(source.join(name), whole.join(name)).context(format_args!("cannot move {name}"))?;
    }
    fs::rename(source.join("LICENSE"), whole.join("LICENSE")).context("cannot move the licence")?;
    fs::rename(workshop.folder.join("gitea"), whole.join("gitea")).context("cannot move the program")?;
    fs::rename(&whole, home).context(format_args!("cannot make {}", home.display()))
}
