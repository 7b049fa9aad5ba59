//! JSON schemas, as Kubernetes writes them, to nodes of a table. The pack's maker and the reading of
//! CustomResourceDefinitions at run time are both this code.
//!
//! Value rules in `allOf`, `anyOf`, `oneOf` and `not` are not taken over: what they forbid passes.

use serde_json::{Map, Value};

use super::SchemaError;
use super::check::Check;
use super::node::{Format, NodeKind, flag};
use super::writer::{ANY, NodeSpec, TableWriter};

/// Deepest nesting of a schema; a CustomResourceDefinition is input like any other.
const MAX_DEPTH: u32 = 200;
/// Kubernetes' own pattern for quantities, which controller-gen writes wherever one is used.
const QUANTITY_PATTERN: &str = r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$";
/// The rules in CEL.
const RULES: &str = "x-kubernetes-validations";
/// Marks a list whose duplicates a plain create accepts (set by the pack's maker).
pub(super) const LENIENT_MARK: &str = "x-gate-lenient";

/// The name of a [`Check`], of a [`Format`], and the members of a union: marks of the pack's maker.
const CHECK_MARK: &str = "x-gate-check";
const FORMAT_MARK: &str = "x-gate-format";
const MEMBERS_MARK: &str = "x-gate-members";
/// True if one of the members has to be there.
const ONE_MARK: &str = "x-gate-one";

/// Whose schema is compiled: the two are decoded by different rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// A definition of Kubernetes itself.
    BuiltIn,
    /// A structural schema of a CustomResourceDefinition.
    Custom,
    /// As `Custom`, from a source that loses what is inside empty objects.
    LossyCustom,
}

/// Compiles schemas into one table.
#[derive(Debug)]
pub(super) struct Compiler<'a> {
    pub writer: &'a mut TableWriter,
    pub dialect: Dialect,
    /// Keep unknown fields everywhere (`preserveUnknownFields: true`).
    pub keep_unknown: bool,
    /// The rules further up, which may look at what is compiled: the pack keeps only the defaults that they need.
    pub rules_above: Vec<String>,
    /// The default of the node that is compiled next.
    pub next_default: Option<String>,
    /// Properties that the object that is compiled next does not get.
    pub skipped: &'static [&'static str],
}

impl<'a> Compiler<'a> {
    /// A compiler that writes into `writer`.
    pub(super) fn new(writer: &'a mut TableWriter, dialect: Dialect) -> Self {
        Self {
            writer,
            dialect,
            keep_unknown: false,
            rules_above: Vec::new(),
            next_default: None,
            skipped: &[],
        }
    }
}

