//! The client: builds requests, keeps to the budget, waits and tries again.

use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, Url};
use serde_json::Value;

use super::answer::Asked;
use super::attempt::attempt;
use super::auth::Auth;
use super::call::Call;
use super::clock::Clock;
use super::limits;
use super::origin::{Root, shown};
use super::reply::Reply;
use super::retry::{self, Carried, Failure};
use crate::host::{HostError, HostErrorKind};

/// Seconds for a connection with its encryption; shorter than an attempt, so that it is known that nothing was sent.
const CONNECT: Duration = Duration::from_secs(5);
/// Servers close idle connections after 5 s and more: one that is about to be closed must not get a request.
const IDLE: Duration = Duration::from_secs(3);
const USER_AGENT: &str = concat!("gitops-gate/", env!("CARGO_PKG_VERSION"));

/// A client of one host for one run.
pub(in crate::host) struct Client {
    /// An error (no certificates on this system) is told by the first call: a local proxy may do without them.
    http: Result<reqwest::Client, HostError>,
    root: Root,
    headers: HeaderMap,
    secrets: Vec<String>,
    pub(super) clock: Clock,
    /// What the host asked to wait before the next call although it answered (Azure DevOps).
    slow_down: Mutex<Option<Duration>>,
}

tokio::task_local! {
    static PROMPT: ();
}

/// Runs `future`, whose calls are good only at once: one that has waited to be sent again fails as ambiguous instead.
pub(in crate::host) async fn promptly<F: Future>(future: F) -> F::Output {
    PROMPT.scope((), future).await
}

/// The call that is being made is good only at once.
pub(in crate::host) fn is_prompt() -> bool {
    PROMPT.try_with(|()| ()).is_ok()
}

impl Client {
    /// A client for the API at `api` (scheme http or https; see `Target::api`), which spends no more than `budget` from
    /// now on.
    pub(in crate::host) fn new(api: &str, auth: Auth, budget: Duration) -> Result<Self, HostError> {
        let root = Root::parse(api)?;
        let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
        headers
            .extend(auth.header()?.map(|(name, value)| (Some(name), value)).into_iter().collect::<Vec<_>>());
        Ok(Self {
            http: build(&root, budget, None),
            root,
            headers,
            secrets: auth.secrets(),
            clock: Clock::new(budget),
            slow_down: Mutex::default(),
        })
    }

    /// The same with a header for every request.
    pub(in crate::host) fn header(mut self, name: &'static str, value: &str) -> Result<Self, HostError> {
        let value = HeaderValue::from_str(value).map_err(|_| {
            HostError::new(HostErrorKind::Setup, format!("the value of the header {name} cannot be sent"))
        })?;
        self.headers.insert(HeaderName::from_static(name), value);
        Ok(self)
    }

    /// The same through a plain HTTP proxy that adds credentials and encryption (Bitbucket Pipelines): requests become
    /// those of `http`, and links of answers may be of `http` or `https`.
    pub(in crate::host) fn proxy(mut self, url: &str) -> Result<Self, HostError> {
        self.root = self.root.plain();
        self.http = Ok(build(&self.root, self.clock.remaining(), Some(url))?);
        Ok(self)
    }

    /// Sends `call`, again if that can help and time allows.
    pub(in crate::host) async fn send(&self, call: Call<'_>) -> Result<Reply, HostError> {
        self.try_send(call).await.map_err(|failure| failure.error)
    }

    /// As [`Client::send`]; the failure has the status and the JSON of the answer too.
    pub(in crate::host) async fn try_send(&self, call: Call<'_>) -> Result<Reply, Failure> {
        let url = self.root.join(&call.path, &call.query)?;
        self.run(call.method, url, call.body.as_ref(), call.repeatable).await
    }

    /// GET of an absolute link of an answer; one to another origin or out of the API is `Strange`.
    pub(in crate::host) async fn follow(&self, link: &str) -> Result<Reply, HostError> {
        let url = self.root.link(link)?;
        self.run(Method::GET, url, None, true).await.map_err(|failure| failure.error)
    }

    /// What is left of the budget.
    pub(in crate::host) fn remaining(&self) -> Duration {
        self.clock.remaining()
    }

    async fn run(
        &self,
        method: Method,
        url: Url,
        body: Option<&Value>,
        repeatable: bool,
    ) -> Result<Reply, Failure> {
        let http = self.http.as_ref().map_err(Clone::clone)?;
        let asked = Asked { method, address: shown(&url), secrets: self.secrets.clone() };
        self.slow_down().await;
        let (mut attempts, mut lost) = (0, false);
        loop {
            let remaining = self.clock.remaining();
            if remaining.is_zero() {
                return Err(retry::finish(out_of_time(&asked), attempts, lost, asked.changes()));
            }
            let request = self.request(&asked.method, &url, body);
            attempts += 1;
            let failure = match attempt(http, request, &asked, remaining, self.clock.wall()).await {
                Ok(reply) => {
                    self.note(&reply);
                    return Ok(reply);
                }
                Err(failure) => failure,
            };
            lost |= failure.carried == Carried::Unknown;
            let wait = retry::wait(&failure, repeatable, attempts, self.clock.remaining(), fastrand::f64());
            match wait {
                Some(wait) => self.clock.sleep(wait).await,
                None => return Err(retry::finish(failure, attempts, lost, asked.changes())),
            }
            if is_prompt() {
                let mut failure = retry::finish(failure, attempts, lost, asked.changes());
                // Whoever sent it looks again before it is sent once more.
                failure.error.ambiguous = true;
                return Err(failure);
            }
        }
    }

    fn request(&self, method: &Method, url: &Url, body: Option<&Value>) -> Request {
        let mut request = Request::new(method.clone(), url.clone());
        *request.headers_mut() = self.headers.clone();
        if let Some(body) = body {
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.to_string().into());
        }
        request
    }

    fn note(&self, reply: &Reply) {
        if let Some(wait) = limits::retry_after(&reply.headers, self.clock.wall()) {
            *self.slow_down.lock().unwrap_or_else(PoisonError::into_inner) = Some(wait);
        }
    }

    /// Waits as the host has asked with its last answer; at most half of the time that is left, for it is advice.
    async fn slow_down(&self) {
        let wait = self.slow_down.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(wait) = wait {
            self.clock.sleep(wait.min(self.clock.remaining() / 2)).await;
        }
    }
}

fn out_of_time(asked: &Asked) -> Failure {
    let error = asked
        .error(HostErrorKind::Unavailable, "the time for posting is used up")
        .hint("the host is slow or has limited the rate: run again later, or allow more time for posting");
    Failure::from(error)
}

fn build(root: &Root, budget: Duration, proxy: Option<&str>) -> Result<reqwest::Client, HostError> {
    static PROVIDER: Once = Once::new();
    // The error says that there is one already, which is as good.
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let mut builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .http1_only()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT.min(budget.max(Duration::from_millis(1))))
        .pool_idle_timeout(IDLE);
    match proxy {
        Some(url) => {
            builder = builder.proxy(reqwest::Proxy::all(url).map_err(|_| unusable("the proxy is no URL"))?)
        }
        None if root.is_loopback() => builder = builder.no_proxy(),
        None => {}
    }
    if root.is_plain() {
        // No certificates are needed, and images without any must do.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| {
        let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        unusable(&cause)
    })
}

fn unusable(why: &str) -> HostError {
    HostError::new(HostErrorKind::Setup, format!("no client for HTTP can be made: {why}")).hint(
        "the system needs certificates (the package ca-certificates, or SSL_CERT_FILE), and proxies must be URLs",
    )
}
