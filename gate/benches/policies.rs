//! What ten policies over ten thousand objects cost, with all limits on and a fresh instance for each batch; the same
//! three checks as a policy with `gate-sdk`, as one that parses with `serde_json`, as one in C, and natively.
//!
//! `cargo xtask bench` runs it. It prints and judges nothing but that every variant finds the same.
#![expect(clippy::print_stdout, clippy::unwrap_used, clippy::panic, reason = "a measurement talks and stops")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gate::model::{ObjectId, Operation, Role};
use gate::policy::{
    CompileJob, Compiler, Context, Document, Limits, LoadError, MachineCode, Policy, PolicyHost,
};
use rayon::prelude::*;

const OBJECTS: u32 = 10_000;
const POLICIES: usize = 10;
/// Every such object has one replica, a label too few, and an image without a tag.
const FAULTY: u32 = 100;
const THREADS: usize = 2;
const RUNS: usize = 7;

fn main() {
    // `cargo test --all-targets` starts benchmarks, too.
    if !std::env::args().any(|argument| argument == "--bench") {
        return println!("a benchmark: cargo bench --workspace --bench policies");
    }
    rayon::ThreadPoolBuilder::new()
        .num_threads(THREADS)
        .stack_size(gate::policy::WORKER_STACK_BYTES)
        .build_global()
        .unwrap();
    let documents = documents();
    let bytes = documents.iter().map(Document::json_bytes).sum::<usize>();
    println!(
        "{POLICIES} policies over {OBJECTS} objects of {} bytes each, {THREADS} threads, {RUNS} runs after one to warm up:",
        bytes / documents.len()
    );
    println!("{:34} {:>9} {:>9} {:>11} {:>10} {:>11}", "", "min", "median", "each", "fuel", "size");
    native(&documents);
    for (name, wasm) in guests() {
        match wasm {
            Ok(wasm) => guest(name, &wasm, &documents),
            Err(why) => println!("{name:34} SKIPPED: {why}"),
        }
    }
    starts();
}

/// Name and component of each variant; or why it cannot be had here.
fn guests() -> Vec<(&'static str, Result<Vec<u8>, String>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/guests");
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/policies");
    let toolchain = gate_policy_build::find().unwrap_or_else(|error| panic!("{error}"));
    let build = |name: &str| {
        gate_policy_build::build(&folder.join(name), &target, &toolchain).map_err(|error| error.to_string())
    };
    vec![
        ("Rust with gate-sdk", build("sdk")),
        ("Rust with serde_json", build("serde")),
        ("C", c_guest(&folder.join("c"))),
    ]
}

/// Compiles the guest in C, if there is a clang for WebAssembly.
fn c_guest(folder: &Path) -> Result<Vec<u8>, String> {
    let clang = std::env::var_os("GATE_BENCH_CLANG").unwrap_or_else(|| "clang".into());
    let module = std::env::temp_dir().join(format!("gate-bench-{}.wasm", std::process::id()));
    let flags = [
        "--target=wasm32",
        "-O2",
        "-nostdlib",
        "-ffreestanding",
        "-mbulk-memory",
        "-Wl,--no-entry",
        "-Wl,--strip-all",
        "-Wl,-z,stack-size=65536",
        "-Wl,--export=cabi_realloc",
    ];
    let status =
        Command::new(&clang).args(flags).arg("-o").arg(&module).arg(folder.join("policy.c")).status();
    let status =
        status.map_err(|e| format!("{}: {e} (GATE_BENCH_CLANG names one)", clang.to_string_lossy()))?;
    if !status.success() {
        return Err("clang cannot compile for wasm32 here (it needs wasm-ld)".to_owned());
    }
    let bytes = std::fs::read(&module).map_err(|e| e.to_string())?;
    std::fs::remove_file(&module).map_err(|e| e.to_string())?;
    let contract = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../sdk/wit/policy.wit");
    embed(bytes, &std::fs::read_to_string(contract).map_err(|e| e.to_string())?)
}

