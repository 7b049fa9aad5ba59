//! The text of the generated manifests, kind by kind.

use std::fmt::Write as _;

use super::corpus::Dice;

const WORDS: &[&str] = &[
    "account", "basket", "catalog", "delivery", "export", "forecast", "gallery", "harbor", "invoice",
    "journal", "keeper", "ledger", "market", "notifier", "offers", "pricing", "quota", "returns", "search",
    "tracker",
];

/// A kind that the generator knows.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Deployment,
    StatefulSet,
    CronJob,
    Service,
    ConfigMap,
    Ingress,
    NetworkPolicy,
    Autoscaler,
    Role,
}

/// The mix of kinds: one round of twenty manifests.
const ROUND: [Kind; 20] = [
    Kind::Deployment,
    Kind::Service,
    Kind::ConfigMap,
    Kind::Ingress,
    Kind::Deployment,
    Kind::Service,
    Kind::CronJob,
    Kind::Autoscaler,
    Kind::Deployment,
    Kind::ConfigMap,
    Kind::NetworkPolicy,
    Kind::Deployment,
    Kind::Service,
    Kind::Ingress,
    Kind::Role,
    Kind::Deployment,
    Kind::ConfigMap,
    Kind::StatefulSet,
    Kind::CronJob,
    Kind::Deployment,
];

/// The kind of manifest number `index`.
pub(super) fn in_turn(index: usize) -> Kind {
    ROUND[index % ROUND.len()]
}

impl Kind {
    /// The kind in lower case, for file names.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Deployment => "deployment",
            Self::StatefulSet => "statefulset",
            Self::CronJob => "cronjob",
            Self::Service => "service",
            Self::ConfigMap => "configmap",
            Self::Ingress => "ingress",
            Self::NetworkPolicy => "networkpolicy",
            Self::Autoscaler => "autoscaler",
            Self::Role => "role",
        }
    }

    /// A whole manifest.
    pub(super) fn text(self, dice: &mut Dice, index: usize) -> String {
        let name = format!("{}-{}-{index}", dice.one_of(WORDS), dice.one_of(WORDS));
        match self {
            Self::Deployment => deployment(dice, &name),
            Self::StatefulSet => stateful_set(dice, &name),
            Self::CronJob => cron_job(dice, &name),
            Self::Service => service(dice, &name),
            Self::ConfigMap => config_map(dice, &name),
            Self::Ingress => ingress(dice, &name),
            Self::NetworkPolicy => network_policy(dice, &name),
            Self::Autoscaler => autoscaler(dice, &name),
            Self::Role => role(dice, &name),
        }
    }
}

/// `apiVersion`, `kind` and `metadata`, with the annotations that people and controllers leave.
fn head(dice: &mut Dice, api_version: &str, kind: &str, name: &str) -> String {
    let (team, part) = (dice.one_of(WORDS), dice.one_of(WORDS));
    let mut text = format!(
        "apiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: team-{team}\n  labels:\n    \
         app.kubernetes.io/name: {name}\n    app.kubernetes.io/instance: {name}-main\n    \
         app.kubernetes.io/part-of: {part}\n    app.kubernetes.io/managed-by: argocd\n    \
         app.kubernetes.io/version: \"{}.{}.{}\"\n  annotations:\n    argocd.argoproj.io/sync-wave: \"{}\"\n",
        dice.between(1, 9),
        dice.between(0, 40),
        dice.between(0, 20),
        dice.between(0, 6),
    );
    for number in 0..dice.between(2, 4) {
        let (a, b) = (dice.one_of(WORDS), dice.one_of(WORDS));
        let _ = writeln!(
            text,
            "    example.com/note-{number}: see https://wiki.example.com/{a}/{b}?page={}, ask team {team} first",
            dice.between(1, 999),
        );
    }
    text
}

/// The selector and template of a workload, `indent` spaces deep.
fn template(dice: &mut Dice, name: &str, indent: usize) -> String {
    let body = format!(
        "template:\n  metadata:\n    labels:\n      app.kubernetes.io/name: {name}\n  spec:\n{}",
        shifted(&pod(dice, name), 4)
    );
    shifted(&body, indent)
}

