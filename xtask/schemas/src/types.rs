//! The Go types of the Kubernetes API (`k8s.io/api`): the values of their enumerations, the bounds and forms that their
//! marks give, and when an API was deprecated. The files are regular, so they are read line by line.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::Result;
use crate::download::{Packages, files};
use crate::sources::API;

/// What the types of one version say.
#[derive(Debug, Default)]
pub(crate) struct Types {
    /// Definition and field: the type of its values, as `group/version.Type`.
    fields: BTreeMap<(String, String), String>,
    /// Constants by type.
    constants: BTreeMap<String, Vec<String>>,
    /// Types whose constants are all the values that there are.
    closed: BTreeSet<String>,
    /// Types with a constant that cannot be read: there are more values than are known.
    open: BTreeSet<String>,
    /// Another name of a type.
    aliases: BTreeMap<String, String>,
    /// Definition and field: marks in the words of a JSON schema.
    marks: BTreeMap<(String, String), Map<String, Value>>,
    /// `apiVersion` and kind: the minor versions that deprecate and remove it.
    lifecycles: BTreeMap<(String, String), (u8, u8)>,
}

/// All versions, by their minor number.
#[derive(Debug)]
pub(crate) struct Library(BTreeMap<u8, Types>);

impl Library {
    /// Reads every version.
    pub(crate) fn read(packages: &Packages) -> Result<Self> {
        let mut all = BTreeMap::new();
        for source in &API {
            let minor = source.version.split('.').nth(1).and_then(|minor| minor.parse().ok());
            let types = read(packages.folder(source)?)?;
            all.insert(minor.ok_or("a version without a minor number")?, types);
        }
        Ok(Self(all))
    }

    /// Adds to a definition of a Kubernetes version what the types say of its fields: the enumerations of that
    /// version (or of the oldest one known), and the marks of the newest one that has the field.
    pub(crate) fn amend(&self, minor: u8, definition: &str, schema: &mut Value) {
        let Some(properties) = schema.pointer_mut("/properties").and_then(Value::as_object_mut) else {
            return;
        };
        for (field, property) in properties {
            let key = (definition.to_owned(), field.clone());
            if let Some(values) = self.values(minor, &key) {
                set(property, "enum", json!(values));
            }
            let newest = self.0.values().rev().find_map(|types| types.marks.get(&key));
            for (mark, value) in newest.into_iter().flatten() {
                set(property, mark, value.clone());
            }
        }
    }

    /// The minor versions that deprecate and remove a kind; the newest statement counts.
    pub(crate) fn lifecycle(&self, kind: &(String, String)) -> Option<(u8, u8)> {
        self.0.values().rev().find_map(|types| types.lifecycles.get(kind)).copied()
    }

    fn values(&self, minor: u8, key: &(String, String)) -> Option<Vec<String>> {
        let own = self.0.range(..=minor).next_back().or_else(|| self.0.first_key_value());
        let types = [own?.1].into_iter().find(|types| types.fields.contains_key(key))?;
        let name = types.fields.get(key)?;
        let name = types.aliases.get(name).unwrap_or(name);
        let closed = self.0.values().any(|types| types.closed.contains(name)) && !types.open.contains(name);
        types.constants.get(name).filter(|_| closed).cloned()
    }
}

/// Puts `value` on a property, or on its items where it is a list.
fn set(property: &mut Value, key: &str, value: Value) {
    let is_list = property.get("items").is_some() && !matches!(key, "maxItems");
    let target = if is_list { property.get_mut("items") } else { Some(property) };
    if let Some(target) = target.and_then(Value::as_object_mut) {
        target.entry(key).or_insert(value);
    }
}

fn read(folder: &Path) -> Result<Types> {
    let mut types = Types::default();
    for path in files(folder, &|name| name == "types.go")? {
        let package = Package::of(&path);
        Reader {
            package,
            types: &mut types,
            comment: Vec::new(),
            within: Within::Nothing,
            imports: BTreeMap::new(),
        }
        .file(&fs::read_to_string(&path)?);
    }
    for path in files(folder, &|name| name == "zz_generated.prerelease-lifecycle.go")? {
        let register = fs::read_to_string(path.with_file_name("register.go"))?;
        lifecycles(&Package::of(&path), &register, &fs::read_to_string(&path)?, &mut types);
    }
    Ok(types)
}

