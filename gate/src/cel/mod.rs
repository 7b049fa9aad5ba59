//! The Common Expression Language, as Kubernetes evaluates it in `x-kubernetes-validations`: compiled once, evaluated on
//! views of documents, within a budget of steps. Hostile expressions cost no more than their budget.

mod ast;
mod budget;
mod bytes;
mod calls;
mod compare;
mod data;
mod error;
mod escape;
mod eval;
mod folds;
mod function;
mod lexer;
mod library;
mod names;
mod net;
mod operators;
mod parser;
mod primary;
mod quantity;
mod semver;
mod time;
mod token;
mod types;
mod value;

#[cfg(test)]
mod tests;

pub use budget::Budget;
pub use data::Place;
pub use error::{CompileError, Fault};
pub use types::{DYNAMIC, ListType, Property, Reading, Shape, Types, Untyped};
pub use value::{List, Map, Opaque, Text, Value};

use ast::{Ast, Node, Root};

/// A regular expression as the API server reads it, in Go's dialect.
///
/// # Errors
/// What is wrong with it, in one line.
pub fn pattern(source: &str) -> Result<regex::Regex, String> {
    library::regex(source)
}

/// True for a duration as Go reads it: `1h30m`, `-1.5s`, `0`.
pub fn is_duration(text: &str) -> bool {
    time::parse_duration(text).is_some()
}

/// True for what Go's `url.ParseRequestURI` takes: an absolute URI, or an absolute path.
pub fn is_request_uri(text: &str) -> bool {
    net::Url::parse(text).is_some()
}

/// A compiled expression.
#[derive(Debug)]
pub struct Program {
    ast: Ast,
    uses_old: bool,
}

impl Program {
    /// Reads an expression; `self` and `oldSelf` are declared in it.
    ///
    /// # Errors
    /// If it is no expression of the language, uses what is not declared, or is nested too deeply.
    pub fn compile(source: &str) -> Result<Self, CompileError> {
        let ast = parser::parse(source).map_err(|error| in_characters(source, error))?;
        let uses_old = ast.nodes.iter().any(|node| matches!(node, Node::Root(Root::Old)));
        Ok(Self { ast, uses_old })
    }

    /// True if the expression looks at `oldSelf`: a rule about a change.
    pub fn uses_old(&self) -> bool {
        self.uses_old
    }

    /// The value of the expression.
    ///
    /// # Errors
    /// If the expression fails on these values, or takes more steps than the budget has.
    pub fn evaluate<'a>(
        &'a self,
        this: Value<'a>,
        old: Option<Value<'a>>,
        budget: &'a Budget,
    ) -> Result<Value<'a>, Fault> {
        let (stack, patterns) = (Vec::new(), Vec::new());
        eval::Evaluation { ast: &self.ast, this, old, budget, stack, patterns }.node(self.ast.top)
    }
}

/// The same error with its place in characters.
fn in_characters(source: &str, error: CompileError) -> CompileError {
    let before = source.get(..error.at.min(source.len())).unwrap_or(source);
    CompileError { at: before.chars().count(), ..error }
}
