//! Notes and discussions of a merge request: listed, written, edited, removed, resolved.

use serde_json::{Value, json};

use super::commands::{with_slashes, without_commands};
use super::{Call, Comment, Gitlab, HostError, HostErrorKind, Reply, User};
use crate::host::adapter::Thread;

impl Gitlab {
    /// All notes that people and programs have written, oldest first.
    pub(super) async fn list_notes(&self) -> Result<Vec<Comment>, HostError> {
        if self.job_token {
            // It may not ask who it is, and none of the notes can be its own.
            return Ok(Vec::new());
        }
        let user = self.user().await?;
        let call = Call::get(&self.path(&["discussions"])?).query("per_page", 100);
        let mut reply = self.client.send(call).await?;
        let mut comments = Vec::new();
        loop {
            for discussion in reply.items("")? {
                read(discussion, user, &reply, &mut comments)?;
            }
            match reply.next_link() {
                Some(link) => reply = self.client.follow(&link).await?,
                None => break,
            }
        }
        // The oldest one must be the same for all runs; ids grow.
        comments.sort_by_key(|comment| comment.id.parse::<u64>().unwrap_or(u64::MAX));
        Ok(comments)
    }

    /// A note on the merge request as a whole.
    pub(super) async fn create_note(&self, body: &str) -> Result<(), HostError> {
        self.may_write()?;
        let call = Call::post(&self.path(&["notes"])?, json!({ "body": without_commands(body) }));
        self.client.send(call).await.map(drop).map_err(may_not)
    }

    /// Another text for a note.
    pub(super) async fn update_note(&self, comment: &Comment, body: &str) -> Result<(), HostError> {
        self.may_write()?;
        let path = self.path(&["notes", &comment.id])?;
        let call = Call::put(&path, json!({ "body": without_commands(body) }));
        self.client.send(call).await.map(drop)
    }

    /// Takes a note away.
    pub(super) async fn remove_note(&self, comment: &Comment) -> Result<(), HostError> {
        self.may_write()?;
        HostError::unless_gone(self.client.send(Call::delete(&self.path(&["notes", &comment.id])?)).await)
    }

    /// Resolves the discussion that a note has opened.
    pub(super) async fn resolve_discussion(&self, comment: &Comment) -> Result<(), HostError> {
        self.may_write()?;
        let Some(thread) = &comment.thread else { return Ok(()) };
        let call = Call::put(&self.path(&["discussions", &thread.id])?, json!({ "resolved": true }));
        self.client.send(call).await.map(drop)
    }
}

/// The merge request has been read, so that a 404 to something new says that the token may not write.
pub(super) fn may_not(mut error: HostError) -> HostError {
    if error.kind == HostErrorKind::NotFound {
        error.kind = HostErrorKind::Forbidden;
    }
    error
}

fn read(discussion: &Value, user: &User, reply: &Reply, into: &mut Vec<Comment>) -> Result<(), HostError> {
    let notes = discussion.get("notes").and_then(Value::as_array);
    let notes = notes.ok_or_else(|| reply.strange("has a discussion without notes"))?;
    for (at, note) in notes.iter().enumerate() {
        let truth = |name: &str| note.get(name).and_then(Value::as_bool).unwrap_or(false);
        if truth("system") {
            continue;
        }
        let id = note.get("id").and_then(Value::as_u64);
        let id = id.ok_or_else(|| reply.strange("has a note without an id"))?;
        // A thread that the gate itself has resolved is over: a finding that comes back gets a new one.
        let over = truth("resolved") && user.is(&note["resolved_by"]);
        let opens = at == 0 && truth("resolvable") && !over;
        let thread = discussion.get("id").and_then(Value::as_str).filter(|_| opens);
        into.push(Comment {
            id: id.to_string(),
            mine: user.wrote(note),
            body: with_slashes(note.get("body").and_then(Value::as_str).unwrap_or_default()),
            version: None,
            thread: thread.map(|id| Thread { id: id.to_owned(), resolved: truth("resolved") }),
        });
    }
    Ok(())
}
