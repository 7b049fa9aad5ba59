//! An expression to its tokens. Strings are decoded here: quotes of both kinds, single and triple, raw and bytes.

use super::error::CompileError;
use super::token::{Placed, SYMBOLS, Token};

/// The tokens of `source`, with an [`Token::End`] behind them.
pub(super) fn tokens(source: &str) -> Result<Vec<Placed>, CompileError> {
    let mut lexer = Lexer { source, at: 0 };
    let mut all = Vec::new();
    loop {
        lexer.skip_blank();
        let at = lexer.at;
        let token = lexer.token()?;
        let last = token == Token::End;
        all.push(Placed { token, at });
        if last {
            return Ok(all);
        }
    }
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
}

impl<'s> Lexer<'s> {
    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T, CompileError> {
        Err(CompileError::new(self.at, message))
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with("//") {
                return;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    fn token(&mut self) -> Result<Token, CompileError> {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok(Token::End) };
        if let Some(token) = self.text()? {
            return Ok(token);
        }
        let second_is_digit = rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
        if first.is_ascii_digit() || first == '.' && second_is_digit {
            return self.number();
        }
        if first.is_ascii_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            self.at += end;
            return Ok(Token::Ident(rest[..end].to_owned()));
        }
        if first == '`' {
            return self.quoted();
        }
        match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            Some(symbol) if !matches!(*symbol, "=" | ";") => {
                self.at += symbol.len();
                Ok(Token::Symbol(symbol))
            }
            Some(&"=") => self.error("`=` is no operator; to compare is `==`"),
            _ => self.error(format!("{:?} does not belong here", first)),
        }
    }

    fn quoted(&mut self) -> Result<Token, CompileError> {
        let rest = &self.rest()[1..];
        let Some(end) = rest.find('`') else { return self.error("a name in backticks has no end") };
        let name = &rest[..end];
        let is_fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | ' ');
        if name.is_empty() || !name.chars().all(is_fit) {
            return self.error("a name in backticks is of letters, digits, `_`, `.`, `-`, `/` and blanks");
        }
        self.at += end + 2;
        Ok(Token::Quoted(name.to_owned()))
    }

    fn number(&mut self) -> Result<Token, CompileError> {
        let rest = self.rest();
        let hex = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X"));
        if let Some(digits) = hex {
            let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
            return self.whole(u64::from_str_radix(&digits[..end], 16).ok(), end + 2);
        }
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let whole = digits(rest);
        let mut end = whole;
        let fraction = rest[end..].strip_prefix('.').map_or(0, digits);
        if fraction > 0 {
            end += 1 + fraction;
        }
        if let Some(exponent) = rest[end..].strip_prefix(['e', 'E']) {
            let sign = usize::from(exponent.starts_with(['+', '-']));
            let count = digits(&exponent[sign..]);
            end += if count > 0 { 1 + sign + count } else { 0 };
        }
        if end == whole {
            return self.whole(rest[..end].parse().ok(), end);
        }
        match rest[..end].parse::<f64>() {
            Ok(number) => {
                self.at += end;
                Ok(Token::Double(number))
            }
            Err(_) => self.error("this is no number"),
        }
    }

    fn whole(&mut self, number: Option<u64>, len: usize) -> Result<Token, CompileError> {
        let Some(number) = number else { return self.error("this number does not fit 64 bits") };
        self.at += len;
        if self.rest().starts_with(['u', 'U']) {
            self.at += 1;
            return Ok(Token::Uint(number));
        }
        Ok(Token::Int(number))
    }

    /// A string or bytes, if one begins here.
    fn text(&mut self) -> Result<Option<Token>, CompileError> {
        let rest = self.rest();
        let prefix = rest.bytes().take(2).take_while(|byte| b"rRbB".contains(byte)).count();
        let (prefix, body) = rest.split_at(prefix);
        if !body.starts_with(['"', '\'']) {
            return Ok(None);
        }
        let has = |letter: char| prefix.contains(letter) || prefix.contains(letter.to_ascii_uppercase());
        let (raw, bytes) = (has('r'), has('b'));
        if prefix.len() == 2 && !(raw && bytes) {
            return self.error("a text has at most one `r` and one `b` before it");
        }
        let triple = body.starts_with("\"\"\"") || body.starts_with("'''");
        let quote = &body[..if triple { 3 } else { 1 }];
        let Some(len) = closing(&body[quote.len()..], quote, raw) else {
            return self.error("a text has no end");
        };
        let content = &body[quote.len()..quote.len() + len];
        let token = self.decoded(content, raw, bytes)?;
        self.at += prefix.len() + len + 2 * quote.len();
        Ok(Some(token))
    }

    fn decoded(&self, content: &str, raw: bool, bytes: bool) -> Result<Token, CompileError> {
        if raw {
            let text = content.to_owned();
            return Ok(if bytes { Token::Bytes(text.into_bytes()) } else { Token::Str(text) });
        }
        let decoded = super::escape::decode(content, bytes);
        let decoded = decoded.map_err(|message| CompileError::new(self.at, message))?;
        if bytes {
            return Ok(Token::Bytes(decoded));
        }
        match String::from_utf8(decoded) {
            Ok(text) => Ok(Token::Str(text)),
            Err(_) => self.error("this text is no Unicode"),
        }
    }
}

/// Where the text ends whose content begins with `body`.
fn closing(body: &str, quote: &str, raw: bool) -> Option<usize> {
    let mut at = 0;
    while at < body.len() {
        let rest = body.get(at..)?;
        if rest.starts_with(quote) {
            return Some(at);
        }
        let mut chars = rest.chars();
        match chars.next()? {
            '\\' if !raw => at += 1 + chars.next()?.len_utf8(),
            '\n' | '\r' if quote.len() == 1 => return None,
            other => at += other.len_utf8(),
        }
    }
    None
}
