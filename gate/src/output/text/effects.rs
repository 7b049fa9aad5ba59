//! What merging the change does to the gate itself, near the top: whoever approves the change approves that, too.

use anstyle::Style;

use super::super::{sums, words};
use super::page::{Page, paint};
use crate::model::{Effect, Report};

/// Columns of the mark before each effect, two spaces before and behind it included.
const MARK: usize = 11;

/// A title and a line for each effect.
pub(super) fn all(page: &mut Page, report: &Report) {
    let Some(changes) = &report.configuration_changes else { return };
    let style = if changes.weakening > 0 { page.palette.warning } else { page.palette.strong };
    page.title(style, &sums::effects(changes));
    changes.effects.iter().for_each(|effect| line(page, effect));
    if changes.left_out() > 0 {
        let more = format!("and {} more", changes.left_out());
        page.paragraph(&format!("{:MARK$}", ""), MARK, &more, MARK, page.palette.quiet);
    }
}

fn line(page: &mut Page, effect: &Effect) {
    let mark = if effect.weakens { "  weakens  " } else { "" };
    let head = paint(page.palette.warning, &format!("{mark:MARK$}"));
    page.paragraph(&head, MARK, &words::effect(effect), MARK, Style::new());
}
