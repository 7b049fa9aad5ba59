//! No part of a secret may leave the policy.

use gate_sdk::{Context, Document, Operation, Source, evaluate};
use policy_plaintext_secrets::PlaintextSecrets;

/// Stands in every value below, and in nothing else.
const SECRET: &str = "k3Vq82hdkPq01zzT";

#[test]
fn no_message_holds_the_secret() {
    let texts = [
        r#"{"kind": "Secret", "stringData": {"a": "$", "b": "x\npassword=$\n"}}"#,
        r#"{"kind": "ConfigMap", "data": {"password": "$", "u": "http://a:$@h", "t": "glpat-$9x7w", "f": "token=$\n"}}"#,
        r#"{"spec": {"args": ["--password=$", "--token", "$"], "env": [{"name": "API_KEY", "value": "$"}]}}"#,
        r#"{"secretGenerator": [{"literals": ["A=$"]}]}"#,
    ];
    let context = Context::default();
    for (text, expected) in texts.into_iter().zip([2, 4, 3, 1]) {
        let object = text.replace('$', SECRET);
        let source = Source { object: Some(object), ..Source::default() };
        let document = Document::new(0, Operation::Create, source, &context);
        let findings = evaluate::<PlaintextSecrets>("{}", &[document]).unwrap_or_default();
        assert_eq!(findings.len(), expected, "{findings:#?}");
        for finding in findings {
            assert!(finding.sensitive, "{finding:?}");
            let shown = format!("{} {:?} {:?}", finding.message, finding.properties, finding.fix);
            assert!(!shown.contains(&SECRET[..6]), "{shown}");
        }
    }
}
