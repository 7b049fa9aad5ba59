//! What merging a change would do to the gate's own rules: each key of its configuration that would have another effect.

use serde::Serialize;

use crate::text::{clean_line, shorten};

/// Effects that are listed at most; the others are counted.
const LISTED: usize = 100;
/// Code points of a subject or a value.
const MAX_TEXT: usize = 240;

/// One thing that would be otherwise. Without `before` it is new, without `after` it goes away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// What: `severity of image-tags/mutable-image-tag`, `block-on`, `waiver`. One line, cleaned.
    pub subject: String,
    /// What holds now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What will hold once the change is merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Something that is refused now may pass then.
    pub weakens: bool,
}

impl Effect {
    /// An effect with its texts cleaned and of bounded length. Where two long values begin alike, that part is left out.
    pub fn new(subject: &str, before: Option<&str>, after: Option<&str>, weakens: bool) -> Self {
        let text = |text: &str| shorten(&clean_line(text), MAX_TEXT).into_owned();
        let same = match (before, after) {
            (Some(before), Some(after)) if before.chars().count().max(after.chars().count()) > MAX_TEXT => {
                common(before, after)
            }
            _ => 0,
        };
        let value = |value: &str| match value.get(same..) {
            Some(rest) if same > 0 => text(&format!("…{rest}")),
            _ => text(value),
        };
        Self { subject: text(subject), before: before.map(value), after: after.map(value), weakens }
    }
}

/// Bytes at the beginning of both that say nothing about the difference; some are kept to show where it is.
fn common(one: &str, other: &str) -> usize {
    const KEPT: usize = 20;
    let pairs = one.char_indices().zip(other.chars());
    let alike: Vec<usize> = pairs.take_while(|((_, a), b)| a == b).map(|((at, _), _)| at).collect();
    alike.iter().rev().nth(KEPT).copied().unwrap_or(0)
}

/// All effects of a change to the gate's own files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ConfigurationChanges {
    /// Those that weaken the gate first, else in the order of the configuration's keys; at most 100.
    pub effects: Vec<Effect>,
    /// How many there are, listed or not.
    pub total: u64,
    /// How many of them weaken the gate.
    pub weakening: u64,
}

impl ConfigurationChanges {
    /// Counts `effects` and keeps as many as a reader can bear; what weakens the gate is kept longest.
    pub fn new(mut effects: Vec<Effect>) -> Self {
        let total = effects.len() as u64;
        let weakening = effects.iter().filter(|effect| effect.weakens).count() as u64;
        effects.sort_by_key(|effect| !effect.weakens);
        effects.truncate(LISTED);
        Self { effects, total, weakening }
    }

    /// Effects that are not listed.
    pub fn left_out(&self) -> u64 {
        self.total.saturating_sub(self.effects.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_weakens_is_kept_longest() {
        let effect = |number: usize| Effect::new(&format!("x{number}"), None, Some("1"), number % 50 == 49);
        let changes = ConfigurationChanges::new((0..250).map(effect).collect());
        assert_eq!((changes.total, changes.weakening, changes.left_out()), (250, 5, 150));
        assert_eq!(changes.effects.len(), 100);
        let subjects: Vec<_> = changes.effects.iter().take(6).map(|effect| effect.subject.as_str()).collect();
        assert_eq!(subjects, ["x49", "x99", "x149", "x199", "x249", "x0"]);
    }

    #[test]
    fn texts_are_tame_and_a_difference_is_never_cut_off() {
        let long = "é".repeat(1_000);
        let effect = Effect::new("a\u{202e}\nb", Some(&format!("{long}1")), Some(&format!("{long}2")), true);
        assert_eq!(effect.subject, "a\u{fffd} b");
        let (before, after) = (effect.before.unwrap(), effect.after.unwrap());
        assert!(before.ends_with("éé1") && after.ends_with("éé2"), "{before} {after}");
        assert!(before.chars().count() < 40);
        let effect = Effect::new("x", Some("aaa"), Some("aab"), false);
        assert_eq!((effect.before.as_deref(), effect.after.as_deref()), (Some("aaa"), Some("aab")));
        let effect = Effect::new("x", None, Some(&long), false);
        assert_eq!(effect.after.unwrap().chars().count(), 240);
    }
}
