//! One period of a calendar, with exact arithmetic.

use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::{ToSpan, Unit};
use thiserror::Error;

use super::Frequency;

/// A period outside the years 1 to 9999.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{frequency} period number {ordinal} is outside the years 1 to 9999")]
pub struct PeriodError {
    frequency: Frequency,
    ordinal: i64,
}

/// One year, quarter, month, … or one step of a plain index.
///
/// A period is a frequency and a whole number, so that arithmetic is exact: months are never thirty days.
///
/// ```
/// use onpace::series::Period;
/// let last = Period::quarter(2025, 4)?;
/// assert_eq!(last.shift(1)?.to_string(), "2026Q1");
/// assert_eq!(last.steps_to(Period::quarter(2027, 4)?), 8);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    frequency: Frequency,
    ordinal: i64,
}

/// Monday, 1 January 1 is day 0 of the week and day counts.
const EPOCH: Date = Date::constant(1, 1, 1);
const LAST_YEAR: i64 = 9999;

impl Period {
    /// The period with number `ordinal` of a frequency. Years, half-years, quarters and months count from the start of
    /// year 0; weeks, days and hours from Monday, 1 January 1; an index is its own number.
    ///
    /// # Errors
    /// A calendar period outside the years 1 to 9999.
    pub fn new(frequency: Frequency, ordinal: i64) -> Result<Self, PeriodError> {
        let days = 3_652_058; // from 0001-01-01 to 9999-12-31
        let range = match frequency {
            Frequency::Index => i64::MIN / 4..=i64::MAX / 4,
            Frequency::Week => 0..=days / 7 - 1,
            Frequency::Day => 0..=days,
            Frequency::Hour => 0..=days * 24,
            _ => {
                let per_year = 12 / frequency.months().unwrap_or(12);
                per_year..=(LAST_YEAR + 1) * per_year - 1
            }
        };
        if range.contains(&ordinal) { Ok(Self { frequency, ordinal }) } else { Err(PeriodError { frequency, ordinal }) }
    }

    /// A calendar year.
    ///
    /// # Errors
    /// A year outside 1 to 9999.
    pub fn year(year: i64) -> Result<Self, PeriodError> {
        Self::new(Frequency::Year, year)
    }

    /// Half-year 1 or 2 of a year; other numbers continue into the years before and after.
    ///
    /// # Errors
    /// A year outside 1 to 9999.
    pub fn half_year(year: i64, half: i64) -> Result<Self, PeriodError> {
        Self::new(Frequency::HalfYear, year * 2 + half - 1)
    }

    /// Quarter 1 to 4 of a year; other numbers continue into the years before and after.
    ///
    /// # Errors
    /// A year outside 1 to 9999.
    pub fn quarter(year: i64, quarter: i64) -> Result<Self, PeriodError> {
        Self::new(Frequency::Quarter, year * 4 + quarter - 1)
    }

    /// Month 1 to 12 of a year; other numbers continue into the years before and after.
    ///
    /// # Errors
    /// A year outside 1 to 9999.
    pub fn month(year: i64, month: i64) -> Result<Self, PeriodError> {
        Self::new(Frequency::Month, year * 12 + month - 1)
    }

    /// The period of a frequency that contains a moment; `None` for a plain index, which has no moments.
    pub fn containing(frequency: Frequency, moment: DateTime) -> Option<Self> {
        let days = days_since_epoch(moment.date());
        let months = i64::from(moment.year()) * 12 + i64::from(moment.month()) - 1;
        let ordinal = match frequency {
            Frequency::Index => return None,
            Frequency::Week => days.div_euclid(7),
            Frequency::Day => days,
            Frequency::Hour => days * 24 + i64::from(moment.hour()),
            _ => months.div_euclid(frequency.months()?),
        };
        Self::new(frequency, ordinal).ok()
    }

    /// The frequency.
    pub fn frequency(self) -> Frequency {
        self.frequency
    }

    /// The number of the period within its frequency; neighbours differ by one.
    pub fn ordinal(self) -> i64 {
        self.ordinal
    }

    /// The period `steps` later (earlier where negative).
    ///
    /// # Errors
    /// A period outside the years 1 to 9999.
    pub fn shift(self, steps: i64) -> Result<Self, PeriodError> {
        let outside = PeriodError { frequency: self.frequency, ordinal: self.ordinal };
        Self::new(self.frequency, self.ordinal.checked_add(steps).ok_or(outside)?)
    }

    /// Steps from this period to another of the same frequency: 1 for the next.
    pub fn steps_to(self, other: Self) -> i64 {
        debug_assert_eq!(self.frequency, other.frequency, "steps between periods of one frequency");
        other.ordinal - self.ordinal
    }

