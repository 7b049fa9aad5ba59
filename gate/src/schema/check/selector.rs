//! Selectors: their requirements, and whether they match the labels of their own template.

use crate::schema::walk::Walk;
use crate::yaml::{Kind, NodeId};

type Field = Option<NodeId>;

impl<'a> Walk<'a> {
    /// A requirement on a label or on a node: the operator says how many values there are.
    pub(super) fn requirement(&mut self, n: NodeId, [operator, values]: [Field; 2]) {
        let tape = self.tape;
        let count = values.map_or(0, |values| tape.items(values).count());
        let Some(word) = self.word(operator) else { return };
        match word {
            "In" | "NotIn" if count == 0 => {
                self.lack(n, "values", format!("the operator `{word}` needs `values`"))
            }
            "Exists" | "DoesNotExist" if count > 0 => {
                let place = values.unwrap_or(n);
                self.refuse(place, format!("the operator `{word}` takes no values"), Some("remove `values`"));
            }
            "Gt" | "Lt" if count != 1 => {
                self.refuse(
                    values.unwrap_or(n),
                    format!("the operator `{word}` takes exactly one value"),
                    None,
                );
            }
            _ => {}
        }
    }

    /// The selector of a workload has to say something and to match the labels of the workload's template.
    pub(super) fn selects_its_template(&mut self, selector: NodeId, template: Field) {
        let (exact, expressions) =
            (self.at(Some(selector), "matchLabels"), self.at(Some(selector), "matchExpressions"));
        if self.tape.kind(selector) != Kind::Map {
            return;
        }
        if !self.has_items(exact) && !self.has_items(expressions) {
            self.refuse(selector, "the selector is empty: it would match every Pod".to_owned(), None);
            return;
        }
        let labels = self.at(self.at(template, "metadata"), "labels");
        self.labels_match(exact, labels);
        let tape = self.tape;
        for requirement in expressions.into_iter().flat_map(|n| tape.items(n)) {
            self.requirement_matches(requirement, labels);
        }
    }

    /// Every label of `wanted` has to be in `labels`.
    pub(super) fn labels_match(&mut self, wanted: Field, labels: Field) {
        let tape = self.tape;
        for (key, value) in wanted.into_iter().flat_map(|n| tape.entries(n)) {
            let name = tape.text(key);
            let found = labels.and_then(|labels| tape.get(labels, name));
            if found.is_some_and(|found| tape.text(found) == tape.text(value)) {
                continue;
            }
            if found.is_some_and(|found| self.is_placeholder(found)) {
                continue;
            }
            let wanted = self.quoted(tape.text(value));
            let message = match found {
                Some(found) => {
                    let has = self.quoted(tape.text(found));
                    format!(
                        "the selector wants the label `{name}` to be {wanted}, but the template has {has}"
                    )
                }
                None => format!("the selector wants the label `{name}`, which the template does not have"),
            };
            self.refuse(value, message, Some("selector and labels of the template have to agree"));
        }
    }

    fn requirement_matches(&mut self, requirement: NodeId, labels: Field) {
        let Some(name) = self.word(self.at(Some(requirement), "key")) else { return };
        let Some(operator) = self.word(self.at(Some(requirement), "operator")) else { return };
        let has = labels.and_then(|labels| self.tape.get(labels, name));
        if has.is_some_and(|has| self.is_placeholder(has)) {
            return;
        }
        let values = self.at(Some(requirement), "values");
        let tape = self.tape;
        let mut all = values.into_iter().flat_map(|values| tape.items(values));
        let listed = has.is_some_and(|has| all.any(|value| tape.text(value) == tape.text(has)));
        let good = match operator {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => has.is_some(),
            "DoesNotExist" => has.is_none(),
            _ => true,
        };
        if !good {
            let message =
                format!("the selector's `{name} {operator}` does not match the labels of the template");
            self.refuse(requirement, message, Some("selector and labels of the template have to agree"));
        }
    }

    /// What a toleration's operator takes.
    pub(super) fn toleration(&mut self, n: NodeId, [key, operator, value, effect, seconds]: [Field; 5]) {
        let named = self.word(key).is_some_and(|key| !key.is_empty());
        let exists = self.word(operator) == Some("Exists");
        if key.is_none_or(|_| self.word(key).is_some())
            && !named
            && !exists
            && (operator.is_none() || self.word(operator).is_some())
        {
            self.refuse(
                operator.unwrap_or(n),
                "a toleration without a key needs the operator `Exists`".to_owned(),
                None,
            );
        }
        if let (true, Some(value)) = (exists, value.filter(|&n| !self.tape.text(n).is_empty())) {
            self.refuse(value, "the operator `Exists` takes no value".to_owned(), Some("remove `value`"));
        }
        let fits = effect.is_none() || self.word(effect).is_none_or(|effect| effect == "NoExecute");
        if let Some(seconds) = seconds.filter(|_| effect.is_none() || !fits) {
            let message = "`tolerationSeconds` goes with the effect `NoExecute` only".to_owned();
            self.refuse(seconds, message, None);
        }
    }
}
