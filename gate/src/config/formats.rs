//! The formats of the text values in `gate.yaml`, each with its check and with a pattern for editors.

use super::calendar::Date;
use super::globs;
use super::kinds::KindPattern;
use super::problem::Complaint;
use super::schemas::SchemaLocation;
use super::shape::Format;
use super::units::KubernetesVersion;
use super::{policies, signatures, waivers};

pub(super) static GLOB: Format =
    Format { name: "a glob", pattern: r"^[^!]", check: |text| globs::compile(text).map(drop) };

pub(super) static SCHEMA: Format = Format {
    name: "a glob or a location",
    pattern: r"^[^!]",
    check: |text| {
        match SchemaLocation::is_meant(text) {
        true => SchemaLocation::of_repository(text).map(drop).map_err(|why| {
            Complaint::new(format!("`{text}` is no location of schemas: {why}"))
                .hint("write `https://host/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json`, or such a path")
        }),
        false => globs::compile(text).map(drop),
    }
    },
};

pub(super) static BRANCH: Format = Format {
    name: "a branch",
    pattern: r"^\S+$",
    check: |text| match text.is_empty() || text.contains(char::is_whitespace) {
        true => Err(Complaint::new(format!("`{text}` is no branch"))),
        false => globs::compile_name(text).map(drop),
    },
};

pub(super) static VERSION: Format = Format {
    name: "a version in quotes",
    pattern: r"^v?1\.[0-9]+(\.[0-9]+([-+][0-9A-Za-z.+-]+)?)?$",
    check: |text| KubernetesVersion::parse(text).map(drop),
};

pub(super) static NAME: Format = Format {
    name: "a name",
    pattern: r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
    check: |text| {
        let good = text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        complain_unless(good, || {
            Complaint::new(format!("`{text}` is no name")).hint("use letters, digits, `-`, `_` and `.`")
        })
    },
};

pub(super) static RULE: Format = Format {
    name: "a rule",
    pattern: r"^[a-z0-9]+(-[a-z0-9]+)*$",
    check: |text| {
        complain_unless(is_kebab(text), || {
            Complaint::new(format!("`{text}` is no rule of a policy"))
                .hint("write the rule without the policy, as in `mutable-image-tag`")
        })
    },
};

pub(super) static RULE_GLOB: Format = Format {
    name: "a rule",
    pattern: r"^[^/]+/[^/]+$",
    check: |text| match text.split('/').map(|part| !part.is_empty()).collect::<Vec<_>>()[..] {
        [true, true] => globs::compile_name(text).map(drop),
        _ => Err(Complaint::new(format!("`{text}` is no rule"))
            .hint("write check/rule, as in `image-tags/mutable-image-tag` or `image-tags/*`")),
    },
};

pub(super) static OBJECT: Format = Format {
    name: "an object",
    pattern: r"^[^/]+/[^/]+(/[^/]+)?$",
    check: |text| waivers::ObjectPattern::parse(text).map(drop),
};

pub(super) static CONTAINER: Format = Format {
    name: "the name of a container",
    pattern: r"^[^/]+$",
    check: |text| match text.is_empty() || text.contains('/') {
        true => Err(Complaint::new(format!("`{text}` is no name of a container"))
            .hint("write its `name`, as in `istio-proxy` or `sidecar-*`")),
        false => globs::compile_name(text).map(drop),
    },
};

pub(super) static DATE: Format = Format {
    name: "a date",
    pattern: r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    check: |text| {
        complain_unless(Date::parse(text).is_some(), || {
            Complaint::new(format!("`{text}` is no date")).hint("write year-month-day, as in 2027-01-31")
        })
    },
};

pub(super) static SHA256: Format = Format {
    name: "a SHA-256 digest",
    pattern: r"^[0-9A-Fa-f]{64}$",
    check: |text| {
        let good = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        complain_unless(good, || Complaint::new("a SHA-256 digest has 64 hexadecimal digits"))
    },
};

pub(super) static MODULE: Format = Format {
    name: "a policy",
    pattern: r"^(builtin:[a-z0-9]+(-[a-z0-9]+)*|\./.+\.wasm|oci://[^/]+/.+)$",
    check: |text| policies::PolicySource::parse(text).map(drop),
};

pub(super) static FILE: Format =
    Format { name: "a file", pattern: r"^\./.+$", check: |text| signatures::file(text).map(drop) };

pub(super) static KIND_PATTERN: Format = Format {
    name: "a kind",
    pattern: r"^([A-Za-z0-9.*-]+/){0,2}[A-Za-z0-9*]+$",
    check: |text| KindPattern::parse(text).map(drop),
};

pub(super) fn is_kebab(text: &str) -> bool {
    text.split('-')
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

fn complain_unless(good: bool, complaint: impl FnOnce() -> Complaint) -> Result<(), Complaint> {
    if good { Ok(()) } else { Err(complaint()) }
}
