//! Waivers of `gate.yaml`: what they cover, how long, and what a change can do with its own. The commits of the harness are
//! of 2026-01-02.

use gate_tests::{Run, TestRepo};
use serde_json::Value;

use crate::{DEPLOYMENT, gate, shop};

const CHECK: [&str; 4] = ["check", "--base", "main", "--format=json"];
const LATEST: &str = "image-tags/mutable-image-tag@apps/web.yaml:16:18 introduced";

/// An entry of `waivers`; what is not in `fields` is as usual.
pub(crate) fn waiver(fields: &str) -> String {
    let usual = [
        ("rule", "image-tags/*"),
        ("path", "apps/**"),
        ("reason", "vendor"),
        ("owner", "team"),
        ("expires", "2027-01-31"),
    ];
    let has = |key: &str| fields.split(", ").any(|field| field.starts_with(&format!("{key}: ")));
    let rest = usual.iter().filter(|(key, _)| !has(key)).map(|(key, value)| format!("{key}: \"{value}\""));
    let all: Vec<String> = rest.chain((!fields.is_empty()).then(|| fields.to_owned())).collect();
    format!("  - {{ {} }}\n", all.join(", "))
}

fn waivers(of: &[&str]) -> String {
    format!("waivers:\n{}", of.iter().map(|fields| waiver(fields)).collect::<String>())
}

/// `main` has the shop and `base` as its `gate.yaml`; the branch has `latest` as its tag, and `head` as its `gate.yaml`.
fn change(base: &str, head: &str) -> TestRepo {
    let repo = shop();
    repo.write("gate.yaml", base).commit("gate");
    let bad = DEPLOYMENT.replace("web:1.2.3", "web:latest");
    repo.branch("pr").write("apps/web.yaml", bad).write("gate.yaml", head).commit("change");
    repo
}

/// Each finding in one line, with its waiver.
pub(crate) fn findings(run: &Run) -> Vec<String> {
    let report = run.json();
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let line = |(finding, line): (&Value, String)| {
        let waived = &finding["waived"];
        let by =
            (!waived.is_null()).then(|| format!(" by {} {}", text(&waived["origin"]), text(&waived["at"])));
        let not = finding["unwaived"]["why"].as_str().map(|why| format!(" not: {why}"));
        format!("{line}{}{}", by.unwrap_or_default(), not.unwrap_or_default())
    };
    findings.iter().zip(run.findings()).map(line).collect()
}

pub(crate) fn notices(run: &Run) -> Vec<String> {
    let report = run.json();
    let all = report["coverage"]["notices"].as_array().cloned().unwrap_or_default();
    let text = |notice: &Value| notice.as_str().unwrap_or_default().to_owned();
    all.iter().map(text).filter(|notice| notice.contains("waiver")).collect()
}

/// The message and the hint of the finding of a rule.
pub(crate) fn told(run: &Run, rule: &str) -> (String, String) {
    let report = run.json();
    let all = report["findings"].as_array().cloned().unwrap_or_default();
    let found = all.iter().find(|finding| finding["rule"] == rule).cloned().unwrap_or_default();
    let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
    (text("message"), text("hint"))
}

#[test]
fn a_waiver_for_a_container_lets_no_other_container_pass() {
    let repo = shop();
    repo.write("gate.yaml", waivers(&["container: proxy*"])).commit("gate");
    let pod = "      initContainers:\n        - name: setup\n          image: example.com/setup:latest\n      containers:\n        \
               - image: example.com/proxy:latest\n          name: proxy-1\n";
    let bad = DEPLOYMENT.replace("      containers:\n", pod).replace("web:1.2.3", "web:latest");
    repo.branch("pr").write("apps/web.yaml", bad).commit("latest");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(
        findings(&run),
        [
            "image-tags/mutable-image-tag@apps/web.yaml:16:18 introduced",
            "image-tags/mutable-image-tag@apps/web.yaml:18:18 introduced by configuration gate.yaml:2:5",
            "image-tags/mutable-image-tag@apps/web.yaml:21:18 introduced",
        ],
        "{run:?}"
    );
}

