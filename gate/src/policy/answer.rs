//! The findings of a policy, checked: documents, rules and pointers must be real, texts are cleaned and counted.
//! A breach is a failure; what can be saved of the finding is kept, so that no breach hides anything.

use std::collections::BTreeMap;

use super::bindings::validator as wit;
use super::contract::{Document, Metadata, RawFinding, RawRelated};
use super::failure::PolicyFailure;
use super::limits::{Limits, bytes, grouped, raise};
use crate::model::{FailureKind, Fix, FixPlace, Severity};
use crate::text::{clean, clean_line, shorten};

/// Properties of a finding, and code points of a property's name or value.
const PROPERTIES: usize = 32;
const PROPERTY_CHARS: usize = 1_000;

/// Further places of a finding.
const RELATED: usize = 20;

/// Code points of a policy's own words in a failure.
const QUOTE_CHARS: usize = 80;

/// What is left of an answer, and what was wrong with it.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) findings: Vec<RawFinding>,
    pub(super) failures: Vec<PolicyFailure>,
}

/// The ways in which a finding can break the contract, in order of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Breach {
    UnknownDocument,
    UnknownRule,
    BadPointer,
    BadPatch,
    LongMessage,
    TooLong,
    TooMany,
}

/// The first case of a breach, and how many there are.
struct Case {
    count: u64,
    document: Option<u32>,
    example: String,
}

struct Checker<'a> {
    documents: BTreeMap<u32, &'a Document>,
    metadata: &'a Metadata,
    limits: &'a Limits,
    counts: BTreeMap<u32, usize>,
    breaches: BTreeMap<Breach, Case>,
}

/// Checks the answer that a policy gave for `documents`.
pub(super) fn check(
    answer: Vec<wit::Finding>,
    documents: &[&Document],
    metadata: &Metadata,
    limits: &Limits,
) -> Checked {
    let documents = documents.iter().map(|document| (document.index, *document)).collect();
    let mut checker =
        Checker { documents, metadata, limits, counts: BTreeMap::new(), breaches: BTreeMap::new() };
    let findings = answer.into_iter().filter_map(|finding| checker.finding(finding)).collect();
    Checked { findings, failures: checker.failures() }
}

