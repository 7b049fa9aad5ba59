use super::*;
use crate::config::{Config, Known};

/// `name: globs, files` for each environment of these files.
fn guessed(files: &[&str]) -> Vec<String> {
    deployed(files, &[])
}

fn deployed(files: &[&str], deployed: &[(&str, &str)]) -> Vec<String> {
    let mut files: Vec<RepoPath> = files.iter().map(|path| RepoPath::from(*path)).collect();
    files.sort();
    let deployed: Vec<_> = deployed.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let guess = environments_in(&files, &deployed);
    let line = |found: &GuessedEnvironment| {
        let from = found.promotes_from.as_ref().map_or(String::new(), |from| format!(" from {from}"));
        format!("{}: {} ({}){from}", found.name, found.globs.join(" "), found.files)
    };
    guess.environments.iter().map(line).collect()
}

#[test]
fn environments_are_guessed_from_names() {
    let cases: &[(&[&str], &[&str])] = &[
        (&["a.yaml", "apps/base/web.yaml"], &[]),
        (
            &[
                "apps/production/a.yaml",
                "apps/staging/a.yaml",
                "clusters/production/a.yaml",
                "clusters/staging/a.yaml",
            ],
            &["stage: **/staging/** (2)", "prod: **/production/** (2) from stage"],
        ),
        (
            &["clusters/production/a.yaml", "clusters/production/b/c.yaml"],
            &["prod: clusters/production/** (2)"],
        ),
        (&["clusters/production.yaml"], &["prod: clusters/production.yaml (1)"]),
        (&["production.yaml"], &["prod: ./production.yaml (1)"]),
        (
            &["clusters/prod-eu/a.yaml", "clusters/prod-us/a.yaml", "clusters/dev-eu/a.yaml"],
            &["dev: clusters/dev-*/** (1)", "prod: clusters/prod-*/** (2) from dev"],
        ),
        // A name in one environment that speaks of another: the glob must not take it.
        (
            &["a/staging/x-prod-1/a.yaml", "rings/two/x-prod-1/a.yaml", "rings/one/x-prod-2/a.yaml"],
            &["stage: a/staging/** (1)", "prod: **/one/*-prod-*/** **/two/*-prod-*/** (2) from stage"],
        ),
        (&["chart/values-prod.yaml", "chart/values.yaml"], &["prod: chart/values-prod.yaml (1)"]),
        (&["apps/base/development/vcluster.yaml"], &[]),
        (
            &[
                "kubernetes/clusters/home/a.yaml",
                "apps/overlays/home/kustomization.yaml",
                "apps/overlays/home/a.yaml",
            ],
            &["home: apps/overlays/home/** kubernetes/clusters/home/** (3)"],
        ),
        (&["overlays/qa/patch.yaml"], &[]),
        (&["overlays/non-prod/kustomization.yaml"], &["non-prod: overlays/non-prod/** (1)"]),
        (&["clusters/base/a.yaml", ".archive/clusters/old/a.yaml", "clusters/a b/c.yaml"], &[]),
        (&["clusters/pro[d]/prod/a.yaml"], &["prod: clusters/pro\\[d\\]/prod/** (1)"]),
    ];
    for (files, expected) in cases {
        assert_eq!(guessed(files), *expected, "{files:?}");
    }
}

#[test]
fn what_argo_cd_deploys_to_a_cluster_belongs_to_it() {
    let files = ["web-eu/a.yaml", "web-us/a.yaml", "shared/a.yaml"];
    let to = [
        ("web-eu", "prod-eu"),
        ("./web-us/", "dev"),
        ("shared", "dev"),
        ("shared", "prod-eu"),
        ("gone", "prod"),
    ];
    assert_eq!(deployed(&files, &to), ["dev: web-us/** (1)", "prod: web-eu/** (1) from dev"]);
}

#[test]
fn too_many_names_are_no_environments() {
    let names: Vec<String> = (0..13).map(|number| format!("clusters/c{number:02}/a.yaml")).collect();
    let files: Vec<RepoPath> = names.iter().map(|name| RepoPath::from(name.as_str())).collect();
    assert_eq!(environments_in(&files, &[]), Guess { environments: Vec::new(), left_out: 13 });
    assert_eq!(environments_in(&files[1..], &[]).environments.len(), 12);
}

#[test]
fn literal_patterns_match_themselves_only() {
    let hostile: [&[u8]; 8] = [
        b"a.yaml",
        b"a/*.yaml",
        b"a/b[1].yaml",
        b"!a/{b,c}.yaml",
        b"!a.yaml",
        b"a\\b/c?.yaml",
        b"a/\xff\xfe.yaml",
        b"a/\x1b[31m\n.yaml",
    ];
    for path in hostile {
        let path = RepoPath::new(path);
        let glob = literal_glob(&path);
        let entry = serde_json::json!({ "exclude": [glob] }).to_string();
        let known =
            Known { policies: &["image-tags", "plaintext-secrets", "no-direct-prod"], kubernetes: (11, 36) };
        let config = Config::parse(&"gate.yaml".into(), entry.as_bytes(), &known).unwrap();
        assert!(config.exclude.matches(&path), "{path} {glob}");
        for other in ["a/b.yaml", "x/a.yaml", "b/a/b1.yaml", "a/b1.yaml", "ab/c1.yaml"] {
            assert!(
                !config.exclude.matches(&RepoPath::from(other)) || path.as_str().is_none(),
                "{glob} {other}"
            );
        }
    }
    assert_eq!(literal_name("system:*"), Some("system:\\*".to_owned()));
    assert_eq!((literal_name(""), literal_name("a/b")), (None, None));
}

#[test]
fn endless_names_get_wide_globs() {
    let names: Vec<String> = (0..3_000).map(|number| format!("values-prod-{number:04}.yaml")).collect();
    let files: Vec<RepoPath> = names.iter().map(|name| RepoPath::from(name.as_str())).collect();
    let guess = environments_in(&files, &[]);
    let [prod] = guess.environments.as_slice() else { panic!("{:?}", guess.environments) };
    assert_eq!((prod.name.as_str(), prod.files, prod.globs.len()), ("prod", 3_000, 6));
    assert!(prod.globs.contains(&"**/*prod*".to_owned()), "{:?}", prod.globs);
}
