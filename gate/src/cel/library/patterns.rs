//! Regular expressions: linear in time, bounded in size, constants compiled once.

use regex::{Regex, RegexBuilder};

use super::super::ast::Pattern;
use super::super::error::Fault;
use super::super::eval::{Answer, Evaluation};
use super::super::function::Function;
use super::super::value::Value;
use super::{int, text};

/// Most bytes of a compiled expression.
const MAX_SIZE: usize = 2 << 20;
/// Steps that compiling an expression costs that is no constant.
const COMPILE_STEPS: u64 = 20_000;

/// A regular expression of Go's dialect, or what is wrong with it in one line.
pub(crate) fn compile(source: &str) -> Result<Regex, String> {
    let made = RegexBuilder::new(&translated(source)).size_limit(MAX_SIZE).nest_limit(200).build();
    made.map_err(|error| {
        let text = error.to_string();
        let last = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        format!("this regular expression cannot be used: {last}")
    })
}

/// Go's dialect in that of the crate: `\w`, `\d`, `\s` and `\b` are about ASCII, `[` and doubled signs within a class
/// stand for themselves, and so does a `{` that begins no repetition.
fn translated(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + 16);
    let (mut in_class, mut rest) = (false, source);
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        if let Some(quoted) = rest.strip_prefix("\\Q") {
            let (literal, after) = quoted.split_once("\\E").unwrap_or((quoted, ""));
            out.push_str(&regex::escape(literal));
            rest = after;
            continue;
        }
        let (piece, taken): (&str, usize) = match c {
            '\\' => escape(rest, in_class),
            '[' if !in_class => {
                in_class = true;
                // A `]` that comes first stands for itself.
                let len = if after.starts_with("^]") {
                    3
                } else if after.starts_with(['^', ']']) {
                    2
                } else {
                    1
                };
                match &rest[..len] {
                    "[]" => ("[\\]", 2),
                    "[^]" => ("[^\\]", 3),
                    other => (other, len),
                }
            }
            '[' if after.starts_with(':') => match after.find(":]") {
                Some(end) => (&rest[..end + 3], end + 3),
                None => ("\\[", 1),
            },
            '[' => ("\\[", 1),
            ']' if in_class => {
                in_class = false;
                ("]", 1)
            }
            '&' | '~' if in_class => (if c == '&' { "\\&" } else { "\\~" }, 1),
            '{' if !in_class && !is_repetition(after) => ("\\{", 1),
            _ => (&rest[..c.len_utf8()], c.len_utf8()),
        };
        out.push_str(piece);
        rest = &rest[taken..];
    }
    out
}

fn escape(rest: &str, in_class: bool) -> (&str, usize) {
    let mut len = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
    if matches!(&rest[..len], "\\p" | "\\P" | "\\x") && rest[len..].starts_with('{') {
        len += rest[len..].find('}').map_or(0, |end| end + 1);
    }
    let piece = match &rest[..len] {
        "\\w" => "[0-9A-Za-z_]",
        "\\W" => "[^0-9A-Za-z_]",
        "\\d" => "[0-9]",
        "\\D" => "[^0-9]",
        "\\s" => "[\\t\\n\\f\\r ]",
        "\\S" => "[^\\t\\n\\f\\r ]",
        "\\b" if !in_class => "(?-u:\\b)",
        other => other,
    };
    (piece, len)
}

/// True for what follows the `{` of `a{2}`, `a{2,}` and `a{2,5}`.
fn is_repetition(after: &str) -> bool {
    let Some((counts, _)) = after.split_once('}') else { return false };
    let (least, most) = counts.split_once(',').unwrap_or((counts, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && digits(least) && digits(most)
}

pub(super) fn call<'a>(
    evaluation: &mut Evaluation<'a>,
    function: Function,
    args: &[Value<'a>],
    pattern: Option<&Pattern>,
) -> Answer<'a> {
    let (subject, source) = (text(args, 0)?, text(args, 1)?);
    let budget = evaluation.budget;
    // The engine takes time by the product of the two.
    budget.charge((subject.len() as u64 / 16 + 1).saturating_mul(source.len() as u64 / 16 + 1))?;
    let made;
    let regex = match pattern {
        Some(constant) => constant.0.get_or_init(|| compile(source)).as_ref().map_err(Fault::error)?,
        None => {
            made = dynamic(evaluation, source)?;
            &made
        }
    };
    match function {
        Function::Matches => Ok(Value::Bool(regex.is_match(subject))),
        Function::Find => Ok(Value::text(regex.find(subject).map_or("", |found| found.as_str()))),
        _ => {
            let most = if args.len() > 2 {
                usize::try_from(int(args, 2)?).unwrap_or(usize::MAX)
            } else {
                usize::MAX
            };
            let mut all = Vec::new();
            for found in regex.find_iter(subject).take(most) {
                budget.charge(1)?;
                all.push(Value::text(found.as_str()));
            }
            Ok(Value::list(all))
        }
    }
}

fn dynamic(evaluation: &mut Evaluation<'_>, source: &str) -> Result<Regex, Fault> {
    if let Some((_, known)) = evaluation.patterns.iter().find(|(text, _)| text == source) {
        return Ok(known.clone());
    }
    evaluation.budget.charge(COMPILE_STEPS + source.len() as u64)?;
    let made = compile(source).map_err(Fault::error)?;
    evaluation.patterns.push((source.to_owned(), made.clone()));
    Ok(made)
}
