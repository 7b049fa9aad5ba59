//! Where to read about a kind: the API reference of Kubernetes, or that of the project of a custom resource. Made from
//! group, version and kind alone; nothing is looked up, so that the same object always gets the same address.

use super::lookup::{Deprecation, Lookup, group_of};
use super::{KubeVersion, SchemaRule, SchemaSet};

/// Minor versions of which kubernetes.io keeps the reference; that of an older one is in the documentation of its time.
const KEPT: u8 = 5;
const REFERENCE: &str = "docs/reference/generated/kubernetes-api";
const REMOVALS: &str = "https://kubernetes.io/docs/reference/using-api/deprecation-guide/";

/// A project: the end of its API groups, the page of its reference, and whether a kind has a place of the form
/// `#group/version.Kind` there. `{version}` stands for the version of the API.
const PROJECTS: [(&str, &str, bool); 10] = [
    ("cert-manager.io", "https://cert-manager.io/docs/reference/api-docs/", true),
    ("external-secrets.io", "https://external-secrets.io/latest/api/spec/", true),
    ("gateway.networking.k8s.io", "https://gateway-api.sigs.k8s.io/reference/spec/", false),
    ("helm.toolkit.fluxcd.io", "https://fluxcd.io/flux/components/helm/api/{version}/", true),
    ("image.toolkit.fluxcd.io", "https://fluxcd.io/flux/components/image/", false),
    ("kustomize.toolkit.fluxcd.io", "https://fluxcd.io/flux/components/kustomize/api/{version}/", true),
    ("monitoring.coreos.com", "https://prometheus-operator.dev/docs/api-reference/api/", true),
    ("notification.toolkit.fluxcd.io", "https://fluxcd.io/flux/components/notification/api/{version}/", true),
    ("source.toolkit.fluxcd.io", "https://fluxcd.io/flux/components/source/api/{version}/", true),
    ("argoproj.io", "https://argo-cd.readthedocs.io/en/stable/operator-manual/", false),
];

impl SchemaSet {
    /// Where to read about what `rule` (`schema/…`) says of a kind that is judged by `versions`; none for other rules, and
    /// where no page is known.
    pub fn docs(
        &self,
        versions: &[KubeVersion],
        rule: &str,
        api_version: &str,
        kind: &str,
    ) -> Option<String> {
        let rule = SchemaRule::ALL.into_iter().find(|known| known.id() == rule)?;
        let mut versions = versions.to_vec();
        versions.sort_unstable_by(|a, b| b.cmp(a));
        let found = || versions.iter().map(|&version| (version, self.lookup(version, api_version, kind)));
        let removed = found().find_map(|(_, lookup)| removed_in(&lookup)).map(removal);
        match rule {
            SchemaRule::RejectedKind => None,
            SchemaRule::RemovedApi | SchemaRule::DeprecatedApi if removed.is_some() => removed,
            _ => found().find_map(|(version, lookup)| self.page(version, lookup, api_version, kind)),
        }
    }

    fn page(&self, version: KubeVersion, lookup: Lookup, api_version: &str, kind: &str) -> Option<String> {
        let newest = self.newest();
        match lookup {
            Lookup::Found(schema) if schema.is_custom() => custom(api_version, kind),
            Lookup::Found(_) => built_in(version, newest, api_version, kind),
            Lookup::NotYet { first } => built_in(first, newest, api_version, kind),
            Lookup::WrongCase { did_you_mean } => {
                let (api_version, kind) = did_you_mean.split_once(' ')?;
                let Lookup::Found(schema) = self.lookup(version, api_version, kind) else { return None };
                self.page(version, Lookup::Found(schema), api_version, kind)
            }
            Lookup::UnknownVersion { known } => {
                let known = known.last()?;
                let Lookup::Found(schema) = self.lookup(version, known, kind) else { return None };
                self.page(version, Lookup::Found(schema), known, kind)
            }
            Lookup::Gone { .. } => custom(api_version, kind),
            Lookup::Removed { .. } | Lookup::Unknown => None,
        }
    }
}

/// The version of Kubernetes that has removed the kind or will, if that is known.
fn removed_in(lookup: &Lookup) -> Option<KubeVersion> {
    match lookup {
        Lookup::Removed { removed_in, .. } => Some(*removed_in),
        Lookup::Found(schema) => match schema.deprecated? {
            Deprecation::BuiltIn(_, removed) if removed > 0 => Some(KubeVersion::new(removed)),
            _ => None,
        },
        _ => None,
    }
}

/// The reference of a built-in kind as `version` has it; `newest` is the newest version that is known.
pub(super) fn built_in(
    version: KubeVersion,
    newest: KubeVersion,
    api_version: &str,
    kind: &str,
) -> Option<String> {
    let (group, served) = api_version.rsplit_once('/').unwrap_or(("core", api_version));
    if ![group, served, kind].into_iter().all(is_plain) {
        return None;
    }
    let minor = version.minor;
    let host = match newest.minor.saturating_sub(minor) {
        0..KEPT => "kubernetes.io".to_owned(),
        _ => format!("v1-{minor}.docs.kubernetes.io"),
    };
    let place = format!("{kind}-{served}-{}", group.replace('.', "-")).to_ascii_lowercase();
    Some(format!("https://{host}/{REFERENCE}/v1.{minor}/#{place}"))
}

