//! Ways to compile for `wasm32-unknown-unknown`: a toolchain that has the target, or Debian's compiler with the
//! target's standard library built from source. Nothing is remembered but what is on disk.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::command::{capture, run_within};
use crate::{BuildError, debian};

/// The target that policies are compiled for: no system interface, so nothing to import.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Environment variable that forces one way: `rustup` or `debian`.
pub const TOOLCHAIN_VARIABLE: &str = "GATE_WASM_TOOLCHAIN";

/// How long rustup may take to answer; behind a closed firewall it would retry for minutes.
const RUSTUP_LIMIT: Duration = Duration::from_secs(20);

const SETUP_HINT: &str = "run `cargo xtask setup`";

/// A compiler for [`TARGET`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Toolchain {
    /// The active toolchain has the target installed.
    Installed {
        /// The cargo to run.
        cargo: PathBuf,
        /// Its compiler.
        rustc: PathBuf,
    },
    /// A compiler without the target, with the sources of its standard library.
    FromSource {
        /// The cargo to run.
        cargo: PathBuf,
        /// Its compiler.
        rustc: PathBuf,
        /// A linker for WebAssembly.
        linker: PathBuf,
    },
}

/// The ways that the caller allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Any,
    Rustup,
    Debian,
}

/// Finds a toolchain that is ready to use; installs nothing.
///
/// # Errors
/// None is there; the message says what was tried and the hint what to run.
pub fn find() -> Result<Toolchain, BuildError> {
    find_as(Choice::from_environment()?)
}

/// Finds a toolchain or makes one: `rustup target add` with a short time limit, then Debian's packages.
/// `notify` is told of each step before it is taken.
///
/// # Errors
/// Neither way works here; the message says why, the hint what a person can do.
pub fn setup(notify: &mut dyn FnMut(&str)) -> Result<Toolchain, BuildError> {
    let choice = Choice::from_environment()?;
    if let Ok(found) = find_as(choice) {
        return Ok(found);
    }
    let mut problems = Vec::new();
    if choice != Choice::Debian {
        notify(&format!("adding the target with `rustup target add {TARGET}`"));
        match add_target().and_then(|()| installed()) {
            Ok(found) => return Ok(found),
            Err(why) => problems.push(format!("rustup: {why}")),
        }
    }
    if choice != Choice::Rustup {
        match debian::install(notify).and_then(|()| debian::find(&linker_folders())) {
            Ok(found) => return Ok(found),
            Err(why) => problems.push(format!("Debian's packages: {why}")),
        }
    }
    Err(nothing(&problems).hint(format!(
        "run `rustup target add {TARGET}` where rustup can reach its server, or install Debian's packages as \
         root: `apt-get install {}`",
        debian::PACKAGES.join(" ")
    )))
}

impl Toolchain {
    /// One line for people: which way, and where.
    pub fn describe(&self) -> String {
        match self {
            Self::Installed { rustc, .. } => format!("{TARGET} of {}", rustc.display()),
            Self::FromSource { rustc, linker, .. } => {
                format!("{TARGET} from source with {}, linked by {}", rustc.display(), linker.display())
            }
        }
    }
}

impl Choice {
    fn from_environment() -> Result<Self, BuildError> {
        match std::env::var(TOOLCHAIN_VARIABLE).as_deref() {
            Err(_) | Ok("") => Ok(Self::Any),
            Ok("rustup") => Ok(Self::Rustup),
            Ok("debian") => Ok(Self::Debian),
            Ok(other) => Err(BuildError::new(format!("{TOOLCHAIN_VARIABLE} is {other:?}"))
                .hint("use `rustup` or `debian`, or unset it")),
        }
    }
}

fn find_as(choice: Choice) -> Result<Toolchain, BuildError> {
    let mut problems = Vec::new();
    if choice != Choice::Debian {
        match installed() {
            Ok(found) => return Ok(found),
            Err(why) => problems.push(format!("rustup: {why}")),
        }
    }
    if choice != Choice::Rustup {
        match debian::find(&linker_folders()) {
            Ok(found) => return Ok(found),
            Err(why) => problems.push(format!("Debian's packages: {why}")),
        }
    }
    Err(nothing(&problems).hint(SETUP_HINT))
}

fn nothing(problems: &[String]) -> BuildError {
    BuildError::new(format!("there is no way to compile for {TARGET} here:\n  {}", problems.join("\n  ")))
}

/// The active toolchain, if it has the target. The real executables are used, not rustup's proxies: what a
/// proxy picks depends on the folder that it is run in.
fn installed() -> Result<Toolchain, String> {
    let sysroot = active_sysroot()?;
    let library = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    if !has_core(&library) {
        return Err(format!("the toolchain in {} has no target {TARGET}", sysroot.display()));
    }
    Ok(Toolchain::Installed {
        cargo: real(&sysroot, "cargo").unwrap_or_else(|| from_environment("CARGO", "cargo")),
        rustc: real(&sysroot, "rustc").unwrap_or_else(|| from_environment("RUSTC", "rustc")),
    })
}

fn active_sysroot() -> Result<PathBuf, String> {
    let rustc = from_environment("RUSTC", "rustc");
    capture(Command::new(rustc).args(["--print", "sysroot"])).map(PathBuf::from)
}

/// True if the compiled `core` is there: the folder alone may be left over.
fn has_core(library: &Path) -> bool {
    let Ok(entries) = library.read_dir() else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
}

fn real(sysroot: &Path, name: &str) -> Option<PathBuf> {
    let path = sysroot.join("bin").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    path.is_file().then_some(path)
}

fn from_environment(variable: &str, default: &str) -> PathBuf {
    std::env::var_os(variable).filter(|value| !value.is_empty()).unwrap_or_else(|| default.into()).into()
}

fn add_target() -> Result<(), String> {
    run_within(Command::new("rustup").args(["target", "add", TARGET]), RUSTUP_LIMIT)
}

/// Folders that may hold a linker for WebAssembly: those of all rustup toolchains (the active one first), of
/// LLVM's packages, and the path.
fn linker_folders() -> Vec<PathBuf> {
    let mut toolchains: Vec<PathBuf> = active_sysroot().into_iter().collect();
    if let Ok(rustup_home) = capture(Command::new("rustup").args(["show", "home"])) {
        toolchains.extend(children(&Path::new(&rustup_home).join("toolchains")));
    }
    let mut folders = Vec::new();
    for toolchain in toolchains {
        folders.extend(children(&toolchain.join("lib/rustlib")).into_iter().map(|host| host.join("bin")));
    }
    let mut llvm = children(Path::new("/usr/lib"));
    llvm.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("llvm-")));
    folders.extend(llvm.into_iter().rev().map(|llvm| llvm.join("bin")));
    if let Some(path) = std::env::var_os("PATH") {
        folders.extend(std::env::split_paths(&path));
    }
    folders
}

/// The entries of a folder in order of name; none if it cannot be read.
fn children(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = folder.read_dir() else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_folder_without_its_library_does_not_count() {
        assert!(!has_core(Path::new("/nonexistent")));
        assert!(!has_core(Path::new(env!("CARGO_MANIFEST_DIR"))));
    }

    #[test]
    fn the_message_tells_what_was_tried_and_what_to_run() {
        let error = nothing(&["rustup: no".to_owned(), "Debian's packages: no".to_owned()]).hint(SETUP_HINT);
        let text = error.to_string();
        assert!(
            text.contains("\n  rustup: no\n  Debian's packages: no\nhint: run `cargo xtask setup`"),
            "{text}"
        );
    }
}
