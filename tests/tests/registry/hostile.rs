//! Registries that lie, break or never end. None of them gets more out of the gate than an error that says what it did.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gate::config::Reference;
use gate::registry::{Access, Credentials, Pin, Registry, RegistryError, RegistryErrorKind as Kind, sha256};
use serde_json::{Value, json};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const MOST: usize = 1 << 20;

type Respond = dyn Fn(&str, &mut TcpStream) + Send + Sync;

/// A server on this machine, until the tests end; what it was asked, with `+` where credentials were given.
pub(crate) struct Hostile {
    pub(crate) host: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Hostile {
    pub(crate) fn new(respond: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, respond): (_, Arc<Respond>) = (Arc::clone(&asked), Arc::new(respond));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, respond) = (Arc::clone(&log), Arc::clone(&respond));
                std::thread::spawn(move || serve(stream, &log, &*respond));
            }
        });
        Self { host, asked }
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn pull(&self, credentials: Option<Credentials>) -> Result<Vec<u8>, RegistryError> {
        pull(&self.host, credentials, Duration::from_secs(20))
    }
}

fn serve(mut stream: TcpStream, log: &Mutex<Vec<String>>, respond: &Respond) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut first, mut line, mut credentials, mut length) = (String::new(), String::new(), "", 0);
    let _ = reader.read_line(&mut first);
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        if line.to_ascii_lowercase().starts_with("authorization:") {
            credentials = "+";
        }
        let value = line.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned);
        length = value.and_then(|value| value.trim().parse().ok()).unwrap_or(length);
        line.clear();
    }
    let _ = std::io::copy(&mut reader.take(length), &mut std::io::sink());
    let path = first.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    if !path.is_empty() {
        log.lock().unwrap().push(format!("{path}{credentials}"));
        respond(&path, &mut stream);
    }
}

pub(crate) fn answer(stream: &mut TcpStream, status: &str, headers: &str, body: &[u8]) {
    let head =
        format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}

fn pull(host: &str, credentials: Option<Credentials>, patience: Duration) -> Result<Vec<u8>, RegistryError> {
    let access = Access { plain_http: false, credentials, who: "as the tests".to_owned(), patience };
    let pulled = open(host, ":1", access).pull(&Pin { module: None, most: MOST })?;
    Ok(pulled.module)
}

fn open(host: &str, version: &str, access: Access) -> Registry {
    let reference = Reference::parse(&format!("oci://{host}/team/x{version}")).unwrap();
    Registry::open(&reference, access).unwrap()
}

/// What `version` stands for in the repository of the registry at `host`, as anybody.
pub(crate) fn registry(host: &str, version: &str) -> Registry {
    let (who, patience) = ("as the tests".to_owned(), Duration::from_secs(20));
    open(host, version, Access { plain_http: false, credentials: None, who, patience })
}

/// A good manifest of `module`.
fn manifest(module: &[u8]) -> Value {
    json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": { "mediaType": "application/vnd.wasm.config.v0+json", "digest": format!("sha256:{}", sha256(b"{}")), "size": 2 },
        "layers": [{
            "mediaType": "application/wasm",
            "digest": format!("sha256:{}", sha256(module)),
            "size": module.len(),
        }],
    })
}

/// A registry with this manifest, whose blobs are all `blob`.
fn with(manifest: String, blob: &'static [u8]) -> Hostile {
    Hostile::new(move |path, stream| match path.contains("/manifests/") {
        true => answer(stream, "200 OK", "", manifest.as_bytes()),
        false => answer(stream, "200 OK", "", blob),
    })
}

#[test]
fn a_good_registry_is_believed() {
    let server = with(manifest(b"module").to_string(), b"module");
    assert_eq!(server.pull(None), Ok(b"module".to_vec()));
    let module = sha256(b"module");
    assert_eq!(
        server.asked(),
        ["GET /v2/team/x/manifests/1".to_owned(), format!("GET /v2/team/x/blobs/sha256:{module}")]
    );
}

