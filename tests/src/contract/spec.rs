//! A host's official description: which operations there are, and whether a request or an answer fits one. Validators
//! are compiled once per process, when they are first needed.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use super::Answer;
use super::close::closed;
use super::message::RawRequest;
use super::route::{Template, pairs, readings, segments};

/// A description, loaded.
pub(super) struct Spec {
    pub(super) base_path: String,
    operations: Vec<Operation>,
    definitions: Value,
    closed_definitions: Value,
    headers: Value,
    error_schema: Value,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

/// An operation of a description.
pub(super) struct Operation {
    pub(super) id: String,
    method: String,
    template: Template,
    target: Option<String>,
    description: Value,
}

/// What a request is for.
pub(super) struct Routed<'a> {
    pub(super) operation: &'a Operation,
    pub(super) params: BTreeMap<String, String>,
}

impl Spec {
    /// The one called `name`, shared by all servers of this process.
    pub(super) fn load(name: &str) -> Arc<Self> {
        static LOADED: OnceLock<Mutex<HashMap<String, Arc<Spec>>>> = OnceLock::new();
        let mut loaded = LOADED.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(loaded.entry(name.to_owned()).or_insert_with(|| Arc::new(Self::read(name))))
    }

    fn read(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/specs/{name}.json"));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut description: Value = serde_json::from_str(&text).unwrap();
        // Azure DevOps: the description notes that its servers match paths in any case.
        let any_case = description["host"] == "azure-devops";
        let operations = description["operations"].as_array().unwrap().iter();
        let definitions = description["definitions"].clone();
        Self {
            base_path: description["base_path"].as_str().unwrap().to_owned(),
            operations: operations.map(|operation| Operation::new(operation, any_case)).collect(),
            closed_definitions: closed(&json!({ "definitions": definitions }))["definitions"].take(),
            definitions,
            headers: description["headers"].take(),
            error_schema: description["error_schema"].take(),
            compiled: Mutex::default(),
        }
    }

