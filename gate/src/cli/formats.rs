//! `--format FORMAT[=FILE]`: where each report goes.

use std::path::PathBuf;

use super::error::CliError;
use crate::model::Report;
use crate::output::{Format, RenderOptions, render};

/// One report to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) format: Format,
    /// None: standard output.
    pub(super) file: Option<PathBuf>,
}

/// The help of `--format`, with all formats.
pub(super) fn help() -> String {
    let known: Vec<&str> = Format::ALL.into_iter().map(Format::as_str).collect();
    let known = known.join(", ");
    format!("Report format ({known}), with `=FILE` to write it to a file; may be given several times")
}

/// Reads all `--format` values; at most one may go to standard output.
pub(super) fn parse(values: &[String]) -> Result<Vec<Target>, CliError> {
    let targets = values.iter().map(|value| parse_one(value)).collect::<Result<Vec<_>, _>>()?;
    if targets.iter().filter(|target| target.file.is_none()).count() > 1 {
        return Err(CliError::new("two formats cannot both go to standard output")
            .hint("write one of them to a file: `--format json=report.json`"));
    }
    Ok(targets)
}

/// True if a report needs every resource by name, not only their number.
pub(super) fn want_resources(targets: &[Target], schemas_only: bool) -> bool {
    targets.iter().any(|target| match target.format {
        Format::Tap | Format::Pretty => true,
        Format::Junit => schemas_only,
        _ => false,
    })
}

fn parse_one(value: &str) -> Result<Target, CliError> {
    let (name, file) = value.split_once('=').map_or((value, None), |(name, file)| (name, Some(file)));
    let Some(format) = Format::parse(name) else {
        let known: Vec<&str> = Format::ALL.into_iter().map(Format::as_str).collect();
        return Err(CliError::new(format!("there is no format `{name}`"))
            .hint(format!("the formats are {}", known.join(", "))));
    };
    match file {
        Some("") => Err(CliError::new(format!("`--format {value}` names no file"))),
        file => Ok(Target { format, file: file.map(PathBuf::from) }),
    }
}

/// Writes the report to every target: files first, standard output last.
pub(super) fn write(
    report: &Report,
    targets: &[Target],
    options: &RenderOptions<'_>,
) -> Result<(), CliError> {
    for target in targets {
        if let Some(file) = &target.file {
            let plain = RenderOptions { color: false, width: 0, elapsed: None, links: None, ..*options };
            std::fs::write(file, render(report, target.format, &plain))
                .map_err(|error| CliError::new(format!("{} cannot be written: {error}", file.display())))?;
        }
    }
    for target in targets.iter().filter(|target| target.file.is_none()) {
        super::print(&render(report, target.format, options))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_formats_and_files() {
        let targets = parse(&["json=a=b.json".to_owned(), "text".to_owned()]).unwrap();
        assert_eq!(targets[0], Target { format: Format::Json, file: Some("a=b.json".into()) });
        assert_eq!(targets[1], Target { format: Format::Text, file: None });
    }

    #[test]
    fn refuses_what_cannot_be_meant() {
        for bad in [vec!["yaml"], vec!["json", "text"], vec!["json="]] {
            let values: Vec<String> = bad.iter().map(|value| (*value).to_owned()).collect();
            assert!(parse(&values).is_err(), "{bad:?}");
        }
    }
}
