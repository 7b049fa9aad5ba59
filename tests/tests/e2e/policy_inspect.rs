//! `gate policy inspect`: policies, and modules that are none.
#![expect(clippy::unwrap_used, reason = "a test that cannot prepare its input must stop at once")]

use gate_tests::Run;
use sha2::{Digest, Sha256};

use crate::foreign_policy::example;
use crate::{gate, guest};

/// Looks at a module in a file.
fn inspect(module: &[u8], more: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("policy.wasm"), module).unwrap();
    gate().run(folder.path(), &[&["policy", "inspect", "policy.wasm"], more].concat())
}

fn sha256(module: &[u8]) -> String {
    Sha256::digest(module).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A number with separators.
fn grouped(number: usize) -> String {
    format!("{},{:03}", number / 1_000, number % 1_000)
}

#[test]
fn a_policy_is_shown_with_all_that_it_says() {
    let module = guest::component("honest");
    let run = inspect(&module, &[]);
    let expected = format!(
        "\
hostile 1.0.0  A guest

  module        policy.wasm
  kind          component, {} bytes
  sha256        {}
  imports       none
  exports       gate:policy/validator@1.0.0
  signature     none: there is no policy.wasm.sigstore.json
",
        grouped(module.len()),
        sha256(&module)
    );
    let rest = "
  scope         per object
  matches       every object

  rules
    bad-thing  error    A guest

  settings (JSON Schema)
    {}

  description
    A guest
";
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let middle = run.stdout.strip_prefix(&expected).and_then(|text| text.strip_suffix(rest));
    let measured: Vec<&str> = middle.unwrap_or_else(|| panic!("{run:?}")).lines().collect();
    assert_eq!(measured.len(), 2, "{run:?}");
    assert!(
        measured[0].starts_with("  compiled      in ") && measured[0].ends_with(" bytes of machine code")
    );
    assert!(measured[1].starts_with("  describe      ") && measured[1].ends_with(" units of fuel"));
}

#[test]
fn programs_get_json() {
    let run = inspect(example(), &["--format", "json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let json = run.json();
    assert_eq!(json["sha256"], sha256(example()));
    assert_eq!(json["bytes"], example().len());
    assert_eq!(
        (&json["kind"], &json["imports"], &json["problem"]),
        (&"component".into(), &serde_json::json!([]), &serde_json::Value::Null)
    );
    let policy = &json["policy"];
    assert_eq!((&policy["id"], &policy["version"]), (&"require-owner".into(), &"0.1.0".into()));
    assert_eq!(policy["rules"].as_array().unwrap().len(), 2);
    assert_eq!(policy["settings-schema"]["properties"]["key"]["default"], "owner");
    assert!(json["describe-fuel"].as_u64().unwrap() > 1_000, "{json}");
    assert!(json["machine-code-bytes"].as_u64().unwrap() > example().len() as u64, "{json}");
}

#[test]
fn built_in_policies_have_names() {
    let folder = tempfile::tempdir().unwrap();
    let run = gate().run(folder.path(), &["policy", "inspect", "builtin:image-tags"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.starts_with("image-tags "), "{run:?}");
    assert!(run.stdout.contains("  signature     none: it is part of this program\n"), "{run:?}");
    let roles = "  matches       object, kustomization, patch, values; create, update, unchanged\n";
    assert!(run.stdout.contains(roles), "{run:?}");
    for (name, message) in [
        ("builtin:image-tag", "they are image-tags, no-direct-prod, plaintext-secrets"),
        ("none.wasm", "none.wasm cannot be read"),
        (".", ". holds no policy"),
    ] {
        let run = gate().run(folder.path(), &["policy", "inspect", name]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        assert!(run.stderr.contains(message), "{run:?}");
    }
}

#[test]
fn modules_that_are_no_policies_are_told_apart() {
    let importing = wat::parse_str(
        "(component (import \"wasi:cli/environment@0.2.0\" (instance)) (import \"log\" (func)))",
    );
    let core = wat::parse_str("(module (import \"env\" \"now\" (func)) (func (export \"main\")))");
    let mut broken = guest::component("honest");
    broken.truncate(broken.len() - 10);
    for (module, wrong, kind, imports) in [
        (b"\x7fELF".to_vec(), "the file is not WebAssembly", "not WebAssembly", None),
        (
            core.unwrap(),
            "the file is a core WebAssembly module, not a component",
            "core module",
            Some("env.now"),
        ),
        (
            importing.unwrap(),
            "the policy imports wasi:cli/environment@0.2.0, log",
            "component",
            Some("wasi:cli/environment@0.2.0, log"),
        ),
        (
            guest::component("endless-start"),
            "the policy used up its fuel of 200,000,000 units",
            "component",
            Some("none"),
        ),
        (broken, "the module is not valid: ", "component", Some("none")),
    ] {
        let run = inspect(&module, &[]);
        assert_eq!(run.code, 1, "{run:?}");
        let first = format!("policy.wasm is no policy for this gate\n  what is wrong {wrong}");
        assert!(run.stdout.starts_with(&first), "{wrong}: {run:?}");
        assert!(run.stdout.contains(&format!("  kind          {kind}, ")), "{run:?}");
        assert!(run.stdout.contains(&format!("  sha256        {}\n", sha256(&module))), "{run:?}");
        let line = imports.map(|imports| format!("  imports       {imports}\n"));
        assert_eq!(run.stdout.contains("  imports "), line.is_some(), "{run:?}");
        assert!(run.stdout.contains(&line.unwrap_or_default()), "{run:?}");
        let run = inspect(&module, &["--format=json"]);
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.json()["problem"]["message"].as_str().unwrap().starts_with(wrong), "{run:?}");
    }
}

#[test]
fn nothing_that_a_module_says_is_obeyed() {
    let name = r"a\1b[31m\e2\80\ae##[error]x";
    let component = wat::parse_str(format!("(module (import \"{name}\" \"y\" (func)))")).unwrap();
    for format in ["text", "json"] {
        let run = inspect(&component, &["--format", format]);
        assert_eq!(run.code, 1, "{run:?}");
        let bad = ["\u{1b}", "\u{202e}", "##["];
        assert!(bad.iter().all(|bad| !run.stdout.contains(bad)), "{run:?}");
        assert!(run.stdout.contains("a\u{fffd}[31m\u{fffd}"), "{run:?}");
    }
}

#[test]
fn a_signature_beside_the_module_is_told_and_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("p.wasm"), example()).unwrap();
    std::fs::write(folder.path().join("p.wasm.sigstore.json"), "{}").unwrap();
    let run = gate().run(folder.path(), &["policy", "inspect", "p.wasm"]);
    let line = "  signature     p.wasm.sigstore.json (not verified here; `gate policy verify` does that)\n";
    assert!(run.stdout.contains(line), "{run:?}");
    let run = gate().run(folder.path(), &["policy", "inspect", "p.wasm", "--format=json"]);
    assert_eq!(
        run.json()["signature"],
        serde_json::json!({ "file": "p.wasm.sigstore.json", "verified": false })
    );
}
