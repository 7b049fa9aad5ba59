//! Any bytes as `gate.yaml`: a configuration, or at least one problem, each inside of the file.
#![no_main]

use gate_fuzz::assert_inside;
use gate_fuzz::config::{Config, Known, effects};
use gate_fuzz::model::RepoPath;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let known = Known { policies: &["image-tags", "plaintext-secrets"], kubernetes: (11, 34) };
    match Config::parse(&RepoPath::from("gate.yaml"), bytes, &known) {
        Ok(config) => use_it(&config),
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in problems {
                assert_inside(problem.place.span, bytes);
                assert!(problem.place.start.line >= 1 && problem.place.start.column >= 1);
                assert!(!problem.to_string().contains('\n'), "{problem} has more than one line");
            }
        }
    }
});

/// What the run will ask of it.
fn use_it(config: &Config) {
    for path in ["clusters/prod/a.yaml", "a", ""].map(RepoPath::from) {
        _ = config.kubernetes_of(config.environment_of(&path));
        _ = config.exclude.matches(&path);
    }
    let other = Config::default();
    assert_eq!(effects(config, config, &[]), [], "a configuration differs from itself");
    assert_eq!(effects(config, &other, &[]).is_empty(), effects(&other, config, &[]).is_empty());
    _ = config.may_lack_schema("apps/v1", "Deployment");
    for policy in &config.policies {
        serde_json::from_str::<serde_json::Value>(&policy.settings).expect("settings are JSON");
    }
}
