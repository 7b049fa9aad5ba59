//! The derived code.

use proc_macro2::TokenStream;
use quote::quote;

use crate::attributes::Default;
use crate::input::{Field, Input, Shape, Variant};

pub(crate) fn expand(input: &Input) -> TokenStream {
    let Input { ident, doc, shape } = input;
    let (schema, json) = match shape {
        Shape::Struct { fields, rest, closed } => {
            (struct_schema(doc, fields, rest.as_deref(), *closed), struct_json(fields, rest.as_deref()))
        }
        Shape::Enum { variants } => (enum_schema(doc, variants), enum_json(variants)),
    };
    quote! {
        #[automatically_derived]
        impl ::gate_sdk::SettingsSchema for #ident {
            fn schema(writer: &mut ::gate_sdk::schema::Writer) {
                #schema
            }
        }

        #[automatically_derived]
        impl ::gate_sdk::json::ToJson for #ident {
            fn to_json(&self, out: &mut ::std::string::String) {
                #json
            }
        }
    }
}

fn struct_schema(doc: &str, fields: &[Field], rest: Option<&Field>, closed: bool) -> TokenStream {
    let all = fields.iter().map(field);
    let rest = rest.map_or_else(
        || quote!(::std::option::Option::None),
        |Field { ty, .. }| quote!(::std::option::Option::Some(<#ty as ::gate_sdk::schema::Holds>::held)),
    );
    quote!(writer.object(#doc, &[#(#all),*], #rest, #closed))
}

fn field(field: &Field) -> TokenStream {
    let Field { name, ty, doc, more, items, .. } = field;
    let required = match field.default {
        Default::None => quote!(!<#ty as ::gate_sdk::SettingsSchema>::OPTIONAL),
        Default::OfType | Default::OfField | Default::Path(_) => quote!(false),
    };
    let default = default(field);
    quote! {
        ::gate_sdk::schema::Field {
            name: #name,
            required: #required,
            schema: <#ty as ::gate_sdk::SettingsSchema>::schema,
            place: ::gate_sdk::schema::Place { doc: #doc, more: #more, items: #items, default: #default },
        }
    }
}

fn default(field: &Field) -> TokenStream {
    let Field { ident, ty, .. } = field;
    let value = match &field.default {
        Default::None => return quote!(::std::option::Option::None),
        Default::OfType => quote!(<Self as ::std::default::Default>::default().#ident),
        Default::OfField => quote!(<#ty as ::std::default::Default>::default()),
        Default::Path(path) => quote!(#path()),
    };
    quote!(::std::option::Option::Some(|out| ::gate_sdk::json::ToJson::to_json(&#value, out)))
}

fn struct_json(fields: &[Field], rest: Option<&Field>) -> TokenStream {
    let members = fields
        .iter()
        .map(|Field { ident, name, .. }| quote!(::gate_sdk::schema::member(out, #name, &self.#ident);));
    let rest = rest.map(|Field { ident, .. }| {
        quote!(for (key, value) in &self.#ident { ::gate_sdk::schema::member(out, key, value); })
    });
    quote! {
        out.push('{');
        #(#members)*
        #rest
        out.push('}');
    }
}

fn enum_schema(doc: &str, variants: &[Variant]) -> TokenStream {
    let words = variants.iter().map(|Variant { name, doc, .. }| quote!((#name, #doc)));
    quote!(writer.choice(#doc, &[#(#words),*]))
}

fn enum_json(variants: &[Variant]) -> TokenStream {
    let arms = variants.iter().map(|Variant { ident, name, .. }| quote!(Self::#ident => #name));
    quote!(::gate_sdk::json::ToJson::to_json(match self { #(#arms),* }, out))
}
