//! The command line as data; help texts are made from the doc comments.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// A policy and validation gate for GitOps pull requests.
#[derive(Debug, Parser)]
#[command(name = "gate", version, propagate_version = true, arg_required_else_help = true)]
pub(super) struct Cli {
    /// Colour the output.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto)]
    pub(super) color: ColorChoice,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Judge a change: in CI the pull request, locally the branch against its upstream.
    Check(Box<CheckArgs>),
    /// Say what a rule means, why it exists and how to fix a finding.
    Explain {
        /// The id of a rule, such as `schema/unknown-field`; none: all rules, a line each.
        rule: Option<String>,
    },
}

const EXIT_CODES: &str = "\
Exit codes:
  0  pass        nothing at or above the blocking severity was introduced
  1  fail        at least one such finding
  2  error       usage, configuration or environment: nothing was judged
  3  incomplete  a check could not finish, a manifest could not be parsed, or a kind had no schema";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct CheckArgs {
    /// Files and directories to judge whole, in or outside a repository; `-` reads standard input.
    #[arg(conflicts_with_all = ["base", "head", "staged", "work_tree", "all"])]
    pub(super) paths: Vec<PathBuf>,
    /// Revision that the change starts from; the merge base with head is taken.
    #[arg(long, value_name = "REV", help_heading = "What to judge")]
    pub(super) base: Option<String>,
    /// Revision that the change ends at [default: HEAD].
    #[arg(long, value_name = "REV", help_heading = "What to judge")]
    pub(super) head: Option<String>,
    /// The index against HEAD, as a pre-commit hook wants it.
    #[arg(long, conflicts_with_all = ["base", "head"], help_heading = "What to judge")]
    pub(super) staged: bool,
    /// The work tree against HEAD: all that is not committed, but for ignored files.
    #[arg(long, conflicts_with_all = ["base", "head", "staged"], help_heading = "What to judge")]
    pub(super) work_tree: bool,
    /// The whole tree of HEAD (or of --head), not a change.
    #[arg(long, conflicts_with_all = ["base", "staged", "work_tree"], help_heading = "What to judge")]
    pub(super) all: bool,
    /// Directory to start from [default: the current one].
    #[arg(short = 'C', long, value_name = "DIR", help_heading = "What to judge")]
    pub(super) directory: Option<PathBuf>,
    /// Configuration file to use instead of the base revision's `gate.yaml`.
    #[arg(long, value_name = "FILE", conflicts_with = "config_from", help_heading = "Configuration")]
    pub(super) config: Option<PathBuf>,
    /// Side whose `gate.yaml` and policies are used; `head` is for local use and leaves a pull request
    /// unprotected.
    #[arg(long, value_enum, default_value_t = ConfigFrom::Base, help_heading = "Configuration")]
    pub(super) config_from: ConfigFrom,
    /// Check against schemas only; run no policy.
    #[arg(long, conflicts_with = "policies_only", help_heading = "Configuration")]
    pub(super) schemas_only: bool,
    /// Run policies only; check no schema.
    #[arg(long, help_heading = "Configuration")]
    pub(super) policies_only: bool,
    #[arg(long = "format", value_name = "FORMAT[=FILE]", default_value = "text", help_heading = "Output")]
    #[arg(help = super::formats::help())]
    pub(super) formats: Vec<String>,
    /// Show existing findings and what was not checked, one by one.
    #[arg(short, long, help_heading = "Output")]
    pub(super) verbose: bool,
}

/// A side of the change, to read the configuration from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ConfigFrom {
    /// The state before the change.
    Base,
    /// The state after the change.
    Head,
}
