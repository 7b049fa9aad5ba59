//! One HTML page with everything, to be kept or to be looked at where a CI shows artifacts: no script, nothing that is loaded, and
//! a policy in its head that forbids both. Every text is escaped by [`xml`](super::xml), which knows HTML's marks, too.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::xml::{attribute, content};
use super::{reference, sums, text, words};
use crate::model::{CheckFailure, Finding, Report, RuleInfo, Severity, Status};
use crate::text::{percent_encoded, shorten};

/// Code points of one text; the JSON report has it whole.
const MAX_TEXT: usize = 4_000;
/// What stands in a linked address as it is, besides letters and digits.
const OF_ADDRESSES: &[u8] = b"-._~/:?#=&+,%";

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;\
color:#1f2328;background:#fff}pre{background:#f6f8fa;padding:.75rem;overflow-x:auto}code{background:#f6f8fa}\
article{border-left:.25rem solid #0969da;padding-left:1rem;margin:1.5rem 0}.error{border-color:#cf222e}\
.warning{border-color:#9a6700}dt{font-weight:600}dd{margin:0 0 .25rem}h2,h3{overflow-wrap:anywhere}";

/// The whole page.
pub(super) fn render(report: &Report) -> String {
    let mut page = Page(String::new());
    page.head(report);
    page.effects(report);
    page.findings(report, "Findings", &sums::counting(report));
    page.failures(&report.failures);
    page.findings(report, "Let pass by a waiver", &sums::waived(report));
    page.findings(report, "Existing: in the base already, never blocking", &of(report, Status::Existing));
    page.findings(report, "Fixed by this change", &of(report, Status::Fixed));
    page.coverage(report);
    page.0.push_str("</body>\n</html>\n");
    page.0
}

fn of(report: &Report, status: Status) -> Vec<&Finding> {
    sums::of_status(report, status)
}

fn short(text: &str) -> String {
    content(&shorten(text, MAX_TEXT))
}

struct Page(String);

impl Page {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn head(&mut self, report: &Report) {
        let digest = STANDARD.encode(Sha256::digest(STYLE));
        let word = sums::verdict(report.verdict);
        let csp =
            format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'");
        self.line("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
        self.line(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{csp}\">"));
        self.line("<meta name=\"referrer\" content=\"no-referrer\">");
        self.line("<meta name=\"viewport\" content=\"width=device-width\">");
        self.line(&format!("<title>{word} - {}</title>\n<style>{STYLE}</style>", short(&report.tool.name)));
        self.line("</head>\n<body>");
        self.line(&format!("<h1>{word}</h1>\n<p>{}</p>", short(&sums::numbers(report))));
        if let Some(nothing) = sums::nothing(report) {
            self.line(&format!("<p><strong>{}</strong></p>", short(&nothing)));
        }
        let change = &report.change;
        self.line("<dl>");
        self.entry("change", &change.description);
        self.entry("commits", &sums::commits(report).unwrap_or_default());
        self.entry("config", &change.config);
        self.entry("tool", &format!("{} {}", report.tool.name, report.tool.version));
        self.line("</dl>");
    }

    /// A term and what is said of it; nothing for an empty text.
    fn entry(&mut self, term: &str, text: &str) {
        if !text.is_empty() {
            self.line(&format!("<dt>{term}</dt><dd>{}</dd>", short(text)));
        }
    }

    fn list(&mut self, title: &str, items: &[String]) {
        if items.is_empty() {
            return;
        }
        self.line(&format!("<h2>{}</h2>\n<ul>", short(title)));
        for item in items {
            self.line(&format!("<li>{}</li>", short(item)));
        }
        self.line("</ul>");
    }

    fn effects(&mut self, report: &Report) {
        let Some(changes) = &report.configuration_changes else { return };
        let mark = |weakens| if weakens { "weakens: " } else { "" };
        let effects = changes.effects.iter();
        let mut items: Vec<_> =
            effects.map(|effect| format!("{}{}", mark(effect.weakens), words::effect(effect))).collect();
        if changes.left_out() > 0 || items.is_empty() {
            items.push(format!("and {} more", changes.left_out()));
        }
        self.list(&sums::effects(changes), &items);
    }

    fn findings(&mut self, report: &Report, title: &str, findings: &[&Finding]) {
        if findings.is_empty() {
            return;
        }
        self.line(&format!("<h2>{title}: {}</h2>", sums::in_files(findings)));
        findings.iter().for_each(|finding| self.finding(report, finding));
    }

    fn finding(&mut self, report: &Report, finding: &Finding) {
        let place = &finding.location;
        let class = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        let rule = format!("<code>{}</code>", short(&finding.rule));
        let rule = linked(reference::of_rule(report, &finding.rule).as_deref(), &rule);
        self.line(&format!(
            "<article class=\"{class}\">\n<h3>{class} {rule}: {}</h3>",
            short(&finding.message)
        ));
        let at = format!("{}:{}:{}", place.path, place.start.line, place.start.column);
        self.line(&format!("<p><code>{}</code></p>", short(&at)));
        let excerpt = text::excerpt(place);
        if !excerpt.is_empty() {
            self.line(&format!("<pre>{}</pre>", content(&excerpt.join("\n"))));
        }
        self.line("<dl>");
        for related in &finding.related {
            let at =
                format!("{} ({}:{})", related.message, related.location.path, related.location.start.line);
            self.entry("note", &at);
        }
        let object = finding.object.as_ref().map(|object| format!("{object} ({})", object.api_version));
        let why = |rule: &RuleInfo| text::why(&rule.help);
        let why = report.rules.iter().find(|rule| rule.id == finding.rule).and_then(why);
        self.entry("object", &object.unwrap_or_default());
        self.entry("environment", finding.environment.as_deref().unwrap_or_default());
        self.entry("why", &why.unwrap_or_default());
        self.entry("hint", finding.hint.as_deref().unwrap_or_default());
        self.entry("fix", finding.fix.as_ref().map_or("", |fix| fix.description.as_str()));
        self.entry("waived", &finding.waived.as_ref().map(words::waived).unwrap_or_default());
        if let Some(docs) = &finding.docs {
            self.line(&format!("<dt>docs</dt><dd>{}</dd>", linked(Some(docs), &short(docs))));
        }
        self.line("</dl>\n</article>");
    }

    fn failures(&mut self, failures: &[CheckFailure]) {
        let line = |failure: &CheckFailure| {
            let at = failure.location.as_ref().map(|at| format!("{}:{}: ", at.path, at.start.line));
            let object = failure.object.as_ref().map(|object| format!("{object}: "));
            format!(
                "{}: {}{}{}: {} (to do: {})",
                words::failure_kind(failure.kind),
                at.unwrap_or_default(),
                object.unwrap_or_default(),
                failure.check,
                failure.message,
                words::advice(failure)
            )
        };
        let title = words::count(failures.len() as u64, "check", "checks");
        let items: Vec<_> = failures.iter().map(line).collect();
        self.list(&format!("{title} could not finish: not a pass"), &items);
    }

    fn coverage(&mut self, report: &Report) {
        let coverage = &report.coverage;
        let mut items = vec![
            format!("documents: {}", sums::documents(coverage)),
            format!("objects: {}", sums::objects(coverage)),
        ];
        if !coverage.environments.is_empty() {
            items.push(format!("environments: {}", sums::environments(coverage)));
        }
        items.extend(coverage.policies.iter().map(|(id, policy)| {
            let (documents, findings) = (policy.documents, policy.findings);
            format!("policy {id} {}: documents {documents}, findings {findings}", policy.version)
        }));
        self.list("What was checked", &items);
        let skipped = sums::skipped(coverage).into_iter();
        let items = skipped.map(|(reason, all)| format!("{} {}", all.len(), words::skip_reason(reason)));
        self.list("Not checked", &items.collect::<Vec<_>>());
        let kinds = coverage.unknown_kinds.iter().map(|(kind, number)| format!("{number} {kind}"));
        self.list("Kinds without a schema", &kinds.collect::<Vec<_>>());
        self.list("Notices", &coverage.notices);
    }
}

/// `html`, which is escaped, as a link to a plain web address.
fn linked(address: Option<&str>, html: &str) -> String {
    match address.filter(|address| reference::is_web(address)) {
        Some(address) => {
            let address = attribute(&percent_encoded(address, OF_ADDRESSES));
            format!("<a href=\"{address}\" rel=\"noopener noreferrer\">{html}</a>")
        }
        None => html.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::hostile_tests::{EVIL, filled};
    use super::super::sample;
    use super::*;

    /// The tags of a page, in order, by a reader that knows nothing of HTML but that markup begins with `<`.
    fn tags(page: &str) -> Vec<&str> {
        page.split('<').skip(1).map(|rest| rest.split_once('>').unwrap().0).collect()
    }

    #[test]
    fn everything_is_on_the_page() {
        let page = render(&sample::report());
        let number = |part: &str| page.matches(part).count();
        // Five findings count, one is waived, one existing, one fixed.
        assert_eq!(number("<article "), 8);
        assert_eq!(
            (number("class=\"error\""), number("class=\"warning\""), number("class=\"info\"")),
            (5, 2, 1)
        );
        assert_eq!(number("(to do: "), 9);
        assert_eq!(number("<h2>Findings: 3 errors, 1 warning, 1 info in 2 files</h2>"), 1);
        assert_eq!(number("<h2>9 checks could not finish: not a pass</h2>"), 1);
        assert!(page.contains("19 |         image: nginx:latest\n   |                ^^^^^^^^^^^^\n"));
        insta::assert_snapshot!(page);
    }

    #[test]
    fn no_text_is_markup_and_nothing_is_loaded() {
        let known = |tag: &str| {
            let name = tag.trim_start_matches(['/', '!']).split(' ').next().unwrap();
            let plain =
                ["html", "head", "title", "style", "body", "h1", "h2", "h3", "p", "strong", "dl", "dt", "dd"];
            let more = ["ul", "li", "article", "code", "pre", "a", "meta", "DOCTYPE"];
            plain.contains(&name) || more.contains(&name)
        };
        for text in EVIL {
            let page = render(&filled(text));
            for tag in tags(&page) {
                assert!(known(tag), "{tag}");
                let attributes = tag.split_once(' ').map_or("", |(_, attributes)| attributes);
                assert!(!attributes.contains("src=") && !attributes.contains(" on"), "{tag}");
                let href = attributes.strip_prefix("href=\"");
                assert!(href.is_none_or(|href| href.starts_with("https://")), "{tag}");
            }
            assert_eq!(page, crate::text::clean(&page));
            assert_eq!((page.matches("<style>").count(), page.matches("<article ").count()), (1, 8));
        }
        let page = render(&sample::report());
        assert_eq!(page.matches("default-src 'none'; style-src 'sha256-").count(), 1);
    }
}
