//! The rules of the schema check: their ids, severities and pages.

use crate::model::{RuleInfo, Severity};

/// What can be wrong with an object by its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SchemaRule {
    /// A key that the schema does not have.
    UnknownField,
    /// A value of another type.
    WrongType,
    /// A required field that is not there.
    MissingField,
    /// A value outside its enum, pattern, range, length or format.
    InvalidValue,
    /// A rule of a CustomResourceDefinition, written in CEL.
    BrokenRule,
    /// Two items of a list map or set with the same key, which the server refuses.
    DuplicateListItem,
    /// Two items with the same key that only server-side apply refuses.
    ShadowedListItem,
    /// A name, a label or an annotation key of a wrong form.
    InvalidName,
    /// `null` where a value has to be.
    NullValue,
    /// A field that differs from the base and cannot be changed.
    ImmutableField,
    /// A field that the tool that reads it replaces by another one.
    DeprecatedField,
    /// A kind that this Kubernetes version, or its own project, is about to remove.
    DeprecatedApi,
    /// A kind that this Kubernetes version does not serve any more.
    RemovedApi,
    /// A kind that this Kubernetes version does not serve yet.
    FutureApi,
    /// A version of a known kind that nobody serves.
    UnknownApiVersion,
    /// A kind written in the wrong case.
    MisspeltKind,
    /// A CustomResourceDefinition that the server refuses.
    InvalidCrd,
    /// A change of a CustomResourceDefinition that its resources do not survive.
    BreakingCrdChange,
    /// A kind that whoever started the run does not want.
    RejectedKind,
}

impl SchemaRule {
    /// All rules, in the order of their pages.
    pub const ALL: [Self; 19] = [
        Self::UnknownField,
        Self::WrongType,
        Self::MissingField,
        Self::InvalidValue,
        Self::BrokenRule,
        Self::DuplicateListItem,
        Self::ShadowedListItem,
        Self::InvalidName,
        Self::NullValue,
        Self::ImmutableField,
        Self::DeprecatedField,
        Self::DeprecatedApi,
        Self::RemovedApi,
        Self::FutureApi,
        Self::UnknownApiVersion,
        Self::MisspeltKind,
        Self::InvalidCrd,
        Self::BreakingCrdChange,
        Self::RejectedKind,
    ];

