//! Write policies for gitops-gate in Rust.
//!
//! A policy is one type that implements [`Policy`]: what it is called, which rules it has, which documents it
//! wants, what the operator may set, and `check`. It reads documents through [`Value`] handles, and reports with the
//! handle that it read: the JSON pointer comes with it, and the gate turns it into file, line and column.
//!
//! ```
//! use gate_sdk::{Document, Findings, Metadata, Policy, SettingsIssue, SettingsSchema};
//! use serde::Deserialize;
//!
//! gate_sdk::rules! {
//!     /// ### What it does
//!     /// Finds workloads with fewer replicas than the setting `least` asks for.
//!     ///
//!     /// ### Why is this bad
//!     /// They are down while their node is drained.
//!     pub FEW_REPLICAS = warning "few-replicas": "Workload with too few replicas";
//! }
//!
//! /// How many replicas are enough.
//! #[derive(Deserialize, SettingsSchema)]
//! #[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
//! struct Settings {
//!     /// The least number of replicas.
//!     #[schema(minimum = 1)]
//!     least: u32,
//! }
//!
//! impl Default for Settings {
//!     fn default() -> Self {
//!         Self { least: 2 }
//!     }
//! }
//!
//! struct Replicas {
//!     settings: Settings,
//! }
//!
//! impl Policy for Replicas {
//!     type Settings = Settings;
//!     const METADATA: Metadata = Metadata { rules: RULES, ..Metadata::new("replicas", "0.1.0", "Replicas") };
//!
//!     fn new(settings: Settings) -> Result<Self, Vec<SettingsIssue>> {
//!         Ok(Self { settings })
//!     }
//!
//!     fn check(&self, document: &Document<'_>, findings: &mut Findings) {
//!         let least = self.settings.least;
//!         let replicas = document.object().and_then(|object| object.find("/spec/replicas"));
//!         if let Some(replicas) = replicas.filter(|value| value.as_i64().is_some_and(|n| n < i64::from(least))) {
//!             let finding = findings.at(replicas, &FEW_REPLICAS, format!("fewer than {least} replicas"));
//!             finding.suggest("run more of them").replace(replicas, least);
//!         }
//!     }
//! }
//!
//! gate_sdk::policy!(Replicas);
//!
//! // What the gate does with it, natively:
//! use gate_sdk::{Context, Operation, Source, evaluate};
//! let context = Context::default();
//! let source = Source { object: Some(r#"{"spec":{"replicas":1}}"#.to_owned()), ..Source::default() };
//! let document = Document::new(0, Operation::Create, source, &context);
//! let findings = evaluate::<Replicas>(r#"{"least": 3}"#, &[document]).unwrap_or_default();
//! assert_eq!(findings[0].pointer.as_deref(), Some("/spec/replicas"));
//! ```
//!
//! | to | see |
//! |---|---|
//! | read a document | [`Document`], [`Value`], and [`json`] on how little of it is read |
//! | find pods and containers | [`Document::pod_specs`], [`Document::containers`] |
//! | read labels, annotations, owners | [`Document::labels`], [`Document::owner_references`] |
//! | report, and suggest a fix | [`Findings`], [`Finding`], [`Patch`] |
//! | let operators set something | [`macro@SettingsSchema`] |
//! | match paths, search texts | [`glob`], [`text`](mod@text) |
//! | test | [`testing`] (feature `testing`) |
//!
//! Built for `wasm32-unknown-unknown`, [`policy!`] exports the type as a component with no imports; built for
//! anything else it does nothing, so the same code runs under `cargo test`. A component brings its allocator with it:
//! a policy must not declare another.
#![deny(missing_docs)]

// The derives name this crate by its name, also in here.
extern crate self as gate_sdk;

#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod component;
mod document;
mod findings;
pub mod glob;
#[cfg(any(target_arch = "wasm32", test))]
mod heap;
pub mod json;
mod object_meta;
mod patch;
mod policy;
mod run;
pub mod schema;
mod settings;
#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
pub mod testing;
pub mod text;
mod workload;

