//! Three checks without `gate-sdk`: a label, the number of replicas, the tags of all images. The benchmark runs
//! [`check`] natively, too.

use serde_json::Value;

/// What one object breaks: rule and JSON pointer.
pub fn check(object: &Value) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let labels = &object["metadata"]["labels"];
    if labels.get("app.kubernetes.io/name").is_none() {
        found.push(("missing-name", String::new()));
    }
    if object["spec"]["replicas"].as_i64().is_some_and(|number| number < 2) {
        found.push(("single-replica", "/spec/replicas".to_owned()));
    }
    for list in ["containers", "initContainers"] {
        let containers = object["spec"]["template"]["spec"][list].as_array();
        for (at, container) in containers.into_iter().flatten().enumerate() {
            let image = container["image"].as_str().unwrap_or("");
            let tag = image.rsplit_once(':').map_or("latest", |(_, tag)| tag);
            if tag == "latest" {
                found.push(("mutable-tag", format!("/spec/template/spec/{list}/{at}/image")));
            }
        }
    }
    found
}

#[cfg(target_arch = "wasm32")]
#[expect(unsafe_code, reason = "the exports that wit-bindgen makes")]
mod component {
    wit_bindgen::generate!({ path: "../../../../sdk/wit", world: "policy" });

    use exports::gate::policy::validator as wit;

    struct ThreeChecks;

    impl wit::Guest for ThreeChecks {
        fn describe() -> wit::Metadata {
            let rule = |id: &str| wit::Rule {
                id: id.to_owned(),
                title: id.to_owned(),
                help: id.to_owned(),
                severity: wit::Severity::Error,
                properties: Vec::new(),
            };
            wit::Metadata {
                id: "three-checks".to_owned(),
                version: "0.1.0".to_owned(),
                title: "Three checks".to_owned(),
                description: String::new(),
                scope: wit::Scope::PerObject,
                matches: Vec::new(),
                settings_schema: "{}".to_owned(),
                rules: ["missing-name", "single-replica", "mutable-tag"].map(rule).to_vec(),
                help_url: None,
                tags: Vec::new(),
                reads_secret_values: false,
                properties: Vec::new(),
            }
        }

        fn check_settings(_: String) -> Vec<wit::SettingsIssue> {
            Vec::new()
        }

        fn validate(
            _: String,
            _: wit::Context,
            documents: Vec<wit::Document>,
        ) -> Result<Vec<wit::Finding>, wit::PolicyError> {
            let mut findings = Vec::new();
            for document in documents {
                let Some(text) = document.object else { continue };
                let object = serde_json::from_str(&text)
                    .map_err(|error| wit::PolicyError::Other(error.to_string()))?;
                findings.extend(super::check(&object).into_iter().map(|(rule, pointer)| wit::Finding {
                    document: document.index,
                    rule: rule.to_owned(),
                    message: rule.to_owned(),
                    severity: None,
                    pointer: Some(pointer),
                    sensitive: false,
                    fix: None,
                    related: Vec::new(),
                    properties: Vec::new(),
                }));
            }
            Ok(findings)
        }
    }

    export!(ThreeChecks);
}
