//! Every kind of mistake, each with its place counted by hand.

use super::parse;

/// `line:col: message | hint` of every problem.
fn problems(text: &str) -> Vec<String> {
    let problems = parse(text).err().unwrap_or_default();
    problems
        .iter()
        .map(|problem| {
            let place = problem.to_string();
            let place = place.strip_prefix("gate.yaml:").unwrap_or(&place).to_owned();
            match &problem.hint {
                Some(hint) => format!("{place} | {hint}"),
                None => place,
            }
        })
        .collect()
}

#[test]
fn shape() {
    for (text, expected) in [
        ("polices: []\n", "1:1: unknown key `polices` | did you mean `policies`?"),
        (
            "policies:\n  - use: builtin:a\n    enviroments: [prod]\n",
            "3:5: unknown key `enviroments` | did you mean `environments`?",
        ),
        (
            "limits:\n  zzz: 1\n",
            "2:3: unknown key `zzz` | allowed: `fuel`, `fuel-per-object`, `time`, `memory`, `tables`, `output`, `findings`, `message`, `module`, `compile-memory`, `compile-time`, `compile-time-per-mib`, `batch-objects`, `batch-bytes`, `failing-objects`, `stack`",
        ),
        ("- a\n", "1:1: `gate.yaml` must be a map, not a list"),
        ("policies:\n", "1:10: `policies` must be a list, not empty | give a value or remove the key"),
        ("exclude: docs\n", "1:10: `exclude` must be a list, not text | begin each item with `- `"),
        ("exclude:\n  - [a]\n", "2:5: `exclude` must be a glob, not a list"),
        (
            "kubernetes: 1.30\n",
            "1:13: `kubernetes` must be a version in quotes, not a number | put it in quotes: \"1.30\"",
        ),
        (
            "block-on: fatal\n",
            "1:11: `fatal` is no value of `block-on` | allowed: `error`, `warning`, `info`",
        ),
        ("block-on: eror\n", "1:11: `eror` is no value of `block-on` | did you mean `error`?"),
        ("block-on: 3\n", "1:11: `block-on` must be a word, not a number | put it in quotes: \"3\""),
        (
            "policies:\n  - use: builtin:a\n    severity: no\n",
            "3:15: `no` is no value of `severity` | allowed: `error`, `warning`, `info`, `off`",
        ),
        (
            "policies:\n- settings: {}\n",
            "2:3: `use` is missing | Where the policy is: `builtin:NAME`, `./path/to/policy.wasm` or `oci://registry/repository:tag`.",
        ),
    ] {
        assert_eq!(problems(text), [expected], "{text}");
    }
}

