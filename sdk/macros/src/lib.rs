//! Derives of `gate-sdk`; use them from there.

mod attributes;
mod case;
mod expand;
mod input;
mod json;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives the JSON Schema of a settings type: doc comments become descriptions, defaults become defaults.
///
/// On structs with named fields and on enums of unit variants, together with serde's `Deserialize`. Fields may be of
/// type `String`, `bool`, an integer, `f32`, `f64`, `Vec<T>`, `Option<T>`, `BTreeMap<String, T>` or any type that derives
/// this, too. It also derives `ToJson`, for the defaults.
///
/// It reads serde's own attributes and refuses to compile with one that it does not know, because the schema would
/// then say something else than the type: of types `rename_all`, `default` and `deny_unknown_fields`; of fields
/// `rename`, `default`, `skip` and `flatten` (of a `BTreeMap<String, T>`: whatever key is left); of variants
/// `rename`.
///
/// What serde cannot say is for `#[schema(…)]` on a field: `pattern`, `format`, `min_length`, `max_length`, `minimum`,
/// `maximum`, `min_items`, `max_items`, `examples = […]`, and `items(…)` with the same keys for what a list or map holds.
/// The gate checks these before the policy is asked; in native tests nobody does.
#[proc_macro_derive(SettingsSchema, attributes(serde, schema))]
pub fn settings_schema(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    input::Input::read(&input)
        .map_or_else(|error| error.into_compile_error(), |input| expand::expand(&input))
        .into()
}
