//! Fields that the API server does not let anyone change, by group and kind.

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::schema) enum Frozen {
    /// Any difference counts, also a part that is on one side only.
    Exact(&'static str),
    /// What both sides have must be equal. A value that only one side has may be the default of the other.
    Set(&'static str),
    /// As `Exact`; a side without the field has this value.
    Default(&'static str, &'static str),
    /// As `Set`, for every field of this mapping but the listed ones.
    AllBut(&'static str, &'static [&'static str]),
    /// As `Exact`, if `immutable` is true at base.
    IfImmutable(&'static str),
    /// As `Set`, unless the Job at base is suspended.
    UnlessSuspended(&'static str),
    /// As `Exact`, unless the Pod at base waits for its scheduling gates.
    UnlessGated(&'static str),
    /// As `Set`, for every item of this list and every field of an item but the listed ones. No item comes or goes.
    ItemsBut(&'static str, &'static [&'static str]),
}

use Frozen::{AllBut, Default, Exact, IfImmutable, ItemsBut, Set, UnlessGated, UnlessSuspended};

/// Group, kind, fields. The server's own update validation says so (`pkg/apis/*/validation` of Kubernetes).
pub(in crate::schema) const FROZEN: &[(&str, &str, &[Frozen])] = &[
    ("", "ConfigMap", &[IfImmutable("/data"), IfImmutable("/binaryData"), IfImmutable("/immutable")]),
    (
        "",
        "PersistentVolume",
        &[
            Set("/spec/csi/driver"),
            Set("/spec/csi/volumeHandle"),
            Set("/spec/hostPath"),
            Set("/spec/iscsi"),
            Set("/spec/local"),
            Set("/spec/nfs"),
            Set("/spec/rbd"),
            Default("/spec/volumeMode", "Filesystem"),
        ],
    ),
    (
        "",
        "PersistentVolumeClaim",
        &[
            AllBut("/spec", &["resources", "selector", "volumeAttributesClassName"]),
            Exact("/spec/selector"),
            Default("/spec/volumeMode", "Filesystem"),
        ],
    ),
    (
        "",
        "Pod",
        &[
            AllBut("/spec", POD),
            ItemsBut("/spec/containers", &["image", "resources"]),
            ItemsBut("/spec/initContainers", &["image", "resources"]),
            UnlessGated("/spec/affinity"),
            UnlessGated("/spec/nodeSelector"),
        ],
    ),
    ("", "ResourceQuota", &[Exact("/spec/scopes")]),
    (
        "",
        "Secret",
        &[
            Default("/type", "Opaque"),
            IfImmutable("/data"),
            IfImmutable("/stringData"),
            IfImmutable("/immutable"),
        ],
    ),
    ("", "Service", &[Set("/spec/clusterIP"), Set("/spec/loadBalancerClass")]),
    (
        "apiextensions.k8s.io",
        "CustomResourceDefinition",
        &[Exact("/spec/group"), Exact("/spec/names/kind"), Exact("/spec/names/plural"), Exact("/spec/scope")],
    ),
    ("apps", "DaemonSet", &[Exact("/spec/selector")]),
    ("apps", "Deployment", &[Exact("/spec/selector")]),
    ("apps", "ReplicaSet", &[Exact("/spec/selector")]),
    (
        "apps",
        "StatefulSet",
        &[
            Exact("/spec/selector"),
            Exact("/spec/serviceName"),
            Default("/spec/podManagementPolicy", "OrderedReady"),
            AllBut("/spec", STATEFUL_SET),
        ],
    ),
    (
        "batch",
        "Job",
        &[
            Set("/spec/completionMode"),
            Exact("/spec/selector"),
            Exact("/spec/podFailurePolicy"),
            UnlessSuspended("/spec/template"),
        ],
    ),
    ("discovery.k8s.io", "EndpointSlice", &[Exact("/addressType")]),
    ("networking.k8s.io", "IngressClass", &[Exact("/spec/controller")]),
    ("node.k8s.io", "RuntimeClass", &[Exact("/handler")]),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding", &[Set("/roleRef")]),
    ("rbac.authorization.k8s.io", "RoleBinding", &[Set("/roleRef")]),
    (
        "scheduling.k8s.io",
        "PriorityClass",
        &[Default("/value", "0"), Default("/preemptionPolicy", "PreemptLowerPriority")],
    ),
    (
        "storage.k8s.io",
        "CSIDriver",
        &[Default("/spec/attachRequired", "true"), Set("/spec/volumeLifecycleModes")],
    ),
    (
        "storage.k8s.io",
        "StorageClass",
        &[
            Exact("/provisioner"),
            Exact("/parameters"),
            Default("/reclaimPolicy", "Delete"),
            Default("/volumeBindingMode", "Immediate"),
        ],
    ),
];

/// Fields of a StatefulSet's spec that can be changed, and those that have a line of their own.
const STATEFUL_SET: &[&str] = &[
    "minReadySeconds",
    "ordinals",
    "persistentVolumeClaimRetentionPolicy",
    "podManagementPolicy",
    "replicas",
    "revisionHistoryLimit",
    "selector",
    "serviceName",
    "template",
    "updateStrategy",
];

/// Fields of a Pod's spec that can be changed, in whole or in part, and those that have a line of their own.
const POD: &[&str] = &[
    "activeDeadlineSeconds",
    "affinity",
    "containers",
    "ephemeralContainers",
    "initContainers",
    "nodeSelector",
    "resources",
    "schedulingGates",
    "terminationGracePeriodSeconds",
    "tolerations",
];
