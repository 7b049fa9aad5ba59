//! Scalars: what is written and what Kubernetes makes of it, measured with `sigs.k8s.io/yaml`.

use super::super::{Kind, ProblemKind};
use super::{one, read, refused};

/// As the value of `a:`, and its JSON.
pub(super) const VALUES: &[(&str, &str)] = &[
    ("yes", "true"),
    ("no", "false"),
    ("on", "true"),
    ("off", "false"),
    ("Yes", "true"),
    ("NO", "false"),
    ("y", "true"),
    ("n", "false"),
    ("Y", "true"),
    ("N", "false"),
    ("true", "true"),
    ("True", "true"),
    ("TRUE", "true"),
    ("TrUe", r#""TrUe""#),
    ("~", "null"),
    ("null", "null"),
    ("Null", "null"),
    ("NULL", "null"),
    ("", "null"),
    ("0644", "420"),
    ("0o644", "420"),
    ("08", "8"),
    ("0x1F", "31"),
    ("0b101", "5"),
    ("1_000", "1000"),
    ("1e3", "1000"),
    ("1.5e3", "1500"),
    ("1E3", "1000"),
    ("1.", "1"),
    (".5", "0.5"),
    ("+1", "1"),
    ("-0", "0"),
    ("1:30", r#""1:30""#),
    ("190:20:30", r#""190:20:30""#),
    ("12345678901234567890", "12345678901234567890"),
    ("9223372036854775808", "9223372036854775808"),
    ("-9223372036854775809", "-9223372036854776000"),
    ("1.0", "1"),
    ("1.10", "1.1"),
    ("1e400", r#""1e400""#),
    ("0777777777777", "68719476735"),
    ("2001-12-14", r#""2001-12-14""#),
    ("2001-12-14T21:59:43Z", r#""2001-12-14T21:59:43Z""#),
    ("=", r#""=""#),
    ("<<", r#""<<""#),
    ("!!str 123", r#""123""#),
    (r#"!!int "3""#, "3"),
    ("!!float 1", "1"),
    ("!!binary aGk=", r#""hi""#),
    ("!foo bar", r#""bar""#),
    (r#""0644""#, r#""0644""#),
    ("'yes'", r#""yes""#),
    ("1 # c", "1"),
    ("100m", r#""100m""#),
    ("1Gi", r#""1Gi""#),
    ("3.10", "3.1"),
    ("0.10.1", r#""0.10.1""#),
    ("v1", r#""v1""#),
    ("1e", r#""1e""#),
    (".1e", r#"".1e""#),
    ("1__0", "10"),
    ("0_8", "8"),
    ("_1", r#""_1""#),
    ("0x", r#""0x""#),
    ("1,000", r#""1,000""#),
    // Beyond the specification's table, measured the same way.
    ("-0.0", "-0"),
    ("1e21", "1e+21"),
    ("1e-7", "1e-7"),
    ("1_0.5", "10.5"),
    (".1_0", "0.1"),
    ("._1", r#""._1""#),
    ("0b-1", "-1"),
    ("+0x1F", "31"),
    ("0xFFFFFFFFFFFFFFFFFF", r#""0xFFFFFFFFFFFFFFFFFF""#),
    ("18446744073709551616", "18446744073709552000"),
    ("+9223372036854775808", "9223372036854776000"),
    ("1e-400", "0"),
    ("! 12", r#""12""#),
    (r#"! "12""#, r#""12""#),
    ("!!str", r#""""#),
    ("!", r#""""#),
    (r#"!!null """#, "null"),
    ("!!float 0x10", "16"),
    ("!!timestamp 2001-1-1", r#""2001-1-1""#),
    ("!!timestamp 2001-12-14t21:59:43.10-05:00", r#""2001-12-14t21:59:43.10-05:00""#),
    ("!!map foo", r#""foo""#),
    (r#""\u00e9\x41\t""#, r#""éA\t""#),
    (r#""a\\\"b""#, r#""a\\\"b""#),
    ("'it''s'", r#""it's""#),
];

/// As the value of `a:`: nothing that JSON or the tag allows.
pub(super) const NO_VALUES: &[&str] = &[
    "+.inf",
    ".nan",
    "-.inf",
    "!!int x",
    "!!bool 1",
    "!!null x",
    "!!float x",
    "!!int 1.5",
    "!!timestamp 2001",
    "!!timestamp 2001-02-30",
    "!!binary a",
    "!!float 18446744073709551615",
    r#"!!int """#,
];

/// A key as written, and as Kubernetes has it.
pub(super) const KEYS: &[(&str, &str)] = &[
    ("1", "1"),
    ("0644", "420"),
    ("0x1F", "31"),
    ("true", "true"),
    ("yes", "true"),
    ("y", "true"),
    ("off", "false"),
    ("1.5", "1.5"),
    ("1.0", "1"),
    ("1e6", "1e+06"),
    (".inf", ".inf"),
    ("'1'", "1"),
    ("-9223372036854775808", "-9223372036854775808"),
    ("2001-12-14", "2001-12-14"),
    ("!!binary aGk=", "hi"),
];

#[test]
fn values_are_what_kubernetes_makes_of_them() {
    for (written, json) in VALUES {
        assert_eq!(one(&format!("a: {written}\n")), format!("{{\"a\":{json}}}"), "{written:?}");
    }
}

#[test]
fn values_that_json_or_their_tag_forbids_are_problems() {
    for written in NO_VALUES {
        assert_eq!(refused(&format!("a: {written}\n")), ProblemKind::InvalidValue, "{written:?}");
    }
}

#[test]
fn keys_become_strings() {
    for (written, key) in KEYS {
        assert_eq!(one(&format!("{written}: x\n")), format!("{{\"{key}\":\"x\"}}"), "{written:?}");
    }
}

#[test]
fn keys_that_are_no_scalars_or_null_are_problems() {
    for written in ["~: 1", "null: 1", "? [a]\n: 1", "{a: 1}: 2", "18446744073709551615: x", "&a : b"] {
        assert_eq!(refused(written), ProblemKind::InvalidKey, "{written:?}");
    }
    assert_eq!(refused("a: &a [1]\nb: {*a : 2}"), ProblemKind::InvalidKey);
}

#[test]
fn kinds_and_texts() {
    let parsed = read("[~, yes, 0x1F, 1.50, a, {}, [], 'q']");
    let tape = &parsed.tape;
    let items: Vec<(Kind, &str)> =
        tape.items(parsed.documents[0].root).map(|n| (tape.kind(n), tape.text(n))).collect();
    let expected = [
        (Kind::Null, ""),
        (Kind::Bool, "true"),
        (Kind::Int, "31"),
        (Kind::Float, "1.5"),
        (Kind::Str, "a"),
        (Kind::Map, ""),
        (Kind::Seq, ""),
        (Kind::Str, "q"),
    ];
    assert_eq!(items, expected);
}

#[test]
fn an_anchored_key_keeps_its_type_as_a_value() {
    assert_eq!(one("&a 1: x\nb: *a\nc: {*a : d}"), r#"{"1":"x","b":1,"c":{"1":"d"}}"#);
}
