//! The JSON Schema of settings, from the Rust type that they are read into: the two cannot disagree.
//!
//! `#[derive(SettingsSchema)]` implements [`SettingsSchema`]; this module is what the derived code calls. The schema
//! is written when the gate asks the policy to describe itself, with no JSON library in the component.
//!
//! An attribute of serde that the schema would have to know, and does not, is refused:
//!
//! ```compile_fail
//! #[derive(serde::Deserialize, gate_sdk::SettingsSchema)]
//! struct Settings {
//!     #[serde(alias = "label")]
//!     key: String,
//! }
//! ```
//!
//! And so are types without a schema, here a tuple:
//!
//! ```compile_fail
//! #[derive(serde::Deserialize, gate_sdk::SettingsSchema)]
//! struct Settings {
//!     range: (u32, u32),
//! }
//! ```
//!
//! The same without these is fine:
//!
//! ```
//! #[derive(serde::Deserialize, gate_sdk::SettingsSchema)]
//! struct Settings {
//!     /// The key of a label.
//!     #[serde(rename = "label")]
//!     #[schema(min_length = 1)]
//!     key: String,
//!     range: Vec<u32>,
//! }
//! let schema = gate_sdk::schema::text::<Settings>();
//! assert!(schema.contains(r#""required":["label","range"]"#), "{schema}");
//! ```

use std::collections::BTreeMap;

use crate::json::{ToJson, write_string};

/// Types whose JSON Schema is known; derive it with [`macro@crate::SettingsSchema`].
pub trait SettingsSchema: ToJson {
    /// True if a field of this type may be missing without a default: an [`Option`].
    const OPTIONAL: bool = false;

    /// Writes the members of the schema.
    fn schema(writer: &mut Writer);
}

/// Types that can hold the keys that no field has, `#[serde(flatten)]`: maps, and lists of pairs.
pub trait Holds {
    /// The schema of the values.
    fn held(writer: &mut Writer);
}

impl<T: SettingsSchema> Holds for BTreeMap<String, T> {
    fn held(writer: &mut Writer) {
        T::schema(writer);
    }
}

impl<T: SettingsSchema> Holds for Vec<(String, T)> {
    fn held(writer: &mut Writer) {
        T::schema(writer);
    }
}

/// Adds a member to a map that is not closed yet; nothing for a value that is `null`.
pub fn member(out: &mut String, key: &str, value: &impl ToJson) {
    let start = out.len();
    if !out.ends_with('{') {
        out.push(',');
    }
    write_string(key, out);
    out.push(':');
    let before = out.len();
    value.to_json(out);
    if out.get(before..) == Some("null") {
        out.truncate(start);
    }
}

/// The JSON Schema (2020-12) of the settings of `S`.
pub fn text<S: SettingsSchema>() -> String {
    let mut writer = Writer::default();
    writer.out.push('{');
    writer.raw(r#""$schema":"https://json-schema.org/draft/2020-12/schema""#);
    writer.members(S::schema, Place::default());
    writer.out.push('}');
    writer.out
}

/// What is written where a schema stands, beside what its type says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place {
    /// The doc comment of the field.
    pub doc: &'static str,
    /// More members of the schema, as JSON without braces.
    pub more: &'static str,
    /// The same for what a list or map holds.
    pub items: &'static str,
    /// Writes the default.
    pub default: Option<fn(&mut String)>,
}

/// A field of a struct.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// It has to be there.
    pub required: bool,
    /// Its type.
    pub schema: fn(&mut Writer),
    /// What else is known of it.
    pub place: Place,
}

/// Writes a schema; used by derived code.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
    place: Place,
    description: String,
    nullable: bool,
}

impl Writer {
    /// A schema of its own: `{…}`.
    fn nested(&mut self, schema: fn(&mut Self), place: Place) {
        self.out.push('{');
        self.members(schema, place);
        self.out.push('}');
    }

    /// The members of a schema at a place.
    fn members(&mut self, schema: fn(&mut Self), place: Place) {
        let outer_place = std::mem::replace(&mut self.place, place);
        let outer_description = std::mem::take(&mut self.description);
        self.nullable = false;
        schema(self);
        self.raw(place.more);
        self.describe(place.doc);
        let description = std::mem::replace(&mut self.description, outer_description);
        if !description.is_empty() {
            self.string("description", &description);
        }
        if let Some(default) = place.default {
            let mut json = String::new();
            default(&mut json);
            if json != "null" {
                self.key("default");
                self.out.push_str(&json);
            }
        }
        self.place = outer_place;
    }

    fn describe(&mut self, doc: &str) {
        if self.description.is_empty() {
            self.description.push_str(doc);
        }
    }

