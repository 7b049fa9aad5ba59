//! Write policies for gitops-gate in Rust.
//!
//! A policy is one type that implements [`Policy`]: what it is called, which rules it has, which documents it
//! wants, and `check`. It reads documents through [`Value`] handles, and reports with the handle that it read:
//! the JSON pointer comes with it, and the gate turns it into file, line and column.
//!
//! ```
//! use gate_sdk::{Document, Findings, Metadata, NoSettings, Policy, SettingsIssue};
//!
//! gate_sdk::rules! {
//!     /// ### What it does
//!     /// Finds workloads with a single replica.
//!     ///
//!     /// ### Why is this bad
//!     /// They are down while their node is drained.
//!     pub SINGLE_REPLICA = warning "single-replica": "Workload with one replica";
//! }
//!
//! struct Replicas;
//!
//! impl Policy for Replicas {
//!     type Settings = NoSettings;
//!     const METADATA: Metadata = Metadata { rules: RULES, ..Metadata::new("replicas", "0.1.0", "Replicas") };
//!
//!     fn new(_: NoSettings) -> Result<Self, Vec<SettingsIssue>> {
//!         Ok(Self)
//!     }
//!
//!     fn check(&self, document: &Document<'_>, findings: &mut Findings) {
//!         let replicas = document.object().and_then(|object| object.find("/spec/replicas"));
//!         if let Some(replicas) = replicas.filter(|value| value.as_i64() == Some(1)) {
//!             findings.at(replicas, &SINGLE_REPLICA, "one replica");
//!         }
//!     }
//! }
//!
//! gate_sdk::policy!(Replicas);
//! ```
//!
//! Built for `wasm32-unknown-unknown`, [`policy!`] exports the type as a component with no imports; built for
//! anything else it does nothing, so the same code runs under `cargo test` (see [`testing`]).
#![deny(missing_docs)]

#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod component;
mod document;
mod findings;
pub mod glob;
pub mod json;
mod policy;
mod run;
mod settings;
#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
pub mod testing;
mod workload;

pub use document::{Context, Document, Environment, Operation, PullRequest, Role, Source};
pub use findings::{Finding, Findings, Fix};
pub use json::{Json, Kind, Value};
pub use policy::{Match, Metadata, NoSettings, Policy, Rule, Scope, SettingsIssue, Severity};
pub use run::{Failure, check_settings, evaluate};
pub use settings::from_value;
pub use workload::{Container, ContainerRole, PodSpec};

/// Exports a [`Policy`] as a WebAssembly component; does nothing in a native build.
#[macro_export]
macro_rules! policy {
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
