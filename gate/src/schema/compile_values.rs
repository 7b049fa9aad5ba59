//! What `allOf`, `anyOf`, `oneOf` and `not` hold: schemas that restrict a value and leave its type to the schema they
//! stand in. They become nodes that are loose: of a value of another type, and of fields that they do not name, they
//! say nothing.

use serde_json::{Map, Value};

use super::SchemaError;
use super::compile::{Compiler, Dialect, MAX_DEPTH};
use super::keywords::{is_int_or_string, is_int_or_string_list, is_true, lengths, required, type_of};
use super::node::{Format, Junctor, NodeKind, flag};
use super::writer::{ANY, NodeSpec};

type Object = Map<String, Value>;

/// Keywords that are about values of one kind.
const OF_OBJECTS: [&str; 5] =
    ["properties", "required", "additionalProperties", "minProperties", "maxProperties"];
const OF_LISTS: [&str; 3] = ["items", "minItems", "maxItems"];
const OF_STRINGS: [&str; 4] = ["pattern", "minLength", "maxLength", "format"];
const OF_NUMBERS: [&str; 3] = ["minimum", "maximum", "multipleOf"];
/// Keywords of JSON Schema that are not looked at. What has one of them can only be said to fail, never to hold.
const NOT_READ: [&str; 9] = [
    "$ref",
    "if",
    "contains",
    "patternProperties",
    "propertyNames",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "uniqueItems",
];
/// Formats that the server knows and this program does not.
const UNKNOWN_FORMATS: [&str; 11] = [
    "bsonobjectid",
    "isbn",
    "isbn10",
    "isbn13",
    "creditcard",
    "ssn",
    "hexcolor",
    "rgbcolor",
    "uuid3",
    "uuid4",
    "uuid5",
];

/// A schema in a junctor, and the one outside that says what its value is.
#[derive(Clone, Copy)]
struct Part<'v> {
    schema: &'v Object,
    outer: Option<&'v Object>,
    depth: u32,
}

