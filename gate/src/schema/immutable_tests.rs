//! What an object may change of itself, and what not.

use super::immutable::*;
use crate::yaml::{Limits, parse};

/// Pointers of what must not have changed.
fn changed(group: &str, kind: &str, base: &str, head: &str) -> Vec<String> {
    let [base, head] = [base, head].map(|text| parse(text.as_bytes().to_vec(), &Limits::default()));
    let mut issues = Vec::new();
    let version =
        |parsed: &'static crate::yaml::Parsed| Version { tape: &parsed.tape, root: parsed.documents[0].root };
    let [base, head] = [base, head].map(|parsed| &*Box::leak(Box::new(parsed)));
    compare(group, kind, version(base), version(head), &mut issues);
    issues.iter().map(|issue| head.tape.path_to(head.documents[0].root, issue.node).unwrap()).collect()
}

#[test]
fn what_cannot_be_changed_is_found_at_its_node() {
    for (group, kind, base, head, place) in [
        (
            "apps",
            "Deployment",
            "spec: {selector: {matchLabels: {a: b}}}",
            "spec: {selector: {matchLabels: {a: c}}}",
            "/spec/selector/matchLabels/a",
        ),
        (
            "apps",
            "DaemonSet",
            "spec: {selector: {matchLabels: {a: b}}}",
            "spec: {selector: {matchLabels: {a: b, c: d}}}",
            "/spec/selector/matchLabels/c",
        ),
        (
            "apps",
            "ReplicaSet",
            "spec: {selector: {matchLabels: {a: b, c: d}}}",
            "spec: {selector: {matchLabels: {a: b}}}",
            "/spec/selector/matchLabels",
        ),
        (
            "apps",
            "StatefulSet",
            "spec: {serviceName: a, replicas: 1}",
            "spec: {serviceName: b, replicas: 2}",
            "/spec/serviceName",
        ),
        (
            "apps",
            "StatefulSet",
            "spec: {volumeClaimTemplates: [{spec: {resources: {requests: {storage: 1Gi}}}}]}",
            "spec: {volumeClaimTemplates: [{spec: {resources: {requests: {storage: 2Gi}}}}]}",
            "/spec/volumeClaimTemplates/0/spec/resources/requests/storage",
        ),
        (
            "batch",
            "Job",
            "spec: {template: {spec: {containers: [{image: a}]}}}",
            "spec: {template: {spec: {containers: [{image: b}]}}}",
            "/spec/template/spec/containers/0/image",
        ),
        ("", "Service", "spec: {clusterIP: 10.0.0.1}", "spec: {clusterIP: 10.0.0.2}", "/spec/clusterIP"),
        (
            "",
            "PersistentVolumeClaim",
            "spec: {storageClassName: a}",
            "spec: {storageClassName: b}",
            "/spec/storageClassName",
        ),
        (
            "",
            "PersistentVolumeClaim",
            "spec: {accessModes: [A]}",
            "spec: {accessModes: [A, B]}",
            "/spec/accessModes",
        ),
        (
            "rbac.authorization.k8s.io",
            "RoleBinding",
            "roleRef: {name: a}",
            "roleRef: {name: b}",
            "/roleRef/name",
        ),
        (
            "storage.k8s.io",
            "StorageClass",
            "reclaimPolicy: Delete",
            "reclaimPolicy: Retain",
            "/reclaimPolicy",
        ),
        (
            "storage.k8s.io",
            "StorageClass",
            "a: b",
            "volumeBindingMode: WaitForFirstConsumer",
            "/volumeBindingMode",
        ),
        ("", "ConfigMap", "{immutable: true, data: {a: b}}", "{immutable: true, data: {a: c}}", "/data/a"),
        ("", "ConfigMap", "{immutable: true, data: {a: b}}", "{data: {a: b}}", ""),
        (
            "",
            "Secret",
            "{immutable: true, stringData: {a: b}}",
            "{immutable: true, stringData: {a: b, c: d}}",
            "/stringData/c",
        ),
        ("", "Secret", "a: b", "type: kubernetes.io/tls", "/type"),
        (
            "apiextensions.k8s.io",
            "CustomResourceDefinition",
            "spec: {scope: Cluster}",
            "spec: {scope: Namespaced}",
            "/spec/scope",
        ),
        ("", "Pod", "spec: {nodeName: a}", "spec: {nodeName: b}", "/spec/nodeName"),
        (
            "",
            "Pod",
            "spec: {containers: [{name: a, image: b, command: [c]}]}",
            "spec: {containers: [{name: a, image: c, command: [d]}]}",
            "/spec/containers/0/command/0",
        ),
        (
            "",
            "Pod",
            "spec: {containers: [{name: a}]}",
            "spec: {containers: [{name: a}, {name: b}]}",
            "/spec/containers",
        ),
        ("", "Pod", "spec: {nodeSelector: {a: b}}", "spec: {nodeSelector: {a: c}}", "/spec/nodeSelector/a"),
        ("", "ResourceQuota", "spec: {scopes: [BestEffort]}", "spec: {hard: {}}", "/spec"),
        ("", "PersistentVolume", "spec: {csi: {driver: a}}", "spec: {csi: {driver: b}}", "/spec/csi/driver"),
        (
            "",
            "PersistentVolumeClaim",
            "spec: {selector: {matchLabels: {a: b}}}",
            "spec: {selector: {matchLabels: {a: b, c: d}}}",
            "/spec/selector/matchLabels/c",
        ),
        ("apps", "StatefulSet", "spec: {serviceName: a}", "spec: {replicas: 1}", "/spec"),
        ("apps", "StatefulSet", "spec: {podManagementPolicy: Parallel}", "spec: {replicas: 1}", "/spec"),
        ("scheduling.k8s.io", "PriorityClass", "preemptionPolicy: Never", "value: 0", ""),
    ] {
        assert_eq!(changed(group, kind, base, head), [place], "{kind}: {base} to {head}");
    }
}

