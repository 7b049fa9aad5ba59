//! Lists and maps of documents, read through their schema and without a copy of anything.

use super::budget::Budget;
use super::error::Fault;
use super::time;
use super::types::{DYNAMIC, ListType, Property, Reading, Shape, Types};
use super::value::{List, Map, Text, Value};
use crate::yaml::{Kind, NodeId, Tape};

/// A value of a document, and its schema.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The document's tape.
    pub tape: &'a Tape,
    /// What the schema's number means.
    pub types: &'a dyn Types,
    /// The value.
    pub node: NodeId,
    /// Its schema.
    pub shape: Shape,
}

impl std::fmt::Debug for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Place({:?}, {:?})", self.node, self.shape)
    }
}

type Answer<T> = Result<T, Fault>;

impl<'a> Place<'a> {
    /// The value as an expression sees it.
    pub fn read(self) -> Answer<Value<'a>> {
        let text = self.tape.text(self.node);
        Ok(match self.tape.kind(self.node) {
            Kind::Null => Value::Null,
            Kind::Bool => Value::Bool(text == "true"),
            Kind::Map => Value::Map(Map::Place(self)),
            Kind::Seq => Value::List(List::Place(self)),
            Kind::Int | Kind::Float => self.number(text)?,
            Kind::Str => return self.string(text),
        })
    }

    fn reading(self) -> Reading {
        if self.shape == DYNAMIC { Reading::Dynamic } else { self.types.reading(self.shape) }
    }

    fn number(self, text: &str) -> Answer<Value<'a>> {
        let reading = self.reading();
        if reading != Reading::Double
            && let Ok(number) = text.parse::<i64>()
        {
            return Ok(Value::Int(number));
        }
        let number: f64 = text.parse().map_err(|_| Fault::error("a number cannot be read"))?;
        let whole = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
        Ok(if reading == Reading::Int && whole { Value::Int(number as i64) } else { Value::Double(number) })
    }

    fn string(self, text: &'a str) -> Answer<Value<'a>> {
        match self.reading() {
            Reading::Bytes => {
                let bytes = super::bytes::decode_base64(text);
                bytes
                    .map(|bytes| Value::Bytes(bytes.into()))
                    .ok_or_else(|| Fault::error("Base64 cannot be read"))
            }
            Reading::Timestamp => time::parse_timestamp(text)
                .map(Value::Timestamp)
                .ok_or_else(|| Fault::error("a date and time cannot be read")),
            Reading::Duration => time::parse_duration(text)
                .map(Value::Duration)
                .ok_or_else(|| Fault::error("a duration cannot be read")),
            _ => Ok(Value::Str(Text::Borrowed(text))),
        }
    }

    fn below(self, node: NodeId, shape: Shape) -> Self {
        Self { node, shape, ..self }
    }

    fn values(self) -> Shape {
        if self.shape == DYNAMIC { DYNAMIC } else { self.types.values(self.shape) }
    }

    fn property(self, name: &str) -> Option<Property<'a>> {
        if self.reading() == Reading::Object { self.types.property(self.shape, name) } else { None }
    }

    /// The value of a key; a default counts, null where it is no value does not.
    pub(super) fn get(self, name: &str, budget: &Budget) -> Answer<Option<Self>> {
        let mut passed = 0;
        let found = self.tape.entries(self.node).find(|&(key, _)| {
            passed += 1;
            self.tape.text(key) == name
        });
        budget.nodes(passed)?;
        let found = found.map(|(_, value)| value);
        if self.reading() != Reading::Object {
            return Ok(found.map(|node| self.below(node, self.values())));
        }
        let Some(property) = self.property(name) else {
            return Ok(found.map(|node| self.below(node, DYNAMIC)));
        };
        let is_null = |node: &NodeId| self.tape.kind(*node) == Kind::Null;
        Ok(match found.filter(|node| property.nullable || !is_null(node)) {
            Some(node) => Some(self.below(node, property.shape)),
            None => self.default_of(property),
        })
    }

    fn default_of(self, property: Property<'a>) -> Option<Self> {
        let (tape, node) = property.default?;
        Some(Self { tape, node, shape: property.shape, ..self })
    }

    /// The items of a list.
    pub(super) fn items(self) -> impl Iterator<Item = Self> + 'a {
        let shape = self.values();
        self.tape.items(self.node).map(move |node| self.below(node, shape))
    }

    /// The keys and values of a mapping, defaults included.
    pub(super) fn entries(self, budget: &Budget) -> Answer<Vec<(&'a str, Self)>> {
        let object = self.reading() == Reading::Object;
        let shape = self.values();
        let mut all = Vec::new();
        for (key, node) in self.tape.entries(self.node) {
            budget.charge(1)?;
            let name = self.tape.text(key);
            let property = if object { self.types.property(self.shape, name) } else { None };
            let is_null = self.tape.kind(node) == Kind::Null;
            match property {
                Some(property) if is_null && !property.nullable => {}
                Some(property) => all.push((name, self.below(node, property.shape))),
                None => all.push((name, self.below(node, if object { DYNAMIC } else { shape }))),
            }
        }
        if object {
            for (name, property) in self.types.defaulted(self.shape) {
                budget.charge(1 + all.len() as u64 / 8)?;
                if !all.iter().any(|(known, _)| *known == name) {
                    all.extend(self.default_of(property).map(|place| (name, place)));
                }
            }
        }
        Ok(all)
    }

    /// Number of items or keys.
    pub(super) fn count(self, budget: &Budget) -> Answer<usize> {
        if self.reading() == Reading::Object {
            return Ok(self.entries(budget)?.len());
        }
        let count = self.tape.items(self.node).count() + self.tape.entries(self.node).count();
        budget.nodes(count)?;
        Ok(count)
    }

    /// What kind of list a list is.
    pub(super) fn list_type(self) -> ListType<'a> {
        if self.reading() == Reading::List { self.types.list_type(self.shape) } else { ListType::Atomic }
    }
}

