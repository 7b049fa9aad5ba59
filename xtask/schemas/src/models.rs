//! Custom resources of the `@kubernetes-models` packages, recovered from their compiled validators.

use std::collections::BTreeMap;
use std::fs;

use gate::schema::Scope;
use serde_json::{Value, json};

use crate::Result;
use crate::ajv::Module;
use crate::custom::CustomKind;
use crate::download::{Packages, files};
use crate::kubernetes::Version;
use crate::sources::MODELS;

/// Files inside each other; a type that holds itself ends here.
const MAX_NESTING: usize = 40;

/// All files of all packages.
struct Library<'a> {
    modules: BTreeMap<String, Module>,
    /// Names of Kubernetes' definitions, by the name that the packages give them.
    kubernetes: BTreeMap<String, &'a str>,
}

/// The kinds of all packages, in the packages' order.
pub(crate) fn read(packages: &Packages, newest: &Version) -> Result<Vec<CustomKind>> {
    let kubernetes = newest.definitions.keys().map(|name| (camel(name), name.as_str())).collect();
    let mut library = Library { modules: BTreeMap::new(), kubernetes };
    let mut order = Vec::new();
    for source in &MODELS {
        for path in files(packages.folder(source)?, &|name| name.ends_with(".js"))? {
            let in_schemas = path.parent().is_some_and(|parent| parent.ends_with("_schemas"));
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            if let Some(module) = Module::parse(&fs::read_to_string(&path)?).filter(|_| in_schemas) {
                order.push(name.clone());
                library.modules.entry(name).or_insert(module);
            }
        }
    }
    Ok(order.iter().filter_map(|name| kind(library.schema(name, &mut Vec::new()))).collect())
}

impl Library<'_> {
    fn schema(&self, name: &str, open: &mut Vec<String>) -> Value {
        if let Some(definition) = self.kubernetes.get(name) {
            return json!({ "$ref": definition });
        }
        let Some(module) = self.modules.get(name) else { return json!({}) };
        if open.len() >= MAX_NESTING || open.iter().any(|outer| outer == name) {
            return json!({});
        }
        open.push(name.to_owned());
        let schema = module.schema(&mut |file| self.schema(file, open));
        open.pop();
        schema
    }
}

/// The kind whose root `schema` is: it has one `apiVersion`, one `kind` and metadata of its own.
fn kind(schema: Value) -> Option<CustomKind> {
    let only = |field: &str| {
        let values = schema.pointer(&format!("/properties/{field}/enum"))?.as_array()?;
        values.first().filter(|_| values.len() == 1)?.as_str().map(str::to_owned)
    };
    let (api_version, kind) = (only("apiVersion")?, only("kind")?);
    let is_list = schema.pointer("/properties/items").is_some() && kind.ends_with("List");
    let has_metadata = schema.pointer("/properties/metadata").is_some();
    (!is_list && has_metadata).then_some(CustomKind {
        api_version,
        kind,
        scope: Scope::Unknown,
        schema,
        deprecated: false,
    })
}

/// `io.k8s.api.core.v1.Pod` as `IoK8sApiCoreV1Pod`.
fn camel(name: &str) -> String {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    parts
        .flat_map(|part| part.chars().take(1).map(|c| c.to_ascii_uppercase()).chain(part.chars().skip(1)))
        .collect()
}
