//! What the name of a file says about it.

use crate::model::RepoPath;

/// True for the names that `kustomize build` looks for in a directory.
pub fn is_kustomization_file(path: &RepoPath) -> bool {
    matches!(path.file_name(), b"kustomization.yaml" | b"kustomization.yml" | b"Kustomization")
}

/// True for the file that makes its directory a Helm chart.
pub fn is_chart_file(path: &RepoPath) -> bool {
    path.file_name() == b"Chart.yaml"
}

/// True for the file in which a chart of Helm 2 has its dependencies, if it stands beside one.
pub fn is_requirements_file(path: &RepoPath) -> bool {
    path.file_name() == b"requirements.yaml"
}

/// True for the files that make their directory a test of Chainsaw or of the Kyverno CLI, provided that a directory
/// on the way says so too: no such file alone turns manifests into fixtures.
pub fn is_test_file(path: &RepoPath) -> bool {
    const NAMES: [&[u8]; 4] =
        [b"chainsaw-test.yaml", b"chainsaw-test.yml", b"kyverno-test.yaml", b"kyverno-test.yml"];
    let mut directories = path.directory().split(|byte| *byte == b'/');
    NAMES.contains(&path.file_name()) && directories.any(speaks_of_tests)
}

/// True for the names of directories that hold tests by the convention of Kyverno's policies.
pub(super) fn is_test_directory(path: &[u8]) -> bool {
    let name = memchr::memrchr(b'/', path).map_or(path, |slash| &path[slash + 1..]);
    matches!(name, b".chainsaw-test" | b".kyverno-test")
}

/// `test`, `tests`, `e2e`, `.chainsaw-test`, `conformance`.
fn speaks_of_tests(name: &[u8]) -> bool {
    let mut words = name.split(|byte| matches!(byte, b'.' | b'-' | b'_'));
    words.any(|word| matches!(word, b"test" | b"tests" | b"testing" | b"e2e" | b"conformance"))
}

/// True for the files that are read as YAML or JSON: `.yaml`, `.yml`, `.json`, and `Kustomization`.
pub fn is_manifest_path(path: &RepoPath) -> bool {
    let name = path.file_name();
    // Asked of every file several times: without the text that `extension` makes.
    let ending = memchr::memrchr(b'.', name).map_or(&[][..], |dot| &name[dot + 1..]);
    ["yaml", "yml", "json"].iter().any(|known| ending.eq_ignore_ascii_case(known.as_bytes()))
        || name == b"Kustomization"
}

/// True if a file without an extension holds Kubernetes objects: JSON that names an API version, or lines that begin with
/// `apiVersion:` and with `kind:`.
pub fn is_like_manifest(path: &RepoPath, bytes: &[u8]) -> bool {
    if !path.extension().is_empty() {
        return false;
    }
    let begins = |word: &[u8]| bytes.split(|&byte| byte == b'\n').any(|line| line.starts_with(word));
    let is_json = matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['));
    let is_yaml = || begins(b"apiVersion:") && begins(b"kind:");
    is_json && memchr::memmem::find(bytes, b"\"apiVersion\"").is_some() || is_yaml()
}

/// True for `values.yaml`, `values-prod.yaml`, `values.prod.yaml`: the names that charts have beside them.
pub(super) fn is_chart_values(path: &RepoPath) -> bool {
    let name = path.file_name();
    let rest = name.strip_prefix(b"values").unwrap_or_default();
    is_manifest_path(path) && matches!(rest, [b'.' | b'-' | b'_', ..]) && !name.ends_with(b".schema.json")
}

/// True for names that have `values` as their first or last word: `values-prod.yaml`, `web-values.yaml`.
pub(super) fn looks_like_values(path: &RepoPath) -> bool {
    let name = path.file_name();
    let stem = memchr::memrchr(b'.', name).map_or(name, |dot| &name[..dot]);
    let last = stem.rsplit(|b| matches!(b, b'.' | b'-' | b'_')).next();
    is_manifest_path(path) && (last == Some(b"values") || is_chart_values(path))
}

/// `reference` as written in a file of `directory`, relative to the root of the repository; `None` if it is
/// absolute, remote or leaves the repository. The empty path is the root.
pub(super) fn resolve(directory: &[u8], reference: &str) -> Option<Vec<u8>> {
    if reference.starts_with('/') || reference.contains("://") || reference.contains(['\n', '\0']) {
        return None;
    }
    let mut out = directory.to_vec();
    for segment in reference.split('/') {
        match segment {
            "" | "." => {}
            ".." if out.is_empty() => return None,
            ".." => out.truncate(memchr::memrchr(b'/', &out).unwrap_or(0)),
            name => {
                if !out.is_empty() {
                    out.push(b'/');
                }
                out.extend_from_slice(name.as_bytes());
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_manifests_by_name() {
        for (path, expected) in [
            ("a/b.yaml", true),
            ("a/b.YML", true),
            ("a.json", true),
            ("a/Kustomization", true),
            ("a/kustomization", false),
            ("a/b.tpl", false),
            ("yaml", false),
            ("a.yaml/b", false),
        ] {
            assert_eq!(is_manifest_path(&RepoPath::from(path)), expected, "{path}");
        }
    }

    #[test]
    fn knows_tests_by_name_and_directory() {
        for (path, expected) in [
            ("policies/x/.chainsaw-test/chainsaw-test.yaml", true),
            ("tests/e2e/web/chainsaw-test.yml", true),
            ("policies/.kyverno-test/kyverno-test.yaml", true),
            ("e2e/kyverno-test.yaml", true),
            ("clusters/prod/chainsaw-test.yaml", false),
            ("clusters/latest/chainsaw-test.yaml", false),
            ("chainsaw-test.yaml", false),
            ("tests/web/deployment.yaml", false),
        ] {
            assert_eq!(is_test_file(&RepoPath::from(path)), expected, "{path}");
        }
    }

    #[test]
    fn knows_values_by_name() {
        for (path, chart, like) in [
            ("values.yaml", true, true),
            ("c/values-prod.yaml", true, true),
            ("c/values.prod.yml", true, true),
            ("c/valuesfrom.yaml", false, false),
            ("c/web-values.yaml", false, true),
            ("c/web.values.json", false, true),
            ("c/values", false, false),
            ("c/values.schema.json", false, false),
        ] {
            let path = RepoPath::from(path);
            assert_eq!((is_chart_values(&path), looks_like_values(&path)), (chart, like), "{path}");
        }
    }

    #[test]
    fn resolves_references() {
        for (directory, reference, expected) in [
            ("a/b", "c.yaml", Some("a/b/c.yaml")),
            ("a/b", "../base/", Some("a/base")),
            ("a/b", "./x/../y", Some("a/b/y")),
            ("a/b", "../..", Some("")),
            ("a/b", "../../..", None),
            ("", "..", None),
            ("", "x", Some("x")),
            ("a", "/etc/passwd", None),
            ("a", "https://example.com/x.yaml", None),
            ("a", "kind: Pod\nx: y", None),
        ] {
            let expected = expected.map(|path| path.as_bytes().to_vec());
            assert_eq!(resolve(directory.as_bytes(), reference), expected, "{directory} {reference}");
        }
    }
}