#[test]
fn manifests_and_content_that_lie() {
    let changed = |pointer: &str, value: Value| {
        let mut manifest = manifest(b"module");
        *manifest.pointer_mut(pointer).unwrap() = value;
        manifest.to_string()
    };
    let layer = manifest(b"module")["layers"][0].clone();
    for (text, blob, kind, expected) in [
        (changed("/layers", json!([layer, layer])), b"module".as_slice(), Kind::NoPolicy, "it has 2 layers"),
        (
            changed("/layers/0/mediaType", json!("text/html")),
            b"module",
            Kind::NoPolicy,
            "its layer is `text/html`",
        ),
        (changed("/layers/0/size", json!(MOST + 1)), b"module", Kind::NoPolicy, "a policy has at most"),
        (changed("/layers/0/size", json!(5)), b"module", Kind::Strange, "more than its 5 bytes"),
        (changed("/layers/0/size", json!(7)), b"module", Kind::Strange, "(6 bytes)"),
        (
            changed("/layers/0/digest", json!("sha256:../../x")),
            b"module",
            Kind::NoPolicy,
            "no SHA-256 digest",
        ),
        (manifest(b"module").to_string(), b"Module", Kind::Strange, "has the digest"),
        ("<html>".to_owned(), b"module", Kind::NoPolicy, "the manifest cannot be read"),
        (json!({ "schemaVersion": 2, "manifests": [] }).to_string(), b"", Kind::NoPolicy, "it is an index"),
        ("x".repeat((1 << 20) + 1), b"", Kind::Strange, "a manifest of more than"),
    ] {
        let error = with(text, blob).pull(None).unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.message.contains(expected), "{expected}: {error}");
    }
}

#[test]
fn another_manifest_than_the_one_that_was_asked_for() {
    let server = with(manifest(b"module").to_string(), b"module");
    let pin = Pin { module: None, most: MOST };
    let right = sha256(manifest(b"module").to_string().as_bytes());
    let pulled = registry(&server.host, &format!("@sha256:{right}")).pull(&pin).unwrap();
    assert_eq!((pulled.manifest.digest, pulled.module), (right.clone(), b"module".to_vec()));
    let wrong = sha256(b"another manifest");
    let error = registry(&server.host, &format!(":1@sha256:{wrong}")).pull(&pin).unwrap_err();
    assert_eq!(error.kind, Kind::Strange);
    assert!(error.message.contains(&format!("a manifest of the digest {right}")), "{error}");
    assert_eq!(
        server.asked().last(),
        Some(&format!("GET /v2/team/x/manifests/sha256:{wrong}")),
        "not by the tag"
    );
    let pin = Pin { module: Some(sha256(b"another module")), most: MOST };
    let error = registry(&server.host, ":1").pull(&pin).unwrap_err();
    assert_eq!(error.kind, Kind::Mismatch);
    assert_eq!(server.asked().last().unwrap(), "GET /v2/team/x/manifests/1", "nothing else was fetched");
}

#[test]
fn bodies_that_never_end_are_cut() {
    let endless = |stream: &mut TcpStream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while stream.write_all(&[b' '; 65_536]).is_ok() {}
    };
    let started = Instant::now();
    let error = Hostile::new(move |_, stream| endless(stream)).pull(None).unwrap_err();
    assert!(error.message.contains("a manifest of more than 1048576 bytes"), "{error}");
    let text = manifest(b"module").to_string();
    let server = Hostile::new(move |path, stream| match path.contains("/manifests/") {
        true => answer(stream, "200 OK", "", text.as_bytes()),
        false => endless(stream),
    });
    let error = server.pull(None).unwrap_err();
    assert!(error.message.contains("more than its 6 bytes"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(15));
}

#[test]
fn refusals_say_what_to_do() {
    for (status, headers, body, kind, expected, tries) in [
        ("404 Not Found", "", "{}", Kind::NotFound, "404 Not Found", 1),
        ("401 Unauthorized", "", "", Kind::Unauthorized, "401 Unauthorized", 1),
        (
            "401 Unauthorized",
            "WWW-Authenticate: Basic realm=x\r\n",
            "",
            Kind::Unauthorized,
            "401 Unauthorized",
            1,
        ),
        (
            "403 Forbidden",
            "",
            r#"{"errors":[{"code":"DENIED","message":"no\u001b[31m"}]}"#,
            Kind::Forbidden,
            "DENIED, no",
            1,
        ),
        ("500 Internal Server Error", "", "x", Kind::Unavailable, "500 Internal Server Error", 3),
        ("429 Too Many Requests", "", "", Kind::Unavailable, "429", 3),
        ("204 No Content", "", "", Kind::Strange, "204", 1),
        ("302 Found", "", "", Kind::Strange, "redirects to no address", 1),
        ("302 Found", "Location: http://localhost:1/x\r\n", "", Kind::Strange, "without encryption", 1),
        ("302 Found", "Location: ftp://127.0.0.1/x\r\n", "", Kind::Strange, "without encryption", 1),
        ("302 Found", "Location: http://u:p@127.0.0.1/x\r\n", "", Kind::Strange, "without encryption", 1),
        ("302 Found", "Location: /v2/again\r\n", "", Kind::Strange, "again and again", 6),
    ] {
        let server = Hostile::new(move |_, stream| answer(stream, status, headers, body.as_bytes()));
        let error = server.pull(None).unwrap_err();
        assert_eq!(error.kind, kind, "{status} {headers}: {error}");
        assert!(error.message.contains(expected) && !error.message.contains('\u{1b}'), "{expected}: {error}");
        assert_eq!(server.asked().len(), tries, "{status} {headers}");
        if kind == Kind::Unauthorized {
            assert!(error.hint.unwrap().contains("docker login"));
        }
    }
}

