//! Ingresses and network policies; and RBAC, whose subjects and rules are alike in form.

use std::net::IpAddr;

use crate::schema::walk::Walk;
use crate::yaml::{Kind, NodeId};

type Field = Option<NodeId>;

impl<'a> Walk<'a> {
    /// An Ingress has to route something.
    pub(super) fn ingress_spec(&mut self, n: NodeId, [default, old, rules]: [Field; 3]) {
        let some = self.has_items(rules) || rules.is_some_and(|rules| self.tape.kind(rules) != Kind::Seq);
        if default.or(old).is_none() && !some {
            self.lack(n, "rules", "an Ingress needs `rules` or `defaultBackend`".to_owned());
        }
    }

    /// A path that is compared is absolute and has no detours.
    pub(super) fn http_path(&mut self, n: NodeId, [path, kind]: [Field; 2]) {
        let exact = matches!(self.word(kind), Some("Exact" | "Prefix"));
        if path.is_none() && exact {
            return self.lack(n, "path", "this path type needs a `path`".to_owned());
        }
        let Some((n, text)) = path.zip(self.word(path)) else { return };
        if !text.starts_with('/') && (exact || !text.is_empty()) {
            self.refuse(n, format!("`path` must begin with `/`, but is {}", self.quoted(text)), None);
        }
        let suspicious = |pair: &[u8]| matches!(pair, [b'/', b'/' | b'.'] | [b'%', _]);
        if !text.as_bytes().windows(2).any(suspicious) {
            return;
        }
        let detours = ["//", "/./", "/../", "%2f", "%2F"];
        let found = detours.iter().find(|part| text.contains(**part));
        let found = found.or_else(|| ["/..", "/."].iter().find(|end| text.ends_with(**end)));
        if let (true, Some(part)) = (exact, found) {
            self.refuse(n, format!("`path` must not contain `{part}`"), None);
        }
    }

    /// A range of ports has a number to begin with.
    pub(super) fn network_port(&mut self, [port, end]: [Field; 2]) {
        let Some(n) = end else { return };
        match (port, self.number(port), self.number(end)) {
            (None, ..) => self.refuse(n, "`endPort` needs `port`".to_owned(), None),
            (Some(first), None, _) if self.tape.kind(first) == Kind::Str => {
                self.refuse(n, "`endPort` needs a `port` that is a number".to_owned(), None);
            }
            (_, Some(first), Some(last)) if last < first => {
                self.refuse(n, format!("`endPort` must not be less than `port` ({first})"), None);
            }
            _ => {}
        }
    }

    /// A peer is chosen by selectors or by addresses.
    pub(super) fn network_peer(&mut self, n: NodeId, [pods, namespaces, block]: [Field; 3]) {
        match (pods.or(namespaces), block) {
            (None, None) if self.tape.kind(n) == Kind::Map => {
                self.lack(
                    n,
                    "podSelector",
                    "a peer needs `podSelector`, `namespaceSelector` or `ipBlock`".to_owned(),
                );
            }
            (Some(_), Some(block)) => {
                let place = self.tape.key_of(block).unwrap_or(block);
                self.refuse(place, "`ipBlock` is not allowed beside selectors".to_owned(), None);
            }
            _ => {}
        }
    }

    /// What is left out has to be inside, and smaller.
    pub(super) fn ip_block(&mut self, [range, except]: [Field; 2]) {
        let Some(outer) = self.word(range).and_then(network) else { return };
        let tape = self.tape;
        for item in except.into_iter().flat_map(|list| tape.items(list)) {
            let Some(inner) = self.word(Some(item)).and_then(network) else { continue };
            if !contains(outer, inner) {
                let range = range.map_or("", |n| tape.text(n));
                self.refuse(item, format!("{} is not inside {range}", tape.text(item)), None);
            }
        }
    }

    /// Rules are about resources or about URLs.
    pub(super) fn policy_rule(&mut self, n: NodeId, [groups, resources, names, urls]: [Field; 4]) {
        if let Some(place) = urls.filter(|_| self.has_items(urls)) {
            if self.has_items(groups) || self.has_items(resources) || self.has_items(names) {
                let message = "`nonResourceURLs` is not allowed beside resources".to_owned();
                self.refuse(place, message, Some("make two rules of it"));
            } else if self.root_kind() == "Role" {
                self.refuse(
                    place,
                    "`nonResourceURLs` is not allowed in a Role".to_owned(),
                    Some("use a ClusterRole"),
                );
            }
            return;
        }
        let whole = |n: Field| n.is_none_or(|n| self.tape.kind(n) == Kind::Seq);
        if !whole(groups) || !whole(resources) {
            return;
        }
        for (field, name) in [(groups, "apiGroups"), (resources, "resources")] {
            if !self.has_items(field) {
                self.lack(n, name, format!("a rule about resources needs `{name}`"));
            }
        }
    }

    /// What holds for the whole cluster cannot come from one namespace.
    pub(super) fn role_ref(&mut self, [kind]: [Field; 1]) {
        if let (Some(n), Some("Role")) = (kind, self.word(kind))
            && self.root_kind() == "ClusterRoleBinding"
        {
            let message = "a ClusterRoleBinding cannot bind a Role".to_owned();
            self.refuse(n, message, Some("bind a ClusterRole, or use a RoleBinding"));
        }
    }

    /// Users and groups are of the RBAC group, service accounts of the core group and of a namespace.
    pub(super) fn subject_of_binding(&mut self, n: NodeId, [kind, group, namespace]: [Field; 3]) {
        let group_word = self.word(group);
        let wanted = match self.word(kind) {
            Some("ServiceAccount") => {
                let nowhere = namespace.is_none_or(|n| self.tape.text(n).is_empty());
                if nowhere && self.root_kind() == "ClusterRoleBinding" {
                    self.lack(
                        n,
                        "namespace",
                        "a subject that is a ServiceAccount needs a `namespace`".to_owned(),
                    );
                }
                ""
            }
            Some("User" | "Group") => "rbac.authorization.k8s.io",
            _ => return,
        };
        if let (Some(n), Some(word)) = (group, group_word)
            && word != wanted
            && (!word.is_empty() || wanted.is_empty())
        {
            self.refuse(n, format!("`apiGroup` must be `{wanted}`, but is {}", self.quoted(word)), None);
        }
    }
}

fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = text.split_once('/')?;
    Some((address.parse().ok()?, bits.parse().ok()?))
}

fn contains((outer, few): (IpAddr, u8), (inner, many): (IpAddr, u8)) -> bool {
    let same = |a: u128, b: u128, width: u32| {
        let rest = width.saturating_sub(u32::from(few));
        rest >= 128 || a >> rest == b >> rest
    };
    let matches = match (outer, inner) {
        (IpAddr::V4(a), IpAddr::V4(b)) => same(a.to_bits().into(), b.to_bits().into(), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => same(a.to_bits(), b.to_bits(), 128),
        _ => false,
    };
    matches && many > few
}
