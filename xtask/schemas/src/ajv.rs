//! Schemas recovered from the validators that AJV compiled them to. The code is regular: one function for each
//! subschema, which reports its own keywords and calls the functions of its parts. What is read: type, nullable,
//! required, properties, items, values of other keys, enum, pattern, bounds, lengths, format, references.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

const HEADER: &str = "(data,{instancePath=\"\",parentData,parentDataProperty,rootData=data}={}){";

/// One compiled file.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// Bodies of the functions, by name.
    functions: BTreeMap<String, String>,
    /// Functions that other files export: base name of the file, without its extension.
    imports: BTreeMap<String, String>,
    /// Lists of allowed values, by variable.
    enums: BTreeMap<String, Value>,
    root: String,
}

/// Turns a reference to another file into a schema.
pub(crate) type Resolve<'a> = dyn FnMut(&str) -> Value + 'a;

impl Module {
    /// Takes a file apart; `None` if it exports no validator.
    pub(crate) fn parse(source: &str) -> Option<Self> {
        let mut module =
            Self { root: word_after(source, "export const validate=")?.to_owned(), ..Self::default() };
        for part in source.split("import{validate as ").skip(1) {
            let (name, rest) = part.split_once("}from\"")?;
            let file = rest.split('"').next()?.rsplit('/').next()?;
            module.imports.insert(name.to_owned(), file.trim_end_matches(".js").to_owned());
        }
        for part in source.split("let schema").skip(1) {
            let (name, rest) = part.split_once('=')?;
            if let Some(Ok(values)) = serde_json::Deserializer::from_str(rest).into_iter::<Value>().next() {
                module.enums.insert(format!("schema{name}"), values);
            }
        }
        for part in source.split("function ").skip(1) {
            if let Some((name, rest)) = part.split_once(HEADER) {
                let end = rest.find(&format!("{name}.errors=vErrors,0===errors}}")).unwrap_or(rest.len());
                module.functions.insert(name.to_owned(), rest.get(..end)?.to_owned());
            }
        }
        Some(module)
    }

    /// The schema of the exported validator.
    pub(crate) fn schema(&self, resolve: &mut Resolve<'_>) -> Value {
        self.function(&self.root, resolve)
    }

    fn function(&self, name: &str, resolve: &mut Resolve<'_>) -> Value {
        if let Some(file) = self.imports.get(name) {
            return resolve(file);
        }
        let Some(body) = self.functions.get(name) else { return json!({}) };
        if ["oneOf", "anyOf", "not"].iter().any(|keyword| body.contains(&format!("keyword:\"{keyword}\""))) {
            return json!({});
        }
        let mut schema = Map::new();
        for whole in calls(body, "parentDataProperty,rootData})") {
            if let Value::Object(found) = self.function(whole, resolve) {
                schema.extend(found);
            }
        }
        self.keywords(body, &mut schema);
        self.parts(body, &mut schema, resolve);
        Value::Object(schema)
    }

    /// What the function itself reports.
    fn keywords(&self, body: &str, schema: &mut Map<String, Value>) {
        for error in body.split("keyword:\"").skip(1) {
            let Some((keyword, rest)) = error.split_once("\",params:{") else { continue };
            let text = || rest.split_once(':').and_then(|(_, text)| first_value(text));
            let value = match keyword {
                "type" | "format" | "pattern" => text(),
                "enum" => word_after(rest, "allowedValues:").and_then(|name| self.enums.get(name).cloned()),
                "minimum" | "maximum" | "minLength" | "maxLength" | "minItems" | "maxItems"
                | "minProperties" | "maxProperties" => {
                    rest.split_once("limit:").and_then(|(_, text)| number(text))
                }
                "required" => {
                    require(schema, text());
                    None
                }
                _ => None,
            };
            schema.extend(value.map(|value| (keyword.to_owned(), value)));
        }
        if body.contains("null!==data") {
            schema.insert("nullable".to_owned(), json!(true));
        }
    }

