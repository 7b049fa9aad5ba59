//! Calls of the SDK within the time budget, and its errors in the gate's own words.

use std::error::Error;
use std::future::Future;
use std::time::{Duration, Instant};

use aws_sdk_codecommit::config::Credentials;
use aws_sdk_codecommit::config::http::HttpResponse;
use aws_sdk_codecommit::error::{ProvideErrorMetadata, SdkError};

use crate::host::http::is_prompt;
use crate::host::{HostError, HostErrorKind};

/// Waits before a call that was limited is made again, where the host does not say how long.
const LIMITED: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// A call that failed, with CodeCommit's own code for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// `PullRequestDoesNotExistException`, or whatever it said.
    pub(super) code: Option<String>,
    error: HostError,
}

impl Failure {
    /// CodeCommit's code is `code`.
    pub(super) fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// The host may have done it, or was busy with another call.
    pub(super) fn is_lost(&self) -> bool {
        self.error.ambiguous || self.error.kind == HostErrorKind::Conflict
    }
}

impl From<HostError> for Failure {
    fn from(error: HostError) -> Self {
        Self { code: None, error }
    }
}

impl From<Failure> for HostError {
    fn from(failure: Failure) -> Self {
        failure.error
    }
}

/// Runs calls, none of them past the end of the budget.
pub(super) struct Calls {
    begun: Instant,
    budget: Duration,
    secrets: Vec<String>,
}

impl Calls {
    /// All of them together take no longer than `budget` from now on.
    pub(super) fn within_budget(budget: Duration) -> Self {
        Self { begun: Instant::now(), budget, secrets: Vec::new() }
    }

    /// From now on this is not in any message.
    pub(super) fn hide(&mut self, credentials: &Credentials) {
        let secrets = [Some(credentials.secret_access_key()), credentials.session_token()];
        self.secrets.extend(secrets.into_iter().flatten().filter(|text| text.len() >= 4).map(str::to_owned));
    }

    /// The answer to a call of the SDK. The SDK has its own attempts, but knows nothing of 429 and `Retry-After`.
    pub(super) async fn run<T, E, F>(&self, name: &str, call: impl Fn() -> F) -> Result<T, Failure>
    where
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<T, SdkError<E>>>,
    {
        for wait in LIMITED {
            let error = match self.within(Duration::MAX, name, call()).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => error,
                Err(error) => return Err(error.into()),
            };
            let wait = error.raw_response().and_then(limited).map(|asked| asked.unwrap_or(wait));
            match wait.filter(|wait| *wait < self.left()) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(self.failure(name, &error)),
            }
            if is_prompt() {
                let mut failure = self.failure(name, &error);
                // Whoever sent it looks again before it is sent once more.
                failure.error.ambiguous = true;
                return Err(failure);
            }
        }
        match self.within(Duration::MAX, name, call()).await {
            Ok(answer) => answer.map_err(|error| self.failure(name, &error)),
            Err(error) => Err(error.into()),
        }
    }

    /// What `work` gives, if it is done within `limit` and the budget.
    pub(super) async fn within<T>(
        &self,
        limit: Duration,
        name: &str,
        work: impl Future<Output = T>,
    ) -> Result<T, HostError> {
        let left = self.left();
        let out_of_time = || HostError {
            // The host may have done it for all we know.
            ambiguous: !left.is_zero(),
            ..HostError::new(HostErrorKind::Unavailable, format!("{name}: no answer within the time for it"))
                .hint(hint(HostErrorKind::Unavailable))
        };
        if left.is_zero() {
            return Err(out_of_time());
        }
        // Boxed: the futures of the SDK are some kilobytes each.
        tokio::time::timeout(left.min(limit), Box::pin(work)).await.map_err(|_| out_of_time())
    }

    /// What is left of the budget.
    pub(super) fn left(&self) -> Duration {
        self.budget.saturating_sub(self.begun.elapsed())
    }

    fn failure<E>(&self, name: &str, error: &SdkError<E>) -> Failure
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let words = error.message().unwrap_or_default().to_owned();
        let words = self.secrets.iter().fold(words, |words, secret| words.replace(secret.as_str(), "***"));
        Failure { code: error.code().map(str::to_owned), error: convert(name, error, &words) }
    }
}

/// How long an answer of 429 (a proxy, an emulator) asks to wait, if it is one: in seconds.
fn limited(answer: &HttpResponse) -> Option<Option<Duration>> {
    let asked = answer.headers().get("retry-after").and_then(|text| text.trim().parse().ok());
    (answer.status().as_u16() == 429).then(|| asked.map(Duration::from_secs))
}

/// An answer without what it must have.
pub(super) fn strange(name: &str, what: &str) -> HostError {
    HostError::new(HostErrorKind::Strange, format!("{name}: the answer does not say {what}"))
        .hint(hint(HostErrorKind::Strange))
}

