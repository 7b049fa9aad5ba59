//! Tokens to an [`Ast`], by recursive descent. Nesting is bounded, both of what is read and of what comes out, so that
//! nothing that later follows the nodes can run out of stack.

use super::ast::{Ast, Field, Id, Literal, Node, Operator, Range};
use super::error::CompileError;
use super::escape::field_name;
use super::token::{Placed, Token};

/// Deepest nesting of an expression; Kubernetes has the same.
const MAX_DEPTH: u32 = 250;
/// Longest expression, in bytes.
const MAX_BYTES: usize = 1 << 20;
/// Most nodes of an expression.
const MAX_NODES: usize = 100_000;
/// Words that cannot name anything.
pub(super) const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// The tree of `source`.
pub(super) fn parse(source: &str) -> Result<Ast, CompileError> {
    if source.len() > MAX_BYTES {
        return Err(CompileError::new(0, "the expression is longer than 1 MB"));
    }
    let tokens = super::lexer::tokens(source)?;
    let mut parser = Parser { tokens, at: 0, ast: Ast::default(), scope: Vec::new(), depth: 0, loops: 0 };
    let top = parser.expression()?;
    match parser.peek() {
        Token::End => {
            parser.ast.top = top;
            Ok(parser.ast)
        }
        other => parser.error(format!("{} does not belong here", other.shown())),
    }
}

pub(super) struct Parser {
    tokens: Vec<Placed>,
    pub(super) at: usize,
    pub(super) ast: Ast,
    /// The local variables that can be seen, by their position on the stack.
    pub(super) scope: Vec<String>,
    depth: u32,
    /// Macros over lists and maps that are open.
    pub(super) loops: u32,
}

pub(super) type Parsed = Result<Id, CompileError>;

