//! The forms of strings: quantities, dates, Base64, addresses. Each test accepts all that the API server accepts.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::node::Format;
use super::{cron, names, strfmt, words};

/// True if `text` is of `format`; also for the formats that are none of strings.
pub(super) fn is_form(format: Format, text: &str) -> bool {
    match format {
        Format::None | Format::Int32 | Format::Int64 | Format::Unknown => true,
        Format::Duration | Format::Uri | Format::Hostname | Format::Mac | Format::Email => {
            strfmt::is_form(format, text)
        }
        Format::Byte => is_base64(text),
        Format::DateTime => is_date_time(text),
        Format::LooseDateTime => is_loose_date_time(text),
        Format::Date => is_date(text),
        Format::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
        Format::Ipv6 => text.parse::<Ipv6Addr>().is_ok(),
        Format::Cidr => is_cidr(text),
        Format::Uuid => is_uuid(text),
        Format::Quantity => is_quantity(text),
        Format::PositiveQuantity => is_quantity(text) && is_positive(text),
        Format::Ip => is_ip(text),
        Format::Label => names::label(text).is_none(),
        Format::Subdomain => names::subdomain(text).is_none(),
        Format::Label1035 => names::label_1035(text).is_none(),
        Format::PathSegment => names::path_segment(text).is_none(),
        Format::LabelKey => names::qualified(text).is_none(),
        Format::LabelValue => names::label_value(text).is_none(),
        Format::ConfigKey => names::config_key(text).is_none(),
        Format::Cron => cron::is_schedule(text),
        Format::Port | Format::PortOrNone | Format::PortName | Format::IntOrPercent => {
            words::is_form(format, text)
        }
        Format::EnvName | Format::HeaderName | Format::Host => words::is_form(format, text),
        Format::RelativePath | Format::TamePath | Format::AbsolutePath => words::is_form(format, text),
        Format::HttpsUrl | Format::TimeZone | Format::FieldPath | Format::ResourceField => {
            words::is_form(format, text)
        }
    }
}

/// The addresses that Go reads: IPv4 with or without leading zeros in a part, and IPv6.
fn is_ip(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok() || is_ipv4(text)
}

/// Versions of Kubernetes differ on leading zeros: they pass.
fn is_ipv4(text: &str) -> bool {
    let plain = |part: &str| part.trim_start_matches('0').len() <= 3;
    let is_part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && plain(part)
            && part.parse::<u32>().is_ok_and(|n| n < 256)
    };
    text.split('.').count() == 4 && text.split('.').all(is_part)
}

fn is_positive(text: &str) -> bool {
    !text.starts_with('-') || !text.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// What a text of `format` is called, with an example.
pub(super) fn name(format: Format) -> &'static str {
    match format {
        Format::None | Format::Unknown => "text",
        Format::Duration => "a duration such as 1h30m",
        Format::Uri => "an absolute URI such as https://example.com/path",
        Format::Hostname => "a host name such as www.example.com",
        Format::Mac => "a MAC address such as 00:00:5e:00:53:01",
        Format::Email => "a mail address such as someone@example.com",
        Format::Int32 | Format::Int64 => "a whole number",
        Format::Byte => "Base64 (with padding)",
        Format::DateTime | Format::LooseDateTime => "a date and time such as 2026-01-31T08:30:00Z",
        Format::Date => "a date such as 2026-01-31",
        Format::Ipv4 => "an IPv4 address",
        Format::Ipv6 => "an IPv6 address",
        Format::Cidr => "an address range such as 10.0.0.0/8",
        Format::Uuid => "a UUID",
        Format::Quantity => "a quantity such as 100m, 1.5 or 256Mi",
        Format::PositiveQuantity => "a quantity that is not negative, such as 100m, 1.5 or 256Mi",
        Format::Ip => "an IP address",
        Format::Label => "a DNS-1123 label (lower-case letters, digits and `-`, at most 63 characters)",
        Format::Subdomain => "a DNS-1123 subdomain (lower-case letters, digits, `-` and `.`)",
        Format::Label1035 => "a DNS-1035 label (lower-case letters, digits and `-`, a letter first)",
        Format::PathSegment => "a name without `/` and `%`",
        Format::LabelKey => "a label key such as app.kubernetes.io/name",
        Format::LabelValue => "a label value (at most 63 letters, digits, `-`, `_` and `.`)",
        Format::ConfigKey => "a key of letters, digits, `-`, `_` and `.`",
        Format::Cron => "a schedule of five fields such as `*/5 * * * *`, or one such as @daily",
        Format::FieldPath => {
            "a field such as metadata.name or metadata.labels['KEY'], spec.nodeName or status.podIP"
        }
        Format::ResourceField => "a resource such as limits.cpu or requests.memory",
        Format::Port | Format::PortOrNone => "a port from 1 to 65535, or the name of one",
        Format::PortName => {
            "the name of a port (at most 15 lower-case letters, digits and `-`, one letter at least)"
        }
        Format::IntOrPercent => "a whole number that is not negative, or a percentage such as 25%",
        Format::EnvName => "the name of an environment variable (without `=` and spaces)",
        Format::HeaderName => "the name of an HTTP header",
        Format::Host => "a host name such as www.example.com or *.example.com, and no IP address",
        Format::RelativePath => "a relative path without `..`",
        Format::TamePath => "a path without `..`",
        Format::AbsolutePath => "a path that begins with `/`",
        Format::HttpsUrl => "a URL that begins with https://",
        Format::TimeZone => "a time zone such as Europe/Berlin",
    }
}

