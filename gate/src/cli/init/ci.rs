//! Which CI runs the gate, and the file for it.

use super::CiChoice;
use super::repository::Repository;
use crate::cli::error::CliError;
use crate::cli::own_files;
use crate::host::HostKind;
use crate::model::RepoPath;
use crate::yaml;

/// A CI, the file that runs the gate in it, and what says that the repository uses it.
struct Known {
    choice: CiChoice,
    title: &'static str,
    path: &'static str,
    template: &'static str,
    /// Files, and folders with a slash at the end.
    evidence: &'static [&'static str],
}

macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../../../templates/ci/", $name))
    };
}

const KNOWN: [Known; 9] = [
    Known {
        choice: CiChoice::Github,
        title: "GitHub Actions",
        path: ".github/workflows/gitops-gate.yml",
        template: template!("github.yml"),
        evidence: &[".github/workflows/", ".github/"],
    },
    Known {
        choice: CiChoice::Gitlab,
        title: "GitLab CI",
        path: ".gitlab-ci.yml",
        template: template!("gitlab.yml"),
        evidence: &[".gitlab-ci.yml", ".gitlab/"],
    },
    Known {
        choice: CiChoice::Azure,
        title: "Azure Pipelines",
        path: "azure-pipelines.yml",
        template: template!("azure-pipelines.yml"),
        evidence: &["azure-pipelines.yml", "azure-pipelines.yaml", ".azure-pipelines/"],
    },
    Known {
        choice: CiChoice::Bitbucket,
        title: "Bitbucket Pipelines",
        path: "bitbucket-pipelines.yml",
        template: template!("bitbucket-pipelines.yml"),
        evidence: &["bitbucket-pipelines.yml"],
    },
    Known {
        choice: CiChoice::Forgejo,
        title: "Forgejo Actions",
        path: ".forgejo/workflows/gitops-gate.yml",
        template: template!("gitea.yml"),
        evidence: &[".forgejo/"],
    },
    Known {
        choice: CiChoice::Gitea,
        title: "Gitea Actions",
        path: ".gitea/workflows/gitops-gate.yml",
        template: template!("gitea.yml"),
        evidence: &[".gitea/"],
    },
    Known {
        choice: CiChoice::Jenkins,
        title: "Jenkins",
        path: "Jenkinsfile",
        template: template!("Jenkinsfile"),
        evidence: &["Jenkinsfile"],
    },
    Known {
        choice: CiChoice::Tekton,
        title: "Tekton (Pipelines as Code)",
        path: ".tekton/gitops-gate.yaml",
        template: template!("tekton.yaml"),
        evidence: &[".tekton/"],
    },
    Known {
        choice: CiChoice::Codebuild,
        title: "AWS CodeBuild",
        path: "buildspec.yml",
        template: template!("buildspec.yml"),
        evidence: &["buildspec.yml"],
    },
];

/// CIs that there is no file for.
const OTHERS: [(&str, &str); 5] = [
    (".woodpecker/", "Woodpecker"),
    (".woodpecker.yml", "Woodpecker"),
    (".woodpecker.yaml", "Woodpecker"),
    (".drone.yml", "Drone"),
    (".circleci/", "CircleCI"),
];

/// What became of the choice.
#[derive(Default)]
pub(super) struct Ci {
    /// The file to write; none where nothing says which, or none is wanted.
    pub(super) file: Option<CiFile>,
    /// Why this one, or why none.
    pub(super) why: String,
    /// Files that run the gate already.
    pub(super) running: Vec<RepoPath>,
    /// The branch to name in the file, where it may stand there.
    branch: String,
}

/// A file for a CI.
pub(super) struct CiFile {
    pub(super) title: &'static str,
    pub(super) path: &'static str,
    pub(super) text: String,
}

