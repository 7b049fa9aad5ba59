//! The one report that every format is tested on. It mixes what no real run mixes (findings with and without a base, a
//! failure of every kind, hostile text in every field that a pull request can fill) and its numbers are counted by
//! hand in the tests.

use std::collections::BTreeMap;

use crate::model::{
    ChangeSummary, CheckFailure, ConfigurationChanges, Counts, Coverage, Effect, Excerpt, FailureKind,
    Finding, Fix, FixPlace, Location, ObjectId, Outcome, PolicyCoverage, REPORT_VERSION, Related, RepoPath,
    Report, Resource, Resources, Role, RuleInfo, Scope, Severity, SkipReason, Skipped, Status, ToolInfo,
    Unwaived, UnwaivedReason, Verdict, Waived, WaiverOrigin,
};
use crate::text::{ByteSpan, LineCol};

/// Everything that an attacker would like to see in a log, a terminal or a page.
pub(super) const HOSTILE: &str = "\x1b[31mred\x1b]8;;https://evil.example\x07\u{202e}gpj\u{2066}\n::error file=x::owned\n\
     ##vso[task.setvariable variable=a]b ##[error]c <script>alert(1)</script> @everyone [click](https://evil.example)";

const REFERENCE: &str = "https://kubernetes.io/docs/reference/generated/kubernetes-api";

/// All kinds of failure; the test that walks them does not compile without a new one.
pub(super) const FAILURE_KINDS: [FailureKind; 9] = [
    FailureKind::Syntax,
    FailureKind::Unreadable,
    FailureKind::NoSchema,
    FailureKind::PolicyLoad,
    FailureKind::PolicyError,
    FailureKind::PolicyLimit,
    FailureKind::PolicyContract,
    FailureKind::Internal,
    FailureKind::SchemaRule,
];

/// All reasons for not checking something.
pub(super) const SKIP_REASONS: [SkipReason; 15] = [
    SkipReason::NotAManifest,
    SkipReason::Kustomization,
    SkipReason::Patch,
    SkipReason::HelmValues,
    SkipReason::HelmTemplate,
    SkipReason::NotAnObject,
    SkipReason::TestFixture,
    SkipReason::Empty,
    SkipReason::SchemaNotRequired,
    SkipReason::Binary,
    SkipReason::Symlink,
    SkipReason::Submodule,
    SkipReason::LfsPointer,
    SkipReason::Excluded,
    SkipReason::KindSkipped,
];

/// The shared sample: a failed run.
pub(super) fn report() -> Report {
    let findings = findings();
    Report {
        counts: Counts::of(&findings, Severity::Error),
        verdict: Verdict::Fail,
        exit_code: 1,
        findings,
        failures: failures(),
        rules: rules(),
        coverage: coverage(),
        configuration_changes: Some(configuration_changes()),
        ..empty()
    }
}

/// A run that found nothing to check.
pub(super) fn empty() -> Report {
    Report {
        version: REPORT_VERSION.to_owned(),
        tool: ToolInfo { name: "gitops-gate".to_owned(), version: "0.1.0".to_owned() },
        verdict: Verdict::Pass,
        exit_code: 0,
        block_on: Severity::Error,
        change: ChangeSummary {
            description: "merge base of main and HEAD".to_owned(),
            base_commit: Some("1a".repeat(20)),
            head_commit: Some("2b".repeat(20)),
            merged_commit: Some("3c".repeat(20)),
            config: "gate.yaml at 1a1a1a1a1a1a".to_owned(),
        },
        counts: Counts::default(),
        findings: Vec::new(),
        failures: Vec::new(),
        rules: Vec::new(),
        coverage: Coverage::default(),
        configuration_changes: None,
    }
}

/// Four effects, two of which weaken the gate.
fn configuration_changes() -> ConfigurationChanges {
    let effects = vec![
        Effect::new("kubernetes", Some("1.32"), Some("1.33"), false),
        Effect::new("severity of image-tags/mutable-image-tag", Some("error"), Some("off"), true),
        Effect::new(&format!("waiver {HOSTILE}"), None, Some(HOSTILE), true),
        Effect::new("policy", Some("no-direct-prod"), None, false),
    ];
    ConfigurationChanges::new(effects)
}

/// A path that a pull request chose: an escape, a colon, a byte that is no UTF-8, spaces.
fn hostile_path() -> RepoPath {
    RepoPath::new(b"::error::/a b#\x1b[2J\xff%.yaml".to_vec())
}

fn object(api_version: &str, kind: &str, namespace: Option<&str>, name: &str) -> Option<ObjectId> {
    Some(ObjectId {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        namespace: namespace.map(str::to_owned),
        name: name.to_owned(),
    })
}

