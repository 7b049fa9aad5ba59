//! Reading what `gate.yaml` says of signatures: a rule for all policies, a rule of one, and which policies must have one.

use super::policies::{PolicyConfig, PolicySource};
use super::problem::Complaint;
use super::read::Reader;
use super::signatures::{self, Identity, SignatureRule, Signer};
use crate::yaml::{Kind, NodeId};

/// What holds for the signatures of all policies.
pub(super) struct Signing {
    rule: Option<SignatureRule>,
    pub(super) required: bool,
}

impl Reader<'_> {
    /// What holds for all policies; a policy's own rule goes before.
    pub(super) fn signing(&mut self, root: NodeId) -> Signing {
        let required = self.flag(root, "require-signatures");
        Signing { rule: self.signature(root), required }
    }

    /// Gives the policy its rule on signatures, and complains where nothing says what it must be.
    pub(super) fn sign(&mut self, policy: &mut PolicyConfig, entry: NodeId, signing: &Signing) {
        let own = self.signature(entry);
        let named = self.checker.tape.get(entry, "signature");
        if matches!(policy.source, PolicySource::Builtin(_)) {
            if let Some(node) = named {
                let complaint = Complaint::new("a built-in policy has no signature of its own");
                self.complain(node, complaint.hint("remove `signature`: the policy is part of the gate"));
            }
            return;
        }
        policy.signature = own.or_else(|| signing.rule.clone());
        // One that cannot be read has been reported.
        if policy.signature.is_some() || named.is_some() {
            return;
        }
        if signing.required {
            let complaint = Complaint::new(format!("nothing says who must have signed `{}`", policy.source))
                .hint("`require-signatures` is set: add `signature`, to the policy or to the file");
            self.checker.complain_at(policy.place, complaint);
        }
        let pinned = self.checker.tape.get(entry, "sha256").is_some();
        if matches!(&policy.source, PolicySource::Oci(reference) if reference.digest.is_none() && !pinned) {
            let complaint = Complaint::new(format!("`{}` is not pinned: a tag can be moved", policy.source));
            let hint =
                "add `sha256`, or `@sha256:…` behind the tag (`gate policy pull` shows both), or `signature`";
            self.checker.complain_at(policy.place, complaint.hint(hint));
        }
    }

    fn signature(&mut self, map: NodeId) -> Option<SignatureRule> {
        let node = self.get(map, "signature", Kind::Map)?;
        if let Some(what) = self.contradiction(node) {
            let complaint = Complaint::new(format!("`signature` names {what}"));
            self.complain(
                node,
                complaint.hint("give `key`, or `issuer` with `identity` or `identity-pattern`"),
            );
            return None;
        }
        let file = |text: Option<&str>| text.and_then(|text| signatures::file(text).ok());
        let text = |name: &str| self.text(node, name).map(str::to_owned);
        let exact = text("identity").map(Identity::Exact);
        let identity = exact.or_else(|| text("identity-pattern").map(Identity::Pattern));
        let signer = match (file(self.text(node, "key")), text("issuer"), identity) {
            (Some(key), ..) => Signer::Key(key),
            (None, Some(issuer), Some(identity)) => Signer::Keyless { issuer, identity },
            // Of the wrong shape, which has been reported.
            _ => return None,
        };
        let trusted_root = file(self.text(node, "trusted-root"));
        Some(SignatureRule { signer, trusted_root, place: self.checker.place(node) })
    }

    /// Why the keys of a rule say nothing together.
    fn contradiction(&self, rule: NodeId) -> Option<&'static str> {
        let has = |name: &str| self.checker.tape.get(rule, name).is_some();
        let identities = usize::from(has("identity")) + usize::from(has("identity-pattern"));
        match (has("key"), has("issuer"), identities) {
            (true, false, 0) | (false, true, 1) => None,
            (true, _, _) => Some("a key and a certificate's identity at once"),
            (false, false, 0) => Some("nobody who could have signed"),
            (false, _, 2) => Some("both `identity` and `identity-pattern`"),
            (false, true, _) => Some("an issuer without an identity: anybody whom it knows could sign"),
            (false, false, _) => Some("an identity without its issuer"),
        }
    }
}
