//! Paths that stay the same when items are added to a list or change places, for fingerprints and for people.

use super::{Kind, NodeId, Paths, Tape};

/// What tells the items of Kubernetes' lists apart, the first that an item has. `mountPath` and `devicePath` come
/// before `name`: the same volume may be mounted twice.
const NAMING: [&str; 14] = [
    "mountPath",
    "devicePath",
    "name",
    "key",
    "id",
    "containerPort",
    "port",
    "path",
    "host",
    "hostname",
    "ip",
    "type",
    "topologyKey",
    "kind",
];

impl Tape {
    /// As [`Tape::path_to`], but a list position is `[name=x]` with the first naming field that the item has,
    /// `[=x]` for a scalar item, and the bare index for the rest. `~` and `/` in `x` are escaped as in a pointer.
    pub fn stable_path_to(&self, root: NodeId, target: NodeId) -> Option<String> {
        Paths::new(self).stable_path_to(root, target)
    }

    /// What tells `item` from its neighbours: a field and its value; no field for a scalar.
    pub(super) fn label(&self, item: NodeId) -> Option<(&'static str, &str)> {
        match self.kind(item) {
            Kind::Map => NAMING.iter().find_map(|&field| {
                let value = self.get(item, field)?;
                let scalar = !matches!(self.kind(value), Kind::Null | Kind::Map | Kind::Seq);
                scalar.then(|| (field, self.text(value)))
            }),
            Kind::Seq | Kind::Null => None,
            Kind::Bool | Kind::Int | Kind::Float | Kind::Str => Some(("", self.text(item))),
        }
    }
}
