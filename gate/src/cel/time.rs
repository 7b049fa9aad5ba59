//! Moments and spans of time: RFC 3339, Go's durations, and the proleptic Gregorian calendar.

const NANOS: i128 = 1_000_000_000;
/// The first moment of the year 1 and the last second of the year 9999.
const RANGE: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// A moment: seconds since 1970 and nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp {
    /// Whole seconds, rounded down.
    pub seconds: i64,
    /// 0 to 999,999,999.
    pub nanos: u32,
}

/// A span of time, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration(pub i64);

/// A date and a time of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Civil {
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
    /// 0 is Sunday.
    pub weekday: i64,
    /// 0 is the first of January.
    pub day_of_year: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
}

impl Timestamp {
    pub(super) fn from_nanos(nanos: i128) -> Option<Self> {
        let seconds = i64::try_from(nanos.div_euclid(NANOS)).ok()?;
        RANGE.contains(&seconds).then(|| Self { seconds, nanos: nanos.rem_euclid(NANOS) as u32 })
    }

    fn nanos(self) -> i128 {
        i128::from(self.seconds) * NANOS + i128::from(self.nanos)
    }

    pub(super) fn plus(self, span: Duration) -> Option<Self> {
        Self::from_nanos(self.nanos() + i128::from(span.0))
    }

    pub(super) fn since(self, earlier: Self) -> Option<Duration> {
        i64::try_from(self.nanos() - earlier.nanos()).ok().map(Duration)
    }

    /// Date and time in a zone so many seconds east of Greenwich.
    pub(super) fn civil(self, offset: i64) -> Civil {
        let local = self.seconds.saturating_add(offset);
        let (days, rest) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let (year, month, day) = date_of(days);
        Civil {
            year,
            month,
            day,
            weekday: (days + 4).rem_euclid(7),
            day_of_year: days - days_of(year, 1, 1),
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
        }
    }

    /// RFC 3339 in UTC.
    pub(super) fn text(self) -> String {
        let at = self.civil(0);
        let date = format!("{:04}-{:02}-{:02}", at.year, at.month, at.day);
        let time = format!("{:02}:{:02}:{:02}", at.hour, at.minute, at.second);
        format!("{date}T{time}{}Z", fraction(self.nanos))
    }
}

impl Duration {
    pub(super) fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    pub(super) fn negated(self) -> Option<Self> {
        self.0.checked_neg().map(Self)
    }

    /// Seconds, as CEL writes a duration: `90.5s`.
    pub(super) fn text(self) -> String {
        let (whole, rest) = (self.0.unsigned_abs() / 1_000_000_000, self.0.unsigned_abs() % 1_000_000_000);
        format!("{}{whole}{}s", if self.0 < 0 { "-" } else { "" }, fraction(rest as u32))
    }
}

fn fraction(nanos: u32) -> String {
    if nanos == 0 {
        return String::new();
    }
    format!(".{nanos:09}").trim_end_matches('0').to_owned()
}

/// Days since 1970 of a date.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of so many days since 1970.
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// RFC 3339, or a date alone.
pub(super) fn parse_timestamp(text: &str) -> Option<Timestamp> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let (year, month, day) = parse_date(date)?;
    let start = days_of(year, month, day).checked_mul(86_400)?;
    if rest.is_empty() {
        return Timestamp::from_nanos(i128::from(start) * NANOS);
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, zone) = rest.split_at(rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len()));
    let offset = if zone.is_empty() || zone.eq_ignore_ascii_case("z") { 0 } else { parse_offset(zone)? };
    let (whole, part) = clock.split_once('.').unwrap_or((clock, ""));
    let fields: Vec<i64> = whole.split(':').map(|part| digits(part, 2)).collect::<Option<_>>()?;
    let [hour, minute, second] = fields.as_slice() else { return None };
    if *hour > 23 || *minute > 59 || *second > 59 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let nanos: i128 = format!("{part:0<9}").get(..9)?.parse().ok()?;
    let seconds = start + hour * 3600 + minute * 60 + second - offset;
    Timestamp::from_nanos(i128::from(seconds) * NANOS + nanos)
}

fn parse_date(text: &str) -> Option<(i64, i64, i64)> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4)?;
    let (month, day) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let is_real =
        (1..=12).contains(&month) && day >= 1 && date_of(days_of(year, month, day)) == (year, month, day);
    (is_real && parts.next().is_none()).then_some((year, month, day))
}

/// `+05:30` in seconds.
pub(super) fn parse_offset(text: &str) -> Option<i64> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60))
}

fn digits(text: &str, width: usize) -> Option<i64> {
    let fits = text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

/// A duration as Go reads it: `1h30m`, `-1.5s`, `0`.
pub(super) fn parse_duration(text: &str) -> Option<Duration> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(Duration(0));
    }
    if rest.is_empty() {
        return None;
    }
    let mut all: i128 = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(end);
        let unit_end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_end);
        all = all.checked_add(scaled(number, unit_nanos(unit)?)?)?;
        rest = after;
    }
    let all = if negative { -all } else { all };
    i64::try_from(all).ok().map(Duration)
}

fn unit_nanos(unit: &str) -> Option<i128> {
    Some(match unit {
        "ns" => 1,
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" => NANOS,
        "m" => 60 * NANOS,
        "h" => 3600 * NANOS,
        _ => return None,
    })
}

fn scaled(number: &str, unit: i128) -> Option<i128> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && part.is_empty() || part.contains('.') {
        return None;
    }
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part = part.get(..part.len().min(15))?;
    let mut all = whole.checked_mul(unit)?;
    if !part.is_empty() {
        all =
            all.checked_add(part.parse::<i128>().ok()?.checked_mul(unit)? / 10i128.pow(part.len() as u32))?;
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        let at = parse_timestamp("2024-02-29T23:59:59.5+01:00").unwrap();
        assert_eq!(at, Timestamp { seconds: 1_709_247_599, nanos: 500_000_000 });
        assert_eq!(at.text(), "2024-02-29T22:59:59.5Z");
        let civil = at.civil(0);
        assert_eq!(
            (civil.year, civil.month, civil.day, civil.weekday, civil.day_of_year),
            (2024, 2, 29, 4, 59)
        );
        assert_eq!(parse_timestamp("1970-01-01").unwrap().seconds, 0);
        assert_eq!(parse_timestamp("0001-01-01T00:00:00Z").unwrap().seconds, *RANGE.start());
        assert_eq!(parse_timestamp("9999-12-31T23:59:59Z").unwrap().seconds, *RANGE.end());
        for bad in ["", "2023-02-29", "2024-01-01T24:00:00Z", "2024-01-01Tx", "2024-01-01T00:00:00+5"] {
            assert_eq!(parse_timestamp(bad), None, "{bad}");
        }
    }

    #[test]
    fn spans() {
        let cases = [
            ("1h30m", 5_400_000_000_000),
            ("-1.5s", -1_500_000_000),
            ("0", 0),
            ("1ms2us3ns", 1_002_003),
            (".5s", 500_000_000),
            ("1.s", 1_000_000_000),
        ];
        for (text, nanos) in cases {
            assert_eq!(parse_duration(text), Some(Duration(nanos)), "{text}");
        }
        for bad in ["", "1", "s", "1d", "1h 2m", ".s", "1.2.3s", "9223372037s1", "99999999999h"] {
            assert_eq!(parse_duration(bad), None, "{bad}");
        }
        assert_eq!(Duration(-1_500_000_000).text(), "-1.5s");
        assert_eq!(Duration(3_600_000_000_000).text(), "3600s");
    }
}
