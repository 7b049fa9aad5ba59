//! The gate against a real Gitea, which `cargo xtask gitea` builds: what the twin of `gate_tests::contract` only says,
//! the server does. Without that Gitea every test here is skipped, and says so.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot prepare its input must stop at once"
)]

mod server;
mod shop;

use std::time::{Duration, Instant};

use gate::host::{HostErrorKind, Outcome};
use gate_tests::told::Told;

use crate::shop::Shop;

const PATH: &str = "apps/web.yaml";
/// 16 lines, nothing wrong with it.
const GOOD: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: 2
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: web
          image: registry.example.com:5000/shop/web:1.2.3
";

/// Line 7 has an unknown field, line 16 a mutable tag.
fn bad() -> String {
    half().replace("  replicas: 2", "  replica: 2")
}

/// Only the tag is left, still on line 16.
fn half() -> String {
    GOOD.replace("web:1.2.3", "web:latest")
}

/// The status that blocks, without its description.
fn states(shop: &Shop) -> Vec<String> {
    let statuses = shop.statuses().into_iter();
    statuses.filter_map(|status| Some(status.split_once(':')?.0.to_owned())).collect()
}

#[test]
fn a_pull_request_is_blocked_mended_and_merged() {
    let Some(shop) = Shop::open(PATH, GOOD, &bad()) else { return };
    let refused = (405, "Not all required status checks successful".to_owned());
    assert_eq!(shop.merge(), refused, "nothing has been judged yet");

    let begun = Instant::now();
    let run = shop.gate(1);
    // After three seconds the pull request is read once more.
    let slow = usize::from(begun.elapsed() > Duration::from_secs(3));
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("status set, comment written, 2 annotations put"), "{run:?}");
    assert_eq!(states(&shop), ["gitops-gate failure"]);
    assert_eq!(shop.threads(), ["apps/web.yaml:16", "apps/web.yaml:7"]);
    assert_eq!(shop.reviews(), [2], "one review for both");
    let calls = shop.gitea.calls_of_the_gate(&shop.account());
    assert!((11..=11 + slow).contains(&calls), "{calls}");
    let first = shop.comments();
    assert_eq!((first.len(), &first[0].1), (1, &shop.account()));
    assert_eq!(shop.merge(), refused);

    // The same again: nothing is repeated.
    let run = shop.gate(2);
    assert!(
        run.stderr.contains("status set, comment written") && !run.stderr.contains("annotation"),
        "{run:?}"
    );
    assert_eq!((shop.comments().len(), shop.reviews()), (1, vec![2]));

    shop.change(PATH, &half());
    let run = shop.gate(3);
    assert!(run.stderr.contains("status set, comment written, 1 thread resolved"), "{run:?}");
    assert_eq!(shop.threads(), ["apps/web.yaml:16", "apps/web.yaml:7 resolved"]);
    let edited = shop.comments();
    assert_eq!((edited.len(), edited[0].0), (1, first[0].0), "edited, not repeated");
    assert!(edited[0].2 != first[0].2 && edited[0].2.contains("mutable-image-tag"), "{edited:?}");
    assert_eq!(shop.merge(), refused);

    shop.change(PATH, &GOOD.replace("replicas: 2", "replicas: 3"));
    let run = shop.gate(4);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(states(&shop), ["gitops-gate success"]);
    assert_eq!(shop.threads(), ["apps/web.yaml:16 resolved", "apps/web.yaml:7 resolved"]);

    let before = shop.gitea.calls_of_the_gate(&shop.account());
    let run = shop.gate(5);
    assert!(run.stderr.contains("has this very answer already"), "{run:?}");
    assert_eq!(shop.gitea.calls_of_the_gate(&shop.account()) - before, 3);

    assert_eq!(shop.merge(), (200, String::new()));
    let run = shop.gate(6);
    assert!(run.stderr.contains("is merged or closed"), "{run:?}");
}

#[test]
fn a_newer_head_or_a_newer_run_is_left_alone() {
    let Some(shop) = Shop::open(PATH, GOOD, &bad()) else { return };
    let old = shop.target(1);
    shop.change(PATH, &half());
    let newer = shop.head();
    let posted = Told::errors(&[(PATH, 7)]).post(&old);
    assert_eq!(posted.outcome, Outcome::Stale { newer });
    assert_eq!((shop.statuses(), shop.comments()), (vec![], vec![]));

    assert_eq!(shop.gate(9).code, 1);
    let run = shop.gate(8);
    assert!(run.stderr.contains("run 9.1 of the same commit has answered"), "{run:?}");
}

#[test]
fn a_forged_marker_moves_nothing() {
    let Some(shop) = Shop::open(PATH, GOOD, &bad()) else { return };
    assert_eq!(shop.gate(1).code, 1);
    let own = shop.comments()[0].clone();
    // The reviewer may write to the repository, and claims to be a later run.
    shop.comment_as(&shop.reviewer(), &own.2.replace("run=1.1", "run=99.1"));
    shop.change(PATH, &half());
    let run = shop.gate(2);
    assert!(run.stderr.contains("comment written, 1 thread resolved"), "{run:?}");
    let comments = shop.comments();
    assert_eq!((comments.len(), comments[0].0, &comments[1].1), (2, own.0, &shop.reviewer()));
    assert!(comments[0].2.contains("run=2.1") && comments[1].2.contains("run=99.1"), "{comments:?}");
    assert_eq!(states(&shop), ["gitops-gate failure"]);
}

