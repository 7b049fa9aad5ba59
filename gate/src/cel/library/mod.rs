//! What the functions do, a file for each library.

mod convert;
mod format;
mod lists;
mod math;
mod moments;
mod network;
mod numbers;
mod optionals;
mod patterns;
mod strings;

use super::ast::Pattern;
use super::error::Fault;
use super::eval::{Answer, Evaluation};
use super::function::Function as F;
use super::value::{List, Value};

pub(super) use lists::sort_pairs;
pub(super) use patterns::compile as regex;

/// The value of a call; a receiver is the first argument.
pub(super) fn call<'a>(
    evaluation: &mut Evaluation<'a>,
    function: F,
    args: Vec<Value<'a>>,
    pattern: Option<&Pattern>,
) -> Answer<'a> {
    let budget = evaluation.budget;
    match function {
        F::Size
        | F::Type
        | F::Dyn
        | F::ToInt
        | F::ToUint
        | F::ToDouble
        | F::ToStr
        | F::ToBytes
        | F::ToBool
        | F::ToTimestamp
        | F::ToDuration => convert::call(function, &args, budget),
        F::Matches | F::Find | F::FindAll => patterns::call(evaluation, function, &args, pattern),
        F::IndexOf | F::LastIndexOf | F::Reverse if matches!(args.first(), Some(Value::List(_))) => {
            lists::call(function, &args, budget)
        }
        F::Contains
        | F::StartsWith
        | F::EndsWith
        | F::CharAt
        | F::IndexOf
        | F::LastIndexOf
        | F::LowerAscii
        | F::UpperAscii
        | F::Replace
        | F::Split
        | F::Substring
        | F::Trim
        | F::Join
        | F::Quote
        | F::Reverse => strings::call(function, &args, budget),
        F::Format => format::call(&args, budget),
        F::FullYear
        | F::Month
        | F::Date
        | F::DayOfMonth
        | F::DayOfWeek
        | F::DayOfYear
        | F::Hours
        | F::Minutes
        | F::Seconds
        | F::Milliseconds => moments::call(function, &args),
        F::Sum
        | F::Min
        | F::Max
        | F::IsSorted
        | F::Slice
        | F::Flatten
        | F::Distinct
        | F::Sort
        | F::First
        | F::Last
        | F::Range
        | F::SetContains
        | F::SetEquivalent
        | F::SetIntersects => lists::call(function, &args, budget),
        F::Greatest
        | F::Least
        | F::Abs
        | F::Ceil
        | F::Floor
        | F::Round
        | F::Trunc
        | F::Sign
        | F::Sqrt
        | F::IsNan
        | F::IsInf
        | F::IsFinite
        | F::BitAnd
        | F::BitOr
        | F::BitXor
        | F::BitNot
        | F::BitLeft
        | F::BitRight => math::call(function, &args, budget),
        F::OptionalOf
        | F::OptionalNone
        | F::OptionalOfNonZero
        | F::HasValue
        | F::Value
        | F::Or
        | F::OrValue => optionals::call(function, &args, budget),
        F::IsQuantity
        | F::ToQuantity
        | F::IsInteger
        | F::AsInteger
        | F::AsFloat
        | F::QuantitySign
        | F::IsGreater
        | F::IsLess
        | F::CompareTo
        | F::Add
        | F::Subtract
        | F::IsSemver
        | F::ToSemver
        | F::Major
        | F::Minor
        | F::Patch
        | F::Named
        | F::NamedFormat
        | F::Validate => numbers::call(function, &args, budget),
        _ => network::call(function, &args, budget),
    }
}

/// Argument `at`.
fn arg<'v, 'a>(args: &'v [Value<'a>], at: usize) -> Result<&'v Value<'a>, Fault> {
    args.get(at).ok_or_else(|| Fault::error("an argument is missing"))
}

/// Argument `at`, which has to be a text.
fn text<'v>(args: &'v [Value<'_>], at: usize) -> Result<&'v str, Fault> {
    let value = arg(args, at)?;
    value.as_str().ok_or_else(|| unfit("a string", value))
}

/// Argument `at`, which has to be a whole number.
fn int(args: &[Value<'_>], at: usize) -> Result<i64, Fault> {
    match arg(args, at)? {
        Value::Int(number) => Ok(*number),
        other => Err(unfit("an int", other)),
    }
}

/// Argument `at`, which has to be a list.
fn list<'v, 'a>(args: &'v [Value<'a>], at: usize) -> Result<&'v List<'a>, Fault> {
    match arg(args, at)? {
        Value::List(list) => Ok(list),
        other => Err(unfit("a list", other)),
    }
}

fn unfit(wanted: &str, found: &Value<'_>) -> Fault {
    Fault::error(format!("{wanted} is needed here, not {}", found.type_name()))
}
