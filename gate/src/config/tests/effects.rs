//! What a change of the configuration changes in effect: every key of the published schema has a line of its own.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::{Config, Limit, PolicySource, RuleDefault, effects, json_schema};
use super::good;
use crate::model::{Effect, Severity};

/// An effect in one line: `!` weakens, `+` added, `-` removed, `→` another value.
fn line(effect: &Effect) -> String {
    let mark = if effect.weakens { "! " } else { "" };
    let subject = &effect.subject;
    match (&effect.before, &effect.after) {
        (Some(before), Some(after)) => format!("{mark}{subject}: {before} → {after}"),
        (None, Some(after)) => format!("{mark}{subject}: + {after}"),
        (Some(before), None) => format!("{mark}{subject}: - {before}"),
        (None, None) => format!("{mark}{subject}"),
    }
}

fn lines(base: &str, head: &str) -> Vec<String> {
    effects(&good(base), &good(head), &[]).iter().map(line).collect()
}

const DIGEST: &str = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
const WAIVER: &str = "{ rule: a/x, path: old/**, reason: vendor, owner: team, expires: 2027-01-31 }";

/// A configuration with one policy, and with `more` in its entry.
fn policy(more: &str) -> String {
    format!("environments: {{ prod: {{ paths: [p] }} }}\npolicies: [{{ use: builtin:a{more} }}]")
}

fn waiver(old: &str, new: &str) -> String {
    format!("waivers: [{}]", WAIVER.replace(old, new))
}

