//! The texts of an annotation at a line of a pull request, for the programs and the people of a Git host.

use super::issues::{self, Issue};
use super::markdown::blocks;
use crate::model::{CheckFailure, Finding};

/// The texts of an annotation, all of them clean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotated {
    /// The rule; `incomplete/` and the kind for a check that could not finish.
    pub rule: String,
    /// Plain text, one line.
    pub title: String,
    /// Plain text, some lines: what is wrong, in which object, what to do.
    pub text: String,
    /// The same as Markdown without HTML; nothing from the repository is a link, a mention or a reference in it.
    pub markdown: String,
}

/// What is said of a finding at its line.
pub fn annotation_of_finding(finding: &Finding) -> Annotated {
    let Issue { code, lines, .. } = issues::of_finding(finding);
    Annotated { title: code.clone(), rule: code, text: lines.join("\n"), markdown: blocks::comment(finding) }
}

/// What is said of a check that could not finish, at the line where it could not.
pub fn annotation_of_failure(failure: &CheckFailure) -> Annotated {
    let Issue { code, lines, .. } = issues::of_failure(failure);
    Annotated {
        rule: format!("incomplete/{code}"),
        title: "check could not finish".to_owned(),
        text: lines.join("\n"),
        markdown: blocks::failure_comment(failure),
    }
}

#[cfg(test)]
mod tests {
    use super::super::hostile_tests::{EVIL, filled};
    use super::super::markdown::tests::assert_sound;
    use super::super::sample;
    use super::*;

    #[test]
    fn texts_of_a_finding_and_of_a_failure() {
        let report = sample::report();
        let found = annotation_of_finding(&report.findings[1]);
        assert_eq!(
            (found.rule.as_str(), found.title.as_str()),
            ("image-tags/mutable-image-tag", found.rule.as_str())
        );
        let lines: Vec<&str> = found.text.lines().collect();
        assert!(lines[0].starts_with("image `nginx:latest` has a tag that moves: what runs in prod"));
        let hint = "hint: name a version that does not move, such as `nginx:1.27.3`";
        assert_eq!(lines[1..], ["object: Deployment/shop/web", hint]);
        let expected = "\n\n- object: `Deployment/shop/web` in `apps/v1`\n- environment: `prod`\n- hint: name a version \
                        that does not move, such as `nginx:1.27.3`\n- fix: use the version of stage";
        assert!(
            found.markdown.starts_with("**error** `image-tags/mutable-image-tag`: image `nginx:latest` has")
        );
        assert!(found.markdown.ends_with(expected), "{}", found.markdown);
        let failed = annotation_of_failure(&report.failures[0]);
        assert_eq!(
            (failed.rule.as_str(), failed.title.as_str()),
            ("incomplete/syntax", "check could not finish")
        );
        assert!(
            failed
                .text
                .starts_with("check could not finish: manifest: mapping values are not allowed here\n")
        );
        assert!(
            failed
                .markdown
                .starts_with("**incomplete** `manifest`: mapping values are not allowed here\n\n- to do: ")
        );
    }

    #[test]
    fn hostile_text_is_tame_and_short() {
        for text in EVIL.map(str::to_owned).into_iter().chain([
            EVIL.concat(),
            EVIL.concat().repeat(100),
            "😀@".repeat(9_000),
        ]) {
            let report = filled(&text);
            let all = report
                .findings
                .iter()
                .map(annotation_of_finding)
                .chain(report.failures.iter().map(annotation_of_failure));
            for Annotated { rule, title, text, markdown } in all {
                for plain in [&rule, &title] {
                    assert_eq!(plain, &crate::text::clean_line(plain));
                }
                for text in [&text, &markdown] {
                    assert_eq!(text, &crate::text::clean(text));
                    assert!(
                        !text.lines().any(|line| line.trim_start().starts_with("::"))
                            && !text.contains("##vso[")
                    );
                }
                assert_sound(&markdown);
                assert!(markdown.len() < 10_240, "{}", markdown.len());
            }
        }
    }
}
