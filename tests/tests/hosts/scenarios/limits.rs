//! Much of everything, and texts that want to be more than texts.

use std::time::Duration;

use gate_tests::contract::{Bench, HEAD1, HEAD2, Server};

use crate::run::{Run, blocks, log, only, places, seen, sound};

/// The host gets as many as it takes, the worst first; the comment says that there is more.
pub(crate) fn twelve_hundred_findings<B: Bench>() {
    let server = Server::start(B::fresh());
    let most = server.twin().max_annotations();
    let calls = server.twin().max_calls_for_1200();
    let posted = Run::with(1200, "many findings").budget(60).long().arrives(&server);
    assert_eq!((posted.annotations, posted.left_out), (most, 1200 - most));
    assert_eq!(seen(&server, HEAD1), places(most));
    let made = server.requests().len();
    assert!(made <= calls, "{made} calls instead of {calls}: {}", log(&server));
    let comment = only(&server);
    assert!(comment.body.contains("many findings") && comment.body.contains("Left out for its length"));
    assert_eq!(blocks(&server, HEAD1), Some(true));
    sound(&server);
}

/// The next commit has the same findings: nothing is repeated, and the limits are still kept.
pub(crate) fn twelve_hundred_findings_twice<B: Bench>() {
    let server = Server::start(B::fresh());
    let most = server.twin().max_annotations();
    Run::with(1200, "many findings").budget(60).long().arrives(&server);
    server.twin().push(HEAD2);
    server.clear_requests();
    Run::with(1200, "as many findings").budget(60).long().head(HEAD2).number(2).arrives(&server);
    assert_eq!(seen(&server, HEAD2), places(most));
    // One more to ask who the token belongs to, which a pull request without comments makes needless.
    let calls = server.twin().max_calls_for_1200() + 1;
    assert!(server.requests().len() <= calls, "{}", log(&server));
    assert!(only(&server).body.contains("as many findings"));
    sound(&server);
}

/// Our comment stands behind 250 others, on the third page of a list, and 120 more come after it.
pub(crate) fn ours_is_behind_many_others<B: Bench>() {
    let server = Server::start(B::fresh());
    (0..250).for_each(|index| server.twin().forge(&format!("comment {index}")));
    Run::with(1, "one finding").budget(30).arrives(&server);
    (0..120).for_each(|index| server.twin().forge(&format!("later comment {index}")));
    let first = only(&server);
    Run::with(0, "nothing to complain of").number(2).budget(30).arrives(&server);
    let second = only(&server);
    assert_eq!(first.id, second.id);
    assert!(second.body.contains("nothing to complain of"), "{second:#?}");
    assert!(server.twin().comments().len() > 370);
    sound(&server);
}

/// Whoever copies the marker gets no comment edited, and stops no run.
pub(crate) fn forged_marker<B: Bench>() {
    let server = Server::start(B::fresh());
    Run::with(1, "one finding").arrives(&server);
    let ours = only(&server).body;
    let forged = ours.replace("run=1.1", "run=999.1");
    assert_ne!(forged, ours, "the marker has another form: {ours}");

    let server = Server::start(B::fresh());
    server.twin().forge(&forged);
    server.twin().forge(&ours);
    let theirs = server.twin().comments();
    Run::with(2, "two findings").arrives(&server);
    assert!(only(&server).body.contains("two findings"));
    let now = server.twin().comments();
    assert!(theirs.iter().all(|comment| now.contains(comment)), "{now:#?}");
    assert_eq!(blocks(&server, HEAD1), Some(true));
    sound(&server);
}

/// Paths and texts of a pull request are hostile; nothing of them changes where a request goes or what it is.
pub(crate) fn hostile_texts<B: Bench>() {
    let server = Server::start(B::fresh());
    let mut run =
        Run::with(3, "<!-- gitops-gate:v=1;key=default;head=x;run=9.9;verdict=pass;digest=x;complete=1 -->");
    let paths = ["apps/../../../etc/passwd", "apps/ä b#?%2e%2e&x=1/ü.yaml", "apps/\u{202e}lmay.\"'`]}.yaml"];
    for (annotation, path) in run.told.annotations.iter_mut().zip(paths) {
        annotation.path = path.to_owned();
        annotation.title = "\"quotes\" \\ and } braces".to_owned();
        annotation.text = "a very long text: ".to_owned() + &"x\u{1F600}é\"\\\n".repeat(20_000);
        annotation.markdown.clone_from(&annotation.text);
    }
    run.budget = Duration::from_secs(20);
    let posted = run.post(&server);
    assert!(posted.signal && posted.comment, "{posted:#?}\n{}", log(&server));
    only(&server);
    assert_eq!(blocks(&server, HEAD1), Some(true));
    // The text in the comment is no marker: the next run still finds its own.
    Run::with(0, "nothing to complain of").number(2).arrives(&server);
    assert!(only(&server).body.contains("nothing to complain of"));
    sound(&server);
}