#[test]
fn a_waiver_that_the_change_brings_is_shown_and_does_not_hold() {
    let run_of = |base: &str, head: &str| {
        let run = gate().run(change(base, head).path(), &CHECK);
        (run.code, findings(&run), notices(&run))
    };
    let brought = |at: &str, scope: &str, number: &str| {
        format!(
            "the waiver of {scope} at gate.yaml:{at} comes with this change: it would let {number} of it pass once \
             merged, and lets none pass now"
        )
    };
    let not = vec![format!("{LATEST} not: from-change")];
    // New, in the first gate.yaml, wider in each of its parts, and longer.
    let usual = waivers(&[""]);
    assert_eq!(
        run_of("{}", &usual),
        (1, not.clone(), vec![brought("2:5", "image-tags/* at apps/**", "1 finding")])
    );
    for (base, head, scope) in [
        (
            "rule: image-tags/x",
            "rule: image-tags/mutable-image-tag",
            "image-tags/mutable-image-tag at apps/**",
        ),
        ("path: other/**", "path: '**'", "image-tags/* at **"),
        ("object: Deployment/x", "object: Deployment/*", "image-tags/* at apps/** for Deployment/*"),
        ("container: x", "container: w*", "image-tags/* at apps/** in container w*"),
    ] {
        let (code, found, told) = run_of(&waivers(&[base]), &waivers(&[head]));
        assert_eq!((code, found.contains(&not[0])), (1, true), "{base}: {found:?}");
        assert_eq!(told, [brought("2:5", scope, "1 finding")], "{base}");
    }
    let (code, found, told) = run_of(&waivers(&["expires: 2026-01-01"]), &waivers(&["expires: 2026-02-01"]));
    assert_eq!((code, told.len()), (1, 1), "{told:?}");
    // That it is renewed says more than that it is expired.
    assert_eq!(found, [not[0].clone(), "waiver/expired@gate.yaml:2:5 fixed".to_owned()]);
    // One that holds already and is prolonged holds on, by the base's word.
    let (code, found, told) = run_of(&usual, &waivers(&["expires: 2028-01-31"]));
    assert_eq!((code, found), (0, vec![format!("{LATEST} by configuration gate.yaml:2:5")]));
    assert_eq!(told, [brought("2:5", "image-tags/* at apps/**", "no finding")]);
    // The same waiver, shorter or with other words, is none that the change brings.
    for same in ["expires: 2026-06-01", "reason: because", "owner: others"] {
        assert_eq!(run_of(&usual, &waivers(&[same])).2, [""; 0], "{same}");
    }
    // The base's own waiver holds although the change takes it away.
    assert_eq!(run_of(&usual, "{}").0, 0);
}

#[test]
fn the_text_says_beside_a_finding_why_its_waiver_does_not_hold() {
    let repo = change("{}", &waivers(&[""]));
    let sentence = "the waiver at gate.yaml:2:5 comes with this change: it would let this pass once merged \
                    (`waivers-from-change` is not set)";
    for format in ["text", "markdown", "junit", "sarif", "json"] {
        let run = gate().run(repo.path(), &["check", "--base=main", "--format", format]);
        // Markdown sets what looks like code as code.
        let plain = run.stdout.replace('`', "").replace("\\u0060", "");
        assert!(plain.contains(&sentence.replace('`', "")), "{format}: {}", run.stdout);
    }
}

#[test]
fn the_base_may_let_waivers_of_the_change_hold_at_once() {
    let allowed = "waivers-from-change: true\n";
    let run = gate().run(change(allowed, &format!("{allowed}{}", waivers(&[""]))).path(), &CHECK);
    assert_eq!((run.code, findings(&run)), (0, vec![format!("{LATEST} by change gate.yaml:3:5")]), "{run:?}");
    assert_eq!(
        notices(&run),
        [
            "the waiver of image-tags/* at apps/** at gate.yaml:3:5 comes with this change: it lets 1 finding of it pass, as \
          `waivers-from-change` allows"
        ]
    );
    // Head's word for it is no word; an expired one is none either; and nothing is above `not-waivable`.
    let run = gate().run(change("{}", &format!("{allowed}{}", waivers(&[""]))).path(), &CHECK);
    assert_eq!((run.code, findings(&run)), (1, vec![format!("{LATEST} not: from-change")]));
    let expired = format!("{allowed}{}", waivers(&["expires: 2026-01-01"]));
    let run = gate().run(change(allowed, &expired).path(), &CHECK);
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(
        findings(&run),
        [format!("{LATEST} not: expired"), "waiver/expired@gate.yaml:3:5 introduced".into()]
    );
    let fixed = "waivers-from-change: true\nnot-waivable: [image-tags/mutable-image-tag]\n";
    let run = gate().run(change(fixed, &format!("{allowed}{}", waivers(&[""]))).path(), &CHECK);
    assert_eq!((run.code, findings(&run)), (1, vec![format!("{LATEST} not: not-waivable")]), "{run:?}");
}

