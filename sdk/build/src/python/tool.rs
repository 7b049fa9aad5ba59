//! The interpreter and componentize-py: found, or installed from PyPI into a virtual environment. The version is fixed and
//! the files are known by their digests, so that another file under its name is refused.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::BuildError;
use crate::command::{capture, output_within, run_within};

/// The version of componentize-py.
pub(super) const VERSION: &str = "0.25.1";

/// Digests of its files on PyPI: Linux (x86-64, ARM), macOS (Intel, ARM), Windows.
const DIGESTS: [&str; 5] = [
    "8623cd8cab8453cb0cd8bf03f3c7103420d06f2f3d360186a280a70a1ca5e89f",
    "7b6a87c520358166843af0daa86d2312d7af4cbcbbf1e598951085cf7f2991ca",
    "65fbc4a94df1de8acf7da50a1f5ed1711230188844e53e6332d99029be4e0afa",
    "a556991534cc496207a9d2ca733c4b0f17ed38ef56a8d6b5f1847fdf1225dd1b",
    "c7fd552fb0849858b0c1e8981543ed5dff4b0cc1597a8ea0bc26a495786dc0c6",
];

/// The oldest Python, as its minor version.
const OLDEST_MINOR: u32 = 10;

const INSTALL_LIMIT: Duration = Duration::from_secs(600);

/// Runs the tool without its start script, which has the path of the folder in it where it was installed.
const START: &str =
    "import sys; from componentize_py import script; sys.argv[0] = 'componentize-py'; sys.exit(script())";

/// An installed componentize-py.
pub(super) struct Tool {
    environment: PathBuf,
}

impl Tool {
    /// The tool in its environment below `folder`, which is made if it is not there.
    pub(super) fn find_or_install(folder: &Path, notify: &mut dyn FnMut(&str)) -> Result<Self, BuildError> {
        let tool = Self { environment: folder.join(format!("componentize-py-{VERSION}")) };
        if tool.works() {
            return Ok(tool);
        }
        let python = interpreter()?;
        notify(&format!(
            "installing componentize-py {VERSION} from PyPI into {}",
            tool.environment.display()
        ));
        tool.make_environment(&python)?;
        tool.install(folder)?;
        Ok(tool)
    }

    /// A command that is componentize-py, without variables that would lead it or its Python elsewhere.
    pub(super) fn command(&self) -> Command {
        let mut command = python_command(&self.python());
        command.args(["-I", "-c", START]);
        // Where it looks for packages; and of a failure the traceback is enough.
        command.env("VIRTUAL_ENV", &self.environment).env("RUST_BACKTRACE", "0");
        command
    }

    fn python(&self) -> PathBuf {
        let inner = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
        self.environment.join(inner)
    }

    fn works(&self) -> bool {
        let said = capture(self.command().arg("--version"));
        said.is_ok_and(|said| said == format!("componentize-py {VERSION}"))
    }

    fn make_environment(&self, python: &Path) -> Result<(), BuildError> {
        let mut command = python_command(python);
        command.args(["-m", "venv", "--clear"]).arg(&self.environment);
        run_within(&mut command, INSTALL_LIMIT).map_err(|why| {
            BuildError::new(format!("no virtual environment can be made: {why}"))
                .hint("install Python's module `venv`; on Debian: `apt-get install python3-venv`")
        })
    }

    fn install(&self, folder: &Path) -> Result<(), BuildError> {
        let list = folder.join("requirements.txt");
        std::fs::write(&list, requirements()).map_err(BuildError::io(&list))?;
        let mut command = python_command(&self.python());
        command.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]);
        command.args(["--no-deps", "--only-binary=:all:", "--require-hashes", "-r"]).arg(&list);
        let failed = |why: String| {
            BuildError::new(format!("componentize-py {VERSION} cannot be installed:\n{why}")).hint(
                "pip gets it from PyPI or from the index that its configuration names; is that in reach?",
            )
        };
        let output = output_within(&mut command, INSTALL_LIMIT).map_err(failed)?;
        if !output.status.success() {
            return Err(failed(String::from_utf8_lossy(&output.stderr).trim_end().to_owned()));
        }
        Ok(())
    }
}

/// What pip may install, as it reads it.
fn requirements() -> String {
    let digests: Vec<String> = DIGESTS.iter().map(|digest| format!("--hash=sha256:{digest}")).collect();
    format!("componentize-py=={VERSION} {}\n", digests.join(" "))
}

/// A Python that is new enough.
fn interpreter() -> Result<PathBuf, BuildError> {
    let mut seen = Vec::new();
    for name in ["python3", "python"] {
        let script = "import sys; print('%d.%d' % sys.version_info[:2])";
        match capture(python_command(Path::new(name)).args(["-c", script])) {
            Ok(version) if is_new_enough(&version) => return Ok(name.into()),
            Ok(version) => seen.push(format!("{name} is Python {version}")),
            Err(why) => seen.push(why),
        }
    }
    Err(BuildError::new(format!("there is no Python 3.{OLDEST_MINOR} or newer here: {}", seen.join("; ")))
        .hint("install Python with its module `venv`; on Debian: `apt-get install python3 python3-venv`"))
}

fn is_new_enough(version: &str) -> bool {
    let minor = version.strip_prefix("3.").and_then(|minor| minor.parse::<u32>().ok());
    minor.is_some_and(|minor| minor >= OLDEST_MINOR)
}

/// A command without the variables that change what a Python is, or where its pip installs to. Those that say where
/// packages come from stay.
fn python_command(python: &Path) -> Command {
    const MOVED: [&str; 6] =
        ["PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_REQUIRE_VIRTUALENV", "VIRTUAL_ENV"];
    let mut command = Command::new(python);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("PYTHON") || MOVED.contains(&&*text) {
            command.env_remove(&name);
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_files_of_one_version_are_installed() {
        let text = requirements();
        assert!(text.starts_with("componentize-py==0.25.1 --hash=sha256:8623cd8c"), "{text}");
        assert_eq!((text.matches("--hash=sha256:").count(), text.lines().count()), (5, 1));
    }

    #[test]
    fn python_must_be_new_enough() {
        assert!(["3.10", "3.11", "3.20"].into_iter().all(is_new_enough));
        assert!(["3.9", "2.7", "4.0", "", "3.x"].into_iter().all(|version| !is_new_enough(version)));
    }
}
