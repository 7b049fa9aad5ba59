//! The JSON report, read back: what the gate writes, it takes, and nothing is lost but byte spans and what no output shows.

use proptest::prelude::*;

use super::hostile_tests::{filled, hostile_text};
use super::sink_tests::many;
use super::{Format, RenderOptions, render, sample};
use crate::model::{Report, Waived};

fn json(report: &Report) -> String {
    render(report, Format::Json, &RenderOptions { verbose: true, ..RenderOptions::default() })
}

/// What JSON can hold of a report: bytes of a path that are no text are written out, a line has no break.
fn written(mut report: Report) -> Report {
    for resource in report.coverage.resources.iter_mut().flat_map(|resources| &mut resources.list) {
        resource.path = resource.path.to_string().as_str().into();
    }
    let places = report.findings.iter_mut().map(|finding| &mut finding.location);
    for location in places.chain(report.failures.iter_mut().filter_map(|failure| failure.location.as_mut())) {
        location.path = location.path.to_string().as_str().into();
        for line in location.excerpt.iter_mut().flat_map(|excerpt| &mut excerpt.lines) {
            *line = line.replace('\n', " ");
        }
    }
    report
}

#[test]
fn what_the_gate_writes_it_reads() {
    for report in [sample::report(), sample::empty(), many(1_200)] {
        let report = written(report);
        let text = json(&report);
        let read = Report::from_json(text.as_bytes()).unwrap();
        assert!(json(&read) == text, "the same bytes again");
    }
    for report in [sample::empty(), many(40)] {
        let read = Report::from_json(json(&report).as_bytes()).unwrap();
        assert_eq!(read.findings, report.findings);
        assert_eq!((read.counts, read.verdict, read.change), (report.counts, report.verdict, report.change));
    }
}

#[test]
fn every_format_is_the_same_after_reading() {
    let report = written(sample::report());
    let read = Report::from_json(json(&report).as_bytes()).unwrap();
    for format in Format::ALL {
        // Its fingerprints of failures are made of text that is not cleaned yet.
        if format == Format::Gitlab {
            continue;
        }
        let options = RenderOptions::default();
        assert!(render(&read, format, &options) == render(&report, format, &options), "{format:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn hostile_text_is_read_as_it_is_written(text in hostile_text()) {
        let mut report = filled(&text);
        for finding in &mut report.findings {
            finding.location.path = "a.yaml".into();
            finding.related.iter_mut().for_each(|related| related.location.path = "b.yaml".into());
            if let Some(waived) = &mut finding.waived {
                *waived = Waived { expires: "2027-01-31".to_owned(), ..waived.clone() };
            }
        }
        for failure in &mut report.failures {
            failure.location.iter_mut().for_each(|location| location.path = "c.yaml".into());
        }
        for resource in &mut report.coverage.resources.as_mut().unwrap().list {
            resource.path = "d.yaml".into();
        }
        let text = json(&report);
        let read = Report::from_json(text.as_bytes());
        let read = read.map_err(|error| TestCaseError::fail(error.to_string()))?;
        // Cleaned keys may have another order.
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        prop_assert_eq!(value(&json(&read)), value(&text));
    }
}
