//! What a gate tells, made up for a test: a publication with its pages, and findings at lines.

use gate::host::{Annotation, Markup, Pages, Posted, Publication, Target, post};
use gate::model::{Severity, Verdict};
use gate::text::LineCol;

/// The parts of a publication.
#[derive(Debug, Clone)]
pub struct Told {
    /// Which gate.
    pub key: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// Findings at lines.
    pub annotations: Vec<Annotation>,
    /// The summary, and what the comment says below the verdict.
    pub text: String,
    /// The comment fills its limit and says that more was left out.
    pub long: bool,
}

impl Pages for Told {
    fn comment(&self, limit: usize, _: Markup) -> String {
        let mut page = format!("## {}\n\n{}\n", self.verdict.as_str(), self.text);
        if self.long {
            let last = "\nLeft out for its length: the rest.\n";
            while page.len() + last.len() + 40 < limit.min(200_000) {
                page.push_str("\nline after line of `findings` | é\n");
            }
            page.push_str(last);
        }
        page.truncate(page.floor_char_boundary(limit));
        page
    }

    fn summary(&self, limit: usize) -> String {
        self.text[..self.text.floor_char_boundary(limit)].to_owned()
    }
}

impl Told {
    /// By the gate with the default key.
    pub fn new(verdict: Verdict, text: &str, annotations: Vec<Annotation>) -> Self {
        Self { key: "default".to_owned(), verdict, annotations, text: text.to_owned(), long: false }
    }

    /// A pass without findings.
    pub fn pass() -> Self {
        Self::new(Verdict::Pass, "All good.", Vec::new())
    }

    /// Errors at these places.
    pub fn errors(places: &[(&str, u32)]) -> Self {
        let annotations: Vec<_> = places.iter().map(|(path, line)| error(path, *line)).collect();
        Self::new(Verdict::Fail, &format!("{} findings.", annotations.len()), annotations)
    }

    /// The same by another gate.
    pub fn key(mut self, key: &str) -> Self {
        key.clone_into(&mut self.key);
        self
    }

    /// As the gate hands it over.
    pub fn publication(&self) -> Publication<'_> {
        Publication {
            key: self.key.clone(),
            verdict: self.verdict,
            annotations: self.annotations.clone(),
            pages: self,
        }
    }

    /// Posts it; that must be worth a try.
    pub fn post(&self, target: &Target) -> Posted {
        post(target, &self.publication()).unwrap()
    }
}

/// An error at the columns 3 to 8 of `line`, with a fingerprint of path and line.
pub fn error(path: &str, line: u32) -> Annotation {
    let hash =
        path.bytes().fold(u64::from(line), |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)));
    annotation(format!("{hash:032x}"), path, line, &format!("{path}:{line} is wrong"))
}

/// Finding number `index` of all: the first 100 are errors, the rest warnings; they spread over 40 files, and are in the
/// diff of a bench as far as there are 4,000.
pub fn finding(index: usize) -> Annotation {
    let line = u32::try_from(1 + index / 40).unwrap();
    let path = format!("apps/file-{}.yaml", index % 40);
    let severity = if index < 100 { Severity::Error } else { Severity::Warning };
    let fingerprint = format!("{:032x}", index + 1);
    Annotation { severity, ..annotation(fingerprint, &path, line, &format!("finding {index} is here")) }
}

/// The first `count` of all findings.
pub fn findings(count: usize) -> Vec<Annotation> {
    (0..count).map(finding).collect()
}

fn annotation(fingerprint: String, path: &str, line: u32, title: &str) -> Annotation {
    Annotation {
        fingerprint,
        rule: "workloads/mutable-image-tag".to_owned(),
        severity: Severity::Error,
        path: path.to_owned(),
        start: LineCol { line, column: 3 },
        end: LineCol { line, column: 9 },
        title: title.to_owned(),
        text: format!("{title}\nobject: Deployment web\nhelp: pin it"),
        markdown: format!("**{title}**\n\nobject: `Deployment web`\n\nhelp: pin it"),
    }
}
