//! The forms of ports, paths, hosts and other words of built-in kinds.

use super::names;
use super::node::Format;

/// True if `text` is of `format`, one of those whose test stands here.
pub(super) fn is_form(format: Format, text: &str) -> bool {
    match format {
        Format::Port => text.parse::<i64>().map_or_else(|_| is_port_name(text), |n| (1..=65535).contains(&n)),
        Format::PortOrNone => text == "0" || is_form(Format::Port, text),
        Format::FieldPath => is_field_path(text),
        Format::ResourceField => is_resource_field(text),
        Format::PortName => is_port_name(text),
        Format::IntOrPercent => is_int_or_percent(text),
        Format::EnvName => {
            text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'=') && !text.is_empty()
        }
        Format::HeaderName => is_header_name(text),
        Format::Host => is_host(text),
        Format::RelativePath => !text.starts_with('/') && has_no_parents(text),
        Format::TamePath => has_no_parents(text),
        Format::AbsolutePath => text.starts_with('/'),
        Format::HttpsUrl => text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty()),
        Format::TimeZone => is_time_zone(text),
        _ => true,
    }
}

/// An IANA service name: at most 15 lower-case letters, digits and single dashes, with a letter.
fn is_port_name(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.len() <= 15
        && text.bytes().all(inner)
        && text.bytes().any(|byte| byte.is_ascii_lowercase())
        && !text.contains("--")
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// What the server knows under `fieldRef`, in environments or volumes.
fn is_field_path(text: &str) -> bool {
    const KNOWN: [&str; 11] = [
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "metadata.labels",
        "metadata.annotations",
        "spec.nodeName",
        "spec.serviceAccountName",
        "status.hostIP",
        "status.hostIPs",
        "status.podIP",
        "status.podIPs",
    ];
    let keyed = ["metadata.labels['", "metadata.annotations['"];
    KNOWN.contains(&text) || text.ends_with("']") && keyed.iter().any(|begin| text.starts_with(begin))
}

fn is_resource_field(text: &str) -> bool {
    let resource = text.strip_prefix("limits.").or_else(|| text.strip_prefix("requests."));
    resource.is_some_and(|name| {
        matches!(name, "cpu" | "memory" | "ephemeral-storage") || name.starts_with("hugepages-")
    })
}

fn is_int_or_percent(text: &str) -> bool {
    let digits = text.strip_suffix('%');
    match digits {
        Some(digits) => !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()),
        None => text.parse::<i64>().is_ok_and(|number| number >= 0),
    }
}

fn is_header_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A host that an Ingress can have.
fn is_host(text: &str) -> bool {
    let is_address = text.parse::<std::net::IpAddr>().is_ok();
    let rest = text.strip_prefix("*.").unwrap_or(text);
    !is_address && names::subdomain(rest).is_none()
}

fn has_no_parents(text: &str) -> bool {
    text.split('/').all(|part| part != "..")
}

/// Whether there is such a time zone is known to the node only; here its form.
fn is_time_zone(text: &str) -> bool {
    let is_part = |part: &str| {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-');
        (1..=14).contains(&part.len()) && part.bytes().all(good) && !part.starts_with('-')
    };
    !text.eq_ignore_ascii_case("local") && text.split('/').all(is_part)
}

/// A duration as Go reads it: numbers with units, such as `1h30m`.
pub(super) fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    let mut any = false;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, tail) = rest.split_at(end);
        if !number.bytes().any(|byte| byte.is_ascii_digit()) || number.matches('.').count() > 1 {
            return false;
        }
        let unit = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"].into_iter().find(|unit| {
            tail.strip_prefix(unit).is_some_and(|rest| {
                rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            })
        });
        let Some(unit) = unit else { return false };
        rest = tail.get(unit.len()..).unwrap_or_default();
        any = true;
    }
    any
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
    fn ports() {
        check(
            Format::Port,
            &["1", "65535", "http", "a-1"],
            &["0", "65536", "-1", "HTTP", "a--b", "-a", "a_b"],
        );
        check(
            Format::PortName,
            &["a", "http-web-1"],
            &["123", "sixteen-letters-", "http_web", "a23456789012345x"],
        );
    }

    #[test]
    fn numbers_and_percentages() {
        check(Format::IntOrPercent, &["0", "25%", "7"], &["-1", "abc", "%", "25.5%", "-5%", "5 %"]);
    }

    #[test]
    fn paths_and_hosts() {
        check(Format::RelativePath, &["a/b", "..a"], &["/a", "a/../b", ".."]);
        check(
            Format::Host,
            &["a.example.com", "*.example.com"],
            &["10.0.0.1", "*", "a_b.com", "A.com", "*.*.com"],
        );
        check(Format::HttpsUrl, &["https://a/b"], &["http://a", "https://"]);
        check(Format::TimeZone, &["Etc/UTC", "Europe/Berlin", "EST5EDT"], &["Local", "Europe/", "-x"]);
        check(Format::EnvName, &["A", "a.b-c", "1A"], &["", "A=B", "ä"]);
    }

    #[test]
    fn durations() {
        for good in ["1h30m", "0", "1.5s", "100ms", "-3m", "1us"] {
            assert!(is_duration(good), "{good}");
        }
        for bad in ["", "1", "h", "1x", "1h 3m", "1..5s"] {
            assert!(!is_duration(bad), "{bad}");
        }
    }
}
