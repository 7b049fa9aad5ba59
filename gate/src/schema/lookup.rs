//! What a lookup can say besides "here it is": removed, not there yet, misspelt, another version, unknown.

use super::KubeVersion;
use super::set::SchemaSet;
use super::table::{DEPRECATED_SHIFT, KIND_CUSTOM, Kind, REMOVED_SHIFT, View};
use super::tables::deprecated::{self, Deprecated};
use super::{Issue, SchemaRule};
use crate::yaml::NodeId;

/// The schema of one kind in one Kubernetes version. It belongs to the set that gave it.
#[derive(Debug, Clone, Copy)]
pub struct SchemaRef {
    pub(super) table: u32,
    pub(super) node: u32,
    pub(super) version: KubeVersion,
    pub(super) custom: bool,
    pub(super) scope: Scope,
    pub(super) names: NameRule,
    /// Why the API version should not be used any more.
    pub(super) deprecated: Option<Deprecation>,
}

/// Who deprecates an API version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deprecation {
    /// Kubernetes, in a minor version; removed in another one, 0 for none that is known.
    BuiltIn(u8, u8),
    /// The CustomResourceDefinition in the repository.
    Definition,
    /// The project of a custom resource.
    Project(&'static Deprecated),
}

/// Whether objects of a kind live in a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// They do.
    Namespaced,
    /// They do not.
    Cluster,
    /// The source of the schema does not say.
    Unknown,
}

/// The form of `metadata.name` of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameRule {
    /// DNS-1123 subdomain.
    Subdomain,
    /// DNS-1123 label.
    Label,
    /// DNS-1035 label, which begins with a letter.
    Label1035,
    /// Anything that can be a segment of a path.
    PathSegment,
    /// No object of the kind is stored: no name is needed, and any will do.
    None,
}

/// The answer to [`SchemaSet::lookup`].
#[derive(Debug, Clone)]
pub enum Lookup {
    /// There is a schema.
    Found(SchemaRef),
    /// A built-in kind that an earlier version removed.
    Removed {
        /// The last version that served it.
        last: KubeVersion,
        /// The first one that does not.
        removed_in: KubeVersion,
        /// The API version that serves the kind now.
        replacement: Option<String>,
    },
    /// A built-in kind that came with a later version.
    NotYet {
        /// The first version that serves it.
        first: KubeVersion,
    },
    /// A known kind but for upper and lower case.
    WrongCase {
        /// `apiVersion` and `kind` as they should be, separated by a space.
        did_you_mean: String,
    },
    /// The group has the kind, but not in this version. Only for kinds that are built in or defined in the repository:
    /// the pack may be older than an operator.
    UnknownVersion {
        /// The API versions that have it.
        known: Vec<String>,
    },
    /// A custom resource that its project has removed.
    Gone {
        /// The project and the release that removed it.
        removed_in: String,
        /// What to use instead.
        instead: &'static str,
    },
    /// Nothing is known of the kind.
    Unknown,
}

impl SchemaRef {
    /// True for custom resources, false for kinds of Kubernetes itself.
    pub fn is_custom(&self) -> bool {
        self.custom
    }

    /// True for a custom resource as the pack knows it. The cluster's operator may be newer: a field or value that is
    /// unknown here is then no more than a warning.
    pub fn is_dated(&self) -> bool {
        self.custom && self.table == 0
    }

    /// Whether objects of the kind live in a namespace.
    pub fn scope(&self) -> Scope {
        self.scope
    }
}

