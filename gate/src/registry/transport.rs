//! HTTP to one registry: one client, bounded answers, tokens that go to their own host, few redirects without credentials.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{HeaderValue, LOCATION, WWW_AUTHENTICATE};
use reqwest::{Method, StatusCode, Url};

use super::auth::{self, Challenge};
use super::body::Body;
use super::call::{Answer, Call, SMALL, build, is_passing, request};
use super::client::{self, Asked};
use super::credentials::Credentials;
use super::error::{RegistryError, RegistryErrorKind as Kind};
use crate::config::Reference;
use crate::text::{UNRESERVED, percent_encoded};

/// Redirects of one download.
const REDIRECTS: usize = 5;
/// Attempts of a request that changes nothing.
const ATTEMPTS: u32 = 3;
/// Before the second attempt; twice that before the third.
const PAUSE: Duration = Duration::from_millis(500);

/// How to get at a registry.
#[derive(Debug, Clone)]
pub struct Access {
    /// Without encryption; a registry on this machine needs no leave for that.
    pub plain_http: bool,
    /// None: as anybody.
    pub credentials: Option<Credentials>,
    /// Where they are from, or why there are none, for messages.
    pub who: String,
    /// Time for everything together.
    pub patience: Duration,
}

/// One repository of one registry.
pub struct Registry {
    pub(super) reference: Reference,
    root: Url,
    http: reqwest::Client,
    runtime: tokio::runtime::Runtime,
    access: Access,
    until: Instant,
    /// The header that the registry has accepted last.
    authorization: Mutex<Option<HeaderValue>>,
}

