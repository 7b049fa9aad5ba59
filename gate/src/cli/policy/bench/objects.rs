//! A few ordinary objects, the same in every version of the gate that can be helped: numbers are compared over time.

use serde_json::{Value, json};

use crate::model::{ObjectId, Operation, Role};
use crate::policy::Document;

/// Variables of each container: they make the Deployment as large as an ordinary one, some 2.3 KB.
const VARIABLES: usize = 12;

/// The documents, without numbers.
pub(super) fn documents() -> Vec<Document> {
    [deployment(), cron_job(), service(), ingress(), config_map(), namespace()].iter().map(document).collect()
}

fn document(object: &Value) -> Document {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let name = text("/metadata/name").unwrap_or_default();
    let kind = text("/kind").unwrap_or_default();
    Document {
        index: 0,
        operation: Operation::Create,
        role: Role::Object,
        path: format!("apps/shop/{}.yaml", kind.to_lowercase()),
        old_path: None,
        environment: Some("prod".to_owned()),
        reaches: vec!["prod".to_owned()],
        cluster_versions: vec!["1.33".to_owned()],
        id: ObjectId {
            api_version: text("/apiVersion").unwrap_or_default(),
            kind,
            namespace: text("/metadata/namespace"),
            name,
        },
        object: Some(object.to_string().into()),
        old_object: None,
        promoted_from: None,
        extensions: None,
    }
}

fn metadata(name: &str) -> Value {
    json!({ "name": name, "namespace": "shop", "labels": labels() })
}

fn labels() -> Value {
    json!({ "app.kubernetes.io/name": "web", "app.kubernetes.io/part-of": "shop", "owner": "team-shop" })
}

fn pod(image: &str) -> Value {
    let variables: Vec<Value> = (0..VARIABLES)
        .map(|number| json!({ "name": format!("SHOP_OPTION_{number}"), "value": format!("value-{number}") }))
        .collect();
    let security = json!({ "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "runAsNonRoot": true,
            "capabilities": { "drop": ["ALL"] }, "seccompProfile": { "type": "RuntimeDefault" } });
    let probe = |path: &str| json!({ "httpGet": { "path": path, "port": "http" }, "periodSeconds": 10 });
    json!({
        "serviceAccountName": "web",
        "containers": [{
            "name": "web",
            "image": image,
            "ports": [{ "name": "http", "containerPort": 8080, "protocol": "TCP" }],
            "env": variables,
            "resources": {
                "requests": { "cpu": "100m", "memory": "128Mi" },
                "limits": { "cpu": "500m", "memory": "256Mi" },
            },
            "readinessProbe": probe("/ready"),
            "livenessProbe": probe("/live"),
            "securityContext": security,
            "volumeMounts": [{ "name": "tmp", "mountPath": "/tmp" }, { "name": "config", "mountPath": "/etc/web" }],
        }],
        "volumes": [{ "name": "tmp", "emptyDir": {} }, { "name": "config", "configMap": { "name": "web" } }],
        "topologySpreadConstraints": [{
            "maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": { "matchLabels": labels() },
        }],
    })
}

fn deployment() -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata("web"),
        "spec": {
            "replicas": 3,
            "revisionHistoryLimit": 5,
            "selector": { "matchLabels": labels() },
            "strategy": { "type": "RollingUpdate", "rollingUpdate": { "maxSurge": 1, "maxUnavailable": 0 } },
            "template": { "metadata": { "labels": labels() }, "spec": pod("registry.example.com/shop/web:1.4.2") },
        },
    })
}

fn cron_job() -> Value {
    let mut spec = pod("registry.example.com/shop/report:2.0.1");
    spec["restartPolicy"] = json!("Never");
    json!({
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": metadata("report"),
        "spec": { "schedule": "5 3 * * *", "jobTemplate": { "spec": { "template": { "spec": spec } } } },
    })
}

fn service() -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata("web"),
        "spec": { "selector": labels(), "ports": [{ "name": "http", "port": 80, "targetPort": "http" }] },
    })
}

fn ingress() -> Value {
    let backend = json!({ "service": { "name": "web", "port": { "name": "http" } } });
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": metadata("web"),
        "spec": { "rules": [{
            "host": "shop.example.com",
            "http": { "paths": [{ "path": "/", "pathType": "Prefix", "backend": backend }] },
        }] },
    })
}

fn config_map() -> Value {
    let lines: String = (0..20).map(|number| format!("option.{number} = {number}\n")).collect();
    json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata("web"), "data": { "web.conf": lines } })
}

fn namespace() -> Value {
    json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "shop", "labels": labels() } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deployment_is_of_an_ordinary_size() {
        let documents = documents();
        assert_eq!(documents.len(), 6);
        assert!((2_000..2_600).contains(&documents[0].json_bytes()), "{}", documents[0].json_bytes());
        assert_eq!(documents[0].id.to_string(), "Deployment/shop/web");
        assert_eq!(documents[5].id.to_string(), "Namespace/shop");
    }
}
