//! Any bytes as a saved report: refused in one clean line, or a report that agrees with itself, has clean text, and comes back
//! the same when it is written and read again.
#![no_main]

use gate_fuzz::model::{Counts, Report, Verdict};
use gate_fuzz::text::{clean, clean_line};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let report = match Report::from_json(bytes) {
        Ok(report) => report,
        Err(error) => {
            let text = error.to_string();
            assert_eq!(text, clean_line(&text));
            return;
        }
    };
    let counts = Counts::of(&report.findings, report.block_on);
    assert_eq!(counts, report.counts);
    assert_eq!(Verdict::of(&counts, &report.failures), report.verdict);
    assert_eq!(report.verdict.exit_code(), report.exit_code);
    let places = report.findings.iter().map(|finding| &finding.location);
    for location in places.chain(report.failures.iter().filter_map(|failure| failure.location.as_ref())) {
        let path = location.path.as_str().expect("a path is text");
        assert!(path.split('/').all(|segment| !matches!(segment, "" | "." | "..")), "{path:?}");
        assert!((1, 1) <= (location.start.line, location.start.column) && location.start <= location.end);
    }
    let written = serde_json::to_string(&report).expect("a report is JSON");
    let value: serde_json::Value = serde_json::from_str(&written).expect("JSON");
    assert_clean(&value);
    assert_eq!(Report::from_json(written.as_bytes()), Ok(report));
});

fn assert_clean(value: &serde_json::Value) {
    match value {
        serde_json::Value::String(text) => assert_eq!(text, &clean(text)),
        serde_json::Value::Array(items) => items.iter().for_each(assert_clean),
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                assert_eq!(key, &clean(key));
                assert_clean(value);
            }
        }
        _ => {}
    }
}
