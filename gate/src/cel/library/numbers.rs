//! Kubernetes' quantities, versions and named formats.

use std::cmp::Ordering;

use super::super::budget::Budget;
use super::super::error::Fault;
use super::super::eval::Answer;
use super::super::function::Function;
use super::super::names::NameFormat;
use super::super::quantity::Quantity;
use super::super::semver::Semver;
use super::super::value::{Opaque, Value};
use super::{arg, text, unfit};

pub(super) fn call<'a>(function: Function, args: &[Value<'a>], budget: &Budget) -> Answer<'a> {
    match function {
        Function::IsQuantity => Ok(Value::Bool(Quantity::parse(text(args, 0)?).is_some())),
        Function::ToQuantity => Quantity::parse(text(args, 0)?)
            .map(|quantity| Value::opaque(Opaque::Quantity(quantity)))
            .ok_or_else(|| Fault::error("the text is no quantity")),
        Function::IsSemver => Ok(Value::Bool(semver(args)?.is_some())),
        Function::ToSemver => semver(args)?
            .map(|version| Value::opaque(Opaque::Semver(version)))
            .ok_or_else(|| Fault::error("the text is no semantic version")),
        Function::Named => {
            let format = NameFormat::named(text(args, 0)?);
            Ok(Value::Optional(format.map(|format| std::rc::Rc::new(Value::opaque(Opaque::Format(format))))))
        }
        Function::NamedFormat => NameFormat::named(text(args, 0)?)
            .map(|format| Value::opaque(Opaque::Format(format)))
            .ok_or_else(|| Fault::error("no such format")),
        _ => of_opaque(function, args, budget),
    }
}

fn semver(args: &[Value<'_>]) -> Result<Option<Semver>, Fault> {
    let normalize = match args.get(1) {
        None => false,
        Some(Value::Bool(normalize)) => *normalize,
        Some(other) => return Err(unfit("a bool", other)),
    };
    Ok(Semver::parse(text(args, 0)?, normalize))
}

fn of_opaque<'a>(function: Function, args: &[Value<'a>], budget: &Budget) -> Answer<'a> {
    let first = arg(args, 0)?;
    let Value::Opaque(opaque) = first else { return Err(unfit("a quantity or version", first)) };
    match (&**opaque, function) {
        (Opaque::Format(format), Function::Validate) => {
            let subject = text(args, 1)?;
            budget.bytes(subject.len().saturating_mul(4))?;
            Ok(Value::Optional(
                format
                    .broken(subject)
                    .map(|message| std::rc::Rc::new(Value::list(vec![Value::text(message)]))),
            ))
        }
        (Opaque::Semver(version), Function::Major) => Ok(Value::Int(version.numbers[0])),
        (Opaque::Semver(version), Function::Minor) => Ok(Value::Int(version.numbers[1])),
        (Opaque::Semver(version), Function::Patch) => Ok(Value::Int(version.numbers[2])),
        (Opaque::Semver(version), Function::IsGreater | Function::IsLess | Function::CompareTo) => {
            match arg(args, 1)? {
                Value::Opaque(other) => match &**other {
                    Opaque::Semver(other) => Ok(ordered(function, version.cmp(other))),
                    _ => Err(unfit("a version", arg(args, 1)?)),
                },
                other => Err(unfit("a version", other)),
            }
        }
        (Opaque::Quantity(quantity), _) => of_quantity(function, *quantity, args),
        _ => Err(unfit("a quantity or version", first)),
    }
}

fn of_quantity<'a>(function: Function, quantity: Quantity, args: &[Value<'a>]) -> Answer<'a> {
    let out_of_range = || Fault::error("the quantity does not fit");
    match function {
        Function::IsInteger => return Ok(Value::Bool(quantity.whole().is_some())),
        Function::AsInteger => return quantity.whole().map(Value::Int).ok_or_else(out_of_range),
        Function::AsFloat => return Ok(Value::Double(quantity.float())),
        Function::QuantitySign => return Ok(Value::Int(quantity.sign())),
        _ => {}
    }
    let other = match arg(args, 1)? {
        Value::Opaque(other) => match **other {
            Opaque::Quantity(other) => other,
            _ => return Err(unfit("a quantity", arg(args, 1)?)),
        },
        Value::Int(number) if matches!(function, Function::Add | Function::Subtract) => {
            Quantity::from_int(*number)
        }
        other => return Err(unfit("a quantity", other)),
    };
    let made = |quantity: Option<Quantity>| {
        quantity.map(|quantity| Value::opaque(Opaque::Quantity(quantity))).ok_or_else(out_of_range)
    };
    match function {
        Function::Add => made(quantity.plus(other)),
        Function::Subtract => made(quantity.minus(other)),
        _ => Ok(ordered(function, quantity.cmp(&other))),
    }
}

fn ordered<'a>(function: Function, order: Ordering) -> Value<'a> {
    match function {
        Function::IsGreater => Value::Bool(order.is_gt()),
        Function::IsLess => Value::Bool(order.is_lt()),
        _ => Value::Int(order as i64),
    }
}