#[test]
fn formats() {
    for (text, expected) in [
        (
            "kubernetes: [\"1.33\", \"2.0\"]\n",
            "1:22: `2.0` is no Kubernetes version | write major.minor, as in \"1.33\"",
        ),
        ("exclude: [\"a[\"]\n", "1:11: `a[` is no glob: unclosed character class; missing ']'"),
        ("exclude: ['!a']\n", "1:11: a glob cannot be negated | name what to match; leave out the `!`"),
        (
            "schemas:\n  - crds/**\n  - https://example.com/{{.Group}}.json\n",
            "3:5: `https://example.com/{{.Group}}.json` is no location of schemas: it has no `{{ .ResourceKind }}`: every kind would have the same schema | write `https://host/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json`, or such a path",
        ),
        (
            "schemas: [\"http://example.com/{{.ResourceKind}}.json\"]\n",
            "1:11: `http://example.com/{{.ResourceKind}}.json` is no location of schemas: schemas are fetched by https only (http is for servers on this machine) | write `https://host/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json`, or such a path",
        ),
        (
            "schemas: [\"../{{.ResourceKind}}.json\"]\n",
            "1:11: `../{{.ResourceKind}}.json` is no location of schemas: a path is relative to the root of the repository, and stays in it | write `https://host/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json`, or such a path",
        ),
        (
            "allow-missing-schemas: [a/b/c/d]\n",
            "1:25: `a/b/c/d` is no kind | write `group/version/Kind`, `group/*` or `Kind`, as in `example.com/v1/Widget`",
        ),
        ("limits: { memory: 128mb }\n", "1:19: `128mb` is no size | write bytes or a unit, as in \"128MiB\""),
        ("limits: { time: \"10\" }\n", "1:17: `10` is no time | write a unit, as in \"10s\" or \"500ms\""),
        ("limits: { time: 11m }\n", "1:17: `11m` is more than `time` can be | 10m is the most"),
        ("limits: { time: 9ms }\n", "1:17: `9ms` is less than `time` can be | 10ms is the least"),
        ("limits:\n  memory: 2GiB\n", "2:11: `2GiB` is more than `memory` can be | 1GiB is the most"),
        ("limits: { memory: 1KiB }\n", "1:19: `1KiB` is less than `memory` can be | 64KiB is the least"),
        ("limits: { findings: 20k }\n", "1:21: `20k` is more than `findings` can be | 10000 is the most"),
        (
            "limits: { tables: 1.5 }\n",
            "1:19: `tables` must be a number, not a number | put it in quotes: \"1.5\"",
        ),
        ("limits: { stack: 8MiB }\n", "1:18: `8MiB` is more than `stack` can be | 4MiB is the most"),
        ("limits: { fuel: 0 }\n", "1:17: `0` is no amount of fuel | write a number, as in \"500M\""),
        (
            "environments: { a b: { paths: [x] } }\n",
            "1:17: `a b` is no name | use letters, digits, `-`, `_` and `.`",
        ),
        (
            "policies: [{ use: \"oci://registry.example.com/x:1\" }]\n",
            "1:19: `oci://registry.example.com/x:1` is not pinned: a tag can be moved | add `sha256`, or `@sha256:…` behind the tag (`gate policy pull` shows both), or `signature`",
        ),
        (
            "policies: [{ use: \"https://example.com/x.wasm\" }]\n",
            "1:19: policies from https:// are not supported | push the policy to an OCI registry, or put the file into the repository",
        ),
        (
            "policies: [{ use: \"oci://team/x:1\" }]\n",
            "1:19: `oci://team/x:1` names no registry: a host with a dot or a port, or `localhost` | write `oci://registry.example.com/team/policy:1.2.0`, or `@sha256:…` in place of the tag",
        ),
        (
            "require-signatures: true\npolicies: [{ use: ./x.wasm }, { use: builtin:a }]\n",
            "2:19: nothing says who must have signed `./x.wasm` | `require-signatures` is set: add `signature`, to the policy or to the file",
        ),
        (
            "policies: [{ use: builtin:a, signature: { key: ./k.pub } }]\n",
            "1:41: a built-in policy has no signature of its own | remove `signature`: the policy is part of the gate",
        ),
        (
            "policies: [{ use: ./x.wasm, signature: { issuer: i } }]\n",
            "1:40: `signature` names an issuer without an identity: anybody whom it knows could sign | give `key`, or `issuer` with `identity` or `identity-pattern`",
        ),
        (
            "policies: [{ use: ./x.wasm, signature: { identity: a } }]\n",
            "1:40: `signature` names an identity without its issuer | give `key`, or `issuer` with `identity` or `identity-pattern`",
        ),
        (
            "policies: [{ use: ./x.wasm, signature: {} }]\n",
            "1:40: `signature` names nobody who could have signed | give `key`, or `issuer` with `identity` or `identity-pattern`",
        ),
        (
            "signature: { key: ./k.pub, issuer: i, identity: a }\n",
            "1:12: `signature` names a key and a certificate's identity at once | give `key`, or `issuer` with `identity` or `identity-pattern`",
        ),
        (
            "signature: { issuer: i, identity: a, identity-pattern: b }\n",
            "1:12: `signature` names both `identity` and `identity-pattern` | give `key`, or `issuer` with `identity` or `identity-pattern`",
        ),
        (
            "policies: [{ use: ./x.wasm, signature: { key: ../k.pub } }]\n",
            "1:47: `../k.pub` is no file of the repository | write its path from the root of the repository, as in `./keys/cosign.pub`",
        ),
        ("require-signatures: maybe\n", "1:21: `require-signatures` must be `true` or `false`, not text"),
        ("policies: [{ use: ./../x.wasm }]\n", "1:19: a policy's path cannot leave the repository with `..`"),
        (
            "policies: [{ use: image-tags }]\n",
            "1:19: `image-tags` is no policy | write `builtin:NAME`, the path of a file as in `./policies/x.wasm`, or `oci://…`",
        ),
        ("policies: [{ use: ./x.wasm, sha256: abc }]\n", "1:37: a SHA-256 digest has 64 hexadecimal digits"),
        (
            "policies: [{ use: builtin:a, rules: { a/b: off } }]\n",
            "1:39: `a/b` is no rule of a policy | write the rule without the policy, as in `mutable-image-tag`",
        ),
    ] {
        assert_eq!(problems(text), [expected], "{text}");
    }
}