/// Chooses the CI: the one that is asked for, else that of the host if its files are there, else the first of which there
/// are files, else that of the host.
pub(super) fn choose(wish: Option<CiChoice>, repository: &Repository) -> Result<Ci, CliError> {
    let running = own_files::that_run_the_gate(&repository.change.head)?;
    let ci = Ci { running, branch: safe_branch(repository), ..Ci::default() };
    let of = |choice: CiChoice| KNOWN.iter().find(|known| known.choice == choice);
    if let Some(wish) = wish {
        return Ok(match of(wish) {
            Some(known) => ci.with(known, "as --ci says".to_owned()),
            None => Ci { why: "none, as --ci says".to_owned(), ..ci },
        });
    }
    let seen: Vec<(&Known, String)> =
        KNOWN.iter().filter_map(|known| Some((known, evidence(known.evidence, repository)?))).collect();
    let native = repository.host.and_then(native).and_then(of);
    let by_both = seen.iter().find(|(known, _)| native.is_some_and(|native| native.choice == known.choice));
    if let Some((known, why)) = by_both.or(seen.first()) {
        let others: Vec<&str> = seen
            .iter()
            .filter(|(other, _)| other.choice != known.choice)
            .map(|(other, _)| other.title)
            .collect();
        let more = match others.is_empty() {
            true => String::new(),
            false => format!("; {} too: --ci says which", others.join(" and ")),
        };
        return Ok(ci.with(known, format!("{why}{more}")));
    }
    let other = OTHERS.iter().find(|(place, _)| evidence(&[place], repository).is_some());
    if let Some((place, title)) = other {
        return Ok(Ci {
            why: format!("{title} ({place}): docs/ci.md says how; there is no file for it"),
            ..ci
        });
    }
    Ok(match native {
        Some(known) => ci.with(known, "the remote origin".to_owned()),
        None => Ci { why: "nothing says which: --ci NAME does".to_owned(), ..ci },
    })
}

impl Ci {
    fn with(self, known: &Known, why: String) -> Self {
        let text = known.template.replace("{{version}}", env!("CARGO_PKG_VERSION"));
        let text = text.replace("{{branch}}", &self.branch);
        Self { file: Some(CiFile { title: known.title, path: known.path, text }), why, ..self }
    }
}

/// `.github/workflows (3 files)`.
fn evidence(places: &[&str], repository: &Repository) -> Option<String> {
    places.iter().find_map(|place| match place.strip_suffix('/') {
        None => repository.has(place).then(|| (*place).to_owned()),
        Some(folder) => match repository.below(place) {
            0 => None,
            1 => Some(format!("{folder} (1 file)")),
            files => Some(format!("{folder} ({files} files)")),
        },
    })
}

/// The CI that a host has built in.
fn native(host: HostKind) -> Option<CiChoice> {
    Some(match host {
        HostKind::Github => CiChoice::Github,
        HostKind::Gitlab => CiChoice::Gitlab,
        HostKind::Azure => CiChoice::Azure,
        HostKind::BitbucketCloud => CiChoice::Bitbucket,
        HostKind::BitbucketDc => CiChoice::Jenkins,
        HostKind::CodeCommit => CiChoice::Codebuild,
        HostKind::Gitea => CiChoice::Gitea,
    })
}

/// A branch may have any name, and the file gives it to a shell and to YAML.
fn safe_branch(repository: &Repository) -> String {
    let is_safe = |name: &&str| {
        name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte))
    };
    let name = repository.branch.as_ref().map(|(name, _)| name.as_str());
    name.filter(is_safe).unwrap_or("main").to_owned()
}

/// The file can be read as what it is.
pub(super) fn check(file: &CiFile) -> Result<(), CliError> {
    if !(file.path.ends_with(".yml") || file.path.ends_with(".yaml")) {
        return Ok(());
    }
    let parsed = yaml::parse(file.text.clone().into_bytes(), &yaml::Limits::default());
    match parsed.problems.first() {
        None => Ok(()),
        Some(problem) => {
            Err(CliError::new(format!("the file for {} is no YAML: {}", file.title, problem.message))
                .hint("this is a fault of the gate: report it; `--ci none` goes without"))
        }
    }
}
