//! What holds of every format: registered, documented, safe, the same on every run.

use super::{Format, RenderOptions, render, sample};

#[test]
fn formats_are_registered_once_and_documented() {
    let documentation = include_str!("../../../docs/output.md");
    let mut words: Vec<_> = Format::ALL.iter().map(|format| format.as_str()).collect();
    for format in Format::ALL {
        assert_eq!(Format::parse(format.as_str()), Some(format));
        assert!(!format.about().is_empty());
        assert!(
            documentation.contains(&format!("`{}`", format.as_str())),
            "{format:?} is not in docs/output.md"
        );
    }
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Format::ALL.len());
    assert_eq!(Format::parse("yaml"), None);
}

#[test]
fn every_format_is_safe_deterministic_and_ends_with_a_line_feed() {
    for format in Format::ALL {
        let (plain, verbose) = (
            RenderOptions::default(),
            RenderOptions { width: 80, verbose: true, summary: true, ..RenderOptions::default() },
        );
        for options in [plain, RenderOptions { width: 100, ..plain }, verbose] {
            for report in [sample::report(), sample::empty()] {
                let text = render(&report, format, &options);
                assert_eq!(text, render(&report, format, &options));
                assert!(text.ends_with('\n') && !text.ends_with("\n\n"));
                assert_safe(&text, format);
            }
        }
    }
}

fn assert_safe(text: &str, format: Format) {
    let cleaned = crate::text::clean(text);
    assert_eq!(text, cleaned, "{format:?}: control or bidirectional characters");
    // These two are commands; that they are no others is tested on hostile text.
    if matches!(format, Format::Github | Format::Azure) {
        return;
    }
    for line in text.lines() {
        assert!(!line.trim_start().starts_with("::"), "{format:?}: {line}");
    }
    for command in ["##vso[", "##["] {
        assert!(!text.contains(command), "{format:?}: {command}");
    }
}
