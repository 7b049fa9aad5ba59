//! What Bitbucket Data Center answers, and addresses of its pages for people.

use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::host::adapter::Comment;
use crate::host::bitbucket::Found;

/// A comment on the pull request as a whole, with its number, from an activity; none for all other activities.
pub(super) fn comment(activity: &Value) -> Option<(u64, Found)> {
    let given = |name: &str| activity.get(name).is_some_and(|value| !value.is_null());
    if activity.get("action")? != "COMMENTED" || given("commentAnchor") {
        return None;
    }
    if activity.get("commentAction").is_some_and(|action| action == "DELETED") {
        return None;
    }
    let comment = activity.get("comment")?;
    let text = |pointer: &str| comment.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let number = |name: &str| comment.get(name).and_then(Value::as_u64);
    let id = number("id")?;
    let author = text("/author/name").to_lowercase();
    let person = text("/author/type") != "SERVICE";
    let body = text("/text").to_owned();
    let comment = Comment { id: id.to_string(), body, version: number("version"), ..Comment::default() };
    Some((id, Found { comment, author, person }))
}

/// Name of the user that the token acts as, in lower case: names differ in more than case. Not every server or token
/// gives one.
pub(super) fn caller(headers: &HeaderMap) -> Option<String> {
    let name = headers.get("x-ausername")?.to_str().ok()?.trim();
    let name = decoded(name)?.to_lowercase();
    (!name.is_empty() && name != "anonymous").then_some(name)
}

/// The header is encoded as a form by newer servers; what holds characters that no such encoding has is not.
fn decoded(name: &str) -> Option<String> {
    let encoded = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.*+%".contains(&byte);
    if !name.bytes().all(encoded) {
        return Some(name.to_owned());
    }
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let value = digit(rest.next())? * 16 + digit(rest.next())?;
                u8::try_from(value).ok()?
            }
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The full name of the source branch, if it is in the repository that the pull request is for: a build that names a
/// branch of a fork would have to be put there.
pub(super) fn branch(pull_request: &Value) -> Option<String> {
    let place = |side: &str| {
        let repository = pull_request.get(side)?.get("repository")?;
        Some((repository.get("slug")?.as_str()?, repository.pointer("/project/key")?.as_str()?))
    };
    let same = place("fromRef").is_some_and(|from| Some(from) == place("toRef"));
    let name = pull_request.pointer("/fromRef/id")?.as_str()?;
    (same && name.starts_with("refs/") && name.len() <= 1_024).then(|| name.to_owned())
}

/// Page of the pull request, or of the commit.
pub(super) fn page(api: &str, project: &str, slug: &str, number: Option<&str>, head: &str) -> String {
    match number {
        Some(number) => format!("{api}/projects/{project}/repos/{slug}/pull-requests/{number}/overview"),
        None => format!("{api}/projects/{project}/repos/{slug}/commits/{head}"),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;
    use serde_json::json;

    use super::*;

    fn activity() -> Value {
        json!({
            "id": 1,
            "action": "COMMENTED",
            "commentAction": "ADDED",
            "comment": {
                "id": 62,
                "version": 3,
                "text": "text",
                "author": { "name": "Gate", "slug": "gate", "type": "SERVICE" },
            },
        })
    }

    #[test]
    fn only_comments_on_the_whole_are_read() {
        let (id, found) = comment(&activity()).unwrap();
        assert_eq!((id, found.comment.id.as_str(), found.comment.version), (62, "62", Some(3)));
        assert_eq!((found.author.as_str(), found.person), ("gate", false));
        for (name, value) in [
            ("action", json!("OPENED")),
            ("commentAnchor", json!({ "path": "a", "line": 1 })),
            ("commentAction", json!("DELETED")),
            ("comment", json!(null)),
        ] {
            let mut other = activity();
            other[name] = value;
            assert_eq!(comment(&other), None, "{name}");
        }
    }

    #[test]
    fn the_caller_is_decoded() {
        let name = |text: &'static str| {
            caller(&HeaderMap::from_iter([("x-ausername".parse().unwrap(), HeaderValue::from_static(text))]))
        };
        assert_eq!(name("Gate"), Some("gate".to_owned()));
        assert_eq!(name("gate%40example.com"), Some("gate@example.com".to_owned()));
        assert_eq!(name("gate+bot%2B1"), Some("gate bot+1".to_owned()));
        // Not encoded: the `@` says so.
        assert_eq!(name("gate+bot@example.com"), Some("gate+bot@example.com".to_owned()));
        assert_eq!(name("anonymous"), None);
        assert_eq!(name(""), None);
        assert_eq!(name("gate%4"), None);
        assert_eq!(caller(&HeaderMap::new()), None);
    }

    #[test]
    fn branches_of_forks_are_not_named() {
        let place = |slug: &str, key: &str| json!({ "slug": slug, "project": { "key": key } });
        let mut request = json!({
            "fromRef": { "id": "refs/heads/feature", "repository": place("apps", "PRJ") },
            "toRef": { "id": "refs/heads/main", "repository": place("apps", "PRJ") },
        });
        assert_eq!(branch(&request), Some("refs/heads/feature".to_owned()));
        request["fromRef"]["repository"] = place("apps", "~mallory");
        assert_eq!(branch(&request), None);
        assert_eq!(branch(&json!({ "fromRef": { "id": "refs/heads/feature" }, "toRef": {} })), None);
    }
}
