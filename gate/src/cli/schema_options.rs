//! Options of the schema check that beat the configuration, under the names that kubeconform has for them
//! (`docs/kubeconform.md`).

use clap::Args;
use regex::bytes::{RegexSet, RegexSetBuilder};

use super::error::CliError;
use super::schema_args::SchemaWishes;
use crate::config::{Config, KindPattern, KubernetesVersion, Place};
use crate::engine::{EngineError, KindName, RunOptions};
use crate::schema::{KubeVersion, SchemaSet};

/// Memory of all expressions of `--ignore-filename-pattern` once they are compiled, in bytes.
const MAX_EXPRESSIONS: usize = 4 << 20;

/// What the command line says of schemas.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Schemas")]
pub(super) struct SchemaOptions {
    /// Kubernetes versions to judge by, in place of those in gate.yaml: 1.33, v1.33.4, or `master` for the newest that the
    /// gate knows; may be given several times.
    #[arg(long, value_name = "VERSION[,VERSION]", value_delimiter = ',')]
    kubernetes_version: Vec<String>,
    /// Kinds that no schema is asked of: `Secret`, `apps/v1/Deployment`, `v1/Pod`; may be given several times.
    #[arg(long, value_name = "KIND[,KIND]", value_delimiter = ',', conflicts_with = "policies_only")]
    skip: Vec<String>,
    /// Kinds that must not be there, written as for --skip, which wins.
    #[arg(long, value_name = "KIND[,KIND]", value_delimiter = ',', conflicts_with = "policies_only")]
    reject: Vec<String>,
    /// Files that are not looked at: a regular expression that is searched for in the path as the report shows it; may be
    /// given several times.
    #[arg(long, value_name = "REGEX")]
    ignore_filename_pattern: Vec<String>,
    /// Take a kind without a schema for skipped, not for a check that could not finish.
    #[arg(long, conflicts_with = "policies_only")]
    ignore_missing_schemas: bool,
    /// Stop at the first error: what comes after it is not judged.
    #[arg(long)]
    exit_on_error: bool,
    /// Changes nothing: the gate always refuses unknown fields and keys that stand twice.
    #[arg(long)]
    strict: bool,
    /// End with a line that says how many resources are valid, invalid, in error and skipped.
    #[arg(long, help_heading = "Output")]
    pub(super) summary: bool,
}

/// The same, read and checked.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    /// For the engine.
    pub(super) run: RunOptions,
    kubernetes: Vec<KubernetesVersion>,
    ignore_missing: bool,
    /// Sentences for the report.
    pub(super) notices: Vec<String>,
    /// The options as they were written, those that matter to the judgement.
    said: Vec<String>,
    /// Where schemas are looked for, and what may be fetched.
    pub(super) schemas: SchemaWishes,
}

impl SchemaOptions {
    /// Reads the options. What comes from standard input has no name that could be ignored.
    pub(super) fn read(&self, is_stdin: bool) -> Result<Wishes, CliError> {
        let set = SchemaSet::embedded().map_err(EngineError::from)?;
        let reject = kinds("--reject", &self.reject)?;
        let ignore = match is_stdin {
            true => RegexSet::empty(),
            false => expressions(&self.ignore_filename_pattern)?,
        };
        Ok(Wishes {
            notices: reject.iter().filter_map(|name| misspelt(&set, name)).collect(),
            run: RunOptions {
                skip: kinds("--skip", &self.skip)?,
                reject,
                ignore,
                list: false,
                observer: None,
                stop_at_first: self.exit_on_error,
            },
            kubernetes: versions(&set, &self.kubernetes_version)?,
            ignore_missing: self.ignore_missing_schemas,
            said: self.said(),
            schemas: SchemaWishes::default(),
        })
    }

