//! API versions whose successor has the same fields with the same meanings and defaults, so that an object can be given the
//! new name and stays what it is. By Kubernetes' guide to deprecated APIs ("no notable changes") and the published schemas.
//!
//! Not here, and why: PodDisruptionBudget (an empty selector means all pods in `policy/v1`, none before), Ingress and
//! EndpointSlice (other fields), webhooks and CustomResourceDefinition (other defaults, more required fields),
//! CertificateSigningRequest (needs a signer), HorizontalPodAutoscaler of `autoscaling/v2beta1` (other fields), workloads of
//! `extensions` and `apps/v1beta1` (selectors, other defaults), PriorityLevelConfiguration (0 shares mean something else), all of
//! `v1alpha1`.

/// API version, its successor, kinds.
const SAME: &[(&str, &str, &[&str])] = &[
    // The controller was rewritten; the type was taken over as it was.
    ("batch/v1beta1", "batch/v1", &["CronJob"]),
    // The type of v2 is that of v2beta2.
    ("autoscaling/v2beta2", "autoscaling/v2", &["HorizontalPodAutoscaler"]),
    // "No notable changes" from here on.
    ("networking.k8s.io/v1beta1", "networking.k8s.io/v1", &["IngressClass"]),
    (
        "rbac.authorization.k8s.io/v1beta1",
        "rbac.authorization.k8s.io/v1",
        &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
    ),
    ("scheduling.k8s.io/v1beta1", "scheduling.k8s.io/v1", &["PriorityClass"]),
    ("coordination.k8s.io/v1beta1", "coordination.k8s.io/v1", &["Lease"]),
    (
        "storage.k8s.io/v1beta1",
        "storage.k8s.io/v1",
        &["CSIDriver", "CSINode", "CSIStorageCapacity", "StorageClass", "VolumeAttachment"],
    ),
    ("node.k8s.io/v1beta1", "node.k8s.io/v1", &["RuntimeClass"]),
    ("apiregistration.k8s.io/v1beta1", "apiregistration.k8s.io/v1", &["APIService"]),
    ("flowcontrol.apiserver.k8s.io/v1beta3", "flowcontrol.apiserver.k8s.io/v1", &["FlowSchema"]),
];

/// True if `new` is nothing but another name for `api_version` of `kind`.
pub(in crate::schema) fn is_same(api_version: &str, kind: &str, new: &str) -> bool {
    SAME.iter()
        .any(|(old, successor, kinds)| *old == api_version && *successor == new && kinds.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Lookup, SchemaSet};

    #[test]
    fn every_successor_is_a_kind_that_is_served_today() {
        let set = SchemaSet::embedded().unwrap();
        for (old, new, kinds) in SAME {
            for kind in *kinds {
                assert!(matches!(set.lookup(set.newest(), new, kind), Lookup::Found(_)), "{new} {kind}");
                assert!(is_same(old, kind, new) && !is_same(new, kind, old));
            }
        }
        assert!(!is_same("policy/v1beta1", "PodDisruptionBudget", "policy/v1"));
    }
}
