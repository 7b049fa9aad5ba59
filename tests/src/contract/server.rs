//! The server: HTTP/1.1 on a free port of this machine, in a thread of its own, until it is dropped.

use std::net::TcpListener;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::fault::{self, Kind};
use super::spec::Spec;
use super::wire::Reply;
use super::{Answer, Fault, RawRequest, Request, Seen, Twin};

/// A host that runs.
pub struct Server<T: Twin> {
    shared: Arc<Shared<T>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared<T> {
    spec: Arc<Spec>,
    origin: String,
    twin: Mutex<T>,
    faults: Mutex<Vec<Fault>>,
    hooks: Mutex<Vec<(&'static [&'static str], Hook<T>)>>,
    log: Mutex<Log>,
}

type Hook<T> = Box<dyn FnOnce(&mut T) + Send>;

#[derive(Default)]
struct Log {
    requests: Vec<Seen>,
    violations: Vec<String>,
}

/// The connection ends without an answer.
#[derive(Debug)]
struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("dropped on purpose")
    }
}

impl std::error::Error for Dropped {}

impl<T: Twin> Server<T> {
    /// Starts a server with `twin` behind it.
    pub fn start(twin: T) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let shared = Arc::new(Shared {
            spec: Spec::load(twin.spec()),
            origin: format!("http://{}", listener.local_addr().unwrap()),
            twin: Mutex::new(twin),
            faults: Mutex::default(),
            hooks: Mutex::default(),
            log: Mutex::default(),
        });
        let (stop, stopped) = oneshot::channel();
        let for_thread = Arc::clone(&shared);
        let thread = std::thread::spawn(move || serve(listener, for_thread, stopped));
        Self { shared, stop: Some(stop), thread: Some(thread) }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.shared.origin.clone()
    }

    /// The memory of the host. Let go of it before the next request, and before it is asked for again.
    pub fn twin(&self) -> MutexGuard<'_, T> {
        // A test that holds it already would wait for ever.
        for _ in 0..1_000 {
            match self.shared.twin.try_lock() {
                Ok(twin) => return twin,
                Err(TryLockError::Poisoned(twin)) => return twin.into_inner(),
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
            }
        }
        panic!("the twin is held for ten seconds: `server.twin()` twice in one statement?")
    }

    /// One more fault; the first one that is meant for a request meets it.
    pub fn fault(&self, fault: Fault) {
        lock(&self.shared.faults).push(fault);
    }

    /// What happens at the host right before the next request for one of `operations` is carried out.
    pub fn before(&self, operations: &'static [&'static str], act: impl FnOnce(&mut T) + Send + 'static) {
        lock(&self.shared.hooks).push((operations, Box::new(act)));
    }

    /// Takes back all faults that are not used up.
    pub fn clear_faults(&self) {
        lock(&self.shared.faults).clear();
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Seen> {
        lock(&self.shared.log).requests.clone()
    }

    /// Requests that the official description refuses, and answers of the twin that do not fit it.
    pub fn violations(&self) -> Vec<String> {
        lock(&self.shared.log).violations.clone()
    }

    /// Forgets the requests (not the violations).
    pub fn clear_requests(&self) {
        lock(&self.shared.log).requests.clear();
    }
}

impl<T: Twin> Drop for Server<T> {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A server that panicked has failed the test already: its clients got no answer.
            let _ = thread.join();
        }
    }
}

fn serve<T: Twin>(listener: TcpListener, shared: Arc<Shared<T>>, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        tokio::spawn(accept(tokio::net::TcpListener::from_std(listener).unwrap(), shared));
        // The sender is dropped with the server; the runtime ends with all its connections.
        let _ = stopped.await;
    });
}