pub use document::{Context, Document, Environment, Operation, PullRequest, Role, Source};
pub use findings::{Finding, Findings, Fix, Related};
pub use gate_sdk_macros::SettingsSchema;
pub use json::{Json, Kind, Value};
pub use object_meta::OwnerReference;
pub use patch::Patch;
pub use policy::{Match, Metadata, NoSettings, Policy, Rule, Scope, SettingsIssue, Severity};
pub use run::{Failure, check_settings, evaluate, settings_schema};
pub use schema::SettingsSchema;
pub use settings::from_value;
pub use workload::{Container, ContainerRole, PodSpec};

/// Exports a [`Policy`] as a WebAssembly component; does nothing in a native build.
///
/// A policy that judges document by document and has no settings can be written as a function; the macro makes the
/// type, and exports it. What it makes is public and has the name that is given, so that cases can be run with it.
///
/// ```
/// use gate_sdk::{Document, Findings, Metadata};
/// # gate_sdk::rules! {
/// #     /// …
/// #     pub SINGLE_REPLICA = warning "single-replica": "Workload with one replica";
/// # }
///
/// gate_sdk::policy! {
///     /// Workloads need two replicas.
///     pub struct Replicas = Metadata { rules: RULES, ..Metadata::new("replicas", "0.1.0", "Replicas") };
///
///     fn check(document: &Document<'_>, findings: &mut Findings) {
///         let replicas = document.object().and_then(|object| object.find("/spec/replicas"));
///         if let Some(replicas) = replicas.filter(|value| value.as_i64() == Some(1)) {
///             findings.at(replicas, &SINGLE_REPLICA, "one replica");
///         }
///     }
/// }
/// ```
#[macro_export]
macro_rules! policy {
    (
        $(#[$about:meta])*
        $vis:vis struct $name:ident = $metadata:expr;

        fn check($document:ident: $of_document:ty, $findings:ident: $of_findings:ty) $body:block
    ) => {
        $(#[$about])*
        #[derive(Debug)]
        $vis struct $name;

        impl $crate::Policy for $name {
            type Settings = $crate::NoSettings;
            const METADATA: $crate::Metadata = $metadata;

            fn new(_: $crate::NoSettings) -> ::std::result::Result<Self, ::std::vec::Vec<$crate::SettingsIssue>> {
                Ok(Self)
            }

            fn check(&self, $document: $of_document, $findings: $of_findings) $body
        }

        $crate::policy!($name);
    };
    ($policy:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Exported = $crate::component::Component<$policy>;
            $crate::component::export_component!(Exported with_types_in $crate::component);
        };
    };
}

/// Declares the rules of a policy: each doc comment is the rule's page, as `gate explain` prints it.
///
/// Makes one constant [`Rule`] for each, and `RULES` with all of them.
///
/// ```
/// gate_sdk::rules! {
///     /// ### What it does
///     /// …
///     pub HOST_NETWORK = error "host-network": "Pod in the host's network";
/// }
/// assert_eq!(RULES[0].id, HOST_NETWORK.id);
/// ```
#[macro_export]
macro_rules! rules {
    ($($(#[doc = $help:literal])* $vis:vis $name:ident = $severity:ident $id:literal: $title:literal;)+) => {
        $(
            $(#[doc = $help])*
            $vis const $name: $crate::Rule = $crate::Rule {
                id: $id,
                title: $title,
                help: concat!($($help, "\n"),*),
                severity: $crate::severity!($severity),
            };
        )+
        /// Every rule of this policy.
        pub const RULES: &[$crate::Rule] = &[$($name),+];
    };
}

/// The severity that a word of [`rules!`] means.
#[doc(hidden)]
#[macro_export]
macro_rules! severity {
    (info) => {
        $crate::Severity::Info
    };
    (warning) => {
        $crate::Severity::Warning
    };
    (error) => {
        $crate::Severity::Error
    };
}
