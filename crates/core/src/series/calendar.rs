//! From time cells to regular periods, and back to the way in which the cells were written.

use jiff::civil::Date;
use num_integer::gcd;
use thiserror::Error;

use super::period::month_start;
use super::{Frequency, Period, Stamp};

/// Why time cells make no regular calendar.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CalendarError {
    /// Cells of one series that are of different kinds, such as a quarter among months.
    #[error("mixed frequencies: `{first}` and `{second}` in one series")]
    Mixed {
        /// The first cell.
        first: String,
        /// The first cell of another kind.
        second: String,
    },
    /// One date says nothing of the frequency.
    #[error("the frequency cannot be inferred from one date alone")]
    OneDate,
    /// The frequency asked for is finer than the cells, or not theirs.
    #[error("`{cell}` names no {frequency} period")]
    NotOf {
        /// The cell.
        cell: String,
        /// The frequency asked for.
        frequency: Frequency,
    },
}

/// How periods are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Name,
    Month,
    Date,
    Moment,
}

/// A frequency and the way in which its periods were written, so that forecasts continue the reader's own dates.
///
/// ```
/// use onpace::series::{Calendar, Frequency, Stamp};
/// let cells: Vec<_> = ["2021-01-31", "2021-02-28", "2021-03-31"].iter().map(|c| Stamp::parse(c)).collect::<Result<_, _>>()?;
/// let calendar = Calendar::infer(&cells, None, false)?;
/// assert_eq!(calendar.frequency(), Frequency::Month);
/// let next = calendar.period(cells[2])?.shift(1)?;
/// assert_eq!(calendar.label(next), "2021-04-30");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    frequency: Frequency,
    style: Style,
    /// Month within the period, from 0, for periods made of months.
    month: i64,
    /// Day within the month, or `None` for its last; for weeks the days after Monday.
    day: Option<i8>,
}

impl Calendar {
    /// A calendar whose periods are written by name: `2024Q3`, `2024-10`.
    pub fn named(frequency: Frequency) -> Self {
        Self { frequency, style: Style::Name, month: 0, day: Some(1) }
    }

    /// Finds the frequency of one series from its cells, or takes the one asked for.
    ///
    /// Dates are yearly, half-yearly, quarterly or monthly where they share the day of the month (or are all the last
    /// of a month) by the greatest common divisor of their steps, else weekly or daily; moments are hourly.
    /// `years` says whether whole numbers are years, which is decided over a whole column.
    ///
    /// # Errors
    /// Cells of different kinds, a single date without a frequency asked for, a frequency that the cells do not name.
    pub fn infer(cells: &[Stamp], asked: Option<Frequency>, years: bool) -> Result<Self, CalendarError> {
        let Some(&first) = cells.first() else {
            return Ok(Self::named(asked.unwrap_or(Frequency::Index)));
        };
        let kind = |stamp: Stamp| match stamp {
            Stamp::Period(_) => (0, stamp.named()),
            Stamp::Date(_) | Stamp::Moment(_) => (1, None),
            Stamp::Number(_) => (2, None),
        };
        if let Some(other) = cells.iter().find(|c| kind(**c) != kind(first)) {
            return Err(CalendarError::Mixed { first: first.to_string(), second: other.to_string() });
        }
        let calendar = match first {
            Stamp::Number(_) => {
                let found = if years { Frequency::Year } else { Frequency::Index };
                Self::named(asked.unwrap_or(found))
            }
            Stamp::Period(period) if period.frequency() == Frequency::Month => Self::of_months(cells, asked),
            Stamp::Period(period) => Self::named(asked.unwrap_or(period.frequency())),
            Stamp::Date(_) | Stamp::Moment(_) => Self::of_dates(cells, asked)?,
        };
        cells.iter().try_for_each(|cell| calendar.period(*cell).map(drop))?;
        Ok(calendar)
    }

