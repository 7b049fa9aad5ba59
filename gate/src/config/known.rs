//! What the rest of the gate has and a configuration may name. The configuration cannot know it by itself: the
//! policies and schemas are of later layers.

use super::Config;
use super::policies::PolicySource;
use super::problem::{Complaint, Place};

/// The names that a configuration may use.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Ids of the built-in policies.
    pub policies: &'a [&'a str],
    /// Oldest and newest minor version of Kubernetes 1 that there are schemas of.
    pub kubernetes: (u16, u16),
}

impl Known<'_> {
    /// Complaints about names in `config` that are none of these.
    pub(super) fn unknown(&self, config: &Config) -> Vec<(Place, Complaint)> {
        let (oldest, newest) = self.kubernetes;
        let mut found = Vec::new();
        for version in config.kubernetes_versions() {
            if !(oldest..=newest).contains(&version.minor) {
                let complaint = Complaint::new(format!("the gate has no schemas of Kubernetes {version}"));
                found.push((
                    version.place,
                    complaint.hint(format!("it has those of 1.{oldest} to 1.{newest}")),
                ));
            }
        }
        for policy in &config.policies {
            match &policy.source {
                PolicySource::Builtin(id) if !self.policies.contains(&id.as_str()) => {
                    let complaint = Complaint::new(format!("there is no built-in policy `{id}`"));
                    found.push((policy.place, complaint.suggest(id, self.policies.iter().copied())));
                }
                _ => {}
            }
        }
        found
    }
}
