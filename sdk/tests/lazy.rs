//! The reader against `serde_json`, over texts made at random: every place, every value, every pointer; and every
//! way to break a text.
#![cfg(feature = "testing")]

use gate_sdk::{Context, Document, Json, Kind, Operation, Source, Value};
use serde_json::Value as Tree;

/// Numbers from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn one_of<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }

    fn space(&mut self, out: &mut String) {
        if self.roll(8) == 0 {
            out.push_str(self.one_of(&[" ", "\n", "\t \r\n", "                                          "]));
        }
    }

    fn string(&mut self, out: &mut String) {
        const PARTS: [&str; 16] = [
            "a",
            "metadata",
            "/",
            "~",
            "ü",
            "😀",
            "{",
            "]",
            ",",
            ":",
            "\\\"",
            "\\\\",
            "\\n",
            "\\u00e9",
            "\\ud83d\\ude00",
            "a longer text that goes over the end of a block of sixty-four bytes, surely",
        ];
        out.push('"');
        for _ in 0..self.roll(5) {
            out.push_str(PARTS[self.roll(PARTS.len())]);
        }
        out.push('"');
    }

    /// A value with white space before and behind it. Keys are numbered, so that none is there twice.
    fn value(&mut self, depth: usize, out: &mut String) {
        self.space(out);
        match self.roll(if depth == 0 { 4 } else { 8 }) {
            0 => out.push_str(self.one_of(&["null", "true", "false"])),
            1 => out.push_str(self.one_of(&["0", "7", "-12", "1.5", "-0.25e10", "9007199254740993", "1E-3"])),
            2 | 3 => self.string(out),
            4 | 5 => self.container(depth, '[', ']', out),
            _ => self.container(depth, '{', '}', out),
        }
        self.space(out);
    }

    fn container(&mut self, depth: usize, open: char, close: char, out: &mut String) {
        out.push(open);
        self.space(out);
        for at in 0..self.roll(6) {
            if at > 0 {
                out.push(',');
            }
            if open == '{' {
                self.space(out);
                self.string(out);
                out.insert_str(out.len() - 1, &at.to_string());
                self.space(out);
                out.push(':');
            }
            self.value(depth - 1, out);
        }
        out.push(close);
    }
}

/// A document with this text, which is read as far as it is asked for.
fn document<'c>(text: &str, context: &'c Context) -> Document<'c> {
    let source = Source { object: Some(text.to_owned()), ..Source::default() };
    Document::new(0, Operation::Create, source, context)
}

/// Compares everything that a value can say.
fn compare(value: Value<'_>, tree: &Tree, pointer: &str, root: Value<'_>) {
    assert_eq!(value.pointer(), pointer);
    assert!(root.find(pointer).is_some_and(|found| found.is(value)), "{pointer}");
    assert_eq!(value.as_str(), tree.as_str());
    assert_eq!(value.as_bool(), tree.as_bool());
    assert_eq!(value.as_i64(), tree.as_i64());
    assert_eq!(value.is_null(), tree.is_null());
    match tree {
        Tree::Object(map) => {
            assert_eq!((value.kind(), value.entries().count()), (Kind::Map, map.len()));
            for (key, child) in value.entries() {
                assert!(value.get(key).is_some_and(|same| same.is(child)), "{pointer} {key}");
                let token = key.replace('~', "~0").replace('/', "~1");
                compare(child, &map[key], &format!("{pointer}/{token}"), root);
            }
            assert!(value.get("not there").is_none());
        }
        Tree::Array(list) => {
            assert_eq!((value.kind(), value.items().count()), (Kind::Seq, list.len()));
            for (at, (child, tree)) in value.items().zip(list).enumerate() {
                compare(child, tree, &format!("{pointer}/{at}"), root);
            }
        }
        Tree::Number(number) => {
            assert_eq!(value.as_number().and_then(|text| text.parse().ok()), number.as_f64())
        }
        Tree::Null | Tree::Bool(_) | Tree::String(_) => {}
    }
}

/// The pointers of all values, in the order of the text.
fn pointers(value: Value<'_>, all: &mut Vec<String>) {
    all.push(value.pointer());
    for child in value.entries().map(|(_, child)| child).chain(value.items()) {
        pointers(child, all);
    }
}

