//! What an expression begins with: constants, names, lists and maps.

use super::ast::{Literal, Node, Root};
use super::error::CompileError;
use super::parser::{Parsed, Parser, RESERVED};
use super::token::Token;

/// Types that have a name.
const TYPES: [&str; 10] =
    ["int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type"];

impl Parser {
    pub(super) fn primary(&mut self) -> Parsed {
        let at = self.place();
        if self.eat("(") {
            let id = self.expression()?;
            self.expect(")")?;
            return Ok(id);
        }
        if self.eat("[") {
            return self.list(at);
        }
        if self.eat("{") {
            return self.map(at);
        }
        let absolute = self.eat(".");
        let literal = match self.next() {
            Token::Int(number) => match i64::try_from(number) {
                Ok(number) => Literal::Int(number),
                Err(_) => return Err(CompileError::new(at, "this number does not fit 64 bits")),
            },
            Token::Uint(number) => Literal::Uint(number),
            Token::Double(number) => Literal::Double(number),
            Token::Str(text) => Literal::Str(text),
            Token::Bytes(bytes) => Literal::Bytes(bytes),
            Token::Ident(name) => return self.word(at, &name, absolute),
            other => {
                self.at -= 1;
                return self.error(format!("a value is expected, not {}", other.shown()));
            }
        };
        self.add(at, Node::Literal(literal), &[])
    }

    fn word(&mut self, at: usize, name: &str, absolute: bool) -> Parsed {
        let literal = match name {
            "true" => Some(Literal::Bool(true)),
            "false" => Some(Literal::Bool(false)),
            "null" => Some(Literal::Null),
            _ => None,
        };
        if let Some(literal) = literal {
            return self.add(at, Node::Literal(literal), &[]);
        }
        if RESERVED.contains(&name) || name == "in" {
            return Err(CompileError::new(at, format!("`{name}` is a reserved word")));
        }
        if self.is("(") {
            return self.global_call(at, name);
        }
        if let Some(slot) = self.scope.iter().rposition(|known| known == name).filter(|_| !absolute) {
            return self.add(at, Node::Local(slot as u32), &[]);
        }
        if self.is(".") && super::function::NAMESPACES.contains(&name) {
            return self.qualified(at, name);
        }
        let node = match (name, TYPES.iter().find(|known| **known == name)) {
            ("self", _) => Node::Root(Root::This),
            ("oldSelf", _) => Node::Root(Root::Old),
            (_, Some(known)) => Node::Type(known),
            ("optional_type", _) => Node::Type("optional_type"),
            _ => return Err(CompileError::new(at, format!("`{name}` is not declared"))),
        };
        self.add(at, node, &[])
    }

    /// `math.abs(x)`, `google.protobuf.Timestamp`.
    fn qualified(&mut self, at: usize, first: &str) -> Parsed {
        let mut name = first.to_owned();
        while self.eat(".") {
            match self.next() {
                Token::Ident(part) => name = format!("{name}.{part}"),
                other => return self.error(format!("a name is expected, not {}", other.shown())),
            }
        }
        if self.is("(") {
            return self.global_call(at, &name);
        }
        match name.as_str() {
            "google.protobuf.Timestamp" => self.add(at, Node::Type("google.protobuf.Timestamp"), &[]),
            "google.protobuf.Duration" => self.add(at, Node::Type("google.protobuf.Duration"), &[]),
            _ => Err(CompileError::new(at, format!("`{name}` is not declared"))),
        }
    }

    fn list(&mut self, at: usize) -> Parsed {
        let (mut items, mut optional) = (Vec::new(), 0u64);
        while !self.eat("]") {
            if self.eat("?") {
                self.mark(items.len(), &mut optional)?;
            }
            items.push(self.expression()?);
            if !self.eat(",") {
                self.expect("]")?;
                break;
            }
        }
        let range = self.range(&items);
        self.add(at, Node::List { items: range, optional }, &items)
    }

    fn map(&mut self, at: usize) -> Parsed {
        let (mut entries, mut optional) = (Vec::new(), 0u64);
        while !self.eat("}") {
            if self.eat("?") {
                self.mark(entries.len() / 2, &mut optional)?;
            }
            entries.push(self.expression()?);
            self.expect(":")?;
            entries.push(self.expression()?);
            if !self.eat(",") {
                self.expect("}")?;
                break;
            }
        }
        let range = self.range(&entries);
        self.add(at, Node::Map { entries: range, optional }, &entries)
    }

    fn mark(&self, position: usize, optional: &mut u64) -> Result<(), CompileError> {
        match 1u64.checked_shl(position as u32) {
            Some(bit) => {
                *optional |= bit;
                Ok(())
            }
            None => self.error("only the first 64 elements can be optional"),
        }
    }
}