fn embed(mut module: Vec<u8>, contract: &str) -> Result<Vec<u8>, String> {
    let mut resolve = wit_parser::Resolve::default();
    let package = resolve.push_str("policy.wit", contract).map_err(|e| format!("{e:#}"))?;
    let world = resolve.select_world(&[package], Some("policy")).map_err(|e| format!("{e:#}"))?;
    wit_component::embed_component_metadata(
        &mut module,
        &resolve,
        world,
        wit_component::StringEncoding::UTF8,
    )
    .map_err(|e| format!("{e:#}"))?;
    gate_policy_build::componentize(&module).map_err(|e| e.to_string())
}

/// Parsed once, then ten closures: what no sandbox can beat.
fn native(documents: &[Document]) {
    let run = || {
        let found: usize = documents
            .par_iter()
            .map(|document| {
                let object = serde_json::from_str(document.object.as_deref().unwrap()).unwrap();
                (0..POLICIES).map(|_| bench_guest_serde::check(&object).len()).sum::<usize>()
            })
            .sum();
        found
    };
    let (times, found) = measure(run);
    assert_eq!(found, expected());
    row("native, parsed once", &times, None, None);
}

fn guest(name: &str, wasm: &[u8], documents: &[Document]) {
    let host = PolicyHost::new(THREADS).unwrap();
    let load = |_| host.load(wasm, &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    let policies: Vec<Policy> = (0..POLICIES).map(load).collect();
    let documents: Vec<&Document> = documents.iter().collect();
    let context = context();
    let calls: Vec<_> = policies
        .iter()
        .flat_map(|policy| policy.batches(&documents).into_iter().map(move |range| (policy, range)))
        .collect();
    let mut fuel = 0;
    let (times, found) = measure(|| {
        let outcomes: Vec<_> = calls
            .par_iter()
            .map(|(policy, range)| policy.run("{}", &context, &documents[range.clone()]))
            .collect();
        assert!(outcomes.iter().all(|outcome| outcome.failures.is_empty()), "{name}");
        fuel = outcomes.iter().map(|outcome| outcome.fuel).sum::<u64>();
        outcomes.iter().map(|outcome| outcome.findings.len()).sum::<usize>()
    });
    assert_eq!(found, expected(), "{name}");
    row(name, &times, Some(fuel), Some(wasm.len()));
}

fn expected() -> usize {
    (OBJECTS / FAULTY) as usize * 3 * POLICIES
}

fn measure<T>(mut run: impl FnMut() -> T) -> (Vec<Duration>, T) {
    let mut answer = run();
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            answer = run();
            started.elapsed()
        })
        .collect();
    times.sort();
    (times, answer)
}

fn row(name: &str, times: &[Duration], fuel: Option<u64>, size: Option<usize>) {
    let pairs = f64::from(OBJECTS) * POLICIES as f64;
    let median = times[times.len() / 2].as_secs_f64();
    let fuel = fuel.map(|fuel| (fuel as f64 / pairs).round().to_string()).unwrap_or_default();
    let size = size.map(|size| format!("{size} B")).unwrap_or_default();
    println!(
        "{name:34} {:>7.3} s {median:>7.3} s {:>8.2} µs {fuel:>10} {size:>11}",
        times[0].as_secs_f64(),
        median * 1e6 / pairs * THREADS as f64,
    );
}

/// A compiler that has the machine code at hand, as the cache has.
struct Kept(Vec<u8>);

impl Compiler for Kept {
    fn compile(&self, _: &CompileJob<'_>) -> Result<MachineCode, LoadError> {
        Ok(MachineCode { bytes: self.0.clone(), kept: true })
    }
}

