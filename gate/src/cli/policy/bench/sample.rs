//! The documents that are measured with.

use gate_sdk::testing::{CaseFile, Input};
use sha2::{Digest, Sha256};

use super::objects;
use crate::cli::policy::subject;
use crate::policy::{Context, Document, Environment, Policy};
use crate::text::hexadecimal;

/// Documents that the policy asks for, numbered from 0, and their context.
pub(super) struct Sample {
    pub(super) documents: Vec<Document>,
    pub(super) context: Context,
}

impl Sample {
    /// The documents of cases, and those of the gate itself. Their contexts become one, with the environments of all.
    pub(super) fn of_cases(files: &[CaseFile], policy: &Policy) -> Self {
        let cases = files.iter().flat_map(|file| file.cases.iter().flatten());
        let cases: Vec<_> = cases.filter(|case| case.refused.is_empty()).collect();
        let inputs: Vec<Input> = cases.iter().flat_map(|case| case.inputs()).collect();
        let documents = inputs.iter().map(subject::document).chain(objects::documents());
        let wanted = documents.filter(|document| wants(policy, document));
        let documents = (0..).zip(wanted).map(|(index, document)| Document { index, ..document }).collect();
        let mut environments: Vec<Environment> = Vec::new();
        for environment in cases.iter().flat_map(|case| subject::context(&case.context()).environments) {
            if !environments.iter().any(|known| known.name == environment.name) {
                environments.push(environment);
            }
        }
        Self { documents, context: context(environments) }
    }

    /// At least `least` documents: the sample over and over, each with a number of its own.
    pub(super) fn repeated(&self, least: usize) -> Vec<Document> {
        let times = least.div_ceil(self.documents.len().max(1)).max(1);
        let all = std::iter::repeat_n(&self.documents, times).flatten();
        (0..).zip(all).map(|(index, document)| Document { index, ..document.clone() }).collect()
    }

    /// Bytes of JSON of all documents.
    pub(super) fn bytes(&self) -> usize {
        self.documents.iter().map(Document::json_bytes).sum()
    }

    /// Stands for the documents and `settings`: equal for equal ones.
    pub(super) fn digest(&self, settings: &str) -> String {
        let mut hasher = Sha256::new();
        hasher.update(settings);
        for document in &self.documents {
            hasher.update(format!("\n{document:?}"));
        }
        hasher.update(format!("\n{:?}", self.context));
        hexadecimal(&hasher.finalize())
    }
}

fn wants(policy: &Policy, document: &Document) -> bool {
    let (group, kind) = (document.id.group(), document.id.kind.as_str());
    policy.metadata().matches(document.role, group, kind, document.operation)
}

fn context(environments: Vec<Environment>) -> Context {
    Context {
        repository: String::new(),
        base_commit: String::new(),
        head_commit: String::new(),
        source_branch: None,
        target_branch: None,
        environments,
        pull_request: None,
        now: "1970-01-01T00:00:00Z".to_owned(),
        extensions: "{}".to_owned(),
    }
}
