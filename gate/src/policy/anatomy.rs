//! What a module is, read from its sections without compiling or running it: its kind, what it imports and what it
//! exports. Made for modules that are refused, so it takes any bytes, never fails, and says where it had to stop.

use crate::text::{clean_line, shorten};

/// Names that are told of each list.
const MOST_NAMES: usize = 1_000;
/// Code points of a name.
const NAME_CHARS: usize = 200;

/// Ids of sections with imports and exports.
const CORE: (u8, u8) = (2, 7);
const COMPONENT: (u8, u8) = (10, 11);

/// What kind of file a module is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModuleKind {
    /// A WebAssembly component, as policies are.
    Component,
    /// A core module: not a policy, but perhaps what one could be made of.
    Core,
    /// Not WebAssembly of a version that is known.
    Unknown,
}

impl ModuleKind {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Core => "core module",
            Self::Unknown => "not WebAssembly",
        }
    }
}

/// A module taken apart. Names are cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anatomy {
    /// What kind of file it is.
    pub kind: ModuleKind,
    /// What it asks for, in its order; of a core module `module.name`.
    pub imports: Vec<String>,
    /// What it offers, in its order.
    pub exports: Vec<String>,
    /// True if everything was read: no section is cut off or of an unknown form, and no list is too long.
    pub whole: bool,
}

impl Anatomy {
    /// Takes a module apart.
    pub fn of(wasm: &[u8]) -> Self {
        let kind = match wasm.get(..8) {
            Some([0, b'a', b's', b'm', 0x0d, 0, 1, 0]) => ModuleKind::Component,
            Some([0, b'a', b's', b'm', 1, 0, 0, 0]) => ModuleKind::Core,
            _ => ModuleKind::Unknown,
        };
        let mut found = Self { kind, imports: Vec::new(), exports: Vec::new(), whole: true };
        let sections = Reader { bytes: wasm.get(8..).unwrap_or_default() };
        if kind != ModuleKind::Unknown {
            found.whole = found.sections(sections).is_some();
        }
        found
    }

    fn sections(&mut self, mut reader: Reader<'_>) -> Option<()> {
        let core = self.kind == ModuleKind::Core;
        let (imports, exports) = if core { CORE } else { COMPONENT };
        while !reader.bytes.is_empty() {
            let id = reader.byte()?;
            let length = usize::try_from(reader.number()?).ok()?;
            let section = Reader { bytes: reader.take(length)? };
            if id == imports {
                let entry = if core { Reader::core_import } else { Reader::import };
                section.list(entry, &mut self.imports)?;
            } else if id == exports {
                let entry = if core { Reader::core_export } else { Reader::export };
                section.list(entry, &mut self.exports)?;
            }
        }
        Some(())
    }
}

/// Bytes that are left. Everything gives none where they are not what is expected.
#[derive(Clone, Copy)]
struct Reader<'b> {
    bytes: &'b [u8],
}

