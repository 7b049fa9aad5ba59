//! What a file means.

use super::super::{Config, KubernetesVersion, Level, Limit, PolicySource};
use super::{good, parse};
use crate::model::{ObjectId, RepoPath, Severity};

pub(super) const WHOLE: &str = r#"
kubernetes: ["1.33", "1.32.4", "1.33"]
environments:
  prod: { paths: ["**/production/**"], branches: [main, "release/*"], kubernetes: "1.32", promotes-from: dev }
  dev: { paths: ["**/development/**"] }
policies:
  - use: builtin:image-tags
    settings: { prod: { require: semver }, list: [1, "1", yes] }
    severity: warning
    rules: { missing-image-tag: off, mutable-image-tag: error }
    environments: [prod]
    exclude: ["**/tests/**"]
    limits: { time: 2s }
  - use: ./policies//own.wasm
    sha256: 2C26B46B68FFC68FF99B453C1D30413413422D706483BFA0F98A5E886266E7AE
limits: { fuel: 500M, memory: 128MiB, output: 4194304, time: 10s }
exclude: [docs]
schemas: ["crds/**", default, "https://x.example/{{ .Group }}/{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json", "s/{{.ResourceKind}}.json"]
allow-missing-schemas: ["example.com/*"]
block-on: warning
waivers:
  - rule: image-tags/mutable-image-tag
    path: components/legacy/**
    object: Deployment/legacy/*
    reason: "the vendor ships only latest"
    owner: team-legacy
    expires: 2027-01-31
"#;

#[test]
fn everything_that_a_file_can_say() {
    let config = good(WHOLE);
    let versions =
        |versions: &[KubernetesVersion]| versions.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(versions(&config.kubernetes), ["1.33", "1.32"]);
    assert_eq!(config.block_on, Severity::Warning);
    assert!(config.exclude.matches(&RepoPath::from("docs/a.yaml")));
    assert!(config.schemas.matches(&RepoPath::from("crds/a.yaml")));
    assert_eq!(config.schemas.iter().count(), 1);
    let locations: Vec<_> = config.schema_locations.iter().map(ToString::to_string).collect();
    let url = "https://x.example/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json";
    assert_eq!(locations, ["default", url, "s/{{.ResourceKind}}.json"]);
    assert!(config.may_lack_schema("example.com/v1", "Widget"));
    assert!(!config.may_lack_schema("apps/v1", "Deployment"));
    let prod = config.environments.get("prod").expect("prod");
    assert_eq!(versions(config.kubernetes_of(Some(prod))), ["1.32"]);
    assert_eq!(versions(config.kubernetes_of(config.environments.get("dev"))), ["1.33", "1.32"]);
    assert!(prod.has_branch("main") && prod.has_branch("release/1") && !prod.has_branch("release/1/x"));
}

#[test]
fn policies() {
    let config = good(WHOLE);
    let [tags, own] = config.policies.as_slice() else { panic!("two policies") };
    assert_eq!(tags.source.to_string(), "builtin:image-tags");
    assert_eq!(tags.settings, r#"{"prod":{"require":"semver"},"list":[1,"1",true]}"#);
    for (pointer, column) in
        [("", 15), ("/prod/require", 34), ("/list/2", 59), ("/prod/none/at/all", 23), ("x", 15)]
    {
        let place = tags.place_of_setting(pointer);
        assert_eq!((place.start.line, place.start.column), (8, column), "{pointer}");
    }
    assert_eq!(own.place_of_setting("/x").start.line, 14);
    assert_eq!((tags.place.start.line, tags.place.start.column), (7, 10));
    assert_eq!(tags.level_of("missing-image-tag"), Some(Level::Off));
    assert_eq!(tags.level_of("mutable-image-tag"), Some(Level::Severity(Severity::Error)));
    assert_eq!(tags.level_of("any-other"), Some(Level::Severity(Severity::Warning)));
    let (fuel, memory) = (tags.limits.get(Limit::Fuel), tags.limits.get(Limit::Memory));
    assert_eq!((fuel, memory), (Some(500_000_000), Some(128 << 20)));
    assert_eq!((tags.limits.get(Limit::Time), own.limits.get(Limit::Time)), (Some(2_000), Some(10_000)));
    assert_eq!(own.limits.get(Limit::Output), Some(4 << 20));
    assert_eq!(own.limits.get(Limit::Stack), None);
    assert_eq!(own.source, PolicySource::File(RepoPath::from("policies/own.wasm")));
    assert_eq!(
        own.sha256.as_deref(),
        Some("2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae")
    );
    assert_eq!((own.settings.as_str(), own.level_of("x")), ("{}", None));
}

#[test]
fn policies_apply_by_environment_and_path() {
    let config = good(WHOLE);
    let [tags, own] = config.policies.as_slice() else { panic!("two policies") };
    let path = RepoPath::from("a/b.yaml");
    assert!(tags.applies_to(&path, ["prod"]) && tags.applies_to(&path, ["dev", "prod"]));
    assert!(!tags.applies_to(&path, ["dev"]) && !tags.applies_to(&path, []));
    assert!(!tags.applies_to(&RepoPath::from("a/tests/b.yaml"), ["prod"]));
    assert!(own.applies_to(&path, []));
}

#[test]
fn a_waiver_is_for_one_rule_at_one_place() {
    let config = good(WHOLE);
    let waiver = &config.waivers[0];
    let id = |kind: &str, namespace: Option<&str>, name: &str| ObjectId {
        api_version: "apps/v1".to_owned(),
        kind: kind.to_owned(),
        namespace: namespace.map(str::to_owned),
        name: name.to_owned(),
    };
    let path = RepoPath::from("components/legacy/x/y.yaml");
    let rule = "image-tags/mutable-image-tag";
    let web = id("Deployment", Some("legacy"), "web");
    assert!(waiver.matches(rule, &path, Some(&web), None));
    assert!(!waiver.matches("image-tags/missing-image-tag", &path, Some(&web), None));
    assert!(!waiver.matches(rule, &RepoPath::from("components/new/y.yaml"), Some(&web), None));
    assert!(!waiver.matches(rule, &path, Some(&id("Deployment", Some("other"), "web")), None));
    assert!(!waiver.matches(rule, &path, Some(&id("Deployment", None, "web")), None));
    assert!(!waiver.matches(rule, &path, None, None));
}

#[test]
fn a_waiver_for_a_kind_and_name_is_for_any_namespace() {
    let text = "waivers: [{ rule: 'a/*', object: Job/x, reason: r, owner: o, expires: 2027-01-31 }]\n";
    let config = good(text);
    let id = |namespace: Option<&str>| ObjectId {
        api_version: "batch/v1".to_owned(),
        kind: "Job".to_owned(),
        namespace: namespace.map(str::to_owned),
        name: "x".to_owned(),
    };
    for namespace in [None, Some("any")] {
        assert!(config.waivers[0].matches("a/b", &RepoPath::from("p"), Some(&id(namespace)), None));
    }
}

#[test]
fn a_waiver_for_a_container_is_for_no_other_place() {
    let with = |name: &str| {
        let text = format!(
            "waivers: [{{ rule: 'a/*', container: '{name}', reason: r, owner: o, expires: 2027-01-31 }}]\n"
        );
        good(&text).waivers.remove(0)
    };
    let path = RepoPath::from("p");
    for (pattern, container, expected) in [
        ("proxy", Some("proxy"), true),
        ("proxy", Some("proxy2"), false),
        ("proxy", Some("Proxy"), false),
        ("proxy", None, false),
        ("side-*", Some("side-car"), true),
        ("*", Some(""), true),
        ("*", None, false),
    ] {
        assert_eq!(with(pattern).matches("a/b", &path, None, container), expected, "{pattern} {container:?}");
    }
}

#[test]
fn no_waiver_is_for_the_rules_about_waivers() {
    let text = "waivers: [{ rule: '*/*', path: '**', reason: r, owner: o, expires: 2027-01-31 }]\n";
    let waiver = &good(text).waivers[0];
    assert!(waiver.matches("a/b", &RepoPath::from("p"), None, None));
    assert!(!waiver.matches("waiver/expired", &RepoPath::from("gate.yaml"), None, None));
}

