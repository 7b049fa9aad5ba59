//! The keys of `gate.yaml`: one table, from which the parser's check and the JSON Schema are made.

use super::formats::{
    BRANCH, CONTAINER, DATE, FILE, GLOB, KIND_PATTERN, MODULE, NAME, OBJECT, RULE, RULE_GLOB, SCHEMA, SHA256,
    VERSION,
};
use super::limits::{AMOUNTS, TABLE};
use super::shape::{Key, Shape};

/// Severities that can block.
pub(super) const SEVERITIES: &[&str] = &["error", "warning", "info"];
/// Severities, and `off` for a rule that shall not run.
pub(super) const LEVELS: &[&str] = &["error", "warning", "info", "off"];

const GLOBS: Shape = Shape::List(&Shape::Formatted(&GLOB));
const VERSIONS: Shape = Shape::OneOrMany(&Shape::Formatted(&VERSION));

const fn optional(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: false, doc }
}

const fn required(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: true, doc }
}

/// The whole file.
pub(super) static ROOT: Shape = Shape::Map(&[
    optional("kubernetes", VERSIONS, "The Kubernetes version of the clusters, or a list of them."),
    optional(
        "environments",
        Shape::Named(&NAME, &ENVIRONMENT),
        "The environments by name, in place of those that the gate recognises by their paths.",
    ),
    optional("policies", Shape::List(&POLICY), "The policies to run, in place of the default ones."),
    optional("signature", SIGNATURE, "Who must have signed the policies that do not say so themselves."),
    optional("require-signatures", Shape::Flag, "Refuse policies without a signature, built-in ones aside."),
    optional("exclude", GLOBS, "Files that the gate does not look at."),
    optional(
        "schemas",
        Shape::List(&Shape::Formatted(&SCHEMA)),
        "Where further schemas are: globs of files of this repository, templates of paths and URLs, `default`.",
    ),
    optional(
        "allow-missing-schemas",
        Shape::List(&Shape::Formatted(&KIND_PATTERN)),
        "Kinds that may lack a schema: `group/version/Kind`, `group/*` or `Kind`.",
    ),
    optional("block-on", Shape::Word(SEVERITIES), "The least severity that blocks."),
    optional("limits", Shape::Map(&FILE_LIMITS), "What a policy may use."),
    optional("waivers", Shape::List(&WAIVER), "Permissions to break one rule at one place until a day."),
    optional(
        "not-waivable",
        Shape::List(&Shape::Formatted(&RULE_GLOB)),
        "Rules that no waiver is for: `plaintext-secrets/*`.",
    ),
    optional(
        "waivers-from-change",
        Shape::Flag,
        "Whether a waiver that a change brings holds for that very change already; `false` without it.",
    ),
    optional(
        "waivers-by-annotation",
        Shape::Flag,
        "Whether objects may carry waivers in the annotation `gate.dev/waive`; `false` without it.",
    ),
]);

static ENVIRONMENT: Shape = Shape::Map(&[
    optional("paths", GLOBS, "Files that belong to the environment."),
    optional("branches", Shape::List(&Shape::Formatted(&BRANCH)), "Branches that deploy the environment."),
    optional(
        "kubernetes",
        VERSIONS,
        "The Kubernetes version of this environment's clusters, or a list of them.",
    ),
    optional(
        "promotes-from",
        Shape::Formatted(&NAME),
        "The environment that a change must have reached before it comes to this one.",
    ),
]);

static POLICY: Shape = Shape::Map(&[
    required(
        "use",
        Shape::Formatted(&MODULE),
        "Where the policy is: `builtin:NAME`, `./path/to/policy.wasm` or `oci://registry/repository:tag`.",
    ),
    optional("sha256", Shape::Formatted(&SHA256), "The digest that the policy's module must have."),
    optional("signature", SIGNATURE, "Who must have signed the policy: a key, or an issuer and an identity."),
    optional("settings", Shape::Any, "What the policy is told; its own schema decides."),
    optional("severity", Shape::Word(LEVELS), "The severity of all its findings."),
    optional(
        "rules",
        Shape::Named(&RULE, &Shape::Word(LEVELS)),
        "The severity of the findings of single rules; stronger than `severity`.",
    ),
    optional(
        "environments",
        Shape::List(&Shape::Formatted(&NAME)),
        "The environments that the policy is for; all files without it.",
    ),
    optional("exclude", GLOBS, "Files that the policy does not look at."),
    optional(
        "secrets",
        Shape::Word(super::policies::SecretValues::WORDS),
        "Whether a policy from outside the gate that asks for the values of Secrets gets them.",
    ),
    optional("limits", Shape::Map(POLICY_LIMITS), "What this policy may use."),
]);

/// What a policy may use; the call stack is the engine's, and so for the whole file only.
static FILE_LIMITS: [Key; TABLE.len()] = limits();
static POLICY_LIMITS: &[Key] = FILE_LIMITS.split_at(TABLE.len() - 1).0;

const fn limits() -> [Key; TABLE.len()] {
    const NONE: Key = optional("", Shape::Any, "");
    let mut keys = [NONE; TABLE.len()];
    let mut at = 0;
    while at < keys.len() {
        keys[at] = optional(TABLE[at].key, Shape::Amount(&AMOUNTS[at]), TABLE[at].doc);
        at += 1;
    }
    keys
}

const SIGNATURE: Shape = Shape::Map(&[
    optional("key", Shape::Formatted(&FILE), "A public key, a file of this repository: `./keys/cosign.pub`."),
    optional("issuer", Shape::Text, "The identity provider: `https://token.actions.githubusercontent.com`."),
    optional("identity", Shape::Text, "The identity in the certificate, exactly."),
    optional(
        "identity-pattern",
        Shape::Text,
        "Identities in certificates; `*` stands for any characters but `/` and `@`.",
    ),
    optional(
        "trusted-root",
        Shape::Formatted(&FILE),
        "The trusted root of another Sigstore than the public one, a file of this repository.",
    ),
]);

const WAIVED_RULE: Key = required(
    "rule",
    Shape::Formatted(&RULE_GLOB),
    "The rule that may be broken: `image-tags/mutable-image-tag`.",
);
const WAIVED_CONTAINER: Key =
    optional("container", Shape::Formatted(&CONTAINER), "The containers in which it may be broken, by name.");
const REASON: Key = required("reason", Shape::Text, "Why, for the reader of the report.");
const OWNER: Key = required("owner", Shape::Text, "Who answers for it.");
const EXPIRES: Key =
    required("expires", Shape::Formatted(&DATE), "The last day of the permission: `2027-01-31`.");

static WAIVER: Shape = Shape::Map(&[
    WAIVED_RULE,
    optional("path", Shape::Formatted(&GLOB), "The files where it may be broken."),
    optional(
        "object",
        Shape::Formatted(&OBJECT),
        "The objects that may break it: `Kind/name`, in any namespace, or `Kind/namespace/name`.",
    ),
    WAIVED_CONTAINER,
    REASON,
    OWNER,
    EXPIRES,
]);

/// The value of an annotation: its object is the place.
pub(super) static ANNOTATION: Shape = Shape::OneOrMany(&ANNOTATED);
static ANNOTATED: Shape = Shape::Map(&[WAIVED_RULE, WAIVED_CONTAINER, REASON, OWNER, EXPIRES]);