    fn said(&self) -> Vec<String> {
        let list = |option: &str, values: &[String]| {
            (!values.is_empty()).then(|| format!("{option} {}", values.join(",")))
        };
        let lists = [
            list("--kubernetes-version", &self.kubernetes_version),
            list("--skip", &self.skip),
            list("--reject", &self.reject),
            list("--ignore-filename-pattern", &self.ignore_filename_pattern),
        ];
        let missing = self.ignore_missing_schemas.then(|| "--ignore-missing-schemas".to_owned());
        lists.into_iter().flatten().chain(missing).collect()
    }
}

impl Wishes {
    /// Nothing but where schemas are from.
    pub(super) fn about_schemas(schemas: SchemaWishes) -> Self {
        Self { schemas, ..Self::default() }
    }

    /// `config` as this run obeys it, and the words for where it came from.
    pub(super) fn applied(&self, config: &Config, source: &str) -> (Config, String) {
        let mut config = config.clone();
        if !self.kubernetes.is_empty() {
            config.judge_all_by(&self.kubernetes);
        }
        if self.ignore_missing {
            config.allow_missing_schemas.push(KindPattern::any());
        }
        let source = match self.said.as_slice() {
            [] => source.to_owned(),
            said => format!("{source}; command line: {}", said.join(" ")),
        };
        (config, source)
    }
}

/// Names, which may have blanks around them; empty ones are left out.
fn words(values: &[String]) -> impl Iterator<Item = &str> {
    values.iter().map(|value| value.trim()).filter(|value| !value.is_empty())
}

fn kinds(option: &str, values: &[String]) -> Result<Vec<KindName>, CliError> {
    let read = |word: &str| {
        KindName::parse(word).ok_or_else(|| {
            CliError::new(format!("`{option} {word}` names no kind"))
                .hint("write `Kind` or `group/version/Kind`, as in `apps/v1/Deployment`, or `v1/Pod` in the group without a name")
        })
    };
    words(values).map(read).collect()
}

/// A kind that nobody knows, and one that is nearly spelt so: what was to be refused would pass.
fn misspelt(set: &SchemaSet, name: &KindName) -> Option<String> {
    let near = set.similar_kind(name.kind())?;
    Some(format!("`--reject {}`: no such kind is known to the gate; did you mean `{near}`?", name.as_str()))
}

fn versions(set: &SchemaSet, values: &[String]) -> Result<Vec<KubernetesVersion>, CliError> {
    let known = set.versions();
    let range = || {
        let word = |version: Option<&KubeVersion>| version.map_or_else(String::new, ToString::to_string);
        format!(
            "the gate knows {} to {}, and `master` for the newest",
            word(known.first()),
            word(known.last())
        )
    };
    let mut found: Vec<KubernetesVersion> = Vec::new();
    for word in words(values) {
        let version = match word {
            "master" => set.newest(),
            word => KubeVersion::parse(word).map_err(|_| {
                CliError::new(format!("`--kubernetes-version {word}` is no version of Kubernetes"))
                    .hint(format!("write it as in 1.33 or v1.33.4; {}", range()))
            })?,
        };
        if !known.contains(&version) {
            return Err(
                CliError::new(format!("the gate has no schemas of Kubernetes {version}")).hint(range())
            );
        }
        let version = KubernetesVersion { major: 1, minor: version.minor.into(), place: Place::NONE };
        if !found.contains(&version) {
            found.push(version);
        }
    }
    Ok(found)
}

fn expressions(values: &[String]) -> Result<RegexSet, CliError> {
    let build = |patterns: &[String]| RegexSetBuilder::new(patterns).size_limit(MAX_EXPRESSIONS).build();
    for value in values {
        if let Err(error) = build(std::slice::from_ref(value)) {
            let why = error.to_string();
            let why = why.rsplit("error: ").next().unwrap_or_default().to_owned();
            return Err(CliError::new(format!("`--ignore-filename-pattern {value}` cannot be used: {why}"))
                .hint("it is a regular expression, not a glob: `\\.json$`, `(^|/)charts/`"));
        }
    }
    build(values).map_err(|error| {
        CliError::new(format!("--ignore-filename-pattern: {error}"))
            .hint("write fewer or shorter expressions")
    })
}

#[cfg(test)]
mod tests;