    /// Months written as such may stand for quarters or years: the step tells.
    fn of_months(cells: &[Stamp], asked: Option<Frequency>) -> Self {
        let ordinals: Vec<i64> = cells.iter().filter_map(|c| month_number(*c)).collect();
        let frequency = asked.unwrap_or_else(|| month_frequency(step(&ordinals)));
        let within = frequency.months().map_or(0, |m| ordinals.first().map_or(0, |o| o.rem_euclid(m)));
        Self { frequency, style: Style::Month, month: within, day: Some(1) }
    }

    fn of_dates(cells: &[Stamp], asked: Option<Frequency>) -> Result<Self, CalendarError> {
        let dates: Vec<Date> = cells.iter().filter_map(|c| date_of(*c)).collect();
        let Some(first) = dates.first() else { return Ok(Self::named(Frequency::Day)) };
        let month_ends =
            dates.iter().all(|d| d.day() == d.days_in_month()) && dates.iter().any(|d| d.day() != first.day());
        let same_day = dates.iter().all(|d| d.day() == first.day());
        let moments = cells.iter().any(|c| matches!(c, Stamp::Moment(_)));
        let months: Vec<i64> = cells.iter().filter_map(|c| month_number(*c)).collect();
        let frequency = match asked {
            Some(frequency) => frequency,
            None if moments => Frequency::Hour,
            None => {
                let days: Vec<i64> = dates
                    .iter()
                    .filter_map(|d| Period::containing(Frequency::Day, (*d).into()))
                    .map(Period::ordinal)
                    .collect();
                match (step(&days), step(&months)) {
                    (0, _) => return Err(CalendarError::OneDate),
                    (_, by_month) if by_month > 0 && (same_day || month_ends) => month_frequency(by_month),
                    (by_day, _) if by_day % 7 == 0 => Frequency::Week,
                    _ => Frequency::Day,
                }
            }
        };
        let day = match frequency {
            Frequency::Week => Some(first.weekday().to_monday_zero_offset()),
            _ if month_ends || (first.day() == 31 && same_day) => None,
            _ => Some(first.day()),
        };
        let month = frequency.months().map_or(0, |m| months.first().map_or(0, |o| o.rem_euclid(m)));
        let style = if frequency == Frequency::Hour { Style::Moment } else { Style::Date };
        Ok(Self { frequency, style, month, day })
    }

    /// The frequency.
    pub fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// The period that a cell names.
    ///
    /// # Errors
    /// A cell that names no period of this frequency: an index among dates, a year among months.
    pub fn period(&self, cell: Stamp) -> Result<Period, CalendarError> {
        let found = match cell {
            Stamp::Number(number) if matches!(self.frequency, Frequency::Year | Frequency::Index) => {
                Period::new(self.frequency, number).ok()
            }
            Stamp::Number(_) => None,
            Stamp::Period(period) if period.frequency() <= self.frequency && period.frequency() != self.frequency => {
                None
            }
            Stamp::Period(period) => period.start().and_then(|start| Period::containing(self.frequency, start)),
            Stamp::Date(date) => Period::containing(self.frequency, date.into()),
            Stamp::Moment(moment) => Period::containing(self.frequency, moment),
        };
        found.ok_or_else(|| CalendarError::NotOf { cell: cell.to_string(), frequency: self.frequency })
    }

    /// A period in the way in which the series' own times were written.
    pub fn label(&self, period: Period) -> String {
        self.anchored(period).unwrap_or_else(|| period.to_string())
    }

    fn anchored(&self, period: Period) -> Option<String> {
        let start = period.start()?;
        match (self.style, self.frequency.months()) {
            (Style::Name, _) => None,
            (Style::Moment, _) => Some(start.to_string()),
            (_, Some(months)) => {
                let month = month_start(period.ordinal() * months + self.month)?;
                if self.style == Style::Month {
                    return Some(format!("{:04}-{:02}", month.year(), month.month()));
                }
                let day = self.day.map_or(month.days_in_month(), |d| d.min(month.days_in_month()));
                Some(month.with().day(day).build().ok()?.to_string())
            }
            _ if self.frequency == Frequency::Week => {
                let days = i64::from(self.day.unwrap_or(0));
                Some(start.date().checked_add(jiff::Span::new().days(days)).ok()?.to_string())
            }
            _ => Some(start.date().to_string()),
        }
    }
}

