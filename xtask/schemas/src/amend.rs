//! What the published definitions of Kubernetes leave out and the API server checks: the values of enumerations,
//! which they tell in prose only, a few required fields, and which lists may have duplicates.

use serde_json::{Value, json};

/// Group, type, field, and the values that the server takes. One that begins with `?` came later: it counts in the
/// versions whose description names it. `*` stands for every group.
const VALUES: &[(&str, &str, &str, &[&str])] = &[
    ("core", "Container", "imagePullPolicy", &["Always", "IfNotPresent", "Never"]),
    ("core", "Container", "terminationMessagePolicy", &["File", "FallbackToLogsOnError"]),
    ("core", "ContainerPort", "protocol", &["TCP", "UDP", "SCTP"]),
    ("core", "EphemeralContainer", "imagePullPolicy", &["Always", "IfNotPresent", "Never"]),
    ("core", "HTTPGetAction", "scheme", &["HTTP", "HTTPS"]),
    (
        "core",
        "HostPathVolumeSource",
        "type",
        &["DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"],
    ),
    ("core", "NodeSelectorRequirement", "operator", &["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]),
    ("core", "PersistentVolumeClaimSpec", "accessModes", ACCESS_MODES),
    ("core", "PersistentVolumeClaimSpec", "volumeMode", &["Block", "Filesystem"]),
    ("core", "PersistentVolumeSpec", "accessModes", ACCESS_MODES),
    ("core", "PersistentVolumeSpec", "persistentVolumeReclaimPolicy", &["Retain", "Delete", "Recycle"]),
    ("core", "PersistentVolumeSpec", "volumeMode", &["Block", "Filesystem"]),
    ("core", "PodSecurityContext", "fsGroupChangePolicy", &["OnRootMismatch", "Always"]),
    ("core", "PodSpec", "dnsPolicy", &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]),
    ("core", "PodSpec", "preemptionPolicy", &["Never", "PreemptLowerPriority"]),
    ("core", "PodSpec", "restartPolicy", &["Always", "OnFailure", "Never"]),
    ("core", "SeccompProfile", "type", &["Localhost", "RuntimeDefault", "Unconfined"]),
    ("core", "ServicePort", "protocol", &["TCP", "UDP", "SCTP"]),
    ("core", "ServiceSpec", "externalTrafficPolicy", &["Cluster", "Local"]),
    ("core", "ServiceSpec", "internalTrafficPolicy", &["Cluster", "Local"]),
    ("core", "ServiceSpec", "ipFamilies", &["IPv4", "IPv6"]),
    ("core", "ServiceSpec", "ipFamilyPolicy", &["SingleStack", "PreferDualStack", "RequireDualStack"]),
    ("core", "ServiceSpec", "sessionAffinity", &["ClientIP", "None"]),
    ("core", "ServiceSpec", "type", &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]),
    ("core", "Taint", "effect", EFFECTS),
    ("core", "Toleration", "effect", EFFECTS),
    ("core", "Toleration", "operator", &["Exists", "Equal", "?Lt", "?Gt"]),
    ("core", "TopologySpreadConstraint", "nodeAffinityPolicy", &["Honor", "Ignore"]),
    ("core", "TopologySpreadConstraint", "nodeTaintsPolicy", &["Honor", "Ignore"]),
    ("core", "TopologySpreadConstraint", "whenUnsatisfiable", &["DoNotSchedule", "ScheduleAnyway"]),
    ("core", "VolumeMount", "mountPropagation", &["None", "HostToContainer", "Bidirectional"]),
    ("core", "VolumeMount", "recursiveReadOnly", &["Disabled", "IfPossible", "Enabled"]),
    ("meta", "LabelSelectorRequirement", "operator", &["In", "NotIn", "Exists", "DoesNotExist"]),
    ("apps", "DaemonSetUpdateStrategy", "type", &["RollingUpdate", "OnDelete"]),
    ("apps", "DeploymentStrategy", "type", &["Recreate", "RollingUpdate"]),
    ("apps", "StatefulSetSpec", "podManagementPolicy", &["OrderedReady", "Parallel"]),
    ("apps", "StatefulSetUpdateStrategy", "type", &["RollingUpdate", "OnDelete"]),
    ("batch", "CronJobSpec", "concurrencyPolicy", &["Allow", "Forbid", "Replace"]),
    ("batch", "JobSpec", "completionMode", &["NonIndexed", "Indexed"]),
    ("batch", "JobSpec", "podReplacementPolicy", &["TerminatingOrFailed", "Failed"]),
    ("batch", "PodFailurePolicyRule", "action", &["FailJob", "FailIndex", "Ignore", "Count"]),
    ("networking", "HTTPIngressPath", "pathType", &["Exact", "Prefix", "ImplementationSpecific"]),
    ("networking", "NetworkPolicyPort", "protocol", &["TCP", "UDP", "SCTP"]),
    ("networking", "NetworkPolicySpec", "policyTypes", &["Ingress", "Egress"]),
    ("policy", "PodDisruptionBudgetSpec", "unhealthyPodEvictionPolicy", &["IfHealthyBudget", "AlwaysAllow"]),
    ("rbac", "RoleRef", "kind", &["Role", "ClusterRole"]),
    ("rbac", "Subject", "kind", &["User", "Group", "ServiceAccount"]),
    ("scheduling", "PriorityClass", "preemptionPolicy", &["Never", "PreemptLowerPriority"]),
    ("storage", "StorageClass", "reclaimPolicy", &["Retain", "Delete", "Recycle"]),
    ("storage", "StorageClass", "volumeBindingMode", &["Immediate", "WaitForFirstConsumer"]),
    ("autoscaling", "HPAScalingPolicy", "type", &["Pods", "Percent"]),
    ("autoscaling", "HPAScalingRules", "selectPolicy", &["Max", "Min", "Disabled"]),
    ("autoscaling", "MetricSpec", "type", &["Object", "Pods", "Resource", "External", "ContainerResource"]),
    ("autoscaling", "MetricTarget", "type", &["Utilization", "Value", "AverageValue"]),
    ("admissionregistration", "*", "failurePolicy", &["Ignore", "Fail"]),
    ("admissionregistration", "*", "matchPolicy", &["Exact", "Equivalent"]),
    ("admissionregistration", "*", "reinvocationPolicy", &["Never", "IfNeeded"]),
    ("admissionregistration", "*", "operations", &["CREATE", "UPDATE", "DELETE", "CONNECT", "*"]),
    ("apiextensions", "CustomResourceDefinitionSpec", "scope", &["Cluster", "Namespaced"]),
    ("apiextensions", "CustomResourceConversion", "strategy", &["None", "Webhook"]),
];

