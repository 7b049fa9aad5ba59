//! Typical manifests, made up the same way on every machine: the kinds that fill GitOps repositories, 1.5 to
//! 4 KB each, all valid, no two the same.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::kinds;
use crate::error::{Context, Result};

/// Manifests in one file of [`write_bundles`].
const IN_ONE_FILE: usize = 500;

/// Writes `count` manifests below `folder`, one in each file. Another `edition` writes other content to the
/// same files.
pub(super) fn write_files(folder: &Path, count: usize, edition: u64) -> Result<()> {
    for index in 0..count {
        let (kind, text) = manifest(index, edition);
        let home = folder.join(format!("apps/team-{:02}/app-{:04}", index / 10 % 40, index / 10));
        fs::create_dir_all(&home).context(format_args!("cannot make {}", home.display()))?;
        write(&home.join(format!("{kind}-{index}.yaml")), &text)?;
    }
    Ok(())
}

/// Writes the same manifests as [`write_files`], 500 in each file.
pub(super) fn write_bundles(folder: &Path, count: usize, edition: u64) -> Result<()> {
    for first in (0..count).step_by(IN_ONE_FILE) {
        let mut text = String::new();
        for index in first..count.min(first + IN_ONE_FILE) {
            let _ = write!(text, "---\n{}", manifest(index, edition).1);
        }
        write(&folder.join(format!("bundle-{first:06}.yaml")), &text)?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).context(format_args!("cannot write {}", path.display()))
}

/// The lower-case kind and the text of manifest number `index`.
fn manifest(index: usize, edition: u64) -> (&'static str, String) {
    let mut dice = Dice::new(index as u64, edition);
    let kind = kinds::in_turn(index);
    (kind.word(), kind.text(&mut dice, index))
}

/// Random numbers that are the same on every machine (SplitMix64).
pub(super) struct Dice(u64);

impl Dice {
    fn new(index: u64, edition: u64) -> Self {
        Self(index.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ edition.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// One of `choices`; the empty string if there are none.
    pub(super) fn one_of(&mut self, choices: &[&'static str]) -> &'static str {
        let index = self.next() % (choices.len().max(1) as u64);
        usize::try_from(index).ok().and_then(|index| choices.get(index)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn manifests_have_the_size_of_real_ones_and_differ() {
        let texts: Vec<String> = (0..1_000).map(|index| manifest(index, 1).1).collect();
        let sizes = texts.iter().map(String::len);
        assert!(sizes.clone().min() >= Some(1_400), "{:?}", sizes.min());
        assert!(sizes.clone().max() <= Some(4_100), "{:?}", sizes.max());
        assert_eq!(texts.iter().collect::<BTreeSet<_>>().len(), texts.len());
        let mean = texts.iter().map(String::len).sum::<usize>() / texts.len();
        assert!((1_700..3_000).contains(&mean), "mean size {mean}");
    }

    #[test]
    fn is_the_same_every_time_and_another_edition_differs() {
        for index in 0..40 {
            assert_eq!(manifest(index, 1), manifest(index, 1));
            assert_eq!(manifest(index, 1).0, manifest(index, 2).0);
            assert_ne!(manifest(index, 1).1, manifest(index, 2).1);
        }
    }
}
