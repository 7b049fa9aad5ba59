//! A Gitea of our own: SQLite in a temporary folder, a free port of this machine, nobody else on it. All tests share it;
//! it ends with them, even if they are killed.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

/// Starts the program given, in the folder given; ends and removes both when standard input does: when the tests are no
/// more, however they came to their end.
const UNTIL_THE_TESTS_END: &str = "folder=$1; shift; \"$@\" & server=$!; cat >/dev/null; \
    kill -9 $server; wait $server 2>/dev/null; rm -rf \"$folder\"";
const ADMIN: &str = "boss";
const PASSWORD: &str = "correct-horse-battery-9";

/// A server that runs.
pub(crate) struct Gitea {
    folder: PathBuf,
    port: u16,
    /// The server lives as long as this is open.
    _lifeline: ChildStdin,
}

/// The server that `cargo xtask gitea` has built, or the one in the folder that `GATE_GITEA` names, started with the
/// first call. None, and said so, where there is none.
pub(crate) fn gitea() -> Option<&'static Gitea> {
    static GITEA: OnceLock<Option<Gitea>> = OnceLock::new();
    GITEA.get_or_init(start).as_ref()
}

fn start() -> Option<Gitea> {
    let Some(home) = home() else {
        // Past the test runner, which keeps what passing tests print to itself.
        let words = "SKIPPED: no Gitea below target/tools (`cargo xtask gitea` builds one)";
        let _ = writeln!(std::io::stderr(), "\n{words}");
        return None;
    };
    let server = (0..3).find_map(|_| Gitea::launch(&home)).expect("Gitea has not started; its log is above");
    let admin = ["--admin", "--username", ADMIN, "--password", PASSWORD, "--email", "boss@example.com"];
    let mut command = Command::new(home.join("gitea"));
    scrub(&mut command, &server.folder);
    command.arg("--config").arg(server.folder.join("app.ini")).args(["admin", "user", "create"]).args(admin);
    let output = command.arg("--must-change-password=false").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    Some(server)
}

/// Below the target folder, which is above the binary under test.
fn home() -> Option<PathBuf> {
    let given = std::env::var_os("GATE_GITEA").map(PathBuf::from);
    let built = Path::new(env!("CARGO_BIN_EXE_gate-under-test")).ancestors().find_map(|folder| {
        let tools = fs::read_dir(folder.join("tools")).ok()?.flatten().map(|entry| entry.path());
        let named = |path: &PathBuf| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("gitea-"))
        };
        tools.filter(|path| named(path) && path.join("gitea").is_file()).max()
    });
    given.or(built)
}

