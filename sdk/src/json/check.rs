//! Reads a whole text, so that nothing in it can be malformed afterwards.

use super::scan::{self, Error, MAX_DEPTH, Step, fail};

/// Checks that a text is one JSON value.
pub(super) fn check(text: &str) -> Result<(), Error> {
    let bytes = text.as_bytes();
    if u32::try_from(bytes.len()).is_err() {
        return fail(0, "the text is larger than 4 GiB");
    }
    let mut at = scan::value_start(bytes, 0)?;
    // The brackets that close the maps and lists around `at`, outermost first.
    let mut open = Vec::new();
    loop {
        let first = matches!(bytes.get(at), Some(b'{' | b'['));
        if first {
            if open.len() >= MAX_DEPTH {
                return fail(at, "nested too deeply");
            }
            open.push(if bytes.get(at) == Some(&b'{') { b'}' } else { b']' });
            at += 1;
        } else {
            at = scan::scalar(bytes, at)?;
        }
        match next(bytes, at, first, &mut open)? {
            Some(next) => at = next,
            None => return Ok(()),
        }
    }
}

/// The next value of the innermost container that has one; none at the end of the text.
fn next(bytes: &[u8], mut at: usize, mut first: bool, open: &mut Vec<u8>) -> Result<Option<usize>, Error> {
    while let Some(&close) = open.last() {
        match scan::step(bytes, at, close, first)? {
            Step::Member(member) if close == b'}' => {
                return scan::key(bytes, member).map(|(_, value)| Some(value));
            }
            Step::Member(member) => return scan::value_start(bytes, member).map(Some),
            Step::End(end) => (at, first) = (end, false),
        }
        open.pop();
    }
    let at = scan::space(bytes, at);
    if at < bytes.len() { fail(at, "text after the value") } else { Ok(None) }
}