impl Lookup {
    /// What to tell of an object whose kind has no schema for one of these reasons; `place` is the node to point
    /// at (the value of `apiVersion` or `kind`). `None` for [`Lookup::Found`] and [`Lookup::Unknown`].
    pub fn issue(&self, version: KubeVersion, api_version: &str, kind: &str, place: NodeId) -> Option<Issue> {
        let what = format!("{kind} in {api_version}");
        let (rule, message, hint) = match self {
            Self::Found(_) | Self::Unknown => return None,
            Self::Removed { last, removed_in, replacement } => (
                SchemaRule::RemovedApi,
                format!(
                    "{what} was removed in Kubernetes {removed_in}; the last version that serves it is {last}"
                ),
                Some(match replacement {
                    Some(new) => format!("use {new}"),
                    None => format!("nothing replaces it in Kubernetes {version}"),
                }),
            ),
            Self::Gone { removed_in, instead } => (
                SchemaRule::RemovedApi,
                format!("{what} was removed in {removed_in}"),
                Some(format!("use {instead}")),
            ),
            Self::NotYet { first } => (
                SchemaRule::FutureApi,
                format!("{what} is not served by Kubernetes {version}; it came with {first}"),
                None,
            ),
            Self::WrongCase { did_you_mean } => (
                SchemaRule::MisspeltKind,
                format!("{what} is unknown: kinds and API versions are case-sensitive"),
                Some(format!("did you mean {did_you_mean}?")),
            ),
            Self::UnknownVersion { known } => (
                SchemaRule::UnknownApiVersion,
                format!("{kind} does not exist in {api_version}"),
                Some(format!("it exists in {}", known.join(", "))),
            ),
        };
        let mend = super::mend::of_lookup(self, api_version, kind);
        Some(Issue { rule, severity: rule.severity(), node: place, missing: None, message, hint, mend })
    }
}

impl Deprecation {
    /// Why a kind of the pack should not be used any more in `version`.
    pub(super) fn of(pack: &View<'_>, kind: Kind, version: KubeVersion) -> Option<Self> {
        if kind.flags & KIND_CUSTOM != 0 {
            let row = deprecated::find(pack.str(kind.api_version), pack.str(kind.kind)).map(Self::Project);
            let is_marked = kind.flags >> DEPRECATED_SHIFT & 0xff != 0;
            return row.or(is_marked.then_some(Self::Definition));
        }
        let minor = |shift: u32| (kind.flags >> shift & 0xff) as u8;
        let (since, removed) = (minor(DEPRECATED_SHIFT), minor(REMOVED_SHIFT));
        (since != 0 && since <= version.minor).then_some(Self::BuiltIn(since, removed))
    }
}

/// A kind that is nowhere: its project may have removed it.
fn gone(api_version: &str, kind: &str) -> Option<Lookup> {
    let row = deprecated::find(api_version, kind).filter(|row| !row.removed.is_empty())?;
    let removed_in = format!("{} {}", row.project, row.removed);
    Some(Lookup::Gone { removed_in, instead: row.instead })
}

impl NameRule {
    /// The rule of a kind. Where the server's rule is not known for sure, the most lenient one.
    pub(super) fn of(api_version: &str, kind: &str, custom: bool, version: KubeVersion) -> Self {
        let group = group_of(api_version);
        match (group, kind) {
            ("", "Namespace") => Self::Label,
            ("", "Service") if version.minor < 34 => Self::Label1035,
            ("", "Service") => Self::Label,
            ("rbac.authorization.k8s.io", _) | ("policy", "PodDisruptionBudget") => Self::PathSegment,
            ("authentication.k8s.io" | "authorization.k8s.io", _) => Self::None,
            ("", "Binding") | ("policy", "Eviction") => Self::None,
            ("certificates.k8s.io" | "networking.k8s.io", _)
                if !matches!(kind, "Ingress" | "IngressClass" | "NetworkPolicy") =>
            {
                Self::PathSegment
            }
            ("internal.apiserver.k8s.io" | "apiregistration.k8s.io", _) => Self::PathSegment,
            _ if custom && is_aggregated(group) => Self::PathSegment,
            _ => Self::Subdomain,
        }
    }
}