#[test]
fn whatever_serde_json_reads_is_read_alike() {
    let context = Context::default();
    let mut dice = Dice(1);
    let mut bytes = 0;
    for round in 0..1500 {
        let mut text = String::new();
        dice.value(1 + round % 5, &mut text);
        bytes += text.len();
        let tree: Tree = serde_json::from_str(&text).unwrap_or_else(|error| unreachable!("{text}: {error}"));
        let document = document(&text, &context);
        let root = document.object().unwrap_or_else(|| unreachable!("{text}"));
        compare(root, &tree, "", root);
        let mut expected = Vec::new();
        pointers(root, &mut expected);
        let walked: Vec<_> = root.walk().map(|visit| visit.value.pointer()).collect();
        assert_eq!(walked, expected, "{text}");
        let all: Vec<_> = root.find_all("/**").iter().map(|value| value.pointer()).collect();
        assert_eq!(all, expected, "{text}");
        let checked = Json::parse(&*text).unwrap_or_else(|error| unreachable!("{text}: {error}"));
        assert!(root.same_as(checked.root()) && checked.root().same_as(root));
        let again = serde_json::to_string(&tree).unwrap_or_default();
        let again = Json::parse(again).unwrap_or_else(|error| unreachable!("{text}: {error}"));
        assert_eq!(again.root().walk().count(), expected.len());
    }
    assert!(bytes > 150_000, "{bytes}");
}

#[test]
fn a_text_that_is_walked_is_refused_where_serde_json_refuses_it() {
    let context = Context::default();
    let mut dice = Dice(2);
    let (mut good, mut bad) = (0, 0);
    for round in 0..20_000 {
        let mut text = String::new();
        dice.value(1 + round % 4, &mut text);
        let chars: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let at = chars[dice.roll(chars.len())];
        match dice.roll(3) {
            0 => text.truncate(at),
            1 => drop(text.remove(at)),
            _ => text
                .insert_str(at, dice.one_of(&["\"", "\\", "{", "}", "[", "]", ",", ":", "0", "x", "\u{1}"])),
        }
        let expected = serde_json::from_str::<Tree>(&text).is_ok();
        assert_eq!(Json::parse(&*text).is_ok(), expected, "{text}");
        let outcome = gate_sdk::evaluate::<Walks>("{}", &[document(&text, &context)]);
        assert_eq!(outcome.is_ok(), expected, "{text}");
        *(if expected { &mut good } else { &mut bad }) += 1;
    }
    assert!(good > 2_000 && bad > 5_000, "{good} {bad}");
}

/// Reads all there is.
struct Walks;

impl gate_sdk::Policy for Walks {
    type Settings = gate_sdk::NoSettings;
    const METADATA: gate_sdk::Metadata = gate_sdk::Metadata::new("walks", "0.1.0", "Walks");

    fn new(_: gate_sdk::NoSettings) -> Result<Self, Vec<gate_sdk::SettingsIssue>> {
        Ok(Self)
    }

    fn check(&self, document: &Document<'_>, _: &mut gate_sdk::Findings) {
        let root = document.object().into_iter();
        let texts = root.flat_map(Value::walk).filter(|visit| visit.value.as_text().is_some());
        let _ = texts.count();
    }
}

#[test]
fn a_text_that_is_cut_off_is_refused_whatever_is_read_of_it() {
    struct Glances;
    impl gate_sdk::Policy for Glances {
        type Settings = gate_sdk::NoSettings;
        const METADATA: gate_sdk::Metadata = gate_sdk::Metadata::new("glances", "0.1.0", "Glances");

        fn new(_: gate_sdk::NoSettings) -> Result<Self, Vec<gate_sdk::SettingsIssue>> {
            Ok(Self)
        }

        fn check(&self, document: &Document<'_>, _: &mut gate_sdk::Findings) {
            let _ = document.object().map(|root| root.get("a").is_some());
        }
    }
    let context = Context::default();
    let text = r#"{"a": 1, "b": {"c": [1, 2, {"d": "e"}]}, "f": "g"}"#;
    assert!(gate_sdk::evaluate::<Glances>("{}", &[document(text, &context)]).is_ok());
    for end in 0..text.len() - 1 {
        let cut = &text[..end];
        let outcome = gate_sdk::evaluate::<Glances>("{}", &[document(cut, &context)]);
        // What ends in a bracket of the same sort may be taken for whole, as long as nobody reads so far.
        assert_eq!(outcome.is_ok(), cut.len() > 10 && cut.ends_with('}'), "{cut}");
    }
}
