//! The rules of single values: type, range, length, enum, pattern and form.

use std::borrow::Cow;

use super::forms;
use super::keywords::open_text;
use super::node::{Format, Node, NodeKind, flag};
use super::walk::Walk;
use crate::yaml::{Kind, NodeId};

impl Walk<'_> {
    /// Judges a scalar that is not null.
    pub(super) fn scalar(&mut self, node: Node, n: NodeId) {
        let kind = self.tape.kind(n);
        let is_right = match node.kind {
            NodeKind::String => kind == Kind::Str,
            NodeKind::Boolean => kind == Kind::Bool,
            NodeKind::Number => matches!(kind, Kind::Int | Kind::Float),
            NodeKind::Integer => self.is_whole(n),
            NodeKind::IntOrString => kind == Kind::Str || self.is_whole(n),
            NodeKind::Quantity => matches!(kind, Kind::Str | Kind::Int | Kind::Float),
            _ => true,
        };
        if !is_right {
            self.wrong_type(node, n);
            if self.reader.converts(node.kind, kind).is_none() {
                return;
            }
        }
        match node.kind {
            NodeKind::Quantity => self.quantity(node, n),
            NodeKind::IntOrString if kind != Kind::Str && !self.custom => self.number_or_text(node, n),
            NodeKind::Integer => self.integer_size(node.format(), n),
            NodeKind::IntOrString if kind == Kind::Str => self.string(node, n),
            NodeKind::String => self.string(node, n),
            _ => {}
        }
        if node.has(flag::MINIMUM | flag::MAXIMUM) && !self.borrowed {
            self.range(node, n);
        }
        if node.has(flag::MULTIPLE) {
            self.multiple(node, n);
        }
        if node.has(flag::ENUM) && !self.borrowed {
            self.listed(node, n);
        }
    }

    /// A number without a fraction: `3`, also `3.0` and `3e2`, which are decoded as whole numbers.
    fn is_whole(&self, n: NodeId) -> bool {
        match self.tape.kind(n) {
            Kind::Int => true,
            Kind::Float => self.tape.text(n).bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'),
            _ => false,
        }
    }

    fn integer_size(&mut self, format: Format, n: NodeId) {
        let number = self.tape.text(n).parse::<i64>();
        let fits = match format {
            Format::Int32 => number.is_ok_and(|number| i32::try_from(number).is_ok()),
            Format::Int64 => number.is_ok(),
            _ => true,
        };
        if !fits {
            let bits = if format == Format::Int32 { 32 } else { 64 };
            self.invalid(n, &format!("must fit {bits} bits"), None);
        }
    }

    fn quantity(&mut self, node: Node, n: NodeId) {
        let exact = node.format() == Format::PositiveQuantity && !self.borrowed;
        let format = if exact { Format::PositiveQuantity } else { Format::Quantity };
        if exact || self.tape.kind(n) == Kind::Str {
            self.form(format, n);
        }
    }

    /// The number of a field that may hold a number or a text.
    fn number_or_text(&mut self, node: Node, n: NodeId) {
        self.integer_size(Format::Int32, n);
        if matches!(node.format(), Format::Port | Format::PortOrNone | Format::IntOrPercent) {
            self.form(node.format(), n);
        }
    }

    fn string(&mut self, node: Node, n: NodeId) {
        let format = node.format();
        if format != Format::None && !(self.borrowed && format.is_amended()) {
            self.form(format, n);
        }
        if node.has(flag::LENGTHS) && !self.borrowed {
            let count = self.tape.text(n).chars().count();
            self.count(node, n, u32::try_from(count).unwrap_or(u32::MAX), "characters");
        }
        if let Some(id) = node.part(&self.view, flag::PATTERN) {
            let pattern = self.set.pattern(self.table, id);
            if pattern.is_some_and(|pattern| !pattern.is_match(self.tape.text(n))) {
                self.pattern_broken(n, id);
            }
        }
    }

    fn form(&mut self, format: Format, n: NodeId) {
        let text = self.tape.text(n);
        let unset = text.is_empty() && format.may_be_empty();
        self.trial.doubt |= format == Format::Unknown;
        let empty = self.custom && format == Format::Byte && text.is_empty();
        if !unset && (empty || !forms::is_form(format, text)) {
            let hint = self.quantity_hint(format, text);
            self.invalid(n, &format!("must be {}", forms::name(format)), hint);
        }
    }

    fn range(&mut self, node: Node, n: NodeId) {
        let Ok(number) = self.tape.text(n).parse::<f64>() else { return };
        let minimum = node.bound(&self.view, flag::MINIMUM);
        let maximum = node.bound(&self.view, flag::MAXIMUM);
        let (above, below) = (node.has(flag::ABOVE_MINIMUM), node.has(flag::BELOW_MAXIMUM));
        if let Some(minimum) = minimum.filter(|&least| number < least || above && number == least) {
            let word = if above { "more than" } else { "at least" };
            self.invalid(n, &format!("must be {word} {minimum}"), None);
        }
        if let Some(maximum) = maximum.filter(|&most| number > most || below && number == most) {
            let word = if below { "less than" } else { "at most" };
            self.invalid(n, &format!("must be {word} {maximum}"), None);
        }
    }

    fn multiple(&mut self, node: Node, n: NodeId) {
        let number = self.tape.text(n).parse::<f64>().ok();
        let (Some(number), Some(part)) = (number, node.bound(&self.view, flag::MULTIPLE)) else { return };
        let quotient = number / part;
        if quotient.is_finite() && (quotient - quotient.round()).abs() > f64::EPSILON * quotient.abs() {
            self.invalid(n, &format!("must be a multiple of {part}"), None);
        }
    }

    /// A mapping or list that has to be one of those listed.
    pub(super) fn listed_whole(&mut self, node: Node, n: NodeId) {
        let Some(list) = node.part(&self.view, flag::ENUM) else { return };
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
        let mut json = String::new();
        self.tape.write_json(n, &mut json);
        let value = read(&json);
        if !self.view.list(list).any(|allowed| read(self.view.str(allowed)) == value) {
            self.wrong_count(n, "must be one of the values that its schema lists");
        }
    }

    pub(super) fn listed(&mut self, node: Node, n: NodeId) {
        let Some(list) = node.part(&self.view, flag::ENUM) else { return };
        let text = self.tape.text(n);
        let unset = text.is_empty() && !self.custom;
        let is_open = matches!(node.kind, NodeKind::Any | NodeKind::IntOrString);
        let text = match self.tape.kind(n) {
            Kind::Str if is_open => open_text(text),
            _ => Cow::Borrowed(text),
        };
        if !unset && !self.view.list(list).any(|value| self.view.bytes(value) == text.as_bytes()) {
            self.not_listed(list, n);
        }
    }

    /// Judges a number of characters, items or fields.
    pub(super) fn count(&mut self, node: Node, n: NodeId, count: u32, what: &str) {
        let Some((least, most)) = node.lengths(&self.view) else { return };
        if count == 0 && least == 1 {
            self.wrong_count(n, "must not be empty");
        } else if count < least {
            self.wrong_count(n, &format!("must have at least {least} {what}, has {count}"));
        } else if count > most {
            self.wrong_count(n, &format!("must have at most {most} {what}, has {count}"));
        }
    }
}