impl Compiler<'_> {
    /// The node of `schema`.
    pub(super) fn compile(&mut self, schema: &Value) -> Result<u32, SchemaError> {
        self.value(schema, 0)
    }

    /// The node of a custom resource's root: `apiVersion`, `kind` and `metadata` are what they always are, and
    /// `status` is not looked at, for the server drops it from what is applied.
    pub(super) fn compile_root(&mut self, schema: &Value) -> Result<u32, SchemaError> {
        let Some(schema) = schema.as_object() else { return Ok(ANY) };
        self.enter(schema);
        self.skipped = &["apiVersion", "kind", "metadata", "status"];
        let mut spec = self.object(schema, 0)?;
        self.rules_above.clear();
        if properties(schema).next().is_none() {
            spec.flags |= flag::OPEN;
        }
        let string = self.writer.node(&NodeSpec::new(NodeKind::String))?;
        let metadata = self.writer.node(&NodeSpec::new(NodeKind::Metadata))?;
        spec.properties
            .retain(|(name, ..)| !matches!(name.as_str(), "apiVersion" | "kind" | "metadata" | "status"));
        for (name, node) in
            [("apiVersion", string), ("kind", string), ("metadata", metadata), ("status", ANY)]
        {
            spec.properties.push((name.to_owned(), node, false));
        }
        self.common(schema, &mut spec);
        self.writer.node(&spec)
    }

    fn value(&mut self, schema: &Value, depth: u32) -> Result<u32, SchemaError> {
        let default = self.next_default.take();
        let Some(schema) = schema.as_object() else { return Ok(ANY) };
        if depth > MAX_DEPTH {
            return Err(SchemaError::TooLarge);
        }
        if let Some(name) = reference(schema) {
            let mut spec = self.reference(name)?;
            self.marks(schema, &mut spec);
            return self.writer.node(&spec);
        }
        let above = self.enter(schema);
        let mut spec = self.shape(schema, depth)?;
        self.rules_above.truncate(above);
        self.common(schema, &mut spec);
        self.marks(schema, &mut spec);
        spec.default = default;
        self.writer.node(&spec)
    }

    /// What the pack's maker has added; a definition of anyone else cannot.
    fn marks(&self, schema: &Map<String, Value>, spec: &mut NodeSpec) {
        if self.dialect != Dialect::BuiltIn {
            return;
        }
        let text = |key: &str| schema.get(key).and_then(Value::as_str);
        if let Some(check) = text(CHECK_MARK).and_then(Check::named) {
            spec.check = check;
        }
        if let Some(format) = text(FORMAT_MARK).and_then(Format::named) {
            spec.format = format;
        }
        if let Some(members) = schema.get(MEMBERS_MARK).and_then(Value::as_array) {
            spec.members = members.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            spec.flags |= if is_true(schema, ONE_MARK) { flag::ONE_MEMBER } else { flag::MOST_ONE_MEMBER };
        }
    }

    /// Notes the rules of `schema`; returns how many there were before.
    fn enter(&mut self, schema: &Map<String, Value>) -> usize {
        let before = self.rules_above.len();
        if self.dialect == Dialect::LossyCustom {
            self.rules_above.extend(rules(schema).into_iter().map(|[source, ..]| source));
        }
        before
    }

    /// The node of a field, with its default: the pack keeps it where a rule further up names the field.
    fn property(&mut self, name: &str, schema: &Value, depth: u32) -> Result<u32, SchemaError> {
        let is_kept = match self.dialect {
            Dialect::BuiltIn => false,
            Dialect::Custom => true,
            Dialect::LossyCustom => self.rules_above.iter().any(|rule| rule.contains(name)),
        };
        let default = schema.get("default").filter(|value| is_kept && !value.is_null()).map(Value::to_string);
        self.next_default = default;
        self.value(schema, depth)
    }

    fn reference(&mut self, name: &str) -> Result<NodeSpec, SchemaError> {
        let last = name.rsplit('.').next().unwrap_or(name);
        let mut spec = match last {
            "Quantity" => NodeSpec::new(NodeKind::Quantity),
            "IntOrString" => NodeSpec::new(NodeKind::IntOrString),
            "Time" | "MicroTime" => NodeSpec { format: Format::DateTime, ..NodeSpec::new(NodeKind::String) },
            "ObjectMeta" if name.contains(".meta.") && self.dialect != Dialect::BuiltIn => {
                NodeSpec::new(NodeKind::Metadata)
            }
            "RawExtension" | "FieldsV1" | "Fields" => {
                NodeSpec { flags: flag::OPEN, ..NodeSpec::new(NodeKind::Object) }
            }
            _ => NodeSpec::new(NodeKind::Reference),
        };
        if spec.kind == NodeKind::Reference {
            spec.target = Some(self.writer.definition(name)?);
        }
        Ok(spec)
    }

    fn shape(&mut self, schema: &Map<String, Value>, depth: u32) -> Result<NodeSpec, SchemaError> {
        if is_int_or_string(schema) {
            return Ok(NodeSpec::new(NodeKind::IntOrString));
        }
        let kind = match type_of(schema) {
            Some("string") => NodeKind::String,
            Some("integer") => NodeKind::Integer,
            Some("number") => NodeKind::Number,
            Some("boolean") => NodeKind::Boolean,
            Some("array") => return self.array(schema, depth),
            Some("object") => return self.object(schema, depth),
            None if schema.contains_key("properties") => return self.object(schema, depth),
            _ => NodeKind::Any,
        };
        Ok(NodeSpec::new(kind))
    }

    fn array(&mut self, schema: &Map<String, Value>, depth: u32) -> Result<NodeSpec, SchemaError> {
        let mut spec = NodeSpec::new(NodeKind::Array);
        let items = schema.get("items").filter(|items| items.is_object());
        spec.child = items.map(|items| self.value(items, depth + 1)).transpose()?.filter(|&node| node != ANY);
        match schema.get("x-kubernetes-list-type").and_then(Value::as_str) {
            Some("map") => spec.list_keys = list_keys(schema, items),
            Some("set") => spec.flags |= flag::SET,
            _ => {}
        }
        if is_true(schema, LENIENT_MARK) {
            spec.flags |= flag::LENIENT;
        }
        spec.lengths = lengths(schema, "minItems", "maxItems");
        Ok(spec)
    }

    fn object(&mut self, schema: &Map<String, Value>, depth: u32) -> Result<NodeSpec, SchemaError> {
        let mut spec = NodeSpec::new(NodeKind::Object);
        let skipped = std::mem::take(&mut self.skipped);
        let required = required(schema);
        let is_described = properties(schema).next().is_some();
        let mut properties: Vec<_> = properties(schema).collect();
        properties.retain(|(name, _)| !skipped.contains(&name.as_str()));
        properties.sort_by_key(|&(name, _)| name);
        for (name, property) in properties {
            let node = self.property(name, property, depth + 1)?;
            let defaulted = property.get("default").is_some_and(|default| !default.is_null());
            spec.properties.push((name.clone(), node, required.contains(&name.as_str()) && !defaulted));
        }
        for name in required {
            if !spec.properties.iter().any(|(known, ..)| known == name) {
                spec.properties.push((name.to_owned(), ANY, true));
            }
        }
        match schema.get("additionalProperties") {
            Some(Value::Object(values)) if !values.is_empty() => {
                spec.child = Some(self.value(&Value::Object(values.clone()), depth + 1)?);
            }
            Some(Value::Bool(true) | Value::Object(_)) => spec.flags |= flag::OPEN,
            _ => {}
        }
        let empty = !is_described && spec.properties.is_empty() && spec.child.is_none();
        let lossy = empty && self.dialect != Dialect::Custom;
        if self.keep_unknown || lossy || is_true(schema, "x-kubernetes-preserve-unknown-fields") {
            spec.flags |= flag::OPEN;
        }
        if is_true(schema, "x-kubernetes-embedded-resource") {
            spec.flags |= flag::EMBEDDED;
        }
        let map_type = schema.get("x-kubernetes-map-type").and_then(Value::as_str);
        if self.dialect == Dialect::Custom && map_type == Some("atomic") {
            spec.flags |= flag::ATOMIC;
        }
        spec.lengths = lengths(schema, "minProperties", "maxProperties");
        Ok(spec)
    }

    /// What every type may have.
    fn common(&self, schema: &Map<String, Value>, spec: &mut NodeSpec) {
        if is_true(schema, "nullable") {
            spec.flags |= flag::NULLABLE;
        }
        spec.values =
            schema.get("enum").and_then(Value::as_array).map(|all| all.iter().filter_map(text).collect());
        let pattern = schema.get("pattern").and_then(Value::as_str);
        match pattern {
            Some(QUANTITY_PATTERN) => spec.format = Format::Quantity,
            Some(pattern) if spec.kind == NodeKind::String || spec.kind == NodeKind::IntOrString => {
                spec.pattern = Some(pattern.to_owned());
            }
            _ => {}
        }
        match spec.kind {
            NodeKind::String => {
                spec.lengths = lengths(schema, "minLength", "maxLength");
                if spec.format == Format::None {
                    spec.format = self.format(schema);
                }
            }
            NodeKind::Integer | NodeKind::Number => self.bounds(schema, spec),
            _ => {}
        }
        spec.rules = rules(schema);
    }

    fn bounds(&self, schema: &Map<String, Value>, spec: &mut NodeSpec) {
        spec.minimum = schema.get("minimum").and_then(Value::as_f64);
        spec.maximum = schema.get("maximum").and_then(Value::as_f64);
        if is_true(schema, "exclusiveMinimum") {
            spec.flags |= flag::ABOVE_MINIMUM;
        }
        if is_true(schema, "exclusiveMaximum") {
            spec.flags |= flag::BELOW_MAXIMUM;
        }
        if spec.kind == NodeKind::Integer {
            spec.format = self.format(schema);
        }
    }

    fn format(&self, schema: &Map<String, Value>) -> Format {
        let built_in = self.dialect == Dialect::BuiltIn;
        match schema.get("format").and_then(Value::as_str) {
            Some("int32") => Format::Int32,
            Some("int64") => Format::Int64,
            Some("byte") => Format::Byte,
            Some("date-time") if built_in => Format::DateTime,
            Some("date-time" | "datetime") => Format::LooseDateTime,
            Some("date") => Format::Date,
            Some("ipv4") => Format::Ipv4,
            Some("ipv6") => Format::Ipv6,
            Some("cidr") => Format::Cidr,
            Some("uuid") => Format::Uuid,
            Some("duration") if self.dialect == Dialect::Custom || !self.rules_above.is_empty() => {
                Format::Duration
            }
            _ if built_in && type_of(schema) == Some("integer") => Format::Int64,
            _ => Format::None,
        }
    }
}

