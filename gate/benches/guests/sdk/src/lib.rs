//! Three checks with `gate-sdk`: a label, the number of replicas, the tags of all images.

use gate_sdk::{Document, Findings, Metadata, NoSettings, Policy, SettingsIssue};

gate_sdk::rules! {
    /// The label `app.kubernetes.io/name` is missing.
    pub MISSING_NAME = error "missing-name": "No name";
    /// Fewer than two replicas.
    pub SINGLE_REPLICA = warning "single-replica": "One replica";
    /// An image without a tag, or with `latest`.
    pub MUTABLE_TAG = error "mutable-tag": "Tag that moves";
}

/// The policy.
#[derive(Debug)]
pub struct ThreeChecks;

impl Policy for ThreeChecks {
    type Settings = NoSettings;

    const METADATA: Metadata =
        Metadata { rules: RULES, ..Metadata::new("three-checks", "0.1.0", "Three checks") };

    fn new(_: NoSettings) -> Result<Self, Vec<SettingsIssue>> {
        Ok(Self)
    }

    fn check(&self, document: &Document<'_>, findings: &mut Findings) {
        if document.label("app.kubernetes.io/name").is_none() {
            findings.on(document, &MISSING_NAME, "no name");
        }
        let replicas = document.object().and_then(|object| object.find("/spec/replicas"));
        if let Some(replicas) = replicas.filter(|value| value.as_i64().is_some_and(|number| number < 2)) {
            findings.at(replicas, &SINGLE_REPLICA, "one replica");
        }
        for image in document.containers().into_iter().filter_map(|container| container.image()) {
            let tag = image.as_str().and_then(|text| text.rsplit_once(':')).map_or("latest", |(_, tag)| tag);
            if tag == "latest" {
                findings.at(image, &MUTABLE_TAG, "the tag moves");
            }
        }
    }
}

gate_sdk::policy!(ThreeChecks);
