//! The macros over lists and maps.

use super::ast::{Fold, Id};
use super::error::Fault;
use super::eval::{Answer, Evaluation};
use super::value::Value;

/// What becomes of the elements.
struct Gathered<'a> {
    matches: usize,
    error: Option<Fault>,
    items: Vec<Value<'a>>,
    entries: Vec<(Value<'a>, Value<'a>)>,
}

impl<'a> Evaluation<'a> {
    pub(super) fn fold(
        &mut self,
        fold: Fold,
        over: Id,
        two: bool,
        test: Option<Id>,
        value: Option<Id>,
    ) -> Answer<'a> {
        let over = self.node(over)?;
        let mut gathered = Gathered { matches: 0, error: None, items: Vec::new(), entries: Vec::new() };
        let before = self.stack.len();
        let ended = self.elements(&over, two, |this, key, element| {
            this.stack.truncate(before);
            this.stack.push(if two { key.clone() } else { element.clone() });
            this.stack.extend(two.then(|| element.clone()));
            this.element(fold, (test, value), key, element, &mut gathered)
        });
        self.stack.truncate(before);
        let decided = ended?;
        match (fold, decided, gathered.error) {
            (Fold::All, true, _) => Ok(Value::Bool(false)),
            (Fold::Exists, true, _) => Ok(Value::Bool(true)),
            (_, _, Some(error)) => Err(error),
            (Fold::All, ..) => Ok(Value::Bool(true)),
            (Fold::Exists, ..) => Ok(Value::Bool(false)),
            (Fold::ExistsOne, ..) => Ok(Value::Bool(gathered.matches == 1)),
            (Fold::Filter, ..) if matches!(over, Value::Map(_)) && two => Ok(Value::map(gathered.entries)),
            (Fold::Filter | Fold::List, ..) => Ok(Value::list(gathered.items)),
            (Fold::Map | Fold::MapEntry, ..) => Ok(Value::map(gathered.entries)),
            (Fold::SortBy, ..) => self.sorted_by(gathered.entries),
        }
    }

    /// Calls `each` with key (or index) and value of every element (with one variable, with the key of a map),
    /// until it says that all is decided.
    fn elements(
        &mut self,
        over: &Value<'a>,
        two: bool,
        mut each: impl FnMut(&mut Self, Value<'a>, Value<'a>) -> Result<bool, Fault>,
    ) -> Result<bool, Fault> {
        match over {
            Value::List(list) => {
                for (index, item) in list.iter().enumerate() {
                    self.budget.charge(1)?;
                    if each(self, Value::from(index), item?)? {
                        return Ok(true);
                    }
                }
            }
            Value::Map(map) => {
                for (key, value) in map.entries(self.budget)? {
                    let element = if two { value } else { key.clone() };
                    if each(self, key, element)? {
                        return Ok(true);
                    }
                }
            }
            other => return Err(Fault::error(format!("{} has no elements", other.type_name()))),
        }
        Ok(false)
    }

    /// One element; true if nothing can change the answer any more.
    fn element(
        &mut self,
        fold: Fold,
        (test, value): (Option<Id>, Option<Id>),
        key: Value<'a>,
        element: Value<'a>,
        gathered: &mut Gathered<'a>,
    ) -> Result<bool, Fault> {
        let passes = match test.map(|test| self.truth(test)) {
            None => true,
            Some(Ok(passes)) => passes,
            Some(Err(fault @ Fault::Error { .. })) if matches!(fold, Fold::All | Fold::Exists) => {
                gathered.error.get_or_insert(fault);
                return Ok(false);
            }
            Some(Err(fault)) => return Err(fault),
        };
        match fold {
            Fold::All => return Ok(!passes),
            Fold::Exists => return Ok(passes),
            Fold::ExistsOne => gathered.matches += usize::from(passes),
            _ if !passes => {}
            Fold::Filter => gathered.items.push(element),
            Fold::List => gathered.items.push(self.body(value)?),
            Fold::Map => {
                let value = self.body(value)?;
                self.budget.charge(1)?;
                gathered.entries.push((key, value));
            }
            Fold::MapEntry => {
                let Value::Map(map) = self.body(value)? else {
                    return Err(Fault::error("a map with one key is needed here"));
                };
                for (key, value) in map.entries(self.budget)? {
                    self.insert(&mut gathered.entries, key, value)?;
                }
            }
            Fold::SortBy => {
                let by = self.body(value)?;
                gathered.entries.push((by, element));
            }
        }
        Ok(false)
    }

    fn truth(&mut self, test: Id) -> Result<bool, Fault> {
        match self.node(test)? {
            Value::Bool(value) => Ok(value),
            other => Err(Fault::error(format!("a bool is needed here, not {}", other.type_name()))),
        }
    }

    fn body(&mut self, value: Option<Id>) -> Answer<'a> {
        value.map_or(Err(Fault::error("there is no value")), |value| self.node(value))
    }

    fn sorted_by(&self, entries: Vec<(Value<'a>, Value<'a>)>) -> Answer<'a> {
        let sorted = super::library::sort_pairs(entries, self.budget)?;
        Ok(Value::list(sorted.into_iter().map(|(_, value)| value).collect()))
    }
}
