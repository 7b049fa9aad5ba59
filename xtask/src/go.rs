//! Programs for tests that are built from their Go modules, with nothing else left behind. The module's hash is known, and
//! its own `go.sum` pins everything that it is built from.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::{Context, Error, Result};
use crate::workspace;

/// A program in a Go module.
pub(crate) struct Module {
    pub(crate) path: &'static str,
    pub(crate) version: &'static str,
    /// Hash of the module, as `go.sum` files have it.
    pub(crate) sum: &'static str,
    /// The program's package, from the root of the module.
    pub(crate) package: &'static str,
    pub(crate) tags: &'static str,
    /// What the linker is told, besides leaving out symbols.
    pub(crate) link: &'static str,
    /// On top of what every build gets.
    pub(crate) environment: &'static [(&'static str, &'static str)],
    /// Oldest Go that builds it.
    pub(crate) go: (u32, u32, u32),
    /// Why a C compiler is needed, if one is.
    pub(crate) wants_c: Option<&'static str>,
}

impl Module {
    /// Which of the tools is not there, or too old.
    pub(crate) fn missing_tool(&self) -> Option<String> {
        let Some(version) = said(Command::new("go").arg("version")) else {
            return Some("Go is not installed".to_owned());
        };
        if version_of(&version) < self.go {
            let (major, minor, patch) = self.go;
            return Some(format!(
                "it needs Go {major}.{minor}.{patch} or newer, here is `{}`",
                version.trim()
            ));
        }
        let why = self.wants_c?;
        let compiler = said(Command::new("go").args(["env", "CC"])).unwrap_or_default();
        let compiler = compiler.trim();
        match said(Command::new(compiler).arg("--version")) {
            Some(_) => None,
            None => Some(format!("there is no C compiler (`{compiler}`), which {why} needs")),
        }
    }
}

/// A folder with Go's caches, gone when it is dropped.
pub(crate) struct Workshop {
    pub(crate) folder: PathBuf,
    module: &'static Module,
}

impl Workshop {
    /// A workshop beside `home`, where the program is to be.
    pub(crate) fn new(home: &Path, module: &'static Module) -> Result<Self> {
        // Tests look for programs in folders by the beginning of their names.
        let name = home.file_name().unwrap_or_default().to_string_lossy();
        let folder = home.with_file_name(format!("building-{name}"));
        workspace::fresh_folder(&folder)?;
        Ok(Self { folder, module })
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
            ("CGO_ENABLED", if self.module.wants_c.is_some() { "1" } else { "0" }),
        ];
        command.envs(fixed).envs(self.module.environment.iter().copied());
        command.current_dir(&self.folder).stdin(Stdio::null());
        command
    }

    /// The source; or, inside, why it cannot be had here.
    pub(crate) fn download(&self) -> Result<std::result::Result<PathBuf, String>> {
        let Module { path: module, version, sum: expected, .. } = self.module;
        fs::create_dir_all(self.folder.join("GOTMPDIR")).context("cannot make a folder for Go")?;
        let output = self
            .go()
            .args(["mod", "download", "-json", &format!("{module}@{version}")])
            .output()
            .context("cannot start go")?;
        let answer = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            let why = field(&answer, "Error")
                .unwrap_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned());
            return Ok(Err(format!("{module} cannot be downloaded: {}", one_line(&why))));
        }
        let (Some(sum), Some(folder)) = (field(&answer, "Sum"), field(&answer, "Dir")) else {
            return Err(Error::new(format!(
                "`go mod download` says nothing of {module}: {}",
                one_line(&answer)
            )));
        };
        if sum != *expected {
            return Err(Error::new(format!(
                "{module} {version} has the hash {sum}, but {expected} is expected"
            ))
            .hint("it is not what was released: do not build it"));
        }
        // Out of the module cache, where Go lets nobody build.
        let source = self.folder.join("source");
        fs::rename(folder, &source).context("cannot move the source")?;
        Ok(match self.has_packages(&source) {
            true => Ok(source),
            false => Err(format!("the modules that {module} needs cannot be downloaded")),
        })
    }

    /// Gets the packages that the program needs; those of its tests are left out.
    fn has_packages(&self, source: &Path) -> bool {
        let mut list = self.go();
        // Modules that bring some of what they need in a `vendor` folder do not bring all of it.
        list.args([
            "list",
            "-mod=readonly",
            "-buildvcs=false",
            "-deps",
            "-tags",
            self.module.tags,
            self.module.package,
        ])
        .current_dir(source);
        said(&mut list).is_some()
    }

    /// Builds the program in the workshop's folder, under this name.
    pub(crate) fn build(&self, source: &Path, name: &str) -> Result<()> {
        let link = format!("-s -w {}", self.module.link);
        let mut build = self.go();
        build.args(["build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-tags", self.module.tags]);
        build.args(["-ldflags", link.trim_end()]);
        build.args([OsString::from("-o"), self.folder.join(name).into_os_string()]);
        let status =
            build.arg(self.module.package).current_dir(source).status().context("cannot start go")?;
        if status.success() {
            return Ok(());
        }
        Err(Error::new(format!("{name} cannot be built ({status})")).hint("Go's own message is above"))
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            println!("cannot remove {}: {error}", self.folder.display());
        }
    }
}

/// Standard output of a command that succeeds.
fn said(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `go version go1.26.8 linux/amd64` is 1.26.8.
fn version_of(said: &str) -> (u32, u32, u32) {
    let number = said.split_whitespace().nth(2).and_then(|word| word.strip_prefix("go")).unwrap_or_default();
    let mut parts = number.split(['.', '-']).map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
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
            assert_eq!(version_of(version) >= (1, 26, 2), enough, "{version}");
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
