//! Calls: macros, which see their arguments unevaluated, and functions.

use super::ast::{Fold, Id, Literal, Node, Pattern};
use super::error::CompileError;
use super::function::{self, Function};
use super::parser::Parser;
use super::token::Token;

type Parsed = Result<Id, CompileError>;

/// Most macros over lists and maps within each other.
const MAX_LOOPS: u32 = 50;

/// What a macro has between its brackets: names of variables, then expressions.
struct Shape {
    names: usize,
    bodies: usize,
}

impl Parser {
    /// A call without a receiver; the bracket is next.
    pub(super) fn global_call(&mut self, at: usize, name: &str) -> Parsed {
        match name {
            "has" => return self.has(at),
            "cel.bind" => return self.bind(at),
            _ => {}
        }
        let mut args = self.arguments()?;
        let function =
            function::global(name, args.len()).map_err(|message| CompileError::new(at, message))?;
        if function == Function::NamedFormat {
            let text = name.trim_start_matches("format.").to_owned();
            args.push(self.add(at, Node::Literal(Literal::Str(text)), &[])?);
        }
        self.call(at, function, &args)
    }

    /// A call of a receiver; the bracket is next.
    pub(super) fn member_call(&mut self, at: usize, receiver: Id, name: &str) -> Parsed {
        if let Some(id) = self.fold(at, receiver, name)? {
            return Ok(id);
        }
        let mut args = vec![receiver];
        args.extend(self.arguments()?);
        let function =
            function::member(name, args.len() - 1).map_err(|message| CompileError::new(at, message))?;
        self.call(at, function, &args)
    }

    fn call(&mut self, at: usize, function: Function, args: &[Id]) -> Parsed {
        let constant =
            |id: &Id| matches!(self.ast.nodes.get(*id as usize), Some(Node::Literal(Literal::Str(_))));
        let regex = (function::takes_pattern(function) && args.get(1).is_some_and(constant))
            .then(Box::<Pattern>::default);
        if let (Some(_), Some(Node::Literal(Literal::Str(text)))) =
            (&regex, args.get(1).and_then(|&id| self.ast.nodes.get(id as usize)))
            && let Err(error) = super::library::regex(text)
        {
            return Err(CompileError::new(at, error));
        }
        let range = self.range(args);
        self.add(at, Node::Call { function, args: range, regex }, args)
    }

    fn arguments(&mut self) -> Result<Vec<Id>, CompileError> {
        self.expect("(")?;
        let mut args = Vec::new();
        while !self.eat(")") {
            args.push(self.expression()?);
            if !self.eat(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(args)
    }

    /// `has(e.f)`.
    fn has(&mut self, at: usize) -> Parsed {
        let args = self.arguments()?;
        let last = args.as_slice();
        let [only] = last else { return Err(CompileError::new(at, "`has` takes 1 argument")) };
        match self.ast.nodes.get(*only as usize).cloned() {
            Some(Node::Select { operand, field, optional: false }) => {
                self.add(at, Node::Has { operand, field }, &[operand])
            }
            _ => Err(CompileError::new(at, "`has` takes a field, such as `self.name`")),
        }
    }

    /// `cel.bind(name, value, body)`.
    fn bind(&mut self, at: usize) -> Parsed {
        self.expect("(")?;
        let name = self.variable()?;
        self.expect(",")?;
        let value = self.expression()?;
        self.expect(",")?;
        self.scope.push(name);
        let body = self.expression()?;
        self.scope.pop();
        self.eat(",");
        self.expect(")")?;
        self.add(at, Node::Bind { value, body }, &[value, body])
    }

    /// A macro of a list or map, if `name` is one and what is in the brackets has its form.
    fn fold(&mut self, at: usize, over: Id, name: &str) -> Result<Option<Id>, CompileError> {
        let Some(count) = self.count_arguments() else { return Ok(None) };
        let (fold, names, bodies) = match (name, count) {
            ("all", 2) => (Some(Fold::All), 1, 1),
            ("all", 3) => (Some(Fold::All), 2, 1),
            ("exists", 2) => (Some(Fold::Exists), 1, 1),
            ("exists", 3) => (Some(Fold::Exists), 2, 1),
            ("exists_one" | "existsOne", 2) => (Some(Fold::ExistsOne), 1, 1),
            ("exists_one" | "existsOne", 3) => (Some(Fold::ExistsOne), 2, 1),
            ("filter", 2) => (Some(Fold::Filter), 1, 1),
            ("map", 2) => (Some(Fold::List), 1, 1),
            ("map", 3) => (Some(Fold::List), 1, 2),
            ("transformList", 3) => (Some(Fold::List), 2, 1),
            ("transformList", 4) => (Some(Fold::List), 2, 2),
            ("transformMap", 3) => (Some(Fold::Map), 2, 1),
            ("transformMap", 4) => (Some(Fold::Map), 2, 2),
            ("transformMapEntry", 3) => (Some(Fold::MapEntry), 2, 1),
            ("transformMapEntry", 4) => (Some(Fold::MapEntry), 2, 2),
            ("sortBy", 2) => (Some(Fold::SortBy), 1, 1),
            ("optMap" | "optFlatMap", 2) => (None, 1, 1),
            _ => return Ok(None),
        };
        let bodies = self.bodies(&Shape { names, bodies })?;
        let (test, value) = match (fold, bodies.as_slice()) {
            (Some(Fold::List | Fold::Map | Fold::MapEntry | Fold::SortBy), [value]) => (None, Some(*value)),
            (_, [test]) => (Some(*test), None),
            (_, [test, value]) => (Some(*test), Some(*value)),
            _ => return Err(CompileError::new(at, format!("`{name}` takes other arguments"))),
        };
        let below: Vec<Id> = bodies.iter().copied().chain([over]).collect();
        let two = names == 2;
        let node = match (fold, test) {
            (Some(fold), _) => Node::Fold { fold, over, two, test, value },
            (None, Some(body)) => Node::OptMap { over, body, flat: name == "optFlatMap" },
            (None, None) => return Ok(None),
        };
        self.add(at, node, &below).map(Some)
    }

    fn bodies(&mut self, shape: &Shape) -> Result<Vec<Id>, CompileError> {
        self.loops += 1;
        if self.loops > MAX_LOOPS {
            return self.error("the expression is nested too deeply: too many loops within each other");
        }
        self.expect("(")?;
        let before = self.scope.len();
        for _ in 0..shape.names {
            let name = self.variable()?;
            self.expect(",")?;
            self.scope.push(name);
        }
        if shape.names == 2 && self.scope.get(before) == self.scope.get(before + 1) {
            return self.error("the two variables have the same name");
        }
        let mut bodies = Vec::new();
        for at in 0..shape.bodies {
            if at > 0 {
                self.expect(",")?;
            }
            bodies.push(self.expression()?);
        }
        self.scope.truncate(before);
        self.loops -= 1;
        self.eat(",");
        self.expect(")")?;
        Ok(bodies)
    }

    fn variable(&mut self) -> Result<String, CompileError> {
        let Token::Ident(name) = self.peek().clone() else {
            return self.error(format!("the name of a variable is expected, not {}", self.peek().shown()));
        };
        if matches!(name.as_str(), "true" | "false" | "null" | "in") {
            return self.error(format!("`{name}` cannot be the name of a variable"));
        }
        self.step();
        Ok(name)
    }
}
