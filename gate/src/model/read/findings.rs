//! Findings, failures and rules of a report that is read back.

use super::fields::{At, Fields, Read, digits, list, number, object, path, text, variant, word};
use super::json::Node;
use crate::model::{
    CheckFailure, Excerpt, FailureKind, Finding, Fix, FixPlace, Location, ObjectId, Related, RuleInfo, Scope,
    Severity, Status, Unwaived, UnwaivedReason, Waived, WaiverOrigin,
};
use crate::text::{ByteSpan, LineCol};

/// Lines of an excerpt.
const MAX_LINES: usize = 100;
/// Bytes of an address.
const MAX_ADDRESS: usize = 2_000;
/// Further places of a finding.
const MAX_RELATED: usize = 100;

pub(super) fn finding(fields: &mut Fields<'_, '_>) -> Read<Finding> {
    Ok(Finding {
        rule: fields.need("rule", text)?,
        severity: fields.need("severity", word(Severity::parse))?,
        status: fields.need("status", word(status))?,
        message: fields.need("message", text)?,
        location: fields.need("location", object(location))?,
        related: related(fields)?,
        hint: fields.get("hint", text)?,
        docs: fields.get("docs", address)?,
        object: fields.get("object", object(object_id))?,
        environment: fields.get("environment", text)?,
        fingerprint: fields.need("fingerprint", digits(&[32]))?,
        fix: fields.get("fix", object(fix))?,
        waived: fields.get("waived", object(waived))?,
        unwaived: fields.get("unwaived", object(unwaived))?,
        scope: Scope::default(),
    })
}

fn status(word: &str) -> Option<Status> {
    let all = [Status::Introduced, Status::Present, Status::Existing, Status::Fixed];
    all.into_iter().find(|status| status.as_str() == word)
}

/// An address that can be shown as it is.
fn address(node: Node<'_>, at: &At<'_>) -> Read<String> {
    let text = text(node, at)?;
    let is_good = |byte: u8| byte.is_ascii_graphic() && !b"<>\"'`()[]{}\\^|".contains(&byte);
    if text.starts_with("https://") && text.len() <= MAX_ADDRESS && text.bytes().all(is_good) {
        return Ok(text);
    }
    at.wrong("an address is expected that begins with `https://`")
}

fn related(fields: &mut Fields<'_, '_>) -> Read<Vec<Related>> {
    let one = |fields: &mut Fields<'_, '_>| {
        let (message, location) = (fields.need("message", text)?, fields.need("location", object(location))?);
        Ok(Related { message, location })
    };
    match fields.get("related", list(MAX_RELATED, object(one)))? {
        Some(none) if none.is_empty() => fields.at.wrong("`related` is left out where there is none"),
        found => Ok(found.unwrap_or_default()),
    }
}

fn location(fields: &mut Fields<'_, '_>) -> Read<Location> {
    let location = Location {
        path: fields.need("path", path)?,
        span: ByteSpan::default(),
        start: fields.need("start", object(line_col))?,
        end: fields.need("end", object(line_col))?,
        pointer: fields.need("pointer", text)?,
        excerpt: fields.get("excerpt", object(excerpt))?,
    };
    if location.end < location.start {
        return fields.at.wrong("the end stands before the start");
    }
    Ok(location)
}

fn line_col(fields: &mut Fields<'_, '_>) -> Read<LineCol> {
    Ok(LineCol { line: fields.need("line", number(1))?, column: fields.need("column", number(1))? })
}

fn excerpt(fields: &mut Fields<'_, '_>) -> Read<Excerpt> {
    let first_line = fields.need("first_line", number(1))?;
    Ok(Excerpt { first_line, lines: fields.need("lines", list(MAX_LINES, line))? })
}

/// A line of source: a break in it would make two.
fn line(node: Node<'_>, at: &At<'_>) -> Read<String> {
    Ok(text(node, at)?.replace('\n', " "))
}

pub(super) fn object_id(fields: &mut Fields<'_, '_>) -> Read<ObjectId> {
    Ok(ObjectId {
        api_version: fields.need("api_version", text)?,
        kind: fields.need("kind", text)?,
        namespace: fields.get("namespace", text)?,
        name: fields.need("name", text)?,
    })
}

fn fix(fields: &mut Fields<'_, '_>) -> Read<Fix> {
    let description = fields.need("description", text)?;
    Ok(Fix { description, json_patch: fields.need("json_patch", text)?, place: FixPlace::default() })
}

fn waived(fields: &mut Fields<'_, '_>) -> Read<Waived> {
    Ok(Waived {
        reason: fields.need("reason", text)?,
        owner: fields.get("owner", text)?,
        expires: fields.need("expires", day)?,
        // Since 1.3: before, all waivers were those of the configuration.
        origin: fields.get("origin", word(origin))?.unwrap_or_default(),
        at: fields.get("at", text)?,
    })
}

fn origin(word: &str) -> Option<WaiverOrigin> {
    WaiverOrigin::ALL.into_iter().find(|origin| origin.as_str() == word)
}

fn unwaived(fields: &mut Fields<'_, '_>) -> Read<Unwaived> {
    let why = |word: &str| UnwaivedReason::ALL.into_iter().find(|why| why.as_str() == word);
    Ok(Unwaived { why: fields.need("why", word(why))?, message: fields.need("message", text)? })
}

/// `2027-01-31`.
fn day(node: Node<'_>, at: &At<'_>) -> Read<String> {
    let text = text(node, at)?;
    let fits = |(byte, form): (u8, u8)| if form == b'-' { byte == b'-' } else { byte.is_ascii_digit() };
    if text.len() == 10 && text.bytes().zip(*b"0000-00-00").all(fits) {
        return Ok(text);
    }
    at.wrong("a date is expected, year-month-day")
}

pub(super) fn failure(fields: &mut Fields<'_, '_>) -> Read<CheckFailure> {
    Ok(CheckFailure {
        check: fields.need("check", text)?,
        kind: fields.need("kind", word(variant::<FailureKind>))?,
        message: fields.need("message", text)?,
        hint: fields.get("hint", text)?,
        location: fields.get("location", object(location))?,
        object: fields.get("object", object(object_id))?,
    })
}

pub(super) fn rule(fields: &mut Fields<'_, '_>) -> Read<RuleInfo> {
    Ok(RuleInfo {
        id: fields.need("id", text)?,
        title: fields.need("title", text)?,
        help: fields.need("help", text)?,
        severity: fields.need("severity", word(Severity::parse))?,
        help_url: fields.get("help_url", text)?,
    })
}
