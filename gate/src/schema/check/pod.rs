//! What the parts of a Pod say about each other: names of containers, mounts of volumes, ports of the host.

use crate::schema::SchemaRule;
use crate::schema::walk::Walk;
use crate::yaml::{Kind, NodeId};

type Field = Option<NodeId>;

/// Volumes whose names are kept at hand; more are looked for one by one.
const AT_HAND: usize = 16;

/// The names of a Pod's volumes.
struct Volumes<'a> {
    few: [&'a str; AT_HAND],
    count: usize,
    list: Field,
}

impl<'a> Walk<'a> {
    pub(super) fn pod_spec(
        &mut self,
        n: NodeId,
        [containers, init, ephemeral, volumes, host, dns, dns_config]: [Field; 7],
    ) {
        let volumes = self.volume_names(volumes);
        for list in [containers, init, ephemeral].into_iter().flatten() {
            for container in self.tape.items(list) {
                self.mounts(container, &volumes);
            }
        }
        if let Some(init) = init {
            self.init_containers(init, containers);
        }
        if self.word(host) == Some("true") {
            [containers, init].into_iter().flatten().for_each(|list| self.host_ports(list));
        }
        if self.word(dns) == Some("None") && !self.has_items(self.at(dns_config, "nameservers")) {
            self.lack(n, "dnsConfig", "the DNS policy `None` needs `dnsConfig.nameservers`".to_owned());
        }
    }

    fn volume_names(&self, list: Field) -> Volumes<'a> {
        let mut volumes = Volumes { few: [""; AT_HAND], count: 0, list };
        let tape = self.tape;
        for volume in list.into_iter().flat_map(|list| tape.items(list)) {
            if let Some(place) = volumes.few.get_mut(volumes.count) {
                *place = tape.get(volume, "name").map_or("", |n| tape.text(n));
            }
            volumes.count += 1;
        }
        volumes
    }

    /// The volumes and devices of a container have to be volumes of its Pod.
    fn mounts(&mut self, container: NodeId, volumes: &Volumes<'a>) {
        let tape = self.tape;
        for (key, list) in tape.entries(container) {
            if !matches!(tape.text(key), "volumeMounts" | "volumeDevices") {
                continue;
            }
            for mount in tape.items(list) {
                let name = tape.get(mount, "name").filter(|&n| tape.kind(n) == Kind::Str);
                if let Some(name) = name.filter(|&n| !volumes.few.contains(&tape.text(n))) {
                    self.unknown_volume(name, volumes);
                }
            }
        }
    }

    #[cold]
    fn unknown_volume(&mut self, name: NodeId, volumes: &Volumes<'a>) {
        let tape = self.tape;
        let wanted = tape.text(name);
        let spec = self.root.and_then(|root| tape.get(root, "spec"));
        let claims = self.at(spec, "volumeClaimTemplates");
        let names_of = |list: Field, path: &'static [&'static str]| {
            let items = list.into_iter().flat_map(|list| tape.items(list));
            items.filter_map(move |item| {
                let found = path.iter().try_fold(item, |n, key| tape.get(n, key));
                found.map(|n| tape.text(n))
            })
        };
        let known: Vec<&str> =
            names_of(volumes.list, &["name"]).chain(names_of(claims, &["metadata", "name"])).collect();
        let variable = |name: &&str| name.contains("${");
        if known.contains(&wanted) || known.iter().any(variable) || wanted.is_empty() {
            return;
        }
        let near = crate::text::closest(wanted, known.iter().copied());
        let hint = near.map(|near| format!("did you mean `{near}`?"));
        let message = format!("there is no volume {} in this Pod", self.quoted(wanted));
        if !self.is_placeholder(name) {
            self.push(SchemaRule::InvalidValue, name, message, hint);
        }
    }

    /// Names are unique among all containers, and only an init container that keeps running has probes.
    fn init_containers(&mut self, init: NodeId, containers: Field) {
        let tape = self.tape;
        for container in tape.items(init) {
            let name = self.at(Some(container), "name");
            let mut others = containers.into_iter().flat_map(|list| tape.items(list));
            let is_taken = |text: &str| others.any(|other| tape.str_at(other, "name") == Some(text));
            if let (Some(n), true) = (name, self.word(name).is_some_and(is_taken)) {
                let message = format!("a container has the same name {}", self.quoted(tape.text(n)));
                self.push(SchemaRule::DuplicateListItem, n, message, None);
            }
            if self.at(Some(container), "restartPolicy").is_some() {
                continue;
            }
            for field in ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"] {
                if let Some(found) = self.at(Some(container), field) {
                    let place = tape.key_of(found).unwrap_or(found);
                    let message = format!("`{field}` is not allowed in an init container that ends");
                    self.refuse(
                        place,
                        message,
                        Some("remove it, or set `restartPolicy: Always` for a sidecar"),
                    );
                }
            }
        }
    }

    /// In the host's network a port is the host's port.
    fn host_ports(&mut self, containers: NodeId) {
        let tape = self.tape;
        for container in tape.items(containers) {
            let ports = self.at(Some(container), "ports");
            for port in ports.into_iter().flat_map(|ports| tape.items(ports)) {
                let (host, own) = (self.at(Some(port), "hostPort"), self.at(Some(port), "containerPort"));
                let (Some(n), Some(wanted), Some(found)) = (host, self.number(own), self.number(host)) else {
                    continue;
                };
                if wanted != found && found != 0 {
                    let message = format!(
                        "`hostPort` ({found}) must be the containerPort ({wanted}), for the Pod is in the host's network"
                    );
                    self.refuse(n, message, None);
                }
            }
        }
    }
}
