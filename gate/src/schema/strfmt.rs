//! Forms that only custom resources have, as the API server's `strfmt` reads them.

use std::sync::LazyLock;

use regex::Regex;

use super::format::Format;
use crate::cel;

/// Names of units of time; the last of each row is one that a unit only has to begin with.
const UNITS: [&[&str]; 8] = [
    &["ns", "nano"],
    &["us", "µs", "micro"],
    &["ms", "milli"],
    &["s", "sec"],
    &["m", "min"],
    &["h", "hr", "hour"],
    &["d", "day"],
    &["w", "wk", "week"],
];

/// Longest host name, in bytes, and longest part of one.
const HOSTNAME: usize = 255;
const LABEL: usize = 63;

/// A part of a host name of letters, digits and symbols; or several, of which the last has letters only.
const HOSTNAME_PATTERN: &str = r"^(?:[a-zA-Z0-9\p{S}\p{L}](?:-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?|(?:[a-zA-Z0-9\p{S}\p{L}](?:[a-zA-Z0-9\-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?\.)+[a-zA-Z\p{L}]{2,63})$";

static HOSTNAMES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(HOSTNAME_PATTERN).ok());
static AMOUNTS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"([0-9]+)[\t\n\f\r ]*([A-Za-zµ]+)").ok());

/// True if `text` is of `format`, one of those that are judged here.
pub(super) fn is_form(format: Format, text: &str) -> bool {
    match format {
        Format::Duration => is_duration(text),
        Format::Uri => cel::is_request_uri(text),
        Format::Hostname => is_hostname(text),
        Format::Mac => is_mac(text),
        Format::Email => is_like_email(text),
        _ => true,
    }
}

/// A duration of Go, or amounts with units anywhere in the text (`2 days`).
fn is_duration(text: &str) -> bool {
    if cel::is_duration(text) {
        return true;
    }
    let Some(amounts) = AMOUNTS.as_ref() else { return true };
    let mut known = false;
    for found in amounts.captures_iter(text) {
        if found[1].parse::<i64>().is_err() {
            return false;
        }
        known |= is_unit(&found[2].to_lowercase());
    }
    known
}

fn is_unit(name: &str) -> bool {
    UNITS.iter().any(|names| names.contains(&name) || names.last().is_some_and(|last| name.starts_with(last)))
}

fn is_hostname(text: &str) -> bool {
    let has_form = HOSTNAMES.as_ref().is_none_or(|pattern| pattern.is_match(text));
    has_form && text.len() <= HOSTNAME && text.split('.').all(|part| part.len() <= LABEL)
}

/// 6, 8 or 20 bytes in hexadecimal: in pairs with `:` or `-` between them, in fours with `.`, or, for builds of the
/// server with a newer Go, with nothing between them.
fn is_mac(text: &str) -> bool {
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (parts, digits) = match text.chars().find(|c| !c.is_ascii_hexdigit()) {
        None => return matches!(text.len(), 12 | 16 | 40),
        Some(separator @ (':' | '-')) => (text.split(separator), 2),
        Some('.') => (text.split('.'), 4),
        Some(_) => return false,
    };
    let whole = parts.clone().all(|part| part.len() == digits && is_hex(part));
    whole && matches!(parts.count() * digits / 2, 6 | 8 | 20)
}

/// The server's parser of mail headers takes much; without something on both sides of an `@`, it takes nothing.
fn is_like_email(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(name, domain)| !name.trim().is_empty() && !domain.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line: a format, then texts that it takes, then texts that it refuses; the API server says the same.
    const CASES: &str = include_str!("cases/strfmt.txt");

    #[test]
    fn forms_are_those_of_the_server() {
        let (mut seen, mut wrong) = (0, Vec::new());
        for line in CASES.lines().filter(|line| !line.starts_with('#')) {
            let (head, text) = line.split_once(' ').unwrap();
            let (verdict, format) = head.split_at(1);
            let format = match format {
                "duration" => Format::Duration,
                "uri" => Format::Uri,
                "hostname" => Format::Hostname,
                "mac" => Format::Mac,
                "email" => Format::Email,
                other => panic!("{other}"),
            };
            let text: String = serde_json::from_str(text).unwrap();
            if is_form(format, &text) != (verdict == "+") {
                wrong.push(line);
            }
            seen += 1;
        }
        assert_eq!(wrong, [""; 0]);
        assert!(seen > 80, "{seen}");
    }
}
