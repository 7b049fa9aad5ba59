//! A runner of composite actions, as far as ours needs one: expressions of three kinds, steps of bash, outputs, the summary.
//! Steps that use other actions are written down and not run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::{read, root, yaml};

/// The folders and variables of one job.
pub(crate) struct Job {
    /// Gone with the job.
    pub(crate) folder: TempDir,
    /// `GITHUB_*` and the like.
    pub(crate) variables: BTreeMap<String, String>,
    /// What the workflow says behind `with`.
    pub(crate) inputs: BTreeMap<String, String>,
    /// `github.token`.
    pub(crate) token: String,
    /// In front of the `PATH`.
    pub(crate) programs: PathBuf,
}

/// What came of the action.
#[derive(Debug, Default)]
pub(crate) struct Played {
    /// Exit code of the step that failed, or 0.
    pub(crate) code: i32,
    /// The `id` or name of the last step that ran.
    pub(crate) last: String,
    /// Both outputs of all steps.
    pub(crate) log: String,
    /// Outputs of steps, as `STEP.NAME`.
    pub(crate) steps: BTreeMap<String, String>,
    /// Outputs of the action.
    pub(crate) outputs: BTreeMap<String, String>,
    /// All that steps wrote to their summaries.
    pub(crate) summary: String,
    /// What steps that use other actions would have been given.
    pub(crate) used: Vec<BTreeMap<String, String>>,
}

impl Job {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["workspace", "temp", "tools", "home", "bin"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let at = |name: &str| folder.path().join(name).display().to_string();
        let variables = [
            ("HOME", at("home")),
            ("XDG_CACHE_HOME", at("home")),
            ("RUNNER_TEMP", at("temp")),
            ("RUNNER_TOOL_CACHE", at("tools")),
            ("GITHUB_WORKSPACE", at("workspace")),
            ("GITHUB_ACTION_PATH", root().display().to_string()),
            ("GITHUB_SERVER_URL", "https://github.com".to_owned()),
            ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
            ("GIT_CONFIG_GLOBAL", "/dev/null".to_owned()),
            ("LC_ALL", "C".to_owned()),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value)).into();
        let programs = folder.path().join("bin");
        Self { folder, variables, inputs: BTreeMap::new(), token: String::new(), programs }
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn with(&mut self, name: &str, value: &str) {
        self.inputs.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// All steps, or those up to the one with this id.
    pub(crate) fn play(&self, until: Option<&str>) -> Played {
        let action = yaml::first(&read("action.yml"));
        for name in self.inputs.keys() {
            assert!(action["inputs"].get(name).is_some(), "the action has no input {name}");
        }
        let mut played = Played::default();
        for (number, step) in action["runs"]["steps"].as_array().unwrap().iter().enumerate() {
            let id = step["id"].as_str().or(step["name"].as_str()).unwrap().to_owned();
            if step["if"].as_str().is_some_and(|words| !self.holds(words, &action, &played)) {
                continue;
            }
            played.last.clone_from(&id);
            if step.get("uses").is_some() {
                let mut with = self.filled(&step["with"], &action, &played);
                // Handed over in memory, and looked for in all that is kept here.
                with.remove("token");
                played.used.push(with);
                continue;
            }
            played.code = self.step(number, step, &id, &action, &mut played);
            if played.code != 0 || until == Some(&id) {
                break;
            }
        }
        for (name, output) in action["outputs"].as_object().unwrap() {
            let value = self.expand(output["value"].as_str().unwrap(), &action, &played);
            played.outputs.insert(name.clone(), value);
        }
        played
    }

    fn step(&self, number: usize, step: &Value, id: &str, action: &Value, played: &mut Played) -> i32 {
        assert_eq!(step["shell"], "bash", "{id}");
        let script = self.at(&format!("step-{number}.sh"));
        std::fs::write(&script, step["run"].as_str().unwrap()).unwrap();
        let (output, summary) = (self.at(&format!("output-{number}")), self.at(&format!("summary-{number}")));
        for file in [&output, &summary] {
            std::fs::write(file, "").unwrap();
        }
        // As the runner starts `shell: bash`.
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-e", "-o", "pipefail"]).arg(&script);
        bash.env_clear().envs(&self.variables).envs(self.filled(&step["env"], action, played));
        let path = std::env::var("PATH").unwrap_or_default();
        bash.env("PATH", format!("{}:{path}", self.programs.display()));
        bash.env("GITHUB_OUTPUT", &output).env("GITHUB_STEP_SUMMARY", &summary);
        let ended = bash.current_dir(self.at("workspace")).output().unwrap();
        for text in [&ended.stdout, &ended.stderr] {
            played.log.push_str(&String::from_utf8_lossy(text));
        }
        for line in std::fs::read_to_string(&output).unwrap().lines() {
            let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("{id}: output {line:?}"));
            played.steps.insert(format!("{id}.{name}"), value.to_owned());
        }
        let summary = std::fs::read_to_string(&summary).unwrap();
        assert!(summary.len() <= 1 << 20, "{id}: a summary of {} bytes", summary.len());
        played.summary.push_str(&summary);
        ended.status.code().unwrap_or_else(|| panic!("{id} was ended by a signal"))
    }

    fn filled(&self, map: &Value, action: &Value, played: &Played) -> BTreeMap<String, String> {
        let map = map.as_object().into_iter().flatten();
        map.map(|(name, value)| (name.clone(), self.expand(value.as_str().unwrap(), action, played)))
            .collect()
    }

    /// `${{ … }}` as a whole; any other text stands for itself.
    fn expand(&self, text: &str, action: &Value, played: &Played) -> String {
        match text.strip_prefix("${{ ").and_then(|text| text.strip_suffix(" }}")) {
            Some(expression) => self.value(expression, action, played),
            None => {
                assert!(!text.contains("${{"), "{text}");
                text.to_owned()
            }
        }
    }

    fn value(&self, expression: &str, action: &Value, played: &Played) -> String {
        if expression == "github.token" {
            return self.token.clone();
        }
        if let Some(name) = expression.strip_prefix("inputs.") {
            let input = &action["inputs"][name];
            assert!(input.is_object(), "the action has no input {name}");
            let default = || self.expand(input["default"].as_str().unwrap(), action, played);
            return self.inputs.get(name).cloned().unwrap_or_else(default);
        }
        let rest = expression.strip_prefix("steps.").unwrap_or_else(|| panic!("{expression}"));
        let (step, output) = rest.split_once(".outputs.").unwrap_or_else(|| panic!("{expression}"));
        assert!(
            action["runs"]["steps"].as_array().unwrap().iter().any(|known| known["id"] == step),
            "there is no step {step}"
        );
        played.steps.get(&format!("{step}.{output}")).cloned().unwrap_or_default()
    }

    /// `A == 'x' && B != 'y'`
    fn holds(&self, condition: &str, action: &Value, played: &Played) -> bool {
        condition.split(" && ").all(|part| {
            let mut words = part.split(' ');
            let (left, sign) = (words.next().unwrap(), words.next().unwrap());
            let right = words.next().unwrap().trim_matches('\'');
            match sign {
                "==" => self.value(left, action, played) == right,
                "!=" => self.value(left, action, played) != right,
                _ => panic!("{condition}"),
            }
        })
    }
}

/// All files below `folder`.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found
}
