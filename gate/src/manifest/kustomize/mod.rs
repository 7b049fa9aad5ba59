//! Kustomizations read for what they refer to, without building them.

mod index;
mod listing;

pub use index::KustomizeIndex;
pub use listing::{Listing, Use};
