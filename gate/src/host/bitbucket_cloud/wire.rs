//! What Bitbucket Cloud answers, and addresses of its pages for people.

use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::host::adapter::Comment;
use crate::host::bitbucket::Found;
use crate::host::http::Reply;
use crate::text::{UNRESERVED, percent_encoded};

/// A comment on the pull request as a whole, with its number; none for those that are deleted, drafts, answers or on
/// lines.
pub(super) fn comment(value: &Value) -> Option<(u64, Found)> {
    let flag = |name: &str| value.get(name).and_then(Value::as_bool).unwrap_or_default();
    let given = |name: &str| value.get(name).is_some_and(|value| !value.is_null());
    if flag("deleted") || flag("pending") || given("inline") || given("parent") {
        return None;
    }
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let id = value.get("id")?.as_u64()?;
    let comment = Comment { id: id.to_string(), body: text("/content/raw").to_owned(), ..Comment::default() };
    let author = text("/user/uuid").to_owned();
    Some((id, Found { comment, author, person: text("/user/type") == "user" }))
}

/// Link to the next page.
pub(super) fn next(reply: &Reply) -> Option<String> {
    reply.body.get("next").and_then(Value::as_str).map(str::to_owned)
}

/// Whether the token's scopes, where the answer names them, let it read `/user`.
pub(super) fn may_read_account(headers: &HeaderMap) -> Option<bool> {
    let scopes = headers.get("x-oauth-scopes")?.to_str().ok()?;
    let reads = |scope: &str| matches!(scope, "account" | "account:write" | "read:user:bitbucket");
    Some(scopes.split(',').map(str::trim).any(reads))
}

/// Page of the pull request, or of the commit.
pub(super) fn page(workspace: &str, slug: &str, number: Option<&str>, head: &str) -> String {
    // Above all braces, which make a template of a status's URL.
    let encoded = |text| percent_encoded(text, UNRESERVED);
    let (workspace, slug) = (encoded(workspace), encoded(slug));
    match number {
        Some(number) => format!("https://bitbucket.org/{workspace}/{slug}/pull-requests/{number}"),
        None => format!("https://bitbucket.org/{workspace}/{slug}/commits/{head}"),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;
    use serde_json::json;

    use super::*;

    #[test]
    fn only_comments_on_the_whole_that_exist_are_read() {
        let plain = json!({
            "id": 7,
            "content": { "raw": "text" },
            "user": { "type": "user", "uuid": "{1}" },
            "inline": null,
            "deleted": false,
        });
        let (id, found) = comment(&plain).unwrap();
        assert_eq!((id, found.comment.id.as_str(), found.comment.body.as_str()), (7, "7", "text"));
        assert_eq!((found.author.as_str(), found.person), ("{1}", true));
        assert!(!found.comment.mine);
        for (name, value) in [
            ("deleted", json!(true)),
            ("pending", json!(true)),
            ("inline", json!({ "path": "a" })),
            ("parent", json!({ "id": 1 })),
            ("id", json!("7")),
        ] {
            let mut other = plain.clone();
            other[name] = value;
            assert_eq!(comment(&other), None, "{name}");
        }
    }

    #[test]
    fn deleted_users_are_nobody() {
        let (_, found) = comment(&json!({ "id": 7, "content": { "raw": "text" }, "user": null })).unwrap();
        assert_eq!((found.author.as_str(), found.person), ("", false));
    }

    #[test]
    fn scopes_decide_whether_asking_is_worth_a_call() {
        let scopes = |text: &'static str| {
            may_read_account(&HeaderMap::from_iter([(
                "x-oauth-scopes".parse().unwrap(),
                HeaderValue::from_static(text),
            )]))
        };
        assert_eq!(scopes("repository, account"), Some(true));
        assert_eq!(scopes("read:user:bitbucket"), Some(true));
        assert_eq!(scopes("repository, pullrequest:write"), Some(false));
        assert_eq!(may_read_account(&HeaderMap::new()), None);
    }

    #[test]
    fn pages_hold_no_braces() {
        assert_eq!(page("team", "repo", Some("7"), "abc"), "https://bitbucket.org/team/repo/pull-requests/7");
        assert_eq!(page("{1-2}", "a b", None, "abc"), "https://bitbucket.org/%7B1-2%7D/a%20b/commits/abc");
    }
}
