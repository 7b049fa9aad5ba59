//! A real Gitea for the tests of `gate::host`: built once from its Go module into `target/tools`, with nothing else left
//! behind. A machine without Go, without a C compiler or without the network goes without, and is told so.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::error::{Context, Error, Result};
use crate::options::Options;
use crate::workspace;

const MODULE: &str = "code.gitea.io/gitea";
const VERSION: &str = "v1.26.0";
/// Hash of the module, as `go.sum` files have it. Its own `go.sum` pins everything that it is built from.
const SUM: &str = "h1:fJP9dqLbzKrKWUVnCVTfVersZdVDuyJQLEDzCAOmKKA=";
/// What the server reads when it runs, besides itself.
const DATA: [&str; 3] = ["templates", "options", "public"];
/// SQLite is C; without the second tag readers and writers of the database get in each other's way.
const TAGS: &str = "sqlite,sqlite_unlock_notify";

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
    if let Some(missing) = missing_tool() {
        return skipped(&missing);
    }
    println!(
        "Building Gitea {VERSION} for the tests of Git hosts: once, about 7 minutes of one CPU, 3.6 GB for the time being."
    );
    let started = Instant::now();
    let workshop = Workshop::new(&home)?;
    let source = match workshop.download()? {
        Ok(source) => source,
        Err(why) => return skipped(&why),
    };
    workshop.build(&source)?;
    workshop.deliver(&source, &home)?;
    println!("Built {} in {} s.", workspace::shown(&home), started.elapsed().as_secs());
    Ok(())
}

fn home() -> PathBuf {
    workspace::target().join("tools").join(format!("gitea-{}", VERSION.trim_start_matches('v')))
}

/// Not an error: the tests that need the server skip themselves.
fn skipped(why: &str) -> Result<()> {
    println!("SKIPPED: no Gitea for the tests of Git hosts: {why}.");
    Ok(())
}

/// Which of the tools is not there, or too old.
fn missing_tool() -> Option<String> {
    let Some(version) = said(Command::new("go").arg("version")) else {
        return Some("Go is not installed".to_owned());
    };
    if !is_new_enough(&version) {
        return Some(format!("it needs Go 1.26.2 or newer, here is `{}`", version.trim()));
    }
    let compiler = said(Command::new("go").args(["env", "CC"])).unwrap_or_default();
    let compiler = compiler.trim();
    match said(Command::new(compiler).arg("--version")) {
        Some(_) => None,
        None => Some(format!("there is no C compiler (`{compiler}`), which SQLite needs")),
    }
}

/// Standard output of a command that succeeds.
fn said(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `go version go1.26.8 linux/amd64` is; the module asks for 1.26.2.
fn is_new_enough(version: &str) -> bool {
    let number =
        version.split_whitespace().nth(2).and_then(|word| word.strip_prefix("go")).unwrap_or_default();
    let mut parts = number.split(['.', '-']).map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next()) >= (1, 26, 2)
}

/// A folder with Go's caches, gone when it is dropped.
struct Workshop {
    folder: PathBuf,
}

impl Workshop {
    fn new(home: &Path) -> Result<Self> {
        let folder = home.with_file_name("gitea.building");
        workspace::fresh_folder(&folder)?;
        Ok(Self { folder })
    }

    /// Go with all of its files in this folder, and with hashes instead of a checksum database.
    fn go(&self) -> Command {
        let mut command = Command::new("go");
        for name in ["GOPATH", "GOCACHE", "GOTMPDIR"] {
            command.env(name, self.folder.join(name));
        }
        let fixed = [
            ("GOMODCACHE", ""),
            // So that the folder can be removed like any other.
            ("GOFLAGS", "-modcacherw"),
            ("GOSUMDB", "off"),
            ("GOTOOLCHAIN", "local"),
            ("GOWORK", "off"),
            ("GO111MODULE", "on"),
            ("CGO_ENABLED", "1"),
            // As the project builds its releases.
            ("GOEXPERIMENT", "jsonv2"),
        ];
        command.envs(fixed).current_dir(&self.folder).stdin(Stdio::null());
        command
    }

