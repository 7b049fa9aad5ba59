//! What Bitbucket Cloud and Data Center have in common: the form of Code Insights, and the question whose comments are
//! the token's own.

mod identity;
mod insights;

pub(super) use self::identity::{Found, Identity};
pub(super) use self::insights::{data, external_ids, grade, slug, web};
