//! ConfigMaps and Secrets: keys, sizes, and what the type of a Secret needs.

use crate::schema::names;
use crate::schema::walk::Walk;
use crate::yaml::{Kind, NodeId};

type Field = Option<NodeId>;

/// Bytes that the values of one object may have together.
const MOST_BYTES: usize = 1024 * 1024;

/// What the types of Secrets ask for: one of the keys (`any`) or all of them.
const TYPES: [(&str, bool, &[&str]); 5] = [
    ("kubernetes.io/dockercfg", false, &[".dockercfg"]),
    ("kubernetes.io/dockerconfigjson", false, &[".dockerconfigjson"]),
    ("kubernetes.io/basic-auth", true, &["username", "password"]),
    ("kubernetes.io/ssh-auth", false, &["ssh-privatekey"]),
    ("kubernetes.io/tls", false, &["tls.crt", "tls.key"]),
];

impl<'a> Walk<'a> {
    pub(super) fn config_map(&mut self, [data, binary]: [Field; 2]) {
        let tape = self.tape;
        let mut size = 0;
        for (key, value) in data.into_iter().chain(binary).flat_map(|map| tape.entries(map)) {
            self.config_key(key);
            size += tape.text(value).len();
        }
        if let (Some(data), Some(binary)) = (data, binary) {
            for (key, _) in tape.entries(binary) {
                if tape.get(data, tape.text(key)).is_some() {
                    self.refuse(key, format!("{} is in `data`, too", self.quoted(tape.text(key))), None);
                }
            }
        }
        // What is in `binaryData` is a third longer here than for the server.
        if let Some(place) = data.filter(|_| binary.is_none() && size > MOST_BYTES) {
            self.too_large(place, size);
        }
    }

    pub(super) fn secret_keys(&mut self, n: NodeId, [kind, data, text]: [Field; 3]) {
        let tape = self.tape;
        for (key, _) in data.into_iter().chain(text).flat_map(|map| tape.entries(map)) {
            self.config_key(key);
        }
        let Some(word) = self.word(kind) else { return };
        if word == "kubernetes.io/service-account-token" {
            return self.token_secret(n);
        }
        let Some((_, any, keys)) = TYPES.into_iter().find(|(known, ..)| *known == word) else { return };
        let has = |key: &&&str| [data, text].into_iter().flatten().any(|map| tape.get(map, key).is_some());
        let missing: Vec<&str> = keys.iter().filter(|key| !has(key)).copied().collect();
        let bad = if any { missing.len() == keys.len() } else { !missing.is_empty() };
        let maps = [data, text].into_iter().flatten().all(|map| tape.kind(map) == Kind::Map);
        if bad && maps {
            let names: Vec<String> = missing.iter().map(|key| format!("`{key}`")).collect();
            let names = names.join(if any { " or " } else { " and " });
            let place = data.or(text).unwrap_or(n);
            let field = if place == n { "data" } else { missing.first().copied().unwrap_or_default() };
            self.lack(place, field, format!("a Secret of type {word} needs the key {names}"));
        }
    }

    fn token_secret(&mut self, n: NodeId) {
        let metadata = self.tape.get(n, "metadata");
        let annotations = self.at(metadata, "annotations");
        let account = self.at(annotations, "kubernetes.io/service-account.name");
        if account.is_none_or(|n| self.tape.text(n).is_empty()) {
            let place = annotations.or(metadata).unwrap_or(n);
            self.lack(
                place,
                "kubernetes.io/service-account.name",
                "a Secret of this type needs the annotation `kubernetes.io/service-account.name`".to_owned(),
            );
        }
    }

    fn config_key(&mut self, key: NodeId) {
        if let Some(form) = names::config_key(self.tape.text(key)) {
            self.invalid_name(key, "a key", form);
        }
    }

    #[cold]
    fn too_large(&mut self, n: NodeId, size: usize) {
        let message = format!("the values have {size} bytes together; {MOST_BYTES} are allowed");
        self.refuse(n, message, None);
    }
}
