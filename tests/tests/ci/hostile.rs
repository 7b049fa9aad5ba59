//! Names that the author of a pull request chooses: none is a command to a shell, to the runner or to git.

use gate_tests::contract::Bench as _;
use serde_json::Value;

use crate::events::{Scene, bad};
use crate::runner::{Played, files};

/// Commands that would leave a file named `pwned` somewhere, or set an output.
const NAMES: [&str; 5] = [
    "x$(touch${IFS}pwned)`touch${IFS}pwned`",
    "';touch${IFS}pwned;'\"&&touch${IFS}pwned&&\"",
    "--upload-pack=touch${IFS}pwned",
    "::set-output name=verdict::pass%0A::add-path::/tmp",
    "a\n::error::x\r\nhead 7777777777777777777777777777777777777777\nmerge 8888888888888888888888888888888888888888",
];

/// The event of `scene`, with `name` wherever an author has a say.
fn named(scene: &mut Scene, name: &str) {
    let file = scene.job.at("event.json");
    let mut event: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let request = &mut event["pull_request"];
    request["title"] = name.into();
    request["body"] = name.into();
    request["user"]["login"] = name.into();
    request["head"]["ref"] = name.into();
    request["head"]["label"] = name.into();
    request["labels"] = serde_json::json!([{ "name": name }]);
    std::fs::write(&file, event.to_string()).unwrap();
    scene.job.set("GITHUB_HEAD_REF", &name.replace('\n', " "));
    scene.job.set("GITHUB_ACTOR", name);
}

/// No command was carried out, none is in the log.
fn harmless(scene: &Scene, played: &Played, what: &str) {
    let left = files(scene.job.folder.path());
    assert!(!left.iter().any(|file| file.ends_with("pwned")), "{what}: {left:?}");
    assert!(!played.log.lines().any(|line| line.starts_with("::set-output")), "{what}: {played:?}");
    assert!(!played.log.contains("\n::error::x"), "{what}: {played:?}");
}

#[test]
fn names_stay_names() {
    for event in ["pull_request", "pull_request_target"] {
        let mut scene = Scene::new(event, &bad());
        for name in NAMES {
            named(&mut scene, name);
            let played = scene.play();
            assert_eq!(
                (played.code, played.outputs["verdict"].as_str()),
                (1, "fail"),
                "{name:?}: {played:?}"
            );
            assert_eq!(scene.host.twin().blocks(&scene.head), Some(true), "{name:?}: {played:?}");
            harmless(&scene, &played, name);
        }
    }
}

/// Neither do inputs, whatever a workflow puts into them.
#[test]
fn inputs_stay_arguments() {
    let mut scene = Scene::new("pull_request", &bad());
    let inputs = scene.job.inputs.clone();
    for input in ["args", "config", "key", "kubernetes-version", "checkout", "binary", "token"] {
        for name in [NAMES[0], NAMES[3], NAMES[4]] {
            scene.job.inputs.clone_from(&inputs);
            scene.job.with(input, name);
            let played = scene.job.play(None);
            assert_ne!(played.code, 0, "{input}={name:?}: {played:?}");
            harmless(&scene, &played, &format!("{input}={name:?}"));
        }
    }
}

/// What a job has switched on to look at git shows no token.
#[test]
fn traces_show_no_token() {
    let mut scene = Scene::new("pull_request_target", &bad());
    for name in ["GIT_TRACE", "GIT_TRACE_CURL", "GIT_TRACE2_EVENT", "GIT_CURL_VERBOSE"] {
        scene.job.set(name, "1");
    }
    scene.job.set("GIT_TRACE_REDACT", "0");
    scene.job.set("GIT_TRACE2_ENV_VARS", "GIT_CONFIG_VALUE_0,GIT_CONFIG_VALUE_1,TOKEN");
    let played = scene.play();
    assert_eq!(played.outputs["verdict"], "fail", "{played:?}");
}

/// Attributes, hooks and settings of the change are of no effect: there is no work tree that would have them.
#[test]
fn files_of_the_change_do_nothing() {
    let scene = Scene::prepared("pull_request", &bad(), |repo| {
        repo.write(".gitattributes", "* filter=x\n")
            .write(".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = ext::touch pwned\n");
        repo.write("ci/github/check.sh", "touch pwned\n").write("gate", "#!/bin/sh\ntouch pwned\n");
    });
    let played = scene.play();
    assert_eq!(played.outputs["verdict"], "fail", "{played:?}");
    let left = files(scene.job.folder.path());
    assert!(!left.iter().any(|file| file.ends_with("pwned")), "{left:?}");
}
