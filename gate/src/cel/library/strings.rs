//! Functions of texts. Positions count characters.

use super::super::budget::Budget;
use super::super::error::Fault;
use super::super::eval::Answer;
use super::super::function::Function;
use super::super::value::Value;
use super::{int, list, text, unfit};

pub(super) fn call<'a>(function: Function, args: &[Value<'a>], budget: &Budget) -> Answer<'a> {
    if function == Function::Join {
        return join(args, budget);
    }
    let subject = text(args, 0)?;
    budget.bytes(subject.len())?;
    Ok(match function {
        Function::Contains => {
            Value::Bool(memchr::memmem::find(subject.as_bytes(), text(args, 1)?.as_bytes()).is_some())
        }
        Function::StartsWith => Value::Bool(subject.starts_with(text(args, 1)?)),
        Function::EndsWith => Value::Bool(subject.ends_with(text(args, 1)?)),
        Function::CharAt => return char_at(subject, int(args, 1)?),
        Function::IndexOf => return index_of(args, subject),
        Function::LastIndexOf => return last_index_of(args, subject),
        Function::LowerAscii => Value::text(subject.to_ascii_lowercase()),
        Function::UpperAscii => Value::text(subject.to_ascii_uppercase()),
        Function::Replace => return replace(args, subject, budget),
        Function::Split => return split(args, subject, budget),
        Function::Substring => return substring(args, subject),
        Function::Trim => Value::text(subject.trim()),
        Function::Quote => Value::text(quoted(subject)),
        _ => Value::text(subject.chars().rev().collect::<String>()),
    })
}

fn range_fault() -> Fault {
    Fault::error("the position is outside the text")
}

/// The bytes before character `position`; the length of the text for the position behind the last one.
fn offset(subject: &str, position: i64) -> Result<usize, Fault> {
    let position = usize::try_from(position).map_err(|_| range_fault())?;
    if subject.is_ascii() {
        return if position <= subject.len() { Ok(position) } else { Err(range_fault()) };
    }
    let mut starts = subject.char_indices().map(|(at, _)| at).chain([subject.len()]);
    starts.nth(position).ok_or_else(range_fault)
}

fn position(subject: &str, at: Option<usize>) -> Value<'static> {
    let before = at.and_then(|at| subject.get(..at));
    before.map_or(Value::Int(-1), |before| Value::from(before.chars().count()))
}

fn char_at<'a>(subject: &str, at: i64) -> Answer<'a> {
    let rest = subject.get(offset(subject, at)?..).unwrap_or_default();
    Ok(Value::text(rest.chars().next().map(String::from).unwrap_or_default()))
}

fn index_of<'a>(args: &[Value<'a>], subject: &str) -> Answer<'a> {
    let wanted = text(args, 1)?;
    let from = if args.len() > 2 { offset(subject, int(args, 2)?)? } else { 0 };
    let rest = subject.get(from..).unwrap_or_default();
    let found = memchr::memmem::find(rest.as_bytes(), wanted.as_bytes());
    Ok(position(subject, found.map(|at| at + from)))
}

fn last_index_of<'a>(args: &[Value<'a>], subject: &str) -> Answer<'a> {
    let wanted = text(args, 1)?;
    let mut searched = subject;
    if args.len() > 2 {
        let end = offset(subject, int(args, 2)?)? + wanted.len();
        searched = subject.get(..end.min(subject.len())).unwrap_or(subject);
    }
    let found = memchr::memmem::rfind(searched.as_bytes(), wanted.as_bytes());
    Ok(position(subject, found))
}

/// A number of parts or replacements: negative for all.
fn limit(args: &[Value<'_>], at: usize) -> Result<usize, Fault> {
    if args.len() <= at {
        return Ok(usize::MAX);
    }
    Ok(usize::try_from(int(args, at)?).unwrap_or(usize::MAX))
}

fn replace<'a>(args: &[Value<'a>], subject: &str, budget: &Budget) -> Answer<'a> {
    let (old, new, most) = (text(args, 1)?, text(args, 2)?, limit(args, 3)?);
    let places = subject.matches(old).take(most).count();
    budget.bytes(subject.len() + places.saturating_mul(new.len()))?;
    Ok(Value::text(subject.replacen(old, new, most)))
}

fn split<'a>(args: &[Value<'a>], subject: &str, budget: &Budget) -> Answer<'a> {
    let (separator, most) = (text(args, 1)?, limit(args, 2)?);
    let mut parts: Vec<Value<'a>> = Vec::new();
    if most == 0 {
        return Ok(Value::list(parts));
    }
    let pieces: Box<dyn Iterator<Item = &str>> = if separator.is_empty() {
        let last = subject.char_indices().nth(most - 1).map_or(subject.len(), |(at, _)| at);
        let (singles, rest) = subject.split_at(last);
        let chars = singles.char_indices().map(|(at, c)| &singles[at..at + c.len_utf8()]);
        Box::new(chars.chain((!rest.is_empty()).then_some(rest)))
    } else {
        Box::new(subject.splitn(most, separator))
    };
    for piece in pieces {
        budget.charge(1)?;
        parts.push(Value::text(piece));
    }
    Ok(Value::list(parts))
}

fn substring<'a>(args: &[Value<'a>], subject: &str) -> Answer<'a> {
    let start = offset(subject, int(args, 1)?)?;
    let end = if args.len() > 2 { offset(subject, int(args, 2)?)? } else { subject.len() };
    if start > end {
        return Err(Fault::error("the substring ends before it begins"));
    }
    Ok(Value::text(subject.get(start..end).unwrap_or_default()))
}

fn join<'a>(args: &[Value<'a>], budget: &Budget) -> Answer<'a> {
    let separator = if args.len() > 1 { text(args, 1)? } else { "" };
    let mut out = String::new();
    for (at, item) in list(args, 0)?.iter().enumerate() {
        let item = item?;
        let part = item.as_str().ok_or_else(|| unfit("a list of strings", &item))?;
        budget.charge(1)?;
        budget.bytes(part.len() + separator.len())?;
        if at > 0 {
            out.push_str(separator);
        }
        out.push_str(part);
    }
    Ok(Value::text(out))
}

/// The text in double quotes, with escapes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            '\\' | '"' => out.extend(['\\', c]),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
