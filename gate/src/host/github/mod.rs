//! GitHub: github.com, GHE.com and Enterprise Server. The signal is a check run with annotations; a token that may write
//! none (personal ones) sets a commit status instead. `octocrab` speaks the API, over this program's own HTTP client.

mod annotation;
mod app;
mod check;
mod comments;
mod crab;
mod jwt;
mod status;
mod who;

use std::sync::{Arc, Mutex};

use octocrab::Octocrab;

use super::adapter::{Adapter, Annotated, Comment, Current, Limits};
use super::http::{self, Auth, Client};
use super::{HostError, HostErrorKind, Markup, Publication, Secret, Target};
use crab::{Made, made};

/// Bytes of a comment and of a check run's summary: 65,535 code points are allowed, the rest is margin.
const TEXT: usize = 64_000;

/// GitHub with one pull request or commit.
pub(super) struct Github {
    client: Arc<Client>,
    crab: Octocrab,
    target: Target,
    owner: String,
    name: String,
    token: Secret,
    /// Login that the token acts as, as far as it is known.
    login: Mutex<Option<String>>,
}

#[derive(serde::Deserialize)]
struct Pull {
    state: String,
    head: Tip,
}

#[derive(serde::Deserialize)]
struct Tip {
    sha: String,
}

impl Github {
    /// Authenticates (an App exchanges its key for a token first) and checks the arguments.
    pub(super) async fn new(target: &Target) -> Result<Self, HostError> {
        let (owner, name) = http::owner_and_name(target)?;
        check_words(owner, name, &target.head)?;
        let credential = http::token(target)?;
        let mut login = target.acts_as.clone();
        let (token, budget) = if app::is_key(&credential) {
            let access = app::exchange(target, &credential, owner, name).await?;
            login = login.or(access.login);
            (access.token, access.remaining)
        } else {
            (credential, target.budget)
        };
        let client = Client::new(&target.api, Auth::Bearer(token.clone()), budget)?
            .header("accept", crab::ACCEPT)?
            .header("x-github-api-version", crab::VERSION)?;
        let client = Arc::new(client);
        let crab = crab::over(Arc::clone(&client));
        let (owner, name) = (owner.to_owned(), name.to_owned());
        Ok(Self { client, crab, target: target.clone(), owner, name, token, login: Mutex::new(login) })
    }

    /// `/repos/{owner}/{name}` and `rest` below it; all of it is of harmless characters, see [`check_words`].
    fn route(&self, rest: &str) -> String {
        format!("/repos/{}/{}/{rest}", self.owner, self.name)
    }

    fn number(&self) -> Result<u64, HostError> {
        self.target
            .number
            .ok_or_else(|| HostError::new(HostErrorKind::Setup, "there is no pull request to comment on"))
    }
}

impl Adapter for Github {
    fn limits(&self) -> Limits {
        Limits { comment: TEXT, markup: Markup::Html, threads: 0 }
    }

    async fn current(&self) -> Result<Current, HostError> {
        let route = self.route(&format!("pulls/{}", self.number()?));
        let pull: Pull = made(self.crab.get(route, None::<&()>).await, Made::Read)?;
        Ok(Current { head: pull.head.sha, open: pull.state == "open" })
    }

    async fn comments(&self) -> Result<Vec<Comment>, HostError> {
        let login = self.login().await?;
        self.list_comments(&login).await
    }

    async fn create(&self, body: &str) -> Result<(), HostError> {
        self.create_comment(body).await
    }

    async fn update(&self, comment: &Comment, body: &str) -> Result<(), HostError> {
        self.update_comment(comment, body).await
    }

    async fn remove(&self, comment: &Comment) -> Result<(), HostError> {
        self.remove_comment(comment).await
    }

    async fn signal(&self, publication: &Publication<'_>) -> Result<Annotated, HostError> {
        if who::is_personal(&self.token) {
            return self.status(publication).await;
        }
        match self.check(publication).await {
            // The host knows the repository, but lets this token write no checks.
            Err(error) if matches!(error.kind, HostErrorKind::Forbidden | HostErrorKind::NotFound) => {
                self.status(publication).await.map_err(|second| status::neither(&error, second))
            }
            result => result,
        }
    }
}

/// Names go into the paths of octocrab as they are: only what GitHub allows in them gets there.
fn check_words(owner: &str, name: &str, head: &str) -> Result<(), HostError> {
    let is_name = |text: &str| {
        text != "."
            && text != ".."
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    if !is_name(owner) || !is_name(name) {
        return Err(HostError::new(
            HostErrorKind::Setup,
            format!("`{owner}/{name}` is no repository of GitHub"),
        )
        .hint("name it as `owner/name`, as in its address"));
    }
    if !matches!(head.len(), 40 | 64) || !head.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(HostError::new(HostErrorKind::Setup, format!("`{head}` is no full id of a commit"))
            .hint("give the head commit of the pull request"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_github_get_into_a_path() {
        let head = "a".repeat(40);
        assert!(check_words("acme", "deploy.config_2", &head).is_ok());
        assert!(check_words("acme", "x", &"0".repeat(64)).is_ok());
        for (owner, name) in
            [("..", "x"), ("acme", "."), ("a?b", "x"), ("acme", "x#y"), ("a b", "x"), ("a%2fb", "x")]
        {
            assert_eq!(
                check_words(owner, name, &head).map_err(|error| error.kind),
                Err(HostErrorKind::Setup)
            );
        }
        for head in ["", "main", "abc1234", &"g".repeat(40), &"a".repeat(41)] {
            assert_eq!(check_words("acme", "x", head).map_err(|error| error.kind), Err(HostErrorKind::Setup));
        }
    }
}