    /// `schema/<rule>`.
    pub fn id(self) -> &'static str {
        match self {
            Self::UnknownField => "schema/unknown-field",
            Self::WrongType => "schema/wrong-type",
            Self::MissingField => "schema/missing-field",
            Self::InvalidValue => "schema/invalid-value",
            Self::BrokenRule => "schema/cel-rule",
            Self::DuplicateListItem => "schema/duplicate-list-item",
            Self::ShadowedListItem => "schema/shadowed-list-item",
            Self::InvalidName => "schema/invalid-name",
            Self::NullValue => "schema/null-value",
            Self::ImmutableField => "schema/immutable-field",
            Self::DeprecatedField => "schema/deprecated-field",
            Self::DeprecatedApi => "schema/deprecated-api",
            Self::RemovedApi => "schema/removed-api",
            Self::FutureApi => "schema/future-api",
            Self::UnknownApiVersion => "schema/unknown-api-version",
            Self::MisspeltKind => "schema/misspelt-kind",
            Self::InvalidCrd => "schema/invalid-crd",
            Self::BreakingCrdChange => "schema/breaking-crd-change",
            Self::RejectedKind => "schema/rejected-kind",
        }
    }

    /// The severity of its findings: an error for what the server refuses, a warning for what it takes with one.
    pub fn severity(self) -> Severity {
        match self {
            Self::ShadowedListItem | Self::DeprecatedField | Self::DeprecatedApi => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// One line that names the bad thing.
    pub fn title(self) -> &'static str {
        match self {
            Self::UnknownField => "Field that the schema does not have",
            Self::WrongType => "Value of the wrong type",
            Self::MissingField => "Required field is missing",
            Self::InvalidValue => "Value that is not allowed",
            Self::BrokenRule => "Rule of the CustomResourceDefinition is broken",
            Self::DuplicateListItem => "Two list items with the same key",
            Self::ShadowedListItem => "List item hidden by another one with the same key",
            Self::InvalidName => "Malformed name, label or annotation",
            Self::NullValue => "Null where a value is needed",
            Self::ImmutableField => "Change to a field that cannot be changed",
            Self::DeprecatedField => "Field that another one replaces",
            Self::DeprecatedApi => "API version that will be removed",
            Self::RemovedApi => "API that this Kubernetes version has removed",
            Self::FutureApi => "API that this Kubernetes version does not have yet",
            Self::UnknownApiVersion => "API version that does not exist",
            Self::MisspeltKind => "Kind written in the wrong case",
            Self::InvalidCrd => "CustomResourceDefinition that the server refuses",
            Self::BreakingCrdChange => "CustomResourceDefinition changed against its resources",
            Self::RejectedKind => "Kind that this run refuses",
        }
    }

    /// What `gate fix` mends of the rule's findings; none where a person has to decide.
    pub fn mends(self) -> Option<&'static str> {
        match self {
            Self::UnknownField => Some("a name that is near exactly one field of the schema"),
            Self::WrongType => Some("quotes that are missing, or that are too many"),
            Self::InvalidValue => Some("a listed value in the wrong case"),
            Self::DuplicateListItem | Self::ShadowedListItem => {
                Some("an item that is the same to the last field")
            }
            Self::DeprecatedApi | Self::RemovedApi => {
                Some("a version whose successor differs in its name only")
            }
            Self::MisspeltKind => Some("the case of kind and version"),
            _ => None,
        }
    }

    /// Everything about the rule but its findings.
    pub fn info(self) -> RuleInfo {
        RuleInfo {
            id: self.id().to_owned(),
            title: self.title().to_owned(),
            help: self.help().to_owned(),
            severity: self.severity(),
            help_url: super::links::rule(self).map(str::to_owned),
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::UnknownField => include_str!("help/unknown-field.md"),
            Self::WrongType => include_str!("help/wrong-type.md"),
            Self::MissingField => include_str!("help/missing-field.md"),
            Self::InvalidValue => include_str!("help/invalid-value.md"),
            Self::BrokenRule => include_str!("help/cel-rule.md"),
            Self::DuplicateListItem => include_str!("help/duplicate-list-item.md"),
            Self::ShadowedListItem => include_str!("help/shadowed-list-item.md"),
            Self::InvalidName => include_str!("help/invalid-name.md"),
            Self::NullValue => include_str!("help/null-value.md"),
            Self::ImmutableField => include_str!("help/immutable-field.md"),
            Self::DeprecatedField => include_str!("help/deprecated-field.md"),
            Self::DeprecatedApi => include_str!("help/deprecated-api.md"),
            Self::RemovedApi => include_str!("help/removed-api.md"),
            Self::FutureApi => include_str!("help/future-api.md"),
            Self::UnknownApiVersion => include_str!("help/unknown-api-version.md"),
            Self::MisspeltKind => include_str!("help/misspelt-kind.md"),
            Self::InvalidCrd => include_str!("help/invalid-crd.md"),
            Self::BreakingCrdChange => include_str!("help/breaking-crd-change.md"),
            Self::RejectedKind => include_str!("help/rejected-kind.md"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_own_id_and_a_page() {
        let mut ids: Vec<_> = SchemaRule::ALL.iter().map(|rule| rule.id()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), SchemaRule::ALL.len());
        for rule in SchemaRule::ALL {
            let info = rule.info();
            assert!(info.id.starts_with("schema/"), "{}", info.id);
            for part in ["## What it does", "## Why is this bad?", "## Example", "## Use instead"] {
                assert!(info.help.contains(part), "{} lacks {part}", info.id);
            }
        }
    }
}
