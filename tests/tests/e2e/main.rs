//! End to end: the real binary on real repositories. Every place and exit code here was counted by hand.
#![expect(clippy::unwrap_used, reason = "a test that cannot prepare its input must stop at once")]

mod bad_git;
mod bad_index;
mod bad_input;
mod commits;
mod completion;
mod config;
mod context;
mod contract;
mod corpora;
mod crds;
mod docs;
mod documents;
mod effect;
mod examples;
mod explain;
mod fetch;
mod fix;
mod foreign_policy;
mod formats;
mod git_hook;
/// The encoder of the hostile guests belongs to the sandbox's own tests, which need more of it than these.
#[path = "../../../gate/tests/policy/guest.rs"]
#[expect(dead_code, clippy::expect_used, clippy::panic, reason = "made for the tests of the sandbox")]
mod guest;
mod guide;
mod hook;
mod hostile;
mod init;
mod init_corpora;
mod init_hostile;
mod judgement;
mod kit;
mod kit_python;
mod kubeconform;
mod memory;
mod outputs;
mod packages;
mod pages;
mod policy_bench;
mod policy_inspect;
mod policy_list;
mod policy_test;
mod post;
mod precommit;
mod readme;
mod release;
mod scanner;
mod schema_commands;
mod schema_hostile;
mod schema_server;
mod schema_sources;
mod secrets;
mod security;
mod selection;
mod shell;
mod terminal;
mod validation;
mod waivers;
mod waivers_in_objects;

use gate_tests::{Gate, TestRepo};

/// The binary under test: the same `main` as the released one.
fn gate() -> Gate {
    Gate::new(env!("CARGO_BIN_EXE_gate-under-test"))
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: 2
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: web
          image: registry.example.com:5000/shop/web:1.2.3
";

/// A repository whose `main` has one good Deployment at `apps/web.yaml`.
fn shop() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("apps/web.yaml", DEPLOYMENT).commit("base");
    repo
}
