//! A server with a script: one step for each connection, in order; the last one is repeated.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What is done with a request.
#[derive(Clone)]
pub(super) enum Step {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The connection is closed before the request is read.
    DropBefore,
    /// The request is read, then the connection is closed.
    DropAfter,
    /// These bytes, then the connection is closed although more was announced.
    Cut(Vec<u8>),
    /// Nothing for so long.
    Slow(Duration),
}

/// The server; its thread lives as long as the test's process.
pub(super) struct Server {
    url: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(super) fn start(steps: Vec<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        std::thread::spawn(move || {
            for (index, stream) in listener.incoming().enumerate() {
                let step = steps[index.min(steps.len() - 1)].clone();
                // A client that went away is none of the server's business.
                let _ = serve(stream.unwrap(), step, &log);
            }
        });
        Self { url, seen }
    }

    pub(super) fn url(&self) -> String {
        self.url.clone()
    }

    /// All requests as they came: head and body.
    pub(super) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, step: Step, log: &Mutex<Vec<String>>) -> std::io::Result<()> {
    if matches!(step, Step::DropBefore) {
        log.lock().unwrap().push("dropped".to_owned());
        return Ok(());
    }
    log.lock().unwrap().push(request(&mut stream)?);
    match step {
        Step::Bytes(bytes) | Step::Cut(bytes) => stream.write_all(&bytes),
        Step::Slow(wait) => {
            std::thread::sleep(wait);
            Ok(())
        }
        Step::DropBefore | Step::DropAfter => Ok(()),
    }
}

fn request(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let head = text.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(head) = head
            && text.len() >= head + 4 + length(&text[..head])
        {
            return Ok(String::from_utf8_lossy(&text).into_owned());
        }
        match stream.read(&mut buffer)? {
            0 => return Ok(String::from_utf8_lossy(&text).into_owned()),
            read => text.extend_from_slice(&buffer[..read]),
        }
    }
}

fn length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0)
}

/// An answer with `headers`, each `name: value`.
pub(super) fn answer(status: u16, headers: &[&str], body: &str) -> Step {
    let mut text = format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    Step::Bytes(format!("{text}\r\n{body}").into_bytes())
}

/// An answer of JSON.
pub(super) fn json(status: u16, body: &str) -> Step {
    answer(status, &["Content-Type: application/json; charset=utf-8"], body)
}
