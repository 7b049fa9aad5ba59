//! Runs cargo over policy crates: small code, the same bytes on every machine, a target folder of its own (the
//! outer cargo's lock would never be released otherwise).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::command::{capture, scrub};
use crate::{BuildError, TARGET, Toolchain, componentize};

/// Bytes of the guest's own stack. The default of 1 MiB would be cleared for every fresh instance.
const GUEST_STACK_BYTES: u32 = 128 * 1024;

/// Vector instructions, which the gate's engine has on every processor and which give the same result on each.
const VECTORS: &str = "-Ctarget-feature=+simd128";

/// Settings of the size profile, as cargo reads them from the environment.
const PROFILE: [(&str, &str); 8] = [
    ("OPT_LEVEL", "z"),
    ("LTO", "true"),
    ("PANIC", "abort"),
    ("STRIP", "true"),
    ("DEBUG", "false"),
    ("CODEGEN_UNITS", "1"),
    ("INCREMENTAL", "false"),
    ("BUILD_OVERRIDE_OPT_LEVEL", "0"),
];

/// A policy crate and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltPolicy {
    /// The crate's folder, as it was given.
    pub crate_dir: PathBuf,
    /// The component.
    pub component: Vec<u8>,
}

/// The packages of one workspace that are to be built.
struct Batch {
    workspace: PathBuf,
    /// Folder and cargo's id of each.
    packages: Vec<(PathBuf, String)>,
}

/// Builds one policy crate to a component; see [`build_all`].
///
/// # Errors
/// As [`build_all`].
pub fn build(crate_dir: &Path, target_dir: &Path, toolchain: &Toolchain) -> Result<Vec<u8>, BuildError> {
    let built = build_all(&[crate_dir.to_owned()], target_dir, toolchain)?;
    let first = built.into_iter().next();
    first.map(|policy| policy.component).ok_or_else(|| no_module(crate_dir))
}

/// Builds policy crates to components, with one run of cargo for each workspace they belong to. `target_dir`
/// must not be the one of a cargo that waits for this call. The order of the answer is that of `crate_dirs`.
///
/// # Errors
/// A crate cannot be compiled (the message has the compiler's output), makes no module, or imports something.
pub fn build_all(
    crate_dirs: &[PathBuf],
    target_dir: &Path,
    toolchain: &Toolchain,
) -> Result<Vec<BuiltPolicy>, BuildError> {
    let mut remaining: BTreeSet<&PathBuf> = crate_dirs.iter().collect();
    let mut modules: Vec<(PathBuf, PathBuf)> = Vec::new();
    while let Some(first) = remaining.first().copied() {
        let batch = batch(first, &remaining, toolchain)?;
        for (dir, _) in &batch.packages {
            remaining.remove(dir);
        }
        modules.extend(compile(&batch, target_dir, toolchain)?);
    }
    let module_of = |dir: &PathBuf| modules.iter().find(|(of, _)| of == dir).map(|(_, module)| module);
    let component = |dir: &PathBuf| {
        let module = module_of(dir).ok_or_else(|| no_module(dir))?;
        let bytes =
            std::fs::read(module).map_err(|e| BuildError::new(format!("{}: {e}", module.display())))?;
        let component = componentize(&bytes)
            .map_err(|e| BuildError { message: format!("{}: {}", dir.display(), e.message), hint: e.hint })?;
        Ok(BuiltPolicy { crate_dir: dir.clone(), component })
    };
    crate_dirs.iter().map(component).collect()
}

fn no_module(dir: &Path) -> BuildError {
    BuildError::new(format!("{} makes no WebAssembly module", dir.display()))
        .hint("its Cargo.toml needs `[lib] crate-type = [\"cdylib\", \"rlib\"]`")
}

/// The workspace of `first`, and which of `wanted` belong to it.
fn batch(first: &Path, wanted: &BTreeSet<&PathBuf>, toolchain: &Toolchain) -> Result<Batch, BuildError> {
    let mut command = cargo(toolchain);
    command.args(["metadata", "--no-deps", "--format-version=1", "--manifest-path"]);
    let text = capture(command.arg(first.join("Cargo.toml"))).map_err(BuildError::new)?;
    let unreadable = || BuildError::new("cargo's metadata cannot be read");
    let metadata: Value = serde_json::from_str(&text).map_err(|_| unreadable())?;
    let workspace = metadata["workspace_root"].as_str().ok_or_else(unreadable)?;
    let packages = metadata["packages"].as_array().ok_or_else(unreadable)?;
    let id_of = |dir: &Path| {
        let package = packages.iter().find(|package| is_in(&package["manifest_path"], dir))?;
        package["id"].as_str().map(str::to_owned)
    };
    let packages: Vec<_> = wanted.iter().filter_map(|dir| Some(((*dir).clone(), id_of(dir)?))).collect();
    if !packages.iter().any(|(dir, _)| dir == first) {
        return Err(BuildError::new(format!("{} is no package", first.display())));
    }
    Ok(Batch { workspace: workspace.into(), packages })
}