fn pod(dice: &mut Dice, name: &str) -> String {
    let mut text = format!(
        "serviceAccountName: {name}\nautomountServiceAccountToken: false\nterminationGracePeriodSeconds: {}\n\
         securityContext:\n  runAsNonRoot: true\n  seccompProfile:\n    type: RuntimeDefault\ncontainers:\n",
        dice.between(10, 60),
    );
    text.push_str(&container(dice, name));
    if dice.between(1, 4) == 1 {
        text.push_str(
            "topologySpreadConstraints:\n- maxSkew: 1\n  topologyKey: topology.kubernetes.io/zone\n",
        );
        let _ = writeln!(text, "  whenUnsatisfiable: ScheduleAnyway\n  labelSelector:\n    matchLabels:");
        let _ = writeln!(text, "      app.kubernetes.io/name: {name}");
    }
    let _ = write!(
        text,
        "volumes:\n- name: settings\n  configMap:\n    name: {name}-settings\n- name: scratch\n  emptyDir: {{}}\n"
    );
    text
}

fn container(dice: &mut Dice, name: &str) -> String {
    let mut text = format!(
        "- name: {name}\n  image: registry.example.com/{}/{name}:{}.{}.{}\n  imagePullPolicy: IfNotPresent\n  args: \
         [--listen=:8080, --log-format=json]\n  ports:\n  - name: http\n    containerPort: 8080\n  - name: metrics\n    \
         containerPort: 9090\n  env:\n",
        dice.one_of(WORDS),
        dice.between(1, 9),
        dice.between(0, 40),
        dice.between(0, 20),
    );
    for number in 0..dice.between(3, 9) {
        let value = dice.one_of(&["\"true\"", "\"8080\"", "info", "eu-central-1", "http://search.svc:80/v2"]);
        let _ =
            writeln!(text, "  - name: {}_{number}\n    value: {value}", dice.one_of(WORDS).to_uppercase());
    }
    let _ = write!(
        text,
        "  - name: TOKEN\n    valueFrom:\n      secretKeyRef:\n        name: {name}-keys\n        key: main\n  \
         resources:\n    requests:\n      cpu: {}m\n      memory: {}Mi\n    limits:\n      memory: 1Gi\n  \
         readinessProbe:\n    httpGet:\n      path: /ready\n      port: http\n    periodSeconds: {}\n  \
         livenessProbe:\n    httpGet:\n      path: /healthz\n      port: http\n    initialDelaySeconds: {}\n  \
         securityContext:\n    allowPrivilegeEscalation: false\n    readOnlyRootFilesystem: true\n    \
         capabilities:\n      drop: [ALL]\n  volumeMounts:\n  - name: settings\n    mountPath: /etc/settings\n    \
         readOnly: true\n  - name: scratch\n    mountPath: /tmp\n",
        dice.between(1, 20) * 50,
        dice.between(1, 16) * 64,
        dice.between(5, 30),
        dice.between(1, 60),
    );
    text
}

fn deployment(dice: &mut Dice, name: &str) -> String {
    let head = head(dice, "apps/v1", "Deployment", name);
    format!(
        "{head}spec:\n  replicas: {}\n  revisionHistoryLimit: 5\n  strategy:\n    type: RollingUpdate\n    \
         rollingUpdate:\n      maxSurge: 25%\n      maxUnavailable: 0\n  selector:\n    matchLabels:\n      \
         app.kubernetes.io/name: {name}\n{}",
        dice.between(1, 12),
        template(dice, name, 2),
    )
}

fn stateful_set(dice: &mut Dice, name: &str) -> String {
    let head = head(dice, "apps/v1", "StatefulSet", name);
    format!(
        "{head}spec:\n  serviceName: {name}\n  replicas: 3\n  podManagementPolicy: Parallel\n  selector:\n    \
         matchLabels:\n      app.kubernetes.io/name: {name}\n{}  volumeClaimTemplates:\n  - metadata:\n      \
         name: data\n    spec:\n      accessModes: [ReadWriteOnce]\n      resources:\n        requests:\n          \
         storage: {}Gi\n",
        template(dice, name, 2),
        dice.between(1, 200),
    )
}

fn cron_job(dice: &mut Dice, name: &str) -> String {
    let head = head(dice, "batch/v1", "CronJob", name);
    let template = template(dice, name, 6);
    let template = template.replacen("        spec:\n", "        spec:\n          restartPolicy: Never\n", 1);
    format!(
        "{head}spec:\n  schedule: \"{} {} * * *\"\n  concurrencyPolicy: Forbid\n  jobTemplate:\n    spec:\n      \
         backoffLimit: 2\n{template}",
        dice.between(0, 59),
        dice.between(0, 23),
    )
}

fn service(dice: &mut Dice, name: &str) -> String {
    let mut text = head(dice, "v1", "Service", name);
    let _ = write!(text, "spec:\n  type: {}\n  selector:\n", dice.one_of(&["ClusterIP", "LoadBalancer"]));
    let _ = write!(
        text,
        "    app.kubernetes.io/name: {name}\n    app.kubernetes.io/instance: {name}-main\n  ports:\n"
    );
    for number in 0..dice.between(11, 16) {
        let target = dice.one_of(&["http", "metrics", "8080"]);
        let port = 8_000 + number;
        let _ = write!(
            text,
            "  - name: port-{number}\n    port: {port}\n    protocol: TCP\n    targetPort: {target}\n"
        );
    }
    text
}

