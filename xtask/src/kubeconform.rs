//! kubeconform, which `cargo xtask bench` measures the gate against: built once from its Go module into `target/tools`,
//! with schemas of its own for the kinds of the benchmark, so that it needs no network. The schemas are made from one of
//! the sources of the pack, which `cargo xtask schemas` leaves in `target/schema-sources`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::error::{Context, Error, Result};
use crate::go::{Module, Workshop};
use crate::options::Options;
use crate::workspace;

static KUBECONFORM: Module = Module {
    path: "github.com/yannh/kubeconform",
    version: "v0.7.0",
    sum: "h1:ZFfniR8VChrWQxaxTUGnNrxw8RIDkjVBrjdhXSamwjw=",
    package: "./cmd/kubeconform",
    tags: "",
    link: "",
    environment: &[],
    go: (1, 24, 0),
    wants_c: None,
};

/// Strict schemas of the newest Kubernetes version, which is the one that the gate judges by.
const SOURCE: &str = "schema-sources/kubernetes-validate-1.37.0/kubernetes_validate/kubernetes-json-schema/v1.37.0-local-strict";
/// The kinds of the benchmark, as kubeconform's `{{.ResourceKind}}{{.KindSuffix}}` names them.
const KINDS: [&str; 9] = [
    "configmap-v1",
    "cronjob-batch-v1",
    "deployment-apps-v1",
    "horizontalpodautoscaler-autoscaling-v2",
    "ingress-networking-v1",
    "networkpolicy-networking-v1",
    "role-rbac-v1",
    "service-v1",
    "statefulset-apps-v1",
];
/// Where a schema of [`SOURCE`] finds the definitions, and where they find each other.
const REFERENCES: [&str; 2] = ["\"$ref\": \"/api/_definitions.json#/$defs/", "\"$ref\": \"#/$defs/"];
/// Definitions that stand in each other; those of the benchmark's kinds are not recursive.
const MOST_NESTED: usize = 40;

/// The program and where it finds its schemas.
pub(crate) struct Kubeconform {
    pub(crate) program: PathBuf,
    /// A value for `-schema-location`.
    pub(crate) schemas: String,
}

/// `cargo xtask kubeconform`.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.accept(&[])?;
    if found().is_some() {
        println!("Already there: {}.", workspace::shown(&home()));
        return Ok(());
    }
    if let Some(missing) = KUBECONFORM.missing_tool() {
        return Err(Error::new(format!("kubeconform cannot be built: {missing}")));
    }
    println!("Building kubeconform {} for the benchmark: once, less than a minute.", KUBECONFORM.version);
    let started = Instant::now();
    let workshop = Workshop::new(&home(), &KUBECONFORM)?;
    let source = workshop.download()?.map_err(Error::new)?;
    workshop.build(&source, "kubeconform")?;
    let whole = workshop.folder.join("whole");
    write_schemas(&workspace::target().join(SOURCE), &whole.join("schemas"))?;
    fs::rename(source.join("LICENSE"), whole.join("LICENSE")).context("cannot move the licence")?;
    fs::rename(workshop.folder.join("kubeconform"), whole.join("kubeconform"))
        .context("cannot move the program")?;
    // As the last step, when it is whole.
    fs::rename(&whole, home()).context(format_args!("cannot make {}", home().display()))?;
    println!("Built {} in {} s.", workspace::shown(&home()), started.elapsed().as_secs());
    Ok(())
}

/// What [`run`] has built, if it has.
pub(crate) fn found() -> Option<Kubeconform> {
    let home = home();
    let schemas = home.join("schemas/{{.ResourceKind}}{{.KindSuffix}}.json").to_string_lossy().into_owned();
    let program = home.join("kubeconform");
    program.is_file().then_some(Kubeconform { program, schemas })
}

fn home() -> PathBuf {
    let version = KUBECONFORM.version.trim_start_matches('v');
    workspace::target().join("tools").join(format!("kubeconform-{version}"))
}

/// Writes the schemas of [`KINDS`] with every definition in its place, as kubeconform's own `-standalone-strict` ones are.
fn write_schemas(from: &Path, to: &Path) -> Result<()> {
    let read = |name: &str| {
        let path = from.join(format!("{name}.json"));
        fs::read_to_string(&path).map_err(|error| {
            Error::new(format!("cannot read {}: {error}", path.display()))
                .hint("`cargo xtask schemas` gets the sources of the schemas")
        })
    };
    let definitions = read("_definitions")?;
    fs::create_dir_all(to).context("cannot make a folder for the schemas")?;
    for kind in KINDS {
        let text = standalone(&read(kind)?, &definitions, 0)?;
        let path = to.join(format!("{kind}.json"));
        fs::write(&path, text).context(format_args!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// `schema` with the members of the definitions in place of the references to them.
fn standalone(schema: &str, definitions: &str, depth: usize) -> Result<String> {
    if depth > MOST_NESTED {
        return Err(Error::new("the definitions of a schema refer to themselves"));
    }
    let mut text = String::new();
    let mut rest = schema;
    while let Some((at, reference)) = next_reference(rest) {
        let (name, after) = rest[at + reference.len()..].split_once('"').unwrap_or_default();
        let members = members(definitions, name)
            .ok_or_else(|| Error::new(format!("there is no definition of {name}")))?;
        text.push_str(&rest[..at]);
        text.push_str(&standalone(members, definitions, depth + 1)?);
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

fn next_reference(text: &str) -> Option<(usize, &'static str)> {
    REFERENCES.into_iter().filter_map(|reference| Some((text.find(reference)?, reference))).min()
}

/// The members of the definition `name`, without its braces.
fn members<'a>(definitions: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = definitions.split_once(&format!("\n    \"{name}\": {{"))?;
    Some(rest.split_once("\n    }")?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFINITIONS: &str = r##"{
  "$defs": {
    "a.B": {
      "description": "of B",
      "properties": { "c": { "$ref": "#/$defs/a.C" } }
    },
    "a.C": {
      "type": "string"
    }
  }
}"##;

    #[test]
    fn definitions_stand_where_they_are_referred_to() {
        let schema = r#"{ "b": { "$ref": "/api/_definitions.json#/$defs/a.B", "description": "of b" } }"#;
        let text = standalone(schema, DEFINITIONS, 0).unwrap();
        let words: Vec<&str> = text.split_whitespace().collect();
        let expected = r#"{ "b": { "description": "of B", "properties": { "c": { "type": "string" } } , "description": "of b" } }"#;
        assert_eq!(words.join(" ").replace(" ,", ","), expected.replace(" ,", ","));
        let error = standalone(r##"{ "$ref": "#/$defs/a.D" }"##, DEFINITIONS, 0).unwrap_err();
        assert_eq!(error.to_string(), "there is no definition of a.D");
    }
}