const ACCESS_MODES: &[&str] = &["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"];
const EFFECTS: &[&str] = &["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// Group, type and field that validation asks for although the definition does not.
const REQUIRED: &[(&str, &str, &str)] = &[
    ("apps", "DaemonSet", "spec"),
    ("apps", "Deployment", "spec"),
    ("apps", "ReplicaSet", "spec"),
    ("apps", "StatefulSet", "spec"),
    ("batch", "CronJob", "spec"),
    ("batch", "Job", "spec"),
    ("core", "Container", "image"),
    ("core", "EphemeralContainer", "image"),
    ("core", "PersistentVolumeClaim", "spec"),
    ("core", "Pod", "spec"),
    ("core", "Service", "spec"),
];

/// Lists that must not be empty.
const NOT_EMPTY: &[(&str, &str, &str)] = &[("core", "PodSpec", "containers")];

/// List maps whose duplicates a create accepts; only server-side apply refuses them.
const LENIENT: &[(&str, &str, &str)] = &[
    ("core", "Container", "env"),
    ("core", "Container", "ports"),
    ("core", "EphemeralContainer", "env"),
    ("core", "EphemeralContainer", "ports"),
    ("core", "PodSpec", "hostAliases"),
    ("core", "PodSpec", "imagePullSecrets"),
    ("core", "ServiceAccount", "secrets"),
    ("meta", "ObjectMeta", "ownerReferences"),
];

/// Adds to the definition `name` what the tables say.
pub(crate) fn definition(name: &str, schema: &mut Value) {
    let mut parts = name.rsplit('.');
    let (kind, _version, group) =
        (parts.next().unwrap_or_default(), parts.next(), parts.next().unwrap_or_default());
    let is_it = |g: &str, k: &str| g == group && (k == kind || k == "*");
    for (_, _, field, values) in VALUES.iter().filter(|(g, k, ..)| is_it(g, k)) {
        if let Some(property) = schema.pointer_mut(&format!("/properties/{field}")) {
            enumerate(property, values);
        }
    }
    for (_, _, field) in REQUIRED.iter().filter(|(g, k, _)| is_it(g, k)) {
        require(schema, field);
    }
    for (_, _, field) in NOT_EMPTY.iter().filter(|(g, k, _)| is_it(g, k)) {
        mark(schema, field, "minItems", json!(1));
    }
    for (_, _, field) in LENIENT.iter().filter(|(g, k, _)| is_it(g, k)) {
        mark(schema, field, "x-gate-lenient", json!(true));
    }
    for field in ["apiVersion", "kind"] {
        let property = schema.pointer_mut(&format!("/properties/{field}")).and_then(Value::as_object_mut);
        let is_one = |map: &&mut serde_json::Map<String, Value>| {
            map.get("enum").and_then(Value::as_array).is_some_and(|all| all.len() == 1)
        };
        if let Some(property) = property.filter(is_one) {
            property.remove("enum");
        }
    }
}

fn enumerate(property: &mut Value, values: &[&str]) {
    let description = property.get("description").and_then(Value::as_str).unwrap_or_default();
    let is_named =
        |value: &str| description.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == value);
    let counted = values.iter().filter(|value| value.strip_prefix('?').is_none_or(is_named));
    let values: Vec<&str> = counted.map(|value| value.trim_start_matches('?')).collect();
    let is_list = property.get("items").is_some();
    let target = if is_list { property.get_mut("items") } else { Some(property) };
    if let Some(target) = target.and_then(Value::as_object_mut).filter(|_| !values.is_empty()) {
        target.insert("enum".to_owned(), json!(values));
    }
}

fn require(schema: &mut Value, field: &str) {
    if let Some(schema) = schema.as_object_mut() {
        let required = schema.entry("required").or_insert_with(|| json!([]));
        if let Some(required) = required.as_array_mut().filter(|all| !all.contains(&json!(field))) {
            required.push(json!(field));
        }
    }
}

fn mark(schema: &mut Value, field: &str, key: &str, value: Value) {
    if let Some(property) = schema.pointer_mut(&format!("/properties/{field}")).and_then(Value::as_object_mut)
    {
        property.insert(key.to_owned(), value);
    }
}
