//! Which login a token acts as: comments of that login, and only those, are the gate's own.

use std::sync::{Arc, PoisonError};

use serde_json::json;

use super::Github;
use super::crab::{Made, made};
use crate::host::http::{Auth, Call, Client};
use crate::host::{HostError, Secret};

/// Ending of the logins of Apps, which no person's login can have.
const BOT: &str = "[bot]";

#[derive(serde::Deserialize)]
struct User {
    login: String,
}

/// A personal access token (classic or fine-grained), by its prefix: it may write no check runs.
pub(super) fn is_personal(token: &Secret) -> bool {
    let token = token.expose();
    token.starts_with("ghp_") || token.starts_with("github_pat_")
}

/// A token of an App's installation (`GITHUB_TOKEN` is one too): there is no user to ask for.
fn is_installation(token: &Secret) -> bool {
    token.expose().starts_with("ghs_")
}

impl Github {
    /// Login that the token acts as. One call, once.
    pub(super) async fn login(&self) -> Result<String, HostError> {
        let known = self.login.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(login) = known {
            return Ok(login);
        }
        let login = if is_personal(&self.token) {
            made(self.crab.get::<User, _, _>("/user", None::<&()>).await, Made::Read)?.login
        } else {
            // REST tells a person, GraphQL a bot too.
            self.viewer().await?
        };
        self.learn(&login);
        Ok(login)
    }

    /// Keeps the login. What the CI says of its token is a guess (another one may be in the variable), and a wrong one
    /// would make a new comment each time: the author of a comment that was just made is certain.
    pub(super) fn learn(&self, login: &str) {
        *self.login.lock().unwrap_or_else(PoisonError::into_inner) = Some(login.to_owned());
    }

    /// The login as GraphQL tells it.
    async fn viewer(&self) -> Result<String, HostError> {
        let (root, path) = graphql(&self.target.api);
        let client = match root {
            None => Arc::clone(&self.client),
            Some(root) => {
                Arc::new(Client::new(root, Auth::Bearer(self.token.clone()), self.client.remaining())?)
            }
        };
        let call = Call::post(&path, json!({"query": "query { viewer { login } }"})).repeatable();
        let reply = client.send(call).await?;
        let login = reply.text("/data/viewer/login")?;
        // REST names the author of a bot's comments with the ending.
        let is_bare_bot = is_installation(&self.token) && !login.ends_with(BOT);
        Ok(if is_bare_bot { format!("{login}{BOT}") } else { login.to_owned() })
    }
}

/// Root (if it is another one than that of REST) and path of GraphQL. Enterprise Server has it next to REST's `v3`.
fn graphql(api: &str) -> (Option<&str>, [&str; 1]) {
    (api.trim_end_matches('/').strip_suffix("/v3"), ["graphql"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn graphql_is_next_to_rest() {
        assert_eq!(graphql("https://api.github.com").0, None);
        assert_eq!(graphql("https://api.octo.ghe.com").0, None);
        assert_eq!(graphql("https://git.example.com/api/v3").0, Some("https://git.example.com/api"));
    }

    #[test]
    fn prefixes_tell_tokens_apart() {
        let token = |text: &str| Secret::new(text);
        assert!(is_personal(&token("ghp_abc")) && is_personal(&token("github_pat_abc")));
        assert!(!is_personal(&token("ghs_abc")) && !is_personal(&token("0123456789abcdef")));
        assert!(is_installation(&token("ghs_abc")) && !is_installation(&token("ghp_abc")));
    }
}
