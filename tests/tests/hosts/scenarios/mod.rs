//! The scenarios that all hosts share: one function each, generic over the host. `all!` makes tests of them.

mod broken;
mod limits;
mod ordinary;
mod races;
mod refused;

pub(crate) use self::broken::*;
pub(crate) use self::limits::*;
pub(crate) use self::ordinary::*;
pub(crate) use self::races::*;
pub(crate) use self::refused::*;

/// A test of each scenario for a host.
macro_rules! all {
    ($bench:ty) => {
        crate::scenarios::all!(
            $bench:
            first_run, second_run_with_fewer_findings, same_commit_again, pass_after_fail, fail_after_pass,
            a_finding_that_comes_back,
            incomplete_blocks, unchanged_pass, unchanged_fail_signals_again, two_keys_live_side_by_side,
            real_report, commit_without_a_pull_request, stale_head, closed_pull_request, comment_deleted_between_runs,
            comment_deleted_before_the_update, forged_marker, ours_is_behind_many_others,
            twelve_hundred_findings, twelve_hundred_findings_twice, hostile_texts,
            newer_run_has_answered, newer_run_answers_meanwhile, conflict_is_healed, conflicts_without_end_are_told,
            late_signal_of_an_older_run, late_comment_of_an_older_run, fifty_runs_at_once, four_runs_with_findings_at_once,
            fork, unauthorized, forbidden, not_found, refused_comment, refused_signal, conflict_on_the_comment,
            limited_for_a_moment, limited_beyond_the_budget, no_token,
            server_error_once, unavailable_thrice, unavailable_for_ever, slow_answer, hanging_host, trickling_host,
            dropped_before, dropped_after, broken_off, sign_in_page, garbage, huge_answer, truncated_list,
            redirect_elsewhere, echoed_token, nobody_listens
        );
    };
    ($bench:ty: $($scenario:ident),+) => {
        mod shared {
            $(
                #[test]
                fn $scenario() {
                    crate::scenarios::$scenario::<$bench>();
                }
            )+
        }
    };
}
pub(crate) use all;
