//! The attributes of serde that say how a type is read, and `#[schema(…)]`. What is not known is an error.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, ExprPath, LitStr, Result, Token};

use crate::case::Case;
use crate::json;

#[derive(std::default::Default)]
pub(crate) struct TypeAttributes {
    pub(crate) rename_all: Option<Case>,
    pub(crate) default: bool,
    pub(crate) closed: bool,
}

/// Where the value of a missing field comes from.
pub(crate) enum Default {
    /// From nowhere: it has to be there, unless its type is an option.
    None,
    /// From the default of the struct.
    OfType,
    /// From the default of its own type.
    OfField,
    /// From a function.
    Path(ExprPath),
}

#[derive(std::default::Default)]
pub(crate) struct FieldAttributes {
    pub(crate) rename: Option<String>,
    pub(crate) default: Option<Default>,
    pub(crate) skip: bool,
    pub(crate) flatten: Option<Span>,
    pub(crate) schema: Schema,
}

/// Members of the schema, as JSON without braces.
#[derive(std::default::Default)]
pub(crate) struct Schema {
    pub(crate) more: String,
    pub(crate) items: String,
}

pub(crate) fn of_type(attrs: &[Attribute]) -> Result<TypeAttributes> {
    let mut read = TypeAttributes::default();
    each(attrs, "serde", |meta| {
        if meta.path.is_ident("rename_all") {
            let word: LitStr = meta.value()?.parse()?;
            let case = Case::named(&word.value());
            read.rename_all = Some(case.ok_or_else(|| Error::new(word.span(), "serde has no such case"))?);
        } else if meta.path.is_ident("default") && !meta.input.peek(Token![=]) {
            read.default = true;
        } else if meta.path.is_ident("deny_unknown_fields") {
            read.closed = true;
        } else {
            return Err(unknown(&meta, "`rename_all`, `default` and `deny_unknown_fields`"));
        }
        Ok(())
    })?;
    each(attrs, "schema", |meta| Err(meta.error("`schema` belongs to fields")))?;
    Ok(read)
}

pub(crate) fn of_field(attrs: &[Attribute]) -> Result<FieldAttributes> {
    let mut read = FieldAttributes::default();
    each(attrs, "serde", |meta| {
        if meta.path.is_ident("rename") {
            read.rename = Some(meta.value()?.parse::<LitStr>()?.value());
        } else if meta.path.is_ident("default") {
            read.default = Some(default(&meta)?);
        } else if meta.path.is_ident("skip") {
            read.skip = true;
        } else if meta.path.is_ident("flatten") {
            read.flatten = Some(meta.path.span());
        } else {
            return Err(unknown(&meta, "`rename`, `default`, `skip` and `flatten`"));
        }
        Ok(())
    })?;
    each(attrs, "schema", |meta| schema(&meta, &mut read.schema))?;
    Ok(read)
}

pub(crate) fn of_variant(attrs: &[Attribute]) -> Result<Option<String>> {
    let mut rename = None;
    each(attrs, "serde", |meta| {
        if !meta.path.is_ident("rename") {
            return Err(unknown(&meta, "`rename`"));
        }
        rename = Some(meta.value()?.parse::<LitStr>()?.value());
        Ok(())
    })?;
    Ok(rename)
}

fn each(
    attrs: &[Attribute],
    name: &str,
    mut read: impl FnMut(ParseNestedMeta<'_>) -> Result<()>,
) -> Result<()> {
    for attribute in attrs.iter().filter(|attribute| attribute.path().is_ident(name)) {
        attribute.parse_nested_meta(&mut read)?;
    }
    Ok(())
}

fn unknown(meta: &ParseNestedMeta<'_>, known: &str) -> Error {
    meta.error(format!("the schema does not know what this attribute of serde means; it knows {known} here"))
}

fn default(meta: &ParseNestedMeta<'_>) -> Result<Default> {
    if !meta.input.peek(Token![=]) {
        return Ok(Default::OfField);
    }
    Ok(Default::Path(meta.value()?.parse::<LitStr>()?.parse()?))
}

fn schema(meta: &ParseNestedMeta<'_>, read: &mut Schema) -> Result<()> {
    if !meta.path.is_ident("items") {
        return constraint(meta, &mut read.more);
    }
    meta.parse_nested_meta(|inner| constraint(&inner, &mut read.items))
}

/// `min_length = 1` and so on, as a member of the schema.
fn constraint(meta: &ParseNestedMeta<'_>, members: &mut String) -> Result<()> {
    let known = [
        ("pattern", "pattern"),
        ("format", "format"),
        ("min_length", "minLength"),
        ("max_length", "maxLength"),
        ("minimum", "minimum"),
        ("maximum", "maximum"),
        ("min_items", "minItems"),
        ("max_items", "maxItems"),
        ("examples", "examples"),
    ];
    let Some((_, key)) = known.iter().find(|(name, _)| meta.path.is_ident(name)) else {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        return Err(meta.error(format!("unknown; known are {} and items(…)", names.join(", "))));
    };
    let value: Expr = meta.value()?.parse()?;
    if !members.is_empty() {
        members.push(',');
    }
    members.push_str(&format!("\"{key}\":{}", json::of(&value)?));
    Ok(())
}
