//! The rules in CEL that CustomResourceDefinitions bring. They are judged after the walk, and only where it found the
//! object whole, as the server does.

use std::sync::Arc;

use super::explain::is_placeholder;
use super::node::{Node, flag};
use super::set::SchemaSet;
use super::shapes::{Shapes, correlate};
use super::walk::Walk;
use super::{Issue, SchemaRule};
use crate::cel::{Budget, CompileError, Fault, Place, Program, Shape, Value};
use crate::text::{clean_line, shorten};
use crate::yaml::{Kind, NodeId, Tape};

/// Steps that one rule may take on one value.
pub(super) const RULE_STEPS: u64 = 1_000_000;
/// Steps that all rules may take on one object.
const OBJECT_STEPS: u64 = 10_000_000;
/// Failures that are told of one object.
const MOST_FAILURES: usize = 10;
/// Characters of a message.
const SHOWN: usize = 500;

/// A rule that could not be evaluated to its end. The object is then neither in order nor not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFailure {
    /// What happened, and to which rule.
    pub message: String,
    /// Whose fault it is.
    pub hint: String,
    /// The value that the rule belongs to.
    pub node: NodeId,
}

/// A compiled rule, or why there is none.
pub(super) type Compiled = Arc<Result<Program, CompileError>>;

/// A rule as a table has it.
#[derive(Clone, Copy)]
struct Rule<'s> {
    id: u32,
    source: &'s str,
    message: &'s str,
    message_id: u32,
    field_path: &'s str,
    optional_old: bool,
}

/// An object and what it was before.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) tape: &'a Tape,
    pub(super) root: NodeId,
    pub(super) old: Option<(&'a Tape, NodeId)>,
    /// Its schema.
    pub(super) top: u32,
}

/// The rules of one object in progress.
struct Judge<'a> {
    set: &'a SchemaSet,
    shapes: &'a Shapes<'a>,
    table: u32,
    subject: Subject<'a>,
    left: u64,
    issues: Vec<Issue>,
    failures: Vec<RuleFailure>,
}

/// Judges the rules of all values that a walk came by.
pub(super) fn judge(walk: Walk<'_>, subject: Subject<'_>) -> Vec<RuleFailure> {
    let blocks = |issue: &Issue| {
        matches!(issue.rule, SchemaRule::MissingField | SchemaRule::WrongType | SchemaRule::NullValue)
    };
    if walk.ruled.is_empty() || walk.issues.iter().any(blocks) {
        return Vec::new();
    }
    let (set, table) = (walk.set, walk.table);
    let shapes = Shapes { view: walk.view, table: set.table(table), version: walk.version };
    let (issues, failures) = (Vec::new(), Vec::new());
    let mut judge = Judge { set, shapes: &shapes, table, subject, left: OBJECT_STEPS, issues, failures };
    for &(at, node) in &walk.ruled {
        judge.value(at, node);
    }
    walk.issues.append(&mut judge.issues);
    judge.failures
}

impl<'a> Judge<'a> {
    fn value(&mut self, at: u32, node: NodeId) {
        let view = self.shapes.view;
        let Some(list) = Node::read(&view, at).part(&view, flag::RULES) else { return };
        let words: Vec<u32> = view.list(list).collect();
        for words in words.chunks_exact(4) {
            let path = view.str(words[3]);
            if self.table == 1
                && !self.set.rest.is_empty()
                && view.str(words[0]).starts_with(super::standalone::MARK)
            {
                continue;
            }
            let rule = Rule {
                id: words[0],
                source: view.str(words[0]),
                message: view.str(words[1]),
                message_id: words[2],
                field_path: path.strip_prefix('?').unwrap_or(path),
                optional_old: path.starts_with('?'),
            };
            self.rule(rule, at, node);
        }
    }

    fn rule(&mut self, rule: Rule<'a>, at: u32, node: NodeId) {
        let compiled = self.set.program(self.table, rule.id);
        let program = match &*compiled {
            Ok(program) => program,
            Err(error) => return self.failed(rule, node, &format!("cannot be read: {error}")),
        };
        let old = if program.uses_old() { self.old(node) } else { None };
        if program.uses_old() && old.is_none() && !rule.optional_old {
            return;
        }
        let budget = Budget::new(self.left.min(RULE_STEPS));
        let this = Place { tape: self.subject.tape, types: self.shapes, node, shape: Shape(at) };
        let before =
            old.map(|node| Place { tape: self.subject.old.map_or(this.tape, |old| old.0), node, ..this });
        let result = values(this, before, rule.optional_old)
            .and_then(|(this, before)| program.evaluate(this, before, &budget).map(|value| is_true(&value)));
        self.left = self.left.saturating_sub(budget.spent());
        match result {
            Ok(Some(true)) => {}
            Ok(Some(false)) => self.broken(rule, this, before, None),
            Ok(None) => self.failed(rule, node, "is neither true nor false"),
            Err(Fault::Error { message, .. }) => self.broken(rule, this, before, Some(message)),
            Err(fault) => self.failed(rule, node, &fault.to_string()),
        }
    }

    /// What `node` was before the change.
    fn old(&self, node: NodeId) -> Option<NodeId> {
        let subject = self.subject;
        correlate(self.shapes, subject.top, (subject.tape, subject.root), node, subject.old?)
    }