/// A location from (line, column) to (line, column), with `lines` from `first_line` on.
fn location(path: RepoPath, start: (u32, u32), end: (u32, u32), first_line: u32, lines: &[&str]) -> Location {
    let place = |(line, column)| LineCol { line, column };
    let lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
    Location {
        path,
        span: ByteSpan::default(),
        start: place(start),
        end: place(end),
        pointer: "/spec/template/spec/containers/0/image".to_owned(),
        excerpt: (!lines.is_empty()).then_some(Excerpt { first_line, lines }),
    }
}

fn finding(rule: &str, severity: Severity, status: Status, message: &str, location: Location) -> Finding {
    Finding {
        rule: rule.to_owned(),
        severity,
        status,
        message: message.to_owned(),
        location,
        related: Vec::new(),
        hint: None,
        docs: rule.starts_with("schema/").then(|| format!("{REFERENCE}/v1.33/#deployment-v1-apps")),
        object: object("apps/v1", "Deployment", Some("shop"), "web"),
        environment: Some("prod".to_owned()),
        fingerprint: format!("{:032x}", message.len()),
        fix: None,
        waived: None,
        unwaived: None,
        scope: Scope::default(),
    }
}

fn findings() -> Vec<Finding> {
    vec![hostile(), mutable_tag(), wide_columns(), secret(), from_the_middle(), existing(), waived(), fixed()]
}

fn hostile() -> Finding {
    let long = format!("# {} \u{202e}x: {HOSTILE} # {}", "é".repeat(300), "z".repeat(50_000));
    let at = (7, 305);
    Finding {
        environment: Some(HOSTILE.to_owned()),
        hint: Some(HOSTILE.to_owned()),
        object: object(HOSTILE, HOSTILE, Some(HOSTILE), HOSTILE),
        ..finding(
            "image-tags/odd",
            Severity::Info,
            Status::Present,
            HOSTILE,
            location(hostile_path(), at, (7, 330), 7, &[&long]),
        )
    }
}

fn mutable_tag() -> Finding {
    let place = location(
        "apps/prod/web.yaml".into(),
        (19, 16),
        (19, 28),
        18,
        &["      - name: web", "        image: nginx:latest", "        ports: []"],
    );
    let base = location("apps/stage/web.yaml".into(), (5, 1), (5, 6), 5, &["image: nginx:1.27.3"]);
    Finding {
        related: vec![Related { message: "the same image in stage".to_owned(), location: base }],
        hint: Some("name a version that does not move, such as `nginx:1.27.3`".to_owned()),
        fix: Some(Fix {
            description: "use the version of stage".to_owned(),
            json_patch: "[]".to_owned(),
            place: FixPlace::default(),
        }),
        ..finding(
            "image-tags/mutable-image-tag",
            Severity::Error,
            Status::Introduced,
            "image `nginx:latest` has a tag that moves: what runs in prod can change without a commit, and nobody can say later what ran",
            place,
        )
    }
}

fn wide_columns() -> Finding {
    let place =
        location("apps/prod/web.yaml".into(), (31, 7), (31, 22), 31, &["  日本: \"grün 😀 latest\"\t# tab"]);
    Finding {
        unwaived: Some(Unwaived {
            why: UnwaivedReason::Expired,
            message: "the waiver at gate.yaml:18:5 expired on 2026-01-31 (owner team-legacy)".to_owned(),
        }),
        ..finding(
            "schema/unknown-field",
            Severity::Warning,
            Status::Introduced,
            "unknown field `日本`",
            place,
        )
    }
}

fn secret() -> Finding {
    let lines = ["stringData:", "  key: |", "    ********", "    ********", "type: Opaque"];
    Finding {
        object: object("v1", "Secret", None, "token"),
        environment: None,
        ..finding(
            "plaintext-secrets/plaintext-secret",
            Severity::Error,
            Status::Introduced,
            "a private key in clear",
            location("apps/prod/web.yaml".into(), (41, 8), (44, 1), 40, &lines),
        )
    }
}

