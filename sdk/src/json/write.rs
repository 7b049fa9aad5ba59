//! Rust values as JSON: for fixes, and for the defaults of settings. Small, so that a policy stays small.

use std::collections::BTreeMap;

use super::Value;

/// What can be written as JSON. [`SettingsSchema`](derive@crate::SettingsSchema) derives it, too.
pub trait ToJson {
    /// Adds the value as JSON, without white space.
    fn to_json(&self, out: &mut String);
}

/// Adds a string as JSON.
pub(crate) fn string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\0'..='\u{1f}' => {
                out.push_str("\\u00");
                for shift in [4, 0] {
                    out.extend(char::from_digit(u32::from(c) >> shift & 15, 16));
                }
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// Adds the items of a list.
fn list<T: ToJson>(items: &[T], out: &mut String) {
    out.push('[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        item.to_json(out);
    }
    out.push(']');
}

impl ToJson for str {
    fn to_json(&self, out: &mut String) {
        string(self, out);
    }
}

impl ToJson for String {
    fn to_json(&self, out: &mut String) {
        string(self, out);
    }
}

impl ToJson for bool {
    fn to_json(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

macro_rules! numbers {
    ($($number:ident)+) => {
        $(impl ToJson for $number {
            fn to_json(&self, out: &mut String) {
                out.push_str(&self.to_string());
            }
        })+
    };
}

numbers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

/// `null` where the number is none.
impl ToJson for f64 {
    fn to_json(&self, out: &mut String) {
        out.push_str(&if self.is_finite() { self.to_string() } else { "null".to_owned() });
    }
}

impl ToJson for f32 {
    fn to_json(&self, out: &mut String) {
        f64::from(*self).to_json(out);
    }
}

impl<T: ToJson> ToJson for [T] {
    fn to_json(&self, out: &mut String) {
        list(self, out);
    }
}

impl<T: ToJson, const N: usize> ToJson for [T; N] {
    fn to_json(&self, out: &mut String) {
        list(self, out);
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self, out: &mut String) {
        list(self, out);
    }
}

impl<T: ToJson + ?Sized> ToJson for &T {
    fn to_json(&self, out: &mut String) {
        (**self).to_json(out);
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self, out: &mut String) {
        match self {
            Some(value) => value.to_json(out),
            None => out.push_str("null"),
        }
    }
}

impl<T: ToJson> ToJson for BTreeMap<String, T> {
    fn to_json(&self, out: &mut String) {
        out.push('{');
        for (at, (key, value)) in self.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            string(key, out);
            out.push(':');
            value.to_json(out);
        }
        out.push('}');
    }
}

/// As it is written.
impl ToJson for Value<'_> {
    fn to_json(&self, out: &mut String) {
        out.push_str(self.raw());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::ToJson;

    fn json(value: &(impl ToJson + ?Sized)) -> String {
        let mut out = String::new();
        value.to_json(&mut out);
        out
    }

    #[test]
    fn values_are_json() {
        assert_eq!(json("a\"\\\n\u{1}ü\u{1f}"), r#""a\"\\\n\u0001ü\u001f""#);
        assert_eq!(json(&[Some(1_u32), None]), "[1,null]");
        assert_eq!(json(&vec![-1_i64, i64::MIN]), "[-1,-9223372036854775808]");
        assert_eq!(
            json(&BTreeMap::from([("a/b".to_owned(), true), ("c".to_owned(), false)])),
            r#"{"a/b":true,"c":false}"#
        );
        assert_eq!(
            (json(&1.5_f64), json(&f64::NAN), json(&2_f32)),
            ("1.5".into(), "null".into(), "2".into())
        );
        let text = crate::Json::parse(r#"{"a": [1, "\u0041"]}"#).expect("JSON");
        assert_eq!(json(&text.root().get("a").expect("a")), r#"[1, "\u0041"]"#);
    }
}
