//! Makes components of the guests in `tests/guests`, and documents for them.

use std::path::{Path, PathBuf};

use gate::model::{ObjectId, Operation, Role};
use gate::policy::{Context, Document, Limits, LoadError, Policy, PolicyHost};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/guests")
}

pub(crate) fn contract() -> String {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk/wit/policy.wit"))
}

/// Names of all guests that are put into the prelude, in order.
pub(crate) fn names() -> Vec<String> {
    let mut names = files_of(&folder());
    names.retain(|name| name != "prelude");
    names
}

/// Names of all guests that are whole components, in order.
pub(crate) fn components() -> Vec<String> {
    files_of(&folder().join("components"))
}

fn files_of(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().expect("the folder of the guests");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "wat"))
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// A guest that is a whole component.
pub(crate) fn whole(name: &str) -> Vec<u8> {
    let path = folder().join("components").join(name).with_extension("wat");
    wat::parse_str(read(&path)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The component of a guest.
pub(crate) fn component(name: &str) -> Vec<u8> {
    component_for(name, &contract())
}

/// The component of a guest that was written for another contract.
pub(crate) fn component_for(name: &str, contract: &str) -> Vec<u8> {
    encode(&text(name), contract)
}

/// The component of a guest that asks for the values of Secrets.
pub(crate) fn component_that_reads_secrets(name: &str) -> Vec<u8> {
    let (no, yes) = (r#""\00\00\00\00"             ;; reads"#, r#""\01\00\00\00"             ;; reads"#);
    encode(&text(name).replace(no, yes), &contract())
}

/// The core module of a guest, as text.
pub(crate) fn text(name: &str) -> String {
    let guest = read(&folder().join(name).with_extension("wat"));
    let pages = guest.lines().next().and_then(|line| line.strip_prefix(";; memory: ")).unwrap_or("2");
    read(&folder().join("prelude.wat")).replace("$MEMORY", pages).replace(";; @guest", &guest)
}

/// The component of a core module that implements `contract`.
pub(crate) fn encode(text: &str, contract: &str) -> Vec<u8> {
    let mut module = wat::parse_str(text).unwrap_or_else(|e| panic!("{e}"));
    let mut resolve = Resolve::default();
    let package = resolve.push_str("policy.wit", contract).expect("the contract");
    let world = resolve.select_world(&[package], Some("policy")).expect("the world");
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).expect("metadata");
    let encoder = ComponentEncoder::default().validate(true).module(&module);
    encoder.and_then(|mut encoder| encoder.encode()).unwrap_or_else(|e| panic!("{e:#}"))
}

pub(crate) fn load(name: &str, limits: &Limits) -> Result<Policy, LoadError> {
    PolicyHost::new(1).expect("an engine").load(&component(name), limits)
}

pub(crate) fn document(index: u32, name: &str) -> Document {
    Document {
        index,
        operation: Operation::Create,
        role: Role::Object,
        path: format!("apps/{name}.yaml"),
        old_path: None,
        environment: Some("prod".to_owned()),
        reaches: vec!["prod".to_owned(), "stage".to_owned()],
        cluster_versions: vec!["1.33".to_owned()],
        id: ObjectId {
            api_version: "apps/v1".to_owned(),
            kind: "Deployment".to_owned(),
            namespace: None,
            name: name.to_owned(),
        },
        object: Some(
            format!(r#"{{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"{name}"}}}}"#)
                .into(),
        ),
        old_object: None,
        promoted_from: None,
        extensions: None,
    }
}

pub(crate) fn context() -> Context {
    Context {
        repository: "example".to_owned(),
        base_commit: String::new(),
        head_commit: String::new(),
        source_branch: None,
        target_branch: None,
        environments: Vec::new(),
        pull_request: None,
        now: "2026-01-01T00:00:00Z".to_owned(),
        extensions: "{}".to_owned(),
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
