//! The kit of policy authors: a new policy builds, passes its cases, finds what it should, and is the same bytes wherever it
//! is built. Crates come from the registry that cargo uses.
#![expect(clippy::unwrap_used, reason = "a test that cannot prepare its input must stop at once")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use gate_tests::{Run, TestRepo, toolchain_variables};
use sha2::{Digest, Sha256};

use crate::{DEPLOYMENT, gate};

/// Runs the gate with what it needs to find compilers.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Run {
    let variables = toolchain_variables();
    let variables: Vec<_> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    gate().run_with(folder, arguments, &variables, None)
}

/// A new policy in a folder of its own.
fn new_policy(name: &str, folder: &Path) -> PathBuf {
    let run = run(folder, &["policy", "new", name]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert!(run.stdout.starts_with(&format!("{name}: a policy that works.")), "{run:?}");
    folder.join(name)
}

/// What `gate policy build` says of a component, from the file itself.
pub(crate) fn described(id: &str, rules: &str, component: &[u8], shown: &str) -> String {
    let digest: String = Sha256::digest(component).iter().map(|byte| format!("{byte:02x}")).collect();
    let (kib, bytes) = (component.len().div_ceil(1024), component.len());
    format!(
        "{shown}\n  {id} 0.1.0, {rules}, {kib} KiB ({bytes} bytes)\n  sha256 {digest}\n\n\
         In gate.yaml, where the repository has the file:\n\n\
         policies:\n  - use: ./policies/{id}.wasm\n    sha256: {digest}\n"
    )
}

/// One test, so that what it needs is compiled twice and not five times.
#[test]
fn a_new_policy_works_and_is_the_same_wherever_it_is_built() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let policy = new_policy("shop-rules", one.path());
    let built = run(&policy, &["policy", "build"]);
    assert_eq!(built.code, 0, "{built:?}");
    let component = fs::read(policy.join("target/shop-rules.wasm")).unwrap();
    assert_eq!(built.stdout, described("shop-rules", "2 rules", &component, "target/shop-rules.wasm"));
    assert!(component.len() < 120 << 10, "{} bytes", component.len());
    judges(&component);
    passes_its_cases(&policy);

    fs::create_dir(other.path().join("a folder")).unwrap();
    let elsewhere = new_policy("shop-rules", &other.path().join("a folder"));
    fs::copy(policy.join("Cargo.lock"), elsewhere.join("Cargo.lock")).unwrap();
    let again = run(other.path(), &["policy", "build", "a folder/shop-rules", "--output", "x.wasm"]);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(
        fs::read(other.path().join("x.wasm")).unwrap() == component,
        "other bytes in another folder: {again:?}"
    );
    mistakes_are_told(&elsewhere);
}

/// The component finds what it should, where it should.
fn judges(component: &[u8]) {
    let repo = TestRepo::new();
    let config = "policies:\n  - use: ./policies/shop-rules.wasm\n    settings: { minimum: 3 }\n";
    repo.write("policies/shop-rules.wasm", component).write("gate.yaml", config);
    repo.write("apps/web.yaml", DEPLOYMENT).commit("base");
    let run = gate().run(repo.path(), &["check", "--all", "--format=json"]);
    let expected = [
        "shop-rules/too-few-replicas@apps/web.yaml:7:13 present",
        "shop-rules/missing-readiness-probe@apps/web.yaml:15:11 present",
    ];
    assert_eq!((run.code, run.findings()), (1, expected.map(str::to_owned).to_vec()), "{run:?}");
}

/// The cases pass as they are, and fail when the policy no longer does what they say.
fn passes_its_cases(policy: &Path) {
    let cargo_test = || {
        let mut command = Command::new("cargo");
        command.args(["test", "--quiet"]).current_dir(policy);
        // What is compiled for the cases is kept from run to run.
        command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-policy"));
        for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
            command.env_remove(name);
        }
        command.output().unwrap()
    };
    let output = cargo_test();
    let told =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("test result: ok. 1 passed") && !told.contains("warning"), "{told}");
    let source = fs::read_to_string(policy.join("src/lib.rs")).unwrap();
    fs::write(policy.join("src/lib.rs"), source.replace("number >= minimum", "number > minimum")).unwrap();
    let output = cargo_test();
    assert!(!output.status.success(), "{output:?}");
    fs::write(policy.join("src/lib.rs"), source).unwrap();
}

