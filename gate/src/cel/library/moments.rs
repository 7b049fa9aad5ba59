//! Parts of moments and spans of time.

use super::super::error::Fault;
use super::super::eval::Answer;
use super::super::function::Function;
use super::super::time::{Timestamp, parse_offset};
use super::super::value::Value;
use super::{arg, text, unfit};

pub(super) fn call<'a>(function: Function, args: &[Value<'a>]) -> Answer<'a> {
    match arg(args, 0)? {
        Value::Timestamp(time) => {
            let offset = if args.len() > 1 { offset(text(args, 1)?)? } else { 0 };
            Ok(Value::Int(of_moment(function, *time, offset)))
        }
        Value::Duration(span) => {
            let unit = match function {
                Function::Hours => 3_600_000_000_000,
                Function::Minutes => 60_000_000_000,
                Function::Seconds => 1_000_000_000,
                Function::Milliseconds => 1_000_000,
                _ => return Err(unfit("a timestamp", arg(args, 0)?)),
            };
            Ok(Value::Int(span.0 / unit))
        }
        other => Err(unfit("a timestamp or duration", other)),
    }
}

/// Seconds east of Greenwich. Zones with a name need a database, which the gate does not carry.
fn offset(zone: &str) -> Result<i64, Fault> {
    if zone.is_empty() || zone == "UTC" || zone == "Etc/UTC" || zone == "GMT" {
        return Ok(0);
    }
    if let Some(offset) = parse_offset(zone) {
        return Ok(offset);
    }
    let zone = crate::text::clean_line(zone);
    let zone = crate::text::shorten(&zone, 40);
    Err(Fault::Unsupported { what: format!("the time zone `{zone}` is not known to gate") })
}

fn of_moment(function: Function, time: Timestamp, offset: i64) -> i64 {
    let at = time.civil(offset);
    match function {
        Function::FullYear => at.year,
        Function::Month => at.month - 1,
        Function::Date => at.day,
        Function::DayOfMonth => at.day - 1,
        Function::DayOfWeek => at.weekday,
        Function::DayOfYear => at.day_of_year,
        Function::Hours => at.hour,
        Function::Minutes => at.minute,
        Function::Seconds => at.second,
        _ => i64::from(time.nanos / 1_000_000),
    }
}