#[test]
fn tokens_that_may_not_are_told_so() {
    let Some(mut shop) = Shop::open(PATH, GOOD, &bad()) else { return };
    let read = ["read:repository", "read:issue", "read:user"];
    shop.token = shop.gitea.token(&shop.account(), &read);
    let posted = shop.tell(1, &Told::errors(&[(PATH, 7)]));
    assert!(posted.failures.iter().all(|(_, error)| error.kind == HostErrorKind::Forbidden), "{posted:?}");
    let steps: Vec<_> = posted.failures.iter().map(|(step, _)| *step).collect();
    assert_eq!(steps, ["writing the comment", "setting the status", "commenting on lines"]);
    assert!(posted.failures[1].1.message.contains("write:repository"), "{posted:?}");
    assert_eq!((shop.statuses(), shop.comments(), shop.reviews()), (vec![], vec![], vec![]));

    // The program says it too, and with `--require-post` its exit code.
    let run = shop.gate(2);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.stderr.contains("setting the status failed: ") && run.stderr.contains("403 Forbidden"),
        "{run:?}"
    );
    assert!(!format!("{run:?}").contains(&shop.token), "{run:?}");

    // Without `read:user` the gate does not know its own comments, but the status stands.
    shop.token = shop.gitea.token(&shop.account(), &["write:repository", "write:issue"]);
    let posted = shop.tell(3, &Told::errors(&[(PATH, 7)]));
    assert!(posted.signal && !posted.comment, "{posted:?}");
    assert!(posted.failures[0].1.hint.as_ref().unwrap().contains("read:user"), "{posted:?}");
    assert_eq!((states(&shop), shop.comments()), (vec!["gitops-gate failure".to_owned()], vec![]));

    shop.token = "0".repeat(40);
    let posted = shop.tell(4, &Told::errors(&[(PATH, 7)]));
    assert!(posted.failures.iter().all(|(_, error)| error.kind == HostErrorKind::Unauthorized), "{posted:?}");
}

#[test]
fn runs_at_the_same_time_end_in_order() {
    let Some(shop) = Shop::open(PATH, GOOD, &bad()) else { return };
    let told = Told::errors(&(1..=16).map(|line| (PATH, line)).collect::<Vec<_>>());
    std::thread::scope(|scope| {
        for run in 1..=3 {
            let (shop, told) = (&shop, &told);
            scope.spawn(move || shop.tell(run, told));
        }
    });
    assert_eq!(states(&shop), ["gitops-gate failure"]);
    let comments = shop.comments();
    assert!(comments.len() == 1 && comments[0].2.contains("run=3.1"), "{comments:?}");
    // Whatever they have done to each other at lines, the next run leaves one thread for each finding.
    let posted = shop.tell(4, &told);
    assert!(posted.is_complete(), "{posted:?}");
    let open = shop.threads().into_iter().filter(|thread| !thread.ends_with("resolved")).count();
    assert_eq!((open, shop.drafts()), (16, 0), "{:?}", shop.threads());
}

#[test]
fn lines_that_are_not_in_the_diff_or_not_in_the_file() {
    let Some(shop) = Shop::open(PATH, GOOD, &half()) else { return };
    let told = Told::errors(&[(PATH, 1), (PATH, 17), ("apps/gone.yaml", 4), (PATH, 16)]);
    let posted = shop.tell(1, &told);
    assert!(posted.is_complete() && posted.annotations == 4, "{posted:?}");
    // Behind the end of the file: a comment on the whole file.
    assert_eq!(
        shop.threads(),
        ["apps/gone.yaml:4", "apps/web.yaml:0", "apps/web.yaml:1", "apps/web.yaml:16"]
    );
    assert_eq!(shop.drafts(), 0);
    let posted = shop.tell(2, &told);
    assert_eq!((posted.annotations, posted.resolved, posted.is_complete()), (0, 0, true), "{posted:?}");
    let posted = shop.tell(3, &Told::pass());
    assert_eq!((posted.resolved, posted.is_complete()), (4, true), "{posted:?}");
}

#[test]
fn what_a_person_has_not_submitted_stays_so() {
    let Some(shop) = Shop::open(PATH, GOOD, &bad()) else { return };
    shop.draft("Is this right?");
    let run = shop.gate(1);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.stderr.contains("commenting on lines failed: the account of the token has an unsubmitted"),
        "{run:?}"
    );
    assert_eq!((states(&shop), shop.comments().len()), (vec!["gitops-gate failure".to_owned()], 1));
    assert_eq!((shop.drafts(), shop.reviews()), (1, vec![]));
}

#[test]
fn a_commit_without_a_pull_request_gets_its_status() {
    let Some(shop) = Shop::open(PATH, GOOD, &bad()) else { return };
    let mut target = shop.target(1);
    target.number = None;
    let posted = Told::errors(&[(PATH, 7)]).post(&target);
    assert!(posted.is_complete() && posted.signal && !posted.comment, "{posted:?}");
    assert_eq!(
        (shop.statuses(), shop.comments()),
        (vec!["gitops-gate failure: 1 findings.".to_owned()], vec![])
    );
}