impl<'b> Reader<'b> {
    fn list(mut self, entry: fn(&mut Self) -> Option<String>, names: &mut Vec<String>) -> Option<()> {
        for _ in 0..self.number()? {
            let name = entry(&mut self)?;
            if names.len() == MOST_NAMES {
                return None;
            }
            names.push(name);
        }
        Some(())
    }

    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// LEB128 of at most 64 bits; signed ones are as long as unsigned ones.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn text(&mut self) -> Option<String> {
        let length = usize::try_from(self.number()?).ok()?;
        let text = String::from_utf8_lossy(self.take(length)?);
        Some(shorten(&clean_line(&text), NAME_CHARS).into_owned())
    }

    /// A name of the component model; some forms are followed by a version.
    fn extern_name(&mut self) -> Option<String> {
        let form = self.byte()?;
        let name = self.text()?;
        match form {
            0 | 1 => Some(name),
            2 => Some(format!("{name}{}", self.text()?)),
            _ => None,
        }
    }

    fn import(&mut self) -> Option<String> {
        let name = self.extern_name()?;
        self.extern_type()?;
        Some(name)
    }

    fn export(&mut self) -> Option<String> {
        let name = self.extern_name()?;
        if self.byte()? == 0 {
            // What of a core module is meant.
            self.byte()?;
        }
        self.number()?;
        match self.byte()? {
            0 => {}
            1 => self.extern_type()?,
            _ => return None,
        }
        Some(name)
    }

    fn extern_type(&mut self) -> Option<()> {
        match self.byte()? {
            0 => {
                self.byte()?;
                self.number()?;
            }
            1 | 4 | 5 => drop(self.number()?),
            2 => {
                self.byte()?;
                self.number()?;
            }
            3 => {
                if self.byte()? == 0 {
                    self.number()?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    fn core_import(&mut self) -> Option<String> {
        let (module, name) = (self.text()?, self.text()?);
        match self.byte()? {
            0 => drop(self.number()?),
            1 => {
                self.value_type()?;
                self.limits()?;
            }
            2 => self.limits()?,
            3 => {
                self.value_type()?;
                self.byte()?;
            }
            4 => {
                self.byte()?;
                self.number()?;
            }
            _ => return None,
        }
        Some(format!("{module}.{name}"))
    }

    fn core_export(&mut self) -> Option<String> {
        let name = self.text()?;
        self.byte()?;
        self.number()?;
        Some(name)
    }

    /// One byte, or a reference with the type that it refers to.
    fn value_type(&mut self) -> Option<()> {
        if matches!(self.byte()?, 0x63 | 0x64) {
            self.number()?;
        }
        Some(())
    }

    fn limits(&mut self) -> Option<()> {
        let flags = self.byte()?;
        self.number()?;
        if flags & 1 != 0 {
            self.number()?;
        }
        if flags & 8 != 0 {
            self.number()?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anatomy(text: &str) -> Anatomy {
        Anatomy::of(&wat::parse_str(text).unwrap())
    }

    #[test]
    fn components_are_taken_apart() {
        let found = anatomy(
            r#"(component
                (import "wasi:cli/environment@0.2.0" (instance (export "x" (func))))
                (import "f" (func $f))
                (import "m" (core module))
                (import "t" (type (sub resource)))
                (core module $inner (import "not" "told" (func)) (memory (export "nor this") 1))
                (export "g" (func $f)))"#,
        );
        assert_eq!(found.kind, ModuleKind::Component);
        assert_eq!(found.imports, ["wasi:cli/environment@0.2.0", "f", "m", "t"]);
        assert_eq!(found.exports, ["g"]);
        assert!(found.whole);
    }

    #[test]
    fn core_modules_are_taken_apart() {
        let found = anatomy(
            r#"(module
                (import "env" "f" (func (param i32)))
                (import "env" "t" (table 1 2 funcref))
                (import "env" "m" (memory 1))
                (import "env" "g" (global (mut i64)))
                (func (export "run")) (memory (export "memory") 1))"#,
        );
        assert_eq!(found.kind, ModuleKind::Core);
        assert_eq!(found.imports, ["env.f", "env.t", "env.m", "env.g"]);
        assert_eq!(found.exports, ["run", "memory"]);
        assert!(found.whole);
    }

    #[test]
    fn names_are_cleaned_and_any_bytes_come_to_an_end() {
        let module = wat::parse_str(r#"(module (import "a\1b[31m" "\0ab" (func)))"#).unwrap();
        assert_eq!(Anatomy::of(&module).imports, ["a\u{fffd}[31m. b"]);
        for length in 8..module.len() {
            let cut = Anatomy::of(&module[..length]);
            assert!(
                cut.whole == (length == 8 || cut.imports.is_empty() && ends_with_section(&module, length)),
                "{length}"
            );
        }
        assert_eq!(Anatomy::of(b"\x7fELF").kind, ModuleKind::Unknown);
        let endless = [b"\0asm\x01\0\0\0\x02\x05\xff\xff\xff\xff\x0f".as_slice(), &[0; 100]].concat();
        assert!(!Anatomy::of(&endless).whole);
    }

    /// True if a section ends at `length`: the type section, before the imports.
    fn ends_with_section(module: &[u8], length: usize) -> bool {
        length == 10 + usize::from(module[9])
    }
}
