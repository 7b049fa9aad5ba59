//! Suggested fixes, written by value and not by pointer.

use crate::json::{ToJson, pointer, write_string};
use crate::{Finding, Fix, Value};

/// Builds the JSON patch (RFC 6902) of a finding; made by [`Finding::suggest`].
///
/// Every operation names a value that was read from the judged object: its pointer comes with it. A value that
/// stands elsewhere (in the object at the base, in JSON inside of a string) cannot be patched; the finding then
/// suggests nothing.
///
/// Operations are applied in order. One that adds to a list or removes from it moves the items behind it: work from
/// the end of a list to its beginning.
#[derive(Debug)]
pub struct Patch<'f> {
    pub(crate) finding: &'f mut Finding,
}

impl Finding {
    /// Begins a suggestion, described by one sentence: `finding.suggest("pin the tag").replace(image, "web:1.2.3")`.
    pub fn suggest(&mut self, description: impl Into<String>) -> Patch<'_> {
        self.fix = Some(Fix { description: description.into(), json_patch: "[]".to_owned() });
        Patch { finding: self }
    }
}

impl Patch<'_> {
    /// Puts another value in the place of this one.
    pub fn replace(self, value: Value<'_>, new: impl ToJson) -> Self {
        let pointer = value.exact_pointer(self.finding.document);
        self.operation("replace", pointer, Some(&new))
    }

    /// Adds a member to a map; an existing one is replaced.
    pub fn add(self, map: Value<'_>, key: &str, new: impl ToJson) -> Self {
        let pointer = map.exact_pointer(self.finding.document).filter(|_| map.is_map());
        let pointer = pointer.map(|mut pointer| {
            pointer::push_token(&mut pointer, key);
            pointer
        });
        self.operation("add", pointer, Some(&new))
    }

    /// Adds an item to the end of a list.
    pub fn append(self, list: Value<'_>, new: impl ToJson) -> Self {
        let pointer = list.exact_pointer(self.finding.document).filter(|_| list.is_seq());
        self.operation("add", pointer.map(|pointer| pointer + "/-"), Some(&new))
    }

    /// Takes a value away.
    pub fn remove(self, value: Value<'_>) -> Self {
        let pointer = value.exact_pointer(self.finding.document);
        self.operation("remove", pointer, None)
    }

    fn operation(self, name: &str, pointer: Option<String>, value: Option<&dyn ToJson>) -> Self {
        let Some(pointer) = pointer else {
            self.finding.fix = None;
            return self;
        };
        if let Some(Fix { json_patch, .. }) = &mut self.finding.fix {
            json_patch.pop();
            if json_patch.len() > 1 {
                json_patch.push(',');
            }
            for part in [r#"{"op":""#, name, r#"","path":"#] {
                json_patch.push_str(part);
            }
            write_string(&pointer, json_patch);
            if let Some(value) = value {
                json_patch.push_str(r#","value":"#);
                value.to_json(json_patch);
            }
            json_patch.push_str("}]");
        }
        self
    }
}