async fn accept<T: Twin>(listener: tokio::net::TcpListener, shared: Arc<Shared<T>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(Arc::clone(&shared), request));
            let connection = hyper::server::conn::http1::Builder::new();
            // Broken connections are what some tests are about.
            let _ = connection.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer<T: Twin>(
    shared: Arc<Shared<T>>,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Reply>, Dropped> {
    let raw = receive(request).await?;
    let named = lock(&shared.twin).operation(&raw);
    let checked = shared.check(&raw, named.as_deref());
    shared.complain(checked.as_ref().err());
    let operation = checked.as_ref().ok().map(|request| request.operation.clone());
    let kind = fault::take(&mut lock(&shared.faults), &raw.method, operation.as_deref());
    let index = shared.note(raw, operation, kind.is_some());
    let response = match kind {
        None => respond(shared.carry_out(checked), None),
        Some(Kind::DropBefore) => return Err(Dropped),
        Some(Kind::DropAfter) => {
            shared.carry_out(checked);
            return Err(Dropped);
        }
        Some(Kind::Slow(delay)) => {
            let answer = shared.carry_out(checked);
            tokio::time::sleep(delay).await;
            respond(answer, None)
        }
        Some(Kind::Cut) => {
            let answer = shared.carry_out(checked);
            let body = answer.body.clone().unwrap_or_default().to_string().into_bytes();
            respond(answer, Some(Reply::cut(body)))
        }
        Some(Kind::Huge(bytes)) => respond(Answer::new(200, None), Some(Reply::spaces(bytes))),
        Some(Kind::Trickle(delay)) => respond(Answer::new(200, None), Some(Reply::trickle(delay))),
        Some(Kind::Answer { status, headers, content_type, body }) => {
            let mut answer = Answer::new(status, None);
            answer.headers = headers;
            respond(answer.header("content-type", content_type), Some(Reply::whole(body)))
        }
    };
    if let Some(seen) = lock(&shared.log).requests.get_mut(index) {
        seen.status = Some(response.status().as_u16());
    }
    Ok(response)
}

async fn receive(request: hyper::Request<Incoming>) -> Result<RawRequest, Dropped> {
    let (head, body) = request.into_parts();
    let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let body = body.collect().await.map_err(|_| Dropped)?.to_bytes().to_vec();
    Ok(RawRequest {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        authority: head.uri.authority().map(ToString::to_string),
        headers,
        body,
    })
}

fn respond(answer: Answer, body: Option<Reply>) -> hyper::Response<Reply> {
    let mut response = hyper::Response::builder().status(answer.status);
    if !answer.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        response = response.header("content-type", "application/json");
    }
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    let is_json = response.headers_ref().is_some_and(is_json);
    let text = match answer.body {
        Some(Value::String(text)) if !is_json => text,
        body => body.map(|body| body.to_string()).unwrap_or_default(),
    };
    response.body(body.unwrap_or_else(|| Reply::whole(text))).unwrap()
}

fn is_json(headers: &hyper::HeaderMap) -> bool {
    headers.get("content-type").is_some_and(|kind| kind.as_bytes().windows(4).any(|word| word == b"json"))
}

impl<T: Twin> Shared<T> {
    /// The request as the twin is to see it, or the answer to one that does not fit.
    fn check(&self, raw: &RawRequest, named: Option<&str>) -> Result<Request, Answer> {
        let own = lock(&self.twin).base_path();
        let base_path = if own.is_empty() { &self.spec.base_path } else { own };
        let routed = match self.spec.route(raw, base_path, named) {
            Ok(routed) => routed,
            Err(problem) => return Err(refusal(404, std::slice::from_ref(&problem)).violation(problem)),
        };
        let (problems, query, body) = self.spec.check(&routed, raw);
        let operation = routed.operation.id.clone();
        if !problems.is_empty() {
            let violation = format!("{operation}: {}", problems.join("; "));
            return Err(refusal(422, &problems).violation(violation));
        }
        let mut target = raw.path.clone();
        if !raw.query.is_empty() {
            target = format!("{target}?{}", raw.query);
        }
        let headers = raw.headers.clone();
        Ok(Request {
            operation,
            params: routed.params,
            query,
            headers,
            body,
            origin: self.origin.clone(),
            target,
        })
    }

    fn note(&self, raw: RawRequest, operation: Option<String>, fault: bool) -> usize {
        let body = serde_json::from_slice(&raw.body).unwrap_or(Value::Null);
        let mut log = lock(&self.log);
        log.requests.push(Seen { raw, operation, body, at: Instant::now(), status: None, fault });
        log.requests.len() - 1
    }

    fn carry_out(&self, checked: Result<Request, Answer>) -> Answer {
        match checked {
            Ok(request) => self.ask(&request),
            Err(refusal) => refusal,
        }
    }

    fn complain(&self, answer: Option<&Answer>) {
        lock(&self.log).violations.extend(answer.and_then(|answer| answer.violation.clone()));
    }

    fn hooks(&self, operation: &str) -> Vec<Hook<T>> {
        let mut hooks = lock(&self.hooks);
        let (now, later) = hooks.drain(..).partition(|(operations, _)| operations.contains(&operation));
        *hooks = later;
        let now: Vec<(_, Hook<T>)> = now;
        now.into_iter().map(|(_, hook)| hook).collect()
    }

    fn ask(&self, request: &Request) -> Answer {
        let mut twin = lock(&self.twin);
        for hook in self.hooks(&request.operation) {
            hook(&mut twin);
        }
        let Ok(answer) = catch_unwind(AssertUnwindSafe(|| twin.answer(request))) else {
            let answer = refusal(500, &[]).violation(format!("{}: the twin panicked", request.operation));
            self.complain(Some(&answer));
            return answer;
        };
        drop(twin);
        self.complain(Some(&answer));
        let problems = self.spec.check_answer(&request.operation, &answer);
        let problems = problems.into_iter().map(|problem| format!("{}: {problem}", request.operation));
        lock(&self.log).violations.extend(problems);
        answer
    }
}

fn refusal(status: u16, problems: &[String]) -> Answer {
    Answer::new(status, Some(json!({ "message": "not as the specification says", "errors": problems })))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
