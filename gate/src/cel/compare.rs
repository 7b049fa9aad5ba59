//! Which values are equal and which comes first.

use std::cmp::Ordering;

use super::budget::Budget;
use super::error::Fault;
use super::types::ListType;
use super::value::{List, Map, Opaque, Value};

/// Values that are nested deeper are not compared.
const MAX_DEPTH: u32 = 200;

/// True if two values are equal; values of different types are not, numbers are compared by what they are worth.
pub(super) fn equal(a: &Value<'_>, b: &Value<'_>, budget: &Budget) -> Result<bool, Fault> {
    equal_at(a, b, budget, 0)
}

fn equal_at(a: &Value<'_>, b: &Value<'_>, budget: &Budget, depth: u32) -> Result<bool, Fault> {
    budget.charge(1)?;
    if depth > MAX_DEPTH {
        return Err(Fault::Unsupported {
            what: "values that are nested so deeply are not compared".to_owned(),
        });
    }
    Ok(match (a, b) {
        (Value::Str(a), Value::Str(b)) => {
            budget.bytes(a.len().min(b.len()))?;
            **a == **b
        }
        (Value::Bytes(a), Value::Bytes(b)) => {
            budget.bytes(a.len().min(b.len()))?;
            a == b
        }
        (Value::Null, Value::Null) => true,
        (Value::Type(a), Value::Type(b)) => a == b,
        (Value::Optional(a), Value::Optional(b)) => match (a, b) {
            (Some(a), Some(b)) => equal_at(a, b, budget, depth + 1)?,
            (a, b) => a.is_none() && b.is_none(),
        },
        (Value::Opaque(a), Value::Opaque(b)) => a == b,
        (Value::List(a), Value::List(b)) => lists(a, b, budget, depth)?,
        (Value::Map(a), Value::Map(b)) => maps(a, b, budget, depth)?,
        _ => scalar_order(a, b) == Some(Some(Ordering::Equal)),
    })
}

fn lists(a: &List<'_>, b: &List<'_>, budget: &Budget, depth: u32) -> Result<bool, Fault> {
    let list_type = list_type(a, b);
    if a.len(budget)? != b.len(budget)? {
        return Ok(false);
    }
    if list_type == ListType::Atomic {
        for (a, b) in a.iter().zip(b.iter()) {
            if !equal_at(&a?, &b?, budget, depth + 1)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let others = b.collect(budget)?;
    for item in a.iter() {
        let item = item?;
        let mut found = false;
        for other in &others {
            if equal_at(&item, other, budget, depth + 1)? {
                found = true;
                break;
            }
        }
        if !found {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The type of two lists: of the one that has a schema.
pub(super) fn list_type<'a>(a: &List<'a>, b: &List<'a>) -> ListType<'a> {
    match (a, b) {
        (List::Place(place), _) | (_, List::Place(place)) => place.list_type(),
        _ => ListType::Atomic,
    }
}

fn maps(a: &Map<'_>, b: &Map<'_>, budget: &Budget, depth: u32) -> Result<bool, Fault> {
    if a.len(budget)? != b.len(budget)? {
        return Ok(false);
    }
    for (key, value) in a.entries(budget)? {
        let other = lookup(b, &key, budget)?;
        let Some(other) = other else { return Ok(false) };
        if !equal_at(&value, &other, budget, depth + 1)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The value of a key of any type.
pub(super) fn lookup<'a>(
    map: &Map<'a>,
    key: &Value<'_>,
    budget: &Budget,
) -> Result<Option<Value<'a>>, Fault> {
    if let Some(name) = key.as_str() {
        return map.get(name, budget);
    }
    let Map::Made(entries) = map else { return Ok(None) };
    for (known, value) in entries.iter() {
        if equal_at(known, key, budget, 1)? {
            return Ok(Some(value.clone()));
        }
    }
    Ok(None)
}

/// The order of two values, or why they have none; none for what is not a number (NaN).
pub(super) fn order(a: &Value<'_>, b: &Value<'_>, budget: &Budget) -> Result<Option<Ordering>, Fault> {
    match (a, b) {
        (Value::Str(a), Value::Str(b)) => {
            budget.bytes(a.len().min(b.len()))?;
            Ok(Some((**a).cmp(&**b)))
        }
        (Value::Bytes(a), Value::Bytes(b)) => {
            budget.bytes(a.len().min(b.len()))?;
            Ok(Some(a.cmp(b)))
        }
        _ => scalar_order(a, b)
            .ok_or_else(|| Fault::error(format!("{} and {} have no order", a.type_name(), b.type_name()))),
    }
}

/// None for values that cannot be compared, some none for NaN.
fn scalar_order(a: &Value<'_>, b: &Value<'_>) -> Option<Option<Ordering>> {
    use Value::{Bool, Double, Duration, Int, Timestamp, Uint};
    Some(match (a, b) {
        (Bool(a), Bool(b)) => Some(a.cmp(b)),
        (Int(a), Int(b)) => Some(a.cmp(b)),
        (Uint(a), Uint(b)) => Some(a.cmp(b)),
        (Int(a), Uint(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
        (Uint(a), Int(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
        (Double(a), Double(b)) => a.partial_cmp(b),
        (Double(a), Int(b)) => with_whole(*a, i128::from(*b)),
        (Double(a), Uint(b)) => with_whole(*a, i128::from(*b)),
        (Int(a), Double(b)) => with_whole(*b, i128::from(*a)).map(Ordering::reverse),
        (Uint(a), Double(b)) => with_whole(*b, i128::from(*a)).map(Ordering::reverse),
        (Timestamp(a), Timestamp(b)) => Some(a.cmp(b)),
        (Duration(a), Duration(b)) => Some(a.cmp(b)),
        (Value::Opaque(a), Value::Opaque(b)) => match (&**a, &**b) {
            (Opaque::Quantity(a), Opaque::Quantity(b)) => Some(a.cmp(b)),
            (Opaque::Semver(a), Opaque::Semver(b)) => Some(a.cmp(b)),
            _ => return None,
        },
        _ => return None,
    })
}

/// The order of a double and a whole number, without the loss that a conversion would bring.
fn with_whole(double: f64, whole: i128) -> Option<Ordering> {
    if double.is_nan() {
        return None;
    }
    if double.abs() >= 1e30 {
        return Some(if double > 0.0 { Ordering::Greater } else { Ordering::Less });
    }
    let floor = double.floor();
    let order = (floor as i128).cmp(&whole);
    Some(if order == Ordering::Equal && double > floor { Ordering::Greater } else { order })
}
