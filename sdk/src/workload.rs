//! One walk to the pods that an object makes, whatever its kind, and their containers.

use crate::{Document, Value};

/// What a container is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContainerRole {
    /// From `containers`.
    Main,
    /// From `initContainers`.
    Init,
    /// From `ephemeralContainers`.
    Ephemeral,
    /// From `steps` of a Tekton task, or a `container` or `script` of an Argo Workflows template.
    Step,
    /// From `sidecars` of either.
    Sidecar,
}

const LISTS: [(&str, ContainerRole); 3] = [
    ("containers", ContainerRole::Main),
    ("initContainers", ContainerRole::Init),
    ("ephemeralContainers", ContainerRole::Ephemeral),
];
const TASK_LISTS: [(&str, ContainerRole); 2] =
    [("steps", ContainerRole::Step), ("sidecars", ContainerRole::Sidecar)];
const OWN_VERSIONS: [&str; 3] = ["v1", "apps/v1", "batch/v1"];
const TASK_GROUPS: [&str; 2] = ["tekton.dev", "argoproj.io"];

/// A pod spec, or what takes its place: a Tekton task, a template of Argo Workflows.
#[derive(Debug, Clone, Copy)]
pub struct PodSpec<'d> {
    /// The map that holds the lists of containers.
    pub value: Value<'d>,
    is_task: bool,
}

/// One container of a pod.
#[derive(Debug, Clone, Copy)]
pub struct Container<'d> {
    /// The whole container.
    pub value: Value<'d>,
    /// What it is for.
    pub role: ContainerRole,
}

impl<'d> Container<'d> {
    /// Its name; empty if it has none.
    pub fn name(self) -> &'d str {
        self.value.str_at("name").unwrap_or("")
    }

    /// Its image.
    pub fn image(self) -> Option<Value<'d>> {
        self.value.get("image")
    }

    /// Its environment: the entries of `env`.
    pub fn env(self) -> impl Iterator<Item = Value<'d>> {
        self.value.get("env").into_iter().flat_map(Value::items)
    }
}

impl<'d> PodSpec<'d> {
    /// Init, ephemeral and ordinary containers alike.
    pub fn containers(self) -> Vec<Container<'d>> {
        let mut found = Vec::new();
        for (list, role) in LISTS {
            self.add_list(list, role, &mut found);
        }
        if self.is_task {
            for (list, role) in TASK_LISTS {
                self.add_list(list, role, &mut found);
            }
            for key in ["container", "script"] {
                let value = self.value.get(key).filter(|value| value.str_at("image").is_some());
                found.extend(value.map(|value| Container { value, role: ContainerRole::Step }));
            }
        }
        found
    }

    #[inline(never)]
    fn add_list(self, list: &str, role: ContainerRole, found: &mut Vec<Container<'d>>) {
        let Some(list) = self.value.get(list) else { return };
        for value in list.items() {
            if is_container(value) {
                found.push(Container { value, role });
            }
        }
    }

    /// Its volumes.
    pub fn volumes(self) -> impl Iterator<Item = Value<'d>> {
        self.value.get("volumes").into_iter().flat_map(Value::items)
    }
}

impl Document<'_> {
    /// Every pod spec in the document, of any kind of workload: wherever a map has a list of containers.
    /// Patches and unknown kinds are no exception; the schemas inside a CustomResourceDefinition are.
    pub fn pod_specs(&self) -> Vec<PodSpec<'_>> {
        let mut found = Vec::new();
        self.each_pod_spec(&mut |spec| {
            add(&mut found, spec);
            false
        });
        found
    }

    /// True if the document has a pod spec: it is a workload, of whatever kind.
    pub fn makes_pods(&self) -> bool {
        let mut found = false;
        self.each_pod_spec(&mut |_| {
            found = true;
            true
        });
        found
    }

    /// Calls `stop` with each pod spec, once for each list of containers, until it answers true.
    fn each_pod_spec<'d>(&'d self, stop: &mut dyn FnMut(PodSpec<'d>) -> bool) {
        let Some(object) = self.object().filter(|_| self.kind != "CustomResourceDefinition") else { return };
        let is_task = TASK_GROUPS.contains(&self.api_group());
        // Kubernetes' own workloads have their pods at known places, and nowhere else.
        let is_known = OWN_VERSIONS.contains(&self.api_version.as_str()) && self.kind != "List";
        let mut walk = object.walk();
        while let Some(visit) = walk.next() {
            let (Some(key), Some(parent), false) = (visit.key, visit.parent, visit.is_item) else { continue };
            let holds = holds_containers(key, visit.value, is_task);
            if holds && stop(PodSpec { value: parent, is_task }) {
                return;
            }
            if is_known && (holds || !matches!(key, "spec" | "template" | "jobTemplate")) {
                walk.skip_children();
            }
        }
    }

    /// The containers of all pods of the document.
    pub fn containers(&self) -> Vec<Container<'_>> {
        self.pod_specs().into_iter().flat_map(PodSpec::containers).collect()
    }
}

/// True if a map with this entry is a pod spec.
fn holds_containers(key: &str, value: Value<'_>, is_task: bool) -> bool {
    let is = |lists: &[(&str, ContainerRole)]| lists.iter().any(|(list, _)| *list == key);
    if is(&LISTS) || is_task && is(&TASK_LISTS) {
        return value.items().any(is_container);
    }
    is_task && matches!(key, "container" | "script") && value.str_at("image").is_some()
}

/// Keeps the order of the text: a pod spec inside of another may have been found before.
fn add<'d>(found: &mut Vec<PodSpec<'d>>, spec: PodSpec<'d>) {
    let at = found.iter().rposition(|other| !spec.value.is_before(other.value)).map_or(0, |at| at + 1);
    if !found.iter().take(at).next_back().is_some_and(|other| other.value.is(spec.value)) {
        found.insert(at, spec);
    }
}

fn is_container(value: Value<'_>) -> bool {
    value.str_at("name").is_some() || value.str_at("image").is_some()
}
