//! What no schema says, as data: fields that cannot be changed, versions of custom resources that their projects
//! have given up, and versions that are no more than a new name. What holds for single fields of built-in kinds is in the pack (`xtask/schemas/src/rules.txt`).

pub(super) mod deprecated;
pub(super) mod immutable;
pub(super) mod successors;
