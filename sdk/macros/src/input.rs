//! What the derive knows of a type.

use syn::{Data, DeriveInput, Error, Expr, ExprLit, Fields, Ident, Lit, Meta, Result, Type};

use crate::attributes::{self, Default, FieldAttributes};
use crate::case::Case;

pub(crate) struct Input {
    pub(crate) ident: Ident,
    pub(crate) doc: String,
    pub(crate) shape: Shape,
}

pub(crate) enum Shape {
    Struct { fields: Vec<Field>, rest: Option<Box<Field>>, closed: bool },
    Enum { variants: Vec<Variant> },
}

pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) default: Default,
    /// Members of the schema as JSON.
    pub(crate) more: String,
    pub(crate) items: String,
}

pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) doc: String,
}

impl Input {
    pub(crate) fn read(input: &DeriveInput) -> Result<Self> {
        if let Some(parameter) = input.generics.params.first() {
            return Err(Error::new_spanned(parameter, "a settings type takes no parameters"));
        }
        let of_type = attributes::of_type(&input.attrs)?;
        let case = of_type.rename_all.unwrap_or(Case::None);
        let shape = match &input.data {
            Data::Struct(data) => read_struct(&data.fields, case, of_type.default, of_type.closed)?,
            Data::Enum(data) => {
                let variants = data.variants.iter().map(|variant| read_variant(variant, case));
                Shape::Enum { variants: variants.collect::<Result<_>>()? }
            }
            Data::Union(data) => return Err(Error::new_spanned(data.union_token, "a union cannot be read")),
        };
        Ok(Self { ident: input.ident.clone(), doc: doc(&input.attrs), shape })
    }
}

fn read_struct(fields: &Fields, case: Case, default: bool, closed: bool) -> Result<Shape> {
    let Fields::Named(named) = fields else {
        return Err(Error::new_spanned(fields, "settings need named fields"));
    };
    let (mut all, mut rest) = (Vec::new(), None);
    for field in &named.named {
        let Some(ident) = field.ident.clone() else { continue };
        let FieldAttributes { rename, default: own, skip, flatten, schema } =
            attributes::of_field(&field.attrs)?;
        if skip {
            continue;
        }
        let name = rename.unwrap_or_else(|| case.of_field(&unraw(&ident)));
        let of_type = if default { Default::OfType } else { Default::None };
        let read = Field {
            name,
            doc: doc(&field.attrs),
            default: own.unwrap_or(of_type),
            more: schema.more,
            items: schema.items,
            ty: field.ty.clone(),
            ident,
        };
        match flatten {
            None => all.push(read),
            Some(_) if rest.is_none() && !closed => rest = Some(Box::new(read)),
            Some(span) => {
                let why =
                    "only one field can take the keys that are left, and none beside `deny_unknown_fields`";
                return Err(Error::new(span, why));
            }
        }
    }
    Ok(Shape::Struct { fields: all, rest, closed })
}

fn read_variant(variant: &syn::Variant, case: Case) -> Result<Variant> {
    if !matches!(variant.fields, Fields::Unit) {
        return Err(Error::new_spanned(
            &variant.fields,
            "a variant with fields has no schema here; use a struct",
        ));
    }
    let rename = attributes::of_variant(&variant.attrs)?;
    let name = rename.unwrap_or_else(|| case.of_variant(&unraw(&variant.ident)));
    Ok(Variant { ident: variant.ident.clone(), name, doc: doc(&variant.attrs) })
}

fn unraw(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").map_or(name.clone(), str::to_owned)
}

/// The doc comment as text: one line for each paragraph.
fn doc(attrs: &[syn::Attribute]) -> String {
    let mut text = String::new();
    for attribute in attrs.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        let Meta::NameValue(meta) = &attribute.meta else { continue };
        let Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) = &meta.value else { continue };
        let line = line.value();
        let (line, is_gap) = (line.trim(), text.is_empty() || text.ends_with('\n'));
        match line {
            "" if is_gap => {}
            "" => text.push_str("\n\n"),
            line => {
                text.push_str(if is_gap { "" } else { " " });
                text.push_str(line);
            }
        }
    }
    text.trim_end().to_owned()
}
