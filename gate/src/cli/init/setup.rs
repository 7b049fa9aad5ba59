//! From a repository to the text of its `gate.yaml`: guess, judge by the guess, and write down what came of it.

use std::collections::BTreeMap;

use super::baseline::{self, Waivers, Wish};
use super::ci::Ci;
use super::compose::{Setup, files};
use super::judged::Judged;
use super::repository::Repository;
use super::told::Told;
use super::{kinds, kubernetes};
use crate::cli::configuration::{self, MAX_BYTES};
use crate::cli::error::CliError;
use crate::config::{Config, PolicySource, environments_in, literal_folder};
use crate::engine::{self, EngineError};
use crate::model::RepoPath;
use crate::schema::SchemaSet;

/// Names of folders that are kept and not deployed, or that are somebody else's.
const KEPT: [&str; 10] = [
    "archive",
    ".archive",
    "archived",
    ".archived",
    "_archive",
    "deprecated",
    "testdata",
    "fixtures",
    "vendor",
    "node_modules",
];
/// Folders that are proposed for exclusion.
const MOST_KEPT: usize = 8;
const FAULT: &str = "this is a fault of the gate: report it";

/// The text of the file; what it was made of goes to `told`.
pub(super) fn new_configuration(
    repository: &Repository,
    ci: &Ci,
    wish: Option<Wish<'_>>,
    told: &mut Told,
) -> Result<String, CliError> {
    let survey = engine::survey(&repository.change.head)?;
    let guess = environments_in(&repository.manifests, &survey.deployed);
    let mut setup = Setup {
        environments: guess.environments,
        branch: repository.branch.as_ref().map(|(name, _)| name.clone()).filter(|name| is_branch(name)),
        schemas: schema_folders(repository),
        perhaps: kept(repository),
        ..Setup::default()
    };
    setup.versions.minors = vec![known_versions()?.1];
    let draft = read_back(&setup)?.config;
    let environment_of = |path: &RepoPath| draft.environment_of(path).map(|found| found.name.clone());
    setup.versions = kubernetes::choose(&survey.versions, known_versions()?, environment_of);
    let draft = read_back(&setup)?;
    let judged = Judged::new(repository, &draft)?;
    let templates = kinds::templates(&judged, repository, &draft.config);
    let globs: Vec<String> = templates.keys().cloned().collect();
    let judged = judged.without(&globs)?;
    let why = |(glob, number): (String, usize)| {
        let verb = if number == 1 { "is a template" } else { "are templates" };
        (glob, format!("{} {verb} and no YAML", files(number)))
    };
    // What templates are called says nothing of this repository.
    let excluded = judged.excluded();
    let deployed: Vec<RepoPath> =
        repository.manifests.iter().filter(|path| !excluded.matches(path)).cloned().collect();
    setup.environments = environments_in(&deployed, &survey.deployed).environments;
    setup.exclude = templates.into_iter().map(why).collect();
    setup.kinds = kinds::unknown(&judged);
    setup.policies = policies(&judged);
    if let Some(wish) = &wish {
        setup.waivers = baseline::waivers(&judged, &draft.config, wish);
    }
    let written = read_back(&setup)?;
    if wish.is_some() && baseline::forgotten(&judged, &written.config) > 0 {
        return Err(CliError::new("the waivers of the baseline do not cover what there is").hint(FAULT));
    }
    told.look(repository);
    told.found(repository, &setup, &survey, guess.left_out, ci);
    told.judged(&judged, &setup, wish.is_some());
    Ok(setup.text())
}

/// The text as the gate reads it.
fn read_back(setup: &Setup) -> Result<configuration::Configuration, CliError> {
    let text = setup.text();
    if text.len() as u64 > MAX_BYTES {
        let Waivers { findings, .. } = &setup.waivers;
        return Err(CliError::new(format!(
            "a gate.yaml with waivers for {findings} findings has more than {MAX_BYTES} bytes"
        ))
        .hint("go without --baseline: what is there today does not block a pull request"));
    }
    configuration::of_text(&text).map_err(|error| error.also(FAULT))
}

/// Oldest and newest minor version that there are schemas of.
fn known_versions() -> Result<(u16, u16), CliError> {
    let versions = SchemaSet::embedded().map_err(EngineError::from)?.versions();
    let minor = |at: Option<&crate::schema::KubeVersion>| at.map_or(0, |version| u16::from(version.minor));
    Ok((minor(versions.first()), minor(versions.last())))
}

fn policies(judged: &Judged) -> Vec<(String, String)> {
    let sums = judged.sums();
    let line = |id: &String| {
        let words = sums.get(id).map(super::judged::Sum::words).unwrap_or_default();
        let comment = match words.is_empty() {
            true => judged.holds(id),
            false => format!("{words} when this was written"),
        };
        (id.clone(), comment)
    };
    default_policies().iter().map(line).collect()
}

/// Ids of the policies that run without a configuration.
fn default_policies() -> Vec<String> {
    let ids = Config::default().policies.into_iter().filter_map(|policy| match policy.source {
        PolicySource::Builtin(id) => Some(id),
        _ => None,
    });
    ids.collect()
}

/// A branch as a pattern that stands for it alone, in a form that may stand in the file.
fn is_branch(name: &str) -> bool {
    !name.is_empty()
        && !name.contains(|c: char| c.is_whitespace() || c.is_control() || "*?[]{}\\".contains(c))
}

/// Folders with JSON Schemas under the names that kubeconform's catalogs give them.
fn schema_folders(repository: &Repository) -> Vec<(String, String)> {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for path in repository.manifests.iter().filter_map(RepoPath::as_str) {
        let Some((folder, name)) = path.rsplit_once('/') else { continue };
        let Some(stem) = name.strip_suffix(".json") else { continue };
        let is_version = |text: &str| {
            text.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        let by_group = stem.rsplit_once('_').is_some_and(|(_, version)| is_version(version))
            && folder.rsplit('/').next().is_some_and(|group| group.contains('.'));
        let flat =
            stem.rsplit_once('-').is_some_and(|(kind, version)| is_version(version) && kind.contains('-'));
        let top = match (by_group, flat) {
            (true, _) => folder.rsplit_once('/').map_or(folder, |(above, _)| above),
            (false, true) => folder,
            (false, false) => continue,
        };
        *found.entry(literal_folder(top)).or_default() += 1;
    }
    found.into_iter().map(|(glob, number)| (glob, files(number))).collect()
}

/// Folders that are probably not deployed.
fn kept(repository: &Repository) -> Vec<(String, String)> {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for path in &repository.manifests {
        let Ok(folders) = std::str::from_utf8(path.directory()) else { continue };
        let mut end = 0;
        for name in folders.split('/') {
            end += name.len() + 1;
            if let (true, Some(folder)) = (KEPT.contains(&name), folders.get(..end - 1)) {
                *found.entry(literal_folder(folder)).or_default() += 1;
                break;
            }
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    found.truncate(MOST_KEPT);
    found.into_iter().map(|(glob, number)| (glob, format!("{}, by the name", files(number)))).collect()
}
