//! The parts of one container: ports, mounts, probes, environment, privileges.

use crate::schema::SchemaRule;
use crate::schema::walk::Walk;
use crate::yaml::NodeId;

type Field = Option<NodeId>;

impl<'a> Walk<'a> {
    pub(super) fn container(&mut self, [ports, liveness, startup, readiness]: [Field; 4]) {
        self.unique(ports, "name", "an earlier port of this container has the same name");
        for (probe, name) in [(liveness, "liveness"), (startup, "startup")] {
            let threshold = self.at(probe, "successThreshold");
            if let (Some(n), Some(number)) = (threshold, self.number(threshold))
                && number > 1
            {
                self.refuse(n, format!("`successThreshold` of a {name} probe must be 1"), None);
            }
        }
        if let Some(n) = self.at(readiness, "terminationGracePeriodSeconds") {
            let message = "`terminationGracePeriodSeconds` is not allowed in a readiness probe".to_owned();
            self.refuse(n, message, None);
        }
    }

    /// No two items of a list have the same text at `key`.
    pub(super) fn unique(&mut self, list: Field, key: &str, message: &str) {
        let tape = self.tape;
        let Some(list) = list else { return };
        let of = |item| tape.get(item, key).map(|n| (n, tape.text(n))).filter(|(_, text)| !text.is_empty());
        for (at, item) in tape.items(list).enumerate().skip(1) {
            let Some((n, text)) = of(item) else { continue };
            let mut earlier = tape.items(list).take(at).filter_map(of);
            if earlier.any(|(_, other)| other == text) && !self.is_placeholder(n) {
                let message = format!("{message} {}", self.quoted(text));
                self.push(SchemaRule::DuplicateListItem, n, message, None);
            }
        }
    }

    /// Either a text or a source.
    pub(super) fn env_var(&mut self, [value, source]: [Field; 2]) {
        if let (Some(value), Some(source)) = (value, source)
            && !self.tape.text(value).is_empty()
        {
            let place = self.tape.key_of(source).unwrap_or(source);
            self.refuse(
                place,
                "`valueFrom` is not allowed beside `value`".to_owned(),
                Some("keep one of the two"),
            );
        }
    }

    /// A mount takes a part of its volume by one of two fields.
    pub(super) fn volume_mount(&mut self, [path, expression]: [Field; 2]) {
        if let (Some(path), Some(expression)) = (path, expression)
            && !self.tape.text(path).is_empty()
            && !self.tape.text(expression).is_empty()
        {
            self.refuse(expression, "`subPathExpr` is not allowed beside `subPath`".to_owned(), None);
        }
    }

    /// Whoever is privileged can gain privileges.
    pub(super) fn container_security(&mut self, [privileged, escalation, capabilities]: [Field; 3]) {
        let Some(escalation) = escalation.filter(|_| self.word(escalation) == Some("false")) else { return };
        if self.word(privileged) == Some("true") {
            let message = "`allowPrivilegeEscalation` cannot be false in a privileged container".to_owned();
            self.refuse(escalation, message, None);
        }
        let tape = self.tape;
        let added = self.at(capabilities, "add");
        let mut added = added.into_iter().flat_map(|list| tape.items(list));
        if added.any(|name| tape.text(name) == "CAP_SYS_ADMIN") {
            let message =
                "`allowPrivilegeEscalation` cannot be false beside the capability CAP_SYS_ADMIN".to_owned();
            self.refuse(escalation, message, None);
        }
    }

    /// A profile of the node's own has a name, the others have none.
    pub(super) fn profile(&mut self, n: NodeId, [kind, name]: [Field; 2]) {
        match (self.word(kind), name) {
            (Some("Localhost"), None) => {
                self.lack(n, "localhostProfile", "the type `Localhost` needs `localhostProfile`".to_owned());
            }
            (Some(word @ ("RuntimeDefault" | "Unconfined")), Some(name)) => {
                self.refuse(name, format!("`localhostProfile` is not allowed for the type `{word}`"), None);
            }
            _ => {}
        }
    }
}
