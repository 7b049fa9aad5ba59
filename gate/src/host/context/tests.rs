//! Recorded runs of every CI, replayed: `tests/data/ci/<ci>/<case>` holds the variables, the event file, what the clone
//! says, the flags, and all that has to be known afterwards. With it what no file should hold: values of megabytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::host::{HostError, HostErrorKind, Target};

/// What a run is made of.
#[derive(Default)]
struct Case {
    variables: BTreeMap<String, String>,
    folder: PathBuf,
    remote: Option<String>,
    references: BTreeMap<String, String>,
    overrides: Overrides,
}

impl Case {
    fn read(folder: &Path) -> Self {
        let json = |name: &str| -> Value {
            let text = std::fs::read_to_string(folder.join(name)).unwrap_or_else(|_| "{}".to_owned());
            serde_json::from_str(&text).unwrap()
        };
        let map = |value: Value| serde_json::from_value(value).unwrap_or_default();
        let clone = json("clone.json");
        let flags = json("flags.json");
        let flag = |name: &str| flags[name].as_str().map(str::to_owned);
        Self {
            variables: serde_json::from_value(json("env.json")).unwrap(),
            folder: folder.to_owned(),
            remote: clone["remote"].as_str().map(str::to_owned),
            references: map(clone["references"].clone()),
            overrides: Overrides {
                host: flag("host"),
                api_url: flag("api-url"),
                repository: flag("repository"),
                pr: flag("pr"),
                run: flag("run"),
                token_variable: flag("token-variable"),
            },
        }
    }

