//! An example of a policy with scope `change-set`: it gets every Ingress and Route of the change in one call, so
//! that it can compare them. Two objects of one environment that serve the same host take each other's traffic.

use std::collections::BTreeMap;

use gate_sdk::{Document, Findings, Match, Metadata, NoSettings, Policy, Scope, SettingsIssue, Value};

gate_sdk::rules! {
    /// ### What it does
    /// Finds a host that two Ingresses or Routes of the same environment serve. The first in the order of the
    /// change may keep it; each further one is a finding.
    ///
    /// ### Why is this bad
    /// Which of the two gets the traffic is up to the controller, and may change with its next restart.
    ///
    /// ### Example
    /// ```yaml
    /// # in two Ingresses
    /// rules: [{ host: shop.example.com }]
    /// ```
    ///
    /// ### Use instead
    /// One Ingress with all paths of the host, or a host for each.
    pub DUPLICATE_HOST = error "duplicate-host": "Host that two objects serve";
}

/// The policy.
#[derive(Debug)]
pub struct UniqueHosts;

impl Policy for UniqueHosts {
    type Settings = NoSettings;

    const METADATA: Metadata = Metadata {
        description: "No host is served by two objects of one environment.",
        scope: Scope::ChangeSet,
        matches: &[Match { kinds: &["Ingress", "Route"], ..Match::ANY }],
        rules: RULES,
        ..Metadata::new("unique-hosts", "0.1.0", "Unique hosts")
    };

    fn new(_: NoSettings) -> Result<Self, Vec<SettingsIssue>> {
        Ok(Self)
    }

    fn check_all(&self, documents: &[Document<'_>], findings: &mut Findings) {
        let mut owners: BTreeMap<(Option<&str>, &str), &Document<'_>> = BTreeMap::new();
        for document in documents {
            for host in document.object().into_iter().flat_map(hosts) {
                let Some(name) = host.as_str() else { continue };
                let place = (document.environment.as_deref(), name);
                match owners.get(&place) {
                    Some(owner) if !std::ptr::eq(*owner, document) => {
                        let message = format!("`{name}` is already served by {}/{}", owner.kind, owner.name);
                        findings.at(host, &DUPLICATE_HOST, message);
                    }
                    Some(_) => {}
                    None => {
                        owners.insert(place, document);
                    }
                }
            }
        }
    }
}

/// The hosts of an Ingress (one for each rule) or of a Route (one).
fn hosts(object: Value<'_>) -> Vec<Value<'_>> {
    let rules = object.find("/spec/rules").into_iter().flat_map(|rules| rules.items());
    rules.filter_map(|rule| rule.get("host")).chain(object.find("/spec/host")).collect()
}

gate_sdk::policy!(UniqueHosts);
