//! Tokens: whose they are, what they may, and the exchange of an App's proof for one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{Github, REPOSITORY, person, problem};
use crate::contract::{Answer, Request, TOKEN, USER};

/// Id of the App and of its installation.
pub(super) const APP: &str = "123456";
const INSTALLATION: u64 = 42;
/// What the App's key is exchanged for.
pub(super) const INSTALLATION_TOKEN: &str = "ghs_1nSt4llAt10nT0k3nS3cr3t";
/// Login of the App.
const APP_BOT: &str = "gate-app[bot]";
/// Login of a workflow's token.
pub(super) const BOT: &str = "gate-bot[bot]";

/// Whose the token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// `GITHUB_TOKEN` of a workflow, or an installation of an App: may write checks, is no user.
    Actions,
    /// The same, for a pull request from a fork: reads only.
    Fork,
    /// A person: may write statuses and comments, no checks.
    Person,
    /// An App that is asked for a token of its installation first.
    App,
}

impl Github {
    /// The refusal of a request without a token of the gate, or with one that may not do this.
    pub(super) fn authenticate(&self, request: &Request) -> Option<Answer> {
        let token = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let is_for_app = request.operation.starts_with("apps/");
        let known = match (is_for_app, self.holder) {
            (true, Holder::App) => token.is_some_and(is_proof),
            (false, Holder::App) => token == Some(INSTALLATION_TOKEN),
            // Prefixes tell kinds of tokens apart: `ghp_`, `ghs_`.
            _ => !is_for_app && token.is_some_and(|token| token.ends_with(TOKEN)),
        };
        if !known {
            return Some(problem(401, "Bad credentials").documented_elsewhere());
        }
        if request.header("user-agent").is_none_or(str::is_empty) {
            return Some(
                problem(403, "Request forbidden by administrative rules: no User-Agent")
                    .documented_elsewhere(),
            );
        }
        let (owner, name) = REPOSITORY.split_once('/')?;
        let elsewhere = ["owner", "repo"].iter().zip([owner, name]).any(|(key, value)| {
            request.params.get(*key).is_some_and(|given| !given.eq_ignore_ascii_case(value))
        });
        elsewhere.then(|| problem(404, "Not Found").documented_elsewhere())
    }

    /// The refusal of a write that the token may not make.
    pub(super) fn may_not_write(&self) -> Option<Answer> {
        // 403 with this text: GitHub's documentation of permissions.
        (self.holder == Holder::Fork)
            .then(|| problem(403, "Resource not accessible by integration").documented_elsewhere())
    }

    /// Login that the token acts as.
    pub(super) fn login(&self) -> &'static str {
        match self.holder {
            Holder::App => APP_BOT,
            Holder::Actions | Holder::Fork => BOT,
            Holder::Person => USER,
        }
    }

    pub(super) fn user(&self) -> Answer {
        if self.holder != Holder::Person {
            return problem(403, "Resource not accessible by integration");
        }
        let mut user = person(self.login());
        user["name"] = Value::Null;
        user["email"] = Value::Null;
        user["two_factor_authentication"] = json!(true);
        Answer::ok(user)
    }

    pub(super) fn viewer(&self) -> Answer {
        Answer::ok(json!({"data": {"viewer": {"login": self.login()}}}))
    }

    pub(super) fn exchange(&self, request: &Request) -> Answer {
        if request.number("installation_id") != INSTALLATION {
            return problem(404, "Not Found");
        }
        let granted = ["checks", "pull_requests", "statuses", "metadata"];
        let asked = request.body["permissions"].as_object().cloned().unwrap_or_default();
        if asked.is_empty() || request.body["repositories"] != json!(["deploy"]) {
            return problem(422, "x")
                .violation("a token for more than the repository and what the gate does");
        }
        if let Some(other) = asked.keys().find(|name| !granted.contains(&name.as_str())) {
            return problem(
                422,
                &format!("The permissions requested are not granted to this installation: {other}"),
            );
        }
        Answer::created(json!({
            "token": INSTALLATION_TOKEN, "expires_at": "2026-05-12T10:00:00Z", "permissions": asked,
            "repository_selection": "selected",
        }))
    }
}

pub(super) fn installation() -> Answer {
    Answer::ok(json!({
        "id": INSTALLATION, "app_id": 123_456, "app_slug": "gate-app", "target_id": 3, "target_type": "Organization",
    }))
}

/// A JSON Web Token of the App within its ten minutes. (That the signature is right is tested where it is made.)
fn is_proof(token: &str) -> bool {
    let parts: Vec<&str> = token.split('.').collect();
    let read =
        |part: &str| -> Option<Value> { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok() };
    let [header, claims, signature] = parts[..] else { return false };
    let (Some(header), Some(claims)) = (read(header), read(claims)) else { return false };
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let (issued, ends) = (claims["iat"].as_u64().unwrap_or(u64::MAX), claims["exp"].as_u64().unwrap_or(0));
    header["alg"] == "RS256"
        && claims["iss"] == APP
        && (issued..=ends).contains(&now)
        && ends - now <= 600
        && URL_SAFE_NO_PAD.decode(signature).is_ok_and(|bytes| bytes.len() == 256)
}