/// A Go package, by its folder: `core/v1`.
#[derive(Debug, Clone)]
struct Package {
    group: String,
    version: String,
}

impl Package {
    fn of(path: &Path) -> Self {
        let mut parents =
            path.ancestors().skip(1).filter_map(Path::file_name).map(|name| name.to_string_lossy());
        let (version, group) = (parents.next().unwrap_or_default(), parents.next().unwrap_or_default());
        Self { group: group.into_owned(), version: version.into_owned() }
    }

    fn definition(&self, name: &str) -> String {
        format!("io.k8s.api.{}.{}.{name}", self.group, self.version)
    }

    fn name(&self, name: &str) -> String {
        format!("{}/{}.{name}", self.group, self.version)
    }
}

/// What the lines belong to.
#[derive(Debug, PartialEq, Eq)]
enum Within {
    Nothing,
    Struct(String),
    Constants,
    Imports,
}

struct Reader<'a> {
    package: Package,
    types: &'a mut Types,
    /// The lines of the comment before the present line.
    comment: Vec<String>,
    within: Within,
    /// Packages by the names they have in this file.
    imports: BTreeMap<String, String>,
}

impl Reader<'_> {
    fn file(mut self, text: &str) {
        for line in text.lines().map(str::trim) {
            if let Some(comment) = line.strip_prefix("//") {
                self.comment.push(comment.trim().to_owned());
                continue;
            }
            self.line(line);
            self.comment.clear();
        }
    }

    fn line(&mut self, line: &str) {
        if line.starts_with(')') || line.starts_with('}') {
            self.within = Within::Nothing;
            return;
        }
        match &self.within {
            Within::Imports => self.import(line),
            Within::Constants => self.constant(line),
            Within::Struct(name) => {
                let name = name.clone();
                self.field(&name, line);
            }
            Within::Nothing if line == "import (" => self.within = Within::Imports,
            Within::Nothing if line == "const (" => self.within = Within::Constants,
            Within::Nothing if line.starts_with("const ") => self.constant(line.trim_start_matches("const ")),
            Within::Nothing => self.declaration(line),
        }
    }

    fn import(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        if let (Some(name), Some(path)) = (words.next(), words.next()) {
            let path = path.trim_matches('"').trim_start_matches("k8s.io/api/").to_owned();
            self.imports.insert(name.to_owned(), path);
        }
    }

    fn constant(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let (kind, value) = match (words.next(), words.next(), words.next(), words.next()) {
            (_, Some(kind), Some("="), Some(value)) => (kind, value),
            // `Name = Type("value")`
            (_, Some("="), Some(call), _) => match call.split_once('(') {
                Some(parts) => parts,
                None => return,
            },
            _ => return,
        };
        let literal = value.starts_with('"').then(|| line.split('"').nth(1)).flatten();
        let name = self.package.name(kind);
        match literal {
            None => _ = self.types.open.insert(name),
            Some("") => {}
            Some(value) => self.types.constants.entry(name).or_default().push(value.to_owned()),
        }
    }

    fn declaration(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let (Some("type"), Some(name), Some(what)) = (words.next(), words.next(), words.next()) else {
            return;
        };
        match what {
            "struct" if line.ends_with('{') => self.within = Within::Struct(name.to_owned()),
            "string" if self.comment.iter().any(|line| line == "+enum") => {
                self.types.closed.insert(self.package.name(name));
            }
            "=" => {
                let target = words.next().unwrap_or_default();
                self.types.aliases.insert(self.package.name(name), self.package.name(target));
            }
            _ => {}
        }
    }

    fn field(&mut self, owner: &str, line: &str) {
        let mut words = line.split_whitespace();
        let (Some(_), Some(kind)) = (words.next(), words.next()) else { return };
        let json = line.split_once("json:\"").and_then(|(_, rest)| rest.split(['"', ',']).next());
        let Some(json) = json.filter(|json| !json.is_empty()) else { return };
        let key = (self.package.definition(owner), json.to_owned());
        let kind = kind.trim_start_matches(['*', '[', ']']);
        let kind = match kind.split_once('.') {
            Some((package, name)) => {
                format!("{}.{name}", self.imports.get(package).map_or("", String::as_str))
            }
            None => self.package.name(kind),
        };
        let is_status = ["Status", "Condition", "State"].iter().any(|end| owner.ends_with(end));
        if !is_status {
            self.types.fields.insert(key.clone(), kind);
            let marks: Map<String, Value> = self.comment.iter().filter_map(|line| mark(line)).collect();
            if !marks.is_empty() {
                self.types.marks.insert(key, marks);
            }
        }
    }
}

