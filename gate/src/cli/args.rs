//! The command line as data; help texts are made from the doc comments.

use std::ffi::OsString;
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
    /// On a terminal, unless `NO_COLOR` is set; with `FORCE_COLOR` or `CLICOLOR_FORCE` also elsewhere.
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
    /// Write gate.yaml and the file that runs the gate in CI, for the repository as it is.
    Init(super::init::InitArgs),
    /// Show what is known of the pull request, from the CI and otherwise, and whether posting to it could work.
    Context(ContextArgs),
    /// Put a saved JSON report on a pull request: the half of a two-job workflow that may write.
    Post(Box<PostArgs>),
    /// Judge a push on the server, in a hook of Git.
    Hook {
        #[command(subcommand)]
        hook: HookCommand,
    },
    /// Mend in the work tree what has one right answer: comments, order and quotes stay.
    Fix(Box<super::fix::FixArgs>),
    /// Say what a rule means, why it exists and how to fix a finding.
    Explain(super::explain::ExplainArgs),
    /// Machine code of policies from files, and what was fetched of policies and schemas, kept between runs.
    #[command(subcommand)]
    Cache(CacheCommand),
    /// List, show and add schemas.
    Schema {
        #[command(subcommand)]
        schema: super::schema::SchemaCommand,
    },
    /// Write, test, measure, publish and look at policies.
    Policy {
        #[command(subcommand)]
        policy: super::policy::PolicyCommand,
    },
    /// Print the script with which a shell completes the words of `gate`.
    Completions(super::shell::CompletionsArgs),
    /// Print the manual page of `gate`, or write those of all commands.
    Man(super::shell::ManArgs),
    /// The child that compiles a policy: reads a module, writes machine code.
    #[command(name = super::compile_child::COMMAND, hide = true)]
    CompilePolicy {
        /// Address space in bytes.
        #[arg(long)]
        memory: u64,
        /// Processor time in seconds.
        #[arg(long)]
        seconds: u64,
        /// For an engine without a pool.
        #[arg(long)]
        short_address_space: bool,
    },
}

/// What to do with the cache.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum CacheCommand {
    /// Show where it is and how large.
    Info,
    /// Remove all that is in it.
    Clear,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  pass        nothing at or above the blocking severity was introduced
  1  fail        at least one such finding
  2  error       usage, configuration or environment: nothing was judged;
                 with --require-post also: the answer could not be posted
  3  incomplete  a check could not finish, a manifest could not be parsed, or a kind had no schema";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct CheckArgs {
    /// Files and directories to judge whole, in or outside a repository; `-` reads standard input.
    #[arg(conflicts_with_all = ["base", "head", "staged", "work_tree", "pre_commit", "all"])]
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
    /// What the framework pre-commit asks for: the commits of a push, else the index against HEAD; where nothing is
    /// staged and nothing is being committed (`pre-commit run --all-files`), the whole tree of HEAD.
    #[arg(long, conflicts_with_all = ["base", "head", "staged", "work_tree", "all"], help_heading = "What to judge")]
    pub(super) pre_commit: bool,
    /// The whole tree of HEAD (or of --head), not a change.
    #[arg(long, conflicts_with_all = ["base", "staged", "work_tree"], help_heading = "What to judge")]
    pub(super) all: bool,
    /// Directory to start from [default: the current one].
    #[arg(short = 'C', long, value_name = "DIR", help_heading = "What to judge")]
    pub(super) directory: Option<PathBuf>,
    /// Fetch nothing: a commit or file that this clone lacks is then an error.
    #[arg(long, help_heading = "What to judge")]
    pub(super) no_fetch: bool,
    /// Configuration file to use instead of the base revision's `gate.yaml`.
    #[arg(long, value_name = "FILE", conflicts_with = "config_from", help_heading = "Configuration")]
    pub(super) config: Option<PathBuf>,
    /// Side whose `gate.yaml` and policies are used; `head` is for local use and leaves a pull request
    /// unprotected.
    #[arg(long, value_enum, default_value_t = ConfigFrom::Base, help_heading = "Configuration")]
    pub(super) config_from: ConfigFrom,
    #[command(flatten)]
    pub(super) schemas: super::schema_args::SchemaArgs,
    /// Check against schemas only; run no policy.
    #[arg(long, conflicts_with = "policies_only", help_heading = "Configuration")]
    pub(super) schemas_only: bool,
    /// Run policies only; check no schema.
    #[arg(long, help_heading = "Configuration")]
    pub(super) policies_only: bool,
    #[command(flatten)]
    pub(super) schema: super::schema_options::SchemaOptions,
    #[arg(
        long = "format",
        visible_alias = "output",
        value_name = "FORMAT[=FILE]",
        default_value = "text",
        help_heading = "Output"
    )]
    #[arg(help = super::formats::help())]
    pub(super) formats: Vec<String>,
    /// Show all findings, existing ones too, every resource and what was not checked, one by one; and on standard error
    /// how the change was found and what was fetched.
    #[arg(short, long, help_heading = "Output")]
    pub(super) verbose: bool,
    /// In the text report, show only what blocks and the verdict in one line.
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub(super) quiet: bool,
    /// Put the verdict on the pull request: status, annotations and one comment.
    #[arg(long, help_heading = "Git host")]
    pub(super) post: bool,
    /// End with exit code 2 if the verdict could not be put on the pull request.
    #[arg(long, requires = "post", help_heading = "Git host")]
    pub(super) require_post: bool,
    /// Name of this gate; two with different names live side by side on one pull request.
    #[arg(long, value_name = "NAME", default_value = "default", help_heading = "Git host")]
    pub(super) key: String,
    #[command(flatten)]
    pub(super) host: HostArgs,
}

