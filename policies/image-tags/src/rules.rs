//! The rules, each with its page.

gate_sdk::rules! {
    /// ### What it does
    /// Finds container images with neither a tag nor a digest. In documents outside every environment it is a
    /// warning, because a kustomization may still set the tag.
    ///
    /// ### Why is this bad
    /// Without a tag the runtime pulls `latest`. What runs is then decided by the registry and by the moment of
    /// the pull: two nodes can run different programs, a rollback does not bring the old one back, and the
    /// commit does not tell what was deployed.
    ///
    /// ### Example
    /// ```yaml
    /// image: registry.example.com:5000/shop/web
    /// ```
    ///
    /// ### Use instead
    /// ```yaml
    /// image: registry.example.com:5000/shop/web:1.4.2
    /// ```
    pub MISSING_IMAGE_TAG = error "missing-image-tag": "Image without tag and digest";

    /// ### What it does
    /// Finds tags that are known to move: `latest`, `latest-*`, `*-latest`, and what the setting `moving-tags`
    /// names. A digest beside the tag makes it harmless.
    ///
    /// ### Why is this bad
    /// A tag that is pushed again and again changes what runs without a commit and without a review.
    ///
    /// ### Example
    /// ```yaml
    /// image: shop/web:latest
    /// ```
    ///
    /// ### Use instead
    /// ```yaml
    /// image: shop/web:1.4.2
    /// ```
    pub MUTABLE_IMAGE_TAG = error "mutable-image-tag": "Image tag that moves";

    /// ### What it does
    /// Finds tags that are no SemVer version, in environments that demand one: by default production
    /// (`1.2.3`) and staging (`1.2.3` or `1.2.3-rc.1`). A leading `v` is accepted unless the setting `v-prefix`
    /// forbids it, and a digest stands in for the version unless the settings say otherwise.
    ///
    /// ### Why is this bad
    /// A branch name, a date or a commit id does not say which release it is, whether an upgrade can break
    /// anything, or which of two deployments is newer.
    ///
    /// ### Example
    /// ```yaml
    /// # in production
    /// image: shop/web:main-20260801
    /// ```
    ///
    /// ### Use instead
    /// ```yaml
    /// image: shop/web:1.4.2
    /// ```
    pub NON_SEMVER_IMAGE_TAG = error "non-semver-image-tag": "Image tag that is no version";

    /// ### What it does
    /// Finds SemVer pre-releases (`1.2.3-rc.1`) in environments that take releases only: by default production.
    /// Suffixes that name a variant of a release (`1.2.3-alpine`) can be listed in the setting `variants`.
    ///
    /// ### Why is this bad
    /// By its own version the image is not finished.
    ///
    /// ### Example
    /// ```yaml
    /// # in production
    /// image: shop/web:1.5.0-rc.1
    /// ```
    ///
    /// ### Use instead
    /// ```yaml
    /// image: shop/web:1.5.0
    /// ```
    pub PRERELEASE_IMAGE_TAG = error "prerelease-image-tag": "Pre-release of an image where releases are due";

    /// ### What it does
    /// Finds images without a digest, in environments whose setting is `digest: required`.
    ///
    /// ### Why is this bad
    /// Whoever can push to the registry can move any tag, also one that looks like a version. A digest names the
    /// content itself.
    ///
    /// ### Example
    /// ```yaml
    /// image: shop/web:1.4.2
    /// ```
    ///
    /// ### Use instead
    /// ```yaml
    /// image: shop/web:1.4.2@sha256:7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730
    /// ```
    pub MISSING_IMAGE_DIGEST = error "missing-image-digest": "Image without the digest that is required";

    /// ### What it does
    /// Finds image references that no container runtime can read: empty, with spaces, with capital letters in
    /// the repository, with a tag or digest of the wrong form.
    ///
    /// ### Why is this bad
    /// The pod stays in `InvalidImageName`.
    ///
    /// ### Example
    /// ```yaml
    /// image: Shop/Web:1.4.2
    /// ```
    ///
    /// ### Use instead
    /// ```yaml
    /// image: shop/web:1.4.2
    /// ```
    pub MALFORMED_IMAGE_REFERENCE = error "malformed-image-reference": "Image reference that cannot be read";
}