impl Checker<'_> {
    fn finding(&mut self, finding: wit::Finding) -> Option<RawFinding> {
        let index = finding.document;
        if !self.documents.contains_key(&index) {
            self.breach(Breach::UnknownDocument, None, || grouped(u64::from(index)));
            return None;
        }
        if self.metadata.rule(&finding.rule).is_none() {
            self.breach(Breach::UnknownRule, Some(index), || quoted(&finding.rule));
            return None;
        }
        let count = self.counts.entry(index).or_default();
        *count += 1;
        if *count > self.limits.findings_per_document {
            let limit = grouped(self.limits.findings_per_document as u64);
            self.breach(Breach::TooMany, Some(index), || limit);
            return None;
        }
        Some(RawFinding {
            document: index,
            message: self.text(index, "message", &finding.message),
            pointer: finding.pointer.and_then(|pointer| self.pointer(index, pointer)),
            fix: finding.fix.and_then(|fix| self.fix(index, fix)),
            related: self.related(index, finding.related),
            properties: self.properties(index, &finding.properties),
            severity: finding.severity.map(Severity::from),
            sensitive: finding.sensitive,
            rule: finding.rule,
        })
    }

    /// A text of several lines, cleaned and cut to the limit.
    fn text(&mut self, index: u32, what: &str, text: &str) -> String {
        let limit = self.limits.message_bytes;
        if text.len() <= limit {
            return clean(text).into_owned();
        }
        self.breach(Breach::LongMessage, Some(index), || format!("a {what} of more than {}", bytes(limit)));
        shorten(&clean(text), limit / 4).into_owned()
    }

    fn pointer(&mut self, index: u32, pointer: String) -> Option<String> {
        if pointer.len() <= self.limits.pointer_bytes && is_pointer(&pointer) {
            return Some(pointer);
        }
        self.breach(Breach::BadPointer, Some(index), || quoted(&pointer));
        None
    }

    fn fix(&mut self, index: u32, fix: wit::SuggestedFix) -> Option<Fix> {
        let patch = fix.json_patch;
        let is_array = || serde_json::from_str::<Vec<serde_json::Value>>(&patch).is_ok();
        let is_plain = || clean(&patch) == patch.as_str();
        if patch.len() > self.limits.help_bytes || !is_plain() || !is_array() {
            self.breach(Breach::BadPatch, Some(index), || quoted(&patch));
            return None;
        }
        let description = self.text(index, "fix", &fix.description);
        Some(Fix { description, json_patch: patch, place: FixPlace::default() })
    }

    fn related(&mut self, index: u32, related: Vec<wit::Related>) -> Vec<RawRelated> {
        if related.len() > RELATED {
            self.breach(Breach::TooLong, Some(index), || format!("more than {RELATED} related places"));
        }
        related.into_iter().take(RELATED).filter_map(|place| self.place(index, place)).collect()
    }

    fn place(&mut self, index: u32, place: wit::Related) -> Option<RawRelated> {
        if !self.documents.contains_key(&place.document) {
            self.breach(Breach::UnknownDocument, Some(index), || grouped(u64::from(place.document)));
            return None;
        }
        let message = clean_line(&self.text(index, "message", &place.message)).into_owned();
        let pointer = place.pointer.and_then(|pointer| self.pointer(place.document, pointer));
        Some(RawRelated { document: place.document, pointer, message })
    }

    fn properties(&mut self, index: u32, properties: &[(String, String)]) -> Vec<(String, String)> {
        if properties.len() > PROPERTIES {
            self.breach(Breach::TooLong, Some(index), || format!("more than {PROPERTIES} properties"));
        }
        let line = |text: &str| shorten(&clean_line(text), PROPERTY_CHARS).into_owned();
        properties.iter().take(PROPERTIES).map(|(name, value)| (line(name), line(value))).collect()
    }

    fn breach(&mut self, breach: Breach, document: Option<u32>, example: impl FnOnce() -> String) {
        let case =
            self.breaches.entry(breach).or_insert_with(|| Case { count: 0, document, example: example() });
        case.count += 1;
    }

    /// One failure for each kind of breach, however often it happened.
    fn failures(self) -> Vec<PolicyFailure> {
        let failure = |(breach, case): (&Breach, &Case)| {
            let document = case.document.and_then(|index| self.documents.get(&index));
            let place = document.map(|document| format!(" on {}", document.describe())).unwrap_or_default();
            let more = match case.count - 1 {
                0 => String::new(),
                more => format!(", and {} more", grouped(more)),
            };
            PolicyFailure {
                kind: breach.kind(),
                document: case.document,
                message: format!("policy {} {}{place}{more}", self.metadata.id, breach.tell(&case.example)),
                hint: Some(breach.hint()),
            }
        };
        self.breaches.iter().map(failure).collect()
    }
}

impl Breach {
    fn kind(self) -> FailureKind {
        match self {
            Self::LongMessage | Self::TooLong | Self::TooMany => FailureKind::PolicyLimit,
            _ => FailureKind::PolicyContract,
        }
    }

    fn hint(self) -> String {
        match self {
            Self::LongMessage => raise("message"),
            Self::TooMany => raise("findings"),
            _ => "the policy is faulty; report it to its author".to_owned(),
        }
    }

    fn tell(self, example: &str) -> String {
        match self {
            Self::UnknownDocument => format!("reported on document {example}, which it was not given"),
            Self::UnknownRule => format!("reported the rule {example}, which it does not declare"),
            Self::BadPointer => format!("gave {example}, which is no JSON pointer"),
            Self::BadPatch => format!("gave {example}, which is no JSON patch"),
            Self::LongMessage | Self::TooLong => format!("gave {example}"),
            Self::TooMany => format!("reported more than {example} findings"),
        }
    }
}

/// RFC 6901: empty, or `/` before each token, and `~` only as `~0` and `~1`.
fn is_pointer(text: &str) -> bool {
    let mut tildes = text.split('~');
    tildes.next();
    (text.is_empty() || text.starts_with('/')) && tildes.all(|after| after.starts_with(['0', '1']))
}

fn quoted(text: &str) -> String {
    format!("{:?}", shorten(&clean_line(text), QUOTE_CHARS))
}

#[cfg(test)]
mod tests {
    use super::is_pointer;

    #[test]
    fn pointers_are_those_of_rfc_6901() {
        assert!(["", "/", "/a/0", "/a~0b/~1", "/ü //x"].into_iter().all(is_pointer));
        assert!(["a", "#/a", "/a~", "/a~2b", "~0"].into_iter().all(|text| !is_pointer(text)));
    }
}
