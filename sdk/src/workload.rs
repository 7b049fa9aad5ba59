//! One walk to the pods that an object makes, whatever its kind.

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
        let task_lists = if self.is_task { &TASK_LISTS[..] } else { &[] };
        let mut found = Vec::new();
        for (list, role) in LISTS.iter().chain(task_lists) {
            let items = self.value.get(list).into_iter().flat_map(Value::items);
            found.extend(
                items.filter(|item| is_container(*item)).map(|value| Container { value, role: *role }),
            );
        }
        for key in ["container", "script"].iter().filter(|_| self.is_task) {
            let value = self.value.get(key).filter(|value| value.str_at("image").is_some());
            found.extend(value.map(|value| Container { value, role: ContainerRole::Step }));
        }
        found
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
        let Some(object) = self.object().filter(|_| self.kind != "CustomResourceDefinition") else {
            return Vec::new();
        };
        let is_task = TASK_GROUPS.contains(&self.api_group());
        let specs = object.walk().map(|visit| PodSpec { value: visit.value, is_task });
        specs.filter(|spec| spec.value.is_map() && !spec.containers().is_empty()).collect()
    }

    /// The containers of all pods of the document.
    pub fn containers(&self) -> Vec<Container<'_>> {
        self.pod_specs().into_iter().flat_map(PodSpec::containers).collect()
    }
}

fn is_container(value: Value<'_>) -> bool {
    value.str_at("name").is_some() || value.str_at("image").is_some()
}