#[test]
fn references() {
    for (text, expected) in [
        (
            "environments:\n  stage: { paths: [s] }\n  prod: { paths: [p], promotes-from: stge }\n",
            "3:38: there is no environment `stge` | did you mean `stage`?",
        ),
        (
            "environments:\n  prod: { paths: [p], promotes-from: prod }\n",
            "2:38: environment `prod` promotes from itself: from `prod` | the first environment promotes from none",
        ),
        (
            "environments: { prod: {} }\n",
            "1:17: environment `prod` is nowhere | give it `paths` or `branches`",
        ),
        (
            "environments: { prod: { paths: [] } }\n",
            "1:17: environment `prod` is nowhere | give it `paths` or `branches`",
        ),
        (
            "policies: [{ use: builtin:a, environments: [production] }]\n",
            "1:45: there is no environment `production` | allowed: `dev`, `stage`, `prod`",
        ),
        (
            "policies: [{ use: builtin:a, sha256: \"0000000000000000000000000000000000000000000000000000000000000000\" }]\n",
            "1:38: a built-in policy has no digest of its own | remove `sha256`: the policy is part of the gate",
        ),
    ] {
        assert_eq!(problems(text), [expected], "{text}");
    }
}

#[test]
fn promotion_in_a_circle_is_said_for_each_environment_of_it() {
    let text = "environments:\n  a: { paths: [a], promotes-from: c }\n  b: { paths: [b], promotes-from: a }\n  c: { paths: [c], promotes-from: b }\n  d: { paths: [d], promotes-from: a }\n";
    let hint = "the first environment promotes from none";
    assert_eq!(
        problems(text),
        [
            format!("2:35: environment `a` promotes from itself: from `c` from `b` from `a` | {hint}"),
            format!("3:35: environment `b` promotes from itself: from `a` from `c` from `b` | {hint}"),
            format!("4:35: environment `c` promotes from itself: from `b` from `a` from `c` | {hint}"),
        ]
    );
}

#[test]
fn waivers() {
    let waiver = |fields: &str| problems(&format!("waivers:\n  - {{ {fields} }}\n"));
    let whole = "rule: a/b, path: x, reason: r, owner: o, expires: 2027-01-31";
    assert!(waiver(whole).is_empty());
    for (from, to, expected) in [
        (
            "rule: a/b",
            "rule: a",
            "2:13: `a` is no rule | write check/rule, as in `image-tags/mutable-image-tag` or `image-tags/*`",
        ),
        (
            "2027-01-31",
            "2027-02-29",
            "2:57: `2027-02-29` is no date | write year-month-day, as in 2027-01-31",
        ),
        (
            ", expires: 2027-01-31",
            "",
            "2:5: `expires` is missing | The last day of the permission: `2027-01-31`.",
        ),
        ("reason: r", "reason: ' '", "2:35: `reason` is empty"),
        (", owner: o", "", "2:5: `owner` is missing | Who answers for it."),
        ("owner: o", "owner: ''", "2:45: `owner` is empty"),
        (
            "path: x",
            "container: a/b",
            "2:29: `a/b` is no name of a container | write its `name`, as in `istio-proxy` or `sidecar-*`",
        ),
        (
            "rule: a/b",
            "rule: waiver/expired",
            "2:13: `waiver/expired` cannot be waived | mend or remove the waiver that it is about",
        ),
        (
            "path: x, ",
            "",
            "2:5: the waiver does not say where | give it `path`, `object` or `container`; `path: \"**\"` is everywhere",
        ),
        (
            "path: x",
            "object: a/b/c/d",
            "2:26: `a/b/c/d` is no object | write `Kind/name` or `Kind/namespace/name`, as in `Deployment/web/*`",
        ),
        (
            "expires: 2027-01-31",
            "expires: 2027",
            "2:57: `expires` must be a date, not a number | put it in quotes: \"2027\"",
        ),
    ] {
        assert_eq!(waiver(&whole.replace(from, to)), [expected], "{to}");
    }
}