/// What people say of the Git host and the pull request; each beats its `GATE_*` variable, and that beats the CI.
#[derive(Debug, Args)]
#[command(next_help_heading = "Git host")]
pub(super) struct HostArgs {
    /// Kind of the Git host: github, gitlab, azure, bitbucket-cloud, bitbucket-dc, codecommit, gitea or forgejo
    /// [default: what the CI says].
    #[arg(long, value_name = "KIND")]
    pub(super) host: Option<String>,
    /// Root of the host's API, such as `https://gitlab.example.com/api/v4`.
    #[arg(long, value_name = "URL")]
    pub(super) api_url: Option<String>,
    /// Path of the repository at the host, such as `octo-org/shop`.
    #[arg(long, value_name = "PATH")]
    pub(super) repository: Option<String>,
    /// Number of the pull request or merge request.
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub(super) pr: Option<String>,
    /// Number of this run, which grows with time: RUN or RUN.ATTEMPT.
    #[arg(long, value_name = "NUMBER")]
    pub(super) run: Option<String>,
    /// Name of the environment variable that holds the token (never the token itself).
    #[arg(long, value_name = "NAME")]
    pub(super) token_variable: Option<String>,
    /// Seconds that posting may take, all in all.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(super) post_budget: u64,
    /// Write the report as a Git note on the commit and push it to this remote, in place of a host's API.
    #[arg(long, value_name = "REMOTE", num_args = 0..=1, default_missing_value = "origin", require_equals = true)]
    pub(super) notes: Option<String>,
    /// Vote in Gerrit over SSH, in place of a host's API.
    #[arg(long, value_name = "[USER@]HOST[:PORT]", conflicts_with = "notes")]
    pub(super) gerrit: Option<String>,
    /// Number of the change and of the patch set [default: those of Gerrit's trigger in the CI].
    #[arg(long, value_name = "CHANGE,PATCHSET", requires = "gerrit")]
    pub(super) gerrit_change: Option<String>,
    /// Label to vote on.
    #[arg(long, value_name = "LABEL", default_value = "Verified")]
    pub(super) gerrit_label: String,
    /// File with the key of the Gerrit server [default: those of ssh].
    #[arg(long, value_name = "FILE", requires = "gerrit")]
    pub(super) gerrit_known_hosts: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ContextArgs {
    /// Directory to start from [default: the current one].
    #[arg(short = 'C', long, value_name = "DIR")]
    pub(super) directory: Option<PathBuf>,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = ContextFormat::Text)]
    pub(super) format: ContextFormat,
    #[command(flatten)]
    pub(super) host: HostArgs,
}

/// Formats of `gate context`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ContextFormat {
    /// A line for each fact.
    Text,
    /// One object.
    Json,
}

/// Hooks of a Git server; see githooks(5).
#[derive(Debug, Subcommand)]
pub(super) enum HookCommand {
    /// All references of a push, from standard input: refuses the push as a whole.
    #[command(after_help = HOOK_EXIT_CODES)]
    PreReceive(HookArgs),
    /// One reference of a push: refuses this one only.
    #[command(after_help = HOOK_EXIT_CODES)]
    Update {
        #[command(flatten)]
        hook: HookArgs,
        /// Full name of the reference.
        #[arg(value_name = "REF")]
        name: OsString,
        /// Commit before the push, zeros for none.
        old: String,
        /// Commit after the push, zeros for none.
        new: String,
    },
}

const HOOK_EXIT_CODES: &str = "\
Exit codes:
  0  the push is accepted
  1  refused: it introduces findings at or above the blocking severity
  2  refused: usage, configuration or environment error
  3  refused: a check could not finish, a manifest could not be parsed, or a kind had no schema";

#[derive(Debug, Args)]
pub(super) struct HookArgs {
    /// Branches to judge, such as `main` or `release/*`; may be given several times [default: the branch that
    /// HEAD names]. All other references pass.
    #[arg(long = "ref", value_name = "GLOB")]
    pub(super) refs: Vec<String>,
    /// Configuration file to use instead of `gate.yaml` in the state before the push.
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Say also what was not judged, and show existing findings.
    #[arg(short, long)]
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

const POST_EXIT_CODES: &str = "\
Exit codes:
  0  the report was posted, or a newer run answers in its place; whatever its verdict
  2  it could not be posted, not all of it, or it is no report that can be posted";

#[derive(Debug, Args)]
#[command(after_help = POST_EXIT_CODES)]
pub(super) struct PostArgs {
    /// The report, as `gate check --format json=FILE` wrote it; `-` reads standard input.
    pub(super) report: PathBuf,
    /// Full id of the commit that is marked, and that the report must be about [default: what the CI says].
    #[arg(long, value_name = "SHA")]
    pub(super) head: Option<String>,
    /// Name of this gate; two with different names live side by side on one pull request.
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub(super) key: String,
    #[command(flatten)]
    pub(super) host: HostArgs,
}