#[test]
fn a_rule_that_cannot_be_waived_counts_in_spite_of_a_pattern() {
    let fixed = "not-waivable: ['image-tags/mutable-*']\n";
    let base = format!("{fixed}{}", waivers(&[""]));
    let run = gate().run(change(&base, &base).path(), &CHECK);
    assert_eq!((run.code, findings(&run)), (1, vec![format!("{LATEST} not: not-waivable")]), "{run:?}");
    let text = gate().run(change(&base, &base).path(), &["check", "--base=main"]).stdout;
    assert!(
        text.contains("= waiver: the waiver at gate.yaml:3:5 does not hold for this rule: `not-waivable` has `image-tags/mutable-*`"),
        "{text}"
    );
    // Named one by one, it is a mistake of the file: of the base's, nothing is judged, of the change's, it is incomplete.
    let wrong = format!("{fixed}{}", waivers(&["rule: image-tags/mutable-image-tag"]));
    let run = gate().run(change(&wrong, &wrong).path(), &CHECK);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("gate.yaml:3:"), "{run:?}");
    assert!(run.stderr.contains("`image-tags/mutable-image-tag` cannot be waived"), "{run:?}");
    let run = gate().run(change("{}", &wrong).path(), &CHECK);
    assert_eq!((run.code, run.json()["verdict"].as_str()), (1, Some("fail")), "{run:?}");
    assert!(run.json()["failures"][0]["message"].as_str().unwrap().contains("cannot be waived"), "{run:?}");
}

#[test]
fn an_expired_waiver_is_a_finding_and_what_it_covered_counts_again() {
    // The last day is the day of the head commit, and then the day before.
    for (expires, code, expected) in [
        ("2026-01-02", 0, vec![format!("{LATEST} by configuration gate.yaml:2:5")]),
        (
            "2026-01-01",
            1,
            vec![format!("{LATEST} not: expired"), "waiver/expired@gate.yaml:2:5 existing".to_owned()],
        ),
    ] {
        let base = waivers(&[&format!("expires: {expires}")]);
        let repo = change(&base, &base);
        let run = gate().run(repo.path(), &CHECK);
        assert_eq!((run.code, findings(&run)), (code, expected), "{run:?}");
        if code == 1 {
            assert_eq!(
                told(&run, "waiver/expired"),
                (
                    "the waiver of `image-tags/* at apps/**` (vendor) expired on 2026-01-01 (owner team); 1 finding of \
                     this run that it covered counts again"
                        .to_owned(),
                    "mend what it covered and remove it, or agree with its owner on a new last day".to_owned()
                )
            );
        }
    }
    let base = waivers(&["expires: 2026-01-01"]);
    let repo = change(&base, &base);
    let run = gate().run(repo.path(), &["check", "--all", "--format=json"]);
    let present = LATEST.replace("introduced", "present");
    assert_eq!(
        (run.code, findings(&run)),
        (1, vec![format!("{present} not: expired"), "waiver/expired@gate.yaml:2:5 present".to_owned()]),
        "{run:?}"
    );
    assert_eq!(run.json()["findings"][1]["severity"], "warning");
    for format in ["text", "markdown", "junit", "sarif", "gitlab", "github", "azure"] {
        let run = gate().run(repo.path(), &["check", "--all", "--format", format]);
        let mark = if format == "junit" { "waiver.expired" } else { "expired" };
        assert!(run.stdout.contains(mark) && run.stdout.contains("gate.yaml"), "{format}: {}", run.stdout);
    }
    // A waiver that does not block may be made to: by the severity that blocks.
    let alone = format!("block-on: warning\n{}", waivers(&["expires: 2026-01-01"]));
    let repo = shop();
    repo.write("gate.yaml", alone).commit("gate");
    let run = gate().run(repo.path(), &["check", "--all", "--format=json"]);
    assert_eq!(
        (run.code, findings(&run)),
        (1, vec!["waiver/expired@gate.yaml:3:5 present".to_owned()]),
        "{run:?}"
    );
}