#[test]
fn a_rule_that_cannot_be_waived_has_no_waiver_of_its_own() {
    let with = |fixed: &str, rule: &str| {
        problems(&format!(
            "not-waivable: ['{fixed}']\nwaivers:\n  - {{ rule: '{rule}', path: x, reason: r, owner: o, expires: 2027-01-31 }}\n"
        ))
    };
    let refused = |rule: &str, pattern: &str| {
        vec![format!(
            "3:13: `{rule}` cannot be waived: `not-waivable` has `{pattern}` | mend what breaks the rule"
        )]
    };
    assert_eq!(with("secrets/*", "secrets/plain"), refused("secrets/plain", "secrets/*"));
    assert_eq!(with("secrets/plain", "secrets/plain"), refused("secrets/plain", "secrets/plain"));
    assert_eq!(with("secrets/*", "secrets/*"), refused("secrets/*", "secrets/*"));
    // A pattern may be for other rules besides: it has no effect on those that cannot be waived.
    for (fixed, rule) in [("secrets/plain", "secrets/*"), ("secrets/*", "*/*"), ("secrets/*", "tags/x")] {
        assert_eq!(with(fixed, rule), [""; 0], "{fixed} {rule}");
    }
    assert_eq!(problems("not-waivable: [secrets]\n").len(), 1);
}

#[test]
fn everything_is_said_at_once_in_the_order_of_the_file() {
    let text = "\
kubernets: \"1.33\"
block-on: never
environments:
  prod: { paths: [\"a[\"], promotes-from: test }
policies:
  - use: image-tags
    environments: [stage]
waivers:
  - reason: x
";
    let found = problems(text);
    let places: Vec<&str> = found.iter().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(places, ["1:1", "2:11", "4:19", "4:41", "6:10", "7:20", "9:5", "9:5", "9:5", "9:5"]);
}

#[test]
fn the_yaml_itself() {
    let found = problems("a: [1\nb: 2\n");
    assert_eq!(found.len(), 1, "{found:?}");
    let found = problems("block-on: info\nblock-on: error\n");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("2:1: "), "{found:?}");
    assert_eq!(
        problems("block-on: info\n---\nexclude: []\n"),
        ["3:1: a second document: the configuration is one document"]
    );
    assert_eq!(problems("\u{0}").len(), 1);
    let found = parse("x").err().unwrap_or_default();
    assert_eq!(found[0].to_string(), "gate.yaml:1:1: `gate.yaml` must be a map, not text");
}

#[test]
fn hostile_files_are_refused_and_harm_nothing() {
    let deep = "[".repeat(100_000);
    assert!(parse(&deep).is_err());
    assert!(parse(&"a: &a [*a, *a]\n".repeat(10)).is_err());
    assert!(super::Config::parse(&"gate.yaml".into(), b"a: \xff\xfe", &super::KNOWN).is_err());
    let wide = format!("exclude:\n{}", "  - \"**/{a,b,c}/*\"\n".repeat(2000));
    let _ = parse(&wide);
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_survived() {
    let whole = super::valid::WHOLE;
    for end in whole.char_indices().map(|(at, _)| at) {
        let _ = parse(&whole[..end]);
        let _ = parse(&whole[end..]);
    }
}

#[test]
fn names_that_the_gate_does_not_have() {
    let text = "kubernetes: [\"1.33\", \"1.99\"]\nenvironments:\n  prod: { paths: [p], kubernetes: \"1.5\" }\n\
                policies:\n  - use: builtin:image-tag\n";
    assert_eq!(
        problems(text),
        [
            "1:22: the gate has no schemas of Kubernetes 1.99 | it has those of 1.11 to 1.37",
            "3:35: the gate has no schemas of Kubernetes 1.5 | it has those of 1.11 to 1.37",
            "5:10: there is no built-in policy `image-tag` | did you mean `image-tags`?",
        ]
    );
}
