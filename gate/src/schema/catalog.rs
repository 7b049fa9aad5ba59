//! Which kinds a set of schemas has, and where each is from.

use super::KubeVersion;
use super::lookup::Scope;
use super::set::SchemaSet;
use super::table::{KIND_CLUSTER, KIND_CUSTOM, KIND_NAMESPACED, Kind, View};

/// Where the schema of a kind is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KindSource {
    /// Kubernetes itself, embedded.
    Kubernetes,
    /// A custom resource, embedded.
    Embedded,
    /// A CustomResourceDefinition that was added.
    Definition,
}

/// A kind that there is a schema of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownKind {
    /// `group/version`, or `version`.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// Where its schema is from.
    pub source: KindSource,
    /// True if objects live in a namespace, false if not; none if the source does not say.
    pub namespaced: Option<bool>,
    /// The oldest and the newest version of Kubernetes that has it, of those that the gate knows; for kinds of Kubernetes.
    pub versions: Option<(KubeVersion, KubeVersion)>,
}

impl SchemaSet {
    /// Where the schema of a kind is from, in any version of Kubernetes; none for a kind that is unknown.
    pub fn source_of(&self, api_version: &str, kind: &str) -> Option<KindSource> {
        let packed = self.pack.view().find_kind(api_version, kind);
        if packed.is_some_and(|found| found.flags & KIND_CUSTOM == 0) {
            return Some(KindSource::Kubernetes);
        }
        if self.overlays.iter().any(|table| table.view().find_kind(api_version, kind).is_some()) {
            return Some(KindSource::Definition);
        }
        packed.map(|_| KindSource::Embedded)
    }

    /// Every kind, in order of kind, group and version; each once, from the source that judges it.
    pub fn kinds(&self) -> Vec<KnownKind> {
        let mut all = Vec::new();
        for table in &self.overlays {
            let view = table.view();
            all.extend(view.kinds().map(|found| self.known(&view, found, true)));
        }
        let pack = self.pack.view();
        all.extend(pack.kinds().map(|found| self.known(&pack, found, false)));
        all.retain(|kind| self.source_of(&kind.api_version, &kind.kind) == Some(kind.source));
        all.sort_by(|a, b| (&a.kind, &a.api_version).cmp(&(&b.kind, &b.api_version)));
        all.dedup_by(|a, b| (&a.kind, &a.api_version) == (&b.kind, &b.api_version));
        all
    }

    fn known(&self, view: &View<'_>, found: Kind, is_overlay: bool) -> KnownKind {
        let custom = found.flags & KIND_CUSTOM != 0;
        let source = match (is_overlay, custom) {
            (true, _) => KindSource::Definition,
            (false, true) => KindSource::Embedded,
            (false, false) => KindSource::Kubernetes,
        };
        let namespaced = match (found.flags & KIND_NAMESPACED != 0, found.flags & KIND_CLUSTER != 0) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        };
        let mask = view.kind_mask(found);
        let minor = |bit: u32| KubeVersion::new(view.oldest_minor().saturating_add(bit as u8));
        let versions =
            (!custom && mask != 0).then(|| (minor(mask.trailing_zeros()), minor(31 - mask.leading_zeros())));
        KnownKind {
            api_version: view.str(found.api_version).to_owned(),
            kind: view.str(found.kind).to_owned(),
            source,
            namespaced,
            versions,
        }
    }
}

impl Scope {
    /// A word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Namespaced => "namespaced",
            Self::Cluster => "cluster",
            Self::Unknown => "unknown",
        }
    }
}
