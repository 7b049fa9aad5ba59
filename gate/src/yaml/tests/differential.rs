//! The fast scanner beside the full parser: the same tape from both, whatever the bytes, and which files are its.

use super::super::fuzz_fast;
use super::generate::{damage, make};

/// Documents that the scanner must read.
const PLAIN: &[&str] = &[
    "",
    "a: 1",
    "a: 1\r\nb:\r\n- c\r\n- |\r\n  d\r\n\r\n",
    "\u{feff}a: 1\n",
    "---\na: 1\n",
    "--- # c\na: 1\n",
    "# c\n\na: # d\n  b: c # e\n  # f\n\n  g:\n\n# h\n",
    "a:\n- b\n- c: d\n  e: f\n-\n- - g\n  - h\ni:\n  - j\n",
    "- a: b\n  c:\n  - d\n- [e, 'f', \"g\", {h: i, j, k: , \"l\":m}, [], {}, ]\n",
    "a: {b: c,\nd: [e\n, # f\n  g]}\n",
    "a: b\n  c\n\n  d # e\nf:\n  g\n  h\n",
    "a: 'b\n  c\n\n  it''s'\n'd' : \"e\\n\\\"\\u00e9\n  f \\\n  g\"\n",
    "a: |\n  b\n   c\n\n  d\ne: >-\n  f\n  g\n\n   h\n  i\nj: |2+\n   k\n\n\nl: |-\nm: >+ # n\n\n  o\n",
    "- |\n b\n# c\n- >\n\n d\n",
    "1: a\nyes: b\n1.50: c\n'<<': d\nname: e\n",
    "a: 0x1F\nb: 1.50\nc: 1_000\nd: ~\ne: yes\nf: 1e3\ng: 2001-12-14\nh: 10.0.0.1\ni: -1\nj: .5\n",
    "a: http://b/c?d=e#f\ng: h:i\nj: -k\nl: ?m\nn: :o\np: a b # c\n",
    "é: ü\n日本: 😀 —\n",
    "just text\n",
    "'text'",
    "{\"a\": [1, 2.5, true, null, \"b\\u0041\\n\"], \"c\":{\"d\":\"e\"}}\n",
    "a: \"b\t\"\nc: |\n  d\te\n  \tf\n# \tg\n",
];

/// Documents that are for the full parser: unusual, or wrong.
const ODD: &[&str] = &[
    "a: &b c\n",
    "a: *b\n",
    "a: !!str 1\n",
    "! a",
    "%YAML 1.1\n---\na: 1\n",
    "? a\n: b\n",
    "<<: {a: b}\n",
    "a: 1\na: 2\n",
    "1: a\n'1': b\n",
    "{a: 1, 'a': 2}",
    "a:\tb\n",
    "a: b\tc\n",
    "a:\n\tb: c\n",
    "a: b\n...\n",
    "--- a\n",
    "a: 1\rb: 2\r",
    "a: \"\\/\"\n",
    "a: \"\\ud83d\\ude00\"\n",
    "a: {{ b }}\n",
    "a: [b: c]\n",
    "a: [b\n  c]\n",
    "a:\n    b: [c\n  \t, d]\n",
    "a: b: c\n",
    "a: - b\n",
    "a:\n    b: c\n  d: e\n",
    "a: b\n  c: d\n",
    "a: 'b' c\n",
    "a: |x\n",
    "a: |\n     \n  b\n",
    "a: 'b",
    "a: [b",
    "a: \u{85}b\n",
    "a: b\u{7f}\n",
    "~: a\n",
    "a: .inf\n",
    "a: 1\n\u{feff}b: 2\n",
    "a: @b\n",
    "a: \"b\n---\n\"\n",
    "a: #b\n c#d\n#e\n f\n",
];

/// How many parts a file has and how many the scanner took, once both ways have read it alike.
fn taken(text: &str) -> (usize, usize) {
    fuzz_fast(text.as_bytes())
}

#[test]
fn plain_documents_are_the_scanners() {
    for text in PLAIN {
        let (all, fast) = taken(text);
        assert_eq!((all, fast), (usize::from(!text.is_empty()), all), "{text:?}");
    }
    assert_eq!(taken(&PLAIN[3..].join("\n---\n").replace('\u{feff}', "")).1, PLAIN.len() - 1);
}

#[test]
fn odd_documents_are_the_full_parsers() {
    for text in ODD {
        let (all, fast) = taken(text);
        assert!(fast < all, "{text:?}");
    }
}

