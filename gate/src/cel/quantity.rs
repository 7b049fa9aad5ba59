//! Resource quantities as numbers.

/// A quantity in units of 10⁻⁹; Kubernetes knows nothing finer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(i128);

const UNIT: i128 = 1_000_000_000;

impl Quantity {
    pub(super) fn from_int(number: i64) -> Self {
        Self(i128::from(number) * UNIT)
    }

    /// The quantity of `100m`, `1.5Gi`, `1e3`; what is finer than 10⁻⁹ is rounded up.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at(end);
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        if part.contains('.') || whole.is_empty() && part.is_empty() {
            return None;
        }
        let (factor, exponent) = scale(suffix)?;
        let digits = format!("{whole}{part}");
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return Some(Self(0));
        }
        let power = exponent.checked_add(9)?.checked_sub(i32::try_from(part.len()).ok()?)?;
        let value = scaled(digits.parse::<i128>().ok()?.checked_mul(factor)?, power)?;
        Some(Self(if negative { -value } else { value }))
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    pub(super) fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The number, if it is whole and fits 64 bits.
    pub(super) fn whole(self) -> Option<i64> {
        if self.0 % UNIT == 0 { i64::try_from(self.0 / UNIT).ok() } else { None }
    }

    pub(super) fn float(self) -> f64 {
        self.0 as f64 / UNIT as f64
    }

    pub(super) fn sign(self) -> i64 {
        self.0.signum() as i64
    }
}

/// A factor and a power of ten.
fn scale(suffix: &str) -> Option<(i128, i32)> {
    let binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].iter().position(|known| *known == suffix);
    if let Some(at) = binary {
        return Some((1 << (10 * (at + 1)), 0));
    }
    let decimal = [
        ("n", -9),
        ("u", -6),
        ("m", -3),
        ("", 0),
        ("k", 3),
        ("M", 6),
        ("G", 9),
        ("T", 12),
        ("P", 15),
        ("E", 18),
    ];
    if let Some((_, power)) = decimal.iter().find(|(known, _)| *known == suffix) {
        return Some((1, *power));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?;
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| exponent.parse().ok()).flatten().map(|power| (1, power))
}

fn scaled(value: i128, power: i32) -> Option<i128> {
    if power >= 0 {
        return value.checked_mul(10i128.checked_pow(power as u32)?);
    }
    let Some(divisor) = 10i128.checked_pow(power.unsigned_abs()) else { return Some(1) };
    Some(value / divisor + i128::from(value % divisor != 0))
}

#[cfg(test)]
mod tests {
    use super::Quantity;

    #[test]
    fn quantities_are_numbers() {
        let cases = [
            ("1", 1_000_000_000i128),
            ("100m", 100_000_000),
            ("1.5Gi", 1_610_612_736_000_000_000),
            ("1e3", 1_000_000_000_000),
            ("-2k", -2_000_000_000_000),
            ("0.0000000001", 1),
            (".5", 500_000_000),
            ("5.", 5_000_000_000),
            ("1E", 1_000_000_000_000_000_000_000_000_000),
        ];
        for (text, nanos) in cases {
            assert_eq!(Quantity::parse(text), Some(Quantity(nanos)), "{text}");
        }
        for bad in ["", ".", "1K", "1 Gi", "Gi", "1.2.3", "1e", "abc", "1e99999999999"] {
            assert_eq!(Quantity::parse(bad), None, "{bad}");
        }
    }
}
