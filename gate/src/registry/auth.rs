//! What a registry asks for in `WWW-Authenticate`, and the token that it wants to be fetched.

use serde_json::Value;

/// What an answer with status 401 asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Challenge {
    /// Name and password.
    Basic,
    /// A token, from this address.
    Bearer { realm: String, service: Option<String> },
}

/// Reads all challenges of the headers; a token is preferred.
pub(super) fn challenge<'a>(headers: impl Iterator<Item = &'a str>) -> Option<Challenge> {
    let found: Vec<Challenge> = headers.filter_map(one).collect();
    let bearer = found.iter().find(|challenge| matches!(challenge, Challenge::Bearer { .. }));
    bearer.or(found.first()).cloned()
}

fn one(header: &str) -> Option<Challenge> {
    let (scheme, parameters) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
    if scheme.eq_ignore_ascii_case("basic") {
        return Some(Challenge::Basic);
    }
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let parameters = parameters_of(parameters);
    let get = |name: &str| {
        parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone())
    };
    Some(Challenge::Bearer { realm: get("realm")?, service: get("service") })
}

/// `key="value",key=value`: commas in quotes belong to the value.
fn parameters_of(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start_matches([' ', ',']);
    while let Some((key, after)) = rest.split_once('=') {
        let (value, left) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_once(',').unwrap_or((after, "")),
        };
        found.push((key.trim().to_owned(), value.trim().to_owned()));
        rest = left.trim_start_matches([' ', ',']);
    }
    found
}

/// The token of an answer, if it can stand in a header.
pub(super) fn token(body: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let token = ["token", "access_token"].iter().find_map(|name| answer.get(name)?.as_str())?;
    let fits = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read_as_registries_write_them() {
        let bearer = |realm: &str, service: Option<&str>| {
            Some(Challenge::Bearer { realm: realm.to_owned(), service: service.map(str::to_owned) })
        };
        let read = |header| challenge([header].into_iter());
        assert_eq!(
            read(
                "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",scope=\"a:b:c,d\""
            ),
            bearer("https://auth.docker.io/token", Some("registry.docker.io"))
        );
        assert_eq!(read("bearer scope=\"x,y\", realm=https://a/b"), bearer("https://a/b", None));
        assert_eq!(read("Basic realm=\"Registry Realm\""), Some(Challenge::Basic));
        assert_eq!(read("Basic"), Some(Challenge::Basic));
        assert_eq!(read("Bearer service=x"), None);
        assert_eq!(read("Negotiate"), None);
        assert_eq!(read("Bearer realm=\"unclosed"), bearer("unclosed", None));
        let both = challenge(["Basic realm=x", "Bearer realm=\"r\""].into_iter());
        assert_eq!(both, bearer("r", None));
    }

    #[test]
    fn a_token_fits_into_a_header() {
        assert_eq!(token(br#"{"token":"abc","access_token":"x"}"#).as_deref(), Some("abc"));
        assert_eq!(token(br#"{"access_token":"x.y-z"}"#).as_deref(), Some("x.y-z"));
        for body in [
            &br#"{"token":"a\nb"}"#[..],
            br#"{"token":""}"#,
            br#"{"token":7}"#,
            b"<html>",
            b"",
            br#"{"token":"\u00e9"}"#,
        ] {
            assert_eq!(token(body), None);
        }
    }
}
