//! Names of commits, and what is read of a commit.

use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::objs::{CommitRefIter, Kind};
use gix::refs::{Category, FullName};
use gix::revision::spec::parse;

use super::error::{CloneKind, GitError};
use super::objects::corrupt;
use super::repo::Repo;

/// The parts of a commit that matter here, as the object has them: a shallow clone's cut is not applied.
#[derive(Debug, Clone)]
pub(super) struct Commit {
    pub(super) id: ObjectId,
    pub(super) tree: ObjectId,
    pub(super) parents: Vec<ObjectId>,
    /// RFC 3339, UTC; none if the commit has no valid time.
    pub(super) time: Option<String>,
}

/// A commit and how it was named.
#[derive(Debug, Clone)]
pub(super) struct Resolved {
    pub(super) commit: Commit,
    /// As the user wrote it.
    pub(super) name: String,
    /// The branch that it names, if it names one.
    pub(super) reference: Option<FullName>,
}

impl Resolved {
    /// Short name of the branch, without its remote.
    pub(super) fn branch(&self) -> Option<String> {
        self.reference.as_ref().and_then(branch_name)
    }
}

/// `main` of `refs/heads/main` and of `refs/remotes/origin/main`; none for anything but a branch.
pub(super) fn branch_name(name: &FullName) -> Option<String> {
    let (category, short) = name.category_and_short_name()?;
    let short = short.to_str_lossy();
    match category {
        Category::LocalBranch => Some(short.into_owned()),
        Category::RemoteBranch => short.split_once('/').map(|(_, branch)| branch.to_owned()),
        _ => None,
    }
}

impl Repo {
    /// HEAD, or what stands in its place.
    pub(super) fn resolve_head(&self, revision: Option<&str>) -> Result<Resolved, GitError> {
        if let Some(revision) = revision.filter(|revision| *revision != "HEAD") {
            return self.resolve(revision, "the head of the change");
        }
        let repo = self.gix.to_thread_local();
        let head = repo.head().map_err(|error| self.damaged(&error))?;
        if head.is_unborn() {
            return Err(GitError::UnbornHead { branch: self.branch().unwrap_or("HEAD").into() });
        }
        let id = head.id().map(gix::Id::detach).ok_or_else(|| self.unknown("HEAD"))?;
        let reference = head.referent_name().map(ToOwned::to_owned);
        Ok(Resolved { commit: self.commit(id, "HEAD")?, name: "HEAD".into(), reference })
    }

    /// The commit that `revision` names, in any notation of `git rev-parse`.
    pub(super) fn resolve(&self, revision: &str, role: &str) -> Result<Resolved, GitError> {
        if let Some(&id) = self.at_remote.get(revision) {
            let reference = FullName::try_from(format!("refs/heads/{}", self.remote_branch(revision))).ok();
            return Ok(Resolved { commit: self.commit(id, role)?, name: revision.into(), reference });
        }
        let repo = self.gix.to_thread_local();
        let options = parse::Options {
            object_kind_hint: Some(parse::ObjectKindHint::Committish),
            ..Default::default()
        };
        let spec = gix::revision::Spec::from_bstr(revision, &repo, options)
            .map_err(|error| self.unresolved(revision, role, &error))?;
        let id = spec.single().ok_or_else(|| self.unknown(revision))?.detach();
        let reference =
            repo.try_find_reference(revision).ok().flatten().map(|found| followed(found).name().to_owned());
        let commit = self.commit(self.peel(revision, id, role)?, role)?;
        Ok(Resolved { commit, name: revision.into(), reference })
    }

    /// The commit behind an annotated tag.
    fn peel(&self, revision: &str, id: ObjectId, role: &str) -> Result<ObjectId, GitError> {
        let repo = self.gix.to_thread_local();
        let Some(object) = repo.try_find_object(id).map_err(|error| corrupt(id, &error))? else {
            return Err(self.missing_commit(id, role));
        };
        let object = object.peel_tags_to_end().map_err(|error| corrupt(id, &error))?;
        match object.kind {
            Kind::Commit => Ok(object.id),
            kind => Err(GitError::NotACommit { revision: revision.into(), kind: kind.to_string() }),
        }
    }

    pub(super) fn commit(&self, id: ObjectId, role: &str) -> Result<Commit, GitError> {
        let bytes = self.objects.commit(id).map_err(|error| match error {
            GitError::MissingObject { .. } => self.missing_commit(id, role),
            other => other,
        })?;
        let fields = || CommitRefIter::from_bytes(&bytes, id.kind());
        let tree = fields().tree_id().map_err(|error| corrupt(id, &error))?;
        let time =
            fields().committer().ok().and_then(|who| who.time().ok()).and_then(|time| utc(time.seconds));
        Ok(Commit { id, tree, parents: fields().parent_ids().collect(), time })
    }

    /// Tells a bad name from a missing commit: `HEAD^1` of a shallow clone is a good name.
    fn unresolved(&self, revision: &str, role: &str, error: &gix::Error) -> GitError {
        if let Some(
            parse::Error::AmbiguousPrefix { candidates, .. }
            | parse::Error::AmbiguousRefAndObject { candidates, .. },
        ) = error.downcast_any_ref::<parse::Error>()
        {
            let candidates = candidates.iter().map(|(prefix, info)| format!("{prefix} ({info})")).collect();
            return GitError::AmbiguousRevision { revision: revision.into(), candidates };
        }
        match ObjectId::from_hex(revision.as_bytes()) {
            Ok(id) if id.kind() == self.objects.hash_kind() => self.missing_commit(id, role),
            _ => self.unknown(revision),
        }
    }

    fn unknown(&self, revision: &str) -> GitError {
        GitError::UnknownRevision { revision: revision.into(), clone: self.clone }
    }

    pub(super) fn missing_commit(&self, id: ObjectId, role: &str) -> GitError {
        GitError::MissingCommit { id: id.to_string(), role: role.into(), clone: self.clone }
    }

    pub(super) fn damaged(&self, error: &gix::Error) -> GitError {
        let dir = self.gix.git_dir().to_owned();
        GitError::Unopenable { dir, reason: error.probable_cause().to_string() }
    }

    /// True if history is cut.
    pub(super) fn is_cut(&self) -> bool {
        self.clone == CloneKind::Shallow
    }
}

/// The reference at the end of a chain of symbolic ones: origin/HEAD is origin/main.
pub(super) fn followed(reference: gix::Reference<'_>) -> gix::Reference<'_> {
    match reference.follow() {
        Some(Ok(next)) => next,
        _ => reference,
    }
}

fn utc(seconds: i64) -> Option<String> {
    let text = gix::date::Time::new(seconds, 0).format(gix::date::time::format::ISO8601_STRICT).ok()?;
    Some(text.replace("+00:00", "Z"))
}
