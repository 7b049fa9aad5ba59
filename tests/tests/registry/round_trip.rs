//! `gate policy push` and `pull` with a real registry.

use std::fs;

use gate::registry::sha256;

use crate::server::{PASSWORD, USER, closed, open};
use crate::{digest, gate, honest, other, policy, pushed};

#[test]
fn what_is_pushed_is_pulled() {
    let Some(server) = open() else { return };
    let tag = server.at("round", ":1.0.0");
    let (folder, run) = pushed(honest(), &tag);
    assert_eq!(run.code, 0, "{run:?}");
    let (manifest, module) = (digest(&run, "manifest"), digest(&run, "module"));
    assert_eq!(module, sha256(honest()));
    let entry = format!("policies:\n  - use: {tag}@sha256:{manifest}\n    sha256: {module}\n");
    assert!(run.stdout.contains(&entry), "{run:?}");
    let again = policy(folder.path(), &["push", "x.wasm", &tag]);
    assert!(again.code == 0 && again.stdout.starts_with("already there: "), "{again:?}");
    for reference in [tag.clone(), server.at("round", &format!("@sha256:{manifest}"))] {
        let pulled = policy(folder.path(), &["pull", &reference, "-o", "y.wasm", "--sha256", &module]);
        assert_eq!((pulled.code, digest(&pulled, "manifest")), (0, manifest.clone()), "{pulled:?}");
        assert_eq!(fs::read(folder.path().join("y.wasm")).unwrap(), honest());
        for word in ["hostile 1.0.0", "imports   nothing", "exports   gate:policy/validator@1.0.0"] {
            assert!(pulled.stdout.contains(word), "{word}: {pulled:?}");
        }
    }
    let nowhere = gate().run_with(folder.path(), &["policy", "pull", &tag], &[("CI", "true")], None);
    assert!(nowhere.code == 2 && nowhere.stderr.contains("nowhere to put the policy"), "{nowhere:?}");
    fs::write(folder.path().join("y.wasm"), "mine").unwrap();
    let refused = policy(folder.path(), &["pull", &tag, "-o", "y.wasm"]);
    assert!(refused.code == 2 && refused.stderr.contains("is there, with other content"), "{refused:?}");
    assert_eq!(fs::read(folder.path().join("y.wasm")).unwrap(), b"mine");
    assert_eq!(policy(folder.path(), &["pull", &tag, "-o", "y.wasm", "--force"]).code, 0);
}

#[test]
fn the_artifact_is_what_other_tools_expect() {
    let Some(server) = open() else { return };
    let (_folder, run) = pushed(honest(), &server.at("layout", ":1"));
    let bytes = fs::read(server.file_of(&digest(&run, "manifest"))).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(manifest["mediaType"], "application/vnd.oci.image.manifest.v1+json");
    assert_eq!(manifest["config"]["mediaType"], "application/vnd.wasm.config.v0+json");
    assert_eq!(manifest["layers"].as_array().map(Vec::len), Some(1));
    assert_eq!(manifest["layers"][0]["mediaType"], "application/wasm");
    assert_eq!(manifest["annotations"]["org.opencontainers.image.version"], "1.0.0");
    let config = manifest["config"]["digest"].as_str().unwrap().trim_start_matches("sha256:");
    let config: serde_json::Value =
        serde_json::from_slice(&fs::read(server.file_of(config)).unwrap()).unwrap();
    assert_eq!((&config["architecture"], &config["os"]), (&"wasm".into(), &"wasip2".into()));
    assert_eq!(config["layerDigests"][0], format!("sha256:{}", sha256(honest())));
}

#[test]
fn a_tag_is_moved_only_by_force_and_pins_do_not_follow_it() {
    let Some(server) = open() else { return };
    let tag = server.at("moved", ":1");
    let (folder, first) = pushed(honest(), &tag);
    let (manifest, module) = (digest(&first, "manifest"), digest(&first, "module"));
    fs::write(folder.path().join("x.wasm"), other()).unwrap();
    let refused = policy(folder.path(), &["push", "x.wasm", &tag]);
    let words = format!("the tag belongs to other content, with the digest {manifest}");
    assert!(refused.code == 2 && refused.stderr.contains(&words), "{refused:?}");
    assert_eq!(policy(folder.path(), &["push", "x.wasm", &tag, "--force"]).code, 0);
    let by_tag = policy(folder.path(), &["pull", &tag, "--sha256", &module]);
    let words = format!("its module has the SHA-256 digest {}, not {module}", sha256(&other()));
    assert!(by_tag.code == 2 && by_tag.stderr.contains(&words), "{by_tag:?}");
    let by_digest =
        policy(folder.path(), &["pull", &format!("{tag}@sha256:{manifest}"), "--sha256", &module]);
    assert_eq!(by_digest.code, 0, "{by_digest:?}");
}

