//! Arithmetic and comparison. Nothing wraps around: what does not fit is an error.

use std::cmp::Ordering;

use super::ast::Operator;
use super::budget::Budget;
use super::compare;
use super::error::Fault;
use super::eval::Answer;
use super::types::ListType;
use super::value::{List, Value};

/// The value of `a operator b`.
pub(super) fn binary<'a>(operator: Operator, a: &Value<'a>, b: &Value<'a>, budget: &Budget) -> Answer<'a> {
    let ordered =
        |wanted: fn(Ordering) -> bool| Ok(Value::Bool(compare::order(a, b, budget)?.is_some_and(wanted)));
    match operator {
        Operator::Equal => compare::equal(a, b, budget).map(Value::Bool),
        Operator::Unequal => compare::equal(a, b, budget).map(|equal| Value::Bool(!equal)),
        Operator::Less => ordered(Ordering::is_lt),
        Operator::LessEqual => ordered(Ordering::is_le),
        Operator::Greater => ordered(Ordering::is_gt),
        Operator::GreaterEqual => ordered(Ordering::is_ge),
        Operator::In => contains(a, b, budget).map(Value::Bool),
        Operator::Add => add(a, b, budget),
        Operator::Subtract => subtract(a, b),
        Operator::Multiply => multiply(a, b),
        Operator::Divide | Operator::Modulo => divide(operator == Operator::Modulo, a, b),
    }
}

fn overflow() -> Fault {
    Fault::error("the result does not fit 64 bits")
}

fn unfit(symbol: &str, a: &Value<'_>, b: &Value<'_>) -> Fault {
    Fault::error(format!("there is no {} {symbol} {}", a.type_name(), b.type_name()))
}

pub(super) fn negate(value: Value<'_>) -> Answer<'_> {
    match value {
        Value::Int(number) => number.checked_neg().map(Value::Int).ok_or_else(overflow),
        Value::Double(number) => Ok(Value::Double(-number)),
        other => Err(Fault::error(format!("there is no -{}", other.type_name()))),
    }
}

/// True if a list has the item or a map the key.
pub(super) fn contains(item: &Value<'_>, all: &Value<'_>, budget: &Budget) -> Result<bool, Fault> {
    match all {
        Value::Map(map) => Ok(compare::lookup(map, item, budget)?.is_some()),
        Value::List(list) => {
            for other in list.iter() {
                if compare::equal(item, &other?, budget)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        other => Err(Fault::error(format!("there is no `in` {}", other.type_name()))),
    }
}

fn add<'a>(a: &Value<'a>, b: &Value<'a>, budget: &Budget) -> Answer<'a> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.checked_add(*b).map(Value::Int).ok_or_else(overflow),
        (Value::Uint(a), Value::Uint(b)) => a.checked_add(*b).map(Value::Uint).ok_or_else(overflow),
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a + b)),
        (Value::Str(a), Value::Str(b)) => {
            budget.bytes(a.len() + b.len())?;
            Ok(Value::text([&**a, &**b].concat()))
        }
        (Value::Bytes(a), Value::Bytes(b)) => {
            budget.bytes(a.len() + b.len())?;
            Ok(Value::Bytes([&**a, &**b].concat().into()))
        }
        (Value::List(a), Value::List(b)) => add_lists(a, b, budget),
        (Value::Timestamp(time), Value::Duration(span)) | (Value::Duration(span), Value::Timestamp(time)) => {
            time.plus(*span).map(Value::Timestamp).ok_or_else(overflow)
        }
        (Value::Duration(a), Value::Duration(b)) => a.plus(*b).map(Value::Duration).ok_or_else(overflow),
        _ => Err(unfit("+", a, b)),
    }
}

/// Lists one after the other; sets united; list maps merged by their keys.
fn add_lists<'a>(a: &List<'a>, b: &List<'a>, budget: &Budget) -> Answer<'a> {
    let list_type = compare::list_type(a, b);
    let mut all = a.collect(budget)?;
    for item in b.iter() {
        let item = item?;
        budget.charge(1)?;
        let same = match &list_type {
            ListType::Atomic => None,
            ListType::Set => position(&all, budget, |known| compare::equal(known, &item, budget))?,
            ListType::Map(keys) => position(&all, budget, |known| same_keys(known, &item, keys, budget))?,
        };
        match same.and_then(|at| all.get_mut(at)) {
            Some(place) => *place = item,
            None => all.push(item),
        }
    }
    Ok(Value::list(all))
}

fn position<'a>(
    all: &[Value<'a>],
    budget: &Budget,
    is_it: impl Fn(&Value<'a>) -> Result<bool, Fault>,
) -> Result<Option<usize>, Fault> {
    for (at, known) in all.iter().enumerate() {
        budget.charge(1)?;
        if is_it(known)? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

fn same_keys(a: &Value<'_>, b: &Value<'_>, keys: &[&str], budget: &Budget) -> Result<bool, Fault> {
    let (Value::Map(a), Value::Map(b)) = (a, b) else { return Ok(false) };
    for key in keys {
        let same = match (a.get(key, budget)?, b.get(key, budget)?) {
            (Some(a), Some(b)) => compare::equal(&a, &b, budget)?,
            (a, b) => a.is_none() && b.is_none(),
        };
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}

fn subtract<'a>(a: &Value<'a>, b: &Value<'a>) -> Answer<'a> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.checked_sub(*b).map(Value::Int).ok_or_else(overflow),
        (Value::Uint(a), Value::Uint(b)) => a.checked_sub(*b).map(Value::Uint).ok_or_else(overflow),
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a - b)),
        (Value::Timestamp(a), Value::Timestamp(b)) => a.since(*b).map(Value::Duration).ok_or_else(overflow),
        (Value::Timestamp(time), Value::Duration(span)) => {
            span.negated().and_then(|span| time.plus(span)).map(Value::Timestamp).ok_or_else(overflow)
        }
        (Value::Duration(a), Value::Duration(b)) => {
            b.negated().and_then(|b| a.plus(b)).map(Value::Duration).ok_or_else(overflow)
        }
        _ => Err(unfit("-", a, b)),
    }
}

fn multiply<'a>(a: &Value<'a>, b: &Value<'a>) -> Answer<'a> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.checked_mul(*b).map(Value::Int).ok_or_else(overflow),
        (Value::Uint(a), Value::Uint(b)) => a.checked_mul(*b).map(Value::Uint).ok_or_else(overflow),
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a * b)),
        _ => Err(unfit("*", a, b)),
    }
}

fn divide<'a>(modulo: bool, a: &Value<'a>, b: &Value<'a>) -> Answer<'a> {
    match (a, b) {
        (Value::Int(_), Value::Int(0)) | (Value::Uint(_), Value::Uint(0)) => {
            Err(Fault::error("division by zero"))
        }
        (Value::Int(a), Value::Int(b)) => {
            let result = if modulo { a.checked_rem(*b) } else { a.checked_div(*b) };
            result.map(Value::Int).ok_or_else(overflow)
        }
        (Value::Uint(a), Value::Uint(b)) => Ok(Value::Uint(if modulo { a % b } else { a / b })),
        (Value::Double(a), Value::Double(b)) if !modulo => Ok(Value::Double(a / b)),
        _ => Err(unfit(if modulo { "%" } else { "/" }, a, b)),
    }
}
