//! The report as a SARIF 2.1.0 log: one run, a rule for each rule of the report, a result for each finding, a notification
//! for each check that could not finish and for each notice.

mod log;

use std::collections::HashMap;

use self::log::{
    ArtifactLocation, AutomationDetails, Configuration, Descriptor, Driver, Fingerprints, Help, Invocation,
    Location, Log, LogicalLocation, Notification, PhysicalLocation, Region, ResultProperties, Rule, Run,
    RunProperties, SarifResult, Suppression, Text, TextRef, Tool,
};
use super::words;
use crate::model::{
    self, CheckFailure, Finding, ObjectId, RepoPath, Report, RuleInfo, Severity, Status, Waived, WaiverOrigin,
};
use crate::text::{clean_line, percent_encoded};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const INFORMATION: &str = env!("CARGO_PKG_REPOSITORY");
const NOTHING_CHECKED: &str = "Nothing was checked: no Kubernetes object was judged.";

/// The whole log.
pub(super) fn render(report: &Report) -> String {
    super::encode::pretty(&Log { schema: SCHEMA, version: "2.1.0", runs: [run(report)] })
}

fn run(report: &Report) -> Run<'_> {
    let index: HashMap<&str, usize> =
        report.rules.iter().enumerate().map(|(at, rule)| (rule.id.as_str(), at)).collect();
    let change = &report.change;
    Run {
        tool: Tool { driver: driver(report) },
        automation_details: AutomationDetails {
            // What stands before the last slash names the kind of run, what follows it the run itself.
            id: format!("gitops-gate/{}", change.head_commit.as_deref().unwrap_or_default()),
            description: TextRef { text: &change.description },
        },
        invocations: [invocation(report)],
        column_kind: "unicodeCodePoints",
        results: report
            .findings
            .iter()
            .map(|finding| result(finding, index.get(finding.rule.as_str()).copied()))
            .collect(),
        properties: RunProperties {
            verdict: report.verdict,
            counts: &report.counts,
            base_commit: change.base_commit.as_deref(),
            head_commit: change.head_commit.as_deref(),
            config: &change.config,
        },
    }
}

fn driver(report: &Report) -> Driver<'_> {
    Driver {
        name: &report.tool.name,
        semantic_version: &report.tool.version,
        information_uri: INFORMATION,
        rules: report.rules.iter().map(rule).collect(),
    }
}

fn rule(rule: &RuleInfo) -> Rule<'_> {
    let help = if rule.help.trim().is_empty() { &rule.title } else { &rule.help };
    Rule {
        id: &rule.id,
        name: pascal_case(&rule.id),
        short_description: Text { text: rule.title.clone() },
        full_description: Text { text: first_paragraph(help).unwrap_or(&rule.title).to_owned() },
        help: Help { text: help, markdown: help },
        default_configuration: Configuration { level: level(rule.severity) },
        help_uri: rule.help_url.as_deref().filter(|url| is_web_address(url)).map(str::to_owned),
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// `MutableImageTag` of `image-tags/mutable-image-tag`.
fn pascal_case(id: &str) -> String {
    let name = id.rsplit('/').next().unwrap_or(id);
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words
        .flat_map(|word| {
            let mut chars = word.chars();
            chars.next().into_iter().flat_map(char::to_uppercase).chain(chars)
        })
        .collect()
}

/// The first paragraph of `markdown` that is no heading.
fn first_paragraph(markdown: &str) -> Option<&str> {
    markdown
        .split("\n\n")
        .map(str::trim)
        .find(|paragraph| !paragraph.is_empty() && !paragraph.starts_with('#'))
}

fn is_web_address(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://"))
        && url.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"\\^`{|}".contains(&byte))
}

fn invocation(report: &Report) -> Invocation<'_> {
    let mut execution: Vec<_> = report.failures.iter().map(failure).collect();
    if words::nothing_was_checked(report) {
        execution.push(Notification {
            descriptor: Some(Descriptor { id: "nothing-checked" }),
            level: "warning",
            message: Text { text: NOTHING_CHECKED.to_owned() },
            locations: Vec::new(),
        });
    }
    Invocation {
        execution_successful: report.failures.is_empty(),
        exit_code: report.exit_code,
        exit_code_description: words::exit_code(report),
        tool_execution_notifications: execution,
        tool_configuration_notifications: effects(report)
            .chain(report.coverage.notices.iter().map(|text| notice(text)))
            .collect(),
    }
}

fn effects(report: &Report) -> impl Iterator<Item = Notification<'_>> {
    let changes = report.configuration_changes.iter().flat_map(|changes| &changes.effects);
    changes.map(|effect| Notification {
        descriptor: Some(Descriptor { id: "configuration-change" }),
        level: if effect.weakens { "warning" } else { "note" },
        message: Text { text: without_links(&words::effect(effect)) },
        locations: Vec::new(),
    })
}

fn notice(text: &str) -> Notification<'_> {
    Notification {
        descriptor: None,
        level: "warning",
        message: Text { text: without_links(text) },
        locations: Vec::new(),
    }
}

fn failure(failure: &CheckFailure) -> Notification<'_> {
    let place = failure.location.as_ref();
    let location = (place.is_some() || failure.object.is_some()).then(|| Location {
        id: None,
        physical_location: place.map(physical_location),
        logical_locations: failure.object.iter().map(logical_location).collect(),
        message: None,
    });
    let text = format!("{}: {}\n{}", failure.check, failure.message, words::advice(failure));
    Notification {
        descriptor: Some(Descriptor { id: words::failure_kind(failure.kind) }),
        level: "error",
        message: Text { text: without_links(&text) },
        locations: location.into_iter().collect(),
    }
}