/// The key as a path in the published schema, two configurations that differ in it, and what that means.
fn cases() -> Vec<(&'static str, String, String, Vec<&'static str>)> {
    let own = |text: &str| text.to_owned();
    let prod =
        |text: &str| format!("environments: {{ dev: {{ paths: [d] }}, prod: {{ paths: [p]{text} }} }}");
    let file = |more: &str| format!("policies: [{{ use: ./x.wasm{more} }}]");
    let signed = |rule: &str| format!(", signature: {{ {rule} }}");
    vec![
        (
            "kubernetes",
            own("kubernetes: ['1.32']"),
            own("kubernetes: ['1.31']"),
            vec!["! kubernetes: 1.32 → 1.31"],
        ),
        (
            "environments",
            own("environments: { prod: { paths: [p] } }"),
            own("environments: { prd: { paths: [p] } }"),
            vec!["! environment: - prod", "! environment: + prd", "! paths of environment prd: + p"],
        ),
        (
            "environments.*.paths",
            prod(""),
            prod("").replace("[p]", "[q]"),
            vec!["! paths of environment prod: - p", "! paths of environment prod: + q"],
        ),
        (
            "environments.*.branches",
            prod(""),
            prod(", branches: [main]"),
            vec!["! branches of environment prod: + main"],
        ),
        (
            "environments.*.kubernetes",
            prod(", kubernetes: '1.32'"),
            prod(", kubernetes: '1.33'"),
            vec!["kubernetes of environment prod: 1.32 → 1.33"],
        ),
        (
            "environments.*.promotes-from",
            own("environments: { a: { paths: [a] }, b: { paths: [b], promotes-from: a } }"),
            own("environments: { a: { paths: [a] }, b: { paths: [b] } }"),
            vec!["! promotes-from of environment b: a → none"],
        ),
        (
            "policies",
            own("policies: [{ use: builtin:a }]"),
            own("policies: [{ use: ./b.wasm }]"),
            vec!["! policy: - a", "policy: + ./b.wasm"],
        ),
        (
            "policies.use",
            own("policies: [{ use: ./a.wasm }]"),
            own("policies: [{ use: ./b.wasm }]"),
            vec!["! policy: - ./a.wasm", "policy: + ./b.wasm"],
        ),
        (
            "policies.sha256",
            file(&format!(", sha256: {DIGEST}")),
            file(""),
            vec![
                "! sha256 of policy ./x.wasm: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae → any",
            ],
        ),
        (
            "policies.signature",
            file(&signed("key: ./a.pub")),
            file(""),
            vec!["! signature of policy ./x.wasm: by key ./a.pub → by nobody"],
        ),
        (
            "policies.signature.key",
            file(""),
            file(&signed("key: ./a.pub")),
            vec!["signature of policy ./x.wasm: by nobody → by key ./a.pub"],
        ),
        (
            "policies.signature.issuer",
            file(&signed("issuer: i, identity: a")),
            file(&signed("issuer: j, identity: a")),
            vec!["! signature of policy ./x.wasm: by a of i → by a of j"],
        ),
        (
            "policies.signature.identity",
            file(&signed("issuer: i, identity: a")),
            file(&signed("issuer: i, identity: b")),
            vec!["! signature of policy ./x.wasm: by a of i → by b of i"],
        ),
        (
            "policies.signature.identity-pattern",
            file(&signed("issuer: i, identity: a@x")),
            file(&signed("issuer: i, identity-pattern: '*@x'")),
            vec!["! signature of policy ./x.wasm: by a@x of i → by whoever matches *@x of i"],
        ),
        (
            "policies.signature.trusted-root",
            file(&signed("key: ./a.pub")),
            file(&signed("key: ./a.pub, trusted-root: ./r.json")),
            vec!["! signature of policy ./x.wasm: by key ./a.pub → by key ./a.pub (trusted root ./r.json)"],
        ),
        (
            "signature",
            file("") + "\nsignature: { key: ./a.pub }",
            file(""),
            vec!["! signature of policy ./x.wasm: by key ./a.pub → by nobody"],
        ),
        (
            "signature.key",
            file("") + "\nsignature: { key: ./a.pub }",
            file("") + "\nsignature: { key: ./b.pub }",
            vec!["! signature of policy ./x.wasm: by key ./a.pub → by key ./b.pub"],
        ),
        (
            "signature.issuer",
            file("") + "\nsignature: { issuer: i, identity: a }",
            file("") + "\nsignature: { issuer: j, identity: a }",
            vec!["! signature of policy ./x.wasm: by a of i → by a of j"],
        ),
        (
            "signature.identity",
            file("") + "\nsignature: { issuer: i, identity: a }",
            file("") + "\nsignature: { issuer: i, identity: b }",
            vec!["! signature of policy ./x.wasm: by a of i → by b of i"],
        ),
        (
            "signature.identity-pattern",
            file(""),
            file("") + "\nsignature: { issuer: i, identity-pattern: '*' }",
            vec!["signature of policy ./x.wasm: by nobody → by whoever matches * of i"],
        ),
        (
            "signature.trusted-root",
            file("") + "\nsignature: { key: ./a.pub, trusted-root: ./r.json }",
            file("") + "\nsignature: { key: ./a.pub, trusted-root: ./s.json }",
            vec![
                "! signature of policy ./x.wasm: by key ./a.pub (trusted root ./r.json) → by key ./a.pub (trusted root ./s.json)",
            ],
        ),
        (
            "require-signatures",
            file(&signed("key: ./a.pub")) + "\nrequire-signatures: true",
            file(&signed("key: ./a.pub")),
            vec!["! require-signatures: true → false"],
        ),
        (
            "policies.settings",
            policy(", settings: { prod: { require: semver, count: 1 }, l: [a, b] }"),
            policy(", settings: { prod: { require: any }, l: [b, c], o: {} }"),
            vec![
                "! settings of policy a at /l: - \"a\"",
                "! settings of policy a at /l: + \"c\"",
                "! settings of policy a at /o: + {}",
                "! settings of policy a at /prod/count: - 1",
                "! settings of policy a at /prod/require: \"semver\" → \"any\"",
            ],
        ),
        (
            "policies.severity",
            policy(", severity: error"),
            policy(", severity: off"),
            vec!["! severity of policy a: error → off"],
        ),
        (
            "policies.rules",
            policy(", rules: { x: warning }"),
            policy(", rules: { x: error, z: off }"),
            vec!["severity of a/x: warning → error", "! severity of a/z: as the policy says → off"],
        ),
        (
            "policies.environments",
            policy(""),
            policy(", environments: [prod]"),
            vec!["! environments of policy a: everywhere → prod"],
        ),
        (
            "policies.exclude",
            policy(", exclude: [t]"),
            policy(", exclude: [v]"),
            vec!["exclude of policy a: - t", "! exclude of policy a: + v"],
        ),
        (
            "policies.secrets",
            file(""),
            file(", secrets: clear"),
            vec!["! secrets of policy ./x.wasm: masked → clear"],
        ),
        (
            "policies.limits",
            policy(", limits: { fuel: 1M }"),
            policy(""),
            vec!["limits of policy a: fuel: 1M → the gate's own"],
        ),
        ("exclude", own(""), own("exclude: [vendor/**]"), vec!["! exclude: + vendor/**"]),
        ("schemas", own("schemas: [crds/**]"), own(""), vec!["! schemas: - crds/**"]),
        (
            "schemas",
            own("schemas: [default, 's/{{.ResourceKind}}.json']"),
            own("schemas: ['s/{{ .ResourceKind }}.json', default]"),
            vec!["! order of schemas: default, s/{{.ResourceKind}}.json → s/{{.ResourceKind}}.json, default"],
        ),
        (
            "allow-missing-schemas",
            own(""),
            own("allow-missing-schemas: [x.io/*]"),
            vec!["! allow-missing-schemas: + x.io/*"],
        ),
        ("block-on", own("block-on: warning"), own(""), vec!["! block-on: warning → error"]),
        (
            "limits",
            policy(""),
            policy("") + "\nlimits: { time: 2s }",
            vec!["limits of policy a: time: the gate's own → 2s"],
        ),
        (
            "waivers",
            own(""),
            waiver("", ""),
            vec!["! waiver: + a/x at old/** until 2027-01-31 (team): vendor"],
        ),
        (
            "waivers.rule",
            waiver("", ""),
            waiver("a/x", "a/*"),
            vec![
                "waiver: - a/x at old/** until 2027-01-31 (team): vendor",
                "! waiver: + a/* at old/** until 2027-01-31 (team): vendor",
            ],
        ),
        (
            "waivers.path",
            waiver("", ""),
            waiver("old/**", "'**'"),
            vec![
                "waiver: - a/x at old/** until 2027-01-31 (team): vendor",
                "! waiver: + a/x at ** until 2027-01-31 (team): vendor",
            ],
        ),
        (
            "waivers.object",
            waiver("", ""),
            waiver("path:", "object: Pod/x, path:"),
            vec![
                "waiver: - a/x at old/** until 2027-01-31 (team): vendor",
                "! waiver: + a/x at old/** for Pod/x until 2027-01-31 (team): vendor",
            ],
        ),
        (
            "waivers.container",
            waiver("", ""),
            waiver("path:", "container: proxy, path:"),
            vec![
                "waiver: - a/x at old/** until 2027-01-31 (team): vendor",
                "! waiver: + a/x at old/** in container proxy until 2027-01-31 (team): vendor",
            ],
        ),
        ("not-waivable", own("not-waivable: [a/*]"), own(""), vec!["! not-waivable: - a/*"]),
        (
            "waivers-from-change",
            own("waivers-from-change: false"),
            own("waivers-from-change: true"),
            vec!["! waivers-from-change: false → true"],
        ),
        (
            "waivers-by-annotation",
            own(""),
            own("waivers-by-annotation: yes"),
            vec!["! waivers-by-annotation: false → true"],
        ),
        (
            "waivers.reason",
            waiver("", ""),
            waiver("vendor", "because"),
            vec!["reason of the waiver of a/x at old/**: vendor → because"],
        ),
        (
            "waivers.owner",
            waiver("", ""),
            waiver("owner: team", "owner: nobody"),
            vec!["owner of the waiver of a/x at old/**: team → nobody"],
        ),
        (
            "waivers.expires",
            waiver("", ""),
            waiver("2027", "2028"),
            vec!["! last day of the waiver of a/x at old/**: 2027-01-31 → 2028-01-31"],
        ),
    ]
}

