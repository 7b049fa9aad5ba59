//! Quantities as numbers, so that two of them can be compared.

/// The value of a quantity in billionths; none for one that is malformed, too large or too fine.
pub(in crate::schema) fn value(text: &str) -> Option<i128> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let fraction = fraction.trim_end_matches('0');
    let mut digits: i128 = 0;
    for byte in whole.bytes().chain(fraction.bytes()) {
        digits = digits.checked_mul(10)?.checked_add(i128::from(byte.checked_sub(b'0')?))?;
    }
    let decimals = i32::try_from(fraction.len()).ok()?;
    let (power_of_two, power_of_ten) = scale(suffix)?;
    let shifted = digits.checked_mul(1i128.checked_shl(power_of_two)?)?;
    let power = power_of_ten.checked_sub(decimals)?.checked_add(9)?;
    if digits == 0 {
        return Some(0);
    }
    let value = match u32::try_from(power) {
        Ok(power) => shifted.checked_mul(10i128.checked_pow(power)?)?,
        Err(_) => {
            let divisor = 10i128.checked_pow(power.unsigned_abs())?;
            // The server rounds up what is finer than a billionth.
            shifted.checked_add(divisor - 1)? / divisor
        }
    };
    value.checked_mul(sign)
}

/// Powers of two and ten that a suffix stands for.
fn scale(suffix: &str) -> Option<(u32, i32)> {
    let decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
    let binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    if let Some(at) = (-3..).zip(decimal).find(|(_, known)| *known == suffix) {
        return Some((0, at.0 * 3));
    }
    if let Some(at) = (1..).zip(binary).find(|(_, known)| *known == suffix) {
        return Some((at.0 * 10, 0));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?;
    Some((0, exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_amounts_are_equal() {
        const BILLION: i128 = 1_000_000_000;
        for (text, wanted) in [
            ("1", BILLION),
            ("1000m", BILLION),
            ("0.1", BILLION / 10),
            ("100m", BILLION / 10),
            ("1e3", 1000 * BILLION),
            ("1k", 1000 * BILLION),
            ("1Ki", 1024 * BILLION),
            ("1.5Gi", 1536 * 1024 * 1024 * BILLION),
            ("-2", -2 * BILLION),
            ("5n", 5),
            ("0.0000000001", 1),
            ("0e999", 0),
        ] {
            assert_eq!(value(text), Some(wanted), "{text}");
        }
        assert_eq!(value("1e40"), None);
        assert_eq!(value("x"), None);
    }
}
