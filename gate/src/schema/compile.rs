//! JSON schemas, as Kubernetes writes them, to nodes of a table. The pack's maker and the reading of
//! CustomResourceDefinitions at run time are both this code.
//! What is in `allOf`, `anyOf`, `oneOf` and `not` is compiled in `compile_values.rs`, keywords are read in `keywords.rs`.

use serde_json::{Map, Value};

use super::SchemaError;
use super::check::Check;
use super::keywords::{
    int_or_string_type, is_int_or_string, is_true, lengths, list_keys, listed, properties, reference,
    required, rules, type_of,
};
use super::node::{Format, NodeKind, flag};
use super::writer::{ANY, NodeSpec, TableWriter};

/// Deepest nesting of a schema; a CustomResourceDefinition is input like any other.
pub(super) const MAX_DEPTH: u32 = 200;
/// Kubernetes' own pattern for quantities, which controller-gen writes wherever one is used.
const QUANTITY_PATTERN: &str = r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$";
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
        spec.properties.retain(|(name, ..)| name != "status");
        spec.properties.push(("status".to_owned(), ANY, false));
        self.own_fields(schema, &mut spec, 0)?;
        self.common(schema, &mut spec);
        self.junctors(schema, Some(schema), &mut spec, 0)?;
        self.writer.node(&spec)
    }

    pub(super) fn value(&mut self, schema: &Value, depth: u32) -> Result<u32, SchemaError> {
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
        self.junctors(schema, Some(schema), &mut spec, depth)?;
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
        let lossy = self.dialect == Dialect::LossyCustom;
        if is_int_or_string(schema) || lossy && type_of(schema).is_none() && int_or_string_type(schema) {
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
            self.own_fields(schema, &mut spec, depth)?;
        }
        let map_type = schema.get("x-kubernetes-map-type").and_then(Value::as_str);
        if self.dialect == Dialect::Custom && map_type == Some("atomic") {
            spec.flags |= flag::ATOMIC;
        }
        spec.lengths = lengths(schema, "minProperties", "maxProperties");
        Ok(spec)
    }

    /// What every type may have.
    pub(super) fn common(&self, schema: &Map<String, Value>, spec: &mut NodeSpec) {
        if is_true(schema, "nullable") {
            spec.flags |= flag::NULLABLE;
        }
        spec.values = listed(schema, spec.kind);
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
        if self.dialect == Dialect::Custom {
            spec.multiple = schema.get("multipleOf").and_then(Value::as_f64).filter(|part| *part > 0.0);
        }
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
            Some("duration") if !built_in => Format::Duration,
            Some("uri") if !built_in => Format::Uri,
            Some("hostname") if !built_in => Format::Hostname,
            Some("mac") if !built_in => Format::Mac,
            Some("email") if !built_in => Format::Email,
            _ if built_in && type_of(schema) == Some("integer") => Format::Int64,
            _ => Format::None,
        }
    }
}