/// Every limit, of a policy and of the file: the stack is the file's alone.
fn limits() -> Vec<(String, String, String, String)> {
    let mut cases = Vec::new();
    for limit in Limit::ALL {
        let key = limit.key();
        let (least, most) = (limit.write(limit.amount().least), limit.write(limit.most()));
        let line = |old: &str, new: &str| format!("limits of policy a: {key}: {old} → {new}");
        let of = |value: &str| format!("limits: {{ {key}: {value} }}");
        let whole = policy("") + "\n" + &of(&most);
        cases.push((format!("limits.{key}"), policy(""), whole.clone(), line("the gate's own", &most)));
        if limit != Limit::Stack {
            let own = policy(&format!(", {}", of(&least))) + "\n" + &of(&most);
            cases.push((format!("policies.limits.{key}"), whole, own, line(&most, &least)));
        }
    }
    cases
}

/// The keys of the schema, as `policies.limits.fuel`; `*` stands for a name of the user's.
fn keys(schema: &Value, path: &str, found: &mut BTreeSet<String>) {
    let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    for (key, value) in schema["properties"].as_object().into_iter().flatten() {
        found.insert(join(key));
        keys(value, &join(key), found);
    }
    if schema["additionalProperties"].is_object() {
        keys(&schema["additionalProperties"], &join("*"), found);
    }
    if schema["items"].is_object() {
        keys(&schema["items"], path, found);
    }
}