#[test]
fn a_waiver_covers_what_allows_no_more() {
    let waiver = |fields: &str, day: &str| {
        let text =
            format!("waivers: [{{ {fields}, reason: r{day}, owner: o{day}, expires: 2027-01-{day} }}]\n");
        good(&text).waivers.remove(0)
    };
    let old = waiver("rule: a/b, path: x", "15");
    for (fields, day, expected) in [
        ("rule: a/b, path: x", "15", true),
        ("rule: a/b, path: x", "14", true),
        ("rule: a/b, path: x", "16", false),
        ("rule: a/*, path: x", "15", false),
        ("rule: a/b, path: z", "15", false),
        ("rule: a/b, path: x, object: Pod/x", "15", false),
        ("rule: a/b, path: x, container: z", "15", false),
        ("rule: a/b, container: x", "15", false),
    ] {
        assert_eq!(old.covers(&waiver(fields, day)), expected, "{fields} {day}");
    }
}

#[test]
fn idle_waivers_are_those_whose_path_matches_no_file() {
    let waiver =
        |scope: &str| format!("- {{ rule: a/b, {scope}, reason: r, owner: o, expires: 2027-01-31 }}\n");
    let scopes = ["path: apps", "path: gone/**", "object: Pod/x", "path: 'apps/*.yaml'", "path: gone.yaml"];
    let config = good(&format!("waivers:\n{}", scopes.map(waiver).concat()));
    let paths = [RepoPath::from("apps/web.yaml"), RepoPath::from("x/y.yaml")];
    assert_eq!(super::super::idle_paths(&config.waivers, paths.iter()), [false, true, false, false, true]);
    assert_eq!(super::super::idle_paths(&config.waivers, [].iter()), [true, true, false, true, true]);
}