/// A resource quantity: a signed decimal number and a suffix or exponent.
pub(super) fn is_quantity(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(end);
    let is_number = number.bytes().any(|byte| byte.is_ascii_digit()) && number.matches('.').count() <= 1;
    is_number && is_quantity_suffix(suffix)
}

fn is_quantity_suffix(suffix: &str) -> bool {
    const KNOWN: [&str; 16] =
        ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let exponent = || {
        let digits = suffix.strip_prefix(['e', 'E'])?;
        let digits = digits.strip_prefix(['+', '-']).unwrap_or(digits);
        Some(!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    KNOWN.contains(&suffix) || exponent() == Some(true)
}

/// Base64 with the standard alphabet and padding; line breaks are ignored, as Go ignores them.
fn is_base64(text: &str) -> bool {
    let symbols = || text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n'));
    let padding = symbols().rev().take_while(|&byte| byte == b'=').count();
    let count = symbols().count();
    let is_symbol = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    count.is_multiple_of(4) && padding <= 2 && symbols().take(count - padding).all(is_symbol)
}

/// RFC 3339 as Go reads it.
fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else { return false };
    let Some(zone) = time.find(['Z', '+', '-']) else { return false };
    let (clock, zone) = time.split_at(zone);
    is_date(date) && is_clock(clock) && (zone == "Z" || zone.get(1..).is_some_and(is_offset))
}

/// The looser forms that custom resources may use: a date and something like a time behind it.
fn is_loose_date_time(text: &str) -> bool {
    let (Some(date), Some(rest)) = (text.get(..10), text.get(10..)) else { return false };
    is_date(date) && rest.starts_with(['T', 't', ' '])
}

/// `YYYY-MM-DD` of a day that exists.
fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut number = |width: usize| parts.next().and_then(|part| digits(part, width));
    let (Some(year), Some(month), Some(day)) = (number(4), number(2), number(2)) else { return false };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    parts.next().is_none() && (1..=12).contains(&month) && (1..=days).contains(&day)
}

/// `HH:MM:SS`, with a fraction or without.
fn is_clock(text: &str) -> bool {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let mut parts = whole.split(':').map(|part| digits(part, 2));
    let (hour, minute, second) = (parts.next(), parts.next(), parts.next());
    let is_below = |part: Option<Option<u32>>, limit| part.flatten().is_some_and(|number| number < limit);
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    parts.next().is_none()
        && is_below(hour, 24)
        && is_below(minute, 60)
        && is_below(second, 60)
        && is_fraction
}

/// `HH:MM` of a time zone.
fn is_offset(text: &str) -> bool {
    text.split_once(':').is_some_and(|(hours, minutes)| {
        digits(hours, 2).is_some_and(|n| n <= 24) && digits(minutes, 2).is_some_and(|n| n < 60)
    })
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let most = if address.parse::<Ipv4Addr>().is_ok() {
        32
    } else if address.parse::<Ipv6Addr>().is_ok() {
        128
    } else {
        return false;
    };
    bits.bytes().all(|byte| byte.is_ascii_digit()) && bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}

/// Hexadecimal digits in groups of 8, 4, 4, 4 and 12, with or without the dashes.
fn is_uuid(text: &str) -> bool {
    let count = text.bytes().filter(u8::is_ascii_hexdigit).count();
    count == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

fn digits(text: &str, width: usize) -> Option<u32> {
    let is_number = text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: Format, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(is_form(format, text), "{format:?} {text:?}");
        }
        for text in bad {
            assert!(!is_form(format, text), "{format:?} {text:?}");
        }
    }

    #[test]
    fn quantities() {
        let good =
            ["0", "1", "-1", "+1.5", ".5", "5.", "100m", "1Ki", "12E", "1e3", "1E-3", "0.1", "5u", "3k"];
        check(
            Format::Quantity,
            &good,
            &["", ".", "12Xi", "1K", "m", "1 Gi", "1.2.3", "e3", "1e", "0x10", "1mi", "1,5"],
        );
    }

    #[test]
    fn base64() {
        check(
            Format::Byte,
            &["", "aGk=", "aGkx", "aA==", "aGkx\nYWJj\n"],
            &["a", "aGk", "a===", "a=b=", "aG k", "aG-_", "!!!!"],
        );
    }

    #[test]
    fn dates_and_times() {
        let good = ["2024-02-29T23:59:59Z", "2026-01-31T08:30:00.123456+05:30", "2026-01-31T08:30:00-00:00"];
        let bad = [
            "",
            "2026-01-31",
            "2026-02-29T00:00:00Z",
            "2026-01-31 08:30:00Z",
            "2026-01-31T24:00:00Z",
            "2026-01-31T08:30:00",
        ];
        check(Format::DateTime, &good, &bad);
        check(
            Format::LooseDateTime,
            &["2026-01-31t08:30:00z", "2026-01-31T08:30:00"],
            &["2026-13-31T", "now", "2026-01-31"],
        );
        check(Format::Date, &["2026-01-31"], &["2026-1-31", "2026-04-31", "26-01-01", "2026-01-31-01"]);
    }

    #[test]
    fn addresses_and_ids() {
        check(Format::Ipv4, &["10.0.0.1"], &["10.0.0", "::1", "256.0.0.1"]);
        check(Format::Ipv6, &["::1", "fe80::"], &["10.0.0.1", "::g"]);
        check(Format::Cidr, &["10.0.0.0/8", "::/0"], &["10.0.0.0", "10.0.0.0/33", "a/8", "10.0.0.0/+8"]);
        check(
            Format::Uuid,
            &["6ba7b810-9dad-11d1-80b4-00c04fd430c8"],
            &["6ba7b810", "6ba7b810-9dad-11d1-80b4-00c04fd430cg"],
        );
    }
}