impl Compiler<'_> {
    /// The junctors of `schema`, and what its own keywords say of a value whose type is open.
    pub(super) fn junctors(
        &mut self,
        schema: &Object,
        outer: Option<&Object>,
        spec: &mut NodeSpec,
        depth: u32,
    ) -> Result<(), SchemaError> {
        if self.dialect == Dialect::BuiltIn {
            return Ok(());
        }
        if depth > MAX_DEPTH {
            return Err(SchemaError::TooLarge);
        }
        let part = Part { schema, outer, depth };
        let unread = OF_NUMBERS.iter().chain(&OF_STRINGS[1..3]).any(|key| schema.contains_key(*key));
        let is_open = spec.kind == NodeKind::Any || spec.kind == NodeKind::IntOrString && unread;
        if is_open && spec.flags & flag::LOOSE == 0 && self.dialect == Dialect::Custom {
            let nodes = self.by_keywords(part)?;
            spec.junctors.extend((!nodes.is_empty()).then_some((Junctor::All, nodes)));
        }
        for (key, junctor) in [("allOf", Junctor::All), ("anyOf", Junctor::Any), ("oneOf", Junctor::One)] {
            let Some(all) = schema.get(key).and_then(Value::as_array) else { continue };
            let either = outer.is_some_and(is_int_or_string) || spec.kind == NodeKind::IntOrString;
            if !(either && is_int_or_string_list(all)) {
                self.junctor(junctor, all, part, spec)?;
            }
        }
        match schema.get("not") {
            Some(not @ Value::Object(_)) => self.junctor(Junctor::Not, std::slice::from_ref(not), part, spec),
            _ => Ok(()),
        }
    }

    fn junctor(
        &mut self,
        junctor: Junctor,
        all: &[Value],
        part: Part<'_>,
        spec: &mut NodeSpec,
    ) -> Result<(), SchemaError> {
        let mut nodes = Vec::new();
        for schema in all.iter().filter_map(Value::as_object) {
            nodes.push(self.alternative(Part { schema, depth: part.depth + 1, ..part }, None)?);
        }
        // A source that loses parts of schemas may have lost what tells alternatives apart.
        let lossy = self.dialect == Dialect::LossyCustom;
        let says_nothing = match junctor {
            Junctor::All => {
                nodes.retain(|&node| node != ANY);
                nodes.is_empty()
            }
            Junctor::Any => nodes.is_empty() || nodes.contains(&ANY),
            Junctor::One | Junctor::Not => nodes.is_empty() || lossy && nodes.contains(&ANY),
        };
        if !says_nothing {
            spec.junctors.push((junctor, nodes));
        }
        Ok(())
    }

    /// The node of a schema in a junctor; `default` is what stands for its value where that is absent.
    fn alternative(&mut self, part: Part<'_>, default: Option<String>) -> Result<u32, SchemaError> {
        if part.depth > MAX_DEPTH {
            return Err(SchemaError::TooLarge);
        }
        let schema = part.schema;
        let kinds = kinds(part);
        let mut spec = match kinds.as_slice() {
            [only] => self.of_kind(*only, part)?,
            _ => {
                let mut spec = NodeSpec::new(NodeKind::Any);
                let nodes = self.by_keywords(part)?;
                spec.junctors.extend((!nodes.is_empty()).then_some((Junctor::All, nodes)));
                spec
            }
        };
        if spec.kind == NodeKind::Any {
            self.common(schema, &mut spec);
        }
        spec.rules.clear();
        if type_of(schema).is_none() && !is_text(&spec) {
            spec.flags |= flag::LOOSE;
        }
        if part.outer.is_some_and(|outer| is_true(outer, "nullable")) {
            spec.flags |= flag::NULLABLE;
        }
        if NOT_READ.iter().any(|key| schema.contains_key(*key)) {
            let doubt = self.doubt()?;
            spec.junctors.push((Junctor::All, vec![doubt]));
        }
        self.junctors(schema, part.outer, &mut spec, part.depth)?;
        if says_nothing(&spec) {
            return Ok(ANY);
        }
        spec.default = default;
        self.writer.node(&spec)
    }

    /// A node that nobody can tell of whether it holds.
    fn doubt(&mut self) -> Result<u32, SchemaError> {
        self.writer.node(&NodeSpec {
            format: Format::Unknown,
            flags: flag::LOOSE,
            ..NodeSpec::new(NodeKind::Any)
        })
    }

    /// A node for each kind of values that `schema` has keywords of.
    fn by_keywords(&mut self, part: Part<'_>) -> Result<Vec<u32>, SchemaError> {
        let mut nodes = Vec::new();
        for kind in kinds_of_keywords(part.schema) {
            let mut spec = self.of_kind(kind, part)?;
            spec.values = None;
            spec.rules.clear();
            if !is_text(&spec) {
                spec.flags |= flag::LOOSE;
            }
            if !says_nothing(&spec) {
                nodes.push(self.writer.node(&spec)?);
            }
        }
        Ok(nodes)
    }

    fn of_kind(&mut self, kind: NodeKind, part: Part<'_>) -> Result<NodeSpec, SchemaError> {
        let mut spec = NodeSpec::new(kind);
        match kind {
            NodeKind::Object => self.fields(part, &mut spec)?,
            NodeKind::Array => {
                if let Some(items) = part.schema.get("items").and_then(Value::as_object) {
                    let outer = part.outer.and_then(|outer| outer.get("items")?.as_object());
                    let node =
                        self.alternative(Part { schema: items, outer, depth: part.depth + 1 }, None)?;
                    spec.child = Some(node).filter(|&node| node != ANY);
                }
                spec.lengths = lengths(part.schema, "minItems", "maxItems");
            }
            _ => {}
        }
        self.common(part.schema, &mut spec);
        let unread = |format: &str| UNKNOWN_FORMATS.contains(&format.replace('-', "").as_str());
        let format = part.schema.get("format").and_then(Value::as_str);
        if kind == NodeKind::String && format.is_some_and(unread) {
            spec.format = Format::Unknown;
        }
        Ok(spec)
    }

    fn fields(&mut self, part: Part<'_>, spec: &mut NodeSpec) -> Result<(), SchemaError> {
        let schema = part.schema;
        let outside = |name: &str| {
            let own = part.outer.and_then(|outer| outer.get("properties")?.get(name));
            own.or_else(|| part.outer?.get("additionalProperties"))?.as_object()
        };
        let default = |name: &str| outside(name)?.get("default").filter(|value| !value.is_null());
        let required = required(schema);
        let mut properties: Vec<(&String, &Value)> =
            schema.get("properties").and_then(Value::as_object).into_iter().flatten().collect();
        properties.sort_by_key(|&(name, _)| name);
        for (name, property) in properties {
            let Some(property) = property.as_object() else { continue };
            let inner = Part { schema: property, outer: outside(name), depth: part.depth + 1 };
            let node = self.alternative(inner, default(name).map(Value::to_string))?;
            let is_required = required.contains(&name.as_str()) && default(name).is_none();
            if node != ANY || is_required {
                spec.properties.push((name.clone(), node, is_required));
            }
        }
        for name in required {
            if !spec.properties.iter().any(|(known, ..)| known == name) && default(name).is_none() {
                let node = self.present(outside(name))?;
                spec.properties.push((name.to_owned(), node, true));
            }
        }
        match schema.get("additionalProperties") {
            Some(Value::Object(values)) => {
                let outer = part.outer.and_then(|outer| outer.get("additionalProperties")?.as_object());
                let inner = Part { schema: values, outer, depth: part.depth + 1 };
                spec.child = Some(self.alternative(inner, None)?);
            }
            Some(Value::Bool(false)) => {}
            _ => spec.flags |= flag::OPEN,
        }
        spec.lengths = lengths(schema, "minProperties", "maxProperties");
        Ok(())
    }

    /// A field that only has to be there; null is a value of it where the schema outside says so.
    fn present(&mut self, outside: Option<&Object>) -> Result<u32, SchemaError> {
        if !outside.is_some_and(|outside| is_true(outside, "nullable")) {
            return Ok(ANY);
        }
        self.writer.node(&NodeSpec { flags: flag::NULLABLE | flag::LOOSE, ..NodeSpec::new(NodeKind::Any) })
    }

    /// Makes `apiVersion`, `kind` and `metadata` of an object what they always are; what its schema demands of them
    /// besides becomes a junctor.
    pub(super) fn own_fields(
        &mut self,
        schema: &Object,
        spec: &mut NodeSpec,
        depth: u32,
    ) -> Result<(), SchemaError> {
        const OWN: [&str; 3] = ["apiVersion", "kind", "metadata"];
        let has_to = spec.properties.iter().any(|(name, _, required)| name == "metadata" && *required);
        spec.properties.retain(|(name, ..)| !OWN.contains(&name.as_str()));
        let string = self.writer.node(&NodeSpec::new(NodeKind::String))?;
        let metadata = self.writer.node(&NodeSpec::new(NodeKind::Metadata))?;
        let is_root = spec.flags & flag::EMBEDDED == 0;
        for (name, node) in OWN.into_iter().zip([string, string, metadata]) {
            spec.properties.push((name.to_owned(), node, name == "metadata" && has_to && !is_root));
        }
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Ok(()) };
        if self.dialect != Dialect::Custom {
            return Ok(());
        }
        let mut demands = Object::new();
        for name in OWN {
            demands.extend(properties.get(name).and_then(untyped).map(|value| (name.to_owned(), value)));
        }
        let demands = Object::from_iter([("properties".to_owned(), Value::Object(demands))]);
        let node = self.alternative(Part { schema: &demands, outer: None, depth: depth + 1 }, None)?;
        if node != ANY {
            spec.junctors.push((Junctor::All, vec![node]));
        }
        Ok(())
    }
}

