//! What several hosts make of a target in the same way.

use super::auth::Auth;
use super::client::Client;
use crate::host::{HostError, HostErrorKind, Secret, Target};

/// A client for the API of `target`, with its budget, and through its local proxy if it has one.
pub(in crate::host) fn client(target: &Target, auth: Auth) -> Result<Client, HostError> {
    let client = Client::new(&target.api, auth, target.budget)?;
    match &target.local_proxy {
        Some(proxy) => client.proxy(proxy),
        None => Ok(client),
    }
}

/// The token; an error if there is none.
pub(in crate::host) fn token(target: &Target) -> Result<Secret, HostError> {
    target.token.clone().filter(|token| !token.expose().is_empty()).ok_or_else(|| {
        HostError::new(HostErrorKind::Unauthorized, format!("there is no token for {}", target.kind.title()))
            .hint("set the variable that holds it; runs for pull requests from forks often get none")
    })
}

/// The two parts of `owner/name`; an error for any other form.
pub(in crate::host) fn owner_and_name(target: &Target) -> Result<(&str, &str), HostError> {
    let parts = target.repository.split_once('/');
    parts.filter(|(owner, name)| !owner.is_empty() && !name.is_empty() && !name.contains('/')).ok_or_else(
        || {
            HostError::new(
                HostErrorKind::Setup,
                format!("`{}` is not of the form `owner/name`", target.repository),
            )
            .hint("name the repository as it is in its address")
        },
    )
}
