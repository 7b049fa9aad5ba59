//! Amounts that depend on each other: requests and limits, minimum and maximum, disruption budgets.

use super::quantity;
use crate::schema::SchemaRule;
use crate::schema::walk::Walk;
use crate::yaml::{Kind, NodeId};

type Field = Option<NodeId>;

impl<'a> Walk<'a> {
    /// Requests and limits of a container.
    pub(super) fn resources(&mut self, [requests, limits]: [Field; 2]) {
        let tape = self.tape;
        for (key, value) in requests.into_iter().chain(limits).flat_map(|n| tape.entries(n)) {
            self.resource(key, value);
        }
        for (key, request) in requests.into_iter().flat_map(|n| tape.entries(n)) {
            let name = tape.text(key);
            let limit = limits.and_then(|limits| tape.get(limits, name));
            match limit.filter(|&n| tape.kind(n) != Kind::Null) {
                Some(limit) => self.request(name, request, limit),
                None if !may_overcommit(name) => {
                    let message =
                        format!("`{name}` is requested but not limited: limit and request must be equal");
                    self.refuse(key, message, Some("add the same amount under `limits`"));
                }
                None => {}
            }
        }
    }

    /// The name of a resource is Kubernetes' own or has a domain before it; of the latter there are whole ones only.
    fn resource(&mut self, key: NodeId, value: NodeId) {
        const OWN: [&str; 4] = ["cpu", "memory", "ephemeral-storage", "storage"];
        let name = self.tape.text(key);
        if OWN.contains(&name) || name.starts_with("hugepages-") {
            return;
        }
        if !name.contains('/') {
            let near = crate::text::closest(name, OWN.into_iter());
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            let message = format!("there is no resource {}", self.quoted(name));
            if !self.is_placeholder(key) {
                self.push(SchemaRule::InvalidValue, key, message, hint);
            }
        } else if !name.contains("kubernetes.io/")
            && self.amount(Some(value)).is_some_and(|n| n % 1_000_000_000 != 0)
        {
            self.refuse(value, format!("`{name}` must be a whole number"), None);
        }
    }

    fn request(&mut self, name: &str, request: NodeId, limit: NodeId) {
        let (Some(wanted), Some(most)) = (self.amount(Some(request)), self.amount(Some(limit))) else {
            return;
        };
        if wanted > most {
            let (request_text, limit_text) = (self.tape.text(request), self.tape.text(limit));
            let message =
                format!("the request `{name}: {request_text}` is above the limit, which is {limit_text}");
            self.refuse(request, message, None);
        } else if wanted != most && !may_overcommit(name) {
            let message = format!("the request for `{name}` must be equal to the limit");
            self.refuse(request, message, None);
        }
    }

    /// The amount at `n`.
    fn amount(&self, n: Field) -> Option<i128> {
        quantity::value(self.word(n)?)
    }

    /// Minimum, maximum and defaults of one kind of thing.
    pub(super) fn limit_range_item(&mut self, [min, max, default, request]: [Field; 4]) {
        let pairs = [
            (min, max, "`min` is above `max`"),
            (min, default, "`default` is below `min`"),
            (min, request, "`defaultRequest` is below `min`"),
            (request, default, "`defaultRequest` is above `default`"),
            (request, max, "`defaultRequest` is above `max`"),
            (default, max, "`default` is above `max`"),
        ];
        let tape = self.tape;
        for (low, high, message) in pairs {
            for (key, value) in low.into_iter().flat_map(|n| tape.entries(n)) {
                let other = self.at(high, tape.text(key));
                let (Some(less), Some(more)) = (self.amount(Some(value)), self.amount(other)) else {
                    continue;
                };
                if less > more {
                    self.refuse(value, format!("{message} for `{}`", tape.text(key)), None);
                }
            }
        }
    }

