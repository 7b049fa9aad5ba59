//! The fix of a finding: what a policy suggests, or the one right answer of a schema rule as a JSON patch.

use serde_json::json;

use super::raw::{Place, RawFinding, Side};
use super::side::{Doc, SideFile};
use crate::model::{Fix, FixPlace};
use crate::schema::Mend;
use crate::text::clean_line;
use crate::yaml::{NodeId, Paths, Tape};

/// What policies see in place of the values of Secrets.
const REDACTED: &str = "<redacted>";

/// The fix of `raw`, if it has one that does not show a secret; only head can be mended.
pub(super) fn of(
    side: &SideFile,
    paths: Option<&Paths<'_>>,
    doc: Option<&Doc>,
    raw: &RawFinding,
) -> Option<Fix> {
    let is_of_head = (raw.side, raw.owner) == (Side::Head, Side::Head);
    if raw.sensitive || !is_of_head {
        return raw.fix.clone().filter(|_| !raw.sensitive);
    }
    let fix = match (&raw.mend, raw.place) {
        (Some(mend), Place::Node(node)) => patch(side.tape()?, paths?, doc?.root?, node, mend),
        _ => raw.fix.clone().filter(|fix| !fix.json_patch.contains(REDACTED)),
    }?;
    // What is not parsed (a template of Helm) stays as it is: the gate cannot know what it edits.
    let place = place(side, paths, doc).unwrap_or(FixPlace { document: u32::MAX, root: String::new() });
    Some(Fix { place, ..fix })
}

/// Where the object of `doc` is in its file.
fn place(side: &SideFile, paths: Option<&Paths<'_>>, doc: Option<&Doc>) -> Option<FixPlace> {
    let doc = doc?;
    let documents = &side.manifest.as_ref()?.documents;
    let whole = documents.iter().find(|document| document.index == doc.number)?.root;
    Some(FixPlace { document: doc.number, root: paths?.path_to(whole, doc.root?)? })
}

fn patch(tape: &Tape, paths: &Paths<'_>, root: NodeId, node: NodeId, mend: &Mend) -> Option<Fix> {
    let at = paths.path_to(root, node)?;
    let (description, patch) = match mend {
        Mend::Rename(name) => {
            let (above, _) = at.rsplit_once('/')?;
            let to = format!("{above}/{}", name.replace('~', "~0").replace('/', "~1"));
            if tape.pointer(root, &to).is_some() {
                return None;
            }
            (format!("call it `{name}`"), json!([{ "op": "move", "from": at, "path": to }]))
        }
        Mend::Replace(value) => {
            (format!("write {value}"), json!([{ "op": "replace", "path": at, "value": value }]))
        }
        Mend::Remove(item) => {
            let at = paths.path_to(root, *item)?;
            ("remove it: an earlier item is the same".to_owned(), json!([{ "op": "remove", "path": at }]))
        }
        Mend::Top(fields) => {
            let words = fields.iter().map(|(field, value)| format!("`{field}: {value}`"));
            let description = format!("write {}", words.collect::<Vec<_>>().join(" and "));
            let replace = |(field, value): &(&str, String)| json!({ "op": "replace", "path": format!("/{field}"), "value": value });
            (description, fields.iter().map(replace).collect())
        }
    };
    let description = clean_line(&description).into_owned();
    Some(Fix { description, json_patch: patch.to_string(), place: FixPlace::default() })
}
