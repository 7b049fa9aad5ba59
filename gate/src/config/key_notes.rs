//! What the reference of `gate.yaml` says of each key beyond its shape and description: a row for each.

/// Default, example and effect of a key.
pub(super) struct Note {
    pub(super) path: &'static str,
    pub(super) default: &'static str,
    pub(super) example: &'static str,
    pub(super) effect: &'static str,
}

const fn note(
    path: &'static str,
    default: &'static str,
    example: &'static str,
    effect: &'static str,
) -> Note {
    Note { path, default, example, effect }
}

const NONE: &str = "none";
const REQUIRED: &str = "none: it must be there";
const POLICY: &str = "policies:\n  - use: builtin:image-tags";

pub(super) static NOTES: &[Note] = &[
    note(
        "kubernetes",
        "the newest version that the gate knows",
        "kubernetes: [\"1.32\", \"1.33\"]",
        "Objects are held against the schemas of each of these versions. A finding that only some of them give names them. \
         `--kubernetes-version` beats it.",
    ),
    note(
        "environments",
        "recognised by the usual names in paths",
        "environments:\n  prod: { paths: [\"**/production/**\"] }",
        "Once there is one, none is recognised by its name any more.",
    ),
    note(
        "environments.NAME.paths",
        NONE,
        "environments:\n  prod: { paths: [\"**/production/**\", \"clusters/prod/**\"] }",
        "Where several environments claim a file, the last in the promotion order has it. A pattern that matches no file is named in \
         the report.",
    ),
    note(
        "environments.NAME.branches",
        NONE,
        "environments:\n  prod: { paths: [\"prod/**\"], branches: [main, \"release/*\"] }",
        "Policies are told.",
    ),
    note(
        "environments.NAME.kubernetes",
        "the `kubernetes` of the file",
        "environments:\n  prod: { paths: [\"prod/**\"], kubernetes: \"1.32\" }",
        "Files of the environment are judged by these versions in place of the file's.",
    ),
    note(
        "environments.NAME.promotes-from",
        "the usual order (dev, stage, prod), if no environment has the key",
        "environments:\n  stage: { paths: [\"stage/**\"] }\n  prod: { paths: [\"prod/**\"], promotes-from: stage }",
        "Makes the promotion order. `no-direct-prod` asks whether a change passed through the environment before.",
    ),
    note(
        "policies",
        "`image-tags`, `plaintext-secrets` and `no-direct-prod`, as built in",
        POLICY,
        "An empty list runs no policy at all.",
    ),
    note(
        "policies[].use",
        REQUIRED,
        "policies:\n  - use: ./policies/labels.wasm\n    sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "Files are read from the revision that `gate.yaml` is from. A policy of a registry needs a pin or a signature.",
    ),
    note(
        "policies[].sha256",
        NONE,
        "policies:\n  - use: ./policies/labels.wasm\n    sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "A module with another digest is refused, and nothing is judged.",
    ),
    note(
        "policies[].signature",
        "the `signature` of the file",
        "policies:\n  - use: oci://registry.example.com/team/owner:1.2.0\n    signature: { key: ./keys/cosign.pub }",
        "The keys are those of [`signature`](#signature).",
    ),
    note(
        "policies[].settings",
        "the policy's own",
        "policies:\n  - use: builtin:image-tags\n    settings: { prod: { require: semver } }",
        "What does not fit is a mistake of `gate.yaml`, at the place of that very setting.",
    ),
    note(
        "policies[].severity",
        "that of each rule",
        "policies:\n  - use: builtin:image-tags\n    severity: warning",
        "`off` drops its findings.",
    ),
    note(
        "policies[].rules",
        "`severity`, else that of the rule",
        "policies:\n  - use: builtin:image-tags\n    rules: { mutable-image-tag: error }",
        "The name is the part of the rule's id behind the `/`. A rule that the policy does not have is a mistake.",
    ),
    note(
        "policies[].environments",
        "all files, in an environment or not",
        "environments:\n  prod: { paths: [\"prod/**\"] }\npolicies:\n  - use: builtin:image-tags\n    environments: [prod]",
        "",
    ),
    note(
        "policies[].exclude",
        NONE,
        "policies:\n  - use: builtin:plaintext-secrets\n    exclude: [\"**/tests/**\"]",
        "Schemas and the other policies still look at them.",
    ),
    note(
        "policies[].secrets",
        "`masked`",
        "policies:\n  - use: ./policies/labels.wasm\n    secrets: masked",
        "With `masked`, a fixed text stands in place of every value of a Secret. Policies that are built in need no permission.",
    ),
    note(
        "policies[].limits",
        "the `limits` of the file",
        "policies:\n  - use: ./policies/labels.wasm\n    limits: { fuel: 1G, time: 30s }",
        "The keys are those of [`limits`](#limits), but for `stack`.",
    ),
    note(
        "signature",
        NONE,
        "signature: { key: ./keys/cosign.pub }",
        "Either a key, or an issuer with an identity. [publishing.md](publishing.md) says what each is worth.",
    ),
    note(
        "signature.key",
        NONE,
        "signature: { key: ./keys/cosign.pub }",
        "Read from the revision that `gate.yaml` is from.",
    ),
    note(
        "signature.issuer",
        NONE,
        "signature:\n  issuer: https://token.actions.githubusercontent.com\n  identity: https://github.com/team/policies/.github/workflows/release.yml@refs/tags/v1.2.0",
        "Goes with `identity` or `identity-pattern`.",
    ),
    note(
        "signature.identity",
        NONE,
        "signature:\n  issuer: https://token.actions.githubusercontent.com\n  identity: https://github.com/team/policies/.github/workflows/release.yml@refs/tags/v1.2.0",
        "",
    ),
    note(
        "signature.identity-pattern",
        NONE,
        "signature:\n  issuer: https://token.actions.githubusercontent.com\n  identity-pattern: https://github.com/team/policies/.github/workflows/release.yml@refs/tags/*",
        "",
    ),
    note(
        "signature.trusted-root",
        "the public Sigstore",
        "signature:\n  issuer: https://token.example.com\n  identity: https://ci.example.com/policies\n  trusted-root: ./keys/trusted-root.json",
        "",
    ),
    note(
        "require-signatures",
        "`false`",
        "require-signatures: true",
        "An entry of `policies` that nothing says of who must have signed it is a mistake.",
    ),
    note(
        "exclude",
        NONE,
        "exclude: [\"vendor/**\"]",
        "The files are not read, not judged and not shown to policies; the report counts them.",
    ),
    note(
        "schemas",
        "the embedded schemas, and the CustomResourceDefinitions of the repository",
        "schemas:\n  - crds/**\n  - https://schemas.example.com/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json",
        "Asked in this order. What URLs give is locked in `gate.lock`. See [schemas.md](schemas.md).",
    ),
    note(
        "allow-missing-schemas",
        "none: a kind without a schema makes the verdict incomplete",
        "allow-missing-schemas: [\"example.com/v1/Widget\", \"internal.example.com/*\", Gadget]",
        "Their objects are listed as not checked against a schema. Policies still judge them.",
    ),
    note(
        "block-on",
        "`error`",
        "block-on: warning",
        "Introduced findings of this severity and above make the verdict *fail*.",
    ),
    note(
        "limits",
        "see the table",
        "limits: { fuel: 500M, memory: 256MiB }",
        "A limit that is hit is a failure of that policy, and the verdict is incomplete.",
    ),
    note(
        "waivers",
        NONE,
        "waivers:\n  - { rule: image-tags/mutable-image-tag, path: legacy/**, reason: \"ticket OPS-12\", owner: team-legacy, expires: 2027-01-31 }",
        "A waived finding is shown and does not block.",
    ),
    note(
        "waivers[].rule",
        REQUIRED,
        "waivers:\n  - { rule: image-tags/*, path: legacy/**, reason: \"ticket OPS-12\", owner: team-legacy, expires: 2027-01-31 }",
        "`image-tags/*` stands for all rules of the policy. Check failures cannot be waived.",
    ),
    note(
        "waivers[].path",
        "every file",
        "waivers:\n  - { rule: image-tags/*, path: legacy/**, reason: \"ticket OPS-12\", owner: team-legacy, expires: 2027-01-31 }",
        "",
    ),
    note(
        "waivers[].object",
        "every object",
        "waivers:\n  - { rule: image-tags/*, object: Deployment/legacy/*, reason: \"ticket OPS-12\", owner: team-legacy, expires: 2027-01-31 }",
        "",
    ),
    note(
        "waivers[].container",
        "in and beside all containers",
        "waivers:\n  - { rule: image-tags/*, container: vendor-*, reason: \"ticket OPS-12\", owner: team-legacy, expires: 2027-01-31 }",
        "At least one of `path`, `object` and `container` has to be there.",
    ),
    note(
        "waivers[].reason",
        REQUIRED,
        "waivers:\n  - { rule: image-tags/*, path: legacy/**, reason: \"ticket OPS-12\", owner: team-legacy, expires: 2027-01-31 }",
        "Shown with the finding.",
    ),
    note(
        "waivers[].owner",
        REQUIRED,
        "waivers:\n  - { rule: image-tags/*, path: legacy/**, reason: \"ticket OPS-12\", owner: team-legacy, expires: 2027-01-31 }",
        "Shown with the finding.",
    ),
    note(
        "waivers[].expires",
        REQUIRED,
        "waivers:\n  - { rule: image-tags/*, path: legacy/**, reason: \"ticket OPS-12\", owner: team-legacy, expires: 2027-01-31 }",
        "The day after, the finding blocks again. \"Today\" is the day of the judged commit, in UTC.",
    ),
    note(
        "not-waivable",
        NONE,
        "not-waivable: [\"plaintext-secrets/*\"]",
        "A waiver that names such a rule is a mistake in the file; a wider one has no effect on it, and the report says so.",
    ),
    note(
        "waivers-from-change",
        "`false`",
        "waivers-from-change: true",
        "With `false`, the report shows what a waiver of the change would let pass once merged, and it lets nothing pass yet.",
    ),
    note(
        "waivers-by-annotation",
        "`false`",
        "waivers-by-annotation: true",
        "With `false`, such an annotation is told as `waiver/no-effect`.",
    ),
];