    /// The operation that `request` is for, below `base_path`; `named`: its id, where the twin knows it.
    pub(super) fn route(
        &self,
        request: &RawRequest,
        base_path: &str,
        named: Option<&str>,
    ) -> Result<Routed<'_>, String> {
        let unknown = || format!("no such operation: {} {}", request.method, request.path);
        let by_name = |operation: &&Operation| match (named, operation.target.as_deref()) {
            (Some(name), _) => operation.id == name,
            (None, Some(target)) => request.header("x-amz-target") == Some(target),
            // A request that names its operation is no other one.
            (None, None) => request.header("x-amz-target").is_none(),
        };
        let path = request.path.strip_prefix(base_path).ok_or_else(unknown)?;
        let path = segments(path)?;
        let candidates = self.operations.iter().filter(|operation| operation.method == request.method);
        let fitting = candidates
            .filter(by_name)
            .filter_map(|operation| Some(Routed { params: operation.template.matches(&path)?, operation }));
        fitting.max_by_key(|routed| routed.operation.template.rank()).ok_or_else(unknown)
    }

    /// Everything in `request` that the operation refuses, and its query and body.
    pub(super) fn check(
        &self,
        routed: &Routed<'_>,
        request: &RawRequest,
    ) -> (Vec<String>, Vec<(String, String)>, Value) {
        let mut problems = Vec::new();
        let description = &routed.operation.description;
        for (name, text) in &routed.params {
            let schema = &description["path_params"][name]["schema"];
            if !self.takes(schema, readings(text)) {
                problems.push(format!("path parameter {name}: {text:?} does not fit {schema}"));
            }
        }
        let query = pairs(&request.query).unwrap_or_else(|error| {
            problems.push(error);
            Vec::new()
        });
        self.check_query(&description["query"], &query, &mut problems);
        let headers = description.get("headers").unwrap_or(&self.headers);
        self.check_headers(headers, request, &mut problems);
        let body = self.check_body(routed.operation, request, &mut problems);
        (problems, query, body)
    }

    fn check_query(&self, known: &Value, query: &[(String, String)], problems: &mut Vec<String>) {
        let mut given: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in query {
            given.entry(name).or_default().push(value);
        }
        for (name, values) in &given {
            let Some(schema) = known.get(*name).map(|parameter| &parameter["schema"]) else {
                problems.push(format!("unknown query parameter {name}"));
                continue;
            };
            let single = values.iter().copied().next().filter(|_| values.len() == 1);
            let lists = [json!(values), json!(single.map(|text| text.split(',').collect::<Vec<_>>()))];
            let candidates = single.map(readings).unwrap_or_default().into_iter().chain(lists);
            if !self.takes(schema, candidates) {
                problems.push(format!("query parameter {name}: {values:?} does not fit {schema}"));
            }
        }
        for (name, parameter) in known.as_object().into_iter().flatten() {
            if parameter["required"] == true && !given.contains_key(name.as_str()) {
                problems.push(format!("query parameter {name} is missing"));
            }
        }
    }

    fn check_headers(&self, rules: &Value, request: &RawRequest, problems: &mut Vec<String>) {
        for (name, rule) in rules.as_object().into_iter().flatten() {
            match request.header(&name.to_lowercase()) {
                None if rule["required"] == true => problems.push(format!("header {name} is missing")),
                None => {}
                Some(text) => {
                    let schema = match rule.get("value") {
                        Some(value) => json!({ "const": value }),
                        None => {
                            json!({ "pattern": rule.get("pattern").cloned().unwrap_or_else(|| json!("")) })
                        }
                    };
                    if !self.takes(&schema, [json!(text)]) {
                        problems.push(format!("header {name} does not fit {schema}"));
                    }
                }
            }
        }
    }

    fn check_body(&self, operation: &Operation, request: &RawRequest, problems: &mut Vec<String>) -> Value {
        let rule = &operation.description["request_body"];
        if request.body.is_empty() {
            if rule["required"] == true {
                problems.push("the body is missing".to_owned());
            }
            return Value::Null;
        }
        let content_type = request.header("content-type").unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let wanted = match rule["content_type"].as_str() {
            Some(wanted) => wanted,
            None => {
                problems.push("a body that the operation does not take".to_owned());
                return Value::Null;
            }
        };
        if essence != wanted {
            problems.push(format!("content type {content_type:?} instead of {wanted}"));
        }
        let read = match wanted {
            "application/x-www-form-urlencoded" => form_body(&request.body),
            _ => serde_json::from_slice(&request.body).ok(),
        };
        let Some(body) = read else {
            problems
                .push(format!("the body is not {}", if wanted.ends_with("json") { "JSON" } else { wanted }));
            return Value::Null;
        };
        let id = &operation.id;
        let schema = self.validator(&format!("{id} request"), &rule["schema"], true);
        problems.extend(complaints(&schema, &body, "body"));
        if let Some(rules) = rule["documented_rules"].get("schema") {
            let rules = self.validator(&format!("{id} rules"), rules, false);
            problems.extend(complaints(&rules, &body, "body (documented rule)"));
        }
        body
    }

    /// Everything in `answer` that the description of the operation `id` does not say.
    pub(super) fn check_answer(&self, id: &str, answer: &Answer) -> Vec<String> {
        let operation = self.operations.iter().find(|operation| operation.id == id).unwrap();
        let status = answer.status;
        let declared = operation.description["responses"].get(status.to_string());
        let schema = match declared {
            Some(response) => &response["schema"],
            None if status >= 400 && self.error_schema.is_object() => &self.error_schema,
            None if answer.documented_elsewhere => return Vec::new(),
            None => return vec![format!("status {status} is not declared")],
        };
        match (&answer.body, schema) {
            (Some(_), _) if status == 204 => vec!["204 with a body".to_owned()],
            (_, Value::Null) => Vec::new(),
            (None, _) => vec![format!("status {status} without a body")],
            (Some(body), schema) => {
                let schema = self.validator(&format!("{id} {status}"), schema, false);
                complaints(&schema, body, "answer")
            }
        }
    }

    /// Checks the specification's own samples of requests and answers: how many there are, and which do not pass.
    #[cfg(test)]
    pub(super) fn check_samples(&self) -> (usize, Vec<String>) {
        let (mut count, mut problems) = (0, Vec::new());
        for operation in &self.operations {
            let (id, description) = (&operation.id, &operation.description);
            for sample in description["request_body"]["examples"].as_array().into_iter().flatten() {
                count += 1;
                let content_type = description["request_body"]["content_type"].as_str().unwrap().to_owned();
                let request = RawRequest {
                    method: operation.method.clone(),
                    path: String::new(),
                    query: String::new(),
                    authority: None,
                    headers: vec![("content-type".to_owned(), content_type)],
                    body: sample.to_string().into_bytes(),
                };
                let before = problems.len();
                self.check_body(operation, &request, &mut problems);
                problems[before..].iter_mut().for_each(|problem| problem.insert_str(0, &format!("{id}: ")));
            }
            for (status, response) in description["responses"].as_object().into_iter().flatten() {
                let Some(sample) = response.get("example") else { continue };
                count += 1;
                let answer = Answer::new(status.parse().unwrap(), Some(sample.clone()));
                problems.extend(
                    self.check_answer(id, &answer).iter().map(|problem| format!("{id} {status}: {problem}")),
                );
            }
        }
        (count, problems)
    }

    fn takes(&self, schema: &Value, candidates: impl IntoIterator<Item = Value>) -> bool {
        let validator = self.validator(&schema.to_string(), schema, false);
        candidates.into_iter().any(|candidate| validator.is_valid(&candidate))
    }

    fn validator(&self, key: &str, schema: &Value, close: bool) -> Arc<Validator> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let compile = || {
            let mut schema = if close { closed(schema) } else { schema.clone() };
            schema["definitions"] = if close { &self.closed_definitions } else { &self.definitions }.clone();
            let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
            Arc::new(options.build(&schema).unwrap_or_else(|error| panic!("schema of {key}: {error}")))
        };
        Arc::clone(compiled.entry(key.to_owned()).or_insert_with(compile))
    }
}

impl Operation {
    fn new(description: &Value, any_case: bool) -> Self {
        let text = |name: &str| description[name].as_str().map(str::to_owned);
        Self {
            id: text("id").unwrap(),
            method: text("method").unwrap(),
            template: Template::new(description["path"].as_str().unwrap(), any_case),
            target: text("target"),
            description: description.clone(),
        }
    }
}

/// Names and values of a form as an object of texts.
fn form_body(body: &[u8]) -> Option<Value> {
    let fields = pairs(std::str::from_utf8(body).ok()?).ok()?;
    Some(Value::Object(fields.into_iter().map(|(name, value)| (name, json!(value))).collect()))
}

fn complaints(validator: &Validator, value: &Value, what: &str) -> Vec<String> {
    let errors = validator.iter_errors(value).take(5);
    errors
        .map(|error| {
            let text: String = error.to_string().chars().take(400).collect();
            format!("{what} at {:?}: {text}", error.instance_path().to_string())
        })
        .collect()
}
