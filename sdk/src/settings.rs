//! Settings into Rust types, with the place of what is wrong. Enums are unit variants, by name.

use std::fmt;

use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};

use crate::{Kind, SettingsIssue, Value};

/// Reads a value into any type that serde can make.
///
/// # Errors
/// The value does not have the type's form; the issue's pointer says where.
pub fn from_value<'d, T: de::Deserialize<'d>>(value: Value<'d>) -> Result<T, SettingsIssue> {
    T::deserialize(Reader(value))
        .map_err(|error| SettingsIssue { pointer: error.pointer.unwrap_or_default(), message: error.message })
}

#[derive(Debug)]
struct Error {
    pointer: Option<String>,
    message: String,
}

impl Error {
    /// Keeps the innermost place.
    fn at(mut self, value: Value<'_>) -> Self {
        self.pointer.get_or_insert_with(|| value.pointer());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { pointer: None, message: message.to_string() }
    }

    // Serde's own texts show the value that was found, and bring all of the formatting of floating point numbers.
    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::custom(format_args!("expected {expected}"))
    }

    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::custom(format_args!("expected {expected}"))
    }
}

#[derive(Clone, Copy)]
struct Reader<'d>(Value<'d>);

impl<'d> IntoDeserializer<'d, Error> for Reader<'d> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

/// A number as serde takes it.
enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

/// No method of this: one copy serves every visitor.
fn number(value: Value<'_>) -> Result<Number, Error> {
    let text = value.as_number().ok_or_else(|| mismatch(value, "a number"))?;
    Ok(match (text.parse(), text.parse()) {
        (Ok(number), _) => Number::Unsigned(number),
        (_, Ok(number)) => Number::Signed(number),
        _ => Number::Float(float(text)),
    })
}

fn mismatch(value: Value<'_>, expected: &str) -> Error {
    let error = Error { pointer: None, message: format!("expected {expected}") };
    error.at(value)
}

impl<'d> Reader<'d> {
    fn number<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        let result = match number(self.0)? {
            Number::Unsigned(number) => visitor.visit_u64(number),
            Number::Signed(number) => visitor.visit_i64(number),
            Number::Float(number) => visitor.visit_f64(number),
        };
        result.map_err(|error: Error| error.at(self.0))
    }

    fn string<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        let text = self.0.as_str().ok_or_else(|| mismatch(self.0, "a string"))?;
        visitor.visit_borrowed_str(text).map_err(|error: Error| error.at(self.0))
    }

    fn list<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        if !self.0.is_seq() {
            return Err(mismatch(self.0, "a list"));
        }
        visitor
            .visit_seq(SeqDeserializer::new(self.0.items().map(Reader)))
            .map_err(|error: Error| error.at(self.0))
    }

    fn map<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        if !self.0.is_map() {
            return Err(mismatch(self.0, "a map"));
        }
        let entries = Entries { entries: self.0.entries(), value: None };
        visitor.visit_map(entries).map_err(|error: Error| error.at(self.0))
    }
}

/// Reads a JSON number. The last bit may differ from the standard library's answer, whose tables would double the
/// size of a small policy.
fn float(text: &str) -> f64 {
    let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = whole.bytes().chain(fraction.bytes()).filter(u8::is_ascii_digit);
    let mantissa = digits.fold(0.0, |value, digit| value * 10.0 + f64::from(digit - b'0'));
    let exponent = exponent.parse::<i32>().unwrap_or(0).clamp(-400, 400) - fraction.len().min(400) as i32;
    let power = (0..exponent.unsigned_abs()).fold(1.0, |power, _| power * 10.0);
    let value = if exponent < 0 { mantissa / power } else { mantissa * power };
    if whole.starts_with('-') { -value } else { value }
}

/// Each method instantiates only what its type can be, which keeps small policies small.
macro_rules! read_as {
    ($($method:ident => $read:ident,)+) => {
        $(fn $method<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
            self.$read(visitor)
        })+
    };
}

