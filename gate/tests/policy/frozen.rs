//! Released versions of the contract: today's has all their types unchanged, and a policy of theirs runs. A policy of a
//! later minor version runs too, one of another major version is told from a broken one.

use std::path::{Path, PathBuf};

use gate::model::{FailureKind, Fix, ObjectId, Operation, Role, Severity};
use gate::policy::{
    Context, Document, Environment, Limits, MatchRule, Policy, PolicyHost, PullRequest, RawRelated, Scope,
    SettingsIssue,
};
use wit_component::WitPrinter;
use wit_parser::Resolve;

use crate::guest;

const RELEASED: [&str; 1] = ["1.0.0"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/contract")
}

fn frozen(version: &str, file: &str) -> String {
    let path = folder().join(version).join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The interface `validator` without comments.
fn structure(contract: &str) -> String {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("policy.wit", contract).expect("the contract");
    let interface = resolve.packages[package].interfaces["validator"];
    let mut printer = WitPrinter::default();
    printer.emit_docs(false);
    printer.print_interface(&resolve, interface).expect("the interface");
    printer.output.to_string()
}

#[test]
fn no_type_and_no_function_of_a_released_contract_has_changed() {
    let today = structure(&guest::contract());
    for version in RELEASED {
        assert_eq!(structure(&frozen(version, "policy.wit")), today, "{version}");
    }
    let changed = guest::contract().replace("order: option<u32>", "order: option<u64>");
    assert_ne!(structure(&changed), today, "the comparison sees nothing");
    let mut folders: Vec<String> = std::fs::read_dir(folder())
        .expect("the folder of the contracts")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name != "README.md")
        .collect();
    folders.sort();
    assert_eq!(folders, RELEASED);
}

#[test]
fn every_type_and_every_field_of_the_contract_is_documented() {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("policy.wit", &guest::contract()).expect("the contract");
    let interface = &resolve.interfaces[resolve.packages[package].interfaces["validator"]];
    let mut silent = Vec::new();
    let mut look = |name: &str, docs: &wit_parser::Docs| {
        if docs.contents.is_none() {
            silent.push(name.to_owned());
        }
    };
    for (name, id) in &interface.types {
        let ty = &resolve.types[*id];
        look(name, &ty.docs);
        match &ty.kind {
            wit_parser::TypeDefKind::Record(record) => {
                record.fields.iter().for_each(|field| look(&format!("{name}.{}", field.name), &field.docs));
            }
            wit_parser::TypeDefKind::Enum(cases) => {
                cases.cases.iter().for_each(|case| look(&format!("{name}.{}", case.name), &case.docs));
            }
            wit_parser::TypeDefKind::Variant(cases) => {
                cases.cases.iter().for_each(|case| look(&format!("{name}.{}", case.name), &case.docs));
            }
            other => panic!("{name} is a {}", other.as_str()),
        }
    }
    interface.functions.values().for_each(|function| look(&function.name, &function.docs));
    assert_eq!(silent, Vec::<String>::new());
    assert_eq!((interface.types.len(), interface.functions.len()), (16, 3));
}

fn echo() -> Policy {
    let wasm = guest::encode(&frozen("1.0.0", "echo.wat"), &frozen("1.0.0", "policy.wit"));
    PolicyHost::new(1).expect("an engine").load(&wasm, &Limits::default()).expect("a policy")
}

fn text(text: &str) -> String {
    text.to_owned()
}