    /// The first moment of the period; `None` for a plain index.
    pub fn start(self) -> Option<DateTime> {
        let day = |days: i64| EPOCH.checked_add(days.days()).ok();
        match self.frequency {
            Frequency::Index => None,
            Frequency::Week => Some(day(self.ordinal * 7)?.into()),
            Frequency::Day => Some(day(self.ordinal)?.into()),
            Frequency::Hour => {
                let hour = i8::try_from(self.ordinal.rem_euclid(24)).ok()?;
                Some(day(self.ordinal.div_euclid(24))?.at(hour, 0, 0, 0))
            }
            _ => month_start(self.ordinal * self.frequency.months()?).map(DateTime::from),
        }
    }

    /// The last day of the period, the day by which it is complete; `None` for a plain index.
    pub fn last_day(self) -> Option<Date> {
        let start = self.start()?.date();
        match self.frequency {
            Frequency::Week => start.checked_add(6.days()).ok(),
            Frequency::Day | Frequency::Hour => Some(start),
            _ => {
                let months = self.frequency.months()?;
                Some(month_start((self.ordinal + 1) * months - 1)?.last_of_month())
            }
        }
    }

    /// The calendar year the period begins in; `None` for a plain index.
    pub fn calendar_year(self) -> Option<i64> {
        self.start().map(|moment| i64::from(moment.year()))
    }
}

fn days_since_epoch(date: Date) -> i64 {
    EPOCH.until((Unit::Day, date)).map_or(0, |span| i64::from(span.get_days()))
}

/// The first day of a month counted from January of the year 0.
pub(super) fn month_start(months: i64) -> Option<Date> {
    let year = i16::try_from(months.div_euclid(12)).ok()?;
    let month = i8::try_from(months.rem_euclid(12) + 1).ok()?;
    Date::new(year, month, 1).ok()
}

impl fmt::Display for Period {
    /// `2024`, `2024H1`, `2024Q3`, `2024-10`; weeks and days by their first day, hours as `2024-10-05T13`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let split = |per_year: i64| (self.ordinal.div_euclid(per_year), self.ordinal.rem_euclid(per_year) + 1);
        match self.frequency {
            Frequency::Year | Frequency::Index => write!(f, "{}", self.ordinal),
            Frequency::HalfYear => {
                let (year, half) = split(2);
                write!(f, "{year:04}H{half}")
            }
            Frequency::Quarter => {
                let (year, quarter) = split(4);
                write!(f, "{year:04}Q{quarter}")
            }
            Frequency::Month => {
                let (year, month) = split(12);
                write!(f, "{year:04}-{month:02}")
            }
            Frequency::Week | Frequency::Day | Frequency::Hour => match self.start() {
                Some(moment) if self.frequency == Frequency::Hour => {
                    write!(f, "{}T{:02}", moment.date(), moment.hour())
                }
                Some(moment) => write!(f, "{}", moment.date()),
                None => write!(f, "{}", self.ordinal),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calendar_steps_are_exact_across_month_ends_and_leap_years() {
        let january = Period::month(2024, 1).unwrap();
        let ends: Vec<_> = (0..4).map(|k| january.shift(k).unwrap().last_day().unwrap().to_string()).collect();
        assert_eq!(ends, ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]);
        assert_eq!(Period::quarter(2025, 4).unwrap().last_day().unwrap().to_string(), "2025-12-31");
        assert_eq!(Period::half_year(2021, 2).unwrap().shift(1).unwrap().to_string(), "2022H1");
    }

    #[test]
    fn every_period_contains_its_own_start_and_end() {
        for frequency in Frequency::ALL.into_iter().filter(|f| *f != Frequency::Index) {
            let moment = Date::constant(2024, 2, 29).at(13, 5, 0, 0);
            let period = Period::containing(frequency, moment).unwrap();
            for step in -40..40 {
                let other = period.shift(step).unwrap();
                assert_eq!(Period::containing(frequency, other.start().unwrap()), Some(other), "{frequency} {step}");
                assert_eq!(other.steps_to(period), -step);
            }
        }
    }

    #[test]
    fn weeks_begin_on_monday_and_bounds_are_errors() {
        let week = Period::containing(Frequency::Week, Date::constant(2026, 11, 22).into()).unwrap();
        assert_eq!(week.to_string(), "2026-11-16");
        assert!(Period::year(10_000).is_err());
        assert!(Period::year(9999).unwrap().shift(1).is_err());
        assert!(Period::year(2020).unwrap().shift(i64::MAX).is_err());
    }
}
