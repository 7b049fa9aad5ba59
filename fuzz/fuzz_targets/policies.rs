//! Any text to the built-in policies, compiled natively: as a whole document, as an image, as a value of a ConfigMap, as
//! settings. No panic, and every finding points to something. The first byte chooses.
#![no_main]

use gate_sdk::{Context, Document, Environment, Failure, Json, Operation, Policy, Role, Source, evaluate};
use policy_image_tags::ImageTags;
use policy_no_direct_prod::NoDirectProd;
use policy_plaintext_secrets::PlaintextSecrets;
use serde_json::json;

const ROLES: [Role; 4] = [Role::Object, Role::Kustomization, Role::Patch, Role::Values];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, rest)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let json = match choice % 4 {
        0 => text.to_owned(),
        1 => json!({ "apiVersion": "v1", "kind": "Pod", "spec": { "containers": [{ "image": text }] } })
            .to_string(),
        2 => json!({ "apiVersion": "v1", "kind": "ConfigMap", "data": { "value": text } }).to_string(),
        _ => return settings(text),
    };
    if Json::parse(json.as_str()).is_ok_and(|json| gate_fuzz::repeats_a_key(&json)) {
        return;
    }
    let role = ROLES[usize::from(choice >> 6)];
    judge::<ImageTags>(&json, role);
    judge::<PlaintextSecrets>(&json, role);
    judge::<NoDirectProd>(&json, role);
});

fn settings(text: &str) {
    _ = gate_sdk::check_settings::<ImageTags>(text);
    _ = gate_sdk::check_settings::<PlaintextSecrets>(text);
    _ = gate_sdk::check_settings::<NoDirectProd>(text);
}

fn judge<P: Policy>(text: &str, role: Role) {
    let json = Json::parse(text);
    let environment = |name: &str, order| Environment {
        name: name.to_owned(),
        order: Some(order),
        declared: true,
        ..Environment::default()
    };
    let context =
        Context { environments: vec![environment("stage", 0), environment("prod", 1)], ..Context::default() };
    let other = r#"{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"a:1.2.3"}]}}"#;
    let source = Source {
        object: Some(text.to_owned()),
        old_object: Some(other.to_owned()),
        promoted_from: Some(other.to_owned()),
    };
    let mut document = Document::new(0, Operation::Update, source, &context);
    let word = |key: &str| {
        json.as_ref().ok().and_then(|json| json.root().str_at(key)).unwrap_or_default().to_owned()
    };
    (document.api_version, document.kind) = (word("apiVersion"), word("kind"));
    (document.role, document.environment) = (role, Some("prod".to_owned()));
    match (evaluate::<P>("{}", &[document]), &json) {
        (Ok(findings), Ok(json)) => {
            for pointer in findings.iter().filter_map(|finding| finding.pointer.as_deref()) {
                assert!(json.root().find(pointer).is_some(), "{pointer} leads nowhere");
            }
        }
        // A text that is no JSON must not be a pass, unless the policy has no need to read it.
        (Ok(findings), Err(_)) => assert!(findings.iter().all(|finding| finding.pointer.is_none())),
        (Err(Failure::Other(_)), Err(_)) => {}
        (Err(failure), _) => panic!("{failure:?}"),
    }
}
