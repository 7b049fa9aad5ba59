//! A real OCI registry for the tests of `gate::registry`: the CNCF's `distribution`, built once from its Go module into
//! `target/tools`. A machine without Go or without the network goes without, and is told so; `GATE_REGISTRY` names the program
//! of another one, such as that of Debian's package `docker-registry`.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use crate::error::{Context, Result};
use crate::go::{Module, Workshop};
use crate::options::Options;
use crate::workspace;

static REGISTRY: Module = Module {
    path: "github.com/distribution/distribution/v3",
    version: "v3.0.0",
    sum: "h1:q4R8wemdRQDClzoNNStftB2ZAfqOiN6UX90KJc4HjyM=",
    package: "./cmd/registry",
    tags: "",
    link: "",
    environment: &[],
    go: (1, 23, 7),
    wants_c: None,
};

/// `cargo xtask registry`.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.accept(&[])?;
    if home().join("registry").exists() {
        println!("Already there: {}.", workspace::shown(&home()));
    }
    ensure()
}

/// Finds or builds the registry; silent if it is there, loud if it cannot be.
pub(crate) fn ensure() -> Result<()> {
    let home = home();
    // It is moved here when it is whole.
    if home.join("registry").exists() || std::env::var_os("GATE_REGISTRY").is_some() {
        return Ok(());
    }
    if let Some(missing) = REGISTRY.missing_tool() {
        return skipped(&missing);
    }
    println!(
        "Building the registry {} for the tests of policies: once, a few minutes of one CPU.",
        REGISTRY.version
    );
    let started = Instant::now();
    let workshop = Workshop::new(&home, &REGISTRY)?;
    let source = match workshop.download()? {
        Ok(source) => source,
        Err(why) => return skipped(&why),
    };
    workshop.build(&source, "registry")?;
    let whole = workshop.folder.join("whole");
    fs::create_dir_all(&whole).context("cannot make a folder for the registry")?;
    fs::rename(source.join("LICENSE"), whole.join("LICENSE")).context("cannot move the licence")?;
    fs::rename(workshop.folder.join("registry"), whole.join("registry"))
        .context("cannot move the program")?;
    fs::rename(&whole, &home).context(format_args!("cannot make {}", home.display()))?;
    println!("Built {} in {} s.", workspace::shown(&home), started.elapsed().as_secs());
    Ok(())
}

fn home() -> PathBuf {
    workspace::target().join("tools").join(format!("registry-{}", REGISTRY.version.trim_start_matches('v')))
}

/// Not an error: the tests that need the registry skip themselves.
fn skipped(why: &str) -> Result<()> {
    println!("SKIPPED: no registry for the tests of policies: {why}.");
    Ok(())
}
