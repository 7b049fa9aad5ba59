//! The vocabulary of a run: what was judged, what was found, what could not be judged. Data only; every other
//! layer speaks in these types and none of them reads a file or prints a line.

mod coverage;
mod document;
mod effect;
mod failure;
mod finding;
mod path;
mod read;
mod report;
mod resources;
mod rule;

pub use coverage::{Coverage, PolicyCoverage, SkipReason, Skipped};
pub use document::{ObjectId, Operation, Role};
pub use effect::{ConfigurationChanges, Effect};
pub use failure::{CheckFailure, FailureKind};
pub use finding::{
    Excerpt, Finding, Fix, FixPlace, Location, Related, Scope, Status, Unwaived, UnwaivedReason, Waived,
    WaiverOrigin,
};
pub use path::RepoPath;
pub use read::{MAX_REPORT_BYTES, ReportError};
pub use report::{ChangeSummary, Counts, REPORT_VERSION, Report, ToolInfo, Verdict};
pub use resources::{Outcome, Resource, Resources};
pub use rule::{RuleInfo, Severity};
