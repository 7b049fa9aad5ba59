//! Schedules of CronJobs, as the server's parser reads them: five fields, or a macro.

/// Least and most of each field, and the names that stand for numbers.
const FIELDS: [(u32, u32, &[&str]); 5] = [
    (0, 59, &[]),
    (0, 23, &[]),
    (1, 31, &[]),
    (1, 12, &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
    (0, 6, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
];
const MACROS: [&str; 7] = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/// True if `text` is a schedule.
pub(super) fn is_schedule(text: &str) -> bool {
    if let Some(duration) = text.strip_prefix("@every ") {
        return super::words::is_duration(duration);
    }
    if text.starts_with('@') {
        return MACROS.contains(&text);
    }
    // Versions before 1.25 take a time zone here; newer ones refuse it with a rule of its own.
    let zoned = text.starts_with("TZ=") || text.starts_with("CRON_TZ=");
    let text = if zoned { text.split_once(' ').map_or("", |(_, rest)| rest) } else { text };
    let mut fields = text.split_whitespace();
    FIELDS.iter().all(|field| fields.next().is_some_and(|text| is_field(text, field)))
        && fields.next().is_none()
}

fn is_field(text: &str, field: &(u32, u32, &[&str])) -> bool {
    // Empty parts between commas are skipped by the server's parser.
    text.split(',').filter(|part| !part.is_empty()).all(|part| is_range(part, field))
}

/// `*`, `?`, `5`, `1-5`, each with `/step` or without.
fn is_range(text: &str, &(least, most, names): &(u32, u32, &[&str])) -> bool {
    let (range, step) = text.split_once('/').map_or((text, None), |(range, step)| (range, Some(step)));
    if step.is_some_and(|step| number(step).is_none_or(|step| step == 0)) {
        return false;
    }
    let (low, high) = range.split_once('-').map_or((range, None), |(low, high)| (low, Some(high)));
    if matches!(low, "*" | "?") {
        return high.is_none();
    }
    let read = |text: &str| {
        let named = names.iter().position(|name| name.eq_ignore_ascii_case(text));
        named.map(|at| at as u32 + least).or_else(|| number(text))
    };
    let (Some(low), Some(high)) = (read(low), read(high.unwrap_or(low))) else { return false };
    low >= least && low <= high && high <= most
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules() {
        for good in [
            "* * * * *",
            "*/5 0-6,22 1 JAN-mar sun",
            "0 0 ? * *",
            "@daily",
            "@every 1h30m",
            "5/15 * * * *",
            "0 3 * * 6",
            "TZ=UTC 0 3 * * *",
        ] {
            assert!(is_schedule(good), "{good}");
        }
        for bad in [
            "",
            "61 * * * *",
            "* * * *",
            "* * * * * *",
            "*/0 * * * *",
            "5-1 * * * *",
            "* * 0 * *",
            "* * * * 7",
            "@often",
            "@every x",
            "a * * * *",
            "*-5 * * * *",
            "* 24 * * *",
        ] {
            assert!(!is_schedule(bad), "{bad}");
        }
    }
}
