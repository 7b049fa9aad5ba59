//! Who reads what is judged. Each reader of YAML has its own idea of what is wrong: the API server of objects, and the
//! tools whose instructions lie beside them.

use super::SchemaRule;
use super::explain::quote;
use super::node::{Node, NodeKind, Property};
use super::walk::Walk;
use crate::yaml::{Kind, NodeId};

/// A reader of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// The API server: a whole object.
    Server,
    /// Whoever merges a patch into an object: only what is written counts, null removes, and some keys are directives.
    Patch,
    /// Kustomize: strict, and blind to upper and lower case in the names of fields.
    Kustomize,
    /// Helm: drops what it does not know, makes texts of numbers, and is as blind.
    Helm,
}

impl Reader {
    /// Why a field that is unknown does not stop the reader; none if it does.
    pub(super) fn drops_unknown(self) -> Option<&'static str> {
        (self == Self::Helm).then_some("Helm ignores what it does not know")
    }

    /// True for a key that is no name of a field or label to this reader.
    pub(super) fn is_directive(self, key: &str) -> bool {
        self == Self::Patch && key.starts_with('$')
    }

    /// Why a value of the wrong kind does not stop the reader; none if it does.
    pub(super) fn converts(self, wanted: NodeKind, found: Kind) -> Option<&'static str> {
        let is_scalar = matches!(found, Kind::Bool | Kind::Int | Kind::Float);
        let converts = self == Self::Helm && wanted == NodeKind::String && is_scalar;
        converts.then_some("Helm makes a text of it, `helm lint` refuses it")
    }
}

impl Walk<'_> {
    /// The property that a reader takes `key` for that does not tell upper from lower case.
    pub(super) fn of_other_case(&mut self, node: Node, key: NodeId) -> Option<Property> {
        let tool = match self.reader {
            Reader::Server | Reader::Patch => return None,
            Reader::Kustomize => "kustomize",
            Reader::Helm => "Helm",
        };
        let (view, written) = (self.view, self.tape.text(key));
        let mut known = node.properties_of(view);
        let (name, property) = known.find(|(name, _)| view.str(*name).eq_ignore_ascii_case(written))?;
        let message = format!("{} is read as `{}`", quote(written), view.str(name));
        let hint = format!("write `{}`: only {tool} takes one for the other", view.str(name));
        self.warn(SchemaRule::UnknownField, key, message, Some(hint));
        Some(property)
    }

    /// True for the part of a kustomization whose values are secret.
    pub(super) fn generates_secrets(&self, key: NodeId) -> bool {
        self.reader == Reader::Kustomize && self.tape.text(key).eq_ignore_ascii_case("secretGenerator")
    }

    /// Judges a directive of a strategic merge patch; false for a field of the object.
    pub(super) fn directive(&mut self, key: NodeId, value: NodeId) -> bool {
        let name = self.tape.text(key);
        if name == "$patch" {
            let strategy = self.tape.text(value);
            if !matches!(strategy, "delete" | "merge" | "replace") || self.tape.kind(value) != Kind::Str {
                self.invalid(value, "must be one of `delete`, `merge`, `replace`", None);
            }
            return true;
        }
        let about_list =
            ["$setElementOrder/", "$deleteFromPrimitiveList/"].iter().any(|begin| name.starts_with(begin));
        let is_directive = name == "$retainKeys" || about_list;
        if is_directive && !matches!(self.tape.kind(value), Kind::Seq | Kind::Null) {
            let message = format!("{} must be a list", quote(name));
            self.push(SchemaRule::WrongType, value, message, None);
        }
        is_directive
    }

    /// True for an item of a patched list that only says what becomes of the others.
    pub(super) fn is_directive_item(&self, n: NodeId) -> bool {
        self.reader == Reader::Patch && self.tape.get(n, "$patch").is_some()
    }
}