/// The reference of a custom resource, where its project is known.
pub(super) fn custom(api_version: &str, kind: &str) -> Option<String> {
    let group = group_of(api_version);
    let (_, page, has_places) = PROJECTS.iter().find(|(end, ..)| is_below(group, end))?;
    let version = api_version.rsplit('/').next().unwrap_or_default();
    if ![group, version, kind].into_iter().all(is_plain) {
        return None;
    }
    // Workflows and rollouts are other projects of the same group.
    if group == "argoproj.io" && !matches!(kind, "Application" | "ApplicationSet" | "AppProject") {
        return None;
    }
    let page = page.replace("{version}", version);
    Some(if *has_places { format!("{page}#{api_version}.{kind}") } else { page })
}

/// What Kubernetes `removed_in` removed, and what to do about it.
pub(super) fn removal(removed_in: KubeVersion) -> String {
    format!("{REMOVALS}#v{}", removed_in.to_string().replace('.', "-"))
}

/// Where to read about a rule, whatever the kind.
pub(super) fn rule(rule: SchemaRule) -> Option<&'static str> {
    Some(match rule {
        SchemaRule::RemovedApi | SchemaRule::DeprecatedApi => REMOVALS,
        SchemaRule::InvalidName => "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
        SchemaRule::BrokenRule => "https://kubernetes.io/docs/reference/using-api/cel/",
        SchemaRule::InvalidCrd | SchemaRule::BreakingCrdChange => {
            "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/"
        }
        SchemaRule::RejectedKind => return None,
        _ => "https://kubernetes.io/docs/reference/kubernetes-api/",
    })
}

fn is_below(group: &str, end: &str) -> bool {
    group.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Only what can stand in an address as it is: these words come from the object.
fn is_plain(word: &str) -> bool {
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    (1..=253).contains(&word.len()) && word.bytes().all(is_good)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEWEST: KubeVersion = KubeVersion { minor: 37 };

    #[test]
    fn built_in_kinds_have_a_place_in_the_reference_of_their_version() {
        let root = "https://kubernetes.io/docs/reference/generated/kubernetes-api";
        let old = "https://v1-32.docs.kubernetes.io/docs/reference/generated/kubernetes-api";
        for (minor, api_version, kind, expected) in [
            (33, "apps/v1", "Deployment", format!("{root}/v1.33/#deployment-v1-apps")),
            (37, "v1", "Pod", format!("{root}/v1.37/#pod-v1-core")),
            (
                33,
                "networking.k8s.io/v1",
                "NetworkPolicy",
                format!("{root}/v1.33/#networkpolicy-v1-networking-k8s-io"),
            ),
            (
                35,
                "rbac.authorization.k8s.io/v1",
                "ClusterRole",
                format!("{root}/v1.35/#clusterrole-v1-rbac-authorization-k8s-io"),
            ),
            (
                33,
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                format!("{root}/v1.33/#customresourcedefinition-v1-apiextensions-k8s-io"),
            ),
            // The site keeps five versions.
            (32, "batch/v1", "CronJob", format!("{old}/v1.32/#cronjob-v1-batch")),
        ] {
            let version = KubeVersion::new(minor);
            assert_eq!(built_in(version, NEWEST, api_version, kind), Some(expected), "{api_version} {kind}");
        }
    }

    #[test]
    fn custom_kinds_have_one_where_the_project_is_known() {
        for (api_version, kind, expected) in [
            (
                "cert-manager.io/v1",
                "Certificate",
                Some("https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.Certificate"),
            ),
            (
                "acme.cert-manager.io/v1",
                "Order",
                Some("https://cert-manager.io/docs/reference/api-docs/#acme.cert-manager.io/v1.Order"),
            ),
            (
                "source.toolkit.fluxcd.io/v1",
                "GitRepository",
                Some(
                    "https://fluxcd.io/flux/components/source/api/v1/#source.toolkit.fluxcd.io/v1.GitRepository",
                ),
            ),
            (
                "gateway.networking.k8s.io/v1",
                "HTTPRoute",
                Some("https://gateway-api.sigs.k8s.io/reference/spec/"),
            ),
            (
                "argoproj.io/v1alpha1",
                "Application",
                Some("https://argo-cd.readthedocs.io/en/stable/operator-manual/"),
            ),
            ("argoproj.io/v1alpha1", "Rollout", None),
            ("notcert-manager.io/v1", "Certificate", None),
            ("example.com/v1", "Widget", None),
        ] {
            assert_eq!(custom(api_version, kind).as_deref(), expected, "{api_version} {kind}");
        }
    }

    #[test]
    fn what_is_no_name_never_gets_into_an_address() {
        for bad in ["", "a b", "a/b", "a)", "a\"", "ä", "a\n", &"a".repeat(254)] {
            assert_eq!(built_in(NEWEST, NEWEST, "apps/v1", bad), None, "{bad:?}");
            assert_eq!(custom("cert-manager.io/v1", bad), None, "{bad:?}");
        }
        assert_eq!(custom("cert-manager.io/v1\"><x>", "Certificate"), None);
    }

    #[test]
    fn removals_have_a_chapter_for_each_version() {
        let guide = "https://kubernetes.io/docs/reference/using-api/deprecation-guide/#v1-25";
        assert_eq!(removal(KubeVersion::new(25)), guide);
    }

    #[test]
    fn every_address_is_one() {
        let pages = SchemaRule::ALL.into_iter().filter_map(rule).chain(PROJECTS.map(|(_, page, _)| page));
        for page in pages {
            assert!(page.starts_with("https://") && page.ends_with('/'), "{page}");
        }
    }
}
