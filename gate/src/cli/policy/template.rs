//! The files of a new policy: a small one that builds, passes its cases and explains itself.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::name::PolicyName;
use super::sdk_source;

/// Language of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Language {
    /// A crate with `gate-sdk`: small, quick, the same bytes on every build.
    Rust,
    /// `policy.py`, and a Python interpreter in the component (18 MB).
    Python,
}

/// A file to write, by its path in the policy's folder.
pub(super) type File = (PathBuf, String);

macro_rules! template {
    ($path:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/policy/", $path))
    };
}

const CASES: &str = template!("cases.yaml");
const RUST: [(&str, &str); 5] = [
    ("Cargo.toml", template!("rust/Cargo.toml")),
    ("src/lib.rs", template!("rust/lib.rs")),
    ("tests/cases.rs", template!("rust/cases.rs")),
    ("README.md", template!("rust/README.md")),
    (".gitignore", template!("rust/gitignore")),
];
const PYTHON: [(&str, &str); 3] = [
    ("policy.py", template!("python/policy.py")),
    ("README.md", template!("python/README.md")),
    (".gitignore", template!("python/gitignore")),
];

/// Where the SDK's copy is, in the folder of a policy in Rust.
const SDK_FOLDER: &str = "gate-sdk";
const SDK_ROW: &str = "| `gate-sdk` | what it is written with; it comes with the gate. Replace it with that of a newer gate, do not edit it |\n\n";

/// All files of a new policy. With `sdk`, the path of another `gate-sdk`, a policy in Rust brings no copy of it.
pub(super) fn files(name: &PolicyName, language: Language, sdk: Option<&str>) -> Vec<File> {
    let templates = match language {
        Language::Rust => &RUST[..],
        Language::Python => &PYTHON[..],
    };
    let named = |(path, text): &(&str, &str)| (PathBuf::from(path), named(text, name, sdk));
    let mut files: Vec<File> = templates.iter().map(named).collect();
    files.push((Path::new("cases").join(format!("{}.yaml", name.kebab())), CASES.to_owned()));
    let copied = |(path, text): (&str, &str)| (PathBuf::from(path), text.to_owned());
    match language {
        Language::Python => files.extend(sdk_source::python().map(copied)),
        Language::Rust if sdk.is_none() => files.extend(
            sdk_source::rust().map(copied).map(|(path, text)| (Path::new(SDK_FOLDER).join(path), text)),
        ),
        Language::Rust => {}
    }
    files
}

/// A template with this policy's names instead of its own.
fn named(text: &str, name: &PolicyName, sdk: Option<&str>) -> String {
    let path = sdk.map(|path| format!("path = {}", toml_string(path)));
    let text = text.replace("path = \"gate-sdk\"", path.as_deref().unwrap_or("path = \"gate-sdk\""));
    text.replace("my-policy", name.kebab())
        .replace("my_policy", &name.snake())
        .replace("MyPolicy", &name.pascal())
        .replace("{{sdk-row}}\n", if sdk.is_none() { SDK_ROW } else { "\n" })
}

/// A basic string of TOML; control characters do not come in paths that people name.
fn toml_string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<'f>(files: &'f [File], path: &str) -> &'f str {
        &files.iter().find(|(name, _)| name == Path::new(path)).unwrap().1
    }

    #[test]
    fn no_name_of_the_template_is_left() {
        let name = PolicyName::new("two-words").unwrap();
        for (language, sdk) in
            [(Language::Rust, None), (Language::Rust, Some("../some where/\"sdk")), (Language::Python, None)]
        {
            let files = files(&name, language, sdk);
            for (path, text) in &files {
                let lower = text.to_lowercase();
                let own = !path.starts_with(SDK_FOLDER) && path != Path::new("gate_sdk.py");
                assert!(
                    !own || ["my-policy", "my_policy", "{{"].iter().all(|old| !lower.contains(old)),
                    "{path:?}"
                );
            }
            assert_eq!(
                files.iter().any(|(path, _)| path.starts_with(SDK_FOLDER)),
                language == Language::Rust && sdk.is_none()
            );
        }
        let files = files(&name, Language::Rust, Some("../some where/\"sdk"));
        assert!(text(&files, "Cargo.toml").contains("gate-sdk = { path = \"../some where/\\\"sdk\" }"));
        assert!(text(&files, "src/lib.rs").contains("gate_sdk::policy!(TwoWords);"));
        assert!(text(&files, "tests/cases.rs").contains("use two_words::TwoWords;"));
        assert!(text(&files, "cases/two-words.yaml").contains("refused: [/minimum]"));
    }
}
