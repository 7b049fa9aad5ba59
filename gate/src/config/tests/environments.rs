//! Environments: which path is in which, their order, and where a file would be in another.

use super::super::Config;
use super::good;
use crate::model::RepoPath;

const DECLARED: &str = r#"
environments:
  live: { paths: ["clusters/live-*/**", "apps/*/production"], promotes-from: canary }
  test: { paths: ["clusters/test/**", "apps/*/testing"] }
  lab: { branches: [lab] }
  canary: { paths: ["clusters/canary/**"], promotes-from: test }
"#;

fn order(config: &Config) -> Vec<(&str, Option<u32>, Option<&str>)> {
    config.environments.iter().map(|e| (e.name.as_str(), e.order, e.promotes_from.as_deref())).collect()
}

fn counterparts(config: &Config, path: &str, to: &str) -> Vec<String> {
    let path = RepoPath::from(path);
    let from = config.environment_of(&path).expect("an environment");
    let to = config.environments.get(to).expect("an environment");
    config.environments.counterpart_paths(&path, from, to).iter().map(ToString::to_string).collect()
}

#[test]
fn the_order_follows_the_promotions() {
    assert_eq!(
        order(&good(DECLARED)),
        [
            ("test", Some(0), None),
            ("canary", Some(1), Some("test")),
            ("live", Some(2), Some("canary")),
            ("lab", None, None),
        ]
    );
}

#[test]
fn usual_names_have_the_usual_order_where_none_is_declared() {
    let config =
        good("environments: { production: { paths: [p] }, x: { paths: [x] }, dev: { paths: [d] } }\n");
    assert_eq!(
        order(&config),
        [("dev", Some(0), None), ("production", Some(1), Some("dev")), ("x", None, None)]
    );
    let config = good("environments: { prod: { paths: [p] }, production: { paths: [x] } }\n");
    assert_eq!(order(&config), [("prod", None, None), ("production", None, None)]);
}

#[test]
fn recognised_environments() {
    let config = Config::default();
    assert_eq!(
        order(&config),
        [("dev", Some(0), None), ("stage", Some(1), Some("dev")), ("prod", Some(2), Some("stage"))]
    );
    let name = |path: &str| {
        config.environment_of(&RepoPath::from(path)).map(|environment| environment.name.as_str())
    };
    assert_eq!(name("a/production/b.yaml"), Some("prod"));
    assert_eq!(name("a/staging/b.yaml"), Some("stage"));
    assert_eq!(name("a/base/b.yaml"), None);
}

#[test]
fn declared_environments_replace_the_recognised_ones() {
    let config = good(DECLARED);
    let name = |path: &str| {
        config.environment_of(&RepoPath::from(path)).map(|environment| environment.name.as_str())
    };
    assert_eq!(name("clusters/live-eu/a.yaml"), Some("live"));
    assert_eq!(name("apps/web/production/a.yaml"), Some("live"));
    assert_eq!(name("apps/web/staging/a.yaml"), None);
}

#[test]
fn the_latest_of_the_order_has_what_several_claim() {
    for text in [
        "environments: { dev: { paths: ['**'] }, prod: { paths: ['p/**'] } }\n",
        "environments: { prod: { paths: ['p/**'] }, dev: { paths: ['**'] } }\n",
    ] {
        let config = good(text);
        let name = |path: &str| config.environment_of(&RepoPath::from(path)).map(|e| e.name.clone());
        assert_eq!(name("p/a.yaml").as_deref(), Some("prod"));
        assert_eq!(name("q/a.yaml").as_deref(), Some("dev"));
    }
}

#[test]
fn branches() {
    let config = good(DECLARED);
    let names: Vec<&str> = config.environments.of_branch("lab").iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["lab"]);
    assert!(config.environments.of_branch("main").is_empty());
}

#[test]
fn counterparts_by_recognised_words() {
    let config = Config::default();
    assert_eq!(
        counterparts(&config, "a/production/b.yaml", "stage"),
        ["a/stage/b.yaml", "a/staging/b.yaml", "a/stg/b.yaml",]
    );
    let both = counterparts(&config, "a/production/values-production.yaml", "stage");
    assert!(both.contains(&"a/staging/values-production.yaml".to_owned()), "{both:?}");
    assert!(both.contains(&"a/staging/values-staging.yaml".to_owned()), "{both:?}");
    assert!(
        counterparts(&config, "o/rd-production/a.yaml", "stage").contains(&"o/rd-staging/a.yaml".to_owned())
    );
    assert!(counterparts(&config, "c/values-prod.yaml", "stage").contains(&"c/values-stage.yaml".to_owned()));
}

#[test]
fn counterparts_by_declared_paths() {
    let config = good(DECLARED);
    assert_eq!(counterparts(&config, "apps/web/production/a.yaml", "test"), ["apps/web/testing/a.yaml"]);
    assert_eq!(counterparts(&config, "clusters/canary/a.yaml", "test"), ["clusters/test/a.yaml"]);
    assert!(counterparts(&config, "clusters/live-eu/a.yaml", "test").is_empty());
}