#[test]
fn what_can_be_changed_is_not_found() {
    for (group, kind, base, head) in [
        (
            "apps",
            "Deployment",
            "spec: {selector: {matchLabels: {a: b}}, replicas: 1}",
            "spec: {selector: {matchLabels: {a: b}}, replicas: 2}",
        ),
        (
            "apps",
            "Deployment",
            "spec: {selector: {matchLabels: {a: b}}}",
            "spec: {selector: {matchLabels: {a: '${A}'}}}",
        ),
        (
            "apps",
            "Deployment",
            "spec: {selector: {matchLabels: {a: b}}}",
            "spec: {selector: {matchLabels: {a: b}, matchExpressions: []}}",
        ),
        (
            "apps",
            "StatefulSet",
            "spec: {replicas: 1, template: {a: b}}",
            "spec: {replicas: 2, template: {a: c}, updateStrategy: {type: OnDelete}}",
        ),
        (
            "apps",
            "StatefulSet",
            "spec: {volumeClaimTemplates: [{spec: {resources: {requests: {storage: 1Gi}}}}]}",
            "spec: {volumeClaimTemplates: [{spec: {volumeMode: Filesystem, resources: {requests: {storage: 1024Mi}}}}]}",
        ),
        (
            "batch",
            "Job",
            "metadata: {annotations: {helm.sh/hook: a}}",
            "{metadata: {annotations: {helm.sh/hook: a}}, spec: {selector: {a: b}}}",
        ),
        (
            "batch",
            "Job",
            "spec: {suspend: true, template: {a: b}}",
            "spec: {suspend: true, template: {a: c}}",
        ),
        (
            "batch",
            "Job",
            "spec: {parallelism: 1, template: {spec: {a: b}}}",
            "spec: {parallelism: 2, template: {spec: {a: b, dnsPolicy: ClusterFirst}}}",
        ),
        ("", "Service", "spec: {type: ClusterIP}", "spec: {type: LoadBalancer, clusterIP: 10.0.0.1}"),
        (
            "",
            "PersistentVolumeClaim",
            "spec: {resources: {requests: {storage: 1Gi}}}",
            "spec: {resources: {requests: {storage: 2Gi}}}",
        ),
        ("storage.k8s.io", "StorageClass", "a: b", "{reclaimPolicy: Delete, allowVolumeExpansion: true}"),
        ("", "ConfigMap", "{data: {a: b}}", "{immutable: true, data: {a: c}}"),
        (
            "rbac.authorization.k8s.io",
            "RoleBinding",
            "roleRef: {name: a}",
            "roleRef: {name: a, apiGroup: rbac.authorization.k8s.io}",
        ),
        ("", "Secret", "a: b", "type: Opaque"),
        ("", "Secret", "type: Opaque", "type: ''"),
        ("apps", "StatefulSet", "spec: {podManagementPolicy: OrderedReady}", "spec: {replicas: 1}"),
        (
            "",
            "Pod",
            "spec: {containers: [{name: a, image: b}]}",
            "spec: {containers: [{name: a, image: c, imagePullPolicy: IfNotPresent}]}",
        ),
        (
            "",
            "Pod",
            "spec: {schedulingGates: [{name: a}], nodeSelector: {a: b}}",
            "spec: {schedulingGates: [{name: a}], nodeSelector: {a: b, c: d}}",
        ),
        ("example.com", "Deployment", "spec: {selector: a}", "spec: {selector: b}"),
    ] {
        assert_eq!(changed(group, kind, base, head), Vec::<String>::new(), "{kind}: {base} to {head}");
    }
}
