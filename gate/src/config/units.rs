//! Values in real units: sizes, times, amounts of fuel, versions of Kubernetes.

use std::fmt;
use std::time::Duration;

use super::problem::{Complaint, Place};

/// A minor version of Kubernetes: `1.33`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KubernetesVersion {
    /// 1.
    pub major: u16,
    /// 33 of `1.33`.
    pub minor: u16,
    /// Where it stands in the configuration; who has the schemas checks that it knows the version.
    pub place: Place,
}

impl KubernetesVersion {
    /// Reads `1.33`, `v1.33`, `1.33.4` or `v1.33.4+k3s1` (the patch level and what follows it say nothing about schemas and
    /// are dropped).
    pub(super) fn parse(text: &str) -> Result<Self, Complaint> {
        let wrong = || {
            Complaint::new(format!("`{text}` is no Kubernetes version"))
                .hint("write major.minor, as in \"1.33\"")
        };
        let plain = text.strip_prefix('v').unwrap_or(text);
        let plain = match plain.split_once(['-', '+']) {
            Some((version, rest)) if version.split('.').count() == 3 && is_suffix(rest) => version,
            _ => plain,
        };
        let parts: Vec<&str> = plain.split('.').collect();
        let [major, minor, patch @ ..] = parts.as_slice() else { return Err(wrong()) };
        if patch.len() > 1 || patch.iter().any(|part| number(part).is_none()) {
            return Err(wrong());
        }
        match (number(major), number(minor)) {
            (Some(1), Some(minor)) => Ok(Self { major: 1, minor, place: Place::NONE }),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Bytes of `134217728`, `128MiB`, `64 KiB`, `1GB`.
pub(super) fn parse_size(text: &str) -> Result<u64, Complaint> {
    const UNITS: [(&str, u64); 8] = [
        ("", 1),
        ("B", 1),
        ("kB", 1000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
    ];
    amount(text, &UNITS).ok_or_else(|| {
        Complaint::new(format!("`{text}` is no size")).hint("write bytes or a unit, as in \"128MiB\"")
    })
}

/// `10s`, `500ms`, `2m`.
pub(super) fn parse_time(text: &str) -> Result<Duration, Complaint> {
    const UNITS: [(&str, u64); 3] = [("ms", 1), ("s", 1000), ("m", 60_000)];
    amount(text, &UNITS).map(Duration::from_millis).ok_or_else(|| {
        Complaint::new(format!("`{text}` is no time")).hint("write a unit, as in \"10s\" or \"500ms\"")
    })
}

/// Units of fuel (about one WebAssembly instruction each): `500000000`, `500M`, `2G`.
pub(super) fn parse_fuel(text: &str) -> Result<u64, Complaint> {
    const UNITS: [(&str, u64); 4] = [("", 1), ("k", 1000), ("M", 1_000_000), ("G", 1_000_000_000)];
    amount(text, &UNITS).ok_or_else(|| {
        Complaint::new(format!("`{text}` is no amount of fuel")).hint("write a number, as in \"500M\"")
    })
}

/// A number of things: `100`, `20k`.
pub(super) fn parse_count(text: &str) -> Result<u64, Complaint> {
    const UNITS: [(&str, u64); 2] = [("", 1), ("k", 1000)];
    amount(text, &UNITS).ok_or_else(|| {
        Complaint::new(format!("`{text}` is no number")).hint("write a whole number, as in \"100\"")
    })
}

/// A whole number with one of `units`; zero is no limit and so is refused.
fn amount(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(unit_at);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit.trim_start_matches(' '))?;
    digits.parse::<u64>().ok()?.checked_mul(*factor).filter(|&value| value > 0)
}

/// What a distribution or a release candidate puts behind a version: `k3s1`, `rc.1`, `gke.1200`.
fn is_suffix(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-+".contains(&b))
}

fn number(digits: &str) -> Option<u16> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_versions() {
        for (text, expected) in [
            ("1.33", Some("1.33")),
            ("v1.9", Some("1.9")),
            ("1.33.4", Some("1.33")),
            ("v1.33.4+k3s1", Some("1.33")),
            ("1.33.4-gke.1200", Some("1.33")),
            ("1.33.0-rc.1", Some("1.33")),
            ("1.33+k3s1", None),
            ("1.33.4+", None),
            ("1.33.4+a b", None),
            ("1", None),
            ("1.", None),
            ("1.33.4.5", None),
            ("2.1", None),
            ("1.x", None),
            ("1.+3", None),
            ("latest", None),
            ("1.99999999", None),
        ] {
            let found = KubernetesVersion::parse(text).ok().map(|version| version.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn reads_amounts() {
        assert_eq!(parse_size("128MiB"), Ok(134_217_728));
        assert_eq!(parse_size("64 KiB"), Ok(65_536));
        assert_eq!(parse_size("1000"), Ok(1000));
        assert_eq!(parse_time("10s"), Ok(Duration::from_secs(10)));
        assert_eq!(parse_time("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_fuel("2G"), Ok(2_000_000_000));
        for bad in
            ["", "MiB", "-1", "0", "1.5GiB", "128mib", "99999999999999999999", "18446744073709551615kB", "1é"]
        {
            assert!(parse_size(bad).is_err(), "{bad}");
        }
        assert!(parse_time("10").is_err());
        assert!(parse_time("10h").is_err());
        assert!(parse_fuel("1T").is_err());
    }
}
