//! Files in YAML or JSON that a person gives on the command line, read as the gate reads everything.

use std::path::Path;

use crate::cli::error::CliError;
use crate::policy::Policy;
use crate::text::LineIndex;
use crate::yaml;

/// Largest file, in bytes.
const MAX_BYTES: u64 = 4 << 20;

/// The one document of a file as JSON text.
pub(super) fn json_of(file: &Path) -> Result<String, CliError> {
    let shown = file.display();
    let unreadable = |error: std::io::Error| CliError::new(format!("{shown} cannot be read: {error}"));
    let about = std::fs::metadata(file).map_err(unreadable)?;
    if about.len() > MAX_BYTES {
        return Err(CliError::new(format!("{shown} is larger than {} MiB", MAX_BYTES >> 20)));
    }
    let parsed = yaml::parse(std::fs::read(file).map_err(unreadable)?, &yaml::Limits::default());
    if let Some(problem) = parsed.problems.first() {
        let source = parsed.tape.source();
        let line = LineIndex::new(source).line_col(source, problem.span.start).line;
        return Err(CliError::new(format!("{shown}:{line}: {}", problem.message)));
    }
    match &parsed.documents[..] {
        [] => Ok("null".to_owned()),
        [only] => {
            let mut text = String::new();
            parsed.tape.write_json(only.root, &mut text);
            Ok(text)
        }
        _ => Err(CliError::new(format!("{shown} has more than one document"))),
    }
}

/// The settings in a file, as JSON text that the policy accepts; without a file, `{}`.
pub(super) fn checked(file: Option<&Path>, policy: &Policy) -> Result<String, CliError> {
    let settings = match file {
        Some(file) => json_of(file)?,
        None => "{}".to_owned(),
    };
    let settings = if settings == "null" { "{}".to_owned() } else { settings };
    let shown = file.map_or_else(|| "the empty settings".to_owned(), |file| file.display().to_string());
    let issues = issues(policy, &settings).map_err(|failure| CliError::new(format!("{shown}: {failure}")))?;
    if issues.is_empty() {
        return Ok(settings);
    }
    let line = |(pointer, message): (String, String)| {
        let at = if pointer.is_empty() { String::new() } else { format!(" at `{pointer}`") };
        (format!("{shown}{at}: {message}"), None)
    };
    let told = CliError::of(issues.into_iter().map(line).collect());
    Err(if file.is_some() { told } else { told.hint("give settings with `--settings FILE`") })
}

/// Pointers and messages, by the schema first and then by the policy itself.
fn issues(policy: &Policy, settings: &str) -> Result<Vec<(String, String)>, String> {
    let value: serde_json::Value = serde_json::from_str(settings).map_err(|error| error.to_string())?;
    let by_schema = crate::schema::json::validate(&policy.metadata().settings_schema, &value)
        .map_err(|error| format!("the settings schema of the policy cannot be used: {error}"))?;
    if !by_schema.is_empty() {
        return Ok(by_schema);
    }
    let own = policy.check_settings(settings).map_err(|failure| failure.message)?;
    Ok(own.into_iter().map(|issue| (issue.pointer, issue.message)).collect())
}
