//! Literals of Rust as JSON.

use syn::{Error, Expr, ExprLit, Lit, Result, UnOp};

/// A string, number, truth value or array of them.
pub(crate) fn of(value: &Expr) -> Result<String> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(string(&text.value())),
        Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) => Ok(value.value.to_string()),
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => Ok(number.base10_digits().to_owned()),
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => Ok(number.base10_digits().to_owned()),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => Ok(format!("-{}", of(&unary.expr)?)),
        Expr::Array(array) => {
            let items = array.elems.iter().map(of).collect::<Result<Vec<_>>>()?;
            Ok(format!("[{}]", items.join(",")))
        }
        other => Err(Error::new_spanned(other, "expected a literal, or an array of literals")),
    }
}

fn string(text: &str) -> String {
    let mut json = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            '\0'..='\u{1f}' => json.push_str(&format!("\\u{:04x}", u32::from(c))),
            other => json.push(other),
        }
    }
    json.push('"');
    json
}
