//! Rules about an object or a list as a whole: what its fields say about each other. Which definition has which check
//! is a line in the tables of the pack's maker (`xtask/schemas/src/rules.txt`). While a mapping is walked, the fields
//! that its check asks for are put into numbered slots, so that no check looks for its fields by name.
//!
//! Only kinds of Kubernetes itself have checks: the server judges custom resources by their definitions alone.

mod amounts;
mod config;
mod container;
mod list;
mod network;
mod pod;
pub(super) mod quantity;
mod selector;
mod service;
mod workload;

pub(super) use list::Check;

use super::SchemaRule;
use super::node::{MEMBER, Node, flag};
use super::walk::Walk;
use crate::yaml::{Kind, NodeId};

/// Most fields that one check asks for.
const MOST_FIELDS: usize = 9;

/// The fields of one mapping that its check asked for.
#[derive(Debug, Default)]
pub(super) struct Frame {
    slots: [Option<NodeId>; MOST_FIELDS],
    /// The number of members of the union.
    members: u32,
    /// Key of the last one.
    member: Option<NodeId>,
}

impl Frame {
    /// Keeps a value that is not null.
    #[inline]
    pub(super) fn put(&mut self, slot: u32, key: NodeId, value: NodeId) {
        if slot == MEMBER {
            self.members += 1;
            self.member = Some(key);
        } else if let Some(place) = self.slots.get_mut((slot as usize).wrapping_sub(1)) {
            *place = Some(value);
        }
    }

    /// The fields in the order in which the check names them.
    fn fields<const N: usize>(&self) -> [Option<NodeId>; N] {
        std::array::from_fn(|at| self.slots.get(at).copied().flatten())
    }
}

impl<'a> Walk<'a> {
    /// Judges a mapping by its check.
    pub(super) fn check(&mut self, node: Node, n: NodeId, frame: &Frame) {
        match node.check() {
            Check::None | Check::LabelSelector | Check::ServicePorts => {}
            Check::ClaimSpec => self.claim_spec(n, frame.fields()),
            Check::ClusterRules => self.policy_rule(n, frame.fields()),
            Check::ConfigMap => self.config_map(frame.fields()),
            Check::Container => self.container(frame.fields()),
            Check::ContainerSecurity => self.container_security(frame.fields()),
            Check::CronJobSpec => self.cron_job_name(),
            Check::DaemonSetUpdate => self.daemon_set_update(n, frame.fields()),
            Check::DeploymentSpec => self.deployment_spec(frame.fields()),
            Check::DeploymentStrategy => self.deployment_strategy(frame.fields()),
            Check::DisruptionBudget => self.disruption_budget(frame.fields()),
            Check::EnvVar => self.env_var(frame.fields()),
            Check::HpaSpec => self.hpa_spec(frame.fields()),
            Check::HttpPath => self.http_path(n, frame.fields()),
            Check::IngressSpec => self.ingress_spec(n, frame.fields()),
            Check::IpBlock => self.ip_block(frame.fields()),
            Check::JobSpec => self.job_spec(n, frame.fields()),
            Check::LabelMap => self.labels(n),
            Check::LimitRangeItem => self.limit_range_item(frame.fields()),
            Check::MetricSpec => self.metric_spec(n, frame.fields()),
            Check::MetricTarget => self.metric_target(n, frame.fields()),
            Check::NetworkPeer => self.network_peer(n, frame.fields()),
            Check::NetworkPort => self.network_port(frame.fields()),
            Check::PodSpec => self.pod_spec(n, frame.fields()),
            Check::PriorityClass => self.priority_class(frame.fields()),
            Check::ReplicationController => self.replication_controller(frame.fields()),
            Check::Requirement => self.requirement(n, frame.fields()),
            Check::Resources => self.resources(frame.fields()),
            Check::RoleRef => self.role_ref(frame.fields()),
            Check::RollingUpdate => self.rolling_update(frame.fields()),
            Check::Seccomp => self.profile(n, frame.fields()),
            Check::Secret => self.secret_keys(n, frame.fields()),
            Check::ServiceSpec => self.service_spec(n, frame.fields()),
            Check::Subject => self.subject_of_binding(n, frame.fields()),
            Check::Toleration => self.toleration(n, frame.fields()),
            Check::VolumeMount => self.volume_mount(frame.fields()),
            Check::Workload => self.workload_spec(frame.fields()),
        }
    }

    /// Judges a list by its check.
    pub(super) fn check_list(&mut self, node: Node, n: NodeId) {
        if node.check() == Check::ServicePorts {
            self.service_ports(n);
        }
    }

    /// Judges the number of a union's members.
    pub(super) fn union(&mut self, node: Node, n: NodeId, frame: &Frame) {
        let wanted = || {
            let members = node.properties_of(self.view).filter(|(_, property)| property.slot == MEMBER);
            let mut names: Vec<&str> = members.map(|(name, _)| self.view.str(name)).collect();
            names.sort_unstable();
            names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>()
        };
        match (frame.members, frame.member) {
            (0, _) if node.has(flag::ONE_MEMBER) => {
                let message = format!("{} needs one of {}", self.subject(n), short(&wanted()));
                self.push(SchemaRule::MissingField, n, message, None);
            }
            (2.., Some(second)) => {
                let message = format!("only one of {} is allowed here", short(&wanted()));
                self.refuse(second, message, None);
            }
            _ => {}
        }
    }

    /// Reports a value that is not allowed together with another one.
    #[cold]
    fn refuse(&mut self, n: NodeId, message: String, hint: Option<&str>) {
        if !self.is_placeholder(n) {
            self.push(SchemaRule::InvalidValue, n, message, hint.map(str::to_owned));
        }
    }

    /// Reports that `field` is missing from the mapping `n`.
    #[cold]
    fn lack(&mut self, n: NodeId, field: &str, message: String) {
        self.push_missing(SchemaRule::MissingField, n, Some(field.to_owned()), message);
    }

    /// The text of a scalar; none for a mapping or a list, and none for what is filled in later.
    fn word(&self, n: Option<NodeId>) -> Option<&'a str> {
        let tape = self.tape;
        let n = n.filter(|&n| !matches!(self.tape.kind(n), Kind::Map | Kind::Seq))?;
        (!crate::schema::explain::is_placeholder(tape, n)).then(|| tape.text(n))
    }

    /// The whole number at `n`.
    fn number(&self, n: Option<NodeId>) -> Option<i64> {
        let n = n.filter(|&n| self.tape.kind(n) == Kind::Int)?;
        self.tape.text(n).parse().ok()
    }

    /// The value of `key` in `n` if it is not null.
    fn at(&self, n: Option<NodeId>, key: &str) -> Option<NodeId> {
        self.tape.get(n?, key).filter(|&found| self.tape.kind(found) != Kind::Null)
    }

    /// True if `n` is a list or mapping with something in it.
    fn has_items(&self, n: Option<NodeId>) -> bool {
        n.is_some_and(|n| self.tape.items(n).next().is_some() || self.tape.entries(n).next().is_some())
    }

    /// The kind of the object that is judged.
    fn root_kind(&self) -> &'a str {
        let tape = self.tape;
        self.root.and_then(|root| tape.str_at(root, "kind")).unwrap_or_default()
    }
}

/// A list of names that a message can bear.
fn short(names: &[String]) -> String {
    const SHOWN: usize = 6;
    let mut text = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(", …");
    }
    text
}
