//! What Gerrit knows of a change: `gerrit query`, whose JSON may lack any field (Gerrit's cmd-query and json pages).

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::marker::Marker;
use super::super::{HostError, HostErrorKind};
use super::ssh::Ssh;

/// A change as it is now.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) open: bool,
    /// Number of the current patch set.
    pub(super) patch_set: u32,
    /// Its commit.
    pub(super) revision: String,
    /// Files that the patch set changes: Gerrit takes comments on no others.
    pub(super) files: BTreeSet<String>,
    /// Account and text of each message, oldest first.
    messages: Vec<(String, String)>,
}

impl Change {
    /// What the gate's last message of this `key` says of itself, if `user` wrote it.
    pub(super) fn last(&self, user: Option<&str>, key: &str) -> Option<Marker> {
        let own = self.messages.iter().rev().filter(|(author, _)| Some(author.as_str()) == user);
        let mut markers = own.filter_map(|(_, text)| Marker::read(text.trim_end().lines().next_back()?));
        markers.find(|marker| marker.key == key)
    }
}

/// Asks for the change `number`.
pub(super) fn ask(ssh: &Ssh, number: u64) -> Result<Change, HostError> {
    let change = format!("change:{number}");
    let words = [
        "gerrit",
        "query",
        "--format=JSON",
        "--current-patch-set",
        "--files",
        "--comments",
        "--",
        &change,
        "limit:1",
    ];
    read(&ssh.run(&words, Vec::new())?.stdout, number)
}

/// One JSON object a line; the last one counts them.
fn read(stdout: &[u8], number: u64) -> Result<Change, HostError> {
    let strange = |what: &str| HostError::new(HostErrorKind::Strange, format!("gerrit query: {what}"));
    let text = std::str::from_utf8(stdout).map_err(|_| strange("the answer is no UTF-8"))?;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let value: Value = serde_json::from_str(line).map_err(|_| strange("the answer is no JSON"))?;
        match value["type"].as_str() {
            Some("error") => {
                let message = format!("gerrit query: {}", value["message"].as_str().unwrap_or("an error"));
                return Err(HostError::new(HostErrorKind::Refused, message));
            }
            Some("stats") => {}
            _ if count(&value["number"]) == Some(number) => {
                return change(&value).ok_or_else(|| strange("the current patch set is missing"));
            }
            _ => return Err(strange("it is about another change")),
        }
    }
    Err(HostError::new(HostErrorKind::NotFound, format!("gerrit query: there is no change {number}"))
        .hint("or the account of the gate may not see it"))
}

fn change(value: &Value) -> Option<Change> {
    let current = &value["currentPatchSet"];
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let word = |value: &Value| value.as_str().map(str::to_owned);
    let message =
        |message: &Value| Some((word(&message["reviewer"]["username"])?, word(&message["message"])?));
    Some(Change {
        open: value["open"].as_bool().unwrap_or(matches!(value["status"].as_str(), None | Some("NEW"))),
        patch_set: u32::try_from(count(&current["number"])?).ok()?,
        revision: word(&current["revision"])?,
        files: list(&current["files"]).iter().filter_map(|file| word(&file["file"])).collect(),
        messages: list(&value["comments"]).iter().filter_map(message).collect(),
    })
}

/// A number, which older versions write as a text.
fn count(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATS: &str = "{\"type\":\"stats\",\"rowCount\":1}\n";

    #[test]
    fn answers_of_old_and_new_versions_are_read() {
        for number in ["7", "\"7\""] {
            let line = format!(
                "{{\"number\":{number},\"open\":true,\"currentPatchSet\":{{\"number\":{number},\"revision\":\"abc\",\
                 \"files\":[{{\"file\":\"/COMMIT_MSG\"}},{{\"file\":\"a.yaml\",\"type\":\"ADDED\"}}]}}}}\n{STATS}"
            );
            let change = read(line.as_bytes(), 7).unwrap();
            assert_eq!((change.open, change.patch_set, change.revision.as_str()), (true, 7, "abc"));
            assert!(change.files.contains("a.yaml"));
        }
    }

    #[test]
    fn answers_that_are_none_are_told_apart() {
        for (answer, kind) in [
            (STATS, HostErrorKind::NotFound),
            ("", HostErrorKind::NotFound),
            ("<html>", HostErrorKind::Strange),
            ("{\"number\":8}", HostErrorKind::Strange),
            ("{\"number\":7}", HostErrorKind::Strange),
            ("{\"type\":\"error\",\"message\":\"no\"}", HostErrorKind::Refused),
        ] {
            assert_eq!(read(answer.as_bytes(), 7).unwrap_err().kind, kind, "{answer}");
        }
    }

    #[test]
    fn only_ones_own_messages_are_believed() {
        let marker =
            "[//]: # (gitops-gate:v=1;key=default;head=abc;run=3.1;verdict=pass;digest=d;complete=1)";
        let text = format!("Patch Set 1: Verified+1\n\nreport\n\n{marker}\n");
        let messages =
            vec![("bot".to_owned(), text.clone()), ("eve".to_owned(), text.replace("run=3.1", "run=9.1"))];
        let change =
            Change { open: true, patch_set: 1, revision: "abc".into(), files: BTreeSet::new(), messages };
        assert_eq!(change.last(Some("bot"), "default").map(|marker| marker.run.run), Some(3));
        assert_eq!(change.last(Some("bot"), "other"), None);
        assert_eq!(change.last(None, "default"), None);
    }
}
