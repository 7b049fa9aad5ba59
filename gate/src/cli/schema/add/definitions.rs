//! CustomResourceDefinitions into the folder of the repository: one file each, as it was written.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::AddArgs;
use super::entry::Edit;
use crate::cli::error::CliError;
use crate::cli::schema::here::Here;
use crate::cli::sources::{files_below, is_definition};
use crate::config::{Config, SchemaLocation};
use crate::download::{Answer, Client, Known};
use crate::model::RepoPath;
use crate::schema::SchemaSet;
use crate::yaml::{self, NodeId, Tape};

/// Largest file, in bytes.
const MOST_BYTES: u64 = 64 << 20;
const PATIENCE: Duration = Duration::from_secs(120);

/// A definition and the file that it goes into.
struct Definition {
    name: String,
    text: String,
    kinds: Vec<String>,
}

/// Those of a file or directory.
pub(super) fn of_path(args: &AddArgs, here: &Here, path: &Path) -> Result<Vec<String>, CliError> {
    let unreadable = |path: &Path, error: std::io::Error| {
        CliError::new(format!("{} cannot be read: {error}", path.display()))
    };
    let files: Vec<PathBuf> = match std::fs::metadata(path) {
        Err(error) => return Err(unreadable(path, error)),
        Ok(about) if about.is_dir() => files_below(path)?,
        Ok(_) => vec![path.to_owned()],
    };
    let mut found = Vec::new();
    for file in files {
        let is_manifest =
            file.extension().is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|one| *one == ending));
        if !is_manifest || file.metadata().map_or(0, |about| about.len()) > MOST_BYTES {
            continue;
        }
        let bytes = std::fs::read(&file).map_err(|error| unreadable(&file, error))?;
        if is_definition(&bytes) {
            found.extend(read(bytes, &file.display().to_string())?);
        }
    }
    write(args, here, found, &path.display().to_string())
}

/// Those of one file behind a URL.
pub(super) fn of_url(args: &AddArgs, here: &Here, url: &str) -> Result<Vec<String>, CliError> {
    if args.here.no_fetch {
        return Err(CliError::new(format!("{url} has to be fetched, and `--no-fetch` is given")));
    }
    // The rules for addresses are those of templates.
    let as_template = format!("{url}/{{{{.ResourceKind}}}}.json");
    SchemaLocation::parse(&as_template).map_err(|why| CliError::new(format!("`{url}`: {why}")))?;
    let answer = Client::new(PATIENCE).get(url, &Known::default(), MOST_BYTES as usize);
    match answer.map_err(|error| CliError::new(error.message).hint(error.hint))? {
        Answer::Content(bytes, _) => write(args, here, read(bytes, url)?, url),
        _ => Err(CliError::new(format!("{url}: the server has nothing there (404)"))),
    }
}

