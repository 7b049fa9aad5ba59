//! What the tests of the whole share: repositories made by scripts, the binary run in a scrubbed environment, real
//! repositories where a corpus is at hand, and servers that behave like the Git hosts (`contract`).
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot prepare its input must stop at once"
)]

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use serde_json::Value;
use tempfile::TempDir;

pub mod contract;
pub mod told;

/// A binary under test.
pub struct Gate {
    binary: PathBuf,
}

/// What a run of the binary gave.
#[derive(Debug)]
pub struct Run {
    /// Exit code.
    pub code: i32,
    /// Standard output; bytes that are no UTF-8 replaced.
    pub stdout: String,
    /// Standard error; bytes that are no UTF-8 replaced.
    pub stderr: String,
}

impl Gate {
    /// The binary at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { binary: path.into() }
    }

    /// Runs in `folder` with `arguments`, an empty standard input and none of the caller's environment.
    pub fn run(&self, folder: &Path, arguments: &[&str]) -> Run {
        self.run_with(folder, arguments, &[], None)
    }

    /// [`Gate::run`] with variables and with a standard input.
    pub fn run_with(
        &self,
        folder: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
        input: Option<&[u8]>,
    ) -> Run {
        let home = tempfile::tempdir().unwrap();
        let mut child = scrubbed(&self.binary, folder, home.path())
            .args(arguments)
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that does not read its input may close the pipe: no fault of the test.
        let _ = child.stdin.take().unwrap().write_all(input.unwrap_or_default());
        let output = child.wait_with_output().unwrap();
        Run {
            code: output.status.code().unwrap_or_else(|| panic!("ended by a signal: {output:?}")),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Run {
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("no JSON report ({error}): {self:?}"))
    }

    /// Each finding of the JSON report as `rule@path:line:column status`.
    ///
    /// Every such report can be posted from another job: it is read back as `gate post` does.
    pub fn findings(&self) -> Vec<String> {
        let report = self.json();
        let read = gate::model::Report::from_json(self.stdout.as_bytes());
        assert!(read.is_ok(), "{:?}: {self:?}", read.err());
        let findings = report["findings"].as_array().unwrap();
        findings.iter().map(finding).collect()
    }
}

fn finding(finding: &Value) -> String {
    let word = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let (place, start) = (&finding["location"], &finding["location"]["start"]);
    format!(
        "{}@{}:{}:{} {}",
        word(&finding["rule"]),
        word(&place["path"]),
        start["line"],
        start["column"],
        word(&finding["status"])
    )
}

/// A Git repository in a folder of its own, gone when it is dropped.
pub struct TestRepo {
    folder: TempDir,
}

impl Default for TestRepo {
    fn default() -> Self {
        Self::new()
    }
}

impl TestRepo {
    /// An empty repository on branch `main`.
    pub fn new() -> Self {
        Self::with_init(&["--initial-branch=main"])
    }

    /// An empty repository made by `git init` with `flags`.
    pub fn with_init(flags: &[&str]) -> Self {
        let repo = Self { folder: tempfile::tempdir().unwrap() };
        repo.git(&[&["init", "--quiet"], flags].concat());
        repo
    }

    /// The work tree.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file and the folders above it.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// Removes a file.
    pub fn remove(&self, path: &str) -> &Self {
        fs::remove_file(self.path().join(path)).unwrap();
        self
    }

    /// Makes branch `name` from HEAD and checks it out.
    pub fn branch(&self, name: &str) -> &Self {
        self.git(&["checkout", "--quiet", "-b", name]);
        self
    }

    /// Commits the whole work tree, on 2026-01-02.
    pub fn commit(&self, message: &str) -> &Self {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self
    }

    /// Runs git in the work tree and returns what it printed.
    pub fn git(&self, arguments: &[&str]) -> String {
        git(self.path(), arguments)
    }
}

/// The work tree of a real repository: a clone, below the target folder, of the bundle `name` in the folder that
/// `GATE_CORPORA` names (default: `shared/corpora` beside the workspace). None, and said so, where there is none.
pub fn corpus(name: &str) -> Option<PathBuf> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let home = std::env::var_os("GATE_CORPORA").map_or_else(|| root.join("../shared/corpora"), PathBuf::from);
    let bundle = home.join(format!("{name}.bundle"));
    if !bundle.exists() {
        skipped(&format!("no corpus {name} ({} is absent)", bundle.display()));
        return None;
    }
    let clone = root.join("target/corpora").join(name);
    if !clone.exists() {
        let fresh = clone.with_extension(format!("{}.new", std::process::id()));
        fs::create_dir_all(&fresh).unwrap();
        git(&fresh, &["clone", "--quiet", &bundle.display().to_string(), "."]);
        fs::rename(fresh, &clone).unwrap();
    }
    Some(clone)
}

/// Says why a test did not run, past the test runner, which keeps what passing tests print to itself: a skipped test must
/// not be silent.
pub fn skipped(why: &str) {
    // Without a standard error there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "\nSKIPPED: {why}");
}

/// Variables of this environment that say where compilers, interpreters and their packages come from.
pub fn toolchain_variables() -> Vec<(String, String)> {
    const BEGIN: [&str; 7] =
        ["CARGO_NET_", "CARGO_HTTP_", "CARGO_REGISTR", "PIP_", "PYENV", "SSL_CERT_", "GATE_WASM_"];
    let wanted = |name: &str| {
        BEGIN.iter().any(|begin| name.starts_with(begin)) || name.to_ascii_lowercase().ends_with("_proxy")
    };
    let mut variables: Vec<_> = std::env::vars().filter(|(name, _)| wanted(name)).collect();
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        let home = || Some(std::env::home_dir()?.join(folder).display().to_string());
        variables.extend(std::env::var(name).ok().or_else(home).map(|path| (name.to_owned(), path)));
    }
    variables
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = scrubbed("git", folder, folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A command with nothing of the caller's environment but `PATH`, and with one author and one date.
fn scrubbed(program: impl AsRef<OsStr>, folder: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", home).env("XDG_CACHE_HOME", home).env("GIT_CONFIG_NOSYSTEM", "1");
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("LC_ALL", "C");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Test Author");
        command.env(format!("GIT_{who}_EMAIL"), "test@example.com");
        command.env(format!("GIT_{who}_DATE"), "2026-01-02T03:04:05Z");
    }
    command
}