    /// The source; or, inside, why it cannot be had here.
    fn download(&self) -> Result<std::result::Result<PathBuf, String>> {
        fs::create_dir_all(self.folder.join("GOTMPDIR")).context("cannot make a folder for Go")?;
        let output = self
            .go()
            .args(["mod", "download", "-json", &format!("{MODULE}@{VERSION}")])
            .output()
            .context("cannot start go")?;
        let answer = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            let why = field(&answer, "Error")
                .unwrap_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned());
            return Ok(Err(format!("{MODULE} cannot be downloaded: {}", one_line(&why))));
        }
        let (Some(sum), Some(folder)) = (field(&answer, "Sum"), field(&answer, "Dir")) else {
            return Err(Error::new(format!(
                "`go mod download` says nothing of {MODULE}: {}",
                one_line(&answer)
            )));
        };
        if sum != SUM {
            return Err(Error::new(format!("{MODULE} {VERSION} has the hash {sum}, but {SUM} is expected"))
                .hint("it is not what was released: do not build it"));
        }
        // Out of the module cache, where Go lets nobody build.
        let source = self.folder.join("source");
        fs::rename(folder, &source).context("cannot move the source")?;
        Ok(match self.has_packages(&source) {
            true => Ok(source),
            false => Err(format!("the modules that {MODULE} needs cannot be downloaded")),
        })
    }

    /// Gets the packages that the program needs; those of its tests are left out.
    fn has_packages(&self, source: &Path) -> bool {
        let mut list = self.go();
        list.args(["list", "-deps", "-tags", TAGS, "."]).current_dir(source);
        said(&mut list).is_some()
    }

    fn build(&self, source: &Path) -> Result<()> {
        let version = format!("-s -w -X main.Version={}", VERSION.trim_start_matches('v'));
        let status = self
            .go()
            .args([
                "build",
                "-mod=readonly",
                "-trimpath",
                "-buildvcs=false",
                "-tags",
                TAGS,
                "-ldflags",
                &version,
            ])
            .args([OsString::from("-o"), self.folder.join("gitea").into_os_string()])
            .arg(".")
            .current_dir(source)
            .status()
            .context("cannot start go")?;
        if status.success() {
            return Ok(());
        }
        Err(Error::new(format!("Gitea cannot be built ({status})")).hint("Go's own message is above"))
    }

    /// Puts the program and its data together and, as the last step, in their place.
    fn deliver(&self, source: &Path, home: &Path) -> Result<()> {
        let whole = self.folder.join("whole");
        fs::create_dir_all(&whole).context("cannot make a folder for Gitea")?;
        for name in DATA {
            fs::rename(source.join(name), whole.join(name)).context(format_args!("cannot move {name}"))?;
        }
        fs::rename(source.join("LICENSE"), whole.join("LICENSE")).context("cannot move the licence")?;
        fs::rename(self.folder.join("gitea"), whole.join("gitea")).context("cannot move the program")?;
        fs::rename(&whole, home).context(format_args!("cannot make {}", home.display()))
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            println!("cannot remove {}: {error}", self.folder.display());
        }
    }
}

/// The text at `name` in Go's flat JSON; its paths and hashes need no unescaping on the systems that this runs on.
fn field(json: &str, name: &str) -> Option<String> {
    let rest = json.split_once(&format!("\"{name}\": \""))?.1;
    Some(rest.split_once("\",\n").or_else(|| rest.split_once("\"\n"))?.0.to_owned())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_go() {
        for (version, enough) in [
            ("go version go1.26.8 linux/amd64\n", true),
            ("go version go1.27-rc1 darwin/arm64", true),
            ("go version go1.26.2 linux/amd64", true),
            ("go version go1.26.1 linux/amd64", false),
            ("go version go1.25.9 linux/amd64", false),
            ("", false),
        ] {
            assert_eq!(is_new_enough(version), enough, "{version}");
        }
    }

    #[test]
    fn reads_what_go_says_of_a_module() {
        let json =
            "{\n\t\"Path\": \"code.gitea.io/gitea\",\n\t\"Dir\": \"/a b/c\",\n\t\"Sum\": \"h1:x+/=\"\n}\n";
        assert_eq!(field(json, "Dir").as_deref(), Some("/a b/c"));
        assert_eq!(field(json, "Sum").as_deref(), Some("h1:x+/="));
        assert_eq!(field(json, "Error"), None);
    }
}
