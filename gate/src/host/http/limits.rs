//! What the headers of an answer say about waiting: `Retry-After`, and the rate limits of each host's dialect.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::HeaderMap;

/// Larger numbers in a `…-Reset` header are seconds since 1970, smaller ones seconds from now.
const EPOCH: u64 = 100_000_000;
/// Seconds to wait when a limit of content-creating requests gives none (GitHub's documentation of secondary limits).
const UNSPOKEN: Duration = Duration::from_secs(60);

/// `Retry-After` as seconds or as a date.
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = text(headers, "retry-after")?;
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = httpdate::parse_http_date(text).ok()?;
    Some(at.duration_since(now).unwrap_or_default())
}

/// How long a host that answered `status` wants nothing more to be sent: `Some(None)` if it is a rate limit without a
/// time.
pub(super) fn limited(
    status: u16,
    headers: &HeaderMap,
    message: &str,
    now: SystemTime,
) -> Option<Option<Duration>> {
    let left = ["x-ratelimit-remaining", "ratelimit-remaining"].iter().find_map(|name| text(headers, name));
    let asked = retry_after(headers, now);
    // With requests left the time of the reset is that of another limit.
    let wait = asked.or_else(|| left.is_none_or(|left| left == "0").then(|| reset(headers, now)).flatten());
    let spoken = || message.to_ascii_lowercase().contains("rate limit");
    match status {
        429 => Some(wait),
        403 if asked.is_some() || left == Some("0") => Some(wait),
        403 if spoken() => Some(Some(UNSPOKEN)),
        _ => None,
    }
}

/// Time until the limit is lifted.
fn reset(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let number = ["x-ratelimit-reset", "ratelimit-reset"].iter().find_map(|name| text(headers, name))?;
    let seconds: u64 = number.parse().ok()?;
    if seconds < EPOCH {
        return Some(Duration::from_secs(seconds));
    }
    let at = UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
    // The clocks of host and runner differ: a second more costs little, a second too early another refusal.
    Some(at.duration_since(now).unwrap_or_default() + Duration::from_secs(1))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20 14:00:00 UTC.
    const NOW: u64 = 1_795_183_200;

    fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(NOW)
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn seconds(wait: u64) -> Option<Duration> {
        Some(Duration::from_secs(wait))
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let read = |value| retry_after(&headers(&[("retry-after", value)]), now());
        assert_eq!(read("7"), seconds(7));
        assert_eq!(read("Fri, 20 Nov 2026 14:01:30 GMT"), seconds(90));
        assert_eq!(read("Fri, 20 Nov 2026 13:00:00 GMT"), seconds(0));
        assert_eq!(read("soon"), None);
        assert_eq!(read("-5"), None);
        assert_eq!(read("99999999999999999999999"), None);
        assert_eq!(retry_after(&HeaderMap::new(), now()), None);
    }

    #[test]
    fn a_refusal_is_a_limit_only_if_something_says_so() {
        let limited = |status, pairs: &[(&'static str, &str)], message| {
            limited(status, &headers(pairs), message, now())
        };
        assert_eq!(limited(403, &[], "Resource not accessible"), None);
        assert_eq!(limited(403, &[("x-ratelimit-remaining", "12"), ("x-ratelimit-reset", "1")], ""), None);
        assert_eq!(limited(404, &[("retry-after", "1")], ""), None);
        assert_eq!(limited(403, &[("retry-after", "3")], ""), Some(seconds(3)));
        assert_eq!(limited(403, &[], "You have exceeded a secondary rate limit."), Some(seconds(60)));
        assert_eq!(limited(429, &[], ""), Some(None));
    }

    #[test]
    fn resets_are_times_or_distances() {
        let at = (NOW + 50).to_string();
        let limited = |status, pairs: &[(&'static str, &str)]| limited(status, &headers(pairs), "", now());
        let primary = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", at.as_str())];
        assert_eq!(limited(403, &primary), Some(seconds(51)));
        assert_eq!(limited(429, &[("ratelimit-reset", &at)]), Some(seconds(51)));
        assert_eq!(
            limited(429, &[("ratelimit-remaining", "0"), ("ratelimit-reset", "20")]),
            Some(seconds(20))
        );
        assert_eq!(
            limited(429, &[("x-ratelimit-remaining", "4000"), ("x-ratelimit-reset", &at)]),
            Some(None)
        );
        let huge = u64::MAX.to_string();
        assert_eq!(limited(429, &[("x-ratelimit-reset", &huge)]), Some(None));
    }
}
