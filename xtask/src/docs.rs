//! `cargo xtask docs`: makes the book of `docs` with mdBook, and follows every link in it. mdBook is built from its crate into
//! `target/tools`, once; tests do not need it.

mod html;
mod stage;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::error::{Context, Error, Result};
use crate::options::Options;
use crate::{cargo, workspace};

/// The mdBook that is built; `--locked` takes the crates that it was tested with.
const MDBOOK: &str = "0.5.4";

/// Makes the book in `target/book`.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.accept(&[])?;
    let program = mdbook()?;
    let (source, book) = (workspace::target().join("book-source"), workspace::target().join("book"));
    stage::pages(&workspace::root().join("docs"), &source)?;
    workspace::fresh_folder(&book)?;
    let output = Command::new(&program)
        .arg("build")
        .arg(&source)
        .arg("--dest-dir")
        .arg(&book)
        .stdin(Stdio::null())
        .output()
        .context(format_args!("cannot start {}", program.display()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let warnings: Vec<&str> =
        said.lines().filter(|line| line.contains("WARN") || line.contains("ERROR")).collect();
    if !output.status.success() || !warnings.is_empty() {
        return Err(Error::new(format!("mdBook is not content with docs:\n{said}")));
    }
    // Not a page: mdBook takes along whatever lies beside the pages.
    fs::remove_file(book.join("book.toml")).context("cannot remove book.toml from the book")?;
    let followed = html::check_links(&book)?;
    println!(
        "The book is {}: {} pages, {} links followed.",
        workspace::shown(&book.join("index.html")),
        followed.pages,
        followed.links
    );
    Ok(())
}

/// Finds or builds mdBook.
fn mdbook() -> Result<PathBuf> {
    let home = workspace::target().join(format!("tools/mdbook-{MDBOOK}"));
    let program = home.join(format!("bin/mdbook{}", std::env::consts::EXE_SUFFIX));
    if program.exists() {
        return Ok(program);
    }
    println!("Building mdBook {MDBOOK} into {}: once, some minutes.", workspace::shown(&home));
    let started = Instant::now();
    let root = home.display().to_string();
    let version = format!("={MDBOOK}");
    // No server and no watcher: half of its dependencies.
    let features = ["--no-default-features", "--features", "search"];
    let words =
        [&["install", "mdbook", "--locked", "--version", &version, "--root", &root], &features[..]].concat();
    cargo::run(&words)?;
    println!("Built it in {} s.", started.elapsed().as_secs());
    Ok(program)
}
