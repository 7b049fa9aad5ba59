//! The SDK's source as it was when the gate was built, so that a new policy needs neither a registry nor a checkout.

include!(concat!(env!("OUT_DIR"), "/sdk_source.rs"));

/// The crate `gate-sdk` and its macros, by path in the crate's folder.
pub(super) fn rust() -> impl Iterator<Item = (&'static str, &'static str)> {
    SDK_FILES.iter().copied().filter(|(path, _)| !path.starts_with("python/"))
}

/// The module for policies in Python, and its name.
pub(super) fn python() -> impl Iterator<Item = (&'static str, &'static str)> {
    SDK_FILES.iter().filter_map(|(path, text)| Some((path.strip_prefix("python/")?, *text)))
}

/// The contract between the gate and a policy, as WIT.
pub(super) fn wit() -> &'static str {
    SDK_FILES.iter().find(|(path, _)| *path == "wit/policy.wit").map_or("", |(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rust_file(path: &str) -> &'static str {
        rust().find(|(name, _)| *name == path).unwrap().1
    }

    #[test]
    fn the_copy_is_whole_and_has_no_tests_of_the_workspace() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../sdk/");
        for (path, text) in SDK_FILES.iter().filter(|(path, _)| !path.ends_with("Cargo.toml")) {
            assert_eq!(std::fs::read_to_string(format!("{root}{path}")).unwrap(), *text, "{path}");
        }
        assert!(rust_file("src/lib.rs").contains("pub mod testing"));
        assert!(
            rust_file("src/json/mod.rs").contains("//!") && rust_file("macros/src/lib.rs").contains("//!")
        );
        assert!(wit().contains("package gate:policy@1.0.0;"));
        assert_eq!(python().map(|(name, _)| name).collect::<Vec<_>>(), ["gate_sdk.py"]);
    }

    /// Every line of the real manifests that is not inherited stands in the copies, in the same order.
    #[test]
    fn the_manifests_are_the_real_ones_with_what_they_inherit_written_out() {
        for path in ["Cargo.toml", "macros/Cargo.toml"] {
            let real =
                std::fs::read_to_string(format!("{}/../sdk/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
            let own = real.replace("[lints]\nworkspace = true\n\n", "");
            let own = own.lines().filter(|line| !line.ends_with(".workspace = true"));
            let copy = rust_file(path);
            let mut lines = copy.lines();
            for line in own {
                assert!(lines.any(|written| written == line), "{path}: {line}");
            }
            assert!(
                copy.contains("\nedition = \"2024\"\n") && copy.contains("\npublish = false\n"),
                "{copy}"
            );
            assert!(!copy.contains("workspace"), "{copy}");
        }
    }
}