impl Parser {
    pub(super) fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |placed| &placed.token)
    }

    pub(super) fn place(&self) -> usize {
        self.tokens.get(self.at).map_or(0, |placed| placed.at)
    }

    pub(super) fn error<T>(&self, message: impl Into<String>) -> Result<T, CompileError> {
        Err(CompileError::new(self.place(), message))
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    pub(super) fn is(&self, symbol: &str) -> bool {
        matches!(self.peek(), Token::Symbol(found) if *found == symbol)
    }

    pub(super) fn eat(&mut self, symbol: &str) -> bool {
        let found = self.is(symbol);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, symbol: &str) -> Result<(), CompileError> {
        if self.eat(symbol) {
            return Ok(());
        }
        self.error(format!("`{symbol}` is expected, not {}", self.peek().shown()))
    }

    /// Adds a node that stands above `below`.
    pub(super) fn add(&mut self, at: usize, node: Node, below: &[Id]) -> Parsed {
        let deepest = below.iter().filter_map(|&id| self.ast.depths.get(id as usize)).max();
        let depth = deepest.map_or(0, |depth| depth + 1);
        if u32::from(depth) > MAX_DEPTH {
            return Err(CompileError::new(at, "the expression is nested too deeply"));
        }
        if self.ast.nodes.len() >= MAX_NODES {
            return Err(CompileError::new(at, "the expression is too long"));
        }
        self.ast.nodes.push(node);
        self.ast.places.push(at as u32);
        self.ast.depths.push(depth);
        Ok(self.ast.nodes.len() as Id - 1)
    }

    pub(super) fn range(&mut self, ids: &[Id]) -> Range {
        let start = self.ast.children.len() as u32;
        self.ast.children.extend(ids);
        Range { start, len: ids.len() as u32 }
    }

    pub(super) fn expression(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.error("the expression is nested too deeply");
        }
        let at = self.place();
        let test = self.chain("||")?;
        let id = if self.eat("?") {
            let then = self.chain("||")?;
            self.expect(":")?;
            let other = self.expression()?;
            self.add(at, Node::Choose { test, then, other }, &[test, then, other])?
        } else {
            test
        };
        self.depth -= 1;
        Ok(id)
    }

    /// `a || b || c` and `a && b && c` as one node each, however long.
    fn chain(&mut self, symbol: &'static str) -> Parsed {
        let at = self.place();
        let or = symbol == "||";
        let mut all = vec![if or { self.chain("&&")? } else { self.relation()? }];
        while self.eat(symbol) {
            all.push(if or { self.chain("&&")? } else { self.relation()? });
        }
        if let [only] = all.as_slice() {
            return Ok(*only);
        }
        let range = self.range(&all);
        self.add(at, if or { Node::Or(range) } else { Node::And(range) }, &all)
    }

    fn relation(&mut self) -> Parsed {
        let mut left = self.sum()?;
        loop {
            let at = self.place();
            let operator = match self.peek() {
                Token::Symbol("==") => Operator::Equal,
                Token::Symbol("!=") => Operator::Unequal,
                Token::Symbol("<") => Operator::Less,
                Token::Symbol("<=") => Operator::LessEqual,
                Token::Symbol(">") => Operator::Greater,
                Token::Symbol(">=") => Operator::GreaterEqual,
                Token::Ident(word) if word == "in" => Operator::In,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.sum()?;
            left = self.add(at, Node::Binary(operator, left, right), &[left, right])?;
        }
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        loop {
            let at = self.place();
            let operator = match self.peek() {
                Token::Symbol("+") => Operator::Add,
                Token::Symbol("-") => Operator::Subtract,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.product()?;
            left = self.add(at, Node::Binary(operator, left, right), &[left, right])?;
        }
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.unary()?;
        loop {
            let at = self.place();
            let operator = match self.peek() {
                Token::Symbol("*") => Operator::Multiply,
                Token::Symbol("/") => Operator::Divide,
                Token::Symbol("%") => Operator::Modulo,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.unary()?;
            left = self.add(at, Node::Binary(operator, left, right), &[left, right])?;
        }
    }

    fn unary(&mut self) -> Parsed {
        let at = self.place();
        let mut count = 0;
        let symbol = if self.is("!") { "!" } else { "-" };
        while self.eat(symbol) {
            count += 1;
        }
        if symbol == "-" && count > 0 {
            let negative = count % 2 == 1;
            let literal = match self.peek() {
                Token::Int(number) if negative => Some(0i64.checked_sub_unsigned(*number).map(Literal::Int)),
                Token::Double(number) if negative => Some(Some(Literal::Double(-number))),
                _ => None,
            };
            if let Some(literal) = literal {
                let Some(literal) = literal else { return self.error("this number does not fit 64 bits") };
                self.at += 1;
                let id = self.add(at, Node::Literal(literal), &[])?;
                return self.members(id);
            }
        }
        let mut id = self.primary()?;
        id = self.members(id)?;
        for _ in 0..count.min(MAX_DEPTH as usize + 1) {
            id = self.add(at, if symbol == "!" { Node::Not(id) } else { Node::Negate(id) }, &[id])?;
        }
        Ok(id)
    }

    fn members(&mut self, mut id: Id) -> Parsed {
        loop {
            let at = self.place();
            if self.eat(".") {
                let optional = self.eat("?");
                let (name, quoted) = match self.next() {
                    Token::Ident(name) => (name, false),
                    Token::Quoted(name) => (name, true),
                    other => return self.error(format!("a name is expected, not {}", other.shown())),
                };
                if !quoted && !optional && self.is("(") {
                    id = self.member_call(at, id, &name)?;
                    continue;
                }
                if !quoted && RESERVED.contains(&name.as_str()) && name != "namespace" {
                    let hint = format!("`{name}` is a reserved word; the field is `__{name}__` here");
                    return Err(CompileError::new(at, hint));
                }
                let field = field(name, quoted);
                id = self.add(at, Node::Select { operand: id, field, optional }, &[id])?;
            } else if self.eat("[") {
                let optional = self.eat("?");
                let index = self.expression()?;
                self.expect("]")?;
                id = self.add(at, Node::Index { operand: id, index, optional }, &[id, index])?;
            } else {
                return Ok(id);
            }
        }
    }
}

/// The name of a field; one in backticks is not unescaped.
pub(super) fn field(written: String, quoted: bool) -> Field {
    let unescaped = if quoted { written.clone() } else { field_name(&written).into_owned() };
    Field { written, unescaped }
}

/// A look ahead, for macros.
impl Parser {
    pub(super) fn step(&mut self) {
        self.at += 1;
    }

    /// Number of arguments between the brackets that come next; none if these do not close.
    pub(super) fn count_arguments(&self) -> Option<usize> {
        let (mut depth, mut commas, mut any) = (0usize, 0, false);
        let mut last = "";
        for placed in self.tokens.get(self.at..)? {
            let symbol = if let Token::Symbol(symbol) = placed.token { symbol } else { "" };
            match symbol {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth = depth.checked_sub(1)?,
                "," if depth == 1 => commas += 1,
                _ => {}
            }
            if depth == 0 {
                return Some(if any { commas + usize::from(last != ",") } else { 0 });
            }
            any |= depth > 1 || symbol != "(";
            last = symbol;
        }
        None
    }
}
