//! Threads at lines of the diff.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::commands::without_commands;
use super::diff::{FileDiff, Side};
use super::notes::may_not;
use super::{Annotation, Call, Gitlab, HostError, HostErrorKind, Markup};
use crate::host::http::Failure;
use crate::host::threads::mark;
use crate::text::shorten;

/// Code points of a thread's text.
const LONGEST: usize = 20_000;

/// The commits between which the diff of a merge request lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refs {
    base: String,
    start: String,
    head: String,
}

impl Refs {
    /// Of an answer about the merge request; nothing while GitLab is still computing them.
    pub(super) fn of_merge_request(body: &Value) -> Option<Self> {
        Self::read(body.get("diff_refs")?, "")
    }

    /// Of the newest of its versions.
    fn of_version(version: &Value) -> Option<Self> {
        Self::read(version, "_commit")
    }

    fn read(value: &Value, infix: &str) -> Option<Self> {
        let sha =
            |name: &str| value.get(format!("{name}{infix}_sha")).and_then(Value::as_str).map(str::to_owned);
        Some(Self { base: sha("base")?, start: sha("start")?, head: sha("head")? })
    }
}

impl Gitlab {
    /// Opens a discussion for each of `annotations` that lies in the diff. GitLab takes no others; they stay in the note.
    pub(super) async fn open_discussions(
        &self,
        annotations: &[&Annotation],
        key: &str,
    ) -> Result<usize, HostError> {
        self.may_write()?;
        let refs = self.refs().await?;
        let diffs = self.diffs().await?;
        let mut opened = 0;
        for annotation in annotations {
            let Some(position) = position(annotation, &refs, diffs.as_ref()) else { continue };
            let text = shorten(&annotation.markdown, LONGEST);
            let body = without_commands(&text) + &mark(&annotation.fingerprint, key, Markup::Html);
            let call =
                Call::post(&self.path(&["discussions"])?, json!({ "body": body, "position": position }));
            match self.client.try_send(call).await {
                Ok(_) => opened += 1,
                Err(failure) if is_off_the_diff(&failure) => {}
                // The limit of notes per minute: what has been opened stands.
                Err(failure) if failure.error.kind == HostErrorKind::RateLimited && opened > 0 => break,
                Err(failure) => return Err(may_not(failure.error)),
            }
        }
        Ok(opened)
    }

    async fn refs(&self) -> Result<Refs, HostError> {
        let known = self.merge_request.borrow().refs.clone();
        if let Some(refs) = known.filter(|refs| refs.head == self.head) {
            return Ok(refs);
        }
        let reply = self.client.send(Call::get(&self.path(&["versions"])?)).await?;
        let newest = reply.items("")?.first().and_then(Refs::of_version);
        newest.ok_or_else(|| reply.strange("names no version of the merge request"))
    }

    /// The diffs by path in the head; nothing where the server has no such call (before 15.7).
    async fn diffs(&self) -> Result<Option<HashMap<String, FileDiff>>, HostError> {
        let call = Call::get(&self.path(&["diffs"])?).query("per_page", 100);
        let mut reply = match self.client.send(call).await {
            Ok(reply) => reply,
            Err(error) if error.kind == HostErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut diffs = HashMap::new();
        loop {
            diffs.extend(reply.items("")?.iter().filter_map(FileDiff::read));
            match reply.next_link() {
                Some(link) => reply = self.client.follow(&link).await?,
                None => return Ok(Some(diffs)),
            }
        }
    }
}

/// An added line has a number in the head only, an unchanged one in both; that of a line that is not in the diff, none.
fn position(
    annotation: &Annotation,
    refs: &Refs,
    diffs: Option<&HashMap<String, FileDiff>>,
) -> Option<Value> {
    let line = annotation.start.line;
    let mut position = json!({
        "base_sha": refs.base, "start_sha": refs.start, "head_sha": refs.head, "position_type": "text",
        "old_path": annotation.path, "new_path": annotation.path, "new_line": line,
    });
    let Some(diffs) = diffs else { return Some(position) };
    let diff = diffs.get(&annotation.path)?;
    position["old_path"] = json!(diff.old_path);
    if let Side::Both { old } = diff.side(line)? {
        position["old_line"] = json!(old);
    }
    Some(position)
}

/// GitLab knows no such line in its diff.
fn is_off_the_diff(failure: &Failure) -> bool {
    let said = failure.body.get("message").map(Value::to_string).unwrap_or_default();
    failure.status == Some(400) && (said.contains("line_code") || said.contains("position"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::LineCol;

    fn refs() -> Refs {
        let body = json!({ "diff_refs": { "base_sha": "b", "start_sha": "s", "head_sha": "h" } });
        Refs::of_merge_request(&body).unwrap()
    }

    fn annotation(path: &str, line: u32) -> Annotation {
        let start = LineCol { line, column: 1 };
        Annotation { path: path.to_owned(), start, end: start, ..Annotation::sample() }
    }

    #[test]
    fn the_commits_come_from_either_answer() {
        let version = json!({ "base_commit_sha": "b", "start_commit_sha": "s", "head_commit_sha": "h" });
        assert_eq!(Refs::of_version(&version), Some(refs()));
        assert_eq!(Refs::of_merge_request(&json!({ "diff_refs": null })), None);
        assert_eq!(
            Refs::of_merge_request(&json!({ "diff_refs": { "head_sha": "h", "base_sha": null } })),
            None
        );
    }

    #[test]
    fn an_unchanged_line_has_two_numbers_and_a_strange_one_no_place() {
        let diff = json!({
            "old_path": "old.yaml", "new_path": "new.yaml", "new_file": false, "deleted_file": false,
            "diff": "@@ -1,2 +1,3 @@\n a\n+b\n c\n",
        });
        let diffs = HashMap::from_iter(FileDiff::read(&diff));
        let at = |line| position(&annotation("new.yaml", line), &refs(), Some(&diffs)).unwrap();
        assert_eq!((at(2)["new_line"].as_u64(), at(2).get("old_line")), (Some(2), None));
        assert_eq!((at(3)["new_line"].as_u64(), at(3)["old_line"].as_u64()), (Some(3), Some(2)));
        assert_eq!(at(3)["old_path"], "old.yaml");
        assert_eq!(position(&annotation("other.yaml", 1), &refs(), Some(&diffs)), None);
        assert!(position(&annotation("other.yaml", 1), &refs(), None).is_some());
    }
}