fn result(finding: &Finding, rule_index: Option<usize>) -> SarifResult<'_> {
    SarifResult {
        rule_id: &finding.rule,
        rule_index,
        level: level(finding.severity),
        message: Text { text: without_links(&finding.message) },
        locations: vec![Location {
            id: None,
            physical_location: Some(physical_location(&finding.location)),
            logical_locations: finding.object.iter().map(logical_location).collect(),
            message: None,
        }],
        related_locations: related_locations(finding),
        partial_fingerprints: Fingerprints { gitops_gate: &finding.fingerprint },
        baseline_state: baseline_state(finding.status),
        suppressions: finding.waived.iter().map(suppression).collect(),
        properties: ResultProperties {
            status: finding.status,
            object: finding.object.as_ref(),
            environment: finding.environment.as_deref(),
            pointer: &finding.location.pointer,
            hint: finding.hint.as_deref(),
            docs: finding.docs.as_deref().filter(|url| is_web_address(url)),
            waiver: finding.unwaived.as_ref().map(|unwaived| without_links(&unwaived.message)),
        },
    }
}

/// None for a run that has no base: the standard forbids the property there.
fn baseline_state(status: Status) -> Option<&'static str> {
    match status {
        Status::Introduced => Some("new"),
        Status::Present => None,
        Status::Existing => Some("unchanged"),
        Status::Fixed => Some("absent"),
    }
}

fn suppression(waived: &Waived) -> Suppression {
    let kind = match waived.origin {
        WaiverOrigin::Configuration | WaiverOrigin::Change => "external",
        WaiverOrigin::Annotation => "inSource",
    };
    Suppression { kind, status: "accepted", justification: without_links(&words::waived(waived)) }
}

fn related_locations(finding: &Finding) -> Vec<Location<'_>> {
    let related = finding.related.iter().enumerate();
    related
        .map(|(at, related)| Location {
            id: Some(at + 1),
            physical_location: Some(physical_location(&related.location)),
            logical_locations: Vec::new(),
            message: Some(Text { text: without_links(&related.message) }),
        })
        .collect()
}

fn logical_location(object: &ObjectId) -> LogicalLocation<'_> {
    LogicalLocation {
        name: &object.name,
        fully_qualified_name: format!("{}/{object}", clean_line(&object.api_version)),
        kind: "object",
    }
}

fn physical_location(location: &model::Location) -> PhysicalLocation {
    let start = (location.start.line.max(1), location.start.column.max(1));
    let end = (location.end.line, location.end.column.max(1)).max(start);
    PhysicalLocation {
        artifact_location: artifact_location(&location.path),
        region: Region { start_line: start.0, start_column: start.1, end_line: end.0, end_column: end.1 },
    }
}

/// Relative to the repository's root; a path outside of it (a file that was named on the command line) is absolute.
fn artifact_location(path: &RepoPath) -> ArtifactLocation {
    // RFC 3986: what may stand in a path stays, but for `:`, which would make a scheme of the first segment.
    let encoded = percent_encoded(path.as_bytes(), b"-._~/!$&'()*+,;=@");
    if path.as_bytes().starts_with(b"/") {
        return ArtifactLocation { uri: format!("file://{encoded}"), uri_base_id: None };
    }
    ArtifactLocation { uri: encoded, uri_base_id: Some("%SRCROOT%") }
}

/// `[text](target)` is a link in a SARIF message; one that comes from a manifest could lead anywhere.
fn without_links(text: &str) -> String {
    text.replace("](", "] (")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_relative_references() {
        let uri = |path: &[u8]| artifact_location(&RepoPath::new(path.to_vec())).uri;
        assert_eq!(uri(b"a b/c#d?e%f.yaml"), "a%20b/c%23d%3Fe%25f.yaml");
        assert_eq!(uri("ü/\u{1f600}".as_bytes()), "%C3%BC/%F0%9F%98%80");
        assert_eq!(uri(b"javascript:x\xff\x1b"), "javascript%3Ax%FF%1B");
        assert_eq!(uri(b"/etc/x.yaml"), "file:///etc/x.yaml");
    }

    #[test]
    fn rule_names_are_identifiers() {
        assert_eq!(pascal_case("image-tags/mutable-image-tag"), "MutableImageTag");
        assert_eq!(pascal_case("x"), "X");
        assert_eq!(pascal_case(""), "");
    }

    #[test]
    fn the_description_is_the_first_paragraph() {
        assert_eq!(
            first_paragraph("## What it does\n\nFinds tags.\n\n## Why\n\nMoves."),
            Some("Finds tags.")
        );
        assert_eq!(first_paragraph("## Only\n\n"), None);
    }

    #[test]
    fn only_plain_web_addresses_are_linked() {
        assert!(is_web_address("https://example.com/rules#x"));
        assert!(!is_web_address("javascript:alert(1)"));
        assert!(!is_web_address("https://example.com/a b"));
    }

    #[test]
    fn a_region_never_ends_before_it_begins() {
        use crate::text::{ByteSpan, LineCol};
        let location = model::Location {
            path: "x".into(),
            span: ByteSpan::default(),
            start: LineCol { line: 3, column: 5 },
            end: LineCol { line: 0, column: 0 },
            pointer: String::new(),
            excerpt: None,
        };
        let region = physical_location(&location).region;
        assert_eq!(
            (region.start_line, region.start_column, region.end_line, region.end_column),
            (3, 5, 3, 5)
        );
    }
}
