//! `"%s is %d".format([…])`.

use super::super::budget::Budget;
use super::super::error::Fault;
use super::super::eval::Answer;
use super::super::value::Value;
use super::convert::double_text;
use super::{list, text};

/// Most digits behind the point, and most lists and maps within each other.
const MOST: usize = 1000;
const MAX_DEPTH: usize = 100;

pub(super) fn call<'a>(args: &[Value<'a>], budget: &Budget) -> Answer<'a> {
    let template = text(args, 0)?;
    let mut values = list(args, 1)?.collect(budget)?.into_iter();
    budget.bytes(template.len())?;
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let precision = precision(&mut rest)?;
        let Some(verb) = rest.chars().next() else { return Err(Fault::error("the format ends in `%`")) };
        rest = &rest[verb.len_utf8()..];
        let value =
            values.next().ok_or_else(|| Fault::error("the format has more `%` than there are values"))?;
        let before = out.len();
        clause(verb, precision, &value, &mut out, budget)?;
        budget.bytes(out.len() - before)?;
    }
    out.push_str(rest);
    Ok(Value::text(out))
}

fn precision(rest: &mut &str) -> Result<Option<usize>, Fault> {
    let Some(after) = rest.strip_prefix('.') else { return Ok(None) };
    let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    let number = after[..end].parse().ok().filter(|&number| number <= MOST);
    *rest = &after[end..];
    number.map(Some).ok_or_else(|| Fault::error("the number behind `%.` cannot be used"))
}

fn clause(
    verb: char,
    precision: Option<usize>,
    value: &Value<'_>,
    out: &mut String,
    budget: &Budget,
) -> Result<(), Fault> {
    let unfit = || Err(Fault::error(format!("`%{verb}` cannot show {}", value.type_name())));
    let digits = precision.unwrap_or(6);
    match (verb, value) {
        ('s', value) => return shown(value, out, budget, 0),
        ('d', Value::Int(number)) => out.push_str(&number.to_string()),
        ('d', Value::Uint(number)) => out.push_str(&number.to_string()),
        ('d' | 'f' | 'e', Value::Double(number)) if !number.is_finite() => {
            out.push_str(&double_text(*number).replace("+Inf", "Infinity").replace("-Inf", "-Infinity"));
        }
        ('d', Value::Double(number)) => out.push_str(&double_text(*number)),
        ('f', value) => match number(value) {
            Some(number) => out.push_str(&format!("{number:.digits$}")),
            None => return unfit(),
        },
        ('e', value) => match number(value) {
            Some(number) => out.push_str(&exponent(number, digits)),
            None => return unfit(),
        },
        ('b', Value::Bool(value)) => out.push(if *value { '1' } else { '0' }),
        ('b', Value::Int(number)) => out.push_str(&signed(*number, |n| format!("{n:b}"))),
        ('b', Value::Uint(number)) => out.push_str(&format!("{number:b}")),
        ('o', Value::Int(number)) => out.push_str(&signed(*number, |n| format!("{n:o}"))),
        ('o', Value::Uint(number)) => out.push_str(&format!("{number:o}")),
        ('x' | 'X', value) => match hex(value) {
            Some(text) if verb == 'X' => out.push_str(&text.to_ascii_uppercase()),
            Some(text) => out.push_str(&text),
            None => return unfit(),
        },
        _ => return unfit(),
    }
    Ok(())
}

fn number(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Double(number) => Some(*number),
        Value::Int(number) => Some(*number as f64),
        Value::Uint(number) => Some(*number as f64),
        _ => None,
    }
}

fn exponent(number: f64, digits: usize) -> String {
    let text = format!("{number:.digits$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    format!("{mantissa}e{sign}{exponent:0>2}")
}

fn signed(number: i64, shown: impl Fn(u64) -> String) -> String {
    format!("{}{}", if number < 0 { "-" } else { "" }, shown(number.unsigned_abs()))
}

fn hex(value: &Value<'_>) -> Option<String> {
    let bytes = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Some(match value {
        Value::Int(number) => signed(*number, |n| format!("{n:x}")),
        Value::Uint(number) => format!("{number:x}"),
        Value::Str(text) => bytes(text.as_bytes()),
        Value::Bytes(value) => bytes(value),
        _ => return None,
    })
}

/// `%s`: any value, lists and maps with their elements.
fn shown(value: &Value<'_>, out: &mut String, budget: &Budget, depth: usize) -> Result<(), Fault> {
    budget.charge(1)?;
    if depth > MAX_DEPTH {
        return Err(Fault::error("the value is nested too deeply to be shown"));
    }
    match value {
        Value::Null => out.push_str("null"),
        Value::Type(name) => out.push_str(name),
        Value::List(list) => {
            out.push('[');
            for (at, item) in list.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                shown(&item?, out, budget, depth + 1)?;
            }
            out.push(']');
        }
        Value::Map(map) => {
            out.push('{');
            let mut entries = Vec::new();
            for (key, value) in map.entries(budget)? {
                let (mut name, mut text) = (String::new(), String::new());
                shown(&key, &mut name, budget, depth + 1)?;
                shown(&value, &mut text, budget, depth + 1)?;
                entries.push(format!("{name}: {text}"));
            }
            entries.sort();
            out.push_str(&entries.join(", "));
            out.push('}');
        }
        Value::Optional(_) | Value::Opaque(_) => {
            let text = super::convert::call(
                super::super::function::Function::ToStr,
                std::slice::from_ref(value),
                budget,
            )?;
            out.push_str(text.as_str().unwrap_or_default());
        }
        Value::Double(number) if number.is_infinite() => {
            out.push_str(if *number > 0.0 { "Infinity" } else { "-Infinity" });
        }
        other => {
            let text = super::convert::call(
                super::super::function::Function::ToStr,
                std::slice::from_ref(other),
                budget,
            )?;
            let text = text.as_str().unwrap_or_default();
            budget.bytes(text.len())?;
            out.push_str(text);
        }
    }
    Ok(())
}
