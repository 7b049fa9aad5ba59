//! `gate schema show`: the fields of a kind as a tree.

use clap::Args;

use super::here::{Here, HereArgs, Judge, judge};
use super::list::word;
use crate::cli::error::CliError;
use crate::cli::{Exit, print};
use crate::config::KindPattern;
use crate::schema::{Field, Lookup, SchemaSet};
use crate::text::{clean_line, closest};

#[derive(Debug, Args)]
#[command(disable_version_flag = true)]
pub(in crate::cli) struct ShowArgs {
    /// The kind: `Kind`, `group/Kind` or `group/version/Kind`, and below it a field: `Deployment.spec.template`.
    kind: String,
    /// Version of the kind's group, such as `v1` [default: the most stable].
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// Levels of fields to show.
    #[arg(long, value_name = "LEVELS", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=30))]
    depth: u8,
    #[command(flatten)]
    here: HereArgs,
}

pub(super) fn run(args: &ShowArgs) -> Result<Exit, CliError> {
    let here = Here::new(&args.here)?;
    let sources = here.sources()?;
    let set = here.set(&sources)?;
    let version = here.version(&set);
    let (name, path) = split(&args.kind);
    let (api_version, kind) = choose(&here, &set, name, args.version.as_deref())?;
    let elsewhere: Box<SchemaSet>;
    let (judge, origin) = match judge(&sources, &set, version, (&api_version, &kind))? {
        Judge::Own(source) => (&set, word(source).to_owned()),
        Judge::Elsewhere(found, origin) => {
            elsewhere = found;
            (&*elsewhere, origin)
        }
        Judge::Nothing(looked) => {
            let also =
                if looked.is_empty() { String::new() } else { format!("; looked in {}", looked.join("; ")) };
            return Err(CliError::new(format!("no schema is known for {api_version} {kind}{also}"))
                .hint("`gate schema add` adds one from a file or a URL"));
        }
    };
    let schema = match judge.lookup(version, &api_version, &kind) {
        Lookup::Found(schema) => schema,
        other => return Err(absent(&other, version, &api_version, &kind)),
    };
    let tree = judge.describe(schema, &path, usize::from(args.depth)).map_err(|unknown| {
        let known = judge.describe(schema, &[], 1).map(|tree| tree.fields).unwrap_or_default();
        let near = closest(&unknown, known.iter().map(|field| field.name.as_str()));
        let error = CliError::new(format!("{kind} has no field `{unknown}` there"));
        match near {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error,
        }
    })?;
    let mut text = format!("{} {}", clean_line(&kind), clean_line(&api_version));
    if !path.is_empty() {
        text.push_str(&format!(", {}", clean_line(&path.join("."))));
    }
    let scope = schema.scope().word();
    text.push_str(&format!("\nschema: {}, scope: {scope}, Kubernetes {version}\n", clean_line(&origin)));
    render(&tree, 0, &mut text);
    print(&text)?;
    Ok(Exit::Pass)
}

/// The kind, and the fields behind it; a group has dots of its own.
fn split(text: &str) -> (&str, Vec<&str>) {
    let start = text.rfind('/').map_or(0, |slash| slash + 1);
    let (_, last) = text.split_at(start);
    match last.split_once('.') {
        Some((kind, fields)) => {
            let end = start + kind.len();
            (text.get(..end).unwrap_or(text), fields.split('.').filter(|part| !part.is_empty()).collect())
        }
        None => (text, Vec::new()),
    }
}

/// The one kind that is meant.
fn choose(
    here: &Here,
    set: &SchemaSet,
    name: &str,
    wanted: Option<&str>,
) -> Result<(String, String), CliError> {
    let pattern = KindPattern::read(name).map_err(CliError::new)?;
    let mut known: Vec<(String, String)> =
        set.kinds().into_iter().map(|kind| (kind.api_version, kind.kind)).collect();
    known.extend(crate::engine::kinds_of(&here.tree)?);
    if let [group, version, kind] = name.split('/').collect::<Vec<_>>().as_slice() {
        known.push((format!("{group}/{version}"), (*kind).to_owned()));
    }
    let of_version = |api_version: &str| {
        wanted.is_none_or(|wanted| api_version.rsplit('/').next() == Some(wanted) || api_version == wanted)
    };
    let mut found: Vec<&(String, String)> = known
        .iter()
        .filter(|(api_version, kind)| pattern.matches(api_version, kind) && of_version(api_version))
        .collect();
    found.sort_by_key(|(api_version, _)| (instability(set, here, api_version, name), api_version.clone()));
    match found.first() {
        Some((api_version, kind)) => Ok((api_version.clone(), kind.clone())),
        None => {
            let error = CliError::new(format!("no kind `{name}` is known"));
            let names: Vec<&str> = known.iter().map(|(_, kind)| kind.as_str()).collect();
            Err(match closest(name, names.into_iter()) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error
                    .hint("`gate schema list` shows all; `gate schema add` adds one from a file or a URL"),
            })
        }
    }
}

/// Less is more stable; versions that are not served come last.
fn instability(set: &SchemaSet, here: &Here, api_version: &str, name: &str) -> (bool, u8) {
    let kind = name.rsplit('/').next().unwrap_or(name);
    let gone = matches!(
        set.lookup(here.version(set), api_version, kind),
        Lookup::Removed { .. } | Lookup::NotYet { .. }
    );
    let version = api_version.rsplit('/').next().unwrap_or_default();
    (gone, if version.contains("alpha") { 2 } else { u8::from(version.contains("beta")) })
}

fn absent(lookup: &Lookup, version: crate::schema::KubeVersion, api_version: &str, kind: &str) -> CliError {
    let message = match lookup {
        Lookup::Removed { removed_in, .. } => {
            format!("{kind} in {api_version} was removed in Kubernetes {removed_in}")
        }
        Lookup::NotYet { first } => format!("{kind} in {api_version} came with Kubernetes {first}"),
        _ => format!("no schema is known for {api_version} {kind} in Kubernetes {version}"),
    };
    CliError::new(message)
        .hint("`--kubernetes` chooses another version of Kubernetes, `--version` of the kind")
}

fn render(field: &Field, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    if !field.name.is_empty() {
        let mut parts = vec![field.kind.clone()];
        if field.required {
            parts.push("required".to_owned());
        }
        parts.extend(field.notes.iter().cloned());
        match field.rules.len() {
            0 => {}
            1 => parts.push("1 rule".to_owned()),
            count => parts.push(format!("{count} rules")),
        }
        let more = if field.cut { " …" } else { "" };
        text.push_str(&format!("{indent}{}: {}{more}\n", field.name, parts.join(", ")));
    } else if !field.notes.is_empty() {
        text.push_str(&format!("{indent}{}\n", field.notes.join(", ")));
    }
    // Of the fields inside, only how many rules they have: `gate schema show` of one of them tells them.
    if depth == 0 {
        field.rules.iter().for_each(|rule| text.push_str(&format!("  rule: {rule}\n")));
    }
    let below = if field.name.is_empty() { depth } else { depth + 1 };
    field.fields.iter().for_each(|field| render(field, below, text));
}
