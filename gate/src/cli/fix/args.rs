//! The arguments of `gate fix`: what to judge is said as to `gate check`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser};

use crate::cli::args::{CheckArgs, ConfigFrom};

const EXIT_CODES: &str = "\
Exit codes:
  0  nothing is left that blocks: it was mended, or nothing was there to mend
  1  findings that block are left for a person; with --dry-run also: a file would be changed
  2  usage, configuration or environment error, or a file could not be written
  3  nothing is left that blocks, but a check could not finish";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(in crate::cli) struct FixArgs {
    /// Files and directories to judge whole, in or outside a repository.
    #[arg(conflicts_with_all = ["base", "head", "staged", "work_tree", "all"])]
    pub(super) paths: Vec<PathBuf>,
    /// Revision that the change starts from; the merge base with head is taken.
    #[arg(long, value_name = "REV", help_heading = "What to judge")]
    base: Option<String>,
    /// Revision that the change ends at [default: HEAD].
    #[arg(long, value_name = "REV", help_heading = "What to judge")]
    head: Option<String>,
    /// The index against HEAD, as a pre-commit hook wants it.
    #[arg(long, conflicts_with_all = ["base", "head"], help_heading = "What to judge")]
    staged: bool,
    /// The work tree against HEAD: all that is not committed, but for ignored files.
    #[arg(long, conflicts_with_all = ["base", "head", "staged"], help_heading = "What to judge")]
    work_tree: bool,
    /// The whole tree of HEAD (or of --head), not a change.
    #[arg(long, conflicts_with_all = ["base", "staged", "work_tree"], help_heading = "What to judge")]
    all: bool,
    /// Directory to start from [default: the current one].
    #[arg(short = 'C', long, value_name = "DIR", help_heading = "What to judge")]
    pub(super) directory: Option<PathBuf>,
    /// Fetch nothing: a commit or file that this clone lacks is then an error.
    #[arg(long, help_heading = "What to judge")]
    no_fetch: bool,
    /// Mend what this rule finds only, such as `schema/unknown-field`; may be given several times.
    #[arg(long = "rule", value_name = "RULE", help_heading = "What to mend")]
    pub(super) rules: Vec<String>,
    /// Write nothing; print what would be written as a unified diff.
    #[arg(long, help_heading = "What to mend")]
    pub(super) dry_run: bool,
    /// Configuration file to use instead of the base revision's `gate.yaml`.
    #[arg(long, value_name = "FILE", conflicts_with = "config_from", help_heading = "Configuration")]
    config: Option<PathBuf>,
    /// Side whose `gate.yaml` and policies are used.
    #[arg(long, value_enum, default_value_t = ConfigFrom::Base, help_heading = "Configuration")]
    config_from: ConfigFrom,
    /// Check against schemas only; run no policy.
    #[arg(long, conflicts_with = "policies_only", help_heading = "Configuration")]
    schemas_only: bool,
    /// Run policies only; check no schema.
    #[arg(long, help_heading = "Configuration")]
    policies_only: bool,
}

/// The parser of what `gate check` takes.
#[derive(Debug, Parser)]
struct Check {
    #[command(flatten)]
    check: CheckArgs,
}

impl FixArgs {
    /// The run of `gate check` whose findings are mended.
    pub(super) fn check(&self) -> Result<CheckArgs, clap::Error> {
        let mut words: Vec<OsString> = vec!["check".into()];
        let flags = [
            ("--staged", self.staged),
            ("--work-tree", self.work_tree),
            ("--all", self.all),
            ("--no-fetch", self.no_fetch),
            ("--schemas-only", self.schemas_only),
            ("--policies-only", self.policies_only),
        ];
        words.extend(flags.iter().filter(|(_, set)| *set).map(|(flag, _)| OsString::from(flag)));
        if self.config_from == ConfigFrom::Head {
            words.push("--config-from=head".into());
        }
        let values = [
            ("--base=", self.base.as_ref().map(OsString::from)),
            ("--head=", self.head.as_ref().map(OsString::from)),
            ("--directory=", self.directory.as_ref().map(OsString::from)),
            ("--config=", self.config.as_ref().map(OsString::from)),
        ];
        for (flag, value) in values {
            words.extend(value.map(|value| {
                let mut word = OsString::from(flag);
                word.push(value);
                word
            }));
        }
        words.push("--".into());
        words.extend(self.paths.iter().map(OsString::from));
        Check::try_parse_from(words).map(|parsed| parsed.check)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Parser)]
    struct Fix {
        #[command(flatten)]
        fix: FixArgs,
    }

    #[test]
    fn what_is_judged_is_what_check_judges() {
        let check = |words: &[&str]| Fix::try_parse_from(words).unwrap().fix.check().unwrap();
        let one =
            check(&["fix", "--base", "a b", "--head=-x", "-C", "dir", "--config", "g.yaml", "--no-fetch"]);
        assert_eq!((one.base.as_deref(), one.head.as_deref()), (Some("a b"), Some("-x")));
        assert_eq!(one.directory, Some(PathBuf::from("dir")));
        assert_eq!((one.config, one.no_fetch, one.post), (Some(PathBuf::from("g.yaml")), true, false));
        let paths = check(&["fix", "--schemas-only", "--config-from", "head", "a.yaml", "b"]);
        assert_eq!(paths.paths, [PathBuf::from("a.yaml"), PathBuf::from("b")]);
        assert!(paths.schemas_only && paths.config_from == ConfigFrom::Head);
        assert!(check(&["fix", "--staged"]).staged && check(&["fix", "--all"]).all);
        assert!(check(&["fix", "--work-tree", "--policies-only"]).policies_only);
    }
}