/// A context and a document with every field set.
fn full() -> (Context, Document) {
    let environment = Environment {
        name: text("prod"),
        order: Some(2),
        promotes_from: Some(text("stage")),
        branches: vec![text("main"), text("release/*")],
        cluster_versions: vec![text("1.32"), text("1.33")],
        declared: true,
    };
    let pull_request = PullRequest {
        number: Some(5_000_000_000),
        title: text("Title"),
        author: text("author"),
        labels: vec![text("l1"), text("l2")],
        approvers: vec![text("a1")],
        from_fork: true,
    };
    let context = Context {
        repository: text("team/shop"),
        base_commit: text("b5"),
        head_commit: text("4d"),
        source_branch: Some(text("feature")),
        target_branch: Some(text("main")),
        environments: vec![environment],
        pull_request: Some(pull_request),
        now: text("2026-01-02T03:04:05Z"),
        extensions: text(r#"{"c":1}"#),
    };
    let document = Document {
        index: 70_000,
        operation: Operation::Delete,
        role: Role::File,
        path: text("new.yaml"),
        old_path: Some(text("old.yaml")),
        environment: Some(text("prod")),
        reaches: vec![text("prod"), text("stage")],
        cluster_versions: vec![text("1.32")],
        id: ObjectId {
            api_version: text("apps/v1"),
            kind: text("Deployment"),
            namespace: Some(text("shop")),
            name: text("web"),
        },
        object: Some(r#"{"new":1}"#.into()),
        old_object: Some(r#"{"old":1}"#.into()),
        promoted_from: Some(r#"{"stage":1}"#.into()),
        extensions: Some(r#"{"d":1}"#.into()),
    };
    (context, document)
}

const FULL: &str = "{}|team/shop|b5|4d|+feature|+main|prod|+2|+stage|main|release/*|;1.32|1.33|;1|\
    ++5000000000|Title|author|l1|l2|;a1|;1|2026-01-02T03:04:05Z|{\"c\":1}|\
    70000|2|6|new.yaml|+old.yaml|+prod|prod|stage|;1.32|;apps/v1|Deployment|+shop|web|\
    +{\"new\":1}|+{\"old\":1}|+{\"stage\":1}|+{\"d\":1}|";

const EMPTY: &str = "{}||||-|-|-||{}|0|0|0|a.yaml|-|-|;;||-||-|-|-|-|";

fn empty() -> (Context, Document) {
    let document = Document {
        index: 0,
        path: text("a.yaml"),
        cluster_versions: Vec::new(),
        environment: None,
        reaches: Vec::new(),
        id: ObjectId { api_version: text(""), kind: text(""), namespace: None, name: text("") },
        object: None,
        ..guest::document(0, "a")
    };
    let context = Context { repository: text(""), now: text(""), ..guest::context() };
    (context, document)
}

#[test]
fn a_policy_of_version_1_0_is_told_everything_and_heard_in_full() {
    let policy = echo();
    let (context, document) = full();
    let outcome = policy.run("{}", &context, &[&document]);
    assert_eq!(outcome.failures, []);
    let [finding] = outcome.findings.as_slice() else { panic!("{outcome:?}") };
    assert_eq!(finding.message, FULL);
    assert_eq!((finding.document, finding.rule.as_str()), (70_000, "said"));
    assert_eq!((finding.severity, finding.sensitive), (Some(Severity::Error), true));
    assert_eq!(finding.pointer.as_deref(), Some("/metadata/name"));
    let fix = Fix { description: text("Mend it"), json_patch: text("[]"), place: Default::default() };
    assert_eq!(finding.fix, Some(fix));
    let pointer = Some(text("/metadata/name"));
    assert_eq!(finding.related, [RawRelated { document: 70_000, pointer, message: text("the other") }]);
    assert_eq!(finding.properties, [(text("name"), text("value"))]);

    let (context, document) = empty();
    let outcome = policy.run("{}", &context, &[&document]);
    assert_eq!(outcome.findings.iter().map(|found| found.message.as_str()).collect::<Vec<_>>(), [EMPTY]);
}

#[test]
fn a_policy_of_version_1_0_describes_itself() {
    let policy = echo();
    let metadata = policy.metadata();
    assert_eq!((metadata.id.as_str(), metadata.version.as_str()), ("echo", "1.0.0"));
    assert_eq!((metadata.title.as_str(), metadata.description.as_str()), ("Echo!", "Says *back*"));
    assert_eq!((metadata.scope, metadata.reads_secret_values), (Scope::ChangeSet, true));
    let rule = MatchRule {
        roles: [
            Role::Object,
            Role::Kustomization,
            Role::Patch,
            Role::Values,
            Role::Template,
            Role::Other,
            Role::File,
        ]
        .to_vec(),
        api_groups: vec![text(""), text("apps")],
        kinds: vec![text("Deployment")],
        operations: [Operation::Create, Operation::Update, Operation::Delete, Operation::Unchanged].to_vec(),
    };
    assert_eq!(metadata.matches, [rule]);
    assert_eq!(metadata.settings_schema, serde_json::json!({ "type": "object" }));
    assert_eq!(metadata.help_url.as_deref(), Some("https://example.com"));
    assert_eq!((metadata.tags.as_slice(), metadata.rules.len()), ([text("tag")].as_slice(), 1));
    assert_eq!(metadata.properties, [(text("name"), text("value"))]);
    let rule = &metadata.rules[0];
    assert_eq!((rule.id.as_str(), rule.title.as_str(), rule.help.as_str()), ("said", "Said", "### Said"));
    assert_eq!((rule.severity, &rule.properties), (Severity::Warning, &metadata.properties));
}

#[test]
fn a_policy_of_version_1_0_can_refuse() {
    let policy = echo();
    assert_eq!(policy.check_settings("{}"), Ok(Vec::new()));
    let issue = SettingsIssue { pointer: text("/a"), message: text("{ }") };
    assert_eq!(policy.check_settings("{ }"), Ok(vec![issue]));
    let (context, document) = empty();
    for (settings, kind, message) in [
        ("{ }", FailureKind::PolicyError, "policy echo reports an error: Echo! on a.yaml"),
        ("{  }", FailureKind::PolicyLoad, "policy echo refuses its settings: Echo! (at \"/a\")"),
    ] {
        let outcome = policy.run(settings, &context, &[&document]);
        let [failure] = outcome.failures.as_slice() else { panic!("{outcome:?}") };
        assert_eq!((failure.kind, failure.message.as_str()), (kind, message));
    }
}

/// Today's contract in another version, with what is put in at the end of `validator` and behind it.
fn later(version: &str, inside: &str, behind: &str, export: &str) -> String {
    let contract = guest::contract().replace("gate:policy@1.0.0", &format!("gate:policy@{version}"));
    let world = "/// What a component has to export to be a policy.\nworld policy {\n    export validator;\n";
    assert!(contract.contains(world));
    let before = contract.find("/// What a component has").expect("the world");
    let end = contract[..before].rfind('}').expect("the end of the interface");
    format!(
        "{}{inside}}}\n{behind}\nworld policy {{\n    export validator;\n    {export}\n}}\n",
        &contract[..end]
    )
}

fn load_later(version: &str, contract: &str, more: &str) -> Result<Policy, gate::policy::LoadError> {
    let text = guest::text("honest").replace("@1.0.0#", &format!("@{version}#"));
    let end = text.rfind(')').expect("the end of the module");
    let wasm = guest::encode(&format!("{}{more})", &text[..end]), contract);
    PolicyHost::new(1).expect("an engine").load(&wasm, &Limits::default())
}

#[test]
fn a_policy_of_a_later_minor_version_runs() {
    let in_front = "(func (export \"gate:policy/validator@1.1.0#more\") (result i32) (i32.const 7))";
    let apart = "(func (export \"gate:policy/hints@1.1.0#more\") (result i32) (i32.const 7))";
    let function = "    more: func() -> u32;\n";
    for (contract, more) in [
        (later("1.1.0", "", "", ""), ""),
        (later("1.1.0", function, "", ""), in_front),
        (later("1.1.0", "", &format!("interface hints {{ {function} }}"), "export hints;"), apart),
    ] {
        let policy = load_later("1.1.0", &contract, more).unwrap_or_else(|e| panic!("{more}: {e}"));
        let outcome = policy.run("{}", &guest::context(), &[&guest::document(0, "web")]);
        assert_eq!((outcome.findings.len(), outcome.failures), (1, Vec::new()), "{more}");
    }
}

#[test]
fn a_policy_of_another_major_version_is_refused_by_its_version() {
    for version in ["2.0.0", "0.1.0"] {
        let error = load_later(version, &later(version, "", "", ""), "").expect_err(version);
        let message =
            format!("the policy is written for version {version} of the contract; this gate runs 1.x");
        assert_eq!(error.message, message);
        assert!(error.hint.is_some_and(|hint| hint.contains("gate:policy")), "{version}");
    }
}
