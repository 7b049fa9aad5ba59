//! The `math` library.

use std::cmp::Ordering;

use super::super::budget::Budget;
use super::super::compare;
use super::super::error::Fault;
use super::super::eval::Answer;
use super::super::function::Function;
use super::super::value::{List, Value};
use super::{arg, int, unfit};

pub(super) fn call<'a>(function: Function, args: &[Value<'a>], budget: &Budget) -> Answer<'a> {
    match function {
        Function::Greatest => extreme(args, Ordering::Greater, budget),
        Function::Least => extreme(args, Ordering::Less, budget),
        Function::Abs | Function::Sign => of_any_number(function, arg(args, 0)?),
        Function::Ceil
        | Function::Floor
        | Function::Round
        | Function::Trunc
        | Function::IsNan
        | Function::IsInf
        | Function::IsFinite
        | Function::Sqrt => of_double(function, arg(args, 0)?),
        _ => bits(function, args),
    }
}

fn extreme<'a>(args: &[Value<'a>], wanted: Ordering, budget: &Budget) -> Answer<'a> {
    let list = match args {
        [Value::List(list)] => list.clone(),
        _ => List::Made(std::rc::Rc::new(args.to_vec())),
    };
    let mut best: Option<Value<'a>> = None;
    for item in list.iter() {
        let item = item?;
        budget.charge(1)?;
        if !matches!(item, Value::Int(_) | Value::Uint(_) | Value::Double(_)) {
            return Err(unfit("a number", &item));
        }
        let better = match &best {
            Some(best) => compare::order(&item, best, budget)? == Some(wanted),
            None => true,
        };
        best = if better { Some(item) } else { best };
    }
    best.ok_or_else(|| Fault::error("there is no number"))
}

fn of_any_number<'a>(function: Function, value: &Value<'a>) -> Answer<'a> {
    let sign = function == Function::Sign;
    Ok(match value {
        Value::Int(number) if sign => Value::Int(number.signum()),
        Value::Int(number) => {
            Value::Int(number.checked_abs().ok_or_else(|| Fault::error("the result does not fit 64 bits"))?)
        }
        Value::Uint(number) => Value::Uint(if sign { (*number).min(1) } else { *number }),
        Value::Double(number) if sign && (*number == 0.0 || number.is_nan()) => Value::Double(*number),
        Value::Double(number) => Value::Double(if sign { number.signum() } else { number.abs() }),
        other => return Err(unfit("a number", other)),
    })
}

fn of_double<'a>(function: Function, value: &Value<'a>) -> Answer<'a> {
    let number = match value {
        Value::Double(number) => *number,
        Value::Int(number) if function == Function::Sqrt => *number as f64,
        Value::Uint(number) if function == Function::Sqrt => *number as f64,
        other => return Err(unfit("a double", other)),
    };
    Ok(match function {
        Function::Ceil => Value::Double(number.ceil()),
        Function::Floor => Value::Double(number.floor()),
        Function::Round => Value::Double(number.round()),
        Function::Trunc => Value::Double(number.trunc()),
        Function::Sqrt => Value::Double(number.sqrt()),
        Function::IsNan => Value::Bool(number.is_nan()),
        Function::IsInf => Value::Bool(number.is_infinite()),
        _ => Value::Bool(number.is_finite()),
    })
}

fn bits<'a>(function: Function, args: &[Value<'a>]) -> Answer<'a> {
    let first = arg(args, 0)?;
    if function == Function::BitNot {
        return match first {
            Value::Int(number) => Ok(Value::Int(!number)),
            Value::Uint(number) => Ok(Value::Uint(!number)),
            other => Err(unfit("a whole number", other)),
        };
    }
    if matches!(function, Function::BitLeft | Function::BitRight) {
        return shifted(function == Function::BitLeft, first, int(args, 1)?);
    }
    let of = |a: u64, b: u64| match function {
        Function::BitAnd => a & b,
        Function::BitOr => a | b,
        _ => a ^ b,
    };
    match (first, arg(args, 1)?) {
        (Value::Int(a), Value::Int(b)) => Ok(Value::Int(of(*a as u64, *b as u64) as i64)),
        (Value::Uint(a), Value::Uint(b)) => Ok(Value::Uint(of(*a, *b))),
        (_, other) => Err(unfit("two whole numbers of one type", other)),
    }
}

fn shifted<'a>(left: bool, value: &Value<'a>, by: i64) -> Answer<'a> {
    let by = u32::try_from(by).map_err(|_| Fault::error("the shift is negative"))?;
    let of = |bits: u64| if left { bits.checked_shl(by) } else { bits.checked_shr(by) }.unwrap_or(0);
    match value {
        Value::Int(number) => Ok(Value::Int(of(*number as u64) as i64)),
        Value::Uint(number) => Ok(Value::Uint(of(*number))),
        other => Err(unfit("a whole number", other)),
    }
}