#[test]
fn every_key_has_an_effect() {
    for (key, base, head, expected) in cases() {
        assert_eq!(lines(&base, &head), expected, "{key}");
        assert_eq!(lines(&base, &base), [""; 0], "{key}");
        assert_eq!(lines(&head, &head), [""; 0], "{key}");
    }
    let schema: Value = serde_json::from_str(&json_schema()).expect("JSON");
    let mut published = BTreeSet::new();
    keys(&schema, "", &mut published);
    for (key, base, head, expected) in limits() {
        assert_eq!(lines(&base, &head), [expected], "{key}");
    }
    let mut tested: BTreeSet<String> = cases().into_iter().map(|(key, ..)| key.to_owned()).collect();
    tested.extend(limits().into_iter().map(|(key, ..)| key));
    assert_eq!(tested, published, "a key without an effect, or an effect without a key");
    // The whole file has 14 keys, an environment 4, a policy 10, limits 16 and 15, a signature (twice) 5, a waiver 7.
    assert_eq!(published.len(), 14 + 4 + 10 + 16 + 15 + 5 + 5 + 7);
}

#[test]
fn another_version_of_a_policy_from_a_registry_is_the_same_policy() {
    let one = |reference: &str| {
        format!("policies: [{{ use: 'oci://registry.example.com/team/x{reference}', sha256: {DIGEST} }}]")
    };
    assert_eq!(
        lines(&one(":1.0.0"), &one(":1.1.0")),
        ["! version of policy oci://registry.example.com/team/x: oci://registry.example.com/team/x:1.0.0 → \
             oci://registry.example.com/team/x:1.1.0"]
    );
    assert_eq!(
        lines(&one(":1.0.0"), &one(":1.0.0").replace("team/x", "evil/x")),
        ["! policy: - oci://registry.example.com/team/x", "policy: + oci://registry.example.com/evil/x"]
    );
}

#[test]
fn promotion_follows_the_file_or_the_usual_names() {
    let file = |from: &str| {
        format!("environments: {{ a: {{ paths: [a] }}, b: {{ paths: [b] }}, c: {{ paths: [c]{from} }} }}")
    };
    assert_eq!(
        lines(&file(", promotes-from: a"), &file(", promotes-from: b")),
        ["! promotes-from of environment c: a → b", "! order of the environments: a, c, b → b, c, a",]
    );
}

#[test]
fn spelling_order_and_comments_have_no_effect() {
    let base = "kubernetes: '1.33'\nexclude: [a, b]\npolicies: [{ use: builtin:a, settings: { x: 1, y: 2 } }, \
                { use: ./b.wasm }]";
    let head = "# comment\npolicies: [{ use: .//b.wasm }, { settings: { y: 2, x: 1 }, use: builtin:a }]\n\
                exclude: [b, a]\nkubernetes: [v1.33.7]\nblock-on: error\nwaivers: []\n";
    assert_eq!(lines(base, head), [""; 0]);
    assert_eq!(lines("", "# nothing"), [""; 0]);
}

