//! The install script and the first step of the action, against a folder that is laid out as the releases are.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::runner::{Job, Played, files};
use crate::tools::on_the_path;
use crate::{read, root};

const VERSION: &str = env!("CARGO_PKG_VERSION");
pub(crate) const TARGET: &str = "x86_64-unknown-linux-musl";

/// A release: the archive of a program that leaves a trace when it runs, and its sums.
pub(crate) struct Release {
    pub(crate) folder: TempDir,
}

impl Release {
    fn new() -> Self {
        let release = Self { folder: tempfile::tempdir().unwrap() };
        release.version(VERSION);
        release
    }

    /// A release of this version whose program is the script `program`.
    pub(crate) fn of_program(program: &str) -> Self {
        let release = Self { folder: tempfile::tempdir().unwrap() };
        release.add(VERSION, program);
        release
    }

    fn version(&self, version: &str) {
        let trace = self.ran().display().to_string();
        self.add(version, &format!("#!/bin/sh\ntouch '{trace}'\necho 'gate {version}'\n"));
    }

    fn add(&self, version: &str, program: &str) {
        let stem = format!("gate-{version}-{TARGET}");
        let inside = self.folder.path().join(&stem);
        std::fs::create_dir(&inside).unwrap();
        std::fs::write(inside.join("gate"), program).unwrap();
        std::fs::create_dir(self.of(version)).unwrap();
        let archive = self.of(version).join(format!("{stem}.tar.gz"));
        let mut tar = Command::new("tar");
        tar.arg("-czf").arg(&archive).arg("-C").arg(self.folder.path()).arg(&stem);
        assert!(tar.status().unwrap().success());
        std::fs::remove_dir_all(inside).unwrap();
        let hex = hex(&archive);
        // Of other machines, too; and a name that only ends like ours.
        let sums = format!(
            "{0}  other-{stem}.tar.gz\n{hex}  {stem}.tar.gz\n{0}  gate-{version}-other.tar.gz\n",
            "0".repeat(64)
        );
        std::fs::write(self.of(version).join("SHA256SUMS"), sums).unwrap();
    }

    fn of(&self, version: &str) -> PathBuf {
        self.folder.path().join(format!("v{version}"))
    }

    fn sums(&self) -> PathBuf {
        self.of(VERSION).join("SHA256SUMS")
    }

    /// Is there once the program ran.
    fn ran(&self) -> PathBuf {
        self.folder.path().join("ran")
    }

    fn url(&self) -> String {
        format!("file://{}", self.folder.path().display())
    }

    fn archive(&self) -> PathBuf {
        self.of(VERSION).join(format!("gate-{VERSION}-{TARGET}.tar.gz"))
    }

    /// Another archive than the one that the sums are of.
    fn tamper(&self) {
        let mut bytes = std::fs::read(self.archive()).unwrap();
        bytes.push(0);
        std::fs::write(self.archive(), bytes).unwrap();
    }

    /// The script, by the shell `shell`.
    fn install(&self, shell: &str, version: &str, into: &Path, more: &[(&str, &str)]) -> Output {
        let mut command = Command::new(shell);
        command.arg(root().join("ci/install.sh")).arg(version).arg(into);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("GATE_RELEASES", self.url()).env("GATE_TARGET", TARGET).envs(more.iter().copied());
        command.output().unwrap()
    }
}

/// The digest of a file.
fn hex(path: &Path) -> String {
    let digest = Sha256::digest(std::fs::read(path).unwrap());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_release_is_installed_and_its_path_is_said() {
    for shell in ["sh", "bash"] {
        let (release, into) = (Release::new(), tempfile::tempdir().unwrap());
        for version in [VERSION.to_owned(), format!("v{VERSION}")] {
            let output = release.install(shell, &version, &into.path().join("a folder"), &[]);
            assert!(output.status.success(), "{}", said(&output));
            let path = into.path().join("a folder/gate");
            assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{}\n", path.display()));
            let ran = Command::new(&path).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&ran.stdout), format!("gate {VERSION}\n"));
        }
        assert_eq!(files(into.path()).len(), 1, "nothing else is left");
    }
}

