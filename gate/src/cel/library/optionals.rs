//! Values that may be absent.

use std::rc::Rc;

use super::super::budget::Budget;
use super::super::error::Fault;
use super::super::eval::Answer;
use super::super::function::Function;
use super::super::value::Value;
use super::{arg, unfit};

pub(super) fn call<'a>(function: Function, args: &[Value<'a>], budget: &Budget) -> Answer<'a> {
    match function {
        Function::OptionalNone => return Ok(Value::Optional(None)),
        Function::OptionalOf => return Ok(Value::some(arg(args, 0)?.clone())),
        Function::OptionalOfNonZero => {
            let value = arg(args, 0)?;
            return Ok(Value::Optional((!is_zero(value, budget)?).then(|| Rc::new(value.clone()))));
        }
        _ => {}
    }
    let Value::Optional(inner) = arg(args, 0)? else { return Err(unfit("an optional", arg(args, 0)?)) };
    match function {
        Function::HasValue => Ok(Value::Bool(inner.is_some())),
        Function::Value => {
            let value = inner.as_ref().ok_or_else(|| Fault::error("the optional has no value"))?;
            Ok((**value).clone())
        }
        Function::Or => match arg(args, 1)? {
            other @ Value::Optional(_) => {
                Ok(if inner.is_some() { arg(args, 0)?.clone() } else { other.clone() })
            }
            other => Err(unfit("an optional", other)),
        },
        _ => Ok(inner.as_ref().map_or_else(|| arg(args, 1).cloned(), |value| Ok((**value).clone()))?),
    }
}

fn is_zero(value: &Value<'_>, budget: &Budget) -> Result<bool, Fault> {
    Ok(match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Int(number) => *number == 0,
        Value::Uint(number) => *number == 0,
        Value::Double(number) => *number == 0.0,
        Value::Str(text) => text.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        Value::List(list) => list.len(budget)? == 0,
        Value::Map(map) => map.len(budget)? == 0,
        Value::Duration(span) => span.0 == 0,
        Value::Optional(inner) => inner.is_none(),
        _ => false,
    })
}
