//! The CIs that are known, and by which variable each is recognised.

use super::fact::Fact;
use super::reader::Reader;
use super::{
    Context, azure_pipelines, bitbucket_pipelines, circleci, codebuild, drone, gitea_actions, github_actions,
    gitlab_ci, jenkins, tekton, woodpecker,
};

/// A CI; the Git host that its repositories are at is another matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ci {
    /// Gitea Actions and Forgejo Actions.
    GiteaActions,
    /// GitHub Actions.
    GithubActions,
    /// GitLab CI/CD.
    GitlabCi,
    /// Azure Pipelines.
    AzurePipelines,
    /// Bitbucket Pipelines, of Bitbucket Cloud.
    BitbucketPipelines,
    /// Jenkins.
    Jenkins,
    /// AWS CodeBuild.
    CodeBuild,
    /// Woodpecker CI.
    Woodpecker,
    /// Drone CI.
    Drone,
    /// CircleCI.
    CircleCi,
    /// Tekton with Pipelines as Code.
    Tekton,
}

impl Ci {
    /// All of them, in the order in which they are tried: Gitea's runners also say that they are GitHub's, Woodpecker
    /// also sets Drone's variables, and runners of GitHub, GitLab and Jenkins may themselves run in CodeBuild.
    pub const ALL: [Self; 11] = [
        Self::GiteaActions,
        Self::GithubActions,
        Self::GitlabCi,
        Self::AzurePipelines,
        Self::BitbucketPipelines,
        Self::Jenkins,
        Self::CodeBuild,
        Self::Woodpecker,
        Self::Drone,
        Self::CircleCi,
        Self::Tekton,
    ];

    /// The word in outputs, and the folder of its recorded cases.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GiteaActions => "gitea-actions",
            Self::GithubActions => "github-actions",
            Self::GitlabCi => "gitlab-ci",
            Self::AzurePipelines => "azure-pipelines",
            Self::BitbucketPipelines => "bitbucket-pipelines",
            Self::Jenkins => "jenkins",
            Self::CodeBuild => "codebuild",
            Self::Woodpecker => "woodpecker",
            Self::Drone => "drone",
            Self::CircleCi => "circleci",
            Self::Tekton => "tekton",
        }
    }

    /// The name that people know.
    pub fn title(self) -> &'static str {
        match self {
            Self::GiteaActions => "Gitea or Forgejo Actions",
            Self::GithubActions => "GitHub Actions",
            Self::GitlabCi => "GitLab CI",
            Self::AzurePipelines => "Azure Pipelines",
            Self::BitbucketPipelines => "Bitbucket Pipelines",
            Self::Jenkins => "Jenkins",
            Self::CodeBuild => "AWS CodeBuild",
            Self::Woodpecker => "Woodpecker",
            Self::Drone => "Drone",
            Self::CircleCi => "CircleCI",
            Self::Tekton => "Tekton (Pipelines as Code)",
        }
    }

    /// Variables one of which has to be set, and to which text; `None`: to any.
    fn markers(self) -> &'static [(&'static str, Option<&'static str>)] {
        match self {
            Self::GiteaActions => &[("FORGEJO_ACTIONS", Some("true")), ("GITEA_ACTIONS", Some("true"))],
            Self::GithubActions => &[("GITHUB_ACTIONS", Some("true"))],
            Self::GitlabCi => &[("GITLAB_CI", Some("true"))],
            Self::AzurePipelines => &[("TF_BUILD", Some("true"))],
            Self::BitbucketPipelines => &[("BITBUCKET_BUILD_NUMBER", None)],
            Self::Jenkins => &[("JENKINS_URL", None)],
            Self::CodeBuild => &[("CODEBUILD_BUILD_ID", None)],
            Self::Woodpecker => &[("CI", Some("woodpecker")), ("CI_SYSTEM_NAME", Some("woodpecker"))],
            Self::Drone => &[("DRONE", Some("true"))],
            Self::CircleCi => &[("CIRCLECI", Some("true"))],
            Self::Tekton => &[("PAC_REPO_URL", None), ("PAC_REVISION", None)],
        }
    }

    /// True if `text` is what this CI leaves in the place of a value that it does not have.
    pub(super) fn is_placeholder(self, text: &str) -> bool {
        match self {
            Self::AzurePipelines => text.starts_with("$(") && text.ends_with(')'),
            Self::Tekton => text.starts_with("{{") && text.ends_with("}}"),
            _ => false,
        }
    }

    /// The CI that the variables show.
    pub(super) fn detect(reader: &Reader<'_>) -> Option<Fact<Self>> {
        Self::ALL.into_iter().find_map(|ci| {
            let set = |(name, text): &&(&'static str, Option<&str>)| match text {
                Some(text) => reader.is(name, text),
                None => reader.raw(name).is_some(),
            };
            let (name, _) = ci.markers().iter().find(set)?;
            Some(Fact::variable(ci, name))
        })
    }

    /// What this CI says of the run.
    pub(super) fn read(self, reader: &mut Reader<'_>) -> Context {
        reader.blame(self);
        match self {
            Self::GiteaActions => gitea_actions::read(reader),
            Self::GithubActions => github_actions::read(reader),
            Self::GitlabCi => gitlab_ci::read(reader),
            Self::AzurePipelines => azure_pipelines::read(reader),
            Self::BitbucketPipelines => bitbucket_pipelines::read(reader),
            Self::Jenkins => jenkins::read(reader),
            Self::CodeBuild => codebuild::read(reader),
            Self::Woodpecker => woodpecker::read(reader),
            Self::Drone => drone::read(reader),
            Self::CircleCi => circleci::read(reader),
            Self::Tekton => tekton::read(reader),
        }
    }
}
