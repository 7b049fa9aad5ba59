//! Go modules with CustomResourceDefinitions as their projects publish them: the first module that has a kind wins.

use crate::sources::{Client, Source};

/// A module, and the folders in it that have definitions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DefinitionSource {
    pub source: Source,
    pub folders: &'static [&'static str],
}

const APACHE: &str = "Apache-2.0";
const MIT: &str = "MIT";

/// All of them.
pub(crate) const DEFINITIONS: &[DefinitionSource] = &[
    definitions(
        "sigs.k8s.io/kueue",
        "v0.15.0",
        APACHE,
        &["config/components/crd/bases"],
        "07846a471b452b375a154a0045b7704efb71ab7f5c714760445cba0ca6d1bf09",
    ),
    definitions(
        "sigs.k8s.io/gateway-api",
        "v1.6.3",
        APACHE,
        &["config/crd/experimental"],
        "7c5d0a931d6ffb3e08ac4d5318969faaa6acf25a40ad13cc5978c22117e9b64b",
    ),
    definitions(
        "sigs.k8s.io/external-dns",
        "v0.20.0",
        APACHE,
        &["config/crd/standard"],
        "e4e6d7ccb733ab03a7dbd936191f3a3955ae824b2b3702ef2f7e2a2e3f2554b8",
    ),
    definitions(
        "sigs.k8s.io/karpenter",
        "v1.12.1",
        APACHE,
        &["pkg/apis/crds"],
        "054835015465311bd3f9246010226d88007ab6951c0395dbe5b5a90113d5b8ad",
    ),
    definitions(
        "github.com/aws/karpenter-provider-aws",
        "v1.14.1",
        APACHE,
        &["pkg/apis/crds"],
        "e9b23024136d37c5e3ffa74ccab30c64100064539c55343e039a4e6f6ad55ea0",
    ),
    definitions(
        "istio.io/api",
        "v1.31.1",
        APACHE,
        &["kubernetes"],
        "161774477eaf22cf661d19213b61e6d420d87a459472b0cbbd4601800f8371db",
    ),
    definitions(
        "knative.dev/serving",
        "v0.51.0",
        APACHE,
        &["config/core/300-resources"],
        "e5fad67067f75c34384067106c8217e51460d5242172a735bf25f9abc38ae0e5",
    ),
    definitions(
        "knative.dev/eventing",
        "v0.46.0",
        APACHE,
        &["config/core/resources"],
        "d0483ace4eb74f3e8605dc59db5d39e57c14f681ca414849e5d32d2b37e84b26",
    ),
    definitions(
        "go.universe.tf/metallb",
        "v0.16.2",
        APACHE,
        &["config/crd/bases"],
        "047ce90db1f982cd182d372119712fccb6d3c8d9be89c8783df0580f9b5911c8",
    ),
    definitions(
        "github.com/argoproj/argo-cd/v3",
        "v3.1.0",
        APACHE,
        &["manifests/crds"],
        "c0a0c4524a9b3bd9ccc5f0febf982d2de4ad9a8fd1b86b5f24b426040dbaab8e",
    ),
    definitions(
        "github.com/argoproj/argo-rollouts",
        "v1.8.5",
        APACHE,
        &["manifests/crds"],
        "cabbe45dc3eef11cac70fed1a27308f20577c7859712fd6496bbbc245691bbf9",
    ),
    definitions(
        "github.com/argoproj/argo-workflows/v3",
        "v3.7.0",
        APACHE,
        &["manifests/base/crds/full"],
        "6b0bdfd3932513492b315d983eaf93eec2fc281f3197af325c5a64c9f5d96513",
    ),
    definitions(
        "github.com/bitnami-labs/sealed-secrets",
        "v0.40.0",
        APACHE,
        &["helm/sealed-secrets/crds"],
        "47a9508cf40e90a71e08691c461ac811e7b2ea18ec3142aba3ce0b973974d357",
    ),
    definitions(
        "github.com/cert-manager/cert-manager",
        "v1.21.2",
        APACHE,
        &["deploy/crds"],
        "cfaf1fb53965a5fd60490861387b7dbf34cd40987c878a4f1e247f836eef4782",
    ),
    definitions(
        "github.com/cloudnative-pg/cloudnative-pg",
        "v1.27.0",
        APACHE,
        &["config/crd/bases"],
        "ac5797d1ac9a5cb939f1321de56f0d5e3fec3b4ade4bbe3f6e67806f7142d6d9",
    ),
    definitions(
        "github.com/crossplane/crossplane/v2",
        "v2.0.2",
        APACHE,
        &["cluster/crds", "cluster/meta"],
        "7d4721fa37c6348e959693f1d69bd4467a82b8d1a015cdde59152977b49634aa",
    ),
    definitions(
        "github.com/envoyproxy/gateway",
        "v1.9.1",
        APACHE,
        &["charts/gateway-helm/charts/crds/crds/generated"],
        "bf9a96d6a5ff39739ae23add1f199ae34e7af21a82ce80d89fb515705ea65a1e",
    ),
    definitions(
        "github.com/external-secrets/external-secrets",
        "v1.3.2",
        APACHE,
        &["config/crds/bases"],
        "ff62f532fe5bbce8e749b41b46294ed6dddff86c9560c200c6304f7ef660e342",
    ),
    definitions(
        "github.com/fluxcd/source-controller",
        "v1.9.6",
        APACHE,
        &["config/crd/bases"],
        "4e30c162061f4a84fd146bd1626f902e0b0f37c9d3782dd4006d3988a8c2adda",
    ),
    definitions(
        "github.com/fluxcd/kustomize-controller",
        "v1.9.6",
        APACHE,
        &["config/crd/bases"],
        "32f2326a5685e10a50c17e1f213d3714cad4fd4f2ca32ccea5437dc6effd78cd",
    ),
    definitions(
        "github.com/fluxcd/helm-controller",
        "v1.4.0",
        APACHE,
        &["config/crd/bases"],
        "0fec205b773fd4829a69ff9b287f3d5edbdfa6f096dea93943c7f84dc4746c82",
    ),
    definitions(
        "github.com/fluxcd/notification-controller",
        "v1.6.0",
        APACHE,
        &["config/crd/bases"],
        "0ac3d25329cb8ec2560d356e6650eaa452e07b0b51b59cdc6b7de78965c30757",
    ),
    definitions(
        "github.com/kedacore/keda/v2",
        "v2.21.0",
        APACHE,
        &["config/crd/bases"],
        "74b59fe16144250748b716d6dc8789dee52d26164daab732145bed60456013a4",
    ),
    definitions(
        "github.com/kubernetes-csi/external-snapshotter/client/v8",
        "v8.2.0",
        APACHE,
        &["config/crd"],
        "42c5e7254a6f46d7c91c37e97b166c1c2e5d029ddc36e617f3090784545d6809",
    ),
    definitions(
        "github.com/kyverno/kyverno",
        "v1.19.1",
        APACHE,
        &["config/crds"],
        "e9d374f6904c4b39de932ad7ade582e90159f520dbb27337415639f5ae2c73bf",
    ),
    definitions(
        "github.com/prometheus-operator/prometheus-operator",
        "v0.85.0",
        APACHE,
        &["example/prometheus-operator-crd"],
        "0bdb88ed823d0f2e86cf909638439b6ad1da744a228172c7411d9987527dc5d1",
    ),
    definitions(
        "github.com/tektoncd/pipeline",
        "v1.9.0",
        APACHE,
        &["config"],
        "762eb6e99ae270ef3daaccac0011f12b9ac906db5b9efa3f0a6daf242237894f",
    ),
    definitions(
        "github.com/tektoncd/triggers",
        "v0.33.0",
        APACHE,
        &["config"],
        "18e073d55a38f46cafe6494fe3598a7a62fc1937974b3e600c39b7109e4b7f5e",
    ),
    definitions(
        "github.com/traefik/traefik/v3",
        "v3.6.0",
        MIT,
        &["docs/content/reference/dynamic-configuration"],
        "4ceeda6d3d35bcf3b865a360f6dd32d28a6a467777ade15a11ce8cd8381d5bdc",
    ),
    definitions(
        "github.com/vmware-tanzu/velero",
        "v1.17.0",
        APACHE,
        &["config/crd/v1/bases"],
        "2a42ae71612f3d1371dbad6e5e481ff2eb6a8cac920e8156d8764b0e35262c79",
    ),
];

/// Groups whose kinds are those of another group: a fork that renamed the group and nothing else. A kind that a source
/// has is never replaced.
pub(crate) const TWINS: [(&str, &str); 1] = [("monitoring.coreos.com", "monitoring.rhobs")];

const fn definitions(
    package: &'static str,
    version: &'static str,
    licence: &'static str,
    folders: &'static [&'static str],
    sha256: &'static str,
) -> DefinitionSource {
    let gives = "custom resources, from their definitions";
    let source = Source { client: Client::Go, package, version, sha256, licence, gives };
    DefinitionSource { source, folders }
}