fn date_of(cell: Stamp) -> Option<Date> {
    match cell {
        Stamp::Date(date) => Some(date),
        Stamp::Moment(moment) => Some(moment.date()),
        _ => None,
    }
}

fn month_number(cell: Stamp) -> Option<i64> {
    match cell {
        Stamp::Period(period) => Some(period.ordinal()),
        other => Some(Period::containing(Frequency::Month, date_of(other)?.into())?.ordinal()),
    }
}

fn month_frequency(step: i64) -> Frequency {
    match step {
        0 => Frequency::Month,
        s if s % 12 == 0 => Frequency::Year,
        s if s % 6 == 0 => Frequency::HalfYear,
        s if s % 3 == 0 => Frequency::Quarter,
        _ => Frequency::Month,
    }
}

/// The greatest common divisor of the differences; 0 where all are equal.
fn step(ordinals: &[i64]) -> i64 {
    let first = ordinals.first().copied().unwrap_or(0);
    ordinals.iter().fold(0, |divisor, ordinal| gcd(divisor, ordinal - first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(cells: &[&str]) -> Result<Calendar, CalendarError> {
        let stamps: Vec<_> = cells.iter().map(|c| Stamp::parse(c).unwrap()).collect();
        Calendar::infer(&stamps, None, true)
    }

    fn next(cells: &[&str]) -> (Frequency, String) {
        let found = calendar(cells).unwrap();
        let last = found.period(Stamp::parse(cells[cells.len() - 1]).unwrap()).unwrap();
        (found.frequency(), found.label(last.shift(1).unwrap()))
    }

    #[test]
    fn finds_the_frequency_and_continues_the_dates_as_written() {
        use Frequency::*;
        assert_eq!(next(&["2019", "2020"]), (Year, "2021".into()));
        assert_eq!(next(&["2019-12-31", "2020-12-31"]), (Year, "2021-12-31".into()));
        assert_eq!(next(&["2020-03-31", "2020-06-30", "2020-09-30"]), (Quarter, "2020-12-31".into()));
        assert_eq!(next(&["2020-01-01", "2020-04-01"]), (Quarter, "2020-07-01".into()));
        assert_eq!(next(&["2020-03", "2020-06"]), (Quarter, "2020-09".into()));
        assert_eq!(next(&["2020-06-30", "2020-12-31"]), (HalfYear, "2021-06-30".into()));
        assert_eq!(next(&["2023-12-31", "2024-01-31"]), (Month, "2024-02-29".into()));
        assert_eq!(next(&["2024-01-15", "2024-02-15"]), (Month, "2024-03-15".into()));
        assert_eq!(next(&["2024-01-07", "2024-01-14", "2024-01-28"]), (Week, "2024-02-04".into()));
        assert_eq!(next(&["2024-02-27", "2024-02-28"]), (Day, "2024-02-29".into()));
        assert_eq!(next(&["2024-02-28 23:00", "2024-02-29 00:00"]), (Hour, "2024-02-29T01:00:00".into()));
        assert_eq!(next(&["2021H1", "2021H2"]), (HalfYear, "2022H1".into()));
    }

    #[test]
    fn refuses_mixed_cells_and_a_lone_date() {
        assert!(matches!(calendar(&["2020Q1", "2020-05"]), Err(CalendarError::Mixed { .. })));
        assert!(matches!(calendar(&["2020", "2020-05-01"]), Err(CalendarError::Mixed { .. })));
        assert_eq!(calendar(&["2020-05-01"]), Err(CalendarError::OneDate));
        let quarter = [Stamp::parse("2020Q1").unwrap()];
        assert!(Calendar::infer(&quarter, Some(Frequency::Month), true).is_err());
        assert!(Calendar::infer(&quarter, Some(Frequency::Year), true).is_ok());
    }
}
