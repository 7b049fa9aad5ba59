//! Which of several alternatives was meant, and what they demand, in words.

use super::SchemaRule;
use super::explain::quote;
use super::forms;
use super::junctors::Branch;
use super::node::{Format, Junctor, Node, NodeKind, flag};
use super::walk::Walk;
use crate::text::{clean_line, shorten};
use crate::yaml::{Kind, NodeId};

/// Alternatives and values that a message lists at most.
const LISTED: usize = 6;
/// Characters of what an alternative demands.
const SHOWN: usize = 160;
/// Junctors within junctors that are put into words.
const MAX_DEPTH: u32 = 3;

/// How much speaks for an alternative; the greatest was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Fit {
    /// Fields that tell alternatives apart and have another alternative's value, counted below zero.
    contradictions: i32,
    /// Fields of it that are there.
    hits: i32,
    /// Things that are wrong, counted below zero.
    issues: i32,
    /// The things that are wrong further down, not at the value itself.
    deep: i32,
}

impl Walk<'_> {
    /// A value that fits none of its alternatives.
    #[cold]
    pub(super) fn none_fits(&mut self, branches: &[Branch], n: NodeId) {
        let subject = self.subject(n);
        let fits: Vec<Fit> = branches.iter().map(|branch| self.fit(branch, n)).collect();
        let best = fits.iter().max().copied().unwrap_or_default();
        let mut meant = branches.iter().zip(&fits).filter(|(_, fit)| **fit == best).map(|(branch, _)| branch);
        let meant = meant.next().filter(|_| meant.next().is_none() && (best.hits > 0 || branches.len() == 1));
        let demands: Vec<String> = branches.iter().filter_map(|branch| self.demand(branch.at, 0)).collect();
        let (rule, all) = (SchemaRule::InvalidValue, one_after_the_other(&demands));
        let issue = meant.and_then(|branch| Some((branch, branch.issues.first()?)));
        let Some((branch, issue)) = issue else {
            let found = match self.tape.kind(n) {
                Kind::Map | Kind::Seq => String::new(),
                _ => format!(", but is {}", self.quoted(self.tape.text(n))),
            };
            let message = if demands.len() == branches.len() && !all.is_empty() {
                format!("{subject} must {all}{found}")
            } else {
                format!("{subject} fits none of its {} alternatives{found}", branches.len())
            };
            return self.push_unknown(rule, n, message, None);
        };
        let (node, missing) = (issue.node, issue.missing.clone());
        let which = self.demand(branch.at, 0).map_or_else(
            || format!("number {}", branch.number + 1),
            |demand| format!("that it must {demand}"),
        );
        let message = match branches.len() {
            1 => issue.message.clone(),
            count => {
                format!(
                    "{subject} fits none of its {count} alternatives; the nearest is {which}: {}",
                    issue.message
                )
            }
        };
        let hint = (!all.is_empty()).then(|| format!("{subject} must {all}"));
        self.push_unknown(rule, node, message, hint);
        if let Some(last) = self.issues.last_mut() {
            last.missing = missing;
        }
    }

    /// A value that fits two alternatives or more of which only one may hold.
    #[cold]
    pub(super) fn two_fit(&mut self, first: &Branch, second: &Branch, count: usize, n: NodeId) {
        let subject = self.subject(n);
        let single = |branch: &Branch| match self.fields(branch.at).as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        let (message, place) = match (single(first), single(second)) {
            (Some(a), Some(b)) if a != b => {
                let place = self.tape.get(n, &b).and_then(|value| self.tape.key_of(value)).unwrap_or(n);
                (format!("{subject} may not have both {} and {}", quote(&a), quote(&b)), place)
            }
            _ => {
                let which = |branch: &Branch| {
                    let number = format!("number {}", branch.number + 1);
                    self.demand(branch.at, 0)
                        .map_or_else(|| number.clone(), |demand| format!("{number} (must {demand})"))
                };
                let (a, b) = (which(first), which(second));
                (format!("{subject} fits two alternatives that exclude each other: {a} and {b}"), n)
            }
        };
        let hint = (count > 2).then(|| format!("{count} alternatives fit, and only one may"));
        self.push(SchemaRule::InvalidValue, place, message, hint);
    }

    /// A value that is what it may not be.
    #[cold]
    pub(super) fn forbidden(&mut self, branch: &Branch, n: NodeId) {
        let subject = self.subject(n);
        let fields = self.fields(branch.at);
        let key = |name: &String| self.tape.get(n, name).and_then(|value| self.tape.key_of(value));
        let (message, place) = match fields.as_slice() {
            [] => {
                let demand = self.demand(branch.at, 0);
                let demand = demand.unwrap_or_else(|| "be what it is".to_owned());
                (format!("{subject} must not {demand}"), n)
            }
            [only] => (format!("{subject} may not have {}", quote(only)), key(only).unwrap_or(n)),
            [.., last] => {
                let names: Vec<String> = fields.iter().map(|name| quote(name)).collect();
                (format!("{subject} may not have {} together", names.join(" and ")), key(last).unwrap_or(n))
            }
        };
        self.push(SchemaRule::InvalidValue, place, message, None);
    }

    fn fit(&self, branch: &Branch, n: NodeId) -> Fit {
        let node = Node::read(&self.view, branch.at);
        let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let mut fit = Fit { issues: -count(branch.issues.len()), ..Fit::default() };
        fit.deep = count(branch.issues.iter().filter(|issue| issue.node != n).count());
        if node.kind != NodeKind::Object || self.tape.kind(n) != Kind::Map {
            return fit;
        }
        for (name, property) in node.properties_of(self.view) {
            let value = self.tape.get(n, self.view.str(name));
            let Some(value) = value.filter(|&value| self.tape.kind(value) != Kind::Null) else { continue };
            let inner = Node::read(&self.view, property.node);
            match inner.part(&self.view, flag::ENUM) {
                Some(list) => {
                    let text = self.tape.text(value).as_bytes();
                    let listed = self.view.list(list).any(|allowed| self.view.bytes(allowed) == text);
                    if listed {
                        fit.hits += 2;
                    } else {
                        fit.contradictions -= 1;
                    }
                }
                None => fit.hits += i32::from(property.required),
            }
        }
        fit
    }

    /// The fields that an alternative needs, if that is all that it says.
    fn fields(&self, at: u32) -> Vec<String> {
        let node = Node::read(&self.view, at);
        let plain = node.kind == NodeKind::Object && !node.has(flag::JUNCTORS | flag::LENGTHS | flag::CHILD);
        if !plain {
            return Vec::new();
        }
        let mut names = Vec::new();
        for (name, property) in node.properties_of(self.view) {
            let inner = Node::read(&self.view, property.node);
            if !property.required || inner.kind != NodeKind::Any || inner.has(flag::JUNCTORS | flag::ENUM) {
                return Vec::new();
            }
            names.push(self.view.str(name).to_owned());
        }
        names.sort_unstable();
        names
    }

    /// What the node at `at` demands, as what comes after "must".
    fn demand(&self, at: u32, depth: u32) -> Option<String> {
        if depth > MAX_DEPTH {
            return None;
        }
        let node = Node::read(&self.view, at);
        let mut parts = Vec::new();
        match node.kind {
            NodeKind::Object => parts.extend(self.demand_of_fields(node, depth)),
            NodeKind::Boolean if !node.has(flag::LOOSE) => parts.push("be true or false".to_owned()),
            NodeKind::Array if !node.has(flag::LOOSE) => parts.push("be a list".to_owned()),
            NodeKind::String => parts.extend(self.demand_of_text(node)),
            NodeKind::Integer | NodeKind::Number => parts.extend(self.demand_of_number(node)),
            _ => {}
        }
        if let Some(list) = node.part(&self.view, flag::ENUM) {
            let mut values: Vec<String> =
                self.view.list(list).take(LISTED).map(|value| quote(self.view.str(value))).collect();
            let only = values.len() == 1;
            if self.view.list(list).len() > LISTED {
                values.push("…".to_owned());
            }
            parts.push(if only {
                format!("be {}", values.join(""))
            } else {
                format!("be one of {}", values.join(", "))
            });
        }
        for (junctor, nodes) in node.junctors(&self.view) {
            let demands: Option<Vec<String>> =
                nodes.iter().take(LISTED).map(|&at| self.demand(at, depth + 1)).collect();
            let demands = demands?;
            parts.push(match junctor {
                Junctor::All => demands.join(" and "),
                Junctor::Any | Junctor::One => one_after_the_other(&demands),
                Junctor::Not => format!("not {}", demands.first()?),
            });
        }
        let text = clean_line(&parts.join(" and ")).into_owned();
        (!parts.is_empty()).then(|| shorten(&text, SHOWN).into_owned())
    }

    fn demand_of_fields(&self, node: Node, depth: u32) -> Option<String> {
        let mut fields = Vec::new();
        let mut all: Vec<_> = node.properties_of(self.view).collect();
        all.sort_by_key(|(name, _)| self.view.str(*name));
        for (name, property) in all.into_iter().take(LISTED) {
            let name = quote(self.view.str(name));
            match self.demand(property.node, depth + 1) {
                Some(demand) => fields.push(match demand.strip_prefix("be ") {
                    Some(value) => format!("{name} {value}"),
                    None => format!("{name} that must {demand}"),
                }),
                None if property.required => fields.push(name),
                None => return None,
            }
        }
        let lengths = node.lengths(&self.view).map(|(least, most)| between(least, most, "fields"));
        let fields = (!fields.is_empty()).then(|| format!("have {}", fields.join(" and ")));
        match (fields, lengths) {
            (Some(fields), Some(lengths)) => Some(format!("{fields} and {lengths}")),
            (fields, lengths) => fields.or(lengths),
        }
    }

    fn demand_of_text(&self, node: Node) -> Option<String> {
        let mut parts = Vec::new();
        match node.format() {
            Format::None | Format::Unknown => {}
            format => parts.push(format!("be {}", forms::name(format))),
        }
        if let Some(pattern) = node.part(&self.view, flag::PATTERN) {
            parts.push(format!("match {}", quote(self.view.str(pattern))));
        }
        parts.extend(node.lengths(&self.view).map(|(least, most)| between(least, most, "characters")));
        if parts.is_empty() && !node.has(flag::LOOSE | flag::ENUM) {
            parts.push("be a string".to_owned());
        }
        (!parts.is_empty()).then(|| parts.join(" and "))
    }

    fn demand_of_number(&self, node: Node) -> Option<String> {
        let mut parts = Vec::new();
        if let Some(minimum) = node.bound(&self.view, flag::MINIMUM) {
            let word = if node.has(flag::ABOVE_MINIMUM) { "more than" } else { "at least" };
            parts.push(format!("be {word} {minimum}"));
        }
        if let Some(maximum) = node.bound(&self.view, flag::MAXIMUM) {
            let word = if node.has(flag::BELOW_MAXIMUM) { "less than" } else { "at most" };
            parts.push(format!("be {word} {maximum}"));
        }
        if let Some(multiple) = node.bound(&self.view, flag::MULTIPLE) {
            parts.push(format!("be a multiple of {multiple}"));
        }
        if parts.is_empty() && !node.has(flag::LOOSE | flag::ENUM) {
            let whole = node.kind == NodeKind::Integer;
            parts.push(if whole { "be a whole number".to_owned() } else { "be a number".to_owned() });
        }
        (!parts.is_empty()).then(|| parts.join(" and "))
    }
}

fn between(least: u32, most: u32, what: &str) -> String {
    match (least, most) {
        (1, u32::MAX) => "not be empty".to_owned(),
        (least, u32::MAX) => format!("have at least {least} {what}"),
        (0, most) => format!("have at most {most} {what}"),
        (least, most) => format!("have {least} to {most} {what}"),
    }
}

/// Demands as a choice: what all begin with is said once.
fn one_after_the_other(demands: &[String]) -> String {
    let mut shown: Vec<&str> = demands.iter().take(LISTED).map(String::as_str).collect();
    for word in ["have ", "be ", "match "] {
        if shown.iter().all(|demand| demand.starts_with(word)) {
            let rest: Vec<&str> = shown.iter().filter_map(|demand| demand.strip_prefix(word)).collect();
            return format!("{word}{}", choice(&rest, demands.len() > LISTED));
        }
    }
    shown.dedup();
    choice(&shown, demands.len() > LISTED)
}

fn choice(all: &[&str], more: bool) -> String {
    match all {
        _ if more => format!("{}, …", all.join(", ")),
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => all.join(""),
    }
}
