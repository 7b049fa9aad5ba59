//! Fetches the packages with pip, npm and go, compares their digests and unpacks them. What is in the cache is not
//! fetched again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

use crate::Result;
use crate::sources::{self, Client, SCOPE, Source};

/// Folders of the unpacked packages, by [`Source::folder`].
#[derive(Debug)]
pub(crate) struct Packages(BTreeMap<String, PathBuf>);

impl Packages {
    /// The folder of a package.
    pub(crate) fn folder(&self, source: &Source) -> Result<&Path> {
        let folder =
            self.0.get(&source.folder()).ok_or_else(|| format!("{} was not fetched", source.package))?;
        Ok(folder)
    }
}

/// Fetches and unpacks every source into `cache`.
pub(crate) fn all(cache: &Path) -> Result<Packages> {
    let mut folders = BTreeMap::new();
    for source in sources::all() {
        let folder = cache.join(source.folder());
        if !folder.join(".done").is_file() {
            println!("fetching {} {}", source.package, source.version);
            fetch(&source, cache, &folder)?;
        }
        folders.insert(source.folder(), folder);
    }
    Ok(Packages(folders))
}

/// Every file below `folder` whose name satisfies `wanted`, in order.
pub(crate) fn files(folder: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(files(&entry.path(), wanted)?);
        } else if entry.file_name().to_str().is_some_and(wanted) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

fn fetch(source: &Source, cache: &Path, folder: &Path) -> Result<()> {
    let inbox = cache.join("inbox");
    let _ = fs::remove_dir_all(&inbox);
    fs::create_dir_all(&inbox)?;
    let pin = format!("{}=={}", source.package, source.version);
    let mut command = match source.client {
        Client::Go => go(source, &inbox),
        Client::Wheel => pip(&["--only-binary", source.package, &pin]),
        Client::Sdist => pip(&["--no-binary", source.package, &pin]),
        Client::Npm => {
            let mut npm = Command::new("npm");
            npm.args(["pack", "--silent", &format!("{SCOPE}/{}@{}", source.package, source.version)]);
            npm
        }
    };
    run(command.current_dir(&inbox))?;
    let is_go = source.client == Client::Go;
    // Beside the archive, `go` keeps what is in it, which may be archives, too.
    let place = if is_go { inbox.join("cache/download") } else { inbox };
    let archive = files(&place, &|name| !is_go || name.ends_with(".zip"))?;
    let archive = archive.last().ok_or("the client fetched nothing")?;
    let digest = hex(&Sha256::digest(fs::read(archive)?));
    if digest != source.sha256 {
        return Err(format!("{} has the SHA-256 {digest}, not {}", source.package, source.sha256).into());
    }
    unpack(source.client, archive, folder)?;
    fs::write(folder.join(".done"), &digest)?;
    Ok(())
}

/// A module cache of its own, so that nothing but this module is in it.
fn go(source: &Source, inbox: &Path) -> Command {
    let mut go = Command::new("go");
    go.args(["mod", "download", "-modcacherw", &format!("{}@{}", source.package, source.version)]);
    go.env("GOMODCACHE", inbox).env("GOFLAGS", "-mod=mod");
    go
}

fn pip(arguments: &[&str]) -> Command {
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"])
        .args(arguments);
    pip
}

fn unpack(client: Client, archive: &Path, folder: &Path) -> Result<()> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder)?;
    let mut command = match client {
        Client::Wheel | Client::Go => {
            let mut python = Command::new("python3");
            python.args(["-m", "zipfile", "-e"]).arg(archive).arg(folder);
            python
        }
        Client::Sdist | Client::Npm => {
            let mut tar = Command::new("tar");
            tar.arg("-xzf").arg(archive).arg("-C").arg(folder);
            tar
        }
    };
    run(&mut command)
}

/// The content of a gzip file, as text.
pub(crate) fn gunzip(path: &Path) -> Result<String> {
    let output = Command::new("gzip").arg("-dc").arg(path).output()?;
    if !output.status.success() {
        return Err(format!("gzip cannot read {}", path.display()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.stdout(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}").into()) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