#[test]
fn what_is_not_there_or_no_policy_is_refused() {
    let Some(server) = open() else { return };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.wasm"), b"not wasm").unwrap();
    let wrong = format!("@sha256:{}", sha256(b"nothing"));
    for (arguments, expected) in [
        (vec!["pull".to_owned(), server.at("none", ":1")], "404 Not Found"),
        (vec!["pull".to_owned(), server.at("round", &wrong)], "404 Not Found"),
        (vec!["pull".to_owned(), "oci://team/x:1".to_owned()], "names no registry"),
        (vec!["pull".to_owned(), "ghcr.io/team/x:1".to_owned()], "does not begin with `oci://`"),
        (vec!["push".to_owned(), "x.wasm".to_owned(), server.at("none", ":1")], "not WebAssembly"),
        (vec!["push".to_owned(), "y.wasm".to_owned(), server.at("none", ":1")], "cannot be read"),
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let run = policy(folder.path(), &arguments);
        assert!(run.code == 2 && run.stderr.contains(expected), "{expected}: {run:?}");
    }
}

#[test]
fn content_that_was_changed_in_the_registry_is_refused() {
    let Some(server) = open() else { return };
    // Content is shared by all repositories of a registry: this one is of this test alone.
    let module = [honest(), &[0, 2, 1, b'c']].concat();
    let tag = server.at("corrupted", ":1");
    let (folder, run) = pushed(&module, &tag);
    assert_eq!(run.code, 0, "{run:?}");
    let mut changed = module.clone();
    *changed.last_mut().unwrap() = b'd';
    fs::write(server.file_of(&sha256(&module)), &changed).unwrap();
    let pulled = policy(folder.path(), &["pull", &tag, "-o", "y.wasm"]);
    let words = format!("has the digest {}", sha256(&changed));
    assert!(pulled.code == 2 && pulled.stderr.contains(&words), "{pulled:?}");
    assert!(!folder.path().join("y.wasm").exists());
}

#[test]
fn a_closed_registry_wants_credentials_and_nobody_sees_them() {
    let Some(server) = closed() else { return };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.wasm"), honest()).unwrap();
    let tag = server.at("secret", ":1");
    let run = |command: &[&str], variables: &[(&str, &str)]| {
        let run = gate().run_with(folder.path(), &[&["policy"], command].concat(), variables, None);
        assert!(!format!("{run:?}").contains(PASSWORD), "{run:?}");
        (run.code, run.stderr)
    };
    let by_name = [("GATE_REGISTRY_USERNAME", USER), ("GATE_REGISTRY_PASSWORD", PASSWORD)];
    let push = ["push", "x.wasm", &tag];
    let (code, told) = run(&push, &[]);
    assert!(code == 2 && told.contains("401 Unauthorized") && told.contains("docker login"), "{told}");
    let (code, told) = run(&push, &[by_name[0], ("GATE_REGISTRY_PASSWORD", "wrong")]);
    assert!(code == 2 && told.contains("401 Unauthorized"), "{told}");
    assert_eq!(run(&push, &by_name).0, 0);
    let docker = folder.path().join("docker");
    fs::create_dir(&docker).unwrap();
    let config = |content: String| fs::write(docker.join("config.json"), content).unwrap();
    let docker = [("DOCKER_CONFIG", docker.to_str().unwrap())];
    let login = serde_json::json!({ "username": USER, "password": PASSWORD });
    config(serde_json::json!({ "auths": { server.host.clone(): login } }).to_string());
    assert_eq!(run(&["pull", &tag], &docker).0, 0);
    config(serde_json::json!({ "credHelpers": { server.host.clone(): "keychain" } }).to_string());
    let (code, told) = run(&["pull", &tag], &docker);
    assert!(
        code == 2 && told.contains("docker-credential-keychain, which the gate does not start"),
        "{told}"
    );
}
