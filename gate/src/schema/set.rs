//! All schemas of a run: the embedded pack, and the custom resources that the repository itself defines.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use regex::Regex;
use rustc_hash::FxHashMap;

use super::cel_rules::{Compiled, Subject};
use super::documents;
use super::lookup::{Deprecation, Lookup, NameRule, SchemaRef, Scope};
use super::table::{DEPRECATED_SHIFT, KIND_CLUSTER, KIND_CUSTOM, KIND_NAMESPACED, Kind, Table, View};
use super::walk::Walk;
use super::{Issue, KubeVersion, RuleFailure, SchemaError};
use crate::cel::Program;
use crate::yaml::{NodeId, Tape};

static PACK: &[u8] = include_bytes!("../../schemas/pack.bin");

/// A pattern of a table, compiled; none if this regular expression cannot be read (it then forbids nothing).
type Pattern = Option<Arc<Regex>>;

/// The embedded pack and, above it, the CustomResourceDefinitions of a repository.
///
/// Making one reads nothing but a header; a kind costs something when it is first looked up.
#[derive(Debug)]
pub struct SchemaSet {
    pub(super) pack: Table,
    pub(super) overlays: Vec<Table>,
    patterns: RwLock<FxHashMap<(u32, u32), Pattern>>,
    programs: RwLock<FxHashMap<(u32, u32), Compiled>>,
    /// What the first overlay leaves to `jsonschema`, if it was made of a JSON Schema.
    pub(super) rest: super::standalone::Rest,
}

impl SchemaSet {
    /// The schemas that the program carries.
    ///
    /// # Errors
    /// If the pack is damaged.
    pub fn embedded() -> Result<Self, SchemaError> {
        Self::from_pack(Cow::Borrowed(PACK))
    }

    /// The embedded schemas with one table above them. The pack is opened once: whoever judges the values of a schema
    /// does this for each of them.
    pub(super) fn of_table(table: Table) -> Result<Self, SchemaError> {
        static OPENED: OnceLock<Result<Table, SchemaError>> = OnceLock::new();
        let pack = OPENED.get_or_init(|| Table::open(Cow::Borrowed(PACK))).clone()?;
        Ok(Self {
            pack,
            overlays: vec![table],
            patterns: RwLock::default(),
            programs: RwLock::default(),
            rest: Default::default(),
        })
    }

    /// The schemas of a pack made by [`super::PackBuilder`].
    ///
    /// # Errors
    /// If these bytes are no pack of this format version.
    pub fn from_pack(bytes: Cow<'static, [u8]>) -> Result<Self, SchemaError> {
        let pack = Table::open(bytes)?;
        if pack.view().version_mask() == 0 || pack.view().definition_count() == 0 {
            return Err(SchemaError::Pack { what: "no Kubernetes version in it" });
        }
        Ok(Self {
            pack,
            overlays: Vec::new(),
            patterns: RwLock::default(),
            programs: RwLock::default(),
            rest: super::standalone::Rest::default(),
        })
    }

    /// The Kubernetes versions of the pack, oldest first.
    pub fn versions(&self) -> Vec<KubeVersion> {
        let view = self.pack.view();
        let minors = (0..32).filter(|bit| view.version_mask() >> bit & 1 == 1);
        minors.map(|bit| KubeVersion::new(view.oldest_minor().saturating_add(bit))).collect()
    }

    /// The newest Kubernetes version of the pack: what is judged by unless the configuration says otherwise.
    pub fn newest(&self) -> KubeVersion {
        self.versions().last().copied().unwrap_or(KubeVersion::new(0))
    }

    /// Adds the kinds of a CustomResourceDefinition; they take the place of kinds of the same name that are not
    /// built in. Returns the kinds, as `group/version/Kind`.
    ///
    /// # Errors
    /// If the document is no CustomResourceDefinition or its schema cannot be used. Nothing is added then.
    pub fn add_crd(&mut self, tape: &Tape, root: NodeId) -> Result<Vec<String>, SchemaError> {
        let (table, kinds) = super::crd::compile(tape, root)?;
        self.overlays.push(table);
        Ok(kinds)
    }

    /// A kind whose name is nearly `kind`, if there is none of this very name.
    pub fn similar_kind(&self, kind: &str) -> Option<String> {
        let view = self.pack.view();
        let mut names: Vec<&str> = view.kinds().map(|found| view.str(found.kind)).collect();
        names.sort_unstable();
        names.dedup();
        if names.binary_search(&kind).is_ok() {
            return None;
        }
        crate::text::closest(kind, names.into_iter()).map(str::to_owned)
    }

    /// Every API version of the group of `api_version` that has a schema for `kind`, in order.
    pub fn api_versions(&self, api_version: &str, kind: &str) -> Vec<String> {
        super::lookup::api_versions(self, api_version, kind)
    }

    /// The number of definitions that were added; also the number of the last one.
    pub fn definitions(&self) -> u32 {
        u32::try_from(self.overlays.len()).unwrap_or(u32::MAX)
    }

    /// The schema of a kind in a Kubernetes version, or why there is none.
    pub fn lookup(&self, version: KubeVersion, api_version: &str, kind: &str) -> Lookup {
        self.lookup_by(None, version, api_version, kind)
    }

