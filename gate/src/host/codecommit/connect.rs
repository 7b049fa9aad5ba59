//! Clients of CodeCommit and of STS: region, credentials, TLS, attempts and time-outs. The credentials are found first
//! of all, so that "there are none" is told as what it is.

use std::time::Duration;

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_codecommit::Client;
use aws_sdk_codecommit::config::interceptors::BeforeDeserializationInterceptorContextMut;
use aws_sdk_codecommit::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_codecommit::config::{
    Credentials, ProvideCredentials, SharedCredentialsProvider, SharedHttpClient,
};
use aws_sdk_codecommit::error::BoxError;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_types::body::SdkBody;

use super::error::Calls;
use crate::host::{HostError, HostErrorKind, Target};

/// How long credentials are looked for: the last place, the metadata service of EC2, does not answer at all elsewhere.
const CREDENTIALS: Duration = Duration::from_secs(10);
/// Bytes of an answer; a page of 500 of the longest comments is about 6 MB.
const MOST: usize = 16 << 20;
const CONNECT: Duration = Duration::from_secs(5);
const ATTEMPT: Duration = Duration::from_secs(10);
const ATTEMPTS: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(300);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Clients of CodeCommit at `target.api` and of STS.
pub(super) async fn clients(
    target: &Target,
    calls: &mut Calls,
) -> Result<(Client, aws_sdk_sts::Client), HostError> {
    let region = RegionProviderChain::first_try(region(&target.api).map(|name| Region::new(name.to_owned())))
        .or_else(EnvironmentVariableRegionProvider::new())
        .or_else(Region::new("us-east-1"));
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region)
        .http_client(http_client())
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(ATTEMPTS)
                .with_initial_backoff(FIRST_PAUSE)
                .with_max_backoff(LONGEST_PAUSE),
        )
        .timeout_config(
            TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(ATTEMPT).build(),
        );
    if let Some(fixed) = fixed_credentials(target)? {
        loader = loader.credentials_provider(fixed);
    }
    let found = calls.within(CREDENTIALS, "looking for AWS credentials", async {
        let config = loader.load().await;
        let credentials = credentials(&config).await;
        (config, credentials)
    });
    let (config, credentials) = found.await?;
    let credentials = credentials?;
    calls.hide(&credentials);
    let credentials = SharedCredentialsProvider::new(credentials);
    let codecommit = aws_sdk_codecommit::config::Builder::from(&config)
        .endpoint_url(&target.api)
        .credentials_provider(credentials.clone())
        .interceptor(Limited);
    let mut sts = aws_sdk_sts::config::Builder::from(&config).credentials_provider(credentials);
    if !is_aws(&target.api) {
        // Emulators of AWS serve all of it at one address.
        sts = sts.endpoint_url(&target.api);
    }
    Ok((Client::from_conf(codecommit.build()), aws_sdk_sts::Client::from_conf(sts.build())))
}

/// An access key id and its secret, if the target brings them.
fn fixed_credentials(target: &Target) -> Result<Option<Credentials>, HostError> {
    match (&target.user, &target.token) {
        (None, None) => Ok(None),
        (Some(id), Some(secret)) => {
            Ok(Some(Credentials::new(id, secret.expose(), None, None, "gitops-gate")))
        }
        (Some(_), None) => Err(HostError::new(
            HostErrorKind::Unauthorized,
            "there is an access key id for CodeCommit without its secret",
        )
        .hint(
            "give both, or neither and let the usual places of AWS (environment, profile, role) provide them",
        )),
        (None, Some(_)) => Err(HostError::new(
            HostErrorKind::Setup,
            "there is a secret for CodeCommit without its access key id",
        )
        .hint("give neither, and let the usual places of AWS (environment, profile, role) provide them")),
    }
}

async fn credentials(config: &SdkConfig) -> Result<Credentials, HostError> {
    let missing = |why: String| {
        HostError::new(HostErrorKind::Unauthorized, why)
            .hint("give this job a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    };
    let provider =
        config.credentials_provider().ok_or_else(|| missing("no AWS credentials were found".to_owned()))?;
    provider
        .provide_credentials()
        .await
        .map_err(|error| missing(format!("no AWS credentials were found: {}", super::error::deepest(&error))))
}

/// TLS by rustls with ring, as everywhere in the gate; the proxy of the environment, if there is one.
fn http_client() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).build()
    })
}

/// Answers longer than [`MOST`] are an error: the SDK would read them whole.
#[derive(Debug)]
struct Limited;

impl Intercept for Limited {
    fn name(&self) -> &'static str {
        "Limited"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = std::mem::replace(context.response_mut().body_mut(), SdkBody::taken());
        *context.response_mut().body_mut() = SdkBody::from_body_1_x(http_body_util::Limited::new(body, MOST));
        Ok(())
    }
}

/// The region in the name of an endpoint: the label after `codecommit` (or `codecommit-fips`).
pub(super) fn region(api: &str) -> Option<&str> {
    let mut labels = host(api).split('.');
    labels.find(|label| *label == "codecommit" || *label == "codecommit-fips")?;
    labels.next().filter(|_| is_aws(api))
}

/// The endpoint is one of AWS itself.
pub(super) fn is_aws(api: &str) -> bool {
    let host = host(api);
    [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"].iter().any(|domain| host.ends_with(domain))
}

fn host(api: &str) -> &str {
    let rest = api.split_once("://").map_or(api, |(_, rest)| rest);
    rest.split(['/', ':', '?']).next().unwrap_or_default()
}
