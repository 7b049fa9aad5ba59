//! The rules. Each doc comment is the rule's page, as reports and `gate explain` show it; the tests ask for the four
//! headings.

use gate_sdk::rules;

rules! {
    /// ### What it does
    /// Finds workloads and namespaces that have neither the label nor the annotation that names their owner, or have
    /// an empty one. The setting `key` says which label or annotation that is.
    ///
    /// ### Why is this bad
    /// When it breaks at night, nobody knows whom to call. When it is no longer needed, nobody dares to remove it.
    ///
    /// ### Example
    /// ```yaml
    /// metadata:
    ///   name: web
    /// ```
    ///
    /// ### Use instead
    /// ```yaml
    /// metadata:
    ///   name: web
    ///   labels:
    ///     owner: team-shop
    /// ```
    pub MISSING_OWNER = error "missing-owner": "Workload or namespace without an owner";

    /// ### What it does
    /// Finds owners that match none of the patterns of the setting `owners`.
    ///
    /// ### Why is this bad
    /// A team that was renamed, or a misspelt name, is as good as no owner.
    ///
    /// ### Example
    /// ```yaml
    /// # with the setting `owners: ["team-*"]`
    /// labels:
    ///   owner: joe
    /// ```
    ///
    /// ### Use instead
    /// ```yaml
    /// labels:
    ///   owner: team-shop
    /// ```
    pub UNKNOWN_OWNER = error "unknown-owner": "Owner that nobody knows";
}
