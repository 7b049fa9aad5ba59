//! The hosts that are known.

/// A kind of Git host; the CI that a run happens in is another matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HostKind {
    /// github.com, GHE.com and GitHub Enterprise Server.
    Github,
    /// gitlab.com and self-managed GitLab.
    Gitlab,
    /// Azure DevOps Services and Server.
    Azure,
    /// bitbucket.org.
    BitbucketCloud,
    /// Bitbucket Data Center.
    BitbucketDc,
    /// AWS CodeCommit.
    CodeCommit,
    /// Gitea and Forgejo.
    Gitea,
}

impl HostKind {
    /// All kinds, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::Github,
        Self::Gitlab,
        Self::Azure,
        Self::BitbucketCloud,
        Self::BitbucketDc,
        Self::CodeCommit,
        Self::Gitea,
    ];

    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Azure => "azure",
            Self::BitbucketCloud => "bitbucket-cloud",
            Self::BitbucketDc => "bitbucket-dc",
            Self::CodeCommit => "codecommit",
            Self::Gitea => "gitea",
        }
    }

    /// The name that people know.
    pub fn title(self) -> &'static str {
        match self {
            Self::Github => "GitHub",
            Self::Gitlab => "GitLab",
            Self::Azure => "Azure DevOps",
            Self::BitbucketCloud => "Bitbucket Cloud",
            Self::BitbucketDc => "Bitbucket Data Center",
            Self::CodeCommit => "AWS CodeCommit",
            Self::Gitea => "Gitea or Forgejo",
        }
    }

    /// The reverse of [`HostKind::as_str`]; `forgejo` is a second word for `gitea`.
    pub fn parse(word: &str) -> Option<Self> {
        let word = if word == "forgejo" { "gitea" } else { word };
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}