#[test]
fn an_odd_document_leaves_the_others_to_the_scanner() {
    assert_eq!(taken("a: 1\n---\nb: &c 2\n---\n# d\n---\ne: [\n---\nf: 3\n"), (5, 3));
    assert_eq!(taken("a: \"\\n\"\n---\nb: [\"\\n\", \"\\q\"]\n---\nc: \"\\t\"\n"), (3, 2));
    assert_eq!(fuzz_fast(b"a: 1\n---\nb: \xff\n"), (2, 0));
}

#[test]
fn deep_wide_and_long_documents_are_read_alike() {
    for depth in [99, 100, 101, 300] {
        let flow = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let block = "- ".repeat(depth) + "a\n";
        assert_eq!((taken(&flow).1 == 1, taken(&block).1 == 1), (depth <= 100, depth <= 100), "{depth}");
    }
    for count in [1, 23, 24, 25, 64, 65, 500] {
        let keys: String = (0..count).map(|i| format!("example.com/a-name-{i}: {i}\n")).collect();
        assert_eq!(taken(&keys), (1, 1), "{count}");
        for again in [0, count / 2, count - 1] {
            assert_eq!(
                taken(&format!("{keys}example.com/a-name-{again}: x\n")),
                (1, 0),
                "{again} of {count}"
            );
        }
    }
    for length in [990, 998, 999, 1000, 1001, 1023, 1024, 1025, 1030] {
        let key = "k".repeat(length);
        for text in
            [format!("{key}: v\n"), format!("'{key}': v\n"), format!("{{{key}: v}}"), format!("{key} \n")]
        {
            taken(&text);
        }
    }
}

#[test]
fn lines_that_look_like_directives_are_not_the_scanners() {
    for count in [1, 99, 100, 101, 200] {
        let lines = "%x\n".repeat(count);
        for text in [format!("a: \"\n{lines}\""), format!("[a, # b\n{lines}]"), format!("a\n{lines}")] {
            assert_eq!(taken(&text), (1, 0), "{count}");
        }
    }
    taken("a: 'b\n%\n---\n'\n");
}

#[test]
fn every_scalar_everywhere() {
    for (written, _) in super::scalars::VALUES.iter().chain(super::scalars::KEYS) {
        everywhere(written);
    }
    for written in super::scalars::NO_VALUES {
        everywhere(written);
    }
}

fn everywhere(scalar: &str) {
    let places =
        ["@", "a: @\n", "- @\n", "- @", "[@]", "{a: @}", "{@: b}", "@: a\n", "a:\n  @\nb: c\n", "a: @ # b\n"];
    for place in places {
        taken(&place.replace('@', scalar));
        taken(&place.replace('@', &format!("{scalar}\n  {scalar}")));
    }
}

#[test]
fn every_number_of_a_few_characters() {
    let symbols = ["0", "1", "7", "9", "+", "-", ".", "_", "x", "b", "o", "e", "f", "n", "y", "~", ":"];
    let mut texts = vec![String::new()];
    for _ in 0..3 {
        texts = texts.iter().flat_map(|text| symbols.map(|symbol| format!("{text}{symbol}"))).collect();
        let file: String = texts.iter().map(|text| format!("---\n- {text}\n---\n{text}: a\n")).collect();
        taken(&file);
    }
    assert_eq!(texts.len(), 17 * 17 * 17);
}

#[test]
fn random_files() {
    let (mut all, mut fast) = (0, 0);
    for seed in 0..4000 {
        let mut bytes = make(seed).into_bytes();
        let (parts, read) = fuzz_fast(&bytes);
        (all, fast) = (all + parts, fast + read);
        damage(&mut bytes, seed);
        fuzz_fast(&bytes);
    }
    assert!(fast * 3 > all, "only {fast} of {all} parts are for the scanner: it is hardly tested");
}

#[test]
fn damaged_plain_documents() {
    let file = PLAIN[4..].join("\n---\n");
    for seed in 0..2000 {
        let mut bytes = file.clone().into_bytes();
        damage(&mut bytes, seed);
        fuzz_fast(&bytes);
    }
}

#[test]
fn every_byte_put_anywhere_or_left_out() {
    let file = "a: 'b'\nc:\n- {d: \"e\", f: g}\n- |\n  h\ni: j\n  k # l\nm:\n";
    for at in 0..file.len() {
        let mut without = file.as_bytes().to_vec();
        without.remove(at);
        fuzz_fast(&without);
        for byte in (0..=0x7f).chain([0x85, 0xc2, 0xe2, 0xef, 0xff]) {
            let mut with = file.as_bytes().to_vec();
            with.insert(at, byte);
            fuzz_fast(&with);
            with.remove(at);
            with[at] = byte;
            fuzz_fast(&with);
        }
    }
}
