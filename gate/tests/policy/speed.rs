//! What a policy costs, by object: fuel, which is the same on every machine, and time. Run it by hand:
//!
//! ```sh
//! cargo test --workspace --test policy -- --ignored --nocapture speed
//! ```
//!
//! With `GATE_SPEED_POLICIES`, it is the components in that folder that are measured, and no others.
#![expect(clippy::print_stdout, reason = "a measurement that people read")]

use std::path::{Path, PathBuf};
use std::time::Instant;

use gate::model::{ObjectId, Operation, Role};
use gate::policy::{Context, Document, Environment, Limits, Policy, PolicyHost, builtins};
use gate_policy_build::{build_all, find};

use crate::guest;

const DOCUMENTS: u32 = 640;
const ROUNDS: u32 = 5;

/// A Deployment of about 2.3 KB, compact as the gate writes it.
fn deployment(number: u32, replicas: u32) -> String {
    let name = format!("basket-catalog-{number}");
    let mut notes = String::new();
    for note in 0..3 {
        notes += &format!(
            r#","example.com/note-{note}":"see https://wiki.example.com/market/quota?page={number}, ask team ledger first""#
        );
    }
    let mut env = String::new();
    for (at, value) in
        ["true", "8080", "info", "eu-central-1", "http://search.svc:80/v2", "true"].iter().enumerate()
    {
        env += &format!(r#"{{"name":"HARBOR_{at}","value":"{value}"}},"#);
    }
    format!(
        r#"{{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"{name}","namespace":"team-ledger","labels":{{"app.kubernetes.io/name":"{name}","app.kubernetes.io/instance":"{name}-main","app.kubernetes.io/part-of":"market","app.kubernetes.io/managed-by":"argocd","app.kubernetes.io/version":"3.14.{number}","owner":"team-ledger"}},"annotations":{{"argocd.argoproj.io/sync-wave":"3"{notes}}}}},"spec":{{"replicas":{replicas},"revisionHistoryLimit":5,"strategy":{{"type":"RollingUpdate","rollingUpdate":{{"maxSurge":"25%","maxUnavailable":0}}}},"selector":{{"matchLabels":{{"app.kubernetes.io/name":"{name}"}}}},"template":{{"metadata":{{"labels":{{"app.kubernetes.io/name":"{name}"}}}},"spec":{{"serviceAccountName":"{name}","automountServiceAccountToken":false,"terminationGracePeriodSeconds":30,"securityContext":{{"runAsNonRoot":true,"seccompProfile":{{"type":"RuntimeDefault"}}}},"containers":[{{"name":"{name}","image":"registry.example.com/market/{name}:3.14.{number}","imagePullPolicy":"IfNotPresent","args":["--listen=:8080","--log-format=json"],"ports":[{{"name":"http","containerPort":8080}},{{"name":"metrics","containerPort":9090}}],"env":[{env}{{"name":"TOKEN","valueFrom":{{"secretKeyRef":{{"name":"{name}-keys","key":"main"}}}}}}],"resources":{{"requests":{{"cpu":"250m","memory":"256Mi"}},"limits":{{"memory":"1Gi"}}}},"readinessProbe":{{"httpGet":{{"path":"/ready","port":"http"}},"periodSeconds":10}},"livenessProbe":{{"httpGet":{{"path":"/healthz","port":"http"}},"initialDelaySeconds":20}},"securityContext":{{"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,"capabilities":{{"drop":["ALL"]}}}},"volumeMounts":[{{"name":"settings","mountPath":"/etc/settings","readOnly":true}},{{"name":"scratch","mountPath":"/tmp"}}]}}],"volumes":[{{"name":"settings","configMap":{{"name":"{name}-settings"}}}},{{"name":"scratch","emptyDir":{{}}}}]}}}}}}}}"#
    )
}

fn document(number: u32) -> Document {
    Document {
        index: number,
        operation: Operation::Update,
        role: Role::Object,
        path: format!("apps/prod/basket-{number}.yaml"),
        old_path: None,
        environment: Some("prod".to_owned()),
        reaches: vec!["prod".to_owned()],
        cluster_versions: vec!["1.33".to_owned()],
        id: ObjectId {
            api_version: "apps/v1".to_owned(),
            kind: "Deployment".to_owned(),
            namespace: Some("team-ledger".to_owned()),
            name: format!("basket-catalog-{number}"),
        },
        object: Some(deployment(number, 3).into()),
        old_object: Some(deployment(number, 2).into()),
        promoted_from: Some(deployment(number, 3).into()),
        extensions: None,
    }
}

/// Three environments: production is the last.
fn context() -> Context {
    let environments = ["dev", "stage", "prod"].iter().zip(0..).map(|(name, order)| Environment {
        name: (*name).to_owned(),
        order: Some(order),
        promotes_from: None,
        branches: Vec::new(),
        cluster_versions: Vec::new(),
        declared: true,
    });
    Context { environments: environments.collect(), ..guest::context() }
}

/// The policies of `examples` as components.
fn examples() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the workspace");
    let crates = ["examples/require-owner", "examples/unique-hosts"].map(|folder| root.join(folder));
    let toolchain = find().expect("a toolchain");
    let built = build_all(&crates, &root.join("target/policies"), &toolchain).expect("components");
    built.into_iter().map(|policy| (stem(&policy.crate_dir), policy.component)).collect()
}

fn folder(path: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(path).expect("a folder");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    files.iter().map(|path| (stem(path), std::fs::read(path).expect("bytes"))).collect()
}

fn stem(path: &Path) -> String {
    path.file_stem().expect("a name").to_string_lossy().into_owned()
}

fn measure(name: &str, bytes: usize, policy: &Policy, documents: &[&Document]) {
    let context = context();
    let run = || {
        let ranges = policy.batches(documents);
        ranges.into_iter().map(|range| policy.run("{}", &context, &documents[range])).collect::<Vec<_>>()
    };
    let (mut best, mut fuel) = (u128::MAX, 0);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let outcomes = run();
        best = best.min(start.elapsed().as_nanos());
        assert!(outcomes.iter().all(|outcome| outcome.failures.is_empty()), "{outcomes:?}");
        fuel = outcomes.iter().map(|outcome| outcome.fuel).sum();
    }
    let count = documents.len() as u64;
    let micros = best as f64 / 1000.0 / count as f64;
    println!("{name:30} {bytes:8} bytes {:8} fuel/object {micros:6.2} us/object", fuel / count);
}

#[test]
#[ignore = "a measurement: prints, and judges nothing"]
fn speed() {
    let host = PolicyHost::new(1).expect("an engine");
    let components = match std::env::var_os("GATE_SPEED_POLICIES") {
        Some(path) => folder(Path::new(&path)),
        None => {
            let own = builtins().iter().map(|builtin| (builtin.id.to_owned(), builtin.wasm.to_vec()));
            own.chain(examples()).collect()
        }
    };
    let documents: Vec<_> = (0..DOCUMENTS).map(document).collect();
    let new: Vec<_> = documents
        .iter()
        .map(|document| Document { old_object: None, promoted_from: None, ..document.clone() })
        .collect();
    let size = documents[0].object.as_ref().map_or(0, |object| object.len());
    for (what, documents) in [("new", &new), ("changed, and promoted", &documents)] {
        println!("{what}, {size} bytes of JSON in an object:");
        let documents: Vec<&Document> = documents.iter().collect();
        for (name, component) in &components {
            let policy = host.load(component, &Limits::default()).expect("a policy");
            measure(name, component.len(), &policy, &documents);
        }
    }
}