    fn failed(&mut self, rule: Rule<'_>, node: NodeId, what: &str) {
        if self.failures.len() >= MOST_FAILURES {
            return;
        }
        let message = format!("the rule {} of the CustomResourceDefinition {what}", shown(rule.source));
        let hint = "whoever maintains the CustomResourceDefinition has to mend the rule; until then nobody can tell \
                    whether the object keeps it"
            .to_owned();
        self.failures.push(RuleFailure { message: clean_line(&message).into_owned(), hint, node });
    }

    fn broken(&mut self, rule: Rule<'a>, this: Place<'a>, old: Option<Place<'a>>, error: Option<String>) {
        if has_placeholder(this.tape, this.node) {
            return;
        }
        let own = || self.made_message(rule, this, old).unwrap_or_else(|| rule.message.to_owned());
        let message = match error {
            Some(error) => format!("the rule {} fails on this value: {error}", shown(rule.source)),
            None => match own() {
                text if text.trim().is_empty() => format!("the rule {} is broken", shown(rule.source)),
                text => text,
            },
        };
        let (node, missing) = follow(this.tape, this.node, rule.field_path);
        let rule_id = SchemaRule::BrokenRule;
        self.issues.push(Issue {
            rule: rule_id,
            severity: rule_id.severity(),
            node,
            missing,
            message: shorten(&clean_line(&message), SHOWN).into_owned(),
            hint: Some(format!("the CustomResourceDefinition demands {}", shown(rule.source))),
            mend: None,
        });
    }

    /// What the rule's own expression makes of the message; none if it makes nothing of one line.
    fn made_message(&self, rule: Rule<'a>, this: Place<'a>, old: Option<Place<'a>>) -> Option<String> {
        if self.shapes.view.str(rule.message_id).is_empty() {
            return None;
        }
        let compiled = self.set.program(self.table, rule.message_id);
        let program = compiled.as_ref().as_ref().ok()?;
        let budget = Budget::new(RULE_STEPS);
        let (this, old) = values(this, old, rule.optional_old).ok()?;
        let value = program.evaluate(this, old, &budget).ok()?;
        value
            .as_str()
            .map(str::trim)
            .filter(|text| !text.is_empty() && !text.contains('\n'))
            .map(str::to_owned)
    }
}

/// What `self` and `oldSelf` are.
fn values<'a>(
    this: Place<'a>,
    old: Option<Place<'a>>,
    optional: bool,
) -> Result<(Value<'a>, Option<Value<'a>>), Fault> {
    let old = old.map(Place::read).transpose()?;
    let old = if optional { Some(Value::Optional(old.map(Into::into))) } else { old };
    Ok((this.read()?, old))
}

fn is_true(value: &Value<'_>) -> Option<bool> {
    if let Value::Bool(value) = value { Some(*value) } else { None }
}

fn shown(source: &str) -> String {
    format!("`{}`", shorten(&clean_line(source.trim()), 200))
}

/// True if something below `node` is filled in before the object reaches the server.
pub(super) fn has_placeholder(tape: &Tape, node: NodeId) -> bool {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match tape.kind(node) {
            Kind::Map => open.extend(tape.entries(node).map(|(_, value)| value)),
            Kind::Seq => open.extend(tape.items(node)),
            _ if is_placeholder(tape, node) => return true,
            _ => {}
        }
    }
    false
}

/// The node that a path such as `.spec.items['a.b']` leads to, as far as it is there, and the first name that is not.
fn follow(tape: &Tape, from: NodeId, path: &str) -> (NodeId, Option<String>) {
    let (mut node, mut rest) = (from, path);
    while !rest.is_empty() {
        let (name, after) = if let Some(quoted) = rest.strip_prefix("['") {
            quoted.split_once("']").unwrap_or((quoted, ""))
        } else {
            let plain = rest.trim_start_matches('.');
            plain.split_at(plain.find(['.', '[']).unwrap_or(plain.len()))
        };
        match tape.get(node, name) {
            Some(child) => node = child,
            None => return (node, (!name.is_empty()).then(|| name.to_owned())),
        }
        rest = after;
    }
    (node, None)
}

/// Calls `each` with the source of every rule that a custom resource of the pack reaches.
#[cfg(test)]
pub(super) fn each_of_the_pack(set: &SchemaSet, mut each: impl FnMut(&str)) {
    let view = set.view(0);
    let mut seen = rustc_hash::FxHashSet::default();
    let mut open: Vec<u32> = view
        .kinds()
        .flat_map(|kind| view.variants_of(kind.first_variant, kind.variants))
        .map(|(_, node)| node)
        .collect();
    while let Some(at) = open.pop() {
        if !seen.insert(at) {
            continue;
        }
        let node = Node::read(&view, at);
        if let Some(list) = node.part(&view, flag::RULES) {
            view.list(list).step_by(4).for_each(|id| each(view.str(id)));
        }
        open.extend(node.part(&view, flag::CHILD));
        if node.kind == super::node::NodeKind::Object {
            open.extend(node.properties_of(view).map(|(_, property)| property.node));
        }
    }
}