#[test]
fn a_waiver_that_nothing_needs_is_a_finding_where_that_can_be_known() {
    let base =
        waivers(&["object: Deployment/shop/web", "path: gone/**", "path: apps/web.yaml, container: other"]);
    let repo = change(&base, &base);
    let run = gate().run(repo.path(), &["check", "--all", "--format=json"]);
    let present = LATEST.replace("introduced", "present");
    let unused = |line: u32, status: &str| format!("waiver/unused@gate.yaml:{line}:5 {status}");
    assert_eq!(
        (run.code, findings(&run)),
        (
            0,
            vec![
                format!("{present} by configuration gate.yaml:2:5"),
                unused(3, "present"),
                unused(4, "present")
            ]
        ),
        "{run:?}"
    );
    assert_eq!(
        told(&run, "waiver/unused").0,
        "nothing needs the waiver of `image-tags/* at gone/**` (vendor): its `path` matches no file"
    );
    // Half a run, a part of the tree and a change know only of files that are not there.
    for (arguments, expected) in [
        (&["check", "--all", "--format=json", "--policies-only"][..], vec![unused(3, "present")]),
        (&["check", "--all", "--format=json", "--schemas-only"], vec![unused(3, "present")]),
        (&["check", "apps", "--format=json"], vec![]),
        (&CHECK, vec![unused(3, "existing")]),
    ] {
        let run = gate().run(repo.path(), arguments);
        let about: Vec<String> =
            findings(&run).into_iter().filter(|line| line.starts_with("waiver/")).collect();
        assert_eq!(about, expected, "{arguments:?}");
    }
    // A change that removes the last file has brought the idle waiver, and mends it by removing the waiver.
    let repo = shop();
    repo.write("gone/a.yaml", "a: 1\n").write("gate.yaml", &base).commit("gate");
    repo.branch("pr").remove("gone/a.yaml").commit("remove");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!((run.code, findings(&run)), (0, vec![unused(3, "introduced")]), "{run:?}");
    repo.write("gate.yaml", waivers(&["object: Deployment/shop/web"])).commit("tidy");
    let run = gate().run(repo.path(), &CHECK);
    assert_eq!((run.code, findings(&run)), (0, vec![]), "{run:?}");
}

#[test]
fn a_waiver_of_a_rule_that_does_not_exist_is_a_finding() {
    let base = waivers(&["rule: image-tags/mutable-tag", "rule: imagetags/*", "rule: '*/mutable-*'"]);
    let run = gate().run(change(&base, &base).path(), &CHECK);
    assert_eq!(
        findings(&run),
        [
            format!("{LATEST} by configuration gate.yaml:4:5"),
            "waiver/unknown-rule@gate.yaml:2:5 existing".to_owned(),
            "waiver/unknown-rule@gate.yaml:3:5 existing".to_owned(),
        ],
        "{run:?}"
    );
    let run = gate().run(change("{}", &base).path(), &CHECK);
    let brought: Vec<String> =
        findings(&run).into_iter().filter(|line| line.ends_with("introduced")).collect();
    assert_eq!(brought.len(), 2, "{run:?}");
    assert_eq!(
        told(&run, "waiver/unknown-rule").0,
        "the waiver of `image-tags/mutable-tag at apps/**` (vendor) is for no rule of the gate or of its policies"
    );
    // Without its policies, the gate knows no rules of theirs.
    let run = gate().run(change(&base, &base).path(), &[&CHECK[..], &["--schemas-only"]].concat());
    assert_eq!(findings(&run), [""; 0], "{run:?}");
}

#[test]
fn waivers_that_a_hostile_change_brings_stay_few_words() {
    let evil = "\\e[31m\\u202e ::error::x ##vso[task.x]y <script> @everyone";
    let many: String = (0..600)
        .map(|at| waiver(&format!("path: 'p{at}/**', reason: \"{evil}\", owner: \"{evil}\"")))
        .collect();
    let repo = change("{}", &format!("waivers:\n{many}{}", waiver("rule: '*/*', path: '**'")));
    for format in ["text", "json", "markdown", "sarif", "junit", "github", "azure", "gitlab"] {
        let run = gate().run(repo.path(), &["check", "--base=main", "--format", format]);
        assert_eq!(run.code, 1, "{format}");
        assert!(
            !run.stdout.contains(['\u{1b}', '\u{202e}']) && !run.stdout.contains("##vso[task.x]"),
            "{format}"
        );
    }
    let run = gate().run(repo.path(), &CHECK);
    // 20 of 500 are told, then how many more, and that not all were looked at.
    assert_eq!(notices(&run).len(), 22, "{:?}", notices(&run));
    assert!(notices(&run)[20].starts_with("480 more waivers"), "{:?}", notices(&run));
}
