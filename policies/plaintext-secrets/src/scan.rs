//! Values outside Secrets: known tokens, URLs with passwords, and values under the name of a secret.

use gate_sdk::{Findings, Kind, Rule, Value, json::Visit};

use crate::rules::{LEAKED_TOKEN, PASSWORD_IN_URL, PLAINTEXT_CREDENTIAL};
use crate::settings::Settings;
use crate::{keys, secret, text, tokens, value};

/// Subtrees that are encrypted, or that only say where a secret is.
const SKIPPED: &[&str] =
    &["encryptedData", "secretKeyRef", "managedFields", "openAPIV3Schema", "caBundle", "binaryData"];
/// How deep JSON inside strings inside JSON is followed.
const MAX_EMBEDDED: u32 = 2;

/// What is wrong with a value, without the value.
struct Hit {
    rule: &'static Rule,
    what: String,
}

/// Scans one document, or JSON that stands in a string of it.
pub(crate) struct Scan<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) findings: &'a mut Findings,
    pub(crate) embedded: u32,
}

impl Scan<'_> {
    /// Judges a document: a Secret as a Secret, and everything value by value.
    pub(crate) fn document(&mut self, root: Value<'_>) {
        let is_secret = root.str_at("kind") == Some("Secret");
        if is_secret {
            secret::check_object(root, self.settings, self.findings);
        }
        let mut walk = root.walk();
        while let Some(visit) = walk.next() {
            let key = visit.key.unwrap_or("");
            let done = is_secret && matches!(key, "data" | "stringData") || key == "secretGenerator";
            let sops = key == "sops" && visit.value.is_map();
            if key == "secretGenerator"
                && !visit.is_item
                && visit.parent.is_some_and(|parent| parent.is(root))
            {
                secret::check_generators(visit.value, self.settings, self.findings);
            }
            if !visit.is_item && (done || sops || SKIPPED.contains(&key)) {
                walk.skip_children();
            } else {
                self.value(if visit.is_item { "" } else { key }, &visit);
            }
        }
    }

    fn value(&mut self, key: &str, visit: &Visit<'_>) {
        let value = visit.value;
        if key == "value"
            && let Some(map) = visit.parent
        {
            self.name_and_value(map, value);
        }
        match value.kind() {
            Kind::Str => self.text(key, value),
            Kind::Number => self.named(key, value),
            Kind::Seq if matches!(visit.key, Some("args" | "command")) => self.arguments(value),
            Kind::Map | Kind::Seq | Kind::Bool | Kind::Null => {}
        }
    }

    /// `name: DB_PASSWORD` beside `value: …`: environment variables, Helm parameters.
    fn name_and_value(&mut self, map: Value<'_>, value: Value<'_>) {
        let name = map.str_at("name").or_else(|| map.str_at("key"));
        if let Some(name) = name
            && keys::suspicion(text::trim_start(name, "-")).is_some()
            && map.get("value").is_some_and(|first| first.is(value))
            && value.as_str().is_none_or(|text| self.by_form(name, text).is_none())
        {
            self.named(name, value);
        }
    }

    /// `--password`, then the password.
    fn arguments(&mut self, list: Value<'_>) {
        let mut option = "";
        for item in list.items() {
            let text = item.as_str().unwrap_or("");
            if !option.is_empty() && !text.starts_with('-') {
                self.named(option, item);
            }
            option = if text.contains(['=', ' ']) { "" } else { text.strip_prefix('-').unwrap_or("") };
            option = text::trim_start(option, "-");
        }
    }

    /// A value under a name that suggests a secret.
    fn named(&mut self, name: &str, value: Value<'_>) {
        let text = value.as_text().unwrap_or("");
        if !text.contains('\n')
            && let Some(hit) = self.by_name(name, text, 3)
        {
            self.report(value, &hit);
        }
    }

    fn text(&mut self, key: &str, value: Value<'_>) {
        let text = value.as_str().unwrap_or("");
        if self.settings.excludes_key(key) || self.json(value, text) {
            return;
        }
        let marks = text::marks(text);
        let by_form = if marks.may_have_a_form { self.by_form(key, text) } else { None };
        let hit = by_form.or_else(|| if marks.has_lines { None } else { self.by_name(key, text, 3) });
        let pair = || text::pairs(text).find_map(|(name, part)| self.by_name(name, part, 5));
        let hit = hit.or_else(|| if marks.may_have_pairs { pair() } else { None });
        if let Some(hit) = hit {
            self.report(value, &hit);
        }
    }

    /// Follows JSON inside a string, such as `last-applied-configuration`.
    fn json(&mut self, value: Value<'_>, text: &str) -> bool {
        if self.embedded >= MAX_EMBEDDED || !text::starts_like_json(text) {
            return false;
        }
        let Ok(json) = value.embedded() else { return false };
        let before = self.findings.len();
        let (settings, embedded) = (self.settings, self.embedded + 1);
        Scan { settings, findings: self.findings, embedded }.document(json.root());
        // What is found by form only when the text is read as a whole is found below.
        self.findings.len() > before
    }

    fn by_form(&self, key: &str, text: &str) -> Option<Hit> {
        if let Some(token) = tokens::find(text) {
            return Some(Hit { rule: &LEAKED_TOKEN, what: format!("{} a {token}", holder(key)) });
        }
        let password = value::url_password(text)?;
        let stands_in = value::is_placeholder(password, &self.settings.placeholders);
        let what = format!("{} a URL with a password", holder(key));
        (!stands_in).then_some(Hit { rule: &PASSWORD_IN_URL, what })
    }

    fn by_name(&self, name: &str, text: &str, min: usize) -> Option<Hit> {
        let name = text::trim_start(name, "-");
        let what = || format!("{} what looks like a real secret", holder(name));
        (text.len() >= min && secret::credential(name, text, self.settings))
            .then(|| Hit { rule: &PLAINTEXT_CREDENTIAL, what: what() })
    }

    fn report(&mut self, value: Value<'_>, hit: &Hit) {
        self.findings.at(value, hit.rule, hit.what.clone()).sensitive();
    }
}

fn holder(key: &str) -> String {
    if key.is_empty() { "this value holds".to_owned() } else { format!("`{key}` holds") }
}
