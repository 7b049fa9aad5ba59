//! A patch by the schemas of the objects that it is for.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::completion::is_text_to_kustomize;
use super::side::SideFile;
use super::sources::Resolved;
use super::unit::Run;
use super::versions::{no_schema, no_schema_hint};
use crate::model::Severity;
use crate::schema::{Issue, KubeVersion, Lookup, Near, SchemaRef, SchemaRule, SchemaSet};
use crate::yaml::{Kind, NodeId, Tape};

/// Group and version where they are known, and kind.
pub(super) type Wanted = (Option<String>, Option<String>, String);

/// The schemas that targets may mean, by version.
pub(super) type Known = FxHashMap<(KubeVersion, Wanted), Rc<[SchemaRef]>>;

/// A patch that has been read.
#[derive(Clone, Copy)]
pub(super) struct Read<'t> {
    pub(super) tape: &'t Tape,
    pub(super) root: NodeId,
}

/// Why a patch cannot be judged, and what to do next.
pub(super) struct Lacking {
    pub(super) message: String,
    pub(super) hint: String,
    /// A node of the patch.
    pub(super) node: NodeId,
}

/// Judges patches of one file by one version.
pub(super) struct Judge<'a, 'k> {
    pub(super) run: &'a Run<'a>,
    pub(super) file: &'a SideFile,
    pub(super) version: KubeVersion,
    pub(super) known: &'k mut Known,
}

impl Judge<'_, '_> {
    /// By the kind that the patch itself names.
    ///
    /// # Errors
    /// Nobody has a schema of it.
    pub(super) fn own_kind(&self, read: Read<'_>) -> Result<Vec<Issue>, Lacking> {
        match own_kind(read) {
            Some(kind) => self.kind(read, kind),
            None => Ok(Vec::new()),
        }
    }

    /// A target that names no kind selects by name or label; the kind that the patch itself names is then most likely meant.
    pub(super) fn guess(&self, read: Read<'_>) -> Vec<Issue> {
        let Some((api_version, kind)) = own_kind(read) else { return Vec::new() };
        let mut issues = match self.set().lookup(self.version, api_version, kind) {
            Lookup::Found(schema) => by_schema(self.set(), read, schema, kind == "Secret"),
            other => self.mistake(read, &other, (api_version, kind)),
        };
        let of_target = |issue: &Issue| {
            matches!(
                issue.rule,
                SchemaRule::MisspeltKind
                    | SchemaRule::UnknownApiVersion
                    | SchemaRule::RemovedApi
                    | SchemaRule::FutureApi
            )
        };
        issues.retain(|issue| !of_target(issue));
        issues.iter_mut().for_each(|issue| issue.severity = issue.severity.min(Severity::Warning));
        issues
    }

    /// What every schema that may be meant finds something in: what the first of them finds.
    ///
    /// # Errors
    /// Nobody has a schema of the target.
    pub(super) fn target(self, read: Read<'_>, wanted: &Wanted) -> Result<Vec<Issue>, Lacking> {
        let (group, version, kind) = wanted;
        let (set, at) = (self.run.schemas.of(self.file.side), self.version);
        if let (Some(group), Some(version)) = (group, version) {
            let api_version = format!("{group}/{version}");
            // That a version does not serve what the target names is said of the objects, if there are any.
            let is_served = matches!(set.lookup(at, &api_version, kind), Lookup::Found(_) | Lookup::Unknown);
            return if is_served { self.kind(read, (&api_version, kind)) } else { Ok(Vec::new()) };
        }
        let find = || Rc::from(set.schemas_of(at, (group.as_deref(), version.as_deref(), kind)));
        let schemas: Rc<[SchemaRef]> = self.known.entry((at, wanted.clone())).or_insert_with(find).clone();
        if schemas.is_empty() {
            return self.unnamed(read, wanted);
        }
        let mut first: Option<Vec<Issue>> = None;
        for &schema in schemas.iter() {
            let issues = by_schema(set, read, schema, kind == "Secret");
            if issues.is_empty() {
                return Ok(issues);
            }
            first.get_or_insert(issues);
        }
        let mut issues = first.unwrap_or_default();
        // Another group that the gate has not heard of may have a kind of this name.
        if group.is_none() && schemas.iter().all(SchemaRef::is_custom) {
            issues.iter_mut().for_each(|issue| issue.severity = issue.severity.min(Severity::Warning));
        }
        Ok(issues)
    }