    /// The functions that it calls for parts of the value.
    fn parts(&self, body: &str, schema: &mut Map<String, Value>, resolve: &mut Resolve<'_>) {
        let mut properties = Map::new();
        for (at, _) in body.match_indices("parentDataProperty:") {
            let (Some(before), Some(after)) = (body.get(..at), body.get(at + "parentDataProperty:".len()..))
            else {
                continue;
            };
            let Some(callee) = last_call(before) else { continue };
            let part = self.function(callee, resolve);
            match first_value(after) {
                Some(Value::String(name)) => _ = properties.insert(name, part),
                _ if after.starts_with("key") => _ = schema.insert("additionalProperties".to_owned(), part),
                _ => _ = schema.insert("items".to_owned(), part),
            }
        }
        if !properties.is_empty() {
            let known = schema.entry("properties").or_insert_with(|| json!({}));
            if let Some(known) = known.as_object_mut() {
                known.extend(properties);
            }
        }
    }
}

fn require(schema: &mut Map<String, Value>, name: Option<Value>) {
    let required = schema.entry("required").or_insert_with(|| json!([]));
    if let (Some(required), Some(name)) = (required.as_array_mut(), name) {
        required.push(name);
    }
}

/// Names of the functions that are called with arguments that end in `end`.
fn calls<'a>(body: &'a str, end: &str) -> Vec<&'a str> {
    let whole = format!("(data,{{instancePath,parentData,{end}");
    body.match_indices(&whole).filter_map(|(at, _)| last_word(body.get(..at)?)).collect()
}

/// The function of the last call `validateN(data…` in `text`.
fn last_call(text: &str) -> Option<&str> {
    let at = text.rfind("(data")?;
    last_word(text.get(..at)?)
}

fn last_word(text: &str) -> Option<&str> {
    let start = text.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(0, |at| at + 1);
    text.get(start..).filter(|word| word.starts_with("validate"))
}

fn word_after<'a>(text: &'a str, marker: &str) -> Option<&'a str> {
    let rest = text.split_once(marker)?.1;
    rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()
}

/// The JSON string or list that `text` begins with.
fn first_value(text: &str) -> Option<Value> {
    text.starts_with(['"', '['])
        .then(|| serde_json::Deserializer::from_str(text).into_iter().next()?.ok())
        .flatten()
}

/// The number that `text` begins with: decimal, with an exponent, or hexadecimal.
fn number(text: &str) -> Option<Value> {
    let end = text.find(['}', ',']).unwrap_or(text.len());
    let text = text.get(..end)?;
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok().map(|number| json!(number)),
        None => text.parse::<f64>().ok().map(|number| json!(number)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r##"export const validate=validate3;let schema1_enum=["a","b"];import{validate as validate9}from"./Other.js";function validate1(data,{instancePath="",parentData,parentDataProperty,rootData=data}={}){let vErrors=null,errors=0;if("string"!=typeof data&&null!==data){let err0={instancePath,schemaPath:"#/type",keyword:"type",params:{type:"string"}};}if("a"!==data&&"b"!==data){let err1={instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues:schema1_enum}};}if(func0(data)>0xff){let err2={keyword:"maxLength",params:{limit:0xff}};}return validate1.errors=vErrors,0===errors}function validate2(data,{instancePath="",parentData,parentDataProperty,rootData=data}={}){if(!Array.isArray(data)){let err0={keyword:"type",params:{type:"array"}};}for(let i0=0;i0<len0;i0++)validate9(data[i0],{instancePath:instancePath+"/"+i0,parentData:data,parentDataProperty:i0,rootData});return validate2.errors=vErrors,0===errors}function validate3(data,{instancePath="",parentData,parentDataProperty,rootData=data}={}){if(void 0===data.x){let err0={keyword:"required",params:{missingProperty:"x"}};}void 0!==data.x&&validate1(data.x,{instancePath:instancePath+"/x",parentData:data,parentDataProperty:"x",rootData}),void 0!==data["y-z"]&&validate2(data["y-z"],{instancePath:instancePath+"/y-z",parentData:data,parentDataProperty:"y-z",rootData});let err1={keyword:"type",params:{type:"object"}};return validate3.errors=vErrors,0===errors}"##;

    #[test]
    fn recovers_a_schema() {
        let module = Module::parse(SOURCE).unwrap();
        let mut files = Vec::new();
        let schema = module.schema(&mut |file| {
            files.push(file.to_owned());
            json!({"type": "integer"})
        });
        let x = json!({"type": "string", "nullable": true, "enum": ["a", "b"], "maxLength": 255});
        let list = json!({"type": "array", "items": {"type": "integer"}});
        let wanted = json!({"type": "object", "required": ["x"], "properties": {"x": x, "y-z": list}});
        assert_eq!(schema, wanted);
        assert_eq!(files, ["Other"]);
    }
}
