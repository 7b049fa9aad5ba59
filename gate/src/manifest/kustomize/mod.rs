//! Kustomizations read for what they refer to, without building them.

mod index;
mod listing;
mod operations;
mod patch;

pub use index::{Kustomization, KustomizeIndex};
pub use listing::{Listing, Use};
pub use patch::{Patch, PatchText, Spot, Target};
