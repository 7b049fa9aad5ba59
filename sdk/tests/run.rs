//! A policy of a few lines, run as the gate runs it: hostile documents, deletions, embedded JSON, settings.

use gate_sdk::{
    Context, Document, Failure, Findings, Metadata, NoSettings, Operation, Policy, SettingsIssue, Source,
    check_settings, evaluate,
};

gate_sdk::rules! {
    /// ### What it does
    /// Finds the key `bad`, also in JSON inside of strings.
    pub BAD_KEY = error "bad-key": "Bad key";
}

struct NoBadKeys;

impl Policy for NoBadKeys {
    type Settings = NoSettings;
    const METADATA: Metadata =
        Metadata { rules: RULES, ..Metadata::new("no-bad-keys", "0.1.0", "No bad keys") };

    fn new(_: NoSettings) -> Result<Self, Vec<SettingsIssue>> {
        Ok(Self)
    }

    fn check(&self, document: &Document<'_>, findings: &mut Findings) {
        for root in [document.object(), document.old_object()].into_iter().flatten() {
            for visit in root.walk() {
                if visit.key == Some("bad") {
                    findings.at(visit.value, &BAD_KEY, "here");
                }
                if let Some(inner) =
                    visit.value.embedded().ok().as_ref().and_then(|json| json.root().get("bad"))
                {
                    findings.at(inner, &BAD_KEY, "inside");
                }
            }
        }
    }
}

fn pointers(
    operation: Operation,
    object: Option<&str>,
    old: Option<&str>,
) -> Result<Vec<Option<String>>, Failure> {
    let context = Context::default();
    let source =
        Source { object: object.map(str::to_owned), old_object: old.map(str::to_owned), promoted_from: None };
    let document = Document::new(7, operation, source, &context);
    let findings = evaluate::<NoBadKeys>("{}", &[document])?;
    assert!(findings.iter().all(|finding| finding.document == 7 && finding.rule == "bad-key"));
    Ok(findings.into_iter().map(|finding| finding.pointer).collect())
}

#[test]
fn a_pointer_comes_with_the_value() {
    let found = pointers(Operation::Create, Some(r#"{"a/b": [{"bad": 1}]}"#), None);
    assert_eq!(found, Ok(vec![Some("/a~1b/0/bad".to_owned())]));
}

#[test]
fn only_a_deletion_has_pointers_into_the_old_object() {
    let found = pointers(Operation::Delete, None, Some(r#"{"bad": 1}"#));
    assert_eq!(found, Ok(vec![Some("/bad".to_owned())]));
    let found = pointers(Operation::Update, Some("{}"), Some(r#"{"bad": 1}"#));
    assert_eq!(found, Ok(vec![None]));
}

#[test]
fn a_value_inside_a_string_is_found_at_the_string() {
    let found = pointers(Operation::Create, Some(r#"{"x": "{\"bad\": 1}"}"#), None);
    assert_eq!(found, Ok(vec![Some("/x".to_owned())]));
}

#[test]
fn a_document_that_is_no_json_is_an_error_and_no_pass() {
    for text in ["", "{", "{\"a\": 1,}", "\u{0}", &"[".repeat(20_000)] {
        let found = pointers(Operation::Create, Some(text), None);
        assert!(
            matches!(&found, Err(Failure::Other(message)) if message.starts_with("document 7: ")),
            "{found:?}"
        );
    }
}

#[test]
fn settings_are_checked() {
    assert_eq!(check_settings::<NoBadKeys>(""), []);
    let issues = check_settings::<NoBadKeys>(r#"{"x": 1}"#);
    assert_eq!(issues.iter().map(|issue| issue.pointer.as_str()).collect::<Vec<_>>(), ["/x"]);
    assert!(!check_settings::<NoBadKeys>("{").is_empty());
    assert_eq!(
        BAD_KEY.help_text(),
        "### What it does\nFinds the key `bad`, also in JSON inside of strings.\n"
    );
}

#[test]
fn images_that_kustomizations_set_are_an_extension_of_the_document() {
    let context = Context::default();
    let images = |extensions: Option<&str>| {
        let mut document = Document::new(0, Operation::Create, Source::default(), &context);
        document.extensions = extensions.map(str::to_owned);
        document.kustomize_images()
    };
    assert_eq!(
        images(Some(r#"{"kustomize-images": ["shop/web", "shop/log"], "later": 1}"#)),
        ["shop/web", "shop/log"]
    );
    for nothing in [None, Some("{}"), Some("[a.yaml"), Some(r#"{"kustomize-images": {"a": ["b"]}}"#)] {
        assert!(images(nothing).is_empty(), "{nothing:?}");
    }
}