/// What does not compile and what the gate would refuse is told, and no file is written or replaced.
fn mistakes_are_told(policy: &Path) {
    let good = fs::read_to_string(policy.join("src/lib.rs")).unwrap();
    let mistake = format!("{good}\ncompile_error!(\"\u{1b}[31m\n::error::x ##[error]y\");\n");
    fs::write(policy.join("src/lib.rs"), mistake).unwrap();
    let run_build = || run(policy, &["policy", "build", "-o", "own.wasm"]);
    let run = run_build();
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    let place = format!("--> src/lib.rs:{}:1", good.lines().count() + 2);
    assert!(
        run.stderr.contains(&place) && run.stderr.contains("error: the policies cannot be compiled\n"),
        "{run:?}"
    );
    assert!(!run.stderr.contains('\u{1b}') && !run.stderr.contains("##["), "{run:?}");
    assert!(run.stderr.lines().all(|line| !line.trim_start().starts_with("::")), "{run:?}");

    let mistake = good.replace("Metadata::new(\"shop-rules\"", "Metadata::new(\"Shop Rules\"");
    assert_ne!(mistake, good);
    fs::write(policy.join("src/lib.rs"), mistake).unwrap();
    let run = run_build();
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    let why = "error: the gate would refuse the component: the policy's description breaks the contract: \
               the policy's id \"Shop Rules\" is not kebab-case";
    assert!(run.stderr.contains(why), "{run:?}");
    assert!(!policy.join("own.wasm").exists());
}

#[test]
fn nothing_is_overwritten() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("file"), "mine").unwrap();
    fs::create_dir(home.path().join("full")).unwrap();
    fs::write(home.path().join("full/file"), "mine").unwrap();
    for (arguments, message) in [
        (["shop-rules", "--path", "full"], "error: the folder full is there already, and not empty\n"),
        (["shop-rules", "--path", "file"], "error: file is there already, and no folder\n"),
        (
            ["ShopRules", "--lang", "rust"],
            "error: `ShopRules` cannot be the name of a policy\n  hint: names are in kebab-case, such as `shop-rules`\n",
        ),
        (["schema", "--lang", "python"], "error: `schema` has another meaning already"),
        (["shop-rules", "--sdk", "full"], "error: full is not the crate `gate-sdk`\n"),
    ] {
        let run = run(home.path(), &[&["policy", "new"][..], &arguments].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        assert!(run.stderr.starts_with(message), "{run:?}");
    }
    let mut names: Vec<_> =
        fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["file", "full"]);
}

#[test]
fn what_holds_no_policy_is_told() {
    let home = tempfile::tempdir().unwrap();
    let run = run(home.path(), &["policy", "build"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(
        run.stderr.starts_with("error: . holds no policy: neither Cargo.toml nor policy.py\n  hint: "),
        "{run:?}"
    );
}

/// Without a compiler, what to install is told. An empty `PATH` has none; Debian's stands elsewhere.
#[test]
fn what_to_install_is_told() {
    let home = tempfile::tempdir().unwrap();
    let policy = new_policy("shop-rules", home.path());
    let variables = [("PATH", ""), ("GATE_WASM_TOOLCHAIN", "rustup")];
    let run = gate().run_with(&policy, &["policy", "build"], &variables, None);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(
        run.stderr.contains("error: there is no way to compile for wasm32-unknown-unknown here"),
        "{run:?}"
    );
    assert!(run.stderr.contains("`--setup`, or `rustup target add wasm32-unknown-unknown`"), "{run:?}");
}
