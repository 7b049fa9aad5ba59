//! What standard output can show: colours, how many columns, links. Decided by the flags, by the variables that people set by
//! convention, and by whether it is a terminal.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

use super::args::{CheckArgs, ColorChoice};
use crate::git::Repo;
use crate::output::{Links, RenderOptions};
use crate::text::{UNRESERVED, percent_encoded};

/// Columns of a terminal that does not say how many it has.
const USUAL: usize = 100;

type Variable<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// What standard output can show.
#[derive(Debug)]
pub(super) struct Terminal {
    color: bool,
    width: usize,
    links: bool,
    /// See [`Links::files`].
    files: Option<String>,
    is_terminal: bool,
}

/// What standard output can show, for a report on what `args` name.
pub(super) fn of_check(args: &CheckArgs, choice: ColorChoice) -> Terminal {
    let variable: Variable<'_> = &|name| std::env::var_os(name);
    let is_terminal = std::io::stdout().is_terminal();
    let links = wants_links(
        choice,
        variable,
        is_terminal && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
    );
    Terminal {
        color: wants_color(choice, variable, is_terminal),
        width: width(variable, is_terminal, columns),
        links,
        files: if links { files(args) } else { None },
        is_terminal,
    }
}

impl Terminal {
    /// How the report is written there. What the run took is told on terminals only: what is kept has the same bytes on
    /// every run.
    pub(super) fn options(&self, args: &CheckArgs, elapsed: Duration) -> RenderOptions<'_> {
        RenderOptions {
            color: self.color,
            width: self.width,
            verbose: args.verbose,
            quiet: args.quiet,
            summary: args.schema.summary,
            elapsed: self.is_terminal.then_some(elapsed),
            links: self.links.then_some(Links { files: self.files.as_deref() }),
        }
    }
}

/// Whether standard output is to have colours.
pub(super) fn has_color(choice: ColorChoice) -> bool {
    wants_color(choice, &|name| std::env::var_os(name), std::io::stdout().is_terminal())
}

/// `--color` wins, then `NO_COLOR`, then what forces colours, then a terminal that has none.
fn wants_color(choice: ColorChoice, variable: Variable<'_>, is_terminal: bool) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let forces = |name: &str| variable(name).is_some_and(|value| !value.is_empty() && value != "0");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if is_set("NO_COLOR") => false,
        ColorChoice::Auto if forces("FORCE_COLOR") || forces("CLICOLOR_FORCE") => true,
        ColorChoice::Auto => {
            let refuses = |name: &str| variable(name).is_some_and(|value| value == "0");
            is_terminal && !is_dumb(variable) && !refuses("CLICOLOR") && !refuses("FORCE_COLOR")
        }
    }
}

fn is_dumb(variable: Variable<'_>) -> bool {
    variable("TERM").is_some_and(|term| term == "dumb")
}

/// A link is no colour, but whoever wants no colour at all wants plain text.
fn wants_links(choice: ColorChoice, variable: Variable<'_>, is_supported: bool) -> bool {
    is_supported && choice != ColorChoice::Never && !is_dumb(variable)
}

/// Columns of the terminal; 0 where there is none.
fn width(variable: Variable<'_>, is_terminal: bool, columns: impl FnOnce() -> Option<usize>) -> usize {
    if !is_terminal {
        return 0;
    }
    let said = variable("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok());
    said.filter(|columns| *columns > 0).or_else(columns).unwrap_or(USUAL)
}

/// Columns of the terminal, by its own account.
#[cfg(unix)]
fn columns() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

#[cfg(not(unix))]
fn columns() -> Option<usize> {
    None
}

/// The address of the folder that the paths of the report are relative to; none for standard input and bare repositories.
fn files(args: &CheckArgs) -> Option<String> {
    if args.paths == [Path::new("-")] {
        return None;
    }
    let directory = args.directory.as_deref().unwrap_or(Path::new("."));
    let root = match Repo::discover(directory) {
        Ok(repo) => repo.work_dir()?.to_owned(),
        Err(_) => directory.to_owned(),
    };
    Some(address(&root.canonicalize().ok()?))
}

/// `file:///srv/my%20repo/`.
fn address(folder: &Path) -> String {
    let plain = [UNRESERVED, b"/"].concat();
    let path = match cfg!(windows) {
        true => {
            let path = folder.to_string_lossy().replace('\\', "/");
            format!("/{}", path.trim_start_matches("//?/")).into_bytes()
        }
        false => folder.as_os_str().as_encoded_bytes().to_vec(),
    };
    let path = percent_encoded(path, &plain);
    format!("file://{}/", path.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<T>(variables: &[(&str, &str)], test: impl FnOnce(Variable<'_>) -> T) -> T {
        test(&|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn colours_follow_the_conventions() {
        use ColorChoice::{Always, Auto, Never};
        for (choice, variables, terminal, expected) in [
            (Auto, &[][..], true, true),
            (Auto, &[], false, false),
            (Auto, &[("TERM", "dumb")], true, false),
            (Auto, &[("NO_COLOR", "1")], true, false),
            (Auto, &[("NO_COLOR", "")], true, true),
            (Auto, &[("CLICOLOR", "0")], true, false),
            (Auto, &[("CLICOLOR_FORCE", "1")], false, true),
            (Auto, &[("CLICOLOR_FORCE", "0")], false, false),
            (Auto, &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")], false, true),
            (Auto, &[("FORCE_COLOR", "1")], false, true),
            (Auto, &[("FORCE_COLOR", "")], false, false),
            (Auto, &[("FORCE_COLOR", "0")], true, false),
            (Auto, &[("FORCE_COLOR", "3"), ("NO_COLOR", "1")], true, false),
            (Always, &[("NO_COLOR", "1"), ("TERM", "dumb")], false, true),
            (Never, &[("FORCE_COLOR", "1")], true, false),
        ] {
            let got = with(variables, |variable| wants_color(choice, variable, terminal));
            assert_eq!(got, expected, "{choice:?} {variables:?} {terminal}");
        }
    }

    #[test]
    fn columns_are_those_of_the_terminal() {
        let of = |variables: &[(&str, &str)], terminal, columns| {
            with(variables, |variable| width(variable, terminal, || columns))
        };
        assert_eq!(of(&[], true, Some(132)), 132);
        assert_eq!(of(&[("COLUMNS", "72")], true, Some(132)), 72);
        assert_eq!(of(&[("COLUMNS", "many")], true, Some(132)), 132);
        assert_eq!(of(&[("COLUMNS", "0")], true, None), 100);
        assert_eq!(of(&[("COLUMNS", "72")], false, Some(132)), 0, "a log is not wrapped");
    }

    #[test]
    fn links_are_for_terminals_that_show_them() {
        let of = |choice, variables: &[(&str, &str)], supported| {
            with(variables, |variable| wants_links(choice, variable, supported))
        };
        assert!(of(ColorChoice::Auto, &[("NO_COLOR", "1")], true));
        assert!(!of(ColorChoice::Auto, &[], false));
        assert!(!of(ColorChoice::Never, &[], true));
        assert!(!of(ColorChoice::Auto, &[("TERM", "dumb")], true));
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_is_an_address() {
        assert_eq!(address(Path::new("/srv/my repo\x1b]8;;")), "file:///srv/my%20repo%1B%5D8%3B%3B/");
        assert_eq!(address(Path::new("/")), "file:///");
    }
}
