//! The guides as they are written: blocks of commands run in order, blocks of code become the files that they name, shown
//! output must be what was printed, and every `gate.yaml` is read. A block that is not run says why, in its first line.
#![expect(clippy::unwrap_used, reason = "a test that cannot prepare its input must stop at once")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use gate::config::{Config, Known};
use gate_tests::toolchain_variables;
use tempfile::TempDir;

/// A fenced block of a page.
pub(crate) struct Block {
    /// Line of the page, 1-based.
    pub(crate) line: usize,
    pub(crate) language: String,
    /// What follows the language: `file=src/lib.rs`, `exit=1`, `not-run="…"`.
    pub(crate) marks: String,
    pub(crate) text: String,
}

impl Block {
    /// The value of a mark; in quotes it may have blanks.
    pub(crate) fn mark(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.marks.split_once(&format!("{name}="))?;
        match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').map(|(value, _)| value),
            None => rest.split(' ').next(),
        }
    }
}

pub(crate) fn page(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)).unwrap()
}

pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_open = false;
    for (number, line) in page.lines().enumerate() {
        // Blocks in lists are set in; their lines are too.
        match line.trim_start().strip_prefix("```") {
            Some(_) if is_open => is_open = false,
            Some(first) => {
                let (language, marks) = first.split_once(' ').unwrap_or((first, ""));
                let (language, marks) = (language.to_owned(), marks.to_owned());
                blocks.push(Block { line: number + 1, language, marks, text: String::new() });
                is_open = true;
            }
            None if is_open => blocks.last_mut().unwrap().text += &format!("{line}\n"),
            None => {}
        }
    }
    assert!(!is_open, "a block does not end");
    blocks
}

/// Reads a `gate.yaml`.
fn check_config(page: &str, block: &Block) {
    let known =
        Known { policies: &["image-tags", "no-direct-prod", "plaintext-secrets"], kubernetes: (11, 99) };
    let read = Config::parse(&"gate.yaml".into(), block.text.as_bytes(), &known);
    assert!(read.is_ok(), "{page}:{}: {:?}", block.line, read.err());
}

#[test]
fn every_configuration_in_the_guides_can_be_read() {
    let mut read = 0;
    for name in ["README.md", "docs/policies.md", "docs/authors.md"] {
        for block in blocks(&page(name)) {
            if block.language == "yaml" && block.text.lines().any(|line| line.starts_with("policies:")) {
                check_config(name, &block);
                read += 1;
            }
        }
    }
    assert_eq!(read, 3, "a configuration in each");
}

/// A scratch folder with the gate on the path, and the folder that the commands have gone to.
pub(crate) struct Scratch {
    home: TempDir,
    pub(crate) folder: PathBuf,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let (bin, folder) = (home.path().join("bin"), home.path().join("work"));
        fs::create_dir_all(&bin).unwrap();
        fs::create_dir_all(&folder).unwrap();
        let gate = env!("CARGO_BIN_EXE_gate-under-test");
        #[cfg(unix)]
        std::os::unix::fs::symlink(gate, bin.join("gate")).unwrap();
        #[cfg(not(unix))]
        fs::copy(gate, bin.join("gate.exe")).unwrap();
        Self { home, folder }
    }

    /// Runs commands where the ones before them ended.
    pub(crate) fn run(&mut self, commands: &str) -> Output {
        let end = self.home.path().join("end");
        // `exit` runs the trap, too.
        let script = format!("trap 'pwd > \"{}\"' EXIT\nset -eu\n{commands}", end.display());
        let mut paths = vec![self.home.path().join("bin")];
        paths.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        let mut command = Command::new("sh");
        command.args(["-c", &script]).current_dir(&self.folder).env_clear();
        command.env("PATH", std::env::join_paths(paths).unwrap()).env("HOME", self.home.path());
        command.envs(toolchain_variables()).env("GIT_CONFIG_NOSYSTEM", "1");
        // What `cargo test` compiles is kept from run to run.
        command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-policy"));
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Test Author");
            command.env(format!("GIT_{who}_EMAIL"), "test@example.com");
        }
        let output = command.output().unwrap();
        self.folder = fs::read_to_string(&end).unwrap().trim_end().into();
        output
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// True if the lines stand in the output in this order; `…` in a line stands for anything.
pub(crate) fn shows(output: &str, shown: &str) -> Result<(), String> {
    let mut lines = output.lines();
    for wanted in shown.lines().filter(|line| !line.trim().is_empty()) {
        let mut parts = wanted.split('…');
        let begin = parts.next().unwrap_or_default();
        let fits = |line: &str| {
            let rest = line.strip_prefix(begin);
            rest.is_some_and(|rest| {
                if wanted.contains('…') {
                    parts.clone().all(|part| rest.contains(part))
                } else {
                    rest.is_empty()
                }
            })
        };
        if !lines.any(fits) {
            return Err(format!("`{wanted}` is not shown"));
        }
    }
    Ok(())
}

#[cfg(unix)]
#[test]
fn the_guide_for_authors_does_what_it_says() {
    let mut scratch = Scratch::new();
    let (mut last, mut ran) = (String::new(), 0);
    for block in blocks(&page("docs/authors.md")) {
        let place = format!("docs/authors.md:{}", block.line);
        if let Some(reason) = block.mark("not-run") {
            assert!(reason.len() > 10, "{place}: why is it not run?");
            continue;
        }
        match (block.language.as_str(), block.mark("file")) {
            ("sh", None) => {
                let output = scratch.run(&block.text);
                last = String::from_utf8_lossy(&output.stdout).into_owned();
                let code: i32 = block.mark("exit").unwrap_or("0").parse().unwrap();
                let stderr = String::from_utf8_lossy(&output.stderr);
                assert_eq!(output.status.code(), Some(code), "{place}:\n{last}\n{stderr}");
                ran += 1;
            }
            ("text", None) => {
                shows(&last, &block.text).unwrap_or_else(|why| panic!("{place}: {why} in:\n{last}"));
            }
            (_, Some(file)) => scratch.write(file, &block.text),
            (language, None) => panic!("{place}: nobody looks at this block of `{language}`"),
        }
    }
    assert_eq!(ran, 6, "blocks of commands");
}

#[test]
fn shown_output_may_leave_out_and_not_invent() {
    let output = "one\n  two 22 three\nfour\n";
    assert_eq!(shows(output, "one\n\n  two … three\nfour\n"), Ok(()));
    assert!(shows(output, "four\none\n").is_err(), "another order");
    assert!(shows(output, "  two\n").is_err(), "a part of a line");
    assert!(shows(output, "five\n").is_err());
}
