//! `size`, `type` and the conversions.

use super::super::budget::Budget;
use super::super::error::Fault;
use super::super::eval::Answer;
use super::super::function::Function;
use super::super::time;
use super::super::value::{Opaque, Value};
use super::{arg, unfit};

pub(super) fn call<'a>(function: Function, args: &[Value<'a>], budget: &Budget) -> Answer<'a> {
    let value = arg(args, 0)?;
    match function {
        Function::Size => size(value, budget),
        Function::Type => Ok(Value::Type(value.type_name())),
        Function::Dyn => Ok(value.clone()),
        Function::ToInt => to_int(value),
        Function::ToUint => to_uint(value),
        Function::ToDouble => to_double(value),
        Function::ToBool => to_bool(value),
        Function::ToBytes => match value {
            Value::Bytes(_) => Ok(value.clone()),
            Value::Str(text) => {
                budget.bytes(text.len())?;
                Ok(Value::Bytes(text.as_bytes().into()))
            }
            other => Err(unfit("a string", other)),
        },
        Function::ToTimestamp => to_timestamp(value),
        Function::ToDuration => to_duration(value),
        _ => to_text(value, budget),
    }
}

fn size<'a>(value: &Value<'a>, budget: &Budget) -> Answer<'a> {
    Ok(Value::from(match value {
        Value::Str(text) => {
            budget.bytes(text.len())?;
            text.chars().count()
        }
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => list.len(budget)?,
        Value::Map(map) => map.len(budget)?,
        other => return Err(Fault::error(format!("{} has no size", other.type_name()))),
    }))
}

fn out_of_range() -> Fault {
    Fault::error("the number is out of range")
}

fn to_int<'a>(value: &Value<'a>) -> Answer<'a> {
    Ok(Value::Int(match value {
        Value::Int(number) => *number,
        Value::Uint(number) => i64::try_from(*number).map_err(|_| out_of_range())?,
        Value::Double(number) if number.abs() < 9_223_372_036_854_775_808.0 => number.trunc() as i64,
        Value::Double(_) => return Err(out_of_range()),
        Value::Str(text) => text.parse().map_err(|_| Fault::error("the text is no whole number"))?,
        Value::Timestamp(time) => time.seconds,
        Value::Duration(span) => span.0 / 1_000_000_000,
        other => return Err(unfit("a number or string", other)),
    }))
}

fn to_uint<'a>(value: &Value<'a>) -> Answer<'a> {
    Ok(Value::Uint(match value {
        Value::Uint(number) => *number,
        Value::Int(number) => u64::try_from(*number).map_err(|_| out_of_range())?,
        Value::Double(number) if *number > -1.0 && *number < 18_446_744_073_709_551_616.0 => *number as u64,
        Value::Double(_) => return Err(out_of_range()),
        Value::Str(text) => text.parse().map_err(|_| Fault::error("the text is no whole number"))?,
        other => return Err(unfit("a number or string", other)),
    }))
}

fn to_double<'a>(value: &Value<'a>) -> Answer<'a> {
    Ok(Value::Double(match value {
        Value::Double(number) => *number,
        Value::Int(number) => *number as f64,
        Value::Uint(number) => *number as f64,
        Value::Str(text) => text.parse().map_err(|_| Fault::error("the text is no number"))?,
        other => return Err(unfit("a number or string", other)),
    }))
}

fn to_bool<'a>(value: &Value<'a>) -> Answer<'a> {
    match value {
        Value::Bool(_) => Ok(value.clone()),
        Value::Str(text) => match &**text {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(Value::Bool(true)),
            "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(Value::Bool(false)),
            _ => Err(Fault::error("the text is neither true nor false")),
        },
        other => Err(unfit("a bool or string", other)),
    }
}

fn to_timestamp<'a>(value: &Value<'a>) -> Answer<'a> {
    match value {
        Value::Timestamp(_) => Ok(value.clone()),
        Value::Int(seconds) => time::Timestamp::from_nanos(i128::from(*seconds) * 1_000_000_000)
            .map(Value::Timestamp)
            .ok_or_else(out_of_range),
        Value::Str(text) => {
            let whole = text.contains(['T', 't']);
            let read = time::parse_timestamp(text).filter(|_| whole);
            read.map(Value::Timestamp).ok_or_else(|| Fault::error("the text is no date and time"))
        }
        other => Err(unfit("a string", other)),
    }
}

fn to_duration<'a>(value: &Value<'a>) -> Answer<'a> {
    match value {
        Value::Duration(_) => Ok(value.clone()),
        Value::Str(text) => time::parse_duration(text)
            .map(Value::Duration)
            .ok_or_else(|| Fault::error("the text is no duration")),
        other => Err(unfit("a string", other)),
    }
}

fn to_text<'a>(value: &Value<'a>, budget: &Budget) -> Answer<'a> {
    Ok(match value {
        Value::Str(_) => value.clone(),
        Value::Bool(value) => Value::text(if *value { "true" } else { "false" }),
        Value::Int(number) => Value::text(number.to_string()),
        Value::Uint(number) => Value::text(number.to_string()),
        Value::Double(number) => Value::text(double_text(*number)),
        Value::Bytes(bytes) => {
            budget.bytes(bytes.len())?;
            let text = std::str::from_utf8(bytes).map_err(|_| Fault::error("the bytes are no text"))?;
            Value::text(text)
        }
        Value::Timestamp(time) => Value::text(time.text()),
        Value::Duration(span) => Value::text(span.text()),
        Value::Opaque(opaque) => match &**opaque {
            Opaque::Ip(address) => Value::text(address.to_string()),
            Opaque::Cidr(range) => Value::text(range.text()),
            _ => return Err(unfit("a number, address or time", value)),
        },
        other => return Err(unfit("a number, address or time", other)),
    })
}

/// A double as Go's `%g` has it: an exponent for very large and very small numbers.
pub(super) fn double_text(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    if number != 0.0 && !(1e-4..1e21).contains(&number.abs()) {
        let text = format!("{number:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
        return format!("{mantissa}e{sign}{digits:0>2}");
    }
    format!("{number}")
}