/// The definitions of one file.
fn read(bytes: Vec<u8>, shown: &str) -> Result<Vec<Definition>, CliError> {
    let parsed = yaml::parse(bytes, &yaml::Limits::default());
    if let Some(problem) = parsed.problems.iter().find(|problem| problem.is_fatal()) {
        return Err(CliError::new(format!("{shown} cannot be read: {}", problem.message)));
    }
    let mut found = Vec::new();
    for document in &parsed.documents {
        let tape = &parsed.tape;
        match tape.str_at(document.root, "kind") {
            Some("CustomResourceDefinition") => found.push(one(tape, document.root, true, shown)?),
            Some("List" | "CustomResourceDefinitionList") => {
                let items = tape.get(document.root, "items").into_iter().flat_map(|items| tape.items(items));
                for item in items.filter(|&n| tape.str_at(n, "kind") == Some("CustomResourceDefinition")) {
                    found.push(one(tape, item, false, shown)?);
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

fn one(tape: &Tape, root: NodeId, is_whole: bool, shown: &str) -> Result<Definition, CliError> {
    let name = tape.pointer(root, "/metadata/name").map(|n| tape.text(n).to_owned()).unwrap_or_default();
    let is_name = !name.is_empty()
        && name.len() <= 200
        && name.split('.').all(|part| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        });
    if !is_name {
        return Err(CliError::new(format!("{shown} has a CustomResourceDefinition whose name is none")));
    }
    let mut set = SchemaSet::embedded().map_err(crate::engine::EngineError::from)?;
    let kinds =
        set.add_crd(tape, root).map_err(|error| CliError::new(format!("{shown}, {name}: {error}")))?;
    let mut json = String::new();
    tape.write_json(root, &mut json);
    let text = if is_whole { as_written(tape, root, &json) } else { None };
    Ok(Definition { text: text.map_or_else(|| pretty(&json), Ok)?, name, kinds })
}

/// The lines of a document, if they alone mean the same.
fn as_written(tape: &Tape, root: NodeId, json: &str) -> Option<String> {
    let span = tape.span(root);
    let (start, end) = (span.start as usize, span.end as usize);
    let source = tape.source();
    let line = source.get(..start)?.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let text = std::str::from_utf8(source.get(line..end)?).ok()?;
    let text = format!("{}\n", text.trim_end());
    let again = yaml::parse(text.clone().into_bytes(), &yaml::Limits::default());
    let [only] = again.documents.as_slice() else { return None };
    let mut same = String::new();
    again.tape.write_json(only.root, &mut same);
    (same == json && again.problems.is_empty()).then_some(text)
}

/// As JSON, which is YAML, too.
fn pretty(json: &str) -> Result<String, CliError> {
    let value: serde_json::Value = serde_json::from_str(json)
        .map_err(|error| CliError::new(format!("a CustomResourceDefinition cannot be written: {error}")))?;
    Ok(format!("{value:#}\n"))
}

/// Writes what is not there yet, once it is clear that nothing else stands there.
fn write(
    args: &AddArgs,
    here: &Here,
    mut found: Vec<Definition>,
    shown: &str,
) -> Result<Vec<String>, CliError> {
    if found.is_empty() {
        return Err(CliError::new(format!("{shown} has no CustomResourceDefinition")).hint(
            "JSON Schemas in a folder need no adding: name the folder, or a template of paths, under `schemas:` in gate.yaml",
        ));
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(pair) =
        found.windows(2).find(|pair| pair[0].name == pair[1].name && pair[0].text != pair[1].text)
    {
        return Err(CliError::new(format!(
            "{shown} has two different CustomResourceDefinitions {}",
            pair[0].name
        )));
    }
    found.dedup_by(|a, b| a.name == b.name);
    let folder = args.folder()?;
    let path = |definition: &Definition| format!("{folder}/{}.yaml", definition.name);
    let mut is_there = Vec::new();
    for definition in &found {
        let file = here.root.join(path(definition));
        match std::fs::symlink_metadata(&file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => is_there.push(false),
            _ if std::fs::read(&file).is_ok_and(|old| old == definition.text.as_bytes()) => {
                is_there.push(true)
            }
            _ => {
                return Err(CliError::new(format!("{} is there and is something else", path(definition)))
                    .hint("remove it first if it shall be replaced; nothing was written"));
            }
        }
    }
    let entry = format!("{folder}/**");
    let first = RepoPath::from(found.first().map(&path).unwrap_or_default().as_str());
    let edit = Edit::plan(&here.root, &entry, |config: &Config| config.schemas.matches(&first))?;
    let mut lines = Vec::new();
    for (definition, is_there) in found.iter().zip(is_there) {
        let file = here.root.join(path(definition));
        let failed =
            |error: std::io::Error| CliError::new(format!("{} cannot be written: {error}", path(definition)));
        if !is_there {
            std::fs::create_dir_all(here.root.join(&folder)).map_err(failed)?;
            std::fs::write(&file, &definition.text).map_err(failed)?;
        }
        let word = if is_there { "already there:" } else { "wrote" };
        lines.push(format!("{word} {} ({})", path(definition), definition.kinds.join(", ")));
    }
    lines.push(edit.apply(&here.root)?);
    Ok(lines.into_iter().map(|line| crate::text::clean_line(&line).into_owned()).collect())
}
