//! What an unknown kind was probably meant to be. The groups of Kubernetes itself are closed: a kind of theirs that is not
//! known is a mistake, and no CustomResourceDefinition is missing.

use super::lookup::{group_of, stability};
use super::table::KIND_CUSTOM;
use super::{KubeVersion, SchemaSet};
use crate::text::closest;

/// What is known of a kind that there is no schema for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Near {
    /// The group is one of Kubernetes itself, and a kind of it, or one of the same name in another group, is meant:
    /// `apiVersion` and `kind`, separated by a space.
    Meant(String),
    /// The group is one of Kubernetes itself, and has nothing like it.
    Closed,
    /// The group is somebody else's.
    Open,
}

impl SchemaSet {
    /// What `kind` of `api_version` was probably meant to be in `version`.
    pub fn near(&self, version: KubeVersion, api_version: &str, kind: &str) -> Near {
        let (view, bit) = (self.pack.view(), self.bit(version));
        let own = || {
            let built_in = view.kinds().filter(|found| found.flags & KIND_CUSTOM == 0);
            let served = built_in.filter(|found| view.kind_mask(*found) & bit != 0);
            served.map(|found| (view.str(found.api_version), view.str(found.kind)))
        };
        let group = group_of(api_version);
        let of_group = || own().filter(|(version, _)| group_of(version) == group).map(|(_, kind)| kind);
        if of_group().next().is_none() {
            return Near::Open;
        }
        let all = || own().map(|(_, kind)| kind);
        let same = all().find(|name| *name == kind);
        let mut names: Vec<&str> = of_group().collect();
        names.sort_unstable();
        names.dedup();
        let mut every: Vec<&str> = all().collect();
        every.sort_unstable();
        every.dedup();
        let Some(name) =
            same.or_else(|| closest(kind, names.into_iter())).or_else(|| closest(kind, every.into_iter()))
        else {
            return Near::Closed;
        };
        let best = own().filter(|(_, kind)| *kind == name);
        let best = best.max_by_key(|(version, _)| (group_of(version) == group, stability(version), *version));
        best.map_or(Near::Closed, |(version, kind)| Near::Meant(format!("{version} {kind}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_kubernetes_are_recognised() {
        let set = SchemaSet::embedded().unwrap();
        for (api_version, kind, expected) in [
            ("v1", "Deployment", Near::Meant("apps/v1 Deployment".to_owned())),
            ("apps/v1", "Deploymnet", Near::Meant("apps/v1 Deployment".to_owned())),
            ("apps/v1", "Ingress", Near::Meant("networking.k8s.io/v1 Ingress".to_owned())),
            ("v1", "Cronjobb", Near::Meant("batch/v1 CronJob".to_owned())),
            ("v1", "Xyzzy", Near::Closed),
            ("example.com/v1", "Deploymnet", Near::Open),
            ("gateway.networking.k8s.io/v1", "Odd", Near::Open),
        ] {
            assert_eq!(set.near(set.newest(), api_version, kind), expected, "{api_version} {kind}");
        }
    }
}
