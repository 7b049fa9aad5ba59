//! Functions of lists and sets.

use std::cmp::Ordering;

use super::super::budget::Budget;
use super::super::compare;
use super::super::error::Fault;
use super::super::eval::Answer;
use super::super::function::Function;
use super::super::operators;
use super::super::value::{List, Value};
use super::{arg, int, list, unfit};
use crate::cel::ast::Operator;

/// Longest list that `lists.range` makes.
const MAX_RANGE: i64 = 1_000_000;

pub(super) fn call<'a>(function: Function, args: &[Value<'a>], budget: &Budget) -> Answer<'a> {
    if function == Function::Range {
        return range(int(args, 0)?, budget);
    }
    let subject = list(args, 0)?;
    match function {
        Function::Sum => sum(subject, budget),
        Function::Min => extreme(subject, Ordering::Less, budget),
        Function::Max => extreme(subject, Ordering::Greater, budget),
        Function::IsSorted => is_sorted(subject, budget),
        Function::IndexOf | Function::LastIndexOf => index_of(function, subject, arg(args, 1)?, budget),
        Function::Slice => slice(subject, int(args, 1)?, int(args, 2)?, budget),
        Function::Flatten => flatten(args, subject, budget),
        Function::Distinct => distinct(subject, budget),
        Function::Sort => sorted(subject.collect(budget)?, budget).map(Value::list),
        Function::First => Ok(optional(subject.iter().next())?),
        Function::Last => Ok(optional(subject.collect(budget)?.pop().map(Ok))?),
        Function::Reverse => {
            let mut all = subject.collect(budget)?;
            all.reverse();
            Ok(Value::list(all))
        }
        Function::SetContains => has_all(subject, list(args, 1)?, budget).map(Value::Bool),
        Function::SetEquivalent => {
            let other = list(args, 1)?;
            Ok(Value::Bool(has_all(subject, other, budget)? && has_all(other, subject, budget)?))
        }
        Function::SetIntersects => intersects(subject, arg(args, 1)?, budget),
        _ => Err(unfit("another value", arg(args, 0)?)),
    }
}

fn optional<'a>(item: Option<Result<Value<'a>, Fault>>) -> Answer<'a> {
    Ok(Value::Optional(item.transpose()?.map(std::rc::Rc::new)))
}

fn range<'a>(count: i64, budget: &Budget) -> Answer<'a> {
    if count > MAX_RANGE {
        return Err(Fault::error("the range is too long"));
    }
    budget.charge(count.max(0) as u64)?;
    Ok(Value::list((0..count).map(Value::Int).collect()))
}

fn sum<'a>(subject: &List<'a>, budget: &Budget) -> Answer<'a> {
    let mut total: Option<Value<'a>> = None;
    for item in subject.iter() {
        let item = item?;
        budget.charge(1)?;
        if !matches!(item, Value::Int(_) | Value::Uint(_) | Value::Double(_) | Value::Duration(_)) {
            return Err(unfit("a list of numbers or durations", &item));
        }
        total = Some(match total {
            Some(total) => operators::binary(Operator::Add, &total, &item, budget)?,
            None => item,
        });
    }
    Ok(total.unwrap_or(Value::Int(0)))
}

fn extreme<'a>(subject: &List<'a>, wanted: Ordering, budget: &Budget) -> Answer<'a> {
    let mut best: Option<Value<'a>> = None;
    for item in subject.iter() {
        let item = item?;
        budget.charge(1)?;
        let better = match &best {
            Some(best) => compare::order(&item, best, budget)? == Some(wanted),
            None => true,
        };
        if better {
            best = Some(item);
        }
    }
    best.ok_or_else(|| Fault::error("an empty list has neither least nor greatest item"))
}

