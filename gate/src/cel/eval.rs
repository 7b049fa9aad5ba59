//! Evaluation: every node costs a step, and an error stays inside an `&&` or `||` that another part decides.

use super::ast::{Ast, Id, Literal, Node, Range, Root};
use super::budget::Budget;
use super::compare;
use super::error::Fault;
use super::library;
use super::operators;
use super::value::{List, Map, Text, Value};

/// What an expression is evaluated on.
pub(super) struct Evaluation<'a> {
    pub ast: &'a Ast,
    pub this: Value<'a>,
    pub old: Option<Value<'a>>,
    pub budget: &'a Budget,
    /// Local variables.
    pub stack: Vec<Value<'a>>,
    /// Regular expressions that are no constants.
    pub patterns: Vec<(String, regex::Regex)>,
}

pub(super) type Answer<'a> = Result<Value<'a>, Fault>;

impl<'a> Evaluation<'a> {
    pub(super) fn node(&mut self, id: Id) -> Answer<'a> {
        self.budget.charge(1)?;
        let ast = self.ast;
        let Some(node) = ast.nodes.get(id as usize) else { return Err(Fault::error("no such part")) };
        let result = self.dispatch(node);
        result.map_err(|fault| fault.placed(ast.places.get(id as usize).copied().unwrap_or(0)))
    }

    fn dispatch(&mut self, node: &'a Node) -> Answer<'a> {
        match node {
            Node::Literal(literal) => Ok(constant(literal)),
            Node::Root(Root::This) => Ok(self.this.clone()),
            Node::Root(Root::Old) => self.old.clone().ok_or_else(|| Fault::error("there is no old value")),
            Node::Local(slot) => self.local(*slot),
            Node::Type(name) => Ok(Value::Type(name)),
            Node::Select { operand, field, optional } => self.select(*operand, field, *optional),
            Node::Has { operand, field } => {
                let operand = self.node(*operand)?;
                self.has(&operand, field).map(Value::Bool)
            }
            Node::Index { operand, index, optional } => self.index(*operand, *index, *optional),
            Node::Not(operand) => match self.node(*operand)? {
                Value::Bool(value) => Ok(Value::Bool(!value)),
                other => Err(Fault::error(format!("`!` needs a bool, not {}", other.type_name()))),
            },
            Node::Negate(operand) => operators::negate(self.node(*operand)?),
            Node::And(range) => self.logic(*range, false),
            Node::Or(range) => self.logic(*range, true),
            Node::Binary(operator, left, right) => {
                let (left, right) = (self.node(*left)?, self.node(*right)?);
                operators::binary(*operator, &left, &right, self.budget)
            }
            Node::Choose { test, then, other } => match self.node(*test)? {
                Value::Bool(true) => self.node(*then),
                Value::Bool(false) => self.node(*other),
                value => Err(Fault::error(format!("`?` needs a bool, not {}", value.type_name()))),
            },
            Node::List { items, optional } => self.new_list(*items, *optional),
            Node::Map { entries, optional } => self.new_map(*entries, *optional),
            Node::Call { function, args, regex } => {
                let args = self.all(*args)?;
                library::call(self, *function, args, regex.as_deref())
            }
            Node::Fold { fold, over, two, test, value } => self.fold(*fold, *over, *two, *test, *value),
            Node::Bind { value, body } => {
                let value = self.node(*value)?;
                self.with(value, *body)
            }
            Node::OptMap { over, body, flat } => self.opt_map(*over, *body, *flat),
        }
    }

    fn local(&self, slot: u32) -> Answer<'a> {
        self.stack.get(slot as usize).cloned().ok_or_else(|| Fault::error("no such variable"))
    }

    /// Evaluates `body` with one more variable.
    pub(super) fn with(&mut self, value: Value<'a>, body: Id) -> Answer<'a> {
        self.stack.push(value);
        let result = self.node(body);
        self.stack.pop();
        result
    }

    fn ids(&self, range: Range) -> &'a [Id] {
        let start = range.start as usize;
        self.ast.children.get(start..start + range.len as usize).unwrap_or_default()
    }

    fn all(&mut self, range: Range) -> Result<Vec<Value<'a>>, Fault> {
        self.ids(range).iter().map(|&id| self.node(id)).collect()
    }

    /// `&&` (decided by `false`) and `||` (decided by `true`). What decides makes errors of other parts void.
    fn logic(&mut self, range: Range, decisive: bool) -> Answer<'a> {
        let mut error = None;
        for &id in self.ids(range) {
            match self.node(id) {
                Ok(Value::Bool(value)) if value == decisive => return Ok(Value::Bool(decisive)),
                Ok(Value::Bool(_)) => {}
                Ok(other) => {
                    let at = self.ast.places.get(id as usize).copied().unwrap_or(0);
                    let message = format!("a bool is needed here, not {}", other.type_name());
                    error.get_or_insert(Fault::error(message).placed(at));
                }
                Err(fault @ Fault::Error { .. }) => {
                    error.get_or_insert(fault);
                }
                Err(fault) => return Err(fault),
            }
        }
        error.map_or(Ok(Value::Bool(!decisive)), Err)
    }

    fn select(&mut self, operand: Id, field: &super::ast::Field, optional: bool) -> Answer<'a> {
        let operand = self.node(operand)?;
        let (operand, chained) = match operand {
            Value::Optional(None) => return Ok(Value::Optional(None)),
            Value::Optional(Some(value)) => ((*value).clone(), true),
            other => (other, false),
        };
        let Value::Map(map) = &operand else {
            let message = format!("{} has no field `{}`", operand.type_name(), field.written);
            return Err(Fault::error(message));
        };
        let found = self.field(map, field)?;
        if optional || chained {
            return Ok(Value::Optional(found.map(std::rc::Rc::new)));
        }
        found.ok_or_else(|| Fault::error(format!("no such key: {}", field.written)))
    }

    /// The field, by its name in the schema; in a map of any keys, by the name as written.
    fn field(&self, map: &Map<'a>, field: &super::ast::Field) -> Result<Option<Value<'a>>, Fault> {
        match map.get(&field.unescaped, self.budget)? {
            Some(value) => Ok(Some(value)),
            None if field.unescaped != field.written => map.get(&field.written, self.budget),
            None => Ok(None),
        }
    }

    fn has(&self, operand: &Value<'a>, field: &super::ast::Field) -> Result<bool, Fault> {
        match operand {
            Value::Map(map) => Ok(self.field(map, field)?.is_some()),
            Value::Optional(None) => Ok(false),
            Value::Optional(Some(value)) => self.has(value, field),
            other => Err(Fault::error(format!("{} has no field `{}`", other.type_name(), field.written))),
        }
    }

    fn index(&mut self, operand: Id, index: Id, optional: bool) -> Answer<'a> {
        let (operand, index) = (self.node(operand)?, self.node(index)?);
        let (operand, chained) = match operand {
            Value::Optional(None) => return Ok(Value::Optional(None)),
            Value::Optional(Some(value)) => ((*value).clone(), true),
            other => (other, false),
        };
        let found = match &operand {
            Value::Map(map) => compare::lookup(map, &index, self.budget)?,
            Value::List(list) => self.item(list, &index)?,
            other => return Err(Fault::error(format!("{} has no `[…]`", other.type_name()))),
        };
        if optional || chained {
            return Ok(Value::Optional(found.map(std::rc::Rc::new)));
        }
        found.ok_or_else(|| match (&operand, &index) {
            (Value::List(_), _) => Fault::error("there is no item at this index"),
            (_, Value::Str(key)) => Fault::error(format!("no such key: {}", crate::text::shorten(key, 60))),
            _ => Fault::error("no such key"),
        })
    }

    fn item(&self, list: &List<'a>, index: &Value<'a>) -> Result<Option<Value<'a>>, Fault> {
        let index = match index {
            Value::Int(index) => usize::try_from(*index).ok(),
            Value::Uint(index) => usize::try_from(*index).ok(),
            Value::Double(index) if index.fract() == 0.0 && *index >= 0.0 => Some(*index as usize),
            other => {
                return Err(Fault::error(format!("a list has no item {}", other.type_name())));
            }
        };
        index.map_or(Ok(None), |index| list.get(index, self.budget))
    }

    fn new_list(&mut self, items: Range, optional: u64) -> Answer<'a> {
        let mut all = Vec::new();
        for (position, &id) in self.ids(items).iter().enumerate() {
            let value = self.node(id)?;
            if !is_marked(optional, position) {
                all.push(value);
                continue;
            }
            match value {
                Value::Optional(Some(value)) => all.push((*value).clone()),
                Value::Optional(None) => {}
                other => {
                    return Err(Fault::error(format!("`?` needs an optional, not {}", other.type_name())));
                }
            }
        }
        Ok(Value::list(all))
    }

    fn new_map(&mut self, entries: Range, optional: u64) -> Answer<'a> {
        let mut all: Vec<(Value<'a>, Value<'a>)> = Vec::new();
        for (position, pair) in self.ids(entries).chunks_exact(2).enumerate() {
            let (key, value) = (self.node(pair[0])?, self.node(pair[1])?);
            let value = match (is_marked(optional, position), value) {
                (false, value) => value,
                (true, Value::Optional(None)) => continue,
                (true, Value::Optional(Some(value))) => (*value).clone(),
                (true, other) => {
                    return Err(Fault::error(format!("`?` needs an optional, not {}", other.type_name())));
                }
            };
            self.insert(&mut all, key, value)?;
        }
        Ok(Value::map(all))
    }

    /// Adds to a map; a key that is there already is an error.
    pub(super) fn insert(
        &self,
        map: &mut Vec<(Value<'a>, Value<'a>)>,
        key: Value<'a>,
        value: Value<'a>,
    ) -> Result<(), Fault> {
        if !matches!(key, Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Str(_)) {
            return Err(Fault::error(format!("{} cannot be a key", key.type_name())));
        }
        for (known, _) in map.iter() {
            if compare::equal(known, &key, self.budget)? {
                return Err(Fault::error("a key is there twice"));
            }
        }
        map.push((key, value));
        Ok(())
    }

    fn opt_map(&mut self, over: Id, body: Id, flat: bool) -> Answer<'a> {
        match self.node(over)? {
            Value::Optional(None) => Ok(Value::Optional(None)),
            Value::Optional(Some(value)) => {
                let result = self.with((*value).clone(), body)?;
                match result {
                    Value::Optional(_) if flat => Ok(result),
                    other if flat => {
                        Err(Fault::error(format!("an optional is needed here, not {}", other.type_name())))
                    }
                    other => Ok(Value::some(other)),
                }
            }
            other => Err(Fault::error(format!("{} is no optional", other.type_name()))),
        }
    }
}

fn is_marked(optional: u64, position: usize) -> bool {
    u32::try_from(position).ok().and_then(|at| optional.checked_shr(at)).is_some_and(|bits| bits & 1 == 1)
}

fn constant(literal: &Literal) -> Value<'_> {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Int(value) => Value::Int(*value),
        Literal::Uint(value) => Value::Uint(*value),
        Literal::Double(value) => Value::Double(*value),
        Literal::Str(text) => Value::Str(Text::Borrowed(text)),
        Literal::Bytes(bytes) => Value::Bytes(bytes.as_slice().into()),
    }
}