#[test]
fn credentials_go_to_the_registry_that_asks_for_them_and_nowhere_else() {
    let storage = Hostile::new(|_, stream| answer(stream, "200 OK", "", b"module"));
    let (text, elsewhere) = (manifest(b"module").to_string(), storage.host.clone());
    let seen = Arc::new(Mutex::new(0));
    let counter = Arc::clone(&seen);
    let server = Hostile::new(move |path, stream| {
        let mut seen = counter.lock().unwrap();
        *seen += 1;
        match (*seen, path.contains("/manifests/")) {
            (1, _) => answer(stream, "401 Unauthorized", "WWW-Authenticate: Basic realm=x\r\n", b""),
            (_, true) => answer(stream, "200 OK", "", text.as_bytes()),
            (_, false) => {
                answer(
                    stream,
                    "307 Temporary Redirect",
                    &format!("Location: http://{elsewhere}/blob\r\n"),
                    b"",
                );
            }
        }
    });
    let pulled = server.pull(Some(Credentials::new("joe", "s3cret")));
    assert_eq!(pulled, Ok(b"module".to_vec()));
    let digest = sha256(b"module");
    assert_eq!(
        server.asked(),
        [
            "GET /v2/team/x/manifests/1".to_owned(),
            "GET /v2/team/x/manifests/1+".to_owned(),
            format!("GET /v2/team/x/blobs/sha256:{digest}+")
        ]
    );
    assert_eq!(storage.asked(), ["GET /blob"]);
}

#[test]
fn a_token_is_fetched_and_may_not_be_fetched_without_encryption_elsewhere() {
    let text = manifest(b"module").to_string();
    let is_first = AtomicBool::new(true);
    let server = Hostile::new(move |path, stream| {
        let own = stream.local_addr().unwrap();
        let realm = format!("WWW-Authenticate: Bearer realm=\"http://{own}/token\",service=\"s\"\r\n");
        if path.starts_with("GET /token") {
            answer(stream, "200 OK", "", br#"{"token":"abc"}"#);
        } else if is_first.swap(false, Ordering::SeqCst) {
            answer(stream, "401 Unauthorized", &realm, b"");
        } else if path.contains("/manifests/") {
            answer(stream, "200 OK", "", text.as_bytes());
        } else {
            answer(stream, "200 OK", "", b"module");
        }
    });
    assert_eq!(server.pull(Some(Credentials::new("joe", "s3cret"))), Ok(b"module".to_vec()));
    let asked = server.asked();
    assert_eq!(asked[1], "GET /token?scope=repository%3Ateam%2Fx%3Apull&service=s+");
    assert_eq!(asked[2], "GET /v2/team/x/manifests/1+");
    for (realm, expected) in [
        ("http://localhost:1/token", "fetched without encryption"),
        ("https://u:p@127.0.0.1/token", "fetched without encryption"),
        ("nonsense", "gives no address for its token"),
    ] {
        let header = format!("WWW-Authenticate: Bearer realm=\"{realm}\"\r\n");
        let server = Hostile::new(move |_, stream| answer(stream, "401 Unauthorized", &header, b""));
        let error = server.pull(Some(Credentials::new("joe", "s3cret"))).unwrap_err();
        assert!(error.kind == Kind::Strange && error.message.contains(expected), "{error}");
        assert!(!format!("{error:?}").contains("s3cret"));
    }
}

#[test]
fn a_registry_that_does_not_answer_is_not_waited_for() {
    let server = Hostile::new(|_, _| std::thread::sleep(Duration::from_secs(60)));
    let started = Instant::now();
    let error = pull(&server.host, None, Duration::from_millis(1_500)).unwrap_err();
    assert!(error.kind == Kind::Unavailable && error.message.contains("not done within 1 s"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(10));
    let dropped = Hostile::new(|_, _| {});
    let error = pull(&dropped.host, None, Duration::from_secs(10)).unwrap_err();
    assert_eq!((error.kind, dropped.asked().len()), (Kind::Unavailable, 3), "{error}");
}