fn config_map(dice: &mut Dice, name: &str) -> String {
    let mut text = head(dice, "v1", "ConfigMap", name);
    text.push_str("data:\n  LOG_LEVEL: info\n  application.properties: |\n");
    for number in 0..dice.between(24, 48) {
        let (a, b) = (dice.one_of(WORDS), dice.one_of(WORDS));
        let _ = writeln!(text, "    {a}.{b}.{number}={}", dice.between(1, 99_999));
    }
    text.push_str("  limits.json: |-\n    {\n");
    for number in 0..dice.between(12, 28) {
        let _ = writeln!(
            text,
            "      \"{}-{number}\": {{\"max\": {}}},",
            dice.one_of(WORDS),
            dice.between(1, 999)
        );
    }
    text.push_str("      \"default\": null\n    }\n");
    text
}

fn ingress(dice: &mut Dice, name: &str) -> String {
    let mut text = head(dice, "networking.k8s.io/v1", "Ingress", name);
    let _ =
        write!(text, "spec:\n  ingressClassName: nginx\n  tls:\n  - hosts:\n    - {name}.example.com\n    ");
    let _ = write!(
        text,
        "secretName: {name}-tls\n  rules:\n  - host: {name}.example.com\n    http:\n      paths:\n"
    );
    for number in 0..dice.between(5, 9) {
        let path = dice.one_of(WORDS);
        let _ = write!(
            text,
            "      - path: /{path}/v{number}\n        pathType: Prefix\n        backend:\n          service:\n            \
             name: {name}\n            port:\n              name: http\n"
        );
    }
    text
}

fn network_policy(dice: &mut Dice, name: &str) -> String {
    let mut text = head(dice, "networking.k8s.io/v1", "NetworkPolicy", name);
    let _ = write!(text, "spec:\n  podSelector:\n    matchLabels:\n      app.kubernetes.io/name: {name}\n");
    text.push_str("  policyTypes: [Ingress]\n  ingress:\n");
    for _ in 0..dice.between(5, 9) {
        let _ = write!(
            text,
            "  - from:\n    - namespaceSelector:\n        matchLabels:\n          kubernetes.io/metadata.name: {}\n    \
             ports:\n    - protocol: TCP\n      port: {}\n",
            dice.one_of(WORDS),
            dice.between(1_024, 9_999),
        );
    }
    text
}

fn autoscaler(dice: &mut Dice, name: &str) -> String {
    let mut text = head(dice, "autoscaling/v2", "HorizontalPodAutoscaler", name);
    let (low, high) = (dice.between(1, 3), dice.between(4, 30));
    let _ = write!(
        text,
        "spec:\n  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: Deployment\n    name: {name}\n"
    );
    let _ = write!(text, "  minReplicas: {low}\n  maxReplicas: {high}\n  metrics:\n");
    for number in 0..dice.between(5, 8) {
        let _ = write!(
            text,
            "  - type: Pods\n    pods:\n      metric:\n        name: {}_per_second_{number}\n      target:\n        \
             type: AverageValue\n        averageValue: {}\n",
            dice.one_of(WORDS),
            dice.between(10, 500),
        );
    }
    text.push_str("  behavior:\n    scaleDown:\n      stabilizationWindowSeconds: 300\n");
    text
}

fn role(dice: &mut Dice, name: &str) -> String {
    let mut text = head(dice, "rbac.authorization.k8s.io/v1", "Role", name);
    text.push_str("rules:\n");
    for _ in 0..dice.between(12, 18) {
        let group = dice.one_of(&["", "apps", "batch", "networking.k8s.io"]);
        let resource = dice.one_of(&["pods", "services", "configmaps", "deployments", "jobs", "ingresses"]);
        let verbs = dice.one_of(&["[get, list, watch]", "[get, list, watch, create, update, patch]"]);
        let _ = write!(text, "- apiGroups: [\"{group}\"]\n  resources: [{resource}]\n  verbs: {verbs}\n");
    }
    text
}

/// `text` with `indent` spaces before each line.
fn shifted(text: &str, indent: usize) -> String {
    text.lines().fold(String::with_capacity(text.len() * 2), |mut shifted, line| {
        let _ = writeln!(shifted, "{:indent$}{line}", "");
        shifted
    })
}