fn is_sorted<'a>(subject: &List<'a>, budget: &Budget) -> Answer<'a> {
    let mut before: Option<Value<'a>> = None;
    for item in subject.iter() {
        let item = item?;
        budget.charge(1)?;
        if let Some(before) = &before
            && compare::order(before, &item, budget)? == Some(Ordering::Greater)
        {
            return Ok(Value::Bool(false));
        }
        before = Some(item);
    }
    Ok(Value::Bool(true))
}

fn index_of<'a>(function: Function, subject: &List<'a>, wanted: &Value<'a>, budget: &Budget) -> Answer<'a> {
    let mut found = Value::Int(-1);
    for (at, item) in subject.iter().enumerate() {
        if compare::equal(&item?, wanted, budget)? {
            found = Value::from(at);
            if function == Function::IndexOf {
                break;
            }
        }
    }
    Ok(found)
}

fn slice<'a>(subject: &List<'a>, start: i64, end: i64, budget: &Budget) -> Answer<'a> {
    let all = subject.collect(budget)?;
    let bounds = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    let part = bounds.and_then(|(start, end)| all.get(start..end));
    part.map(|part| Value::list(part.to_vec())).ok_or_else(|| Fault::error("the slice is outside the list"))
}

fn flatten<'a>(args: &[Value<'a>], subject: &List<'a>, budget: &Budget) -> Answer<'a> {
    let depth = if args.len() > 1 { int(args, 1)? } else { 1 };
    if depth < 0 {
        return Err(Fault::error("the depth is negative"));
    }
    let mut all = subject.collect(budget)?;
    for _ in 0..depth.min(64) {
        if !all.iter().any(|item| matches!(item, Value::List(_))) {
            break;
        }
        let mut flat = Vec::new();
        for item in all {
            budget.charge(1)?;
            match item {
                Value::List(list) => flat.extend(list.collect(budget)?),
                other => flat.push(other),
            }
        }
        all = flat;
    }
    Ok(Value::list(all))
}

fn distinct<'a>(subject: &List<'a>, budget: &Budget) -> Answer<'a> {
    let mut all: Vec<Value<'a>> = Vec::new();
    for item in subject.iter() {
        let item = item?;
        let mut known = false;
        for other in &all {
            known |= compare::equal(other, &item, budget)?;
        }
        if !known {
            all.push(item);
        }
    }
    Ok(Value::list(all))
}

/// Sorted by merging. The standard sort may panic on an order that is none, and NaN has none.
fn sorted<'a>(items: Vec<Value<'a>>, budget: &Budget) -> Result<Vec<Value<'a>>, Fault> {
    let pairs = items.into_iter().map(|item| (item.clone(), item)).collect();
    Ok(sort_pairs(pairs, budget)?.into_iter().map(|(_, item)| item).collect())
}

/// Pairs in the order of their first values; equal ones stay as they are.
pub(crate) fn sort_pairs<'a>(
    pairs: Vec<(Value<'a>, Value<'a>)>,
    budget: &Budget,
) -> Result<Vec<(Value<'a>, Value<'a>)>, Fault> {
    if pairs.len() < 2 {
        return Ok(pairs);
    }
    let mut left = pairs;
    let right = left.split_off(left.len() / 2);
    let (left, right) = (sort_pairs(left, budget)?, sort_pairs(right, budget)?);
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    let mut all = Vec::new();
    while let (Some((a, _)), Some((b, _))) = (left.peek(), right.peek()) {
        budget.charge(1)?;
        let later = compare::order(a, b, budget)? == Some(Ordering::Greater);
        all.extend(if later { right.next() } else { left.next() });
    }
    all.extend(left);
    all.extend(right);
    Ok(all)
}

fn has_all<'a>(all: &List<'a>, wanted: &List<'a>, budget: &Budget) -> Result<bool, Fault> {
    let all = Value::List(all.clone());
    for item in wanted.iter() {
        if !operators::contains(&item?, &all, budget)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn intersects<'a>(subject: &List<'a>, other: &Value<'a>, budget: &Budget) -> Answer<'a> {
    for item in subject.iter() {
        if operators::contains(&item?, other, budget)? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}