/// Compiling a module, and making one ready whose machine code is at hand.
fn starts() {
    println!("\n{:34} {:>9} {:>9} {:>11}", "", "compile", "ready", "code");
    for (name, wasm) in guests().into_iter().chain([("built-in image-tags", Ok(builtin()))]) {
        let Ok(wasm) = wasm else { continue };
        let (compile, code) = measure(|| gate::policy::compile_component(&wasm, true).unwrap());
        let bytes = code.len();
        let host = PolicyHost::new(THREADS).unwrap().with_compiler(Arc::new(Kept(code)));
        let (ready, _) = measure(|| host.load(&wasm, &Limits::default()).unwrap());
        println!(
            "{name:34} {:>6.1} ms {:>6.3} ms {bytes:>9} B",
            compile[compile.len() / 2].as_secs_f64() * 1e3,
            ready[ready.len() / 2].as_secs_f64() * 1e3
        );
    }
}

fn builtin() -> Vec<u8> {
    gate::policy::Builtin::find("image-tags").unwrap().wasm.to_vec()
}

fn documents() -> Vec<Document> {
    (0..OBJECTS)
        .map(|index| Document {
            index,
            operation: Operation::Create,
            role: Role::Object,
            path: format!("apps/team-{}/web-{index}.yaml", index % 40),
            old_path: None,
            environment: Some("prod".to_owned()),
            reaches: vec!["prod".to_owned()],
            cluster_versions: vec!["1.33".to_owned()],
            id: ObjectId {
                api_version: "apps/v1".to_owned(),
                kind: "Deployment".to_owned(),
                namespace: Some("shop".to_owned()),
                name: format!("web-{index}"),
            },
            object: Some(deployment(index).into()),
            old_object: None,
            promoted_from: None,
            extensions: None,
        })
        .collect()
}

/// A Deployment of some 2.3 KB, as JSON.
fn deployment(index: u32) -> String {
    let faulty = index.is_multiple_of(FAULTY);
    let (label, tag) = if faulty { ("team", "") } else { ("app.kubernetes.io/name", ":1.4.2") };
    let env: Vec<_> = (0..14)
        .map(|number| {
            serde_json::json!({"name": format!("SETTING_{number}"), "value": format!("value {number} of web-{index}")})
        })
        .collect();
    let container = serde_json::json!({
        "name": "web", "image": format!("registry.example.com/shop/web{tag}"), "imagePullPolicy": "IfNotPresent",
        "args": ["--listen=:8080", "--log-format=json"], "env": env,
        "ports": [{"name": "http", "containerPort": 8080}, {"name": "metrics", "containerPort": 9090}],
        "resources": {"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": {"memory": "1Gi"}},
        "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}, "periodSeconds": 10},
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": "http"}, "initialDelaySeconds": 20},
        "securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [{"name": "settings", "mountPath": "/etc/settings", "readOnly": true}, {"name": "scratch", "mountPath": "/tmp"}],
    });
    serde_json::json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {
            "name": format!("web-{index}"), "namespace": "shop",
            "labels": {label: format!("web-{index}"), "app.kubernetes.io/part-of": "shop"},
            "annotations": {"example.com/note": "see https://wiki.example.com/shop, ask team shop first"},
        },
        "spec": {
            "replicas": if faulty { 1 } else { 3 }, "revisionHistoryLimit": 5,
            "selector": {"matchLabels": {"app": format!("web-{index}")}},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
            "template": {
                "metadata": {"labels": {"app": format!("web-{index}")}},
                "spec": {
                    "serviceAccountName": "web", "automountServiceAccountToken": false, "containers": [container],
                    "volumes": [{"name": "settings", "configMap": {"name": "web"}}, {"name": "scratch", "emptyDir": {}}],
                },
            },
        },
    })
    .to_string()
}

fn context() -> Context {
    Context {
        repository: "shop".to_owned(),
        base_commit: String::new(),
        head_commit: String::new(),
        environments: Vec::new(),
        pull_request: None,
        source_branch: None,
        target_branch: None,
        now: "2026-01-01T00:00:00Z".to_owned(),
        extensions: "{}".to_owned(),
    }
}
