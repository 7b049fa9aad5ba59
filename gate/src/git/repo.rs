//! Finding and opening a repository, whoever owns it, without running anything that it configures.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gix::ObjectId;
use gix::discover::upwards;
use gix::sec::trust::Mapping;

use super::environment::Environment;
use super::error::{CloneKind, GitError};
use super::objects::Objects;
use crate::model::RepoPath;

/// A repository, open for reading.
pub struct Repo {
    pub(super) gix: gix::ThreadSafeRepository,
    pub(super) objects: Arc<Objects>,
    pub(super) clone: CloneKind,
    pub(super) index_file: PathBuf,
    /// Where the search for it began.
    pub(super) directory: PathBuf,
    /// With absolute paths.
    pub(super) environment: Environment,
    /// What names that are not known here stand for at the remote.
    pub(super) at_remote: HashMap<String, ObjectId>,
    /// A merge base has to be the nearest one for sure, however short the history of the clone is.
    pub(super) is_thorough: bool,
    work_dir: Option<PathBuf>,
    prefix: Option<RepoPath>,
    branch: Option<String>,
}

impl Repo {
    /// The repository of `dir`, or the one that Git's environment variables name, as they do in a hook.
    ///
    /// # Errors
    /// No repository there or above; one that is damaged or of a format that is not known.
    pub fn discover(dir: &Path) -> Result<Self, GitError> {
        Self::discover_with(dir, &Environment::of_process())
    }

    /// As [`Repo::discover`] with the environment as a value.
    ///
    /// # Errors
    /// As [`Repo::discover`].
    pub fn discover_with(dir: &Path, environment: &Environment) -> Result<Self, GitError> {
        let dir = directory(dir)?;
        let environment = environment.absolute(&dir);
        let repo = match &environment.git_dir {
            Some(git_dir) => options().open_path_as_is(true).open(git_dir),
            None => search(&dir, &environment),
        };
        let gix = repo.map_err(|error| match &environment.git_dir {
            Some(git_dir) => {
                let reason = format!("{} (GIT_DIR names it)", error.probable_cause());
                GitError::Unopenable { dir: git_dir.clone(), reason }
            }
            None => failure(&dir, &error),
        })?;
        let stores = stores(&gix, &environment).map_err(|error| {
            let reason = format!("the objects of the push cannot be read: {error}");
            GitError::Unopenable { dir: dir.clone(), reason }
        })?;
        Ok(Self::new(gix, stores, dir, environment))
    }

    fn new(
        gix: gix::ThreadSafeRepository,
        stores: Vec<Arc<gix::odb::Store>>,
        dir: PathBuf,
        environment: Environment,
    ) -> Self {
        let local = gix.to_thread_local();
        let clone = clone_kind(&local);
        let git_says = gix.work_dir().map(Path::to_owned);
        // With GIT_DIR alone, Git takes the current directory for the top of the work tree.
        let by_git_dir = environment.git_dir.as_ref().filter(|_| !local.is_bare()).map(|_| dir.clone());
        let work_dir = environment.work_tree.clone().or(git_says).or(by_git_dir);
        let top = work_dir.as_deref().unwrap_or(&dir);
        let index_file = environment.index_file.as_ref().map(|path| top.join(path));
        Self {
            objects: Arc::new(Objects::new(stores, local.object_hash(), clone)),
            clone,
            index_file: index_file.unwrap_or_else(|| local.index_path()),
            prefix: work_dir.as_deref().and_then(|root| prefix(root, &dir)),
            work_dir,
            branch: branch(&local),
            gix,
            directory: dir,
            environment,
            at_remote: HashMap::new(),
            is_thorough: false,
        }
    }

    /// The same repository as it is on disk now.
    pub(super) fn reopened(&self) -> Result<Self, GitError> {
        let again = Self::discover_with(&self.directory, &self.environment)?;
        Ok(Self { at_remote: self.at_remote.clone(), is_thorough: self.is_thorough, ..again })
    }

    /// True if history is cut.
    pub fn is_shallow(&self) -> bool {
        self.clone == CloneKind::Shallow
    }

    /// True if there is no work tree.
    pub fn is_bare(&self) -> bool {
        self.work_dir.is_none()
    }

