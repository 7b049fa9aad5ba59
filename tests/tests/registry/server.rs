//! A registry of our own: the CNCF's `distribution` with its files in a temporary folder, on a free port of this machine. It
//! ends with the tests, even if they are killed.

use std::fs;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Starts the program given, in the folder given; ends and removes both when standard input does.
const UNTIL_THE_TESTS_END: &str = "folder=$1; shift; \"$@\" & server=$!; cat >/dev/null; \
    kill -9 $server; wait $server 2>/dev/null; rm -rf \"$folder\"";
pub(crate) const USER: &str = "boss";
pub(crate) const PASSWORD: &str = "correct-horse-9";
/// Of the password, by bcrypt.
const HASH: &str = "$2b$05$abcdefghijklmnopqrstuuKtyOyM4aePTOrLl9yFCJHErGKuR5yk2";

/// A registry that runs.
pub(crate) struct Server {
    folder: PathBuf,
    /// `127.0.0.1:PORT`.
    pub(crate) host: String,
    _lifeline: ChildStdin,
}

/// A registry that anybody may read and write; none, and said so, where there is no program for it.
pub(crate) fn open() -> Option<&'static Server> {
    static OPEN: OnceLock<Option<Server>> = OnceLock::new();
    OPEN.get_or_init(|| start(false)).as_ref()
}

/// A registry that wants [`USER`] and [`PASSWORD`].
pub(crate) fn closed() -> Option<&'static Server> {
    static CLOSED: OnceLock<Option<Server>> = OnceLock::new();
    CLOSED.get_or_init(|| start(true)).as_ref()
}

fn start(is_closed: bool) -> Option<Server> {
    let Some(program) = program() else {
        // Past the test runner, which keeps what passing tests print to itself.
        let words = "SKIPPED: no registry below target/tools (`cargo xtask registry` builds one)";
        let _ = writeln!(std::io::stderr(), "\n{words}");
        return None;
    };
    Some((0..3).find_map(|_| Server::launch(&program, is_closed)).expect("the registry has not started"))
}

/// The one that `GATE_REGISTRY` names, or the newest below the target folder, which is above the binary under test.
fn program() -> Option<PathBuf> {
    if let Some(given) = std::env::var_os("GATE_REGISTRY") {
        return Some(given.into());
    }
    Path::new(env!("CARGO_BIN_EXE_gate-under-test")).ancestors().find_map(|folder| {
        let tools = fs::read_dir(folder.join("tools")).ok()?.flatten().map(|entry| entry.path());
        let named = |path: &PathBuf| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("registry-"))
        };
        tools.filter(named).map(|path| path.join("registry")).filter(|path| path.is_file()).max()
    })
}

impl Server {
    fn launch(program: &Path, is_closed: bool) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap().keep();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        fs::write(folder.join("users"), format!("{USER}:{HASH}\n")).unwrap();
        let shown = folder.display();
        let auth = format!("auth: {{ htpasswd: {{ realm: tests, path: {shown}/users }} }}\n");
        let settings = format!(
            "version: 0.1\nlog: {{ level: error }}\nstorage:\n  filesystem: {{ rootdirectory: {shown}/data }}\n  \
             delete: {{ enabled: true }}\nhttp: {{ addr: \"127.0.0.1:{port}\" }}\n{}",
            if is_closed { &auth } else { "" }
        );
        fs::write(folder.join("config.yml"), settings).unwrap();
        let log = fs::File::create(folder.join("log.txt")).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", UNTIL_THE_TESTS_END, "sh"]).arg(&folder).arg(program).arg("serve");
        command
            .arg(folder.join("config.yml"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("OTEL_TRACES_EXPORTER", "none").env("HOME", &folder);
        command.stdin(Stdio::piped()).stdout(log.try_clone().unwrap()).stderr(log);
        let lifeline = command.spawn().unwrap().stdin.take().unwrap();
        let server = Self { folder, host: format!("127.0.0.1:{port}"), _lifeline: lifeline };
        let patience = Instant::now() + Duration::from_secs(30);
        while Instant::now() < patience {
            if TcpStream::connect(&server.host).is_ok() {
                return Some(server);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        None
    }

    /// A reference to the repository `name`, and what comes behind it.
    pub(crate) fn at(&self, name: &str, version: &str) -> String {
        format!("oci://{}/tests/{name}{version}", self.host)
    }

    /// The file that the content with this digest is kept in.
    pub(crate) fn file_of(&self, digest: &str) -> PathBuf {
        let blobs = self.folder.join("data/docker/registry/v2/blobs/sha256");
        blobs.join(&digest[..2]).join(digest).join("data")
    }
}
