//! Documents as JSON: the whole text, and one without the values of Secrets for policies that must not see them. A text is
//! made from the tape, at most once of each kind.

use std::sync::Arc;

use super::secrets;
use super::side::{Doc, SideFile};

/// What stands in place of a value that a policy must not see.
const REDACTED: &str = "<redacted>";

/// The texts of one document.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    /// As it is; none where there is no text.
    pub(super) clear: Option<Arc<str>>,
    /// Without the values of Secrets; none where there is no such value, or nobody needs it.
    masked: Option<Arc<str>>,
}

impl Texts {
    /// The texts of `doc`; for what is not parsed, a JSON string that stands for its content. `masks` says whether
    /// anybody needs the text without secrets.
    pub(super) fn of(file: &SideFile, doc: &Doc, masks: bool) -> Self {
        let (Some(tape), Some(root)) = (file.tape(), doc.root) else {
            return Self { clear: file.digest.clone(), masked: None };
        };
        let text = |hidden: &[_]| -> Option<Arc<str>> {
            let mut text = String::new();
            tape.write_json_without(root, hidden, REDACTED, &mut text);
            Some(text.into())
        };
        let hidden = if masks { secrets::values(tape, doc) } else { Vec::new() };
        let masked = if hidden.is_empty() { None } else { text(&hidden) };
        Self { clear: text(&[]), masked }
    }

    /// True if there is a text without secrets.
    pub(super) fn are_secret(&self) -> bool {
        self.masked.is_some()
    }

    /// What a policy gets that must not see secrets.
    pub(super) fn without_secrets(&self) -> Option<Arc<str>> {
        self.masked.clone().or_else(|| self.clear.clone())
    }
}
