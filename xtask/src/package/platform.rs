//! What is built on which machine. Nothing is built for another machine than this one: what was not run is not handed out.

use std::env::consts::{ARCH, OS};
use std::process::Command;

use crate::error::{Context, Error, Result};

/// A kind of machine that releases are made for.
#[derive(Debug, PartialEq)]
pub(super) struct Platform {
    /// Rust's name of it.
    pub(super) target: String,
    /// Tags of the wheel, none for those that maturin chooses.
    pub(super) wheel_tags: &'static [&'static str],
    /// The C compiler is zig, and the result static.
    pub(super) is_static: bool,
    /// `.exe` on Windows.
    pub(super) suffix: &'static str,
    /// What the archive's name ends with.
    pub(super) archive: &'static str,
}

impl Platform {
    /// This machine's, if releases are made for its kind.
    pub(super) fn of_this_machine() -> Result<Self> {
        Self::of(OS, ARCH).ok_or_else(|| {
            Error::new(format!("no packages are made for {OS} on {ARCH}"))
                .hint("`cargo install --path gate` builds a gate for this machine alone")
        })
    }

    fn of(os: &str, arch: &str) -> Option<Self> {
        if !matches!(arch, "x86_64" | "aarch64") {
            return None;
        }
        let (rest, wheel_tags, suffix, archive): (_, &'static [_], _, _) = match os {
            // A static program needs no C library; both tags are true, and old versions of pip know them.
            "linux" => ("unknown-linux-musl", &["manylinux2014", "musllinux_1_1"], "", "tar.gz"),
            "macos" => ("apple-darwin", &[], "", "tar.gz"),
            "windows" => ("pc-windows-msvc", &[], ".exe", "zip"),
            _ => return None,
        };
        Some(Self { target: format!("{arch}-{rest}"), wheel_tags, is_static: os == "linux", suffix, archive })
    }

    /// Has rustup add Rust's standard library for the target. Quick when it is there.
    pub(super) fn add_target(&self) -> Result<()> {
        let manual = format!("install Rust's standard library for {} by hand", self.target);
        let status = Command::new("rustup").args(["target", "add", &self.target]).status();
        let status = status.context("cannot start rustup").map_err(|error| error.hint(&manual))?;
        if status.success() {
            return Ok(());
        }
        Err(Error::new(format!("`rustup target add {}` failed ({status})", self.target)).hint(
            "rustup's own message is above; without the network, `rustup component add` of a mirror or a toolchain \
             that has the target helps",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_where() {
        let target = |os, arch| Platform::of(os, arch).map(|platform| platform.target);
        for (os, arch, expected) in [
            ("linux", "x86_64", Some("x86_64-unknown-linux-musl")),
            ("linux", "aarch64", Some("aarch64-unknown-linux-musl")),
            ("macos", "aarch64", Some("aarch64-apple-darwin")),
            ("macos", "x86_64", Some("x86_64-apple-darwin")),
            ("windows", "x86_64", Some("x86_64-pc-windows-msvc")),
            ("linux", "riscv64", None),
            ("freebsd", "x86_64", None),
        ] {
            assert_eq!(target(os, arch).as_deref(), expected, "{os} {arch}");
        }
        let only_linux: Vec<bool> =
            ["linux", "macos", "windows"].map(|os| Platform::of(os, "x86_64").unwrap().is_static).to_vec();
        assert_eq!(only_linux, [true, false, false]);
    }
}
