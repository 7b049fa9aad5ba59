//! `gate schema add`: CustomResourceDefinitions of a file, a directory or a URL go into the repository; of a template of
//! URLs, the lock file gets what the repository's kinds need. Nothing else is ever overwritten.

mod definitions;
mod entry;
mod template;

use std::path::{Path, PathBuf};

use clap::Args;

use super::here::{Here, HereArgs};
use crate::cli::error::CliError;
use crate::cli::{Exit, print};
use crate::config::SchemaLocation;

const EXIT_CODES: &str = "\
Exit codes:
  0  added, or already there
  2  not added: nothing was written";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(in crate::cli) struct AddArgs {
    /// A file or directory of CustomResourceDefinitions, the URL of such a file (https://….yaml), or a template of URLs as
    /// kubeconform writes it.
    what: String,
    /// Folder of the repository that CustomResourceDefinitions are written to.
    #[arg(long, value_name = "DIR", default_value = "schemas")]
    into: PathBuf,
    #[command(flatten)]
    here: HereArgs,
}

pub(super) fn run(args: &AddArgs) -> Result<Exit, CliError> {
    let here = Here::new(&args.here)?;
    let what = args.what.as_str();
    let is_url = what.contains("://");
    let lines = if is_url && !what.contains("{{") && is_yaml(what) {
        definitions::of_url(args, &here, what)?
    } else if is_url || what.contains("{{") {
        let location =
            SchemaLocation::parse(what).map_err(|why| CliError::new(format!("`{what}`: {why}")))?;
        match &location {
            SchemaLocation::Url(template) => template::add(&here, template)?,
            _ => {
                return Err(CliError::new(format!(
                    "`{what}` is a template of paths: nothing has to be fetched"
                ))
                .hint("write it under `schemas:` in gate.yaml"));
            }
        }
    } else {
        let directory = args.here.directory.as_deref().unwrap_or(Path::new("."));
        definitions::of_path(args, &here, &directory.join(what))?
    };
    print(&(lines.join("\n") + "\n"))?;
    Ok(Exit::Pass)
}

impl AddArgs {
    /// The folder for definitions, relative to the root.
    fn folder(&self) -> Result<String, CliError> {
        let text = self.into.to_str().unwrap_or_default().trim_start_matches("./").trim_end_matches('/');
        let is_inside = self
            .into
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_) | std::path::Component::CurDir));
        match is_inside && !text.is_empty() {
            true => Ok(text.to_owned()),
            false => {
                Err(CliError::new("--into is no folder of the repository")
                    .hint("give it relative to the root"))
            }
        }
    }
}

fn is_yaml(url: &str) -> bool {
    url.ends_with(".yaml") || url.ends_with(".yml")
}
