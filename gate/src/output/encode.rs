//! Any value as indented JSON that is safe to show: keys in the order of the fields, strings cleaned on their way out, and
//! `##command[` written with an escape that parsers undo and log readers do not understand.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, PrettyFormatter, Serializer};

use super::defuse::split_commands;
use crate::text::clean;

const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// `value` as JSON with two spaces of indent and a line feed at the end.
///
/// The report's types have text for keys and no failing serializer; should that change, the result is a JSON object with
/// the one key `error`, which no schema of a format accepts.
pub fn pretty(value: &impl Serialize) -> String {
    let mut out = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut out, Clean(PrettyFormatter::new()));
    if let Err(error) = value.serialize(&mut serializer) {
        return format!("{}\n", serde_json::json!({ "error": error.to_string() }));
    }
    out.push(b'\n');
    String::from_utf8_lossy(&out).into_owned()
}

/// [`PrettyFormatter`] with strings as [`clean`] leaves them.
struct Clean(PrettyFormatter<'static>);

impl Formatter for Clean {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut result = Ok(());
        split_commands(&clean(fragment), |piece, command| {
            if result.is_ok() {
                result = write_piece(out, piece, command);
            }
        });
        result
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, out: &mut W, escape: CharEscape) -> io::Result<()> {
        match escape {
            CharEscape::Backspace
            | CharEscape::FormFeed
            | CharEscape::CarriageReturn
            | CharEscape::AsciiControl(_) => out.write_all(REPLACEMENT),
            _ => self.0.write_char_escape(out, escape),
        }
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

/// A piece that ends in the first `#` of a command is written with that `#` as an escape.
fn write_piece<W: ?Sized + Write>(out: &mut W, piece: &str, command: bool) -> io::Result<()> {
    match piece.strip_suffix('#').filter(|_| command) {
        Some(head) => {
            out.write_all(head.as_bytes())?;
            out.write_all(b"\\u0023")
        }
        None => out.write_all(piece.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_bidirectional_characters_do_not_get_out() {
        let json = pretty(&["a\x1b[31m\r\x08\x0c\x7f\u{202e}\u{200b}b", "tab\tand\nfeed \"q\" \\"]);
        assert_eq!(
            json,
            "[\n  \"a\u{fffd}[31m\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}b\",\n  \
             \"tab\\tand\\nfeed \\\"q\\\" \\\\\"\n]\n"
        );
    }

    #[test]
    fn a_command_is_escaped_and_still_the_same_text() {
        let text = ["##vso[task.setvariable]", "###[x", "## heading"];
        let json = pretty(&text);
        assert!(!json.contains("##vso[") && !json.contains("##["), "{json}");
        assert!(json.contains("## heading"));
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).ok(), Some(text.map(str::to_owned).to_vec()));
    }
}
