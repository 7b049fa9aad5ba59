//! Where commands of the docs are run: the demo's repository on its pull request, and the merge of one in a CI.

use std::collections::BTreeMap;
use std::fs;

use gate_tests::{Run, TestRepo};

use super::markdown::root;
use crate::{DEPLOYMENT, gate};

/// A repository, and the variables that are set there.
pub(super) struct Place {
    repo: TestRepo,
    variables: BTreeMap<String, String>,
}

impl Place {
    /// The place that pages call `kind`.
    pub(super) fn of(kind: &str) -> Option<Self> {
        match kind {
            "demo" => Some(demo()),
            "github" => Some(github()),
            _ => None,
        }
    }

    /// Runs the gate there, with a Deployment as its standard input.
    pub(super) fn run(&self, words: &[&str]) -> Run {
        let variables: Vec<(&str, &str)> =
            self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        gate().run_with(self.repo.path(), words, &variables, Some(DEPLOYMENT.as_bytes()))
    }
}

/// The demo's repository on its pull request, with more files that pages name.
pub(super) fn demo() -> Place {
    let (repo, demo) = (TestRepo::new(), root().join("examples/demo"));
    let lay = |folder: &str| crate::readme::lay(&repo, &demo.join(folder), &demo.join(folder));
    lay("base");
    for path in ["manifests/web.yaml", "deploy/web.yaml", "app.yaml", "overlays/prod/web.yaml"] {
        repo.write(path, DEPLOYMENT);
    }
    repo.write("other.yaml", "policies: [{use: builtin:image-tags}]\n");
    repo.commit("base").git(&["update-ref", "refs/remotes/origin/main", "main"]);
    repo.branch("pull-request");
    lay("change");
    repo.commit("change");
    repo.git(&["branch", "--quiet", "--set-upstream-to=main"]);
    repo.git(&["branch", "my-branch"]);
    Place { repo, variables: BTreeMap::new() }
}

/// The merge that GitHub makes of a pull request, with the variables and the event of a recorded run.
fn github() -> Place {
    let recorded = root().join("tests/data/ci/github-actions/pull_request");
    let text = fs::read_to_string(recorded.join("env.json")).unwrap();
    let mut variables: BTreeMap<String, String> = serde_json::from_str(&text).unwrap();
    let repo = TestRepo::new();
    repo.commit("base").branch("bump-web");
    repo.commit("bump").git(&["checkout", "--quiet", "main"]);
    repo.commit("meanwhile").git(&["merge", "--quiet", "--no-ff", "--message", "merge", "bump-web"]);
    let mut set = |name: &str, value: String| drop(variables.insert(name.to_owned(), value));
    set("GITHUB_EVENT_PATH", recorded.join("event.json").canonicalize().unwrap().display().to_string());
    set("GITHUB_SHA", repo.git(&["rev-parse", "HEAD"]).trim().to_owned());
    set("GITHUB_TOKEN", "not-a-token-of-anybody".to_owned());
    Place { repo, variables }
}