/// A mark in the words of a JSON schema. Marks with a condition before them do not count, but for the one that says
/// since when a mark is enforced by generated code: written code enforced the same before.
fn mark(line: &str) -> Option<(String, Value)> {
    let line = match line.strip_prefix("+k8s:beta(").or_else(|| line.strip_prefix("+k8s:alpha(")) {
        Some(rest) => rest.split_once(")=")?.1,
        None => line,
    };
    let (name, value) = line.strip_prefix("+k8s:")?.split_once('=')?;
    let value = value.split(['#', ' ']).next().unwrap_or_default().trim_matches('"');
    let number = || value.parse::<i64>().ok().map(Value::from);
    match name {
        "minimum" => Some(("minimum".into(), number()?)),
        "maximum" => Some(("maximum".into(), number()?)),
        "maxItems" => Some(("maxItems".into(), number()?)),
        "maxLength" | "maxBytes" => Some(("maxLength".into(), number()?)),
        "format" => {
            let form = match value {
                "k8s-short-name" => "label",
                "k8s-long-name" => "subdomain",
                "k8s-path-segment-name" => "path-segment",
                "k8s-label-key" => "label-key",
                "k8s-label-value" => "label-value",
                "k8s-ip" => "ip",
                "k8s-uuid" => "uuid",
                _ => return None,
            };
            Some(("x-gate-format".into(), form.into()))
        }
        _ => None,
    }
}

/// Reads when the kinds of a package are deprecated and removed.
fn lifecycles(package: &Package, register: &str, text: &str, types: &mut Types) {
    let group = register.split_once("GroupName = \"").and_then(|(_, rest)| rest.split('"').next());
    let api_version = match group {
        Some(group) if !group.is_empty() => format!("{group}/{}", package.version),
        _ => package.version.clone(),
    };
    for part in text.split("func (in *").skip(1) {
        let Some((kind, rest)) = part.split_once(") APILifecycle") else { continue };
        let minor = rest
            .split_once("return 1, ")
            .and_then(|(_, rest)| rest.lines().next()?.trim().parse::<u8>().ok());
        let place = types.lifecycles.entry((api_version.clone(), kind.to_owned())).or_default();
        match minor {
            Some(minor) if rest.starts_with("Deprecated()") => place.0 = minor,
            Some(minor) if rest.starts_with("Removed()") => place.1 = minor,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"
import (
	v1 "k8s.io/api/core/v1"
)
// Mode is how.
// +enum
type Mode string

const (
	// Fast is quick.
	Fast Mode = "Fast"
	Slow Mode = "Quite slow" // not quick
	Unset Mode = ""
	Open Other = "x"
)

type Spec struct {
	// +k8s:beta(since: "1.37")=+k8s:minimum=1
	// +k8s:ifEnabled("X")=+k8s:maximum=5
	Count *int32 `json:"count,omitempty"`

	Modes []Mode `json:"modes"`
	Protocol v1.Protocol `json:"protocol"`
	Other Other `json:"other"`
}
"#;

    #[test]
    fn reads_enumerations_and_marks() {
        let mut types = Types::default();
        let package = Package { group: "apps".into(), version: "v1".into() };
        Reader {
            package,
            types: &mut types,
            comment: Vec::new(),
            within: Within::Nothing,
            imports: BTreeMap::new(),
        }
        .file(SOURCE);
        assert_eq!(types.fields[&("io.k8s.api.apps.v1.Spec".into(), "protocol".into())], "core/v1.Protocol");
        let library = Library([(30, types)].into());
        let string = || json!({"type": "string"});
        let mut schema = json!({"properties": {
            "count": {"type": "integer"}, "modes": {"items": string()}, "other": string()}});
        library.amend(33, "io.k8s.api.apps.v1.Spec", &mut schema);
        let wanted = json!({"properties": {
            "count": {"type": "integer", "minimum": 1},
            "modes": {"items": {"type": "string", "enum": ["Fast", "Quite slow"]}},
            "other": string()}});
        assert_eq!(schema, wanted);
    }
}
