//! API versions of custom resources that their projects have deprecated or removed. What deprecates versions of
//! Kubernetes itself is in the pack, read from its Go types; a CustomResourceDefinition of the repository speaks for
//! itself (`deprecated: true`).

/// An API version that is on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::schema) struct Deprecated {
    /// `group/version`.
    pub api_version: &'static str,
    /// The kind; empty for all kinds of the version.
    pub kind: &'static str,
    /// Whose release it is about, and where that is documented.
    pub project: &'static str,
    /// The release that deprecates it.
    pub since: &'static str,
    /// The release that removes it; empty if none is known.
    pub removed: &'static str,
    /// What to use instead.
    pub instead: &'static str,
}

const fn row(
    api_version: &'static str,
    kind: &'static str,
    project: &'static str,
    (since, removed): (&'static str, &'static str),
    instead: &'static str,
) -> Deprecated {
    Deprecated { api_version, kind, project, since, removed, instead }
}

/// In order of `api_version` and kind. The source of each row is the release notes or upgrade guide of its project.
pub(in crate::schema) const DEPRECATED: &[Deprecated] = &[
    row("acme.cert-manager.io/v1alpha2", "", "cert-manager", ("1.4", "1.6"), "acme.cert-manager.io/v1"),
    row("acme.cert-manager.io/v1alpha3", "", "cert-manager", ("1.4", "1.6"), "acme.cert-manager.io/v1"),
    row("acme.cert-manager.io/v1beta1", "", "cert-manager", ("1.4", "1.6"), "acme.cert-manager.io/v1"),
    row("authentication.istio.io/v1alpha1", "", "Istio", ("1.5", "1.6"), "security.istio.io/v1"),
    row("cert-manager.io/v1alpha2", "", "cert-manager", ("1.4", "1.6"), "cert-manager.io/v1"),
    row("cert-manager.io/v1alpha3", "", "cert-manager", ("1.4", "1.6"), "cert-manager.io/v1"),
    row("cert-manager.io/v1beta1", "", "cert-manager", ("1.4", "1.6"), "cert-manager.io/v1"),
    row("certmanager.k8s.io/v1alpha1", "", "cert-manager", ("0.11", "0.11"), "cert-manager.io/v1"),
    row("eventing.knative.dev/v1beta1", "Broker", "Knative", ("0.18", "1.0"), "eventing.knative.dev/v1"),
    row("eventing.knative.dev/v1beta1", "Trigger", "Knative", ("0.18", "1.0"), "eventing.knative.dev/v1"),
    row(
        "gateway.networking.k8s.io/v1alpha2",
        "GRPCRoute",
        "Gateway API",
        ("1.1", ""),
        "gateway.networking.k8s.io/v1",
    ),
    row(
        "gateway.networking.k8s.io/v1alpha2",
        "Gateway",
        "Gateway API",
        ("0.6", "1.0"),
        "gateway.networking.k8s.io/v1",
    ),
    row(
        "gateway.networking.k8s.io/v1alpha2",
        "GatewayClass",
        "Gateway API",
        ("0.6", "1.0"),
        "gateway.networking.k8s.io/v1",
    ),
    row(
        "gateway.networking.k8s.io/v1alpha2",
        "HTTPRoute",
        "Gateway API",
        ("0.6", "1.0"),
        "gateway.networking.k8s.io/v1",
    ),
    row(
        "gateway.networking.k8s.io/v1alpha2",
        "ReferenceGrant",
        "Gateway API",
        ("0.6", ""),
        "gateway.networking.k8s.io/v1beta1",
    ),
    row("helm.fluxcd.io/v1", "HelmRelease", "Flux", ("2.0", "2.0"), "helm.toolkit.fluxcd.io/v2"),
    row("helm.toolkit.fluxcd.io/v2beta1", "", "Flux", ("2.2", ""), "helm.toolkit.fluxcd.io/v2"),
    row("helm.toolkit.fluxcd.io/v2beta2", "", "Flux", ("2.3", ""), "helm.toolkit.fluxcd.io/v2"),
    row("keda.k8s.io/v1alpha1", "", "KEDA", ("2.0", "2.0"), "keda.sh/v1alpha1"),
    row("kustomize.toolkit.fluxcd.io/v1beta1", "", "Flux", ("0.24", ""), "kustomize.toolkit.fluxcd.io/v1"),
    row("kustomize.toolkit.fluxcd.io/v1beta2", "", "Flux", ("2.0", ""), "kustomize.toolkit.fluxcd.io/v1"),
    row("networking.x-k8s.io/v1alpha1", "", "Gateway API", ("0.4", "0.5"), "gateway.networking.k8s.io/v1"),
    row(
        "notification.toolkit.fluxcd.io/v1beta1",
        "",
        "Flux",
        ("0.28", ""),
        "notification.toolkit.fluxcd.io/v1beta3 (Receiver: v1)",
    ),
    row(
        "notification.toolkit.fluxcd.io/v1beta2",
        "Receiver",
        "Flux",
        ("2.0", ""),
        "notification.toolkit.fluxcd.io/v1",
    ),
    row("rbac.istio.io/v1alpha1", "", "Istio", ("1.4", "1.6"), "security.istio.io/v1"),
    row("serving.knative.dev/v1alpha1", "", "Knative", ("0.15", "0.20"), "serving.knative.dev/v1"),
    row("serving.knative.dev/v1beta1", "", "Knative", ("0.15", "0.20"), "serving.knative.dev/v1"),
    row("source.toolkit.fluxcd.io/v1beta1", "", "Flux", ("0.28", ""), "source.toolkit.fluxcd.io/v1"),
    row(
        "source.toolkit.fluxcd.io/v1beta2",
        "GitRepository",
        "Flux",
        ("2.0", ""),
        "source.toolkit.fluxcd.io/v1",
    ),
    row("source.toolkit.fluxcd.io/v1beta2", "HelmChart", "Flux", ("2.3", ""), "source.toolkit.fluxcd.io/v1"),
    row(
        "source.toolkit.fluxcd.io/v1beta2",
        "HelmRepository",
        "Flux",
        ("2.3", ""),
        "source.toolkit.fluxcd.io/v1",
    ),
    row("traefik.containo.us/v1alpha1", "", "Traefik", ("2.10", "3.0"), "traefik.io/v1alpha1"),
];

/// The row about a kind.
pub(in crate::schema) fn find(api_version: &str, kind: &str) -> Option<&'static Deprecated> {
    let first = DEPRECATED.partition_point(|row| row.api_version < api_version);
    let rows = DEPRECATED.get(first..).unwrap_or_default();
    let mut same = rows.iter().take_while(|row| row.api_version == api_version);
    same.find(|row| row.kind.is_empty() || row.kind == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_order_and_found() {
        assert!(DEPRECATED.is_sorted_by_key(|row| (row.api_version, row.kind)));
        for row in DEPRECATED {
            let kind = if row.kind.is_empty() { "Any" } else { row.kind };
            assert_eq!(find(row.api_version, kind), Some(row));
        }
        assert_eq!(find("cert-manager.io/v1", "Certificate"), None);
        assert_eq!(find("gateway.networking.k8s.io/v1alpha2", "TCPRoute"), None);
    }
}