/// The archive for Windows is another one.
#[test]
fn a_release_for_windows_is_installed() {
    if on_the_path("zip").is_none() || on_the_path("unzip").is_none() {
        return;
    }
    const WINDOWS: &str = "x86_64-pc-windows-msvc";
    let (release, into) = (Release::new(), tempfile::tempdir().unwrap());
    let stem = format!("gate-{VERSION}-{WINDOWS}");
    std::fs::create_dir(release.folder.path().join(&stem)).unwrap();
    std::fs::write(release.folder.path().join(&stem).join("gate.exe"), "MZ").unwrap();
    let archive = release.of(VERSION).join(format!("{stem}.zip"));
    let mut zip = Command::new("zip");
    zip.args(["-q", "-r"]).arg(&archive).arg(&stem).current_dir(release.folder.path());
    assert!(zip.status().unwrap().success());
    std::fs::write(release.sums(), format!("{}  {stem}.zip\n", hex(&archive))).unwrap();
    let output = release.install("sh", VERSION, into.path(), &[("GATE_TARGET", WINDOWS)]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(std::fs::read(into.path().join("gate.exe")).unwrap(), b"MZ");
}

/// What is done to the release, and what is said of it.
type Case = (fn(&Release), &'static str);

#[test]
fn nothing_is_installed_that_is_not_what_was_released() {
    let cases: [Case; 6] = [
        (Release::tamper, "it is not what was released"),
        (|release| std::fs::remove_file(release.sums()).unwrap(), "SHA256SUMS cannot be downloaded"),
        (|release| std::fs::write(release.sums(), "").unwrap(), "SHA256SUMS has no digest"),
        (
            |release| {
                let sums = std::fs::read_to_string(release.sums()).unwrap();
                std::fs::write(release.sums(), sums.replace(&format!("  gate-{VERSION}-{TARGET}"), "  x"))
                    .unwrap();
            },
            "SHA256SUMS has no digest",
        ),
        (
            |release| {
                std::fs::write(release.sums(), format!("abc  gate-{VERSION}-{TARGET}.tar.gz\n")).unwrap()
            },
            "is no SHA-256",
        ),
        (|release| std::fs::remove_file(release.archive()).unwrap(), "cannot be downloaded"),
    ];
    for (harm, words) in cases {
        let (release, into) = (Release::new(), tempfile::tempdir().unwrap());
        harm(&release);
        let output = release.install("sh", VERSION, into.path(), &[]);
        assert_eq!(output.status.code(), Some(1), "{words}");
        assert!(said(&output).contains(words), "{words}: {}", said(&output));
        assert_eq!((output.stdout.len(), files(into.path()).len()), (0, 0), "{words}");

        // The step of the action: the same, and nothing of it is kept or run.
        let (played, job) = step(&release, &[("attestation", "never")], None);
        assert_eq!((played.code, played.last.as_str()), (1, "install"), "{words}: {played:?}");
        assert!(played.log.contains(words) && played.log.contains("::error "), "{words}: {played:?}");
        assert_eq!(files(&job.at("tools")).len(), 0, "{words}");
        assert!(!release.ran().exists(), "{words}");
    }
}

#[test]
fn a_digest_of_ones_own_counts_in_place_of_the_sums() {
    let (release, into) = (Release::new(), tempfile::tempdir().unwrap());
    let sums = std::fs::read_to_string(release.sums()).unwrap();
    let digest = sums.lines().nth(1).unwrap()[..64].to_uppercase();
    std::fs::remove_file(release.sums()).unwrap();
    let output = release.install("sh", VERSION, into.path(), &[("GATE_SHA256", &digest)]);
    assert!(output.status.success(), "{}", said(&output));
    let output = release.install("sh", VERSION, into.path(), &[("GATE_SHA256", &"a".repeat(64))]);
    assert!(said(&output).contains("it is not what was released"), "{}", said(&output));
}

#[test]
fn what_is_no_version_is_asked_of_nobody() {
    let (release, into) = (Release::new(), tempfile::tempdir().unwrap());
    for version in
        ["", "latest", "../0.1.0", "0.1.0/../x", "0.1.0 x", "1;touch pwned", "$(touch pwned)", "1\n2"]
    {
        let output = release.install("sh", version, into.path(), &[]);
        assert!(said(&output).contains("is no version"), "{version:?}: {}", said(&output));
        assert_eq!(files(into.path()).len(), 0);
    }
}

/// The first step of the action; `gh` is what that program does.
fn step(release: &Release, inputs: &[(&str, &str)], gh: Option<&str>) -> (Played, Job) {
    let mut job = Job::new();
    job.set("GATE_TARGET", TARGET);
    job.token = "ghs_theTokenOfTheJob".to_owned();
    job.with("releases", &release.url());
    for (name, value) in inputs {
        job.with(name, value);
    }
    if let Some(script) = gh {
        let path = job.programs.join("gh");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    (job.play(Some("install")), job)
}

#[test]
fn the_action_installs_its_own_version_once() {
    let release = Release::new();
    let (played, job) = step(&release, &[], None);
    assert_eq!(played.code, 0, "{played:?}");
    assert_eq!(played.steps["install.version"], VERSION);
    let gate = PathBuf::from(&played.steps["install.gate"]);
    assert!(gate.starts_with(job.at("tools")) && gate.is_file(), "{played:?}");
    assert_eq!(files(&job.at("temp")).len(), 0, "{:?}", files(&job.at("temp")));
    // From the cache: the release is not needed any more.
    std::fs::remove_dir_all(release.of(VERSION)).unwrap();
    let again = job.play(Some("install"));
    assert_eq!((again.code, &again.steps), (0, &played.steps), "{again:?}");
}

#[test]
fn another_version_is_another_program() {
    let release = Release::new();
    release.version("0.2.0-rc.1");
    let (played, _job) = step(&release, &[("version", "v0.2.0-rc.1")], None);
    assert_eq!((played.code, played.steps["install.version"].as_str()), (0, "0.2.0-rc.1"), "{played:?}");
    let (played, _job) = step(&release, &[("version", "9.9.9")], None);
    assert!(played.code == 1 && played.log.contains("cannot be downloaded"), "{played:?}");
    let (played, _job) = step(&release, &[("version", "latest")], None);
    assert!(played.code == 1 && played.log.contains("the input version is none"), "{played:?}");
}

#[test]
fn a_program_on_the_path_is_taken() {
    let mut job = Job::new();
    let path = job.programs.join("my-gate");
    std::fs::write(&path, "#!/bin/sh\necho gate 7.7.7\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    job.with("binary", "my-gate");
    let played = job.play(Some("install"));
    assert_eq!(played.steps.get("install.gate"), Some(&path.display().to_string()), "{played:?}");
    job.with("binary", "no-such-gate");
    let played = job.play(Some("install"));
    assert!(played.code == 1 && played.log.contains("names no program"), "{played:?}");
}

#[test]
fn an_attestation_that_fails_keeps_the_program_from_running() {
    // Only what is asked of it passes: the archive, this repository, its release workflow, with the token of the job.
    let good = "[ \"$*\" = \"attestation verify --help\" ] && exit 0
case \"$3\" in */gate-*.tar.gz) ;; *) exit 9 ;; esac
[ -f \"$3\" ] && [ \"$GH_TOKEN\" = ghs_theTokenOfTheJob ] || exit 8
[ \"$4 $5 $6 $7\" = \"--repo gitops-gate/gitops-gate --signer-workflow gitops-gate/gitops-gate/.github/workflows/release.yml\" ]";
    let release = Release::new();
    let (played, _job) = step(&release, &[("attestation", "always")], Some(good));
    assert_eq!(played.code, 0, "{played:?}");

    let release = Release::new();
    for bad in ["[ \"$3\" = --help ]", "exit 1"] {
        let (played, job) = step(&release, &[("attestation", "always")], Some(bad));
        assert!(played.code == 1 && played.log.contains("cannot be verified"), "{played:?}");
        assert_eq!(files(&job.at("tools")).len(), 0);
    }
    assert!(!release.ran().exists());
    let (played, _job) = step(&release, &[("attestation", "sometimes")], None);
    assert!(played.code == 1 && played.log.contains("none of auto, always and never"), "{played:?}");
}

/// The templates install by this script, at the version that they name.
#[test]
fn the_script_names_its_variables() {
    let script = read("ci/install.sh");
    for name in ["GATE_SHA256", "GATE_RELEASES", "GATE_TARGET", "GATE_KEEP_ARCHIVE"] {
        assert!(script.contains(&format!("#   {name}")), "{name}");
    }
}