/// A schema without its type and without those of its fields.
fn untyped(schema: &Value) -> Option<Value> {
    let mut schema = schema.as_object()?.clone();
    for key in ["type", "default"] {
        schema.remove(key);
    }
    if let Some(Value::Object(fields)) = schema.get_mut("properties") {
        for field in fields.values_mut().filter_map(Value::as_object_mut) {
            field.remove("type");
        }
    }
    Some(Value::Object(schema))
}

/// The kinds of values that a schema in a junctor is about: its own type, or that of the schema outside.
fn kinds(part: Part<'_>) -> Vec<NodeKind> {
    let named = |schema: &Object| {
        Some(match type_of(schema)? {
            "object" => NodeKind::Object,
            "array" => NodeKind::Array,
            "string" => NodeKind::String,
            "integer" => NodeKind::Integer,
            "number" => NodeKind::Number,
            "boolean" => NodeKind::Boolean,
            _ => return None,
        })
    };
    let kind = named(part.schema).or_else(|| part.outer.and_then(named));
    kind.map_or_else(|| kinds_of_keywords(part.schema), |kind| vec![kind])
}

fn kinds_of_keywords(schema: &Object) -> Vec<NodeKind> {
    let has = |keys: &[&str]| keys.iter().any(|key| schema.contains_key(*key));
    let found = [
        (NodeKind::Object, has(&OF_OBJECTS)),
        (NodeKind::Array, has(&OF_LISTS)),
        (NodeKind::String, has(&OF_STRINGS)),
        (NodeKind::Number, has(&OF_NUMBERS)),
    ];
    found.into_iter().filter(|(_, has)| *has).map(|(kind, _)| kind).collect()
}

/// True for a node with the format of a text: the server refuses values of any other type there.
fn is_text(spec: &NodeSpec) -> bool {
    spec.kind == NodeKind::String && spec.format != Format::None
}

/// True for a loose node that every value fits.
fn says_nothing(spec: &NodeSpec) -> bool {
    let open = !matches!(spec.kind, NodeKind::Object) || spec.flags & flag::OPEN != 0;
    spec.flags & flag::LOOSE != 0
        && open
        && spec.properties.is_empty()
        && spec.child.is_none()
        && spec.lengths.is_none()
        && spec.values.is_none()
        && spec.pattern.is_none()
        && spec.format == Format::None
        && spec.minimum.is_none()
        && spec.maximum.is_none()
        && spec.multiple.is_none()
        && spec.junctors.is_empty()
}
