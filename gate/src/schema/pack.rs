//! Makes the embedded pack. Only the development tool that downloads the sources calls this; it is here so that the
//! pack and the CustomResourceDefinitions read at run time are compiled by the same code.

use serde_json::Value;

use super::compile::{Compiler, Dialect};
use super::table::{DEPRECATED_SHIFT, KIND_CLUSTER, KIND_CUSTOM, KIND_NAMESPACED, REMOVED_SHIFT};
use super::writer::TableWriter;
use super::{KubeVersion, SchemaError, Scope};

/// The name of ObjectMeta's definition.
const OBJECT_META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/// A pack in the making. The same calls in the same order give the same bytes.
#[derive(Debug)]
pub struct PackBuilder {
    writer: TableWriter,
    oldest: KubeVersion,
    mask: u32,
}

impl PackBuilder {
    /// A pack whose oldest Kubernetes version is `oldest`; it can hold that one and the 31 after it.
    pub fn new(oldest: KubeVersion) -> Self {
        Self { writer: TableWriter::new(), oldest, mask: 0 }
    }

    /// Adds a definition of one Kubernetes version. `$ref`s name other definitions of the same version.
    ///
    /// # Errors
    /// If the version is outside the pack's range, or there is no room left.
    pub fn definition(
        &mut self,
        version: KubeVersion,
        name: &str,
        schema: &Value,
    ) -> Result<(), SchemaError> {
        let bit = self.bit(version)?;
        let index = self.writer.definition(name)?;
        let node = self.compiler(Dialect::BuiltIn).compile(schema)?;
        self.writer.define(index, bit, node);
        Ok(())
    }

    /// Says that a built-in kind is the definition `name` in one Kubernetes version.
    ///
    /// # Errors
    /// As [`Self::definition`].
    pub fn built_in(
        &mut self,
        version: KubeVersion,
        kind: (&str, &str),
        name: &str,
        scope: Scope,
    ) -> Result<(), SchemaError> {
        let bit = self.bit(version)?;
        let reference = serde_json::json!({ "$ref": name });
        let node = self.compiler(Dialect::BuiltIn).compile(&reference)?;
        self.writer.kind(kind, scope_flag(scope), bit, node)
    }

    /// Says which minor versions deprecate and remove a built-in kind; 0 for none.
    ///
    /// # Errors
    /// If the kind was not added before.
    pub fn lifecycle(&mut self, kind: (&str, &str), deprecated: u8, removed: u8) -> Result<(), SchemaError> {
        let flags = u32::from(deprecated) << DEPRECATED_SHIFT | u32::from(removed) << REMOVED_SHIFT;
        self.writer.kind_flags(kind, flags)
    }

    /// Adds a custom resource, for every version. An object without properties may hold anything: the
    /// sources do not tell one that must be empty from one that is not described.
    ///
    /// # Errors
    /// If there is no room left, or the schema is nested too deeply.
    pub fn custom(&mut self, kind: (&str, &str), schema: &Value, scope: Scope) -> Result<(), SchemaError> {
        let node = self.compiler(Dialect::LossyCustom).compile_root(schema)?;
        self.writer.kind(kind, KIND_CUSTOM | scope_flag(scope), u32::MAX, node)
    }

    /// Says that the definition of a custom resource deprecates this version of it.
    ///
    /// # Errors
    /// If the kind was not added before.
    pub fn deprecated(&mut self, kind: (&str, &str)) -> Result<(), SchemaError> {
        self.writer.kind_flags(kind, 1 << DEPRECATED_SHIFT)
    }

    /// The pack.
    ///
    /// # Errors
    /// If it is too large to be addressed.
    pub fn finish(self) -> Result<Vec<u8>, SchemaError> {
        self.writer.finish(self.oldest.minor, self.mask, Some(OBJECT_META))
    }

    fn compiler(&mut self, dialect: Dialect) -> Compiler<'_> {
        Compiler::new(&mut self.writer, dialect)
    }

    fn bit(&mut self, version: KubeVersion) -> Result<u32, SchemaError> {
        let shift = version.minor.checked_sub(self.oldest.minor).ok_or(SchemaError::TooLarge)?;
        let bit = 1u32.checked_shl(u32::from(shift)).ok_or(SchemaError::TooLarge)?;
        self.mask |= bit;
        Ok(bit)
    }
}

fn scope_flag(scope: Scope) -> u32 {
    match scope {
        Scope::Namespaced => KIND_NAMESPACED,
        Scope::Cluster => KIND_CLUSTER,
        Scope::Unknown => 0,
    }
}
