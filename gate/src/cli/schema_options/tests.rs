use super::*;
use crate::model::RepoPath;

fn options(set: impl FnOnce(&mut SchemaOptions)) -> Result<Wishes, CliError> {
    let mut options = SchemaOptions::default();
    set(&mut options);
    options.read(false)
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn message(error: &CliError) -> String {
    let mut out = Vec::new();
    error.write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn versions_are_read_as_people_write_them() {
    let words = owned(&["1.33.0", "v1.33.4+k3s1", " 1.34 ", "", "master"]);
    let wishes = options(|options| options.kubernetes_version = words).unwrap();
    let newest = SchemaSet::embedded().unwrap().newest().to_string();
    let found: Vec<String> = wishes.kubernetes.iter().map(ToString::to_string).collect();
    assert_eq!(found, ["1.33", "1.34", newest.as_str()]);
}

#[test]
fn versions_that_are_not_known_name_those_that_are() {
    for (word, expected) in [
        ("1.99", "the gate has no schemas of Kubernetes 1.99"),
        ("1.2", "the gate has no schemas of Kubernetes 1.2"),
        ("latest", "`--kubernetes-version latest` is no version of Kubernetes"),
        ("2.0", "`--kubernetes-version 2.0` is no version of Kubernetes"),
    ] {
        let error = options(|options| options.kubernetes_version = owned(&[word])).unwrap_err();
        let text = message(&error);
        assert!(text.contains(expected) && text.contains("the gate knows 1."), "{text}");
    }
}

#[test]
fn versions_beat_those_of_every_environment() {
    let file = b"kubernetes: \"1.30\"\nenvironments: {prod: {paths: [prod/**], kubernetes: \"1.31\"}}\n";
    let policies = ["image-tags", "plaintext-secrets", "no-direct-prod"];
    let known = crate::config::Known { policies: &policies, kubernetes: (11, 37) };
    let config = Config::parse(&"gate.yaml".into(), file, &known).unwrap();
    let wishes = options(|options| options.kubernetes_version = owned(&["1.32", "1.33"])).unwrap();
    let (config, source) = wishes.applied(&config, "here");
    assert_eq!(source, "here; command line: --kubernetes-version 1.32,1.33");
    for path in ["a.yaml", "prod/a.yaml"] {
        let environment = config.environment_of(&path.into());
        let found: Vec<u16> = config.kubernetes_of(environment).iter().map(|version| version.minor).collect();
        assert_eq!(found, [32, 33], "{path}");
    }
}

#[test]
fn kinds_without_a_schema_may_be_ignored() {
    let wishes = options(|options| options.ignore_missing_schemas = true).unwrap();
    let (config, _) = wishes.applied(&Config::default(), "");
    assert!(config.may_lack_schema("example.com/v1", "Widget") && config.may_lack_schema("v1", "Odd"));
    let (config, source) = Wishes::default().applied(&Config::default(), "here");
    assert_eq!((config.may_lack_schema("v1", "Odd"), source.as_str()), (false, "here"));
}

#[test]
fn names_of_kinds_are_checked_and_doubted() {
    let error = options(|options| options.skip = owned(&["apps/Deployment"])).unwrap_err();
    assert!(message(&error).contains("`--skip apps/Deployment` names no kind"));
    let wishes = options(|options| options.reject = owned(&["Secret", "Secrt", "Widget"])).unwrap();
    assert_eq!(wishes.notices.len(), 1);
    assert!(wishes.notices[0].ends_with("did you mean `Secret`?"), "{:?}", wishes.notices);
}

#[test]
fn expressions_are_bounded_and_their_mistakes_told() {
    let error = options(|options| options.ignore_filename_pattern = owned(&["ok", "a["])).unwrap_err();
    assert!(
        message(&error).contains("`--ignore-filename-pattern a[` cannot be used: unclosed character class")
    );
    let huge = owned(&["(a{1000}){1000}"]);
    let error = options(|options| options.ignore_filename_pattern = huge).unwrap_err();
    assert!(message(&error).contains("exceeds size limit"), "{}", message(&error));
    let wishes = options(|options| options.ignore_filename_pattern = owned(&["^a/", r"\.json$"])).unwrap();
    for (path, expected) in [("a/b.yaml", true), ("b/a/c.yaml", false), ("x.json", true), ("x.jsonl", false)]
    {
        assert_eq!(wishes.run.ignore.is_match(RepoPath::from(path).as_bytes()), expected, "{path}");
    }
    let stdin = SchemaOptions { ignore_filename_pattern: owned(&["."]), ..SchemaOptions::default() };
    assert!(!stdin.read(true).unwrap().run.ignore.is_match(b"stdin.yaml"));
}