#[test]
fn declared_environments_take_the_place_of_recognised_ones() {
    assert_eq!(
        lines("", "environments: { dev: { paths: [d] }, live: { paths: [l] } }"),
        [
            "! environments: recognised by the usual names → as the file declares them",
            "! environment: - stage",
            "! environment: - prod",
            "! paths of environment dev: + d",
            "! environment: + live",
            "! paths of environment live: + l",
        ]
    );
}

#[test]
fn versions_weaken_when_less_is_refused() {
    for (base, head, expected) in [
        ("['1.30', '1.32']", "['1.32']", "! kubernetes: 1.30, 1.32 → 1.32"),
        ("['1.32']", "['1.32', '1.33']", "kubernetes: 1.32 → 1.32, 1.33"),
        ("['1.32', '1.31']", "['1.33', '1.31']", "kubernetes: 1.31, 1.32 → 1.31, 1.33"),
    ] {
        assert_eq!(lines(&format!("kubernetes: {base}"), &format!("kubernetes: {head}")), [expected]);
    }
    let newest = "the newest that the gate knows";
    assert_eq!(lines("", "kubernetes: '1.37'"), [format!("! kubernetes: {newest} → 1.37")]);
    assert_eq!(lines("kubernetes: '1.37'", ""), [format!("kubernetes: 1.37 → {newest}")]);
}

#[test]
fn one_policy_several_times_is_matched_by_its_environments() {
    let both = "environments: { prod: { paths: [p] }, dev: { paths: [d] } }\npolicies:\n";
    let entry = |places: &str, severity: &str| {
        format!("  - {{ use: builtin:a, environments: [{places}], severity: {severity} }}\n")
    };
    let base = both.to_owned() + &entry("prod", "error") + &entry("dev", "warning");
    let swapped = both.to_owned() + &entry("dev", "warning") + &entry("prod", "info");
    assert_eq!(lines(&base, &swapped), ["! severity of policy a: error → info"]);
    let fewer = both.to_owned() + &entry("dev, prod", "error");
    assert_eq!(
        lines(&base, &fewer),
        ["environments of policy a: prod → dev, prod", "! policy: - a for dev",]
    );
}

#[test]
fn severities_of_known_rules_are_told_one_by_one() {
    let rule = |rule: &str, severity| RuleDefault {
        source: PolicySource::Builtin("a".to_owned()),
        rule: rule.to_owned(),
        severity,
    };
    let rules = [rule("x", Severity::Error), rule("y", Severity::Info)];
    let lines = |base: &str, head: &str| -> Vec<String> {
        effects(&good(&policy(base)), &good(&policy(head)), &rules).iter().map(line).collect()
    };
    assert_eq!(
        lines("", ", severity: warning"),
        ["! severity of a/x: error → warning", "severity of a/y: info → warning",]
    );
    assert_eq!(
        lines("", ", severity: off"),
        ["! severity of a/x: error → off", "! severity of a/y: info → off",]
    );
    assert_eq!(lines(", severity: off", ", rules: { x: off }"), ["severity of a/y: off → info"]);
    assert_eq!(
        lines("", ", rules: { x: error }"),
        ["severity of a/x: error unless the policy says otherwise → error",]
    );
    assert_eq!(
        lines(", rules: { x: error }", ""),
        ["! severity of a/x: error → error unless the policy says otherwise",]
    );
}

#[test]
fn a_hostile_file_is_compared_in_time() {
    let many = |from: usize| -> String {
        let waiver =
            |at: usize| format!("- {{rule: a/x, path: 'p{at}', reason: r, owner: o, expires: 2027-01-31}}\n");
        "waivers:\n".to_owned() + &(from..from + 10_000).map(waiver).collect::<String>()
    };
    assert_eq!(effects(&good(&many(0)), &good(&many(5_000)), &[]).len(), 10_000);
    let deep = format!("policies: [{{ use: builtin:a, settings: {}1{} }}]", "[".repeat(150), "]".repeat(150));
    assert_eq!(lines(&deep.replace('1', "2"), &deep).len(), 1);
    assert_eq!(effects(&Config::default(), &Config::default(), &[]), []);
}
