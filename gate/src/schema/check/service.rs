//! Services: what each type needs, and what it must not have.

use crate::schema::SchemaRule;
use crate::schema::names;
use crate::schema::walk::Walk;
use crate::yaml::{Kind, NodeId};

type Field = Option<NodeId>;

impl<'a> Walk<'a> {
    pub(super) fn service_spec(
        &mut self,
        n: NodeId,
        [kind, ip, ports, external, policy, external_ips, health]: [Field; 7],
    ) {
        let Some(word) = kind.map_or(Some(""), |_| self.word(kind)) else { return };
        let headless = self.word(ip) == Some("None");
        let known_ip = ip.is_none() || self.word(ip).is_some();
        match word {
            "ExternalName" => {
                self.external_name(n, external);
                if let Some(ip) = ip.filter(|&ip| !self.tape.text(ip).is_empty() && !headless) {
                    let message = "`clusterIP` is not allowed in a Service of type ExternalName".to_owned();
                    self.refuse(ip, message, None);
                }
            }
            "NodePort" | "LoadBalancer" if headless => {
                let message = format!("`clusterIP` cannot be None in a Service of type {word}");
                self.refuse(ip.unwrap_or(n), message, None);
            }
            _ => {}
        }
        if word != "ExternalName" && !headless && known_ip && !self.has_items(ports) && self.is_list(ports) {
            self.lack(n, "ports", "a Service needs at least one of `ports`".to_owned());
        }
        if matches!(word, "" | "ClusterIP") {
            self.internal_service(ports, policy.filter(|_| !self.has_items(external_ips)));
        }
        if let Some(health) = health.filter(|_| self.number(health) != Some(0))
            && (word != "LoadBalancer" || policy.is_none() || self.word(policy) == Some("Cluster"))
        {
            let message =
                "`healthCheckNodePort` needs the type LoadBalancer and `externalTrafficPolicy: Local`";
            self.refuse(health, message.to_owned(), None);
        }
    }

    fn external_name(&mut self, n: NodeId, name: Field) {
        let text = name.map_or("", |name| self.tape.text(name)).trim_end_matches('.');
        match name {
            Some(name) if !text.is_empty() => {
                if let Some(form) = names::subdomain(text) {
                    self.invalid_name(name, "the external name", form);
                }
            }
            _ => {
                self.lack(n, "externalName", "a Service of type ExternalName needs `externalName`".to_owned())
            }
        }
    }

    fn is_list(&self, n: Field) -> bool {
        n.is_none_or(|n| self.tape.kind(n) == Kind::Seq)
    }

    /// What a Service that nobody reaches from outside must not have.
    fn internal_service(&mut self, ports: Field, policy: Field) {
        let tape = self.tape;
        for port in ports.into_iter().flat_map(|ports| tape.items(ports)) {
            let node_port = self.at(Some(port), "nodePort");
            if let Some(n) = node_port.filter(|_| self.number(node_port) != Some(0)) {
                let message = "`nodePort` is not allowed in a Service of type ClusterIP".to_owned();
                self.refuse(n, message, Some("remove it, or set `type: NodePort`"));
            }
        }
        if let Some(policy) = policy.filter(|&n| !tape.text(n).is_empty()) {
            let message = "`externalTrafficPolicy` is not allowed in a Service of type ClusterIP".to_owned();
            self.refuse(policy, message, Some("remove it, or set `type: LoadBalancer` or `NodePort`"));
        }
    }

    /// Several ports need names, each its own.
    pub(super) fn service_ports(&mut self, ports: NodeId) {
        let tape = self.tape;
        if tape.items(ports).nth(1).is_none() {
            return;
        }
        for port in tape.items(ports) {
            let name = self.at(Some(port), "name");
            if name.is_none_or(|n| tape.text(n).is_empty()) && tape.kind(port) == Kind::Map {
                let message = "a port needs a `name` where there are several".to_owned();
                let (rule, missing) = (SchemaRule::MissingField, Some("name".to_owned()));
                self.push_missing(rule, port, missing, message);
            }
        }
        self.unique(Some(ports), "name", "an earlier port of this Service has the same name");
    }
}
