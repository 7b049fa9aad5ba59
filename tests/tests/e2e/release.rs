//! What a release is made by, where no container engine and no runner can try it: the essentials of the image, and that workflow,
//! image and document speak of the same files.

use std::fs;
use std::path::Path;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(path)).unwrap()
}

/// The instructions of the image, continuation lines joined, without comments.
fn instructions() -> Vec<String> {
    let joined = text("Dockerfile").replace("\\\n", " ");
    let lines = joined.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

/// The arguments of every `name` instruction.
fn all<'a>(instructions: &'a [String], name: &str) -> Vec<&'a str> {
    let of = |line: &'a String| line.strip_prefix(name)?.strip_prefix(' ');
    instructions.iter().filter_map(of).collect()
}

/// `target: x` of every entry of the release's matrix.
fn targets() -> Vec<String> {
    let workflow = text(".github/workflows/release.yml");
    let of = |line: &str| Some(line.trim().strip_prefix("- { target: ")?.split_once(',')?.0.to_owned());
    workflow.lines().filter_map(of).collect()
}

#[test]
fn the_image_runs_one_program_as_nobody() {
    let instructions = instructions();
    assert_eq!(
        all(&instructions, "ENTRYPOINT"),
        ["[\"/gate\"]"],
        "started without a shell, which it does not have"
    );
    assert_eq!(all(&instructions, "USER"), ["65532:65532"], "a number, and not that of root");
    assert_eq!(all(&instructions, "RUN"), [""; 0], "nothing runs while it is built");
    for source in all(&instructions, "ADD") {
        assert!(!source.contains("://") && !source.contains("git@"), "ADD {source}: nothing is downloaded");
    }
    let bases: Vec<&str> = all(&instructions, "FROM")
        .into_iter()
        .filter(|base| !base.starts_with("scratch ") && !base.starts_with("${TARGETARCH} "))
        .collect();
    assert_eq!(bases.len(), 1, "{bases:?}");
    let digest = bases[0].split_once("@sha256:").map(|(_, digest)| digest);
    assert!(digest.is_some_and(|digest| digest.len() == 64), "{bases:?} is not pinned by digest");
}

#[test]
fn image_workflow_and_document_name_the_same_files() {
    let targets = targets();
    assert_eq!(targets.len(), 5, "{targets:?}");
    let document = text("docs/install.md");
    for target in &targets {
        let archive = if target.contains("windows") { "zip" } else { "tar.gz" };
        let file = format!("`gate-{VERSION}-{target}.{archive}`");
        assert!(document.contains(&file), "docs/install.md does not name {file}");
    }
    let instructions = instructions();
    for archive in all(&instructions, "ADD") {
        let name = archive.split_whitespace().next().unwrap().replace("${VERSION}", VERSION);
        assert!(document.contains(&name), "docs/install.md does not name {name}");
    }
    assert_eq!(all(&instructions, "ADD").len(), 2);
}

#[test]
fn every_action_is_pinned_by_commit() {
    for workflow in [".github/workflows/ci.yml", ".github/workflows/release.yml"] {
        let text = text(workflow);
        let uses: Vec<&str> = text.lines().filter_map(|line| Some(line.split_once("uses: ")?.1)).collect();
        assert!(!uses.is_empty(), "{workflow}");
        for action in uses {
            let pinned = action.split_once('@').and_then(|(_, rest)| rest.split_once(" # v"));
            let hexadecimal =
                |commit: &str| commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(pinned.is_some_and(|(commit, _)| hexadecimal(commit)), "{workflow}: {action}");
        }
    }
}
