//! The rules, each with its page.

gate_sdk::rules! {
    /// ### What it does
    /// Finds changes of a production environment that do not come by the promotion path. A change is on the path
    /// if its pull request goes from the branch of the environment before into production's branch (and not from
    /// a fork), or if the environment before has the same change already: every value that the change sets is
    /// the same there, and everything that it takes away is gone there.
    ///
    /// Production is what the setting `production` names; without it, the last environment of the promotion
    /// order and every environment called prod, production, prd or live. Where the gate only guessed the
    /// environments from the folders, this is a warning.
    ///
    /// ### Why is this bad
    /// Nobody has seen the change run. And production then differs from the environment that is meant to show
    /// what will happen there, so that the next promotion brings a surprise.
    ///
    /// ### Example
    /// A pull request that changes `overlays/prod/kustomization.yaml` alone:
    /// ```yaml
    /// images:
    ///   - name: shop/web
    ///     newTag: 1.5.0 # overlays/stage still has 1.4.2
    /// ```
    ///
    /// ### Use instead
    /// Change the environment before, let it run, then bring the same values to production; or merge the branch
    /// `stage` into the branch that deploys production.
    pub DIRECT_PRODUCTION_CHANGE = error "direct-production-change": "Change of production that skips the environment before";

    /// ### What it does
    /// Finds changes of files that belong to no environment, or to another one, and reach production together
    /// with other environments: a shared base, a component, common values. The environments are named.
    ///
    /// ### Why is this bad
    /// The change arrives everywhere at the same moment. There is no environment left in which a mistake shows
    /// before production has it.
    ///
    /// ### Example
    /// ```yaml
    /// # base/deployment.yaml, used by overlays/dev, overlays/stage and overlays/prod
    /// spec:
    ///   replicas: 0
    /// ```
    ///
    /// ### Use instead
    /// Make the change as a patch of the first environment, promote it from one to the next, and move it into
    /// the base when all have it; or pin the base of production to a version.
    pub SHARED_BASE_CHANGE = warning "shared-base-change": "Change of a shared base that reaches production at once";
}
