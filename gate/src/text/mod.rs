//! Positions in source text, the cleaning of untrusted text before it is shown, and its encoding in addresses.
//! The lowest layer: it knows bytes and characters, nothing of YAML, Git or policies.

mod clean;
mod closest;
mod hexadecimal;
mod line_index;
mod percent;
mod span;

pub use clean::{clean, clean_line, cut, shorten};
pub use closest::{closest, meant};
pub use hexadecimal::hexadecimal;
pub use line_index::LineIndex;
pub use percent::{UNRESERVED, percent_encoded};
pub use span::{ByteSpan, LineCol};
