//! Objects that define a cluster, and where each has its version.

use std::sync::OnceLock;

use regex::bytes::Regex;

use super::{Strength, VersionSign, written};
use crate::model::RepoPath;
use crate::text::LineIndex;
use crate::yaml::{NodeId, Tape};

/// The end of the API group (`*` for any text before it), kind, and where the version is.
const TABLE: [(&str, &str, &str); 26] = [
    ("cluster.x-k8s.io", "Cluster", "/spec/topology/version"),
    ("cluster.x-k8s.io", "MachineDeployment", "/spec/template/spec/version"),
    ("cluster.x-k8s.io", "MachinePool", "/spec/template/spec/version"),
    ("*.cluster.x-k8s.io", "KubeadmControlPlane", "/spec/version"),
    ("*.cluster.x-k8s.io", "RKE2ControlPlane", "/spec/version"),
    ("*.cluster.x-k8s.io", "KThreesControlPlane", "/spec/version"),
    ("*.cluster.x-k8s.io", "TalosControlPlane", "/spec/version"),
    ("*.cluster.x-k8s.io", "K0sControlPlane", "/spec/version"),
    ("*.cluster.x-k8s.io", "AWSManagedControlPlane", "/spec/version"),
    ("*.cluster.x-k8s.io", "AzureManagedControlPlane", "/spec/version"),
    ("*.cluster.x-k8s.io", "GCPManagedControlPlane", "/spec/controlPlaneVersion"),
    ("eksctl.io", "ClusterConfig", "/metadata/version"),
    ("kops.k8s.io", "Cluster", "/spec/kubernetesVersion"),
    ("kubeadm.k8s.io", "ClusterConfiguration", "/kubernetesVersion"),
    ("provisioning.cattle.io", "Cluster", "/spec/kubernetesVersion"),
    ("upgrade.cattle.io", "Plan", "/spec/version"),
    ("tuppr.home-operations.com", "KubernetesUpgrade", "/spec/kubernetes/version"),
    ("k0sctl.k0sproject.io", "Cluster", "/spec/k0s/version"),
    ("core.gardener.cloud", "Shoot", "/spec/kubernetes/version"),
    ("kamaji.clastix.io", "TenantControlPlane", "/spec/kubernetes/version"),
    ("*.upbound.io", "Cluster", "/spec/forProvider/version"),
    ("*.upbound.io", "Cluster", "/spec/forProvider/minMasterVersion"),
    ("*.upbound.io", "KubernetesCluster", "/spec/forProvider/kubernetesVersion"),
    ("eks.services.k8s.aws", "Cluster", "/spec/version"),
    ("container.cnrm.cloud.google.com", "ContainerCluster", "/spec/minMasterVersion"),
    ("containerservice.azure.com", "ManagedCluster", "/spec/kubernetesVersion"),
];

/// True if the file may hold such an object.
pub(super) fn is_worth(bytes: &[u8]) -> bool {
    static ANY: OnceLock<Option<Regex>> = OnceLock::new();
    let any = ANY.get_or_init(|| {
        let groups: Vec<String> =
            TABLE.iter().map(|(group, ..)| regex::escape(group.trim_start_matches('*'))).collect();
        let openshift = "config\\.openshift\\.io";
        Regex::new(&format!("{}|{openshift}", groups.join("|"))).ok()
    });
    any.as_ref().is_some_and(|any| any.is_match(bytes))
}

/// Adds the version that a document defines a cluster with.
pub(super) fn of(
    path: &RepoPath,
    tape: &Tape,
    index: &LineIndex,
    root: NodeId,
    found: &mut Vec<VersionSign>,
) {
    let (Some(api_version), Some(kind)) = (tape.str_at(root, "apiVersion"), tape.str_at(root, "kind")) else {
        return;
    };
    let group = api_version.split('/').next().unwrap_or_default();
    let mut add = |node: NodeId, minor: u16| {
        let line = index.line_col(tape.source(), tape.span(node).start).line;
        let text = format!("{kind} {}", written(tape, node));
        found.push(VersionSign { path: path.clone(), line, text, minor, strength: Strength::Cluster });
    };
    for (_, _, pointer) in TABLE.iter().filter(|(own, of, _)| *of == kind && is_group(own, group)) {
        if let Some((node, minor)) =
            tape.pointer(root, pointer).and_then(|node| Some((node, minor(&written(tape, node))?)))
        {
            add(node, minor);
        }
    }
    if (group, kind) == ("config.openshift.io", "ClusterVersion")
        && let Some(node) = tape.pointer(root, "/spec/desiredUpdate/version")
        && let Some(minor) = of_openshift(&written(tape, node))
    {
        add(node, minor);
    }
}

fn is_group(pattern: &str, group: &str) -> bool {
    pattern.strip_prefix('*').map_or(pattern == group, |end| group.ends_with(end))
}

/// `v1.33.4+k3s1` or `1.33`: 33.
pub(super) fn minor(text: &str) -> Option<u16> {
    let rest = text.trim_start_matches('v').strip_prefix("1.")?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let rest_is_version = rest.get(digits..)?.starts_with(['.', '-', '+']) || rest.len() == digits;
    (rest_is_version && digits <= 2).then(|| rest.get(..digits)?.parse().ok()).flatten()
}

/// OpenShift 4.n has Kubernetes 1.(n + 13).
fn of_openshift(text: &str) -> Option<u16> {
    let rest = text.strip_prefix("4.")?;
    let number: u16 = rest.split('.').next()?.parse().ok()?;
    (3..100).contains(&number).then_some(number + 13)
}