    fn comma(&mut self) {
        if !self.out.ends_with(['{', '[']) {
            self.out.push(',');
        }
    }

    /// Members as JSON.
    fn raw(&mut self, members: &str) {
        if !members.is_empty() {
            self.comma();
            self.out.push_str(members);
        }
    }

    fn key(&mut self, key: &str) {
        self.comma();
        write_string(key, &mut self.out);
        self.out.push(':');
    }

    fn string(&mut self, key: &str, text: &str) {
        self.key(key);
        write_string(text, &mut self.out);
    }

    /// `"type"`, with `null` where the value may be that.
    fn kind(&mut self, kind: &str) {
        if self.nullable {
            self.key("type");
            self.out.push('[');
            write_string(kind, &mut self.out);
            self.out.push_str(r#","null"]"#);
        } else {
            self.string("type", kind);
        }
    }

    /// An integer between bounds, unless the field has bounds of its own.
    fn integer(&mut self, minimum: &str, maximum: &str) {
        self.kind("integer");
        for (key, bound) in [("minimum", minimum), ("maximum", maximum)] {
            if !bound.is_empty() && !crate::text::contains(self.place.more, key) {
                self.key(key);
                self.out.push_str(bound);
            }
        }
    }

    /// The values of a list or map under a key.
    fn holds(&mut self, key: &str, schema: fn(&mut Self)) {
        let more = self.place.items;
        self.key(key);
        self.nested(schema, Place { more, ..Place::default() });
    }

    /// A struct: `rest` is what every other key holds, none if it does not matter; `closed` refuses other keys.
    pub fn object(&mut self, doc: &'static str, fields: &[Field], rest: Option<fn(&mut Self)>, closed: bool) {
        self.kind("object");
        self.key("properties");
        self.out.push('{');
        for field in fields {
            self.key(field.name);
            self.nested(field.schema, field.place);
        }
        self.out.push('}');
        let mut required = fields.iter().filter(|field| field.required).peekable();
        if required.peek().is_some() {
            self.key("required");
            self.out.push('[');
            for field in required {
                self.comma();
                write_string(field.name, &mut self.out);
            }
            self.out.push(']');
        }
        match rest {
            Some(rest) => self.holds("additionalProperties", rest),
            None if closed => self.raw(r#""additionalProperties":false"#),
            None => {}
        }
        self.describe_type(doc);
    }

    /// One of these words, each with its doc comment.
    pub fn choice(&mut self, doc: &'static str, words: &[(&str, &str)]) {
        self.key("enum");
        self.out.push('[');
        for (word, _) in words {
            self.comma();
            write_string(word, &mut self.out);
        }
        self.raw(if self.nullable { "null" } else { "" });
        self.out.push(']');
        self.describe_type(doc);
        for (word, doc) in words.iter().filter(|(_, doc)| !doc.is_empty()) {
            let gap = if self.description.is_empty() { "" } else { " " };
            for part in [gap, "`", word, "`: ", doc] {
                self.description.push_str(part);
            }
        }
    }

    /// The doc comment of the field goes before that of its type.
    fn describe_type(&mut self, doc: &'static str) {
        self.describe(self.place.doc);
        self.describe(doc);
    }
}

macro_rules! plain {
    ($($type:ty => |$writer:ident| $schema:expr;)+) => {
        $(impl SettingsSchema for $type {
            fn schema($writer: &mut Writer) {
                $schema;
            }
        })+
    };
}

plain! {
    String => |writer| writer.kind("string");
    bool => |writer| writer.kind("boolean");
    f32 => |writer| writer.kind("number");
    f64 => |writer| writer.kind("number");
    u8 => |writer| writer.integer("0", "255");
    u16 => |writer| writer.integer("0", "65535");
    u32 => |writer| writer.integer("0", "4294967295");
    u64 => |writer| writer.integer("0", "");
    usize => |writer| writer.integer("0", "4294967295");
    i8 => |writer| writer.integer("-128", "127");
    i16 => |writer| writer.integer("-32768", "32767");
    i32 => |writer| writer.integer("-2147483648", "2147483647");
    i64 => |writer| writer.integer("", "");
}

impl<T: SettingsSchema> SettingsSchema for Vec<T> {
    fn schema(writer: &mut Writer) {
        writer.kind("array");
        writer.holds("items", T::schema);
    }
}

impl<T: SettingsSchema> SettingsSchema for BTreeMap<String, T> {
    fn schema(writer: &mut Writer) {
        writer.kind("object");
        writer.holds("additionalProperties", T::schema);
    }
}

/// The value, or `null`.
impl<T: SettingsSchema> SettingsSchema for Option<T> {
    const OPTIONAL: bool = true;

    fn schema(writer: &mut Writer) {
        writer.nullable = true;
        T::schema(writer);
    }
}
