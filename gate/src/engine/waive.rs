//! Waivers: reviewed permissions that expire, judged by the time of the head commit and never by the clock.

use crate::config::Waiver;
use crate::model::{Finding, Waived};

/// Marks the findings that count and that a waiver lets pass; gives back a notice for each waiver that is
/// expired or that nothing needed. `whole` says that the run saw the whole tree, so that "not needed" is true.
pub(super) fn waive(findings: &mut [Finding], waivers: &[Waiver], now: &str, whole: bool) -> Vec<String> {
    let mut used = vec![false; waivers.len()];
    for finding in findings.iter_mut().filter(|finding| finding.status.counts()) {
        for (waiver, used) in waivers.iter().zip(&mut used) {
            if waiver.matches(&finding.rule, &finding.location.path, finding.object.as_ref()) {
                *used = true;
                if !waiver.is_expired(now) && finding.waived.is_none() {
                    finding.waived = Some(waived(waiver));
                }
            }
        }
    }
    waivers.iter().zip(used).filter_map(|(waiver, used)| notice(waiver, used, now, whole)).collect()
}

fn waived(waiver: &Waiver) -> Waived {
    Waived { reason: waiver.reason.clone(), owner: waiver.owner.clone(), expires: waiver.expires.to_string() }
}

fn notice(waiver: &Waiver, used: bool, now: &str, whole: bool) -> Option<String> {
    let what = format!("the waiver of `{}` ({})", waiver.rule, waiver.reason);
    if waiver.is_expired(now) && used {
        return Some(format!("{what} expired on {}: its findings count again", waiver.expires));
    }
    (whole && !used).then(|| format!("{what} matches no finding of the whole tree: it can be removed"))
}
