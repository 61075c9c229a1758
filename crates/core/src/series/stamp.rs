//! One cell of a time column, as read, before the frequency of its series is known.

use std::fmt;

use jiff::civil::{Date, DateTime};
use thiserror::Error;

use super::{Frequency, Period};

/// A time cell: a period by name, a date, a moment, or a whole number.
///
/// ```
/// use onpace::series::Stamp;
/// for text in ["2021", "2021Q3", "2021-Q3", "2021H1", "2021-03", "2021-03-31", "2021-03-31 13:00"] {
///     assert!(Stamp::parse(text).is_ok(), "{text}");
/// }
/// assert!(Stamp::parse("2021Q5").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stamp {
    /// A half-year, quarter or month by name, such as `2024Q3`.
    Period(Period),
    /// A day.
    Date(Date),
    /// A moment of a day.
    Moment(DateTime),
    /// A whole number: a year if all numbers of the column look like years, else an index.
    Number(i64),
}

/// A cell that is not a time.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StampError {
    /// The cell is empty.
    #[error("the cell is empty; expected a date, year, quarter, half-year, month or whole number")]
    Empty,
    /// A quarter, half-year or month with an impossible number.
    #[error("`{text}` is not a {what} ({allowed})")]
    OutOfRange {
        /// The cell.
        text: String,
        /// The kind of period that it seems to be.
        what: &'static str,
        /// The range of such periods.
        allowed: String,
    },
    /// Anything else.
    #[error(
        "`{0}` is not a time; expected, for example, 2024-10-31, 2024, 2024Q3, 2024-Q3, 2024H1, 2024-10 or a whole number"
    )]
    Unreadable(String),
}

impl Stamp {
    /// Reads one cell.
    ///
    /// # Errors
    /// An empty cell, a quarter 5 or month 13, or text that is not a time.
    pub fn parse(text: &str) -> Result<Self, StampError> {
        let cell = text.trim();
        if cell.is_empty() {
            return Err(StampError::Empty);
        }
        if let Ok(number) = cell.parse::<i64>() {
            return Ok(Self::Number(number));
        }
        let unreadable = || StampError::Unreadable(shorten(cell));
        if let Some(year) = cell.get(..4).and_then(|y| y.parse::<i64>().ok()) {
            let rest = cell.get(4..).unwrap_or_default();
            let bare = rest.strip_prefix(['-', ' ']).unwrap_or(rest);
            let part = |what, letter: &str, max: i64, make: fn(i64, i64) -> Option<Period>| {
                let number = bare.strip_prefix(|c: char| letter.contains(c))?.parse::<i64>().ok()?;
                let letter = letter.chars().next().unwrap_or_default();
                let period = (1..=max).contains(&number).then(|| make(year, number)).flatten();
                Some(ranged(cell, what, number, max, format!("{year}{letter}1 to {year}{letter}{max}"), period))
            };
            if let Some(stamp) = part("quarter", "Qq", 4, |y, q| Period::quarter(y, q).ok())
                .or_else(|| part("half-year", "Hh", 2, |y, h| Period::half_year(y, h).ok()))
            {
                return stamp;
            }
            let month = rest.strip_prefix(['-', 'M', 'm']).map(|m| m.strip_prefix('M').unwrap_or(m));
            if let Some(month) = month.filter(|m| m.len() <= 2).and_then(|m| m.parse::<i64>().ok()) {
                let period = Period::month(year, month).ok();
                return ranged(cell, "month", month, 12, format!("{year}-01 to {year}-12"), period);
            }
        }
        if let Ok(date) = cell.parse::<Date>() {
            // jiff reads the date of `2024-10-31T13:00` too: a cell with a time is a moment.
            if cell.len() <= 10 {
                return Ok(Self::Date(date));
            }
        }
        let moment = cell.strip_suffix('Z').unwrap_or(cell).parse::<DateTime>().map_err(|_| unreadable())?;
        let midnight = moment.time() == jiff::civil::Time::midnight();
        Ok(if midnight { Self::Date(moment.date()) } else { Self::Moment(moment) })
    }

    /// The frequency of a period by name; `None` for other cells.
    pub(super) fn named(self) -> Option<Frequency> {
        match self {
            Self::Period(period) => Some(period.frequency()),
            _ => None,
        }
    }
}

fn ranged(
    cell: &str,
    what: &'static str,
    number: i64,
    max: i64,
    allowed: String,
    period: Option<Period>,
) -> Result<Stamp, StampError> {
    match period.filter(|_| (1..=max).contains(&number)) {
        Some(period) => Ok(Stamp::Period(period)),
        None => Err(StampError::OutOfRange { text: cell.to_owned(), what, allowed }),
    }
}

fn shorten(cell: &str) -> String {
    if cell.chars().count() <= 40 { cell.to_owned() } else { cell.chars().take(40).chain("…".chars()).collect() }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Period(period) => period.fmt(f),
            Self::Date(date) => date.fmt(f),
            Self::Moment(moment) => moment.fmt(f),
            Self::Number(number) => number.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_styles_of_times_are_read() {
        let text = |cell: &str| Stamp::parse(cell).map(|s| s.to_string());
        assert_eq!(text(" 2021-Q3 ").unwrap(), "2021Q3");
        assert_eq!(text("2021q3").unwrap(), "2021Q3");
        assert_eq!(text("2021H2").unwrap(), "2021H2");
        assert_eq!(text("2021-3").unwrap(), "2021-03");
        assert_eq!(text("2021M11").unwrap(), "2021-11");
        assert_eq!(text("2021-03-31T00:00:00").unwrap(), "2021-03-31");
        assert_eq!(text("2021-03-31 13:00:00").unwrap(), "2021-03-31T13:00:00");
        assert_eq!(Stamp::parse("17").unwrap(), Stamp::Number(17));
        assert_eq!(Stamp::parse("-3").unwrap(), Stamp::Number(-3));
    }

    #[test]
    fn other_text_is_an_error_that_names_the_range() {
        assert_eq!(Stamp::parse("2024Q5").unwrap_err().to_string(), "`2024Q5` is not a quarter (2024Q1 to 2024Q4)");
        assert_eq!(Stamp::parse("2024-13").unwrap_err().to_string(), "`2024-13` is not a month (2024-01 to 2024-12)");
        for cell in ["", "soon", "2023-02-29", "31.12.2024", "2024Q", "1e3", "2024.5", "２０２４"] {
            assert!(Stamp::parse(cell).is_err(), "{cell}");
        }
    }
}