/// The innermost reason of an error.
pub(super) fn deepest(error: &(dyn Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

/// `words`: what the host says itself, without secrets.
fn convert<E>(name: &str, error: &SdkError<E>, words: &str) -> HostError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        SdkError::TimeoutError(_) => {
            told(HostErrorKind::Unavailable, name, "no answer in time, after all attempts")
        }
        SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
            Some(error) if error.is_user() => told(HostErrorKind::Setup, name, &deepest(error)),
            Some(error) => {
                told(HostErrorKind::Unavailable, name, &format!("no connection: {}", deepest(error)))
            }
            None => told(HostErrorKind::Unavailable, name, "no connection"),
        },
        SdkError::ServiceError(refused) => {
            let status = refused.raw().status().as_u16();
            match error.code() {
                Some(code) => by_code(name, status, code, words),
                None => by_status(name, status),
            }
        }
        SdkError::ResponseError(answer) => by_status(name, answer.raw().status().as_u16()),
        other => told(HostErrorKind::Setup, name, &deepest(other)),
    }
}

fn told(kind: HostErrorKind, name: &str, why: &str) -> HostError {
    HostError {
        ambiguous: matches!(kind, HostErrorKind::Unavailable | HostErrorKind::Strange),
        ..HostError::new(kind, format!("{name}: {why}")).hint(hint(kind))
    }
}

/// An answer without a code is none of CodeCommit: a proxy, a sign-in page, a load balancer.
fn by_status(name: &str, status: u16) -> HostError {
    use HostErrorKind as Kind;
    let kind = match status {
        401 => Kind::Unauthorized,
        403 => Kind::Forbidden,
        404 => Kind::NotFound,
        409 => Kind::Conflict,
        429 => Kind::RateLimited,
        400..=499 => Kind::Refused,
        500.. => Kind::Unavailable,
        _ => Kind::Strange,
    };
    let why =
        if status < 400 { "but not what CodeCommit answers" } else { "and not in the words of CodeCommit" };
    told(kind, name, &format!("HTTP status {status}, {why}"))
}

/// An answer with a code: whose fault it is, and what to do.
fn by_code(name: &str, status: u16, code: &str, words: &str) -> HostError {
    use HostErrorKind as Kind;
    let (kind, own) = match code {
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "InvalidAccessKeyId" => {
            (Kind::Unauthorized, Some("check the credentials and the region of the endpoint"))
        }
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            (Kind::Unauthorized, Some("the credentials have expired (or the clock is wrong): get new ones"))
        }
        "AccessDenied" | "AccessDeniedException" => (Kind::Forbidden, None),
        "EncryptionKeyAccessDeniedException" => {
            (Kind::Forbidden, Some("allow the gate's role to use the KMS key of the repository"))
        }
        "PullRequestCannotBeApprovedByAuthorException" => (
            Kind::Refused,
            Some("the gate's role has opened this pull request itself: give the gate a role of its own"),
        ),
        "RevisionNotCurrentException" => {
            (Kind::Conflict, Some("somebody pushed meanwhile: the run of the newer push answers"))
        }
        "PullRequestAlreadyClosedException" | "IdempotencyParameterMismatchException" => {
            (Kind::Conflict, None)
        }
        "RequestLimitExceeded" | "SlowDown" => (Kind::RateLimited, None),
        "ServiceUnavailable" | "InternalFailure" | "InternalServerError" => (Kind::Unavailable, None),
        _ if code.starts_with("Throttl") || code.starts_with("TooManyRequests") => (Kind::RateLimited, None),
        _ if code.ends_with("DoesNotExistException") || code == "CommentDeletedException" => {
            (Kind::NotFound, None)
        }
        _ if status >= 500 => (Kind::Unavailable, None),
        _ => (Kind::Refused, None),
    };
    let error = told(kind, name, &format!("{code}: {words}"));
    match own {
        Some(own) => error.hint(own),
        None => error,
    }
}

fn hint(kind: HostErrorKind) -> &'static str {
    match kind {
        HostErrorKind::Unauthorized => "check the credentials: missing, wrong or expired",
        HostErrorKind::Forbidden => {
            "allow this action to the gate's role; docs/hosts/codecommit.md lists all of them"
        }
        HostErrorKind::NotFound => {
            "check the number of the pull request, the repository, the account and the region"
        }
        HostErrorKind::Conflict => "somebody else changed it at the same time: run again",
        HostErrorKind::Refused => "CodeCommit does not accept the request as it is",
        HostErrorKind::RateLimited => "AWS limits the calls of this account: run again later",
        HostErrorKind::Unavailable => "CodeCommit or the way to it is at fault: run again later",
        HostErrorKind::Strange => "check the endpoint, and whether a proxy answers in its place",
        HostErrorKind::Setup => "check the endpoint and the region",
    }
}