impl Gitea {
    /// Another program may have taken the port meanwhile: then there is no server.
    fn launch(home: &Path) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap().keep();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        fs::write(folder.join("app.ini"), settings(&folder, home, port)).unwrap();
        let log = fs::File::create(folder.join("log.txt")).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", UNTIL_THE_TESTS_END, "sh"]).arg(&folder);
        command.arg(home.join("gitea")).arg("--config").arg(folder.join("app.ini")).arg("web");
        scrub(&mut command, &folder);
        command.stdin(Stdio::piped()).stdout(log.try_clone().unwrap()).stderr(log);
        let lifeline = command.spawn().unwrap().stdin.take().unwrap();
        let server = Self { folder, port, _lifeline: lifeline };
        let patience = Instant::now() + Duration::from_secs(60);
        while Instant::now() < patience {
            if server.try_call("", "GET", "/version", None).is_some_and(|(status, _)| status == 200) {
                return Some(server);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        server.show_log();
        None
    }

    /// Root of the server.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The same with the name and password of `user`, for Git.
    pub(crate) fn url_as(&self, user: &str) -> String {
        format!("http://{user}:{PASSWORD}@127.0.0.1:{}", self.port)
    }

    /// A new user.
    pub(crate) fn user(&self, name: &str) {
        let email = format!("{name}@example.com");
        let user =
            json!({ "username": name, "email": email, "password": PASSWORD, "must_change_password": false });
        self.admin_call("POST", "/admin/users", user);
    }

    /// A new token of `user`.
    pub(crate) fn token(&self, user: &str, scopes: &[&str]) -> String {
        let token = json!({ "name": scopes.join(" "), "scopes": scopes });
        let (status, answer) =
            self.try_call(&by_password(user), "POST", &format!("/users/{user}/tokens"), Some(token)).unwrap();
        assert_eq!(status, 201, "{answer}");
        answer["sha1"].as_str().unwrap().to_owned()
    }

    /// A call of the API as the administrator, which must succeed.
    pub(crate) fn admin_call(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(ADMIN, method, path, Some(body));
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        answer
    }

    /// What the API shows an administrator.
    pub(crate) fn get(&self, path: &str) -> Value {
        let (status, answer) = self.call(ADMIN, "GET", path, None);
        assert_eq!(status, 200, "GET {path}: {answer}");
        answer
    }

    /// A call of the API by `user`: status and answer.
    pub(crate) fn call(&self, user: &str, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        self.try_call(&by_password(user), method, path, body).expect("Gitea does not answer")
    }

    /// HTTP/1.0, whose answers end with the connection.
    fn try_call(&self, login: &str, method: &str, path: &str, body: Option<Value>) -> Option<(u16, Value)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let mut request =
            format!("{method} /api/v1{path} HTTP/1.0\r\nHost: 127.0.0.1:{}\r\n{login}", self.port);
        write!(request, "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())
            .ok()?;
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split_whitespace().nth(1)?.parse().ok()?;
        Some((status, serde_json::from_str(body).unwrap_or(Value::Null)))
    }

    /// Calls that `user` has made so far with the gate's program, as the server has noted them.
    pub(crate) fn calls_of_the_gate(&self, user: &str) -> usize {
        // The log is written a little later; a call of our own that is in it proves that it has come so far.
        let mark = format!("/version?mark={}", self.log().len());
        self.call(ADMIN, "GET", &mark, None);
        let log = patiently(|| Some(self.log()).filter(|log| log.contains(&mark)));
        let user = format!(" - {user} [");
        log.lines().filter(|line| line.contains("\"gitops-gate/") && line.contains(&user)).count()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log.txt")).unwrap_or_default()
    }

    /// The last lines of the log, for people.
    pub(crate) fn show_log(&self) {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(60)..].join("\n");
        let _ = writeln!(std::io::stderr(), "The last of Gitea's log:\n{tail}");
    }
}

/// Asks until there is an answer: much of what Gitea does, it does later.
pub(crate) fn patiently<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let patience = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < patience, "Gitea takes too long");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn by_password(user: &str) -> String {
    format!("Authorization: Basic {}\r\n", BASE64_STANDARD.encode(format!("{user}:{PASSWORD}")))
}

fn scrub(command: &mut Command, folder: &Path) {
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", folder);
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GITEA_WORK_DIR", folder);
    // Containers in which tests run often have no other user.
    command.env("GITEA_I_AM_BEING_UNSAFE_RUNNING_AS_ROOT", "true");
}

fn settings(folder: &Path, home: &Path, port: u16) -> String {
    let (folder, home) = (folder.display(), home.display());
    format!(
        "WORK_PATH = {folder}\nRUN_MODE = prod\n\
         [server]\nHTTP_ADDR = 127.0.0.1\nHTTP_PORT = {port}\nROOT_URL = http://127.0.0.1:{port}/\n\
         DISABLE_SSH = true\nOFFLINE_MODE = true\nSTATIC_ROOT_PATH = {home}\n\
         [database]\nDB_TYPE = sqlite3\nPATH = {folder}/gitea.db\nSQLITE_TIMEOUT = 20000\n\
         [repository]\nROOT = {folder}/repositories\n\
         [security]\nINSTALL_LOCK = true\nPASSWORD_HASH_ALGO = pbkdf2$1$20\n\
         [service]\nDISABLE_REGISTRATION = true\n[mailer]\nENABLED = false\n[actions]\nENABLED = false\n\
         [indexer]\nISSUE_INDEXER_TYPE = db\n\
         [log]\nMODE = console\nLEVEL = info\nlogger.access.MODE = console\n"
    )
}