#[test]
fn an_annotation_holds_one_waiver_or_a_list_of_them() {
    use super::super::annotated_waivers;
    let one = "rule: a/b\nreason: r\nowner: o\nexpires: 2027-01-31\n";
    let item = "- {rule: a/*, container: x, reason: r, owner: o, expires: 2027-01-31}\n";
    let scopes = |text: &str| -> Vec<String> {
        annotated_waivers(text).unwrap().iter().map(super::super::Waiver::scope).collect()
    };
    assert_eq!(scopes(one), ["a/b"]);
    assert_eq!(scopes(&item.repeat(20)).len(), 20);
    assert_eq!(scopes(item), ["a/* in container x"]);
    let wrong = |text: &str| annotated_waivers(text).unwrap_err();
    let unknown = "line 5, column 1 of it: unknown key";
    for (text, expected) in [
        (String::new(), "it is empty"),
        ("null".to_owned(), "it is empty"),
        ("a/b".to_owned(), "line 1, column 1 of it: `gate.dev/waive` must be a map, not text"),
        ("[a/b]".to_owned(), "line 1, column 2 of it: `gate.dev/waive` must be a map, not text"),
        (format!("{one}path: '**'\n"), unknown),
        (format!("{one}object: Pod/x\n"), unknown),
        (one.replace("owner: o\n", ""), "line 1, column 1 of it: `owner` is missing"),
        (one.replace("2027-01-31", "2027-13-01"), "line 4, column 10 of it: `2027-13-01` is no date"),
        (one.replace("a/b", "a"), "line 1, column 7 of it: `a` is no rule"),
        (format!("{one}---\n{one}"), "it holds more than one document"),
        (item.repeat(21), "it holds more than 20 waivers"),
        ("rule: [".to_owned(), "line "),
        ("x".repeat(9_000), "it has more than 8192 bytes"),
        ("[".repeat(8_000), "line "),
        ("- &a [*a, *a]\n".repeat(500), "line "),
    ] {
        assert!(wrong(&text).starts_with(expected), "{expected}: {}", wrong(&text));
        assert!(wrong(&text).chars().count() < 400 && !wrong(&text).contains('\n'));
    }
    assert!(wrong("\u{202e}\u{1b}[31m: 1").chars().all(|c| !c.is_control() && c != '\u{202e}'));
}

#[test]
fn a_waiver_holds_through_its_last_day_in_utc() {
    let config = good(WHOLE);
    let waiver = &config.waivers[0];
    assert!(!waiver.is_expired("2027-01-31T23:59:59Z"));
    assert!(waiver.is_expired("2027-02-01T00:00:00Z"));
    assert!(waiver.is_expired("2027-01-31T23:00:00-02:00"));
    assert!(waiver.is_expired("soon"));
}

#[test]
fn an_empty_file_is_the_default() {
    for text in ["", "\n", "# nothing\n", "{}\n", "---\n"] {
        let config = good(text);
        let sources: Vec<String> = config.policies.iter().map(|policy| policy.source.to_string()).collect();
        assert_eq!(
            sources,
            ["builtin:image-tags", "builtin:plaintext-secrets", "builtin:no-direct-prod"],
            "{text:?}"
        );
        assert!(config.environments.iter().all(|environment| !environment.declared));
        assert_eq!(config.block_on, Severity::Error);
    }
    assert_eq!(Config::default().policies.len(), 3);
}

#[test]
fn limits_of_the_file_hold_for_the_default_policies_too() {
    assert!(
        good("limits: { fuel: 1k }\n")
            .policies
            .iter()
            .all(|policy| policy.limits.get(Limit::Fuel) == Some(1000))
    );
}

#[test]
fn an_empty_list_of_policies_is_none() {
    assert!(good("policies: []\n").policies.is_empty());
}

#[test]
fn off_is_a_word_although_yaml_has_it_as_false() {
    for off in ["off", "\"off\""] {
        let config = good(&format!("policies: [{{ use: builtin:a, severity: {off} }}]\n"));
        assert_eq!(config.policies[0].level, Some(Level::Off));
    }
    assert!(parse("policies: [{ use: builtin:a, severity: false }]\n").is_err());
}