    /// As [`Self::lookup`]; of the definitions that were added, only the one of this number (from 1) counts.
    pub fn lookup_by(
        &self,
        definition: Option<u32>,
        version: KubeVersion,
        api_version: &str,
        kind: &str,
    ) -> Lookup {
        let pack = self.pack.view();
        let packed = pack.find_kind(api_version, kind);
        let custom = packed.is_none_or(|found| found.flags & KIND_CUSTOM != 0);
        if custom {
            for (index, overlay) in self.overlays.iter().enumerate().rev() {
                let table = index as u32 + 1;
                if definition.is_some_and(|wanted| wanted != table) {
                    continue;
                }
                if let Some(found) = overlay.view().find_kind(api_version, kind) {
                    return reference(&overlay.view(), table, found, u32::MAX, version)
                        .map_or(Lookup::Unknown, Lookup::Found);
                }
            }
        }
        let bit = self.bit(version);
        match packed {
            Some(found) => match reference(&pack, 0, found, bit, version) {
                Some(schema) => Lookup::Found(schema),
                None => super::lookup::absent(&pack, found, bit),
            },
            None => super::lookup::unknown(self, api_version, kind, bit),
        }
    }

    /// Judges the object at `root` and appends what is wrong to `issues`, in the order of the document; broken rules
    /// in CEL come last. Returns the rules that could not be judged. Nothing is allocated for an object that is in
    /// order and of a kind without such rules.
    pub fn check(
        &self,
        schema: SchemaRef,
        tape: &Tape,
        root: NodeId,
        issues: &mut Vec<Issue>,
    ) -> Vec<RuleFailure> {
        self.check_change(schema, (tape, root), None, issues)
    }

    /// As [`Self::check`], where `old` is the same object before the change: rules about changes are judged, too.
    pub fn check_change(
        &self,
        schema: SchemaRef,
        (tape, root): (&Tape, NodeId),
        old: Option<(&Tape, NodeId)>,
        issues: &mut Vec<Issue>,
    ) -> Vec<RuleFailure> {
        let mut found = Vec::new();
        let mut walk = Walk::new(self, schema, tape, &mut found);
        walk.object(schema, root);
        let exhausted = walk.trial.exhausted;
        let mut failures = super::standalone::judge(&mut walk);
        failures.extend(super::cel_rules::judge(walk, Subject { tape, root, old, top: schema.node }));
        failures.extend(exhausted.map(super::junctors::too_much));
        if !schema.custom && tape.str_at(root, "kind") == Some("CustomResourceDefinition") {
            super::crd_check::check(tape, root, &mut found);
        }
        issues.append(&mut found);
        failures
    }

    /// The bit of `version` in the pack's masks; 0 for one that the pack does not have.
    pub(super) fn bit(&self, version: KubeVersion) -> u32 {
        let oldest = self.pack.view().oldest_minor();
        version.minor.checked_sub(oldest).and_then(|shift| 1u32.checked_shl(u32::from(shift))).unwrap_or(0)
    }

    /// The API version that serves a built-in kind instead of this one.
    pub(super) fn replacement(&self, api_version: &str, kind: &str, version: KubeVersion) -> Option<String> {
        let pack = self.pack.view();
        let found = pack.find_kind(api_version, kind)?;
        super::lookup::replacement(&pack, found, self.bit(version)).filter(|new| new != api_version)
    }

    /// The table of a [`SchemaRef`].
    pub(super) fn view(&self, table: u32) -> View<'_> {
        self.table(table).view()
    }

    /// The table of a number.
    pub(super) fn table(&self, table: u32) -> &Table {
        if table == documents::TABLE {
            return documents::table().as_ref().unwrap_or(&self.pack);
        }
        let overlay = (table as usize).checked_sub(1).and_then(|index| self.overlays.get(index));
        overlay.unwrap_or(&self.pack)
    }

    /// String `id` of `table` as an expression, compiled on first use.
    pub(super) fn program(&self, table: u32, id: u32) -> Compiled {
        if let Some(known) = self.programs.read().unwrap_or_else(PoisonError::into_inner).get(&(table, id)) {
            return known.clone();
        }
        let made = Arc::new(Program::compile(self.view(table).str(id)));
        self.programs.write().unwrap_or_else(PoisonError::into_inner).insert((table, id), made.clone());
        made
    }

    /// String `id` of `table` as a regular expression, compiled on first use.
    pub(super) fn pattern(&self, table: u32, id: u32) -> Pattern {
        if let Some(known) = self.patterns.read().unwrap_or_else(PoisonError::into_inner).get(&(table, id)) {
            return known.clone();
        }
        let made = crate::cel::pattern(self.view(table).str(id)).ok().map(Arc::new);
        self.patterns.write().unwrap_or_else(PoisonError::into_inner).insert((table, id), made.clone());
        made
    }
}

fn reference(view: &View<'_>, table: u32, found: Kind, bit: u32, version: KubeVersion) -> Option<SchemaRef> {
    let node = view.variant(found.first_variant, found.variants, bit)?;
    let custom = found.flags & KIND_CUSTOM != 0;
    let scope = match (found.flags & KIND_NAMESPACED != 0, found.flags & KIND_CLUSTER != 0) {
        (true, false) => Scope::Namespaced,
        (false, true) => Scope::Cluster,
        _ => Scope::Unknown,
    };
    let names = NameRule::of(view.str(found.api_version), view.str(found.kind), custom, version);
    let deprecated = match table {
        0 => Deprecation::of(view, found, version),
        _ => (found.flags >> DEPRECATED_SHIFT & 0xff != 0).then_some(Deprecation::Definition),
    };
    Some(SchemaRef { table, node, version, custom, scope, names, deprecated })
}