impl<'d> de::Deserializer<'d> for Reader<'d> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.kind() {
            Kind::Null => visitor.visit_unit().map_err(|error: Error| error.at(self.0)),
            Kind::Bool => self.deserialize_bool(visitor),
            Kind::Number => self.number(visitor),
            Kind::Str => self.string(visitor),
            Kind::Seq => self.list(visitor),
            Kind::Map => self.map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        let value = self.0.as_bool().ok_or_else(|| mismatch(self.0, "true or false"))?;
        visitor.visit_bool(value).map_err(|error: Error| error.at(self.0))
    }

    fn deserialize_option<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'d>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'d>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let name = self.0.as_str().unwrap_or("");
        visitor.visit_enum(StrDeserializer::<Error>::new(name)).map_err(|error| error.at(self.0))
    }

    /// Serde would also take a list for a struct, field by field.
    fn deserialize_struct<V: Visitor<'d>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.map(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    read_as! {
        deserialize_str => string,
        deserialize_string => string,
        deserialize_seq => list,
        deserialize_map => map,
        deserialize_i64 => number,
        deserialize_i32 => number,
        deserialize_u64 => number,
        deserialize_u32 => number,
        deserialize_f64 => number,
    }

    serde::forward_to_deserialize_any! {
        <W: Visitor<'d>>
        i8 i16 u8 u16 f32 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}

/// Like serde's own map reader, but an unknown key is reported at that key and not at the map.
struct Entries<'d> {
    entries: crate::json::Entries<'d>,
    value: Option<Value<'d>>,
}

impl<'d> de::MapAccess<'d> for Entries<'d> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'d>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        self.value = Some(value);
        let key: StrDeserializer<'_, Error> = key.into_deserializer();
        seed.deserialize(key).map(Some).map_err(|error| error.at(value))
    }

    fn next_value_seed<V: DeserializeSeed<'d>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let value = self.value.take().ok_or_else(|| de::Error::custom("a value without a key"))?;
        seed.deserialize(Reader(value)).map_err(|error| error.at(value))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::from_value;
    use crate::Json;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    struct Settings {
        #[serde(default)]
        level: Option<Level>,
        #[serde(default)]
        names: Vec<String>,
        #[serde(default)]
        limits: BTreeMap<String, u32>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Level {
        Low,
        High,
    }

    fn read(text: &str) -> Result<Settings, (String, String)> {
        let json = Json::parse(text).map_err(|error| (String::new(), error.to_string()))?;
        from_value(json.root()).map_err(|issue| (issue.pointer, issue.message))
    }

    #[test]
    fn reads_what_serde_describes() {
        let settings = read(r#"{"level": "high", "names": ["a", "b\n"], "limits": {"x": 3}}"#);
        let limits = BTreeMap::from([("x".to_owned(), 3)]);
        let names = vec!["a".to_owned(), "b\n".to_owned()];
        assert_eq!(settings, Ok(Settings { level: Some(Level::High), names, limits }));
    }

    #[test]
    fn floats_are_close_enough() {
        for (text, expected) in [("0.5", 0.5), ("-12.25e1", -122.5), ("1e3", 1000.0), ("2.5E-2", 0.025)] {
            assert!((super::float(text) - expected).abs() < 1e-12, "{text}");
        }
    }

    #[test]
    fn says_where_it_is_wrong() {
        let at = |text| read(text).map_err(|(pointer, _)| pointer).err();
        assert_eq!(at(r#"{"nmaes": []}"#).as_deref(), Some("/nmaes"));
        assert_eq!(at(r#"{"names": ["a", 1]}"#).as_deref(), Some("/names/1"));
        assert_eq!(at(r#"{"limits": {"a/b": -1}}"#).as_deref(), Some("/limits/a~1b"));
        assert_eq!(at(r#"{"level": "higher"}"#).as_deref(), Some("/level"));
        assert_eq!(at("[]").as_deref(), Some(""));
    }
}
