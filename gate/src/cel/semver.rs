//! Semantic versions.

use std::cmp::Ordering;

/// A semantic version; what follows a `+` does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Semver {
    /// Major, minor, patch.
    pub numbers: [i64; 3],
    /// The parts behind the `-`.
    pub pre: Vec<String>,
}

impl Semver {
    /// The version; with `normalize` also one that begins with `v`, lacks parts or has leading zeros.
    pub(super) fn parse(text: &str, normalize: bool) -> Option<Self> {
        let text = if normalize { text.strip_prefix('v').unwrap_or(text) } else { text };
        let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
        let (core, pre) = text.split_once('-').map_or((text, None), |(core, pre)| (core, Some(pre)));
        let is_part =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if build.is_some_and(|build| !build.split('.').all(is_part)) {
            return None;
        }
        let parts: Vec<&str> = core.split('.').collect();
        if parts.len() > 3 || parts.len() < 3 && !normalize {
            return None;
        }
        let mut numbers = [0; 3];
        for (number, part) in numbers.iter_mut().zip(&parts) {
            let plain = part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty();
            if !plain || !normalize && part.len() > 1 && part.starts_with('0') {
                return None;
            }
            *number = part.parse().ok()?;
        }
        let pre: Vec<String> = pre.map(|pre| pre.split('.').map(str::to_owned).collect()).unwrap_or_default();
        let is_number = |part: &String| part.bytes().all(|byte| byte.is_ascii_digit());
        let fits =
            |part: &String| is_part(part) && !(is_number(part) && part.len() > 1 && part.starts_with('0'));
        pre.iter().all(fits).then_some(Self { numbers, pre })
    }
}

impl Ord for Semver {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => pre_order(&self.pre, &other.pre),
        })
    }
}

impl PartialOrd for Semver {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn pre_order(a: &[String], b: &[String]) -> Ordering {
    for (a, b) in a.iter().zip(b) {
        let order = match (a.parse::<u64>(), b.parse::<u64>()) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => a.cmp(b),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    a.len().cmp(&b.len())
}

#[cfg(test)]
mod tests {
    use super::Semver;

    #[test]
    fn order_of_versions() {
        let rising =
            ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-2b", "1.0.0", "1.0.1", "1.10.0"];
        let parsed: Vec<Semver> = rising.iter().map(|text| Semver::parse(text, false).unwrap()).collect();
        let pairs = [(0, 1), (1, 2), (3, 0), (2, 4), (4, 5), (5, 6)];
        for (less, more) in pairs {
            assert!(parsed[less] < parsed[more], "{} {}", rising[less], rising[more]);
        }
        for bad in ["1.0", "v1.0.0", "01.0.0", "1.0.0-", "1.0.0-01", "1.0.0+", "", "1.0.0.0"] {
            assert_eq!(Semver::parse(bad, false), None, "{bad}");
        }
        assert_eq!(Semver::parse("v1.02", true).unwrap().numbers, [1, 2, 0]);
    }
}
