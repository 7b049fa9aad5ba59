//! Junctors: values that have to fit all, some, one or none of several schemas. An alternative is walked like any
//! other schema, and its findings are kept apart; `branches.rs` says which alternative was meant.

use super::node::{Junctor, Node, flag};
use super::walk::Walk;
use super::{Issue, RuleFailure, SchemaRule};
use crate::yaml::{Kind, NodeId};

/// Values that are looked at within alternatives of one object. Real objects stay below a hundredth of it.
const MOST_STEPS: u32 = 1_000_000;
/// Findings of one alternative after which no more are looked for.
const MOST_ISSUES: usize = 16;
/// Findings up to which one that is there already is not told again.
const COMPARED: usize = 500;

/// What a walk knows while it tries alternatives.
#[derive(Debug, Default)]
pub(super) struct Trial {
    /// Junctors inside each other.
    pub(super) depth: u32,
    /// Something could not be told: a text that is filled in later, a form that is not known here.
    pub(super) doubt: bool,
    /// Number of findings at which enough is known of the alternative.
    enough: Option<usize>,
    /// Values that were looked at within alternatives.
    steps: u32,
    /// Where the limit was reached.
    pub(super) exhausted: Option<NodeId>,
}

impl Trial {
    /// Within an alternative, with nothing looked at yet.
    pub(super) fn inside() -> Self {
        Self { depth: 1, ..Self::default() }
    }

    /// Counts a value when there are so many findings; false if it need not be looked at, or there were too many.
    pub(super) fn step(&mut self, n: NodeId, findings: usize) -> bool {
        self.steps = self.steps.saturating_add(1);
        if self.steps > MOST_STEPS {
            self.exhausted.get_or_insert(n);
            self.doubt = true;
        }
        self.exhausted.is_none() && self.enough.is_none_or(|enough| findings < enough)
    }
}

/// The failure of an object whose alternatives could not all be tried.
pub(super) fn too_much(node: NodeId) -> RuleFailure {
    RuleFailure {
        message: format!("its schema demands more than {MOST_STEPS} comparisons of alternatives for this object"),
        hint: "whoever maintains the CustomResourceDefinition has to make its `anyOf` and `oneOf` smaller; until then \
               nobody can tell whether the object fits"
            .to_owned(),
        node,
    }
}

/// One alternative on one value.
#[derive(Debug)]
pub(super) struct Branch {
    /// Its node.
    pub(super) at: u32,
    /// Its position among the alternatives, from 0.
    pub(super) number: usize,
    /// What does not fit; nothing if the value fits.
    pub(super) issues: Vec<Issue>,
    /// Whether it fits is not certain.
    pub(super) doubt: bool,
}

impl Branch {
    fn holds(&self) -> bool {
        self.issues.is_empty() && !self.doubt
    }

    fn may_hold(&self) -> bool {
        self.issues.is_empty() && self.doubt
    }
}

impl Walk<'_> {
    /// Judges the junctors of `node` on a value of the right type.
    pub(super) fn junctors(&mut self, (at, node): (u32, Node), n: NodeId, depth: u32) {
        if self.tape.kind(n) == Kind::Str && self.is_placeholder(n) {
            return;
        }
        for (junctor, nodes) in node.junctors(&self.view) {
            // A table is written from the leaves: what comes later is the work of a damaged one, and may go in circles.
            if nodes.iter().any(|&node| node >= at) {
                continue;
            }
            match junctor {
                Junctor::All => self.all_of(&nodes, n, depth),
                Junctor::Any => self.any_of(&nodes, n, depth),
                Junctor::One => self.one_of(&nodes, n, depth),
                Junctor::Not => self.none_of(&nodes, n, depth),
            }
        }
    }

    fn all_of(&mut self, nodes: &[u32], n: NodeId, depth: u32) {
        let before = self.issues.len();
        self.trial.depth += 1;
        for &at in nodes {
            self.value(at, n, depth + 1);
        }
        self.trial.depth -= 1;
        let new = self.issues.split_off(before);
        for issue in new {
            if self.issues.len() > COMPARED || !self.issues.contains(&issue) {
                self.issues.push(issue);
            }
        }
    }

    fn any_of(&mut self, nodes: &[u32], n: NodeId, depth: u32) {
        let mut branches = Vec::new();
        for (number, &at) in nodes.iter().enumerate() {
            let branch = self.branch(number, at, n, depth);
            if branch.holds() {
                return;
            }
            branches.push(branch);
        }
        if branches.iter().any(Branch::may_hold) {
            self.trial.doubt = true;
            return;
        }
        self.none_fits(&branches, n);
    }

    fn one_of(&mut self, nodes: &[u32], n: NodeId, depth: u32) {
        let branches: Vec<Branch> =
            nodes.iter().enumerate().map(|(number, &at)| self.branch(number, at, n, depth)).collect();
        let held: Vec<&Branch> = branches.iter().filter(|branch| branch.holds()).collect();
        match held.as_slice() {
            [first, second, ..] => self.two_fit(first, second, held.len(), n),
            _ if branches.iter().any(Branch::may_hold) => self.trial.doubt = true,
            [_] => {}
            [] => self.none_fits(&branches, n),
        }
    }

    fn none_of(&mut self, nodes: &[u32], n: NodeId, depth: u32) {
        for (number, &at) in nodes.iter().enumerate() {
            let branch = self.branch(number, at, n, depth);
            if branch.holds() {
                self.forbidden(&branch, n);
            }
            self.trial.doubt |= branch.may_hold();
        }
    }

    fn branch(&mut self, number: usize, at: u32, n: NodeId, depth: u32) -> Branch {
        let before = self.issues.len();
        let doubt = std::mem::replace(&mut self.trial.doubt, false);
        let enough = self.trial.enough.replace(before + MOST_ISSUES);
        self.trial.depth += 1;
        self.value(at, n, depth + 1);
        self.trial.depth -= 1;
        self.trial.enough = enough;
        let mut issues = self.issues.split_off(before);
        issues.truncate(MOST_ISSUES);
        let doubt = std::mem::replace(&mut self.trial.doubt, doubt);
        Branch { at, number, issues, doubt }
    }

    /// Judges the defaults of fields that an alternative looks at and that the value lacks.
    pub(super) fn absent(&mut self, node: Node, n: NodeId) {
        for (name, property) in node.properties_of(self.view) {
            let Some(id) = Node::read(&self.view, property.node).part(&self.view, flag::DEFAULT) else {
                continue;
            };
            let name = self.view.str(name);
            let is_there = |value: NodeId| self.tape.kind(value) != Kind::Null;
            if self.tape.get(n, name).is_some_and(is_there) {
                continue;
            }
            let Some(parsed) = self.set.table(self.table).default(id) else { continue };
            let Some(root) = parsed.documents.first().map(|document| document.root) else { continue };
            let mut found = Vec::new();
            let steps = self.trial.steps;
            let mut inner = self.on(&parsed.tape, &mut found);
            inner.trial.steps = steps;
            inner.value(property.node, root, 0);
            let Trial { steps, doubt, exhausted, .. } = inner.trial;
            self.trial.steps = steps;
            self.trial.doubt |= doubt;
            if exhausted.is_some() {
                self.trial.exhausted.get_or_insert(n);
                return;
            }
            let Some(first) = found.into_iter().next() else { continue };
            let default = super::explain::quote(self.view.str(id));
            let message =
                format!("{} is {default} by default: {}", super::explain::quote(name), first.message);
            self.push_missing(SchemaRule::InvalidValue, n, Some(name.to_owned()), message);
        }
    }
}
