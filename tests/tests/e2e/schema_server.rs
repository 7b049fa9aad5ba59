//! A small web server of schemas on this machine, which says whatever a test wants it to.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

type Respond = dyn Fn(&str, &str, &mut TcpStream) + Send + Sync;

/// A server until the tests end, and what it was asked: path, and the value of `If-None-Match` where it was sent.
pub(crate) struct SchemaServer {
    /// `http://127.0.0.1:PORT`.
    pub(crate) root: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl SchemaServer {
    /// One that answers a request for a path, made with this entity tag, as `respond` does.
    pub(crate) fn new(respond: impl Fn(&str, &str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, respond): (_, Arc<Respond>) = (Arc::clone(&asked), Arc::new(respond));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, respond) = (Arc::clone(&log), Arc::clone(&respond));
                std::thread::spawn(move || serve(stream, &log, &*respond));
            }
        });
        Self { root, asked }
    }

    /// One that has this body at this path, and nothing else.
    pub(crate) fn with(path: &'static str, body: &str) -> Self {
        let body = body.to_owned();
        Self::new(move |asked, _, stream| match asked == path {
            true => answer(stream, "200 OK", "", body.as_bytes()),
            false => answer(stream, "404 Not Found", "", b"no"),
        })
    }

    /// A template of URLs of this server, as catalogs of custom resources have them.
    pub(crate) fn template(&self) -> String {
        format!("{}/{{{{.Group}}}}/{{{{.ResourceKind}}}}_{{{{.ResourceAPIVersion}}}}.json", self.root)
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, log: &Mutex<Vec<String>>, respond: &Respond) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut first, mut line, mut tag) = (String::new(), String::new(), String::new());
    let _ = reader.read_line(&mut first);
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("if-none-match")
        {
            value.trim().clone_into(&mut tag);
        }
        line.clear();
    }
    let path = first.split_whitespace().nth(1).unwrap_or_default().to_owned();
    if !path.is_empty() {
        log.lock().unwrap().push(format!("{path} {tag}").trim_end().to_owned());
        respond(&path, &tag, &mut stream);
    }
}

/// A whole answer.
pub(crate) fn answer(stream: &mut TcpStream, status: &str, headers: &str, body: &[u8]) {
    let head =
        format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}