impl<'a> List<'a> {
    /// Number of items.
    pub(super) fn len(&self, budget: &Budget) -> Answer<usize> {
        match self {
            Self::Place(place) => place.count(budget),
            Self::Made(items) => Ok(items.len()),
        }
    }

    /// Item `index`.
    pub(super) fn get(&self, index: usize, budget: &Budget) -> Answer<Option<Value<'a>>> {
        match self {
            Self::Place(place) => {
                budget.nodes(index)?;
                place.items().nth(index).map(Place::read).transpose()
            }
            Self::Made(items) => Ok(items.get(index).cloned()),
        }
    }

    /// All items.
    pub(super) fn iter(&self) -> ListItems<'a> {
        match self {
            Self::Place(place) => ListItems::Place(Box::new(place.items())),
            Self::Made(items) => ListItems::Made(items.clone(), 0),
        }
    }

    /// All items at once.
    pub(super) fn collect(&self, budget: &Budget) -> Answer<Vec<Value<'a>>> {
        let mut all = Vec::new();
        for item in self.iter() {
            budget.charge(1)?;
            all.push(item?);
        }
        Ok(all)
    }
}

/// See [`List::iter`].
pub(super) enum ListItems<'a> {
    Place(Box<dyn Iterator<Item = Place<'a>> + 'a>),
    Made(std::rc::Rc<Vec<Value<'a>>>, usize),
}

impl<'a> Iterator for ListItems<'a> {
    type Item = Answer<Value<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Place(places) => places.next().map(Place::read),
            Self::Made(items, at) => {
                let item = items.get(*at).cloned();
                *at += 1;
                item.map(Ok)
            }
        }
    }
}

impl<'a> Map<'a> {
    /// Number of keys.
    pub(super) fn len(&self, budget: &Budget) -> Answer<usize> {
        match self {
            Self::Place(place) => place.count(budget),
            Self::Made(entries) => Ok(entries.len()),
        }
    }

    /// The value of the key `name`.
    pub(super) fn get(&self, name: &str, budget: &Budget) -> Answer<Option<Value<'a>>> {
        match self {
            Self::Place(place) => place.get(name, budget)?.map(Place::read).transpose(),
            Self::Made(entries) => {
                budget.nodes(entries.len())?;
                Ok(entries.iter().find(|(key, _)| key.as_str() == Some(name)).map(|(_, value)| value.clone()))
            }
        }
    }

    /// All keys and values.
    pub(super) fn entries(&self, budget: &Budget) -> Answer<Vec<(Value<'a>, Value<'a>)>> {
        match self {
            Self::Place(place) => place
                .entries(budget)?
                .into_iter()
                .map(|(name, value)| Ok((Value::Str(Text::Borrowed(name)), value.read()?)))
                .collect(),
            Self::Made(entries) => {
                budget.charge(entries.len() as u64)?;
                Ok(entries.as_ref().clone())
            }
        }
    }
}
