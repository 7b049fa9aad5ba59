//! Just enough of Rust's lexer to read paths: comments, strings and lifetimes are gone, `::` is one token.

/// An identifier, a macro's `name!`, `::`, or one character of punctuation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// As written; an identifier without `r#`, a macro's name with its `!`.
    pub(crate) text: String,
    /// 1-based.
    pub(crate) line: usize,
}

impl Token {
    /// True for identifiers, keywords and macro names.
    pub(crate) fn is_word(&self) -> bool {
        self.text.starts_with(|first: char| first.is_alphanumeric() || first == '_')
    }
}

/// The tokens of `source`.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let mut reader = Reader { rest: source, line: 1 };
    let mut tokens = Vec::new();
    while let Some(text) = reader.token() {
        if !text.is_empty() {
            tokens.push(Token { text, line: reader.line });
        }
    }
    tokens
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl Reader<'_> {
    /// The next token; empty for what is left out, none at the end.
    fn token(&mut self) -> Option<String> {
        let first = self.rest.chars().next()?;
        if self.rest.starts_with("//") {
            self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("/*") {
            self.block_comment();
        } else if let Some(hashes) = raw_string(self.rest) {
            self.raw_string(hashes);
        } else if first == '"' || ["b\"", "c\"", "b'"].iter().any(|start| self.rest.starts_with(start)) {
            self.skip(usize::from(first != '"'));
            self.quoted();
        } else if first == '\'' {
            self.char_or_lifetime();
        } else if self.rest.starts_with("::") {
            self.skip(2);
            return Some("::".to_owned());
        } else if first.is_alphanumeric() || first == '_' {
            return Some(self.word());
        } else {
            self.skip(first.len_utf8());
            return Some(if first.is_whitespace() { String::new() } else { first.to_string() });
        }
        Some(String::new())
    }

    fn skip(&mut self, bytes: usize) {
        let (gone, rest) = self.rest.split_at(bytes);
        self.line += gone.matches('\n').count();
        self.rest = rest;
    }

    fn word(&mut self) -> String {
        self.skip(if self.rest.starts_with("r#") { 2 } else { 0 });
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let mut word = self.rest[..end].to_owned();
        self.skip(end);
        // `a != b` is no macro.
        if self.rest.starts_with('!') && !self.rest.starts_with("!=") {
            self.skip(1);
            word.push('!');
        }
        word
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        loop {
            if self.rest.starts_with("/*") {
                depth += 1;
                self.skip(2);
            } else if self.rest.starts_with("*/") {
                depth -= 1;
                self.skip(2);
            } else {
                let Some(next) = self.rest.chars().next() else { return };
                self.skip(next.len_utf8());
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn raw_string(&mut self, hashes: usize) {
        let start = self.rest.find('"').map_or(self.rest.len(), |quote| quote + 1);
        self.skip(start);
        let end = format!("\"{}", "#".repeat(hashes));
        let bytes = self.rest.find(&end).map_or(self.rest.len(), |at| at + end.len());
        self.skip(bytes);
    }

    /// A string or character whose first character is its quote.
    fn quoted(&mut self) {
        let Some(quote) = self.rest.chars().next() else { return };
        self.skip(1);
        while let Some(next) = self.rest.chars().next() {
            self.skip(next.len_utf8());
            if next == quote {
                return;
            }
            if next == '\\' {
                self.skip(self.rest.chars().next().map_or(0, char::len_utf8));
            }
        }
    }

    fn char_or_lifetime(&mut self) {
        let mut ahead = self.rest.chars().skip(1);
        let (second, third) = (ahead.next(), ahead.next());
        if second == Some('\\') || third == Some('\'') {
            self.quoted();
        } else {
            self.skip(1);
            self.word();
        }
    }
}

/// The number of hashes, if `text` begins with a raw string.
fn raw_string(text: &str) -> Option<usize> {
    let rest = ["r", "br", "cr"].iter().find_map(|start| {
        let rest = text.strip_prefix(start)?;
        rest.starts_with(['"', '#']).then_some(rest)
    })?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    rest[hashes..].starts_with('"').then_some(hashes)
}