/// True if `manifest_path`, as cargo gives it, is the manifest of the folder `dir`.
fn is_in(manifest_path: &Value, dir: &Path) -> bool {
    let parent = manifest_path.as_str().and_then(|path| Path::new(path).parent());
    parent.is_some_and(|parent| parent == dir || dir.canonicalize().is_ok_and(|dir| parent == dir))
}

/// Compiles the packages; gives the folder and the module of each.
fn compile(
    batch: &Batch,
    target_dir: &Path,
    toolchain: &Toolchain,
) -> Result<Vec<(PathBuf, PathBuf)>, BuildError> {
    let mut command = cargo_build(batch, target_dir, toolchain)?;
    let output = command.stdin(Stdio::null()).output().map_err(|e| {
        BuildError::new(format!("cannot run {}: {e}", command.get_program().to_string_lossy()))
    })?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(BuildError::new(format!("the policies cannot be compiled:\n{}", text.trim_end())));
    }
    Ok(artifacts(&String::from_utf8_lossy(&output.stdout), batch))
}

fn cargo_build(batch: &Batch, target_dir: &Path, toolchain: &Toolchain) -> Result<Command, BuildError> {
    let mut command = cargo(toolchain);
    command.args(["build", "--quiet", "--release", "--lib", "--target", TARGET]);
    command.arg("--message-format=json-render-diagnostics");
    // The reader of the documents is where a policy spends its time.
    command.arg("--config=profile.release.package.gate-sdk.opt-level=3");
    for (_, id) in &batch.packages {
        command.args(["--package", id]);
    }
    command.arg("--target-dir").arg(target_dir).current_dir(&batch.workspace);
    // A build folder from the user's configuration would be shared with, and locked by, the outer cargo.
    command.env("CARGO_BUILD_BUILD_DIR", target_dir);
    for (name, value) in PROFILE {
        command.env(format!("CARGO_PROFILE_RELEASE_{name}"), value);
    }
    command.env("CARGO_ENCODED_RUSTFLAGS", flags(&batch.workspace, target_dir, toolchain)?.join("\x1f"));
    if let Toolchain::FromSource { linker, .. } = toolchain {
        command.arg("-Zbuild-std=std,panic_abort").env("RUSTC_BOOTSTRAP", "1");
        command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    }
    Ok(command)
}

/// Finds the modules in cargo's messages.
fn artifacts(messages: &str, batch: &Batch) -> Vec<(PathBuf, PathBuf)> {
    let mut found = Vec::new();
    for message in messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        if message["reason"] != "compiler-artifact" {
            continue;
        }
        let files = message["filenames"].as_array().map(Vec::as_slice).unwrap_or_default();
        let module = files.iter().filter_map(Value::as_str).find(|file| file.ends_with(".wasm"));
        let package = batch.packages.iter().find(|(dir, _)| is_in(&message["manifest_path"], dir));
        if let (Some(module), Some((dir, _))) = (module, package) {
            found.push((dir.clone(), PathBuf::from(module)));
        }
    }
    found
}

/// Compiler flags. Paths are mapped to fixed names, so that panic messages do not tell where a build took place.
fn flags(workspace: &Path, target_dir: &Path, toolchain: &Toolchain) -> Result<Vec<String>, BuildError> {
    let sysroot =
        capture(Command::new(toolchain.rustc()).args(["--print", "sysroot"])).map_err(BuildError::new)?;
    let mut flags = vec![format!("-Clink-arg=-zstack-size={GUEST_STACK_BYTES}"), VECTORS.to_owned()];
    let mut remap =
        |from: &Path, to: &str| flags.push(format!("--remap-path-prefix={}={to}", from.display()));
    // The last match wins, so the widest folder comes first.
    if let Some(home) = cargo_home() {
        remap(&home, "/cargo");
    }
    remap(Path::new(&sysroot), "/rust");
    remap(workspace, "/policy");
    remap(target_dir, "/target");
    Ok(flags)
}

fn cargo_home() -> Option<PathBuf> {
    let home = || std::env::home_dir().map(|home| home.join(".cargo"));
    std::env::var_os("CARGO_HOME").filter(|dir| !dir.is_empty()).map(PathBuf::from).or_else(home)
}

fn cargo(toolchain: &Toolchain) -> Command {
    let mut command = Command::new(toolchain.cargo());
    scrub(&mut command);
    command.env("RUSTC", toolchain.rustc());
    command
}

impl Toolchain {
    fn cargo(&self) -> &Path {
        match self {
            Self::Installed { cargo, .. } | Self::FromSource { cargo, .. } => cargo,
        }
    }

    fn rustc(&self) -> &Path {
        match self {
            Self::Installed { rustc, .. } | Self::FromSource { rustc, .. } => rustc,
        }
    }
}