fn from_the_middle() -> Finding {
    let lines: Vec<String> = (50..=79).map(|line| format!("  line{line}: x")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    finding(
        "schema/unknown-field",
        Severity::Error,
        Status::Introduced,
        "unknown map",
        location("apps/prod/web.yaml".into(), (51, 3), (78, 12), 50, &lines),
    )
}

fn existing() -> Finding {
    finding(
        "image-tags/mutable-image-tag",
        Severity::Error,
        Status::Existing,
        "image `redis` has no tag",
        location("apps/stage/cache.yaml".into(), (9, 12), (9, 17), 9, &["    image: redis"]),
    )
}

fn waived() -> Finding {
    Finding {
        waived: Some(Waived {
            reason: format!("the vendor ships only latest {HOSTILE}"),
            owner: Some("team-legacy".to_owned()),
            expires: "2027-01-31".to_owned(),
            origin: WaiverOrigin::Configuration,
            at: Some("gate.yaml:12:5".to_owned()),
        }),
        ..finding(
            "image-tags/mutable-image-tag",
            Severity::Error,
            Status::Introduced,
            "image `vendor/app:latest` has a tag that moves",
            location(
                "apps/stage/legacy.yaml".into(),
                (4, 14),
                (4, 31),
                4,
                &["      image: vendor/app:latest"],
            ),
        )
    }
}

fn fixed() -> Finding {
    finding(
        "image-tags/mutable-image-tag",
        Severity::Warning,
        Status::Fixed,
        "image `old:latest` has a tag that moves",
        location("apps/stage/old.yaml".into(), (3, 8), (3, 18), 1, &[]),
    )
}

fn failures() -> Vec<CheckFailure> {
    FAILURE_KINDS.into_iter().map(failure).collect()
}

fn failure(kind: FailureKind) -> CheckFailure {
    let mut failure = CheckFailure {
        check: "manifest".to_owned(),
        kind,
        message: "it did not go well".to_owned(),
        hint: None,
        location: None,
        object: None,
    };
    match kind {
        FailureKind::Syntax => {
            failure.message = "mapping values are not allowed here".to_owned();
            failure.location = Some(location(
                "apps/dev/broken.yaml".into(),
                (2, 9),
                (2, 10),
                1,
                &["kind: Pod", "name: a: b"],
            ));
        }
        FailureKind::PolicyLimit => {
            failure.check = "policy image-tags".to_owned();
            failure.message = HOSTILE.to_owned();
            failure.hint = Some("raise `limits.fuel`".to_owned());
            failure.object = object("v1", "Pod", None, "loop");
        }
        _ => {}
    }
    failure
}

fn rules() -> Vec<RuleInfo> {
    let rule = |id: &str, title: &str, severity, help_url: Option<&str>| RuleInfo {
        id: id.to_owned(),
        title: title.to_owned(),
        help: format!(
            "## What it does\n\nFinds this: {title}.\n\n## Why is this bad?\n\nWhat was tried out is not what runs."
        ),
        severity,
        help_url: help_url.map(str::to_owned),
    };
    vec![
        rule(
            "image-tags/mutable-image-tag",
            "Image tag that moves",
            Severity::Error,
            Some("https://example.com/rules#mutable-image-tag"),
        ),
        rule("image-tags/odd", "Odd image", Severity::Info, Some("javascript:alert(1)")),
        rule("plaintext-secrets/plaintext-secret", "Secret in clear", Severity::Error, None),
    ]
}

/// Six resources; the schema finds nothing wrong with the Secret, a policy does.
fn resources() -> Resources {
    let web = |path: &str, line, outcome| resource(path.into(), line, DEPLOYMENT, outcome);
    let list = vec![
        resource(hostile_path(), 1, (HOSTILE, HOSTILE, Some(HOSTILE), "# SKIP"), Outcome::Skipped),
        web("apps/prod/web.yaml", 3, Outcome::Invalid),
        resource("apps/prod/web.yaml".into(), 38, ("v1", "Secret", None, "token"), Outcome::Valid),
        web("apps/stage/cache.yaml", 1, Outcome::Valid),
        web("apps/stage/odd.yaml", 1, Outcome::Skipped),
    ];
    Resources { files: 5, valid: 2, invalid: 1, errors: 1, skipped: 2, list }
}

const DEPLOYMENT: (&str, &str, Option<&str>, &str) = ("apps/v1", "Deployment", Some("shop"), "web");

fn resource(
    path: RepoPath,
    line: u32,
    (api_version, kind, namespace, name): (&str, &str, Option<&str>, &str),
    outcome: Outcome,
) -> Resource {
    let object = ObjectId {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        namespace: namespace.map(str::to_owned),
        name: name.to_owned(),
    };
    Resource { path, line, span: ByteSpan::default(), object, outcome }
}

fn coverage() -> Coverage {
    let skipped = SKIP_REASONS.into_iter().enumerate().map(|(at, reason)| Skipped {
        path: if at == 0 { hostile_path() } else { format!("skipped/{at:02}.yaml").as_str().into() },
        document: (at % 2 == 1).then_some(at as u32),
        reason,
    });
    let policy = |documents, findings| PolicyCoverage {
        source: "builtin:image-tags".to_owned(),
        sha256: "ab".repeat(32),
        version: "1.0.0".to_owned(),
        documents,
        findings,
    };
    Coverage {
        files: 20,
        documents: Role::ALL.into_iter().zip([6, 1, 1, 1, 1, 2, 8]).collect(),
        objects: 6,
        base_objects: 4,
        schema_checked: 4,
        resources: Some(resources()),
        unknown_kinds: BTreeMap::from([("example.com/v1/Widget".to_owned(), 2)]),
        environments: BTreeMap::from([(String::new(), 1), ("prod".to_owned(), 5)]),
        policies: BTreeMap::from([
            ("image-tags".to_owned(), policy(6, 3)),
            ("plaintext-secrets".to_owned(), policy(6, 1)),
        ]),
        skipped: skipped.collect(),
        notices: vec![
            "`exclude: legacy/**` matches no file of the repository".to_owned(),
            format!("policy says {HOSTILE}"),
        ],
    }
}
