//! GitLab's answers as JSON.

use serde_json::{Value, json};

use super::super::{BASE, NUMBER};
use super::{FORK_ID, Gitlab, Note, PROJECT_ID, Status};

/// A user; ids follow from names.
pub(super) fn user(name: &str) -> Value {
    let id: u64 = name.bytes().map(u64::from).sum();
    json!({
        "id": id, "username": name, "name": name, "state": "active", "locked": false, "avatar_url": null,
        "web_url": format!("https://gitlab.example.com/{name}"),
    })
}

pub(super) fn note(note: &Note) -> Value {
    let kind = note
        .position
        .as_ref()
        .map(|position| if position.is_object() { "DiffNote" } else { "DiscussionNote" });
    let mut json = json!({
        "id": note.id, "type": kind, "body": note.body, "author": user(note.author),
        "created_at": "2026-05-12T09:00:00.000Z", "updated_at": "2026-05-12T09:00:00.000Z", "system": note.system,
        "noteable_id": 501, "noteable_type": "MergeRequest", "noteable_iid": NUMBER, "project_id": PROJECT_ID,
        "resolvable": kind.is_some(), "confidential": false, "internal": false, "commands_changes": {},
    });
    if kind.is_some() {
        json["resolved"] = json!(note.resolved.is_some());
        json["resolved_by"] = note.resolved.map_or(Value::Null, user);
    }
    if let Some(position) = note.position.as_ref().filter(|position| position.is_object()) {
        json["position"] = position.clone();
    }
    json
}

pub(super) fn discussion_id(note: &Note) -> String {
    format!("{:040x}", note.id)
}

pub(super) fn discussion(of: &Note) -> Value {
    json!({ "id": discussion_id(of), "individual_note": of.position.is_none(), "notes": [note(of)] })
}

pub(super) fn status(status: &Status, request: &Value) -> Value {
    json!({
        "id": 93, "sha": status.sha, "ref": "feature", "status": status.state, "name": status.name,
        "target_url": request["target_url"], "description": request["description"],
        "created_at": "2026-05-12T09:00:00.000Z", "started_at": null, "finished_at": "2026-05-12T09:00:00.000Z",
        "allow_failure": false, "coverage": null, "pipeline_id": status.pipeline, "author": user(super::super::USER),
    })
}

impl Gitlab {
    pub(super) fn merge_request(&self) -> Value {
        let refs = json!({ "base_sha": BASE, "start_sha": BASE, "head_sha": self.head });
        json!({
            "id": 501, "iid": NUMBER, "project_id": PROJECT_ID, "title": "Draft: more", "description": null,
            "state": self.state, "target_branch": "main", "source_branch": "feature", "author": user("author"),
            "source_project_id": if self.fork { FORK_ID } else { PROJECT_ID }, "target_project_id": PROJECT_ID,
            "labels": [], "draft": true, "detailed_merge_status": "mergeable", "sha": self.head,
            "web_url": "https://gitlab.example.com/group/shop/-/merge_requests/7",
            "diff_refs": if self.computing { Value::Null } else { refs },
        })
    }

    pub(super) fn version(&self) -> Value {
        json!({
            "id": 110, "head_commit_sha": self.head, "base_commit_sha": BASE, "start_commit_sha": BASE,
            "created_at": "2026-05-12T09:00:00.000Z", "merge_request_id": 501, "state": "collected", "real_size": "41",
        })
    }

    pub(super) fn diffs(&self) -> Vec<Value> {
        let added: String = (1..=100).map(|line| format!("+line {line}\n")).collect();
        let added = format!("@@ -0,0 +1,100 @@\n{added}");
        let new = new_files().into_iter().map(|path| diff(&path, &path, true, &added));
        let changed = self.changed.iter().map(|(path, (old, text))| diff(old, path, false, text));
        new.chain(changed).collect()
    }

    /// GitLab makes a code of old and new number: an added line has no old one, an unchanged one has both, and the file is
    /// one of the diff.
    pub(super) fn is_in_the_diff(&self, position: &Value) -> bool {
        let (old, new) = (position["old_line"].as_u64(), position["new_line"].as_u64());
        let (Some(path), Some(new)) = (position["new_path"].as_str(), new) else { return false };
        let refs = ["base_sha", "start_sha"].iter().all(|name| position[*name] == BASE);
        if !refs || position["head_sha"] != self.head.as_str() {
            return false;
        }
        if let Some((old_path, text)) = self.changed.get(path) {
            return position["old_path"] == old_path.as_str() && codes(text, new).contains(&old);
        }
        new_files().iter().any(|file| file == path) && old.is_none() && (1..=100).contains(&new)
    }
}

/// Old numbers (none for an added line) that line `wanted` of the head goes with: the heading of the diff's only hunk says
/// it, as pairs of old and new number: `-,11` and `11,12`.
fn codes(text: &str, wanted: u64) -> Vec<Option<u64>> {
    let heading = text.lines().next().unwrap_or_default().rsplit("@@ ").next().unwrap_or_default();
    let pairs = heading.split(' ').filter_map(|pair| pair.split_once(','));
    let fitting = pairs.filter(|(_, new)| new.parse() == Ok(wanted));
    fitting.map(|(old, _)| old.parse().ok()).collect()
}

fn new_files() -> Vec<String> {
    let numbered = (0..40).map(|number| format!("apps/file-{number}.yaml"));
    std::iter::once("apps/web/deploy.yaml".to_owned()).chain(numbered).collect()
}

fn diff(old: &str, new: &str, new_file: bool, text: &str) -> Value {
    json!({
        "old_path": old, "new_path": new, "a_mode": "0", "b_mode": "100644", "diff": text, "new_file": new_file,
        "renamed_file": old != new, "deleted_file": false, "collapsed": false, "too_large": false,
    })
}
