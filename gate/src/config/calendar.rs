//! Days without a clock or a time zone database: `YYYY-MM-DD` dates and the UTC day of an RFC 3339 time.

use std::fmt;

/// A day of the Gregorian calendar, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads `YYYY-MM-DD`; `None` for another form or a day that does not exist.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let year = digits(&bytes[..4])?;
        let month = u8::try_from(digits(&bytes[5..7])?).ok()?;
        let day = u8::try_from(digits(&bytes[8..])?).ok()?;
        let exists = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    /// The UTC day of an RFC 3339 time (`2027-01-31T23:30:00-05:00` is the first of February).
    pub fn of_time(rfc3339: &str) -> Option<Self> {
        let date = Self::parse(rfc3339.get(..10)?)?;
        let rest = rfc3339.as_bytes().get(10..)?;
        let minutes = clock_minutes(rest)? - offset_minutes(rest.get(9..)?)?;
        Some(match minutes {
            ..0 => date.before(),
            0..1440 => date,
            _ => date.after(),
        })
    }

    /// The day so many days later.
    pub fn plus_days(self, days: u16) -> Self {
        (0..days).fold(self, |day, _| day.after())
    }

    fn before(self) -> Self {
        match (self.month, self.day) {
            (1, 1) => Self { year: self.year.saturating_sub(1), month: 12, day: 31 },
            (month, 1) => Self { month: month - 1, day: days_in(self.year, month - 1), ..self },
            (_, day) => Self { day: day - 1, ..self },
        }
    }

    fn after(self) -> Self {
        if self.day < days_in(self.year, self.month) {
            Self { day: self.day + 1, ..self }
        } else if self.month < 12 {
            Self { month: self.month + 1, day: 1, ..self }
        } else {
            Self { year: self.year.saturating_add(1), month: 1, day: 1 }
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Minutes of `Thh:mm:ss…` since midnight.
fn clock_minutes(text: &[u8]) -> Option<i32> {
    let separators = matches!(text.first()?, b'T' | b't' | b' ') && text.get(3) == Some(&b':');
    let hours = digits(text.get(1..3)?)?;
    let minutes = digits(text.get(4..6)?)?;
    (separators && hours < 24 && minutes < 60).then(|| i32::from(hours) * 60 + i32::from(minutes))
}

/// Minutes east of UTC of `Z` or `+hh:mm`, after an optional fraction of a second.
fn offset_minutes(text: &[u8]) -> Option<i32> {
    let zone = text.iter().position(|b| !(b.is_ascii_digit() || *b == b'.'))?;
    match text.get(zone..)? {
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), hours @ .., b':', m1, m2] if hours.len() == 2 => {
            let minutes = i32::from(digits(hours)?) * 60 + i32::from(digits(&[*m1, *m2])?);
            Some(if *sign == b'-' { -minutes } else { minutes })
        }
        _ => None,
    }
}

fn digits(bytes: &[u8]) -> Option<u16> {
    bytes.iter().try_fold(0u16, |sum, b| {
        b.is_ascii_digit().then_some(())?;
        sum.checked_mul(10)?.checked_add(u16::from(b - b'0'))
    })
}

fn days_in(year: u16, month: u8) -> u8 {
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    match month {
        2 => 28 + u8::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_which_days_exist() {
        for good in ["2027-01-31", "2028-02-29", "2000-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(Date::parse(good).map(|date| date.to_string()).as_deref(), Some(good));
        }
        for bad in
            ["2027-02-29", "1900-02-29", "2027-13-01", "2027-00-10", "2027-04-31", "2027-1-31", "tomorrow"]
        {
            assert_eq!(Date::parse(bad), None, "{bad}");
        }
        assert_eq!(Date::parse("2027-01-3é"), None);
    }

    #[test]
    fn turns_times_into_utc_days() {
        for (time, day) in [
            ("2027-01-31T12:00:00Z", "2027-01-31"),
            ("2027-01-31T23:30:00-05:00", "2027-02-01"),
            ("2027-01-31T23:59:59.123456Z", "2027-01-31"),
            ("2027-01-01T00:30:00+01:00", "2026-12-31"),
            ("2028-03-01T00:00:00+00:01", "2028-02-29"),
            ("2027-12-31T20:00:00-08:00", "2028-01-01"),
        ] {
            assert_eq!(Date::of_time(time).map(|date| date.to_string()).as_deref(), Some(day), "{time}");
        }
    }

    #[test]
    fn counts_days_forward() {
        for (from, days, to) in [
            ("2026-01-02", 0, "2026-01-02"),
            ("2026-01-02", 90, "2026-04-02"),
            ("2028-02-28", 1, "2028-02-29"),
            ("2027-12-31", 366, "2028-12-31"),
        ] {
            let day = Date::parse(from).map(|day| day.plus_days(days).to_string());
            assert_eq!(day.as_deref(), Some(to), "{from} {days}");
        }
    }

    #[test]
    fn refuses_times_that_are_none() {
        for bad in
            ["", "2027-01-31", "2027-01-31T12:00:00", "2027-01-31T25:00:00Z", "2027-01-31T12:00:00+1:00", "é"]
        {
            assert_eq!(Date::of_time(bad), None, "{bad}");
        }
    }
}