/// Groups of OpenShift that its own API server serves, with rules of its own for names.
fn is_aggregated(group: &str) -> bool {
    let prefixes = [
        "apps",
        "authorization",
        "build",
        "image",
        "oauth",
        "project",
        "quota",
        "route",
        "security",
        "template",
        "user",
    ];
    group.strip_suffix(".openshift.io").is_some_and(|first| prefixes.contains(&first))
}

/// The group of an `apiVersion`; empty for the core group.
pub(super) fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// A built-in kind that the version of `bit` does not have.
pub(super) fn absent(pack: &View<'_>, kind: Kind, bit: u32) -> Lookup {
    let mask = pack.kind_mask(kind);
    let version = |bit: u32| KubeVersion::new(pack.oldest_minor().saturating_add(bit as u8));
    let earlier = mask & bit.wrapping_sub(1);
    if bit == 0 || mask == 0 {
        return Lookup::Unknown;
    }
    if earlier == 0 {
        return Lookup::NotYet { first: version(mask.trailing_zeros()) };
    }
    let last = 31 - earlier.leading_zeros();
    Lookup::Removed {
        last: version(last),
        removed_in: version(last + 1),
        replacement: replacement(pack, kind, bit),
    }
}

/// The API version that has the kind of the same name in the version of `bit`: of the same group if there is one,
/// and the most stable.
pub(super) fn replacement(pack: &View<'_>, gone: Kind, bit: u32) -> Option<String> {
    let group = group_of(pack.str(gone.api_version));
    pack.kinds()
        .filter(|kind| kind.kind == gone.kind && kind.flags & KIND_CUSTOM == 0)
        .filter(|kind| pack.kind_mask(*kind) & bit != 0)
        .map(|kind| pack.str(kind.api_version))
        .max_by_key(|api_version| (group_of(api_version) == group, stability(api_version), *api_version))
        .map(str::to_owned)
}

/// 2 for `v1`, 1 for `v1beta1`, 0 for `v1alpha1`.
pub(super) fn stability(api_version: &str) -> u8 {
    if api_version.contains("alpha") {
        0
    } else if api_version.contains("beta") {
        1
    } else {
        2
    }
}

/// Every API version of the group of `api_version` that has a schema for `kind`, in order.
pub(super) fn api_versions(set: &SchemaSet, api_version: &str, kind: &str) -> Vec<String> {
    let views = set.overlays.iter().map(|table| table.view()).chain([set.pack.view()]);
    let mut versions = Vec::new();
    for view in views {
        let named = view.kinds().filter(|found| view.str(found.kind) == kind);
        let known = named.map(|found| view.str(found.api_version));
        let known = known.filter(|known| group_of(known) == group_of(api_version));
        versions.extend(known.map(str::to_owned));
    }
    versions.sort();
    versions.dedup();
    versions
}

/// A kind that is nowhere under this name: misspelt, or of another version, or unknown.
pub(super) fn unknown(set: &SchemaSet, api_version: &str, kind: &str, bit: u32) -> Lookup {
    let group = group_of(api_version);
    let mut known = Vec::new();
    for (view, is_pack) in
        set.overlays.iter().map(|table| (table.view(), false)).chain([(set.pack.view(), true)])
    {
        for found in view.kinds() {
            if !view.bytes(found.kind).eq_ignore_ascii_case(kind.as_bytes()) {
                continue;
            }
            let (their_version, their_kind) = (view.str(found.api_version), view.str(found.kind));
            if their_version.eq_ignore_ascii_case(api_version) {
                return Lookup::WrongCase { did_you_mean: format!("{their_version} {their_kind}") };
            }
            let is_built_in = found.flags & KIND_CUSTOM == 0 && view.kind_mask(found) & bit != 0;
            let served = !is_pack || is_built_in;
            if served && their_kind == kind && group_of(their_version) == group {
                known.push(their_version.to_owned());
            }
        }
    }
    known.sort();
    known.dedup();
    if known.is_empty() {
        gone(api_version, kind).unwrap_or(Lookup::Unknown)
    } else {
        Lookup::UnknownVersion { known }
    }
}