impl Registry {
    /// A client for the repository of `reference`; nothing is sent yet.
    ///
    /// # Errors
    /// This machine has no certificates, or a proxy that is none.
    pub fn open(reference: &Reference, access: Access) -> Result<Self, RegistryError> {
        let setup = |what: &str| RegistryError::new(Kind::Setup, reference, what);
        let plain = access.plain_http || reference.is_local();
        let host =
            if reference.registry == "docker.io" { "registry-1.docker.io" } else { &reference.registry };
        let scheme = if plain { "http" } else { "https" };
        let path = match (reference.registry.as_str(), reference.repository.contains('/')) {
            ("docker.io", false) => format!("library/{}", reference.repository),
            _ => reference.repository.clone(),
        };
        let root = Url::parse(&format!("{scheme}://{host}/v2/{path}/"))
            .map_err(|_| setup("no address can be made of it"))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| setup(&format!("no connection can be made: {error}")))?;
        let http = build(plain, reference.is_local()).map_err(|why| {
            setup(&format!("no client for HTTP can be made: {why}")).hint(client::NO_CLIENT)
        })?;
        let until = Instant::now() + access.patience;
        Ok(Self {
            reference: reference.clone(),
            root,
            http,
            runtime,
            access,
            until,
            authorization: Mutex::default(),
        })
    }

    /// Sends `call`; again where that can help, and with credentials where they are asked for.
    pub(super) fn send(&self, call: &Call<'_>) -> Result<Answer, RegistryError> {
        let url = self.url(&call.path)?;
        self.runtime.block_on(self.patiently(call, url))
    }

    /// As [`Registry::send`], to an address that the registry gave for an upload: nowhere but to itself.
    pub(super) fn send_to(
        &self,
        call: &Call<'_>,
        location: &str,
        query: &str,
    ) -> Result<Answer, RegistryError> {
        let strange = |what: &str| RegistryError::new(Kind::Strange, &self.reference, what);
        let mut url =
            self.root.join(location).map_err(|_| strange("the registry gives no address for the upload"))?;
        if url.origin() != self.root.origin() {
            return Err(strange("the registry wants the upload to go to another server, which is not done"));
        }
        let joined = url.query().map_or_else(|| query.to_owned(), |old| format!("{old}&{query}"));
        url.set_query(Some(&joined));
        self.runtime.block_on(self.patiently(call, url))
    }

    fn url(&self, path: &str) -> Result<Url, RegistryError> {
        self.root
            .join(path)
            .map_err(|_| RegistryError::new(Kind::Setup, &self.reference, "no address can be made of it"))
    }

    async fn patiently(&self, call: &Call<'_>, url: Url) -> Result<Answer, RegistryError> {
        let reads = matches!(call.method, Method::GET | Method::HEAD);
        let mut attempt = 1;
        loop {
            let done = self.with_credentials(call, url.clone()).await;
            let again = match &done {
                Ok(answer) => is_passing(answer.status),
                Err(error) => error.kind == Kind::Unavailable,
            };
            let pause = PAUSE * attempt;
            if !again || !reads || attempt == ATTEMPTS || self.left() <= pause {
                return done;
            }
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    /// Sends it as before; if the registry wants to know who asks, once more.
    async fn with_credentials(&self, call: &Call<'_>, url: Url) -> Result<Answer, RegistryError> {
        let known = self.authorization.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let answer = self.follow(call, url.clone(), known.as_ref()).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let headers = answer.headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        let Some(authorization) = self.authorize(auth::challenge(headers), call).await? else {
            return Ok(answer);
        };
        *self.authorization.lock().unwrap_or_else(PoisonError::into_inner) = Some(authorization.clone());
        self.follow(call, url, Some(&authorization)).await
    }

    /// What to say to `challenge`; none if there is nothing to say.
    async fn authorize(
        &self,
        challenge: Option<Challenge>,
        call: &Call<'_>,
    ) -> Result<Option<HeaderValue>, RegistryError> {
        let basic = self.access.credentials.as_ref().map(Credentials::basic);
        let text = match challenge {
            None => return Ok(None),
            Some(Challenge::Basic) => basic,
            Some(Challenge::Bearer { realm, service }) => {
                Some(format!("Bearer {}", self.token(&realm, service.as_deref(), basic, call).await?))
            }
        };
        Ok(text.and_then(|text| HeaderValue::from_str(&text).ok()).map(|mut value| {
            value.set_sensitive(true);
            value
        }))
    }

    /// Fetches a token. The registry says where, often another host: its own credentials go there, encrypted.
    async fn token(
        &self,
        realm: &str,
        service: Option<&str>,
        basic: Option<String>,
        call: &Call<'_>,
    ) -> Result<String, RegistryError> {
        let strange = |what: &str| RegistryError::new(Kind::Strange, &self.reference, what);
        let mut url =
            Url::parse(realm).map_err(|_| strange("the registry gives no address for its token"))?;
        if !self.may_go_to(&url) {
            return Err(strange(
                "the registry wants its token to be fetched without encryption, which is not done",
            ));
        }
        let actions = if matches!(call.method, Method::GET | Method::HEAD) { "pull" } else { "pull,push" };
        let repository = self.root.path().trim_start_matches("/v2/").trim_end_matches('/');
        let mut query =
            format!("scope={}", percent_encoded(format!("repository:{repository}:{actions}"), UNRESERVED));
        if let Some(service) = service {
            query += &format!("&service={}", percent_encoded(service, UNRESERVED));
        }
        let joined = url.query().map_or_else(|| query.clone(), |old| format!("{old}&{query}"));
        url.set_query(Some(&joined));
        let fetch = Call { most: SMALL, ..Call::new(Method::GET, "") };
        let header = basic.and_then(|text| HeaderValue::from_str(&text).ok());
        let answer = self.once(&fetch, &url, header.as_ref()).await?;
        if !answer.status.is_success() {
            let asked = self.asked(&fetch, &url);
            return Err(client::refused(&asked, answer.status, &answer.body.start()));
        }
        match answer.body {
            Body::Whole(bytes) => auth::token(&bytes).ok_or_else(|| strange("the registry's token is none")),
            Body::TooLarge(_) => Err(strange("the registry's token is too large")),
        }
    }

    /// Follows redirects of downloads; the authorization stays with the registry.
    async fn follow(
        &self,
        call: &Call<'_>,
        mut url: Url,
        authorization: Option<&HeaderValue>,
    ) -> Result<Answer, RegistryError> {
        let strange = |what: &str| RegistryError::new(Kind::Strange, &self.reference, what);
        for _ in 0..=REDIRECTS {
            let own = url.origin() == self.root.origin();
            let answer = self.once(call, &url, authorization.filter(|_| own)).await?;
            if !answer.status.is_redirection() || call.method != Method::GET {
                return Ok(answer);
            }
            let location = answer.headers.get(LOCATION).and_then(|value| value.to_str().ok());
            let next = location.and_then(|location| url.join(location).ok());
            url = next.ok_or_else(|| strange("the registry redirects to no address"))?;
            if !self.may_go_to(&url) {
                return Err(strange(
                    "the registry redirects to an address without encryption, which is not followed",
                ));
            }
        }
        Err(strange("the registry redirects again and again"))
    }

    /// Encrypted, or as plain as the registry itself and at the same host.
    fn may_go_to(&self, url: &Url) -> bool {
        let plain =
            self.root.scheme() == "http" && url.scheme() == "http" && url.host_str() == self.root.host_str();
        (url.scheme() == "https" || plain) && url.username().is_empty() && url.password().is_none()
    }

    async fn once(
        &self,
        call: &Call<'_>,
        url: &Url,
        authorization: Option<&HeaderValue>,
    ) -> Result<Answer, RegistryError> {
        let asked = self.asked(call, url);
        let request = request(call, url, authorization);
        let receive = async {
            let mut response = self.http.execute(request).await?;
            let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
            let most = if status.is_success() { call.most } else { call.most.min(SMALL) };
            Ok(Answer { status, headers, body: Body::read(&mut response, most).await? })
        };
        match tokio::time::timeout(self.left(), receive).await {
            Ok(answer) => answer.map_err(|error| client::broken(&asked, &error)),
            Err(_) => Err(client::out_of_time(&asked, self.access.patience)),
        }
    }

    fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    fn asked(&self, call: &Call<'_>, url: &Url) -> Asked<'_> {
        let address = format!("{}{}", url.origin().ascii_serialization(), url.path());
        Asked { reference: &self.reference, method: call.method.clone(), address, who: &self.access.who }
    }

    /// The error for a status that the caller does not expect.
    pub(super) fn unexpected(&self, call: &Call<'_>, answer: Answer) -> RegistryError {
        let url = self.url(&call.path).unwrap_or_else(|_| self.root.clone());
        client::refused(&self.asked(call, &url), answer.status, &answer.body.start())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(reference: &str, plain_http: bool) -> Registry {
        let access =
            Access { plain_http, credentials: None, who: String::new(), patience: Duration::from_secs(1) };
        Registry::open(&Reference::parse(reference).unwrap(), access).unwrap()
    }

    #[test]
    fn only_this_machine_and_whoever_asks_for_it_go_without_encryption() {
        for (reference, plain, root) in [
            ("oci://ghcr.io/team/x:1", false, "https://ghcr.io/v2/team/x/"),
            ("oci://ghcr.io:8443/x:1", false, "https://ghcr.io:8443/v2/x/"),
            ("oci://docker.io/x:1", false, "https://registry-1.docker.io/v2/library/x/"),
            ("oci://docker.io/team/x:1", false, "https://registry-1.docker.io/v2/team/x/"),
            ("oci://registry:5000/x:1", true, "http://registry:5000/v2/x/"),
            ("oci://localhost:5000/x:1", false, "http://localhost:5000/v2/x/"),
        ] {
            assert_eq!(opened(reference, plain).root.as_str(), root);
        }
    }

    #[test]
    fn an_encrypted_registry_sends_nobody_to_a_plain_one() {
        let registry = opened("oci://ghcr.io/team/x:1", false);
        for (url, may) in [
            ("https://ghcr.io/v2/x", true),
            ("https://storage.example.com/blob?sig=1", true),
            ("http://ghcr.io/v2/x", false),
            ("http://127.0.0.1/x", false),
            ("file:///etc/passwd", false),
            ("https://u@storage.example.com/x", false),
        ] {
            assert_eq!(registry.may_go_to(&Url::parse(url).unwrap()), may, "{url}");
        }
    }
}