    /// A target of an unknown kind that does not say its group or version; the patch may.
    fn unnamed(&self, read: Read<'_>, (group, version, kind): &Wanted) -> Result<Vec<Issue>, Lacking> {
        if let Some(own) = own_kind(read).filter(|(_, own)| own == kind) {
            return self.kind(read, own);
        }
        let config = self.run.input.config;
        let parts = (group.as_deref(), version.as_deref(), kind.as_str());
        if self.file.fixture || is_deletion(read) || config.may_lack_schema_in(parts) {
            return Ok(Vec::new());
        }
        let group = group.as_deref().unwrap_or("*");
        Err(Lacking {
            message: format!(
                "no schema is known for the {kind} that this patch is for, so it was not judged"
            ),
            hint: format!(
                "name `group` and `version` in the target, if a location has the schema; or allow it with `allow-missing-schemas: [\"{group}/{kind}\"]`"
            ),
            node: read.root,
        })
    }

    /// By a kind that is known by name.
    fn kind(&self, read: Read<'_>, (api_version, kind): (&str, &str)) -> Result<Vec<Issue>, Lacking> {
        if self.run.input.options.skips(api_version, kind) {
            return Ok(Vec::new());
        }
        let elsewhere: Arc<SchemaSet>;
        let (set, mut looked, mut more, mut is_missing) = (self.set(), Arc::from([]), None, false);
        let set =
            match self.run.schemas.resolve(self.run.input, self.file.side, self.version, (api_version, kind))
            {
                Resolved::Own => set,
                Resolved::Elsewhere(found) => {
                    elsewhere = found;
                    &*elsewhere
                }
                Resolved::Missing(places, hint) => {
                    (looked, more, is_missing) = (places, hint, true);
                    set
                }
                Resolved::Broken(message, hint) => {
                    let message = format!("the schema of {api_version} {kind} cannot be had: {message}");
                    return Err(Lacking { message, hint, node: read.root });
                }
            };
        match set.lookup(self.version, api_version, kind) {
            Lookup::Found(schema) if !is_missing => Ok(by_schema(set, read, schema, kind == "Secret")),
            Lookup::Found(_) | Lookup::Unknown => self.lacking(read, (api_version, kind), &looked, more),
            other => Ok(self.mistake(read, &other, (api_version, kind))),
        }
    }

    /// What is wrong with the kind itself.
    fn mistake(
        &self,
        Read { tape, root }: Read<'_>,
        found: &Lookup,
        (api_version, kind): (&str, &str),
    ) -> Vec<Issue> {
        let place = tape.get(root, "apiVersion").unwrap_or(root);
        found.issue(self.version, api_version, kind, place).into_iter().collect()
    }

    fn lacking(
        &self,
        read: Read<'_>,
        (api_version, kind): (&str, &str),
        looked: &[String],
        more: Option<String>,
    ) -> Result<Vec<Issue>, Lacking> {
        let near = self.set().near(self.version, api_version, kind);
        let may_lack =
            !matches!(near, Near::Meant(_)) && self.run.input.config.may_lack_schema(api_version, kind);
        if self.file.fixture || is_deletion(read) || may_lack {
            return Ok(Vec::new());
        }
        Err(Lacking {
            message: format!("this patch was not judged: {}", no_schema(api_version, kind, looked)),
            hint: no_schema_hint(self.set(), (api_version, kind), &near, more),
            node: read.root,
        })
    }

    fn set(&self) -> &SchemaSet {
        self.run.schemas.of(self.file.side)
    }
}

/// `apiVersion` and `kind` of the patch.
fn own_kind(Read { tape, root }: Read<'_>) -> Option<(&str, &str)> {
    Some((tape.str_at(root, "apiVersion")?, tape.str_at(root, "kind")?))
}

/// True for a patch that says no more than that its target goes.
fn is_deletion(Read { tape, root }: Read<'_>) -> bool {
    tape.str_at(root, "$patch") == Some("delete")
}

fn by_schema(set: &SchemaSet, Read { tape, root }: Read<'_>, schema: SchemaRef, secret: bool) -> Vec<Issue> {
    let mut issues = Vec::new();
    match tape.kind(root) {
        Kind::Seq => set.check_operations(schema, (tape, root), secret, &mut issues),
        Kind::Map => set.check_patch(schema, (tape, root), secret, &mut issues),
        _ => {}
    }
    for issue in issues.iter_mut().filter(|issue| issue.rule == SchemaRule::WrongType) {
        if tape.kind(root) == Kind::Map && is_text_to_kustomize(tape, root, issue.node) {
            issue.severity = Severity::Warning;
            issue.hint = Some("kustomize reads it as a string, everything else does not".to_owned());
        }
    }
    issues
}
