//! A GitHub App given by its private key: the key is exchanged for a token of the installation, for this repository and
//! what the gate does, nothing more.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;

use super::{crab, jwt};
use crate::host::http::{Auth, Call, Client};
use crate::host::{HostError, HostErrorKind, Secret, Target};

/// What became of the key.
pub(super) struct Access {
    /// Token of the installation, good for an hour.
    pub(super) token: Secret,
    /// Login of the App, if it was told on the way.
    pub(super) login: Option<String>,
    /// What is left of the budget.
    pub(super) remaining: Duration,
}

/// The secret is a private key, not a token.
pub(super) fn is_key(secret: &Secret) -> bool {
    secret.expose().starts_with("-----BEGIN ")
}

/// A token for `owner/name`. `Target::user` holds the App's id (or client id), and after a slash the installation's if
/// it is known. One call, two if the installation must be found.
pub(super) async fn exchange(
    target: &Target,
    key: &Secret,
    owner: &str,
    name: &str,
) -> Result<Access, HostError> {
    let (app, installation) = ids(target.user.as_deref())?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let client = Client::new(&target.api, Auth::Bearer(jwt::sign(app, key, now)?), target.budget)?
        .header("accept", crab::ACCEPT)?
        .header("x-github-api-version", crab::VERSION)?;
    let (installation, login) = match installation {
        Some(id) => (id.to_owned(), None),
        None => find(&client, owner, name).await?,
    };
    let mut permissions = json!({"checks": "write"});
    if target.number.is_some() {
        permissions["pull_requests"] = json!("write");
    }
    let body = json!({"repositories": [name], "permissions": permissions});
    // A second token is of no harm.
    let call = Call::post(&["app", "installations", &installation, "access_tokens"], body).repeatable();
    let reply = client.send(call).await.map_err(explained)?;
    Ok(Access { token: Secret::new(reply.text("/token")?), login, remaining: client.remaining() })
}

async fn find(client: &Client, owner: &str, name: &str) -> Result<(String, Option<String>), HostError> {
    let reply = client.send(Call::get(&["repos", owner, name, "installation"])).await.map_err(explained)?;
    let login = reply.text("/app_slug").ok().map(|slug| format!("{slug}[bot]"));
    Ok((reply.number("/id")?.to_string(), login))
}

fn ids(user: Option<&str>) -> Result<(&str, Option<&str>), HostError> {
    let user = user.unwrap_or_default().trim();
    let (app, installation) = user.split_once('/').map_or((user, None), |(app, id)| (app, Some(id)));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_id = !app.is_empty() && app.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    if is_id && installation.is_none_or(is_number) {
        return Ok((app, installation));
    }
    Err(HostError::new(HostErrorKind::Setup, "the private key of an App needs the App's id with it")
        .hint("give the App's id (or client id) as the user, or `app-id/installation-id`"))
}

fn explained(error: HostError) -> HostError {
    match error.kind {
        HostErrorKind::Unauthorized => {
            error.hint("the App's id and private key do not belong together, or the clock of this machine is wrong")
        }
        HostErrorKind::NotFound => error.hint("install the App on this repository, and check its id"),
        HostErrorKind::Refused | HostErrorKind::Forbidden => error.hint(
            "give the App `Checks: write` and `Pull requests: write`, and accept the new permissions in its installation",
        ),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_names_app_and_installation() {
        assert_eq!(ids(Some(" 123 ")), Ok(("123", None)));
        assert_eq!(ids(Some("Iv23liABC/42")), Ok(("Iv23liABC", Some("42"))));
        for user in [None, Some(""), Some("/42"), Some("123/"), Some("123/x"), Some("1 2"), Some("1/2/3")] {
            assert_eq!(ids(user).map_err(|error| error.kind), Err(HostErrorKind::Setup), "{user:?}");
        }
    }

    #[test]
    fn keys_are_told_from_tokens() {
        assert!(is_key(&Secret::new("\n-----BEGIN RSA PRIVATE KEY-----\nx")));
        assert!(!is_key(&Secret::new("ghp_x")));
    }
}
