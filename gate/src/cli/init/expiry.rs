//! The last day of the waivers of a baseline, by the clock: from today on the findings are known.

use crate::cli::clock;
use crate::cli::error::CliError;
use crate::config::Date;

/// Days for which the waivers hold where nobody says.
const DAYS: u16 = 90;

/// The day that the arguments ask for; none without a baseline.
pub(super) fn read(
    expires: Option<&str>,
    days: Option<u16>,
    baseline: bool,
) -> Result<Option<Date>, CliError> {
    if !baseline {
        return Ok(None);
    }
    let now = clock::now(None);
    let today = Date::of_time(&now).ok_or_else(|| {
        CliError::new("the clock of this machine says no day").hint("give the day: `--expires 2027-01-31`")
    })?;
    let Some(text) = expires else { return Ok(Some(today.plus_days(days.unwrap_or(DAYS)))) };
    let date = Date::parse(text).ok_or_else(|| {
        CliError::new(format!("`--expires {text}` is no day")).hint("write it as in 2027-01-31")
    })?;
    if date < today {
        return Err(CliError::new(format!("`--expires {text}` is over: today is {today}"))
            .hint("give a later day, or `--days N`"));
    }
    Ok(Some(date))
}
