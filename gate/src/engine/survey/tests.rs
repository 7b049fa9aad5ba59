use super::*;

/// `line minor strength` for each version that a file of this name and content names.
fn said(path: &str, text: &str) -> Vec<String> {
    let found = one(&RepoPath::from(path), text.as_bytes().to_vec());
    found.versions.iter().map(|sign| format!("{} {} {:?}", sign.line, sign.minor, sign.strength)).collect()
}

#[test]
fn versions_are_read_where_repositories_have_them() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "clusters/prod/cluster.yaml",
            "apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nspec:\n  topology:\n    version: v1.33.4\n",
            &["5 33 Cluster"],
        ),
        (
            "cp.yaml",
            "apiVersion: controlplane.cluster.x-k8s.io/v1beta2\nkind: KubeadmControlPlane\nspec: {version: v1.32.1}\n",
            &["3 32 Cluster"],
        ),
        (
            "eks.yaml",
            "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata:\n  version: 1.30\n",
            &["4 30 Cluster"],
        ),
        (
            "plan.yaml",
            "apiVersion: upgrade.cattle.io/v1\nkind: Plan\nspec:\n  version: v1.31.5+k3s1\n",
            &["4 31 Cluster"],
        ),
        (
            "cv.yaml",
            "apiVersion: config.openshift.io/v1\nkind: ClusterVersion\nspec: {desiredUpdate: {version: 4.16.3}}\n",
            &["3 29 Cluster"],
        ),
        (
            "shoot.yaml",
            "apiVersion: core.gardener.cloud/v1beta1\nkind: Shoot\nspec: {kubernetes: {version: '1.30'}}\n",
            &["3 30 Cluster"],
        ),
        (
            "talos/controlplane.yaml",
            "machine:\n  kubelet:\n    image: ghcr.io/siderolabs/kubelet:v1.35.6\n",
            &["3 35 Node"],
        ),
        ("talos/talconfig.yaml", "talosVersion: v1.11.0\nkubernetesVersion: v1.34.1\n", &["2 34 Node"]),
        ("infra/main.tf", "  kubernetes_version = \"1.31\"\n", &["1 31 Cluster"]),
        (
            "ansible/vars.yml",
            "k3s_release_version: v1.33.2+k3s1\nk3s_version: v1.33.2+k3s1\n",
            &["1 33 Node", "2 33 Node"],
        ),
        (".github/workflows/e2e.yaml", "      node_image: kindest/node:v1.36.1\n", &["1 36 Tested"]),
        (
            ".github/workflows/a.yml",
            "run: kubeconform -strict -kubernetes-version 1.33.0 .\n",
            &["1 33 Tested"],
        ),
        ("Makefile", "K8S_VERSION ?= 1.33\nKUBERNETES_VERSION := 1.32.1\n", &["1 33 Tested", "2 32 Tested"]),
        (".gitlab-ci.yml", "variables:\n  KUBERNETES_VERSION: \"1.32.0\"\n", &["2 32 Tested"]),
        (
            "vars/a.yaml",
            "# renovate: datasource=github-releases depName=kubernetes/kubernetes\nkube: v1.33.4\n",
            &["2 33 Node"],
        ),
        (".tool-versions", "kubectl 1.33.1\nhelm 3.1.0\n", &["1 33 Client"]),
        (".mise.toml", "[tools]\nkubectl = \"1.34.0\"\n", &["2 34 Client"]),
        // What looks like one and is none.
        ("a.yaml", "app.kubernetes.io/version: \"1.16.7\"\n", &[]),
        ("Chart.yaml", "kubeVersion: 1.25.0\n", &[]),
        ("csv.yaml", "spec:\n  minKubeVersion: 1.16.0\n", &[]),
        ("a.yaml", "# kubernetesVersion: 1.20.0\n", &[]),
        ("a.yaml", "kubernetesVersion: 1.200.0\n", &[]),
        ("tests/cluster.yaml", "kubernetesVersion: 1.20.0\n", &[]),
        ("a.yaml", "apiVersion: example.com/v1\nkind: Cluster\nspec: {topology: {version: v1.33.4}}\n", &[]),
        (
            "a.yaml",
            "apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nspec: {topology: {version: '{{ v }}'}}\n",
            &[],
        ),
    ];
    for (path, text, expected) in cases {
        assert_eq!(said(path, text), *expected, "{path} {text}");
    }
}

#[test]
fn hostile_files_say_nothing() {
    let bomb: String = std::iter::once("a0: &a0 [x, x]\n".to_owned())
        .chain((1..40).map(|n| format!("a{n}: &a{n} [*a{p}, *a{p}, *a{p}]\n", p = n - 1)))
        .chain(["apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\n".to_owned()])
        .collect();
    for text in [bomb.as_str(), "\0\u{1}", "kubernetes_version: v1.", "apiVersion: [cluster.x-k8s.io/v1"] {
        assert_eq!(said("a.yaml", text), Vec::<String>::new());
    }
}

#[test]
fn argo_cd_says_what_goes_where() {
    let text = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  destination: {name: prod-eu}\n  \
                sources:\n    - path: web\n    - path: '{{path}}'\n    - chart: x\n---\n\
                apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source: {path: api}\n  destination: {server: x}\n";
    let found = one(&RepoPath::from("apps.yaml"), text.as_bytes().to_vec());
    assert_eq!(found.deployed, [("web".to_owned(), "prod-eu".to_owned())]);
}

#[test]
fn definitions_are_counted() {
    let text = "kind: CustomResourceDefinition\n---\nkind: CustomResourceDefinition\n---\n  kind: CustomResourceDefinition\n";
    let found = one(&RepoPath::from("tests/crds.yaml"), text.as_bytes().to_vec());
    assert_eq!(found.definitions, [(RepoPath::from("tests/crds.yaml"), 2)]);
}