    fn of(variables: &[(&str, &str)]) -> Self {
        let variables = variables.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Self { variables: variables.collect(), ..Self::default() }
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn detect(&self) -> Result<Context, HostError> {
        let event = |path: &str| {
            std::fs::read(self.folder.join(path)).map_err(|_| "cannot be read: no such file".to_owned())
        };
        let surroundings = Surroundings {
            variable: &|name| self.variable(name),
            event: &event,
            remote: &|| self.remote.clone(),
            reference: &|name| self.references.get(name).cloned(),
        };
        detect(&surroundings, &self.overrides)
    }

    fn target(&self, context: &Context) -> Result<Target, HostError> {
        context.target(&|name| self.variable(name), Duration::from_secs(30))
    }
}

fn shown(case: &Case) -> Value {
    let context = match case.detect() {
        Ok(context) => context,
        Err(error) => return json!({ "error": [error.message, error.hint] }),
    };
    let facts = context.facts().into_iter();
    let facts: serde_json::Map<_, _> =
        facts.map(|fact| (fact.name.to_owned(), json!([fact.value, fact.source]))).collect();
    let token = context.token.as_ref().map(
        |token| json!({ "variable": token.variable, "set": token.set, "kind": format!("{:?}", token.kind) }),
    );
    json!({ "facts": facts, "token": token, "problems": context.problems, "obstacles": context.obstacles() })
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/ci")
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn cases() -> Vec<(String, Case)> {
    let name = |path: &Path| path.strip_prefix(root()).unwrap().display().to_string();
    let all = folders(&root()).into_iter().flat_map(|ci| folders(&ci));
    all.map(|folder| (name(&folder), Case::read(&folder))).collect()
}

#[test]
fn every_recorded_run_is_understood() {
    let mut wrong = Vec::new();
    for (name, case) in cases() {
        let file = case.folder.join("expected.json");
        let expected: Value =
            serde_json::from_str(&std::fs::read_to_string(&file).unwrap_or_else(|_| "null".to_owned()))
                .unwrap();
        let found = shown(&case);
        if expected != found {
            wrong.push(format!("{name}:\n{found:#}"));
        }
    }
    assert!(wrong.is_empty(), "not as expected.json says:\n{}", wrong.join("\n"));
}

#[test]
fn every_ci_is_recorded_and_documented() {
    let documentation = std::fs::read_to_string(root().join("../../../docs/ci.md")).unwrap();
    let mut names = std::collections::BTreeSet::new();
    for ci in Ci::ALL {
        assert!(names.insert(ci.as_str()) && names.insert(ci.title()), "{ci:?} shares a name");
        let recorded = folders(&root().join(ci.as_str()));
        assert!(recorded.len() >= 2, "{ci:?} has {} recorded runs", recorded.len());
        assert!(documentation.contains(&format!("## {}", ci.title())), "docs/ci.md has no chapter on {ci:?}");
        let detected = recorded.iter().filter_map(|folder| Case::read(folder).detect().ok()?.ci);
        assert!(detected.filter(|found| found.value == ci).count() >= 2, "{ci:?} is not recognised");
    }
    let known: Vec<String> =
        folders(&root()).iter().map(|path| path.file_name().unwrap().to_string_lossy().into()).collect();
    assert_eq!(known.len(), Ci::ALL.len(), "a folder belongs to no CI: {known:?}");
}

#[test]
fn no_recorded_run_marks_a_merge_or_shows_a_token() {
    let mut merges = 0;
    for (name, case) in cases() {
        let Ok(context) = case.detect() else { continue };
        if let Some(merge) = &context.merge {
            merges += 1;
            assert_ne!(context.head.as_ref().map(|head| &head.value), Some(&merge.value.commit), "{name}");
        }
        let shown = format!("{context:?} {:?} {}", context.facts(), shown(&case));
        assert!(!shown.contains("otARealToken"), "{name} shows a token: {shown}");
    }
    assert!(merges >= 10, "only {merges} runs had a merge");
}

#[test]
fn no_recorded_run_gives_more_than_one_clean_line() {
    for (name, case) in cases() {
        let Ok(context) = case.detect() else { continue };
        let facts = context.facts();
        let texts = facts
            .iter()
            .filter_map(|fact| fact.value.as_str())
            .chain(context.problems.iter().map(String::as_str));
        for text in texts {
            assert_eq!(crate::text::clean_line(text), text, "{name}");
            assert!(text.chars().count() <= 1_100, "{name}: {text}");
        }
    }
}

#[test]
fn values_of_megabytes_are_refused_or_cut() {
    let long = "x".repeat(1 << 20);
    let sha = "5f2b1c9e7a3d4e8f90123456789abcdef0123456";
    let case = Case::of(&[
        ("GITLAB_CI", "true"),
        ("CI_MERGE_REQUEST_IID", "12"),
        ("CI_COMMIT_SHA", sha),
        ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", &long),
        ("CI_MERGE_REQUEST_TITLE", &long[..200_000]),
        ("CI_MERGE_REQUEST_LABELS", &"l,".repeat(60_000)),
        ("CI_PROJECT_PATH", &format!("octo/{}", &long[..2_000])),
    ]);
    let context = case.detect().unwrap();
    assert_eq!(context.head_branch, None);
    assert_eq!(context.repository, None);
    assert_eq!(context.title.unwrap().value.chars().count(), 1_000);
    assert_eq!(context.labels.unwrap().value.len(), 200);
    assert_eq!(context.problems.len(), 2, "{:?}", context.problems);
    assert!(context.problems.iter().all(|problem| problem.len() < 400), "{:?}", context.problems);
}

#[test]
fn an_event_of_megabytes_is_cut_too() {
    let branch = "x".repeat(1 << 20);
    let labels: Vec<Value> = (0..100_000).map(|at| json!({ "name": format!("l{at}") })).collect();
    let event = json!({ "pull_request": { "number": 7, "labels": labels, "title": branch, "head": { "ref": branch } } });
    let event = serde_json::to_vec(&event).unwrap();
    let variable = |name: &str| match name {
        "GITHUB_ACTIONS" => Some("true".to_owned()),
        "GITHUB_EVENT_NAME" => Some("pull_request".to_owned()),
        "GITHUB_EVENT_PATH" => Some("event".to_owned()),
        _ => None,
    };
    let surroundings = Surroundings {
        variable: &variable,
        event: &|_| Ok(event.clone()),
        remote: &|| None,
        reference: &|_| None,
    };
    let context = detect(&surroundings, &Overrides::default()).unwrap();
    assert_eq!(context.number.unwrap().value, 7);
    assert_eq!(context.title.unwrap().value.chars().count(), 1_000);
    assert_eq!(context.labels.unwrap().value.len(), 200);
    assert_eq!(context.head_branch, None);
    assert_eq!(context.problems.len(), 1, "{:?}", context.problems);
}

fn named(name: &str) -> Case {
    Case::read(&root().join(name))
}

#[test]
fn a_target_is_what_was_found() {
    let case = named("github-actions/pull_request");
    let target = case.target(&case.detect().unwrap()).unwrap();
    assert_eq!((target.kind, target.api.as_str()), (HostKind::Github, "https://api.github.com"));
    assert_eq!((target.repository.as_str(), target.number), ("octo-org/shop", Some(7)));
    assert_eq!(target.head, "5f2b1c9e7a3d4e8f90123456789abcdef0123456");
    assert_eq!(target.acts_as.as_deref(), Some("github-actions[bot]"));
    assert_eq!(target.from_fork, Some(false));
    assert_eq!(target.run, RunNumber { run: 11_873_009_412, attempt: 2 });
    assert!(target.token.is_some());
    assert!(!format!("{target:?}").contains("otARealToken"));
}

#[test]
fn a_merge_queue_marks_the_commit_alone() {
    let case = named("github-actions/merge_group");
    let target = case.target(&case.detect().unwrap()).unwrap();
    assert_eq!(target.number, None);
    assert_eq!(target.head, "9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c4b3a291807");
    let case = named("gitlab-ci/merge_train");
    let target = case.target(&case.detect().unwrap()).unwrap();
    assert_eq!((target.number, target.pipeline), (Some(12), Some(90_210)));
}

#[test]
fn a_job_token_of_gitlab_is_told_apart() {
    let case = named("gitlab-ci/fork");
    let target = case.target(&case.detect().unwrap()).unwrap();
    assert_eq!(target.user.as_deref(), Some("gitlab-ci-token"));
    assert_eq!((target.source_project, target.acts_as), (Some(77), None));
}

#[test]
fn no_token_is_needed_where_others_add_it() {
    for name in ["bitbucket-pipelines/no_token", "codebuild/codecommit_pull_request"] {
        let case = named(name);
        assert!(case.target(&case.detect().unwrap()).unwrap().token.is_none(), "{name}");
    }
}

#[test]
fn an_error_names_what_is_missing_and_how_to_give_it() {
    let cases = [
        ("jenkins/hostile", HostErrorKind::Setup, "which Git host", "GATE_HOST"),
        ("drone/unnamed_host", HostErrorKind::Unauthorized, "no token for Gitea", "GITEA_TOKEN"),
        ("github-actions/hostile_event", HostErrorKind::Setup, "where the API", "--api-url"),
        ("github-actions/issue_comment", HostErrorKind::Setup, "the commit to be marked", "GATE_HEAD"),
        ("github-actions/fork", HostErrorKind::Unauthorized, "no token for GitHub", "GITHUB_TOKEN"),
        ("tekton/named_variable_is_unset", HostErrorKind::Unauthorized, "MY_TOKEN is not set", "GATE_TOKEN"),
    ];
    for (name, kind, message, hint) in cases {
        let case = named(name);
        let error = case.target(&case.detect().unwrap()).unwrap_err();
        assert_eq!(error.kind, kind, "{name}: {error:?}");
        assert!(error.message.contains(message), "{name}: {error:?}");
        assert!(error.hint.as_deref().unwrap_or_default().contains(hint), "{name}: {error:?}");
    }
}

#[test]
fn a_token_of_another_ci_is_not_taken_along() {
    let sha = "5f2b1c9e7a3d4e8f90123456789abcdef0123456";
    let case = Case::of(&[
        ("TF_BUILD", "True"),
        ("SYSTEM_ACCESSTOKEN", "notARealToken"),
        ("GATE_HOST", "gitlab"),
        ("CI_JOB_TOKEN", "notARealToken"),
        ("GATE_API_URL", "https://gitlab.example.com/api/v4"),
        ("GATE_REPOSITORY", "octo/shop"),
        ("GATE_HEAD", sha),
    ]);
    assert_eq!(case.detect().unwrap().token, None);
}

#[test]
fn outside_a_ci_only_the_remote_speaks() {
    let mut case = Case::of(&[("HOME", "/home/mona")]);
    assert_eq!(case.detect().unwrap(), Context::default());
    case.remote = Some("git@github.com:octo-org/shop.git".to_owned());
    let context = case.detect().unwrap();
    assert_eq!(
        context.facts().iter().map(|fact| fact.name).collect::<Vec<_>>(),
        ["host", "api", "web", "repository"]
    );
    assert!(!context.is_pull_request());
}
