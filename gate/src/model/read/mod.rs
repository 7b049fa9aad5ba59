//! Reading a report back. Whoever posts a report has rights that its maker has not, and its maker may be an attacker: a report
//! is hostile data. It is refused unless it is exactly what the published schema (`docs/report.schema.json`) describes and
//! agrees with itself; what is left can say nothing but findings, and its text is cleaned and of bounded length.

mod coverage;
mod fields;
mod findings;
mod json;
#[cfg(test)]
mod tests;

use std::fmt;

use self::fields::{At, Fields, Read, boolean, count, digits, list, map, number, object, text, word};
use self::json::Node;
use super::{ChangeSummary, ConfigurationChanges, Counts, Effect, Report, Severity, ToolInfo, Verdict};
use crate::text::{clean_line, shorten};

/// Largest report, in bytes.
pub const MAX_REPORT_BYTES: usize = 32 << 20;

/// The only program whose reports are read.
const TOOL: &str = "gitops-gate";
/// The part of the version that has to be the same.
const MAJOR: &str = "1";
const MAX_FINDINGS: usize = 100_000;
const MAX_RULES: usize = 10_000;
const MAX_EFFECTS: usize = 100;
const COMMIT: &[usize] = &[40, 64];

/// Why a report is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportError {
    /// Where, as an RFC 6901 pointer; empty for the report as a whole.
    pub pointer: String,
    /// What is wrong, one line.
    pub message: String,
    /// What to do next, one line.
    pub hint: Option<String>,
}

impl ReportError {
    fn new(pointer: &str, message: impl Into<String>) -> Self {
        Self { pointer: pointer.to_owned(), message: message.into(), hint: None }
    }

    fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }
}

/// `/findings/0/location/path: …`; the hint is not part of it.
impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.as_str() {
            "" => f.write_str(&self.message),
            pointer => write!(f, "{pointer}: {}", self.message),
        }
    }
}

impl std::error::Error for ReportError {}

impl Report {
    /// Reads the JSON form of a report, trusting nothing in it. Byte spans are not part of that form and come back empty.
    ///
    /// # Errors
    /// The first thing that is not as the gate would have written it.
    pub fn from_json(bytes: &[u8]) -> Read<Self> {
        if bytes.len() > MAX_REPORT_BYTES {
            return Err(ReportError::new("", format!("it has more than {MAX_REPORT_BYTES} bytes"))
                .hint("post it in the job that makes it, or judge fewer files at once"));
        }
        let mut fields = Fields::of(json::parse(bytes)?, &At::ROOT)?;
        let version = fields.need("version", version)?;
        let report = report(version, &mut fields)?;
        fields.end()?;
        agree(&report)?;
        Ok(report)
    }
}

/// First of all: what follows is read as this version has it.
fn version(node: Node<'_>, at: &At<'_>) -> Read<String> {
    let version = text(node, at)?;
    let is_number =
        |part: &str| (1..=6).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    match version.split_once('.') {
        Some((MAJOR, minor)) if is_number(minor) => Ok(version),
        _ => {
            let version = clean_line(&shorten(&version, 40)).into_owned();
            let wrong: Read<String> =
                at.wrong(format!("the report has version `{version}`; versions {MAJOR}.x are read"));
            wrong.map_err(|error| error.hint("make the report and post it with the same version of the gate"))
        }
    }
}

fn report(version: String, fields: &mut Fields<'_, '_>) -> Read<Report> {
    Ok(Report {
        version,
        tool: fields.need("tool", object(tool))?,
        verdict: fields.need("verdict", word(verdict))?,
        exit_code: fields.need("exit_code", exit_code)?,
        block_on: fields.need("block_on", word(Severity::parse))?,
        change: fields.need("change", object(change))?,
        counts: fields.need("counts", object(counts))?,
        findings: fields.need("findings", list(MAX_FINDINGS, object(findings::finding)))?,
        failures: fields.need("failures", list(MAX_FINDINGS, object(findings::failure)))?,
        rules: fields.need("rules", list(MAX_RULES, object(findings::rule)))?,
        coverage: fields.need("coverage", object(coverage::coverage))?,
        configuration_changes: fields.get("configuration_changes", object(configuration_changes))?,
    })
}

fn tool(fields: &mut Fields<'_, '_>) -> Read<ToolInfo> {
    let name = fields.need("name", text)?;
    if name != TOOL {
        return fields.at.wrong(format!("only reports of {TOOL} are read"));
    }
    Ok(ToolInfo { name, version: fields.need("version", text)? })
}

fn verdict(word: &str) -> Option<Verdict> {
    [Verdict::Pass, Verdict::Fail, Verdict::Incomplete].into_iter().find(|verdict| verdict.as_str() == word)
}

fn exit_code(node: Node<'_>, at: &At<'_>) -> Read<u8> {
    match number(0)(node, at)? {
        code @ (0 | 1 | 3) => Ok(code as u8),
        _ => at.wrong("0, 1 or 3 is expected"),
    }
}

fn change(fields: &mut Fields<'_, '_>) -> Read<ChangeSummary> {
    Ok(ChangeSummary {
        description: fields.need("description", text)?,
        base_commit: fields.get("base_commit", digits(COMMIT))?,
        head_commit: fields.get("head_commit", digits(COMMIT))?,
        merged_commit: fields.get("merged_commit", digits(COMMIT))?,
        config: fields.need("config", text)?,
    })
}

fn counts(fields: &mut Fields<'_, '_>) -> Read<Counts> {
    Ok(Counts {
        introduced: fields.need("introduced", map(Severity::parse, count))?,
        existing: fields.need("existing", count)?,
        fixed: fields.need("fixed", count)?,
        waived: fields.need("waived", count)?,
        blocking: fields.need("blocking", count)?,
    })
}

fn configuration_changes(fields: &mut Fields<'_, '_>) -> Read<ConfigurationChanges> {
    let changes = ConfigurationChanges {
        effects: fields.need("effects", list(MAX_EFFECTS, object(effect)))?,
        total: fields.need("total", count)?,
        weakening: fields.need("weakening", count)?,
    };
    let listed = ConfigurationChanges::new(changes.effects.clone());
    let left_out = changes.total.checked_sub(listed.total);
    let weakening = changes.weakening.checked_sub(listed.weakening);
    match (left_out, weakening) {
        (Some(left_out), Some(weakening)) if weakening <= left_out => Ok(changes),
        _ => fields.at.wrong("the numbers do not fit the effects"),
    }
}

fn effect(fields: &mut Fields<'_, '_>) -> Read<Effect> {
    Ok(Effect {
        subject: fields.need("subject", text)?,
        before: fields.get("before", text)?,
        after: fields.get("after", text)?,
        weakens: fields.need("weakens", boolean)?,
    })
}

/// The numbers, the verdict and the exit code follow from the findings and failures; a report that says otherwise lies.
fn agree(report: &Report) -> Read<()> {
    const HINT: &str = "the file was altered: take it from the run again, and look at who could write it";
    let lie = |pointer: &str, what: &str| Err(ReportError::new(pointer, what).hint(HINT));
    let counts = Counts::of(&report.findings, report.block_on);
    if counts != report.counts {
        return lie("/counts", "the counts are not those of the findings");
    }
    let verdict = Verdict::of(&counts, &report.failures);
    if verdict != report.verdict {
        let says = report.verdict.as_str();
        return lie(
            "/verdict",
            &format!("the report says `{says}`, its findings and failures say `{}`", verdict.as_str()),
        );
    }
    if verdict.exit_code() != report.exit_code {
        return lie("/exit_code", "the exit code is not that of the verdict");
    }
    Ok(())
}
