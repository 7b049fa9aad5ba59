//! One client for a run: bounded bodies, few attempts, few redirects, an end in time.

use std::sync::{Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{
    ETAG, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION,
};
use reqwest::{Method, Request, Response, StatusCode, Url};

use super::error::DownloadError;
use super::redirect;

/// Redirects of one download.
const REDIRECTS: usize = 5;
/// Attempts where the server or the way to it is at fault.
const ATTEMPTS: u32 = 3;
/// Before the second attempt; twice that before the third.
const PAUSE: Duration = Duration::from_millis(300);
/// Downloads of one run.
const MOST: u32 = 2_000;
/// Characters of an entity tag or a date.
const LONGEST_MARK: usize = 300;
const BROKEN: &str = "the server is at fault; check the address, and what stands before the server";

/// What is known of the content of an address, so that only news are sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// `ETag` of the answer.
    pub etag: Option<String>,
    /// `Last-Modified` of the answer.
    pub modified: Option<String>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The content, and how to ask for news.
    Content(Vec<u8>, Known),
    /// It is what it was.
    Unchanged,
    /// There is nothing at this address.
    Absent,
}

/// Downloads of one run.
pub struct Client {
    inner: Mutex<Result<Inner, DownloadError>>,
    until: Instant,
    patience: Duration,
}

struct Inner {
    /// For servers elsewhere, and for those of this machine.
    http: [reqwest::Client; 2],
    runtime: tokio::runtime::Runtime,
    left: u32,
}

impl Client {
    /// A client that spends no more than `patience` from now on. Nothing is sent yet.
    pub fn new(patience: Duration) -> Self {
        Self { inner: Mutex::new(Inner::new()), until: Instant::now() + patience, patience }
    }

    /// The content of `url`, of at most `most` bytes.
    ///
    /// # Errors
    /// No connection, no answer in time, another status than 200, 304 and 404, a larger body, a redirect that is not
    /// followed.
    pub fn get(&self, url: &str, known: &Known, most: usize) -> Result<Answer, DownloadError> {
        let url = Url::parse(url).map_err(|_| DownloadError::setup("the address of a schema is no URL"))?;
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let inner = inner.as_mut().map_err(|error| error.clone())?;
        inner.left = inner.left.checked_sub(1).ok_or_else(|| {
            DownloadError::new(&url, format!("more than {MOST} downloads"), "judge less at once")
        })?;
        inner.runtime.block_on(self.patiently(inner, &url, known, most))
    }

    async fn patiently(
        &self,
        inner: &Inner,
        url: &Url,
        known: &Known,
        most: usize,
    ) -> Result<Answer, DownloadError> {
        let mut attempt = 1;
        loop {
            let left = self.until.saturating_duration_since(Instant::now());
            let done = match tokio::time::timeout(left, follow(inner, url.clone(), known, most)).await {
                Ok(done) => done,
                Err(_) => {
                    let what =
                        format!("not done within {} s, all downloads together", self.patience.as_secs());
                    return Err(DownloadError::new(
                        url,
                        what,
                        "the server or the way to it is slow: run again later",
                    ));
                }
            };
            let pause = PAUSE * attempt;
            match done {
                Err(error) if error.passing && attempt < ATTEMPTS && left > pause => {
                    tokio::time::sleep(pause).await;
                    attempt += 1;
                }
                done => return done,
            }
        }
    }
}

impl Inner {
    fn new() -> Result<Self, DownloadError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| DownloadError::setup(format!("no connection can be made: {error}")))?;
        Ok(Self { http: [build(false)?, build(true)?], runtime, left: MOST })
    }
}

fn build(local: bool) -> Result<reqwest::Client, DownloadError> {
    static PROVIDER: Once = Once::new();
    // The error says that there is one already, which is as good.
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("gitops-gate/", env!("CARGO_PKG_VERSION")))
        .http1_only()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(Duration::from_secs(20));
    if local {
        // No certificates are needed, and images without any must do.
        builder = builder.no_proxy().tls_certs_only([]);
    }
    builder.build().map_err(|error| {
        let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        DownloadError::setup(format!("no client for HTTP can be made: {cause}"))
    })
}

async fn follow(inner: &Inner, mut url: Url, known: &Known, most: usize) -> Result<Answer, DownloadError> {
    for _ in 0..=REDIRECTS {
        // Plain HTTP is for servers of this machine.
        let http = &inner.http[usize::from(url.scheme() == "http")];
        let mut response =
            http.execute(request(&url, known)).await.map_err(|error| DownloadError::broken(&url, &error))?;
        let status = response.status();
        match status {
            StatusCode::OK => return content(&url, &mut response, most).await,
            StatusCode::NOT_MODIFIED if *known != Known::default() => return Ok(Answer::Unchanged),
            StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(Answer::Absent),
            _ if !status.is_redirection() => return Err(DownloadError::status(&url, status)),
            _ => {}
        }
        let strange = |what: &str| DownloadError::new(&url, format!("{status}: the server {what}"), BROKEN);
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let next = location.and_then(|location| url.join(location).ok());
        let next = next.ok_or_else(|| strange("redirects to no address"))?;
        if let Some(why) = redirect::refused(&url, &next) {
            return Err(strange(why));
        }
        url = next;
    }
    Err(DownloadError::new(&url, "the server redirects again and again", BROKEN))
}

fn request(url: &Url, known: &Known) -> Request {
    let mut request = Request::new(Method::GET, url.clone());
    for (name, value) in [(IF_NONE_MATCH, &known.etag), (IF_MODIFIED_SINCE, &known.modified)] {
        if let Some(value) = value.as_deref().and_then(|value| HeaderValue::from_str(value).ok()) {
            request.headers_mut().insert(name, value);
        }
    }
    request
}

async fn content(url: &Url, response: &mut Response, most: usize) -> Result<Answer, DownloadError> {
    let too_large = || {
        let what = format!("the answer has more than {most} bytes");
        DownloadError::new(
            url,
            what,
            "this is no schema of a kind: check the address, and what the server sends",
        )
    };
    let known =
        Known { etag: mark(response.headers(), &ETAG), modified: mark(response.headers(), &LAST_MODIFIED) };
    if response.content_length().is_some_and(|length| length > most as u64) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| DownloadError::broken(url, &error))? {
        if chunk.len() > most - bytes.len() {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Answer::Content(bytes, known))
}

/// The value of a header, if it can be sent back.
fn mark(headers: &HeaderMap, name: &reqwest::header::HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    (value.len() <= LONGEST_MARK).then(|| value.to_owned())
}