/// The last part of a `$ref`, also of one that is alone in an `allOf`.
fn reference(schema: &Map<String, Value>) -> Option<&str> {
    let target = match (schema.get("$ref"), schema.get("allOf").and_then(Value::as_array)) {
        (Some(target), _) => target,
        (None, Some(all)) => match all.as_slice() {
            [only] => only.get("$ref")?,
            _ => return None,
        },
        _ => return None,
    };
    target.as_str()?.rsplit('/').next()
}

/// The one type that is not `null`; none for several.
fn type_of(schema: &Map<String, Value>) -> Option<&str> {
    match schema.get("type")? {
        Value::String(name) => Some(name),
        Value::Array(names) => {
            let mut names = names.iter().filter_map(Value::as_str).filter(|&name| name != "null");
            names.next().filter(|_| names.next().is_none())
        }
        _ => None,
    }
}

fn is_int_or_string(schema: &Map<String, Value>) -> bool {
    is_true(schema, "x-kubernetes-int-or-string")
        || schema.get("format").and_then(Value::as_str) == Some("int-or-string")
}

fn is_true(schema: &Map<String, Value>, key: &str) -> bool {
    schema.get(key) == Some(&Value::Bool(true))
}

fn properties(schema: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

fn required(schema: &Map<String, Value>) -> Vec<&str> {
    schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

fn lengths(schema: &Map<String, Value>, least: &str, most: &str) -> Option<(u32, u32)> {
    let number = |key: &str| schema.get(key).and_then(Value::as_f64);
    if number(least).is_none() && number(most).is_none() {
        return None;
    }
    Some((number(least).map_or(0, |n| n as u32), number(most).map_or(u32::MAX, |n| n as u32)))
}

/// The keys of a list map, each with what a missing one stands for.
fn list_keys(schema: &Map<String, Value>, items: Option<&Value>) -> Vec<(String, String)> {
    let keys = schema.get("x-kubernetes-list-map-keys").and_then(Value::as_array).into_iter().flatten();
    let default = |key: &str| items?.get("properties")?.get(key)?.get("default").and_then(text);
    keys.filter_map(Value::as_str)
        .map(|key| {
            let protocol = || if key == "protocol" { "TCP".to_owned() } else { String::new() };
            (key.to_owned(), default(key).unwrap_or_else(protocol))
        })
        .collect()
}

fn rules(schema: &Map<String, Value>) -> Vec<[String; 4]> {
    let all = schema.get(RULES).and_then(Value::as_array).into_iter().flatten();
    let field =
        |rule: &Value, key: &str| rule.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    all.filter(|rule| rule.get("rule").is_some_and(Value::is_string))
        .map(|rule| written_rule(rule, field))
        .collect()
}

/// A rule as tables have it.
fn written_rule(rule: &Value, field: impl Fn(&Value, &str) -> String) -> [String; 4] {
    let mut all = ["rule", "message", "messageExpression", "fieldPath"].map(|key| field(rule, key));
    if rule.get("optionalOldSelf") == Some(&Value::Bool(true)) {
        all[3].insert(0, '?');
    }
    all
}

/// A scalar as the reader's text has it.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}