    /// A HorizontalPodAutoscaler's bounds.
    pub(super) fn hpa_spec(&mut self, [min, max]: [Field; 2]) {
        let (least, most) = (self.number(min), self.number(max));
        if let (Some(n), Some(least), Some(most)) = (max, least, most)
            && most < least
        {
            let message =
                format!("`maxReplicas` is {most}, which is less than `minReplicas`, which is {least}");
            self.refuse(n, message, None);
        }
    }

    /// The source of a metric, which has to be the one that the type names.
    pub(super) fn metric_spec(&mut self, n: NodeId, [kind, sources @ ..]: [Field; 6]) {
        let Some(word) = self.word(kind) else { return };
        let names = ["Object", "Pods", "Resource", "External", "ContainerResource"];
        let fields = ["object", "pods", "resource", "external", "containerResource"];
        let Some(at) = names.iter().position(|name| *name == word) else { return };
        for (other, source) in sources.iter().enumerate() {
            match source {
                None if other == at => {
                    self.lack(n, fields[at], format!("the metric of type `{word}` needs `{}`", fields[at]))
                }
                Some(source) if other != at => {
                    self.refuse(
                        *source,
                        format!("`{}` is not allowed for the type `{word}`", fields[other]),
                        None,
                    );
                }
                _ => {}
            }
        }
    }

    /// The target of a metric, which has to be the one that the type names.
    pub(super) fn metric_target(&mut self, n: NodeId, [kind, utilization, average, value]: [Field; 4]) {
        let Some(word) = self.word(kind) else { return };
        let (wanted, name) = match word {
            "Utilization" => (utilization, "averageUtilization"),
            "AverageValue" => (average, "averageValue"),
            "Value" => (value.or(average), "value"),
            _ => return,
        };
        if wanted.is_none() {
            self.lack(n, name, format!("the target of type `{word}` needs `{name}`"));
        }
    }

    /// A PodDisruptionBudget says one of the two.
    pub(super) fn disruption_budget(&mut self, [min, max]: [Field; 2]) {
        self.at_most_all(min);
        self.at_most_all(max);
        if let (Some(_), Some(max)) = (min, max) {
            let message = "`minAvailable` and `maxUnavailable` cannot both be set".to_owned();
            self.refuse(max, message, Some("keep one of the two"));
        }
    }

    /// A claim has to ask for an amount of storage.
    pub(super) fn claim_spec(&mut self, n: NodeId, [resources]: [Field; 1]) {
        let requests = self.at(resources, "requests");
        if self.at(requests, "storage").is_none() {
            let message = "a claim needs `resources.requests.storage`".to_owned();
            let (place, field) = match (requests, resources) {
                (Some(requests), _) => (requests, "storage"),
                (None, Some(resources)) => (resources, "requests"),
                (None, None) => (n, "resources"),
            };
            self.lack(place, field, message);
        }
    }

    /// Classes of users end at a billion.
    pub(super) fn priority_class(&mut self, [value]: [Field; 1]) {
        let name = self.root.and_then(|root| self.tape.get(root, "metadata"));
        let name = self.at(name, "name");
        let system = self.word(name).filter(|text| text.starts_with("system-"));
        let known = ["system-node-critical", "system-cluster-critical"];
        if let (Some(n), Some(text)) = (name, system)
            && !known.contains(&text)
        {
            let message =
                "names that begin with `system-` are reserved for the system's own classes".to_owned();
            self.refuse(n, message, None);
        }
        if let (Some(n), Some(number), None) = (value, self.number(value), system)
            && number > 1_000_000_000
        {
            self.refuse(n, "`value` must be at most 1000000000".to_owned(), None);
        }
    }
}

/// True for what may be requested without a limit, or with a higher one: the resources of Kubernetes itself but
/// huge pages.
fn may_overcommit(name: &str) -> bool {
    let native = !name.contains('/') || name.contains("kubernetes.io/");
    native && !name.starts_with("hugepages-")
}