    /// The top of the work tree; none in a bare repository.
    pub fn work_dir(&self) -> Option<&Path> {
        self.work_dir.as_deref()
    }

    /// Where in the work tree the given directory is: empty at its top, none outside.
    pub fn prefix(&self) -> Option<&RepoPath> {
        self.prefix.as_ref()
    }

    /// Short name of the current branch, also before its first commit; none where HEAD is detached.
    pub fn branch(&self) -> Option<&str> {
        self.branch.as_deref()
    }
}

/// `dir` as an absolute path, if it is a directory.
fn directory(dir: &Path) -> Result<PathBuf, GitError> {
    let unreadable = |error: std::io::Error| super::disk::io_error(dir, &error);
    if !std::fs::metadata(dir).map_err(unreadable)?.is_dir() {
        return Err(GitError::PathUnreadable { path: dir.into(), reason: "it is no directory".into() });
    }
    std::path::absolute(dir).map_err(unreadable)
}

/// Where objects are: those of a push that waits for its verdict, then the repository's own.
fn stores(
    repo: &gix::ThreadSafeRepository,
    environment: &Environment,
) -> std::io::Result<Vec<Arc<gix::odb::Store>>> {
    let own = repo.objects.clone();
    let mut known = vec![own.path().canonicalize()?];
    let mut stores = Vec::new();
    let hash = repo.to_thread_local().object_hash();
    for path in &environment.objects {
        let place = path.canonicalize()?;
        if !known.contains(&place) {
            let store =
                gix::odb::Store::at_opts(place.clone(), hash, &mut [].into_iter(), Default::default())?;
            stores.push(Arc::new(store));
            known.push(place);
        }
    }
    stores.push(own);
    Ok(stores)
}

fn search(dir: &Path, environment: &Environment) -> gix::Result<gix::ThreadSafeRepository> {
    let search = upwards::Options {
        ceiling_dirs: environment.ceilings.clone(),
        match_ceiling_dir_or_error: false,
        ..Default::default()
    };
    gix::ThreadSafeRepository::discover_opts(dir, search, Mapping { full: options(), reduced: options() })
}

/// One set of options for every owner: in a container the checkout often belongs to another user, and the verdict
/// must not depend on that. Configuration of others is therefore read like one's own (the upstream, the format of
/// objects, ignore rules): nothing that it can say starts a process here.
fn options() -> gix::open::Options {
    use gix::open::permissions::{Attributes, Config, Environment};
    use gix::sec::Permission;
    let permissions = gix::open::Permissions {
        // For the user's own ignore rules.
        env: Environment {
            home: Permission::Allow,
            xdg_config_home: Permission::Allow,
            ..Environment::isolated()
        },
        // Asking the binary of Git for its configuration would run it.
        config: Config { git_binary: false, env: false, ..Config::all() },
        attributes: Attributes::isolated(),
    };
    gix::open::Options::default()
        .permissions(permissions)
        .bail_if_untrusted(false)
        .filter_config_section(|_| true)
        // What a pull request merges is the object itself, whatever a local refs/replace says.
        .config_overrides(["core.useReplaceRefs=false"])
}

fn failure(dir: &Path, error: &gix::Error) -> GitError {
    if error.downcast_any_ref::<upwards::Error>().is_some() {
        return GitError::NotARepository { dir: dir.into() };
    }
    GitError::Unopenable { dir: dir.into(), reason: error.probable_cause().to_string() }
}

fn clone_kind(repo: &gix::Repository) -> CloneKind {
    let config = repo.config_snapshot();
    let promised = config.plumbing().sections_by_name("remote").is_some_and(|mut remotes| {
        remotes.any(|remote| remote.value("promisor").is_some_and(|value| value.as_slice() == b"true"))
    });
    match repo.is_shallow() {
        Ok(true) => CloneKind::Shallow,
        _ if promised => CloneKind::Partial,
        _ => CloneKind::Full,
    }
}

fn branch(repo: &gix::Repository) -> Option<String> {
    let name = repo.head_name().ok()??;
    Some(String::from_utf8_lossy(name.shorten()).into_owned())
}

fn prefix(root: &Path, dir: &Path) -> Option<RepoPath> {
    let (root, dir) = (root.canonicalize().ok()?, dir.canonicalize().ok()?);
    dir.strip_prefix(&root).ok().map(super::disk::repo_path)
}
