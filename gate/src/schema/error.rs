//! What can go wrong with schemas themselves, as opposed to the objects that they judge.

/// A schema, a pack or a version that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// Not a Kubernetes version.
    #[error("`{text}` is no Kubernetes version; write one such as 1.33")]
    Version {
        /// As written.
        text: String,
    },
    /// A pack that is cut short, changed, or of another format version.
    #[error("the schema pack is damaged or of another version: {what}")]
    Pack {
        /// Which part, and how.
        what: &'static str,
    },
    /// A CustomResourceDefinition that has no usable schema.
    #[error("this CustomResourceDefinition cannot be used as a schema: {what}")]
    Crd {
        /// What is missing or wrong.
        what: String,
    },
    /// A JSON Schema that cannot be used.
    #[error("the schema cannot be used: {what}")]
    JsonSchema {
        /// What is wrong with it.
        what: String,
    },
    /// More text or nodes than a table can address.
    #[error("the schema is too large")]
    TooLarge,
}
