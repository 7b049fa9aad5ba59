//! The coverage of a report that is read back.

use super::fields::{
    Fields, Read, count, digits, list, map, name, number, object, path, text, variant, word,
};
use super::findings::object_id;
use crate::model::{Coverage, Outcome, PolicyCoverage, Resource, Resources, Role, SkipReason, Skipped};
use crate::text::ByteSpan;

const MAX_RESOURCES: usize = 1_000_000;
const MAX_SKIPPED: usize = 1_000_000;
const MAX_NOTICES: usize = 10_000;

pub(super) fn coverage(fields: &mut Fields<'_, '_>) -> Read<Coverage> {
    Ok(Coverage {
        files: fields.need("files", count)?,
        documents: fields.need("documents", map(role, count))?,
        objects: fields.need("objects", count)?,
        base_objects: fields.need("base_objects", count)?,
        schema_checked: fields.need("schema_checked", count)?,
        resources: fields.get("resources", object(resources))?,
        unknown_kinds: fields.need("unknown_kinds", map(name, count))?,
        environments: fields.need("environments", map(name, count))?,
        policies: fields.need("policies", map(name, object(policy)))?,
        skipped: fields.need("skipped", list(MAX_SKIPPED, object(skipped)))?,
        notices: fields.need("notices", list(MAX_NOTICES, text))?,
    })
}

fn resources(fields: &mut Fields<'_, '_>) -> Read<Resources> {
    Ok(Resources {
        files: fields.need("files", count)?,
        valid: fields.need("valid", count)?,
        invalid: fields.need("invalid", count)?,
        errors: fields.need("errors", count)?,
        skipped: fields.need("skipped", count)?,
        list: fields.get("list", list(MAX_RESOURCES, object(resource)))?.unwrap_or_default(),
    })
}

fn resource(fields: &mut Fields<'_, '_>) -> Read<Resource> {
    Ok(Resource {
        path: fields.need("path", path)?,
        line: fields.need("line", number(1))?,
        span: ByteSpan::default(),
        object: fields.need("object", object(object_id))?,
        outcome: fields.need("outcome", word(variant::<Outcome>))?,
    })
}

fn role(word: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|role| role.as_str() == word)
}

fn policy(fields: &mut Fields<'_, '_>) -> Read<PolicyCoverage> {
    Ok(PolicyCoverage {
        source: fields.need("source", text)?,
        sha256: fields.need("sha256", digits(&[64]))?,
        version: fields.need("version", text)?,
        documents: fields.need("documents", count)?,
        findings: fields.need("findings", count)?,
    })
}

fn skipped(fields: &mut Fields<'_, '_>) -> Read<Skipped> {
    Ok(Skipped {
        path: fields.need("path", path)?,
        document: fields.get("document", number(0))?,
        reason: fields.need("reason", word(variant::<SkipReason>))?,
    })
}
