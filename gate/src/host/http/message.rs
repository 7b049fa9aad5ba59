//! The host's own words in an answer that refuses: the message fields of all the dialects, without the token.

use serde_json::Value;

/// Code points of the host's words in an error.
const MOST: usize = 300;
/// Objects within objects that are looked into.
const DEPTH: usize = 4;
/// Fields that hold messages or lists of them, in the order in which they are told.
const FIELDS: [&str; 8] =
    ["message", "Message", "error", "error_description", "errors", "error_message", "detail", "__type"];
/// What GitHub says of a field that it refuses, where there is no message.
const PARTS: [&str; 3] = ["resource", "field", "code"];

/// The host's words in `body`, on one line and without the secrets; empty if it has none.
pub(super) fn words(body: &Value, secrets: &[String]) -> String {
    let mut found = Vec::new();
    collect(body, DEPTH, &mut found);
    one_line(&found.join("; "), secrets)
}

/// `text` on one line, without the secrets, shortened. The secrets go first: half a token would not be found.
pub(super) fn one_line(text: &str, secrets: &[String]) -> String {
    let text = redact(text, secrets);
    let line = crate::text::clean_line(text.trim());
    crate::text::shorten(&line, MOST).into_owned()
}

/// `text` with every secret replaced by `***`.
fn redact(text: &str, secrets: &[String]) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "***"))
}

fn collect(value: &Value, depth: usize, found: &mut Vec<String>) {
    if depth == 0 || found.len() >= 8 {
        return;
    }
    match value {
        Value::String(text) => {
            if !text.trim().is_empty() && !found.iter().any(|known| known == text) {
                found.push(text.clone());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, depth - 1, found)),
        Value::Object(fields) => {
            let before = found.len();
            for field in FIELDS {
                if let Some(value) = fields.get(field) {
                    collect(value, depth - 1, found);
                }
            }
            if found.len() == before && depth < DEPTH {
                found.extend(other(fields));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// GitHub's `{resource, field, code}`, or GitLab's `{field: [reasons]}`.
fn other(fields: &serde_json::Map<String, Value>) -> Option<String> {
    let parts: Vec<&str> = PARTS.iter().filter_map(|part| fields.get(*part)?.as_str()).collect();
    if !parts.is_empty() {
        return Some(parts.join(" "));
    }
    let reasons: Vec<String> = fields
        .iter()
        .filter_map(|(field, reasons)| {
            let reasons: Vec<&str> = match reasons {
                Value::String(reason) => vec![reason],
                Value::Array(reasons) => reasons.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            };
            (!reasons.is_empty()).then(|| format!("{field} {}", reasons.join(", ")))
        })
        .take(8)
        .collect();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(body: &Value) -> String {
        words(body, &[])
    }

    #[test]
    fn all_dialects_are_read() {
        for (body, text) in [
            (json!({"message": "Bad credentials", "documentation_url": "https://x"}), "Bad credentials"),
            (
                json!({"message": "Validation Failed", "errors": [{"resource": "PullRequest", "field": "line", "code": "invalid"}]}),
                "Validation Failed; PullRequest line invalid",
            ),
            (
                json!({"message": "Unprocessable", "errors": ["line must be part of the diff"]}),
                "Unprocessable; line must be part of the diff",
            ),
            (json!({"message": {"note": ["is too long", "is bad"]}}), "note is too long, is bad"),
            (json!({"message": ["one", "two"]}), "one; two"),
            (
                json!({"error": "insufficient_scope", "error_description": "needs api"}),
                "insufficient_scope; needs api",
            ),
            (
                json!({"type": "error", "error": {"message": "Not found", "detail": "no such thing"}}),
                "Not found; no such thing",
            ),
            (
                json!({"errors": [{"context": null, "message": "You are not permitted", "exceptionName": "X"}]}),
                "You are not permitted",
            ),
            (
                json!({"$id": "1", "message": "TF400813: not authorized", "typeKey": "U"}),
                "TF400813: not authorized",
            ),
            (
                json!({"__type": "RepositoryDoesNotExistException", "message": "no repo"}),
                "no repo; RepositoryDoesNotExistException",
            ),
            (json!({}), ""),
            (json!([]), ""),
            (json!("text"), "text"),
        ] {
            assert_eq!(said(&body), text, "{body}");
        }
    }

    #[test]
    fn words_are_cleaned_and_short() {
        let long = json!({"message": format!("a\nb\u{1b}[31m{}", "x".repeat(1000))});
        let text = said(&long);
        assert!(text.starts_with("a b\u{fffd}[31mx") && text.chars().count() == MOST, "{text}");
    }

    #[test]
    fn a_token_never_shows_not_even_half_of_it() {
        let body = json!({"message": format!("{}s3cr3t-token-value", "x".repeat(MOST - 4))});
        let text = words(&body, &["s3cr3t-token-value".to_owned()]);
        assert!(!text.contains("s3"), "{text}");
        assert_eq!(one_line("bad s3cr3t-token-value!", &["s3cr3t-token-value".to_owned()]), "bad ***!");
    }

    #[test]
    fn depth_is_bounded() {
        let mut body = json!("deep");
        for _ in 0..100 {
            body = json!({"message": body});
        }
        assert_eq!(said(&body), "");
    }
}
