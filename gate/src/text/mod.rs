//! Positions in source text, and the cleaning of untrusted text before it is shown.
//! The lowest layer: it knows bytes and characters, nothing of YAML, Git or policies.

mod clean;
mod closest;
mod line_index;
mod span;

pub use clean::{clean, clean_line, shorten};
pub use closest::closest;
pub use line_index::LineIndex;
pub use span::{ByteSpan, LineCol};
