//! What a host must be able to do. The order of the calls, what is stale and what may fail is decided in `publish`.

use super::{Annotation, HostError, Markup, Publication};

/// A pull request as it is at the host now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Current {
    /// Full (or abbreviated, Bitbucket Cloud) id of the head commit.
    pub(super) head: String,
    /// It is neither merged nor closed.
    pub(super) open: bool,
}

/// A comment of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Comment {
    /// The host's id; what it looks like is the adapter's business.
    pub(super) id: String,
    /// Written with the token of this run.
    pub(super) mine: bool,
    /// The text as the host has it.
    pub(super) body: String,
    /// Optimistic lock (Data Center), or whatever else an update needs.
    pub(super) version: Option<u64>,
    /// The finding's thread that it opens, if it has the mark of one; see `threads`.
    pub(super) thread: Option<Thread>,
}

/// A thread at a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Thread {
    /// The host's id.
    pub(super) id: String,
    /// Nobody needs to look at it any more.
    pub(super) resolved: bool,
}

/// Sizes that the host sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// Bytes of a comment, marker included.
    pub(super) comment: usize,
    /// What its comments may hold.
    pub(super) markup: Markup,
    /// Threads at lines that are opened at most by one run; 0 where annotations are no threads.
    pub(super) threads: usize,
}

/// How many annotations were put, and how many were not because of the host's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Annotated {
    pub(super) put: usize,
    pub(super) left_out: usize,
}

/// A host with one pull request or commit to write to.
pub(super) trait Adapter {
    /// Sizes.
    fn limits(&self) -> Limits;

    /// The pull request now. One call.
    async fn current(&self) -> Result<Current, HostError>;

    /// All comments of the pull request, oldest first, all pages; those of findings' threads carry their thread.
    /// `mine` is settled by the author, never by the text.
    async fn comments(&self) -> Result<Vec<Comment>, HostError>;

    /// Comments that open threads, oldest first, where the host lists them apart from the others and that costs calls;
    /// asked for only when threads are to be compared.
    async fn line_comments(&self) -> Result<Vec<Comment>, HostError> {
        Ok(Vec::new())
    }

    /// A new comment on the pull request as a whole.
    async fn create(&self, body: &str) -> Result<(), HostError>;

    /// Another text for a comment of ours. A comment that is gone meanwhile is `NotFound`.
    async fn update(&self, comment: &Comment, body: &str) -> Result<(), HostError>;

    /// Takes away a comment of ours. One that is gone already is no error.
    async fn remove(&self, comment: &Comment) -> Result<(), HostError>;

    /// The merge-blocking signal in the host's strongest form, and with it all annotations that belong to it (check
    /// run, Code Insights report). Everything but a pass blocks.
    async fn signal(&self, publication: &Publication<'_>) -> Result<Annotated, HostError>;

    /// Opens threads at lines, each with `threads::mark` in its text; needed where `limits().threads` is not 0. All in one
    /// call where the host can.
    async fn open_threads(&self, annotations: &[&Annotation], key: &str) -> Result<usize, HostError> {
        let _ = (annotations, key);
        Ok(0)
    }

    /// Resolves (or takes away, where the host cannot resolve) a thread of ours whose finding is gone; needed where
    /// threads are opened.
    async fn resolve(&self, comment: &Comment) -> Result<(), HostError> {
        let _ = comment;
        Ok(())
    }
}
