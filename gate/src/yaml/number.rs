//! Numbers as Go prints them, which is what the API server is sent.

use std::fmt::LowerExp;
use std::str::FromStr;

/// `value` as Go's JSON encoder prints a 64-bit float; infinities and not-a-number, which JSON has not, as YAML
/// writes them.
pub(super) fn float_text(value: f64) -> String {
    if !value.is_finite() {
        return special(value);
    }
    let (digits, exponent) = shortest(value);
    if value == 0.0 || (1e-6..1e21).contains(&value.abs()) {
        return without_exponent(&digits, exponent);
    }
    let sign = if exponent < 0 { "" } else { "+" };
    format!("{digits}e{sign}{exponent}")
}

/// `value` as the name of a key: the shortest text of the nearest 32-bit float, Go's format `g`.
pub(super) fn float_key(value: f64) -> String {
    let value = value as f32;
    if !value.is_finite() {
        return special(f64::from(value));
    }
    let (digits, exponent) = shortest(value);
    if (-4..6).contains(&exponent) || value == 0.0 {
        return without_exponent(&digits, exponent);
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

fn special(value: f64) -> String {
    let text = if value.is_nan() {
        ".nan"
    } else if value > 0.0 {
        ".inf"
    } else {
        "-.inf"
    };
    text.to_owned()
}

/// The fewest digits that read back as `value`, as `-d.ddd`, and the exponent. Of two such texts equally near Go
/// takes the one that ends in an even digit, Rust the larger one; printing with a precision rounds to even.
fn shortest<T: LowerExp + FromStr + PartialEq>(value: T) -> (String, i32) {
    let mut text = format!("{value:e}");
    let digits = text.bytes().take_while(|&b| b != b'e').filter(u8::is_ascii_digit).count();
    let near = format!("{value:.*e}", digits.saturating_sub(1));
    if near.parse().is_ok_and(|same: T| same == value) {
        text = near;
    }
    match text.split_once('e') {
        Some((digits, exponent)) => (digits.to_owned(), exponent.parse().unwrap_or(0)),
        None => (text, 0),
    }
}

/// `-d.ddd` times ten to `exponent`, written out.
fn without_exponent(digits: &str, exponent: i32) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let mut plain: String = digits.chars().filter(|&c| c != '.').collect();
    let Ok(whole) = usize::try_from(exponent + 1) else {
        let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
        return format!("{sign}0.{zeros}{plain}");
    };
    if plain.len() <= whole {
        plain.push_str(&"0".repeat(whole - plain.len()));
    } else if whole == 0 {
        plain.insert_str(0, "0.");
    } else {
        plain.insert(whole, '.');
    }
    format!("{sign}{plain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_printed_as_go_prints_json() {
        let cases = [
            (1.0, "1"),
            (1.1, "1.1"),
            (-0.0, "-0"),
            (0.000001, "0.000001"),
            (0.0000001, "1e-7"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (-9223372036854775809.0, "-9223372036854776000"),
            (746484693382550.2, "746484693382550.2"),
            (1.5e300, "1.5e+300"),
            (f64::NEG_INFINITY, "-.inf"),
        ];
        for (value, text) in cases {
            assert_eq!(float_text(value), text);
        }
    }

    #[test]
    fn keys_are_printed_as_go_prints_short_floats() {
        let cases = [
            (1.5, "1.5"),
            (1e5, "100000"),
            (1e6, "1e+06"),
            (1234567.5, "1.2345675e+06"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1223786.2018282132, "1.2237862e+06"),
            (1e300, ".inf"),
            (f64::NAN, ".nan"),
        ];
        for (value, text) in cases {
            assert_eq!(float_key(value), text);
        }
    }
}
