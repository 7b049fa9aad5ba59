//! The paths that a source file mentions, and which of them stand in test code only.

use crate::tokens::{Token, tokens};

/// Words that may stand before a path without being part of it.
const KEYWORDS: &[&str] = &[
    "as", "await", "break", "const", "dyn", "else", "extern", "for", "if", "impl", "in", "let", "match",
    "move", "mut", "pub", "ref", "return", "unsafe", "use", "where", "while",
];

/// One path, with groups taken apart: `use a::{b, c::d}` mentions `a::b` and `a::c::d`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention {
    /// Segments; a macro's last one ends in `!`, a glob's is `*`. Paths into the crate begin with `crate`,
    /// however they were written (`super::…`, `self::…`).
    pub(crate) segments: Vec<String>,
    /// 1-based.
    pub(crate) line: usize,
    /// True inside an item under `#[cfg(test)]`.
    pub(crate) in_test: bool,
}

/// What [`read`] found.
#[derive(Debug, Default)]
pub(crate) struct Paths {
    /// All mentions, in order.
    pub(crate) mentions: Vec<Mention>,
    /// Names of modules in files of their own that are compiled for tests only.
    pub(crate) test_modules: Vec<String>,
}

/// Reads `source`, the file of the module `module` (segments below the crate).
pub(crate) fn read(source: &str, module: &[String]) -> Paths {
    let tokens = tokens(source);
    let mut walk = Walk { in_test: test_code(&tokens), tokens, module: module.to_vec(), inline: Vec::new() };
    walk.run()
}

struct Walk {
    tokens: Vec<Token>,
    in_test: Vec<bool>,
    module: Vec<String>,
    /// Depth of braces at which each inline module around the current token was opened.
    inline: Vec<usize>,
}

impl Walk {
    fn run(&mut self) -> Paths {
        let mut paths = Paths::default();
        let (mut at, mut depth) = (0, 0);
        while at < self.tokens.len() {
            match self.text(at) {
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    if self.inline.last() == Some(&depth) {
                        self.inline.pop();
                        self.module.pop();
                    }
                }
                "mod" if self.text(at + 2) == "{" => {
                    self.inline.push(depth);
                    self.module.push(self.text(at + 1).to_owned());
                }
                "mod" if self.text(at + 2) == ";" && self.in_test[at] => {
                    paths.test_modules.push(self.text(at + 1).to_owned());
                }
                _ => {}
            }
            at = if self.starts_path(at) { self.path(at, &mut Vec::new(), &mut paths) } else { at + 1 };
        }
        paths
    }

    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    fn starts_path(&self, at: usize) -> bool {
        if !self.tokens[at].is_word() || KEYWORDS.contains(&self.text(at)) {
            return false;
        }
        let goes_on = self.text(at + 1) == "::" || self.text(at).ends_with('!');
        match (self.before(at, 2), self.before(at, 1)) {
            (_, ".") => false,
            // `::gix::open` begins a path, the `new` of `Vec::<u8>::new` does not.
            (left, "::") => left != ">" && (goes_on || left == "use"),
            (left, "crate") => goes_on || left == "extern",
            (_, left) => goes_on || left == "use",
        }
    }

    fn before(&self, at: usize, steps: usize) -> &str {
        at.checked_sub(steps).map_or("", |before| self.text(before))
    }

    /// Reads the path at `at` behind `prefix` and returns where reading goes on.
    fn path(&self, mut at: usize, prefix: &mut Vec<String>, paths: &mut Paths) -> usize {
        let line = self.tokens.get(at).map_or(0, |token| token.line);
        let outer = prefix.len();
        while self.tokens.get(at).is_some_and(|token| token.is_word() || token.text == "*") {
            prefix.push(self.text(at).to_owned());
            at += 1;
            if self.text(at) != "::" {
                break;
            }
            at += 1;
        }
        if self.text(at) == "{" && self.text(at - 1) == "::" {
            at = self.group(at, prefix, paths);
        } else {
            let in_test = self.in_test[at - 1];
            paths.mentions.push(Mention { segments: self.resolved(prefix), line, in_test });
        }
        prefix.truncate(outer);
        at
    }

    /// Reads `{a, b::c, …}` at `at`.
    fn group(&self, mut at: usize, prefix: &mut Vec<String>, paths: &mut Paths) -> usize {
        at += 1;
        while at < self.tokens.len() && self.text(at) != "}" {
            at = match self.tokens[at].is_word() || self.text(at) == "*" {
                true if self.text(at) == "as" => at + 2,
                true => self.path(at, prefix, paths),
                false => at + 1,
            };
        }
        at + 1
    }

    /// `segments` with leading `self` and `super` replaced by the way from the crate's root.
    fn resolved(&self, segments: &[String]) -> Vec<String> {
        let supers = segments.iter().take_while(|segment| *segment == "super" || *segment == "self").count();
        if supers == 0 || segments.len() == 1 {
            return segments.to_vec();
        }
        let up = segments[..supers].iter().filter(|segment| *segment == "super").count();
        let base = &self.module[..self.module.len().saturating_sub(up)];
        let root = std::iter::once("crate".to_owned());
        root.chain(base.iter().cloned()).chain(segments[supers..].iter().cloned()).collect()
    }
}

/// For each token, whether it belongs to an item under `#[cfg(test)]` or `#[cfg(all(test, …))]`.
fn test_code(tokens: &[Token]) -> Vec<bool> {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let starts = |at: usize, words: &[&str]| words.iter().enumerate().all(|(i, word)| text(at + i) == *word);
    let mut marks = vec![false; tokens.len()];
    let mut at = 0;
    while at < tokens.len() {
        if starts(at, &["#", "!", "[", "cfg", "(", "test", ")"]) {
            return vec![true; tokens.len()];
        }
        let marked = starts(at, &["#", "[", "cfg", "(", "test", ")"])
            || starts(at, &["#", "[", "cfg", "(", "all", "(", "test", ","]);
        let end = if marked { item_end(tokens, at) } else { at + 1 };
        marks[at..end].fill(marked);
        at = end;
    }
    marks
}

/// One past the item whose attributes begin at `at`.
fn item_end(tokens: &[Token], mut at: usize) -> usize {
    while tokens.get(at).is_some_and(|token| token.text == "#") {
        at = balanced(tokens, at + 1);
    }
    let import = tokens.iter().skip(at).take(6).any(|token| token.text == "use");
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            ";" => return at + 1,
            "}" => return at,
            "{" if !import => return balanced(tokens, at),
            "{" | "(" | "[" => at = balanced(tokens, at),
            _ => at += 1,
        }
    }
    at
}

/// One past the bracket that closes the one at `at`.
fn balanced(tokens: &[Token], at: usize) -> usize {
    let mut depth = 0_usize;
    for (position, token) in tokens.iter().enumerate().skip(at) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return position + 1;
        }
    }
    tokens.len()
}
