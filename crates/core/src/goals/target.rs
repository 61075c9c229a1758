//! Targets and deadlines as people write them.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use thiserror::Error;

use crate::series::{Frequency, Period, Stamp};

/// What is to be reached.
///
/// ```
/// use onpace::goals::Target;
/// assert_eq!("x3".parse(), Ok(Target::Multiple(3.0)));
/// assert_eq!("+50%".parse(), Ok(Target::Multiple(1.5)));
/// assert_eq!("100%".parse(), Ok(Target::Share(100.0)));
/// assert_eq!("1200".parse(), Ok(Target::Level(1200.0)));
/// assert_eq!("+12%/year".parse(), Ok(Target::Growth(0.12)));
/// assert_eq!("1,200".parse(), Ok(Target::Level(1200.0)));
/// assert!("x3,5".parse::<Target>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// A value, in the unit of the series.
    Level(f64),
    /// So many times the value of a base period.
    Multiple(f64),
    /// Compound growth a year from the base period on, as a part of one.
    Growth(f64),
    /// A share, in per cent.
    Share(f64),
    /// Something that happens or not: judged from its record alone.
    Event,
}

/// A target or deadline that is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not a {what}; expected {allowed}")]
pub struct TargetError {
    text: String,
    what: &'static str,
    allowed: &'static str,
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let wrong = || TargetError {
            text: text.to_owned(),
            what: "target",
            allowed: "a level (1200), a multiple of the base (x3, +50%, -20%), growth (+12%/year), a share (80%)",
        };
        let number = |part: &str| thousands(part.trim())?.parse::<f64>().ok().filter(|n| n.is_finite());
        let cell = text.trim();
        let signed = |percent: &str| number(&percent.replace('−', "-")).map(|p| p / 100.0).filter(|p| *p > -1.0);
        let a_year = [" a year", "/year", "/a", "/y"].iter().find_map(|ending| cell.strip_suffix(ending));
        if let Some(rate) = a_year {
            return rate.trim().strip_suffix('%').and_then(signed).map(Self::Growth).ok_or_else(wrong);
        }
        let target = match (cell.strip_prefix(['x', 'X', '×']), cell.strip_suffix('%')) {
            (Some(times), _) => number(times).filter(|n| *n > 0.0).map(Self::Multiple),
            (None, Some(percent)) if percent.starts_with(['+', '-', '−']) => {
                signed(percent).map(|p| Self::Multiple(1.0 + p))
            }
            (None, Some(percent)) => number(percent).map(Self::Share),
            _ => number(cell).map(Self::Level),
        };
        target.ok_or_else(wrong)
    }
}

/// A number without the commas between its thousands; `None` where a comma stands elsewhere, as in a decimal 3,5.
fn thousands(text: &str) -> Option<String> {
    let whole = text.split(['.', 'e', 'E']).next().unwrap_or_default().trim_start_matches(['+', '-']);
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default().len();
    let grouped = whole.contains(',');
    let well = !grouped || ((1..=3).contains(&first) && groups.all(|group| group.len() == 3));
    let elsewhere = text.matches(',').count() > whole.matches(',').count();
    (well && !elsewhere).then(|| text.replace(',', ""))
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Level(level) => write!(f, "{level}"),
            Self::Multiple(times) => write!(f, "x{times}"),
            Self::Growth(rate) => write!(f, "{:+}%/year", 100.0 * rate),
            Self::Share(percent) => write!(f, "{percent}%"),
            Self::Event => f.write_str("event"),
        }
    }
}

/// The day of a deadline: a date, or the last day of a year, half-year, quarter or month.
///
/// ```
/// use onpace::goals::deadline;
/// assert_eq!(deadline("2026-Q3")?.to_string(), "2026-09-30");
/// # Ok::<(), onpace::goals::TargetError>(())
/// ```
///
/// # Errors
/// Text that is none of these.
pub fn deadline(text: &str) -> Result<Date, TargetError> {
    let day = match Stamp::parse(text) {
        Ok(Stamp::Date(date)) => Some(date),
        Ok(Stamp::Period(period)) => period.last_day(),
        Ok(Stamp::Number(year)) => Period::year(year).ok().and_then(Period::last_day),
        _ => None,
    };
    let allowed = "2027, 2027H1, 2026-Q4, 2026-12, 2026-12-31";
    day.ok_or_else(|| TargetError { text: text.to_owned(), what: "deadline", allowed })
}

/// The last period of a frequency that is over by the deadline: a flow is judged in whole periods, never inside one.
pub(super) fn last_whole_period(frequency: Frequency, deadline: Date) -> Option<Period> {
    let period = Period::containing(frequency, deadline.at(23, 0, 0, 0))?;
    if period.last_day()? <= deadline { Some(period) } else { period.shift(-1).ok() }
}
