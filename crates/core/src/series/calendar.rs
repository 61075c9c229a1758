//! From time cells to regular periods, and back to labels in the style of the cells.

use jiff::civil::Date;
use num_integer::gcd;
use thiserror::Error;

use super::period::month_start;
use super::{Frequency, Period, Stamp};

/// Why time cells do not form a regular calendar.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CalendarError {
    /// Cells of different kinds in one series, such as a quarter among months.
    #[error("mixed frequencies: `{first}` and `{second}` in one series")]
    Mixed {
        /// The first cell.
        first: String,
        /// The first cell of another kind.
        second: String,
    },
    /// One date does not determine a frequency.
    #[error("one date alone does not determine a frequency")]
    OneDate,
    /// A cell that is not a period of the frequency.
    #[error("`{cell}` is not a {}; expected, for example, {}", .frequency.noun(), example(*.frequency))]
    NotOf {
        /// The cell.
        cell: String,
        /// The frequency.
        frequency: Frequency,
    },
}

/// A style of labels of periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Name,
    Month,
    Date,
    Moment,
}

/// A frequency and the style of its labels, so that forecasts continue the dates as the data write them.
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
    /// A calendar whose periods are labelled by name: `2024Q3`, `2024-10`.
    pub fn named(frequency: Frequency) -> Self {
        Self { frequency, style: Style::Name, month: 0, day: Some(1) }
    }

    /// Finds the frequency of one series from its cells, or uses the `requested` one.
    ///
    /// Dates that share the day of the month, or are all the last of a month, are yearly, half-yearly, quarterly or
    /// monthly by the greatest common divisor of their steps. Other dates are weekly or daily; moments are hourly.
    /// `years` is whether whole numbers are years, which is decided over a whole column.
    ///
    /// # Errors
    /// Cells of different kinds, a single date without a requested frequency, or a cell that is not a period of the
    /// requested frequency.
    pub fn infer(cells: &[Stamp], requested: Option<Frequency>, years: bool) -> Result<Self, CalendarError> {
        let Some(&first) = cells.first() else {
            return Ok(Self::named(requested.unwrap_or(Frequency::Index)));
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
                let default = if years { Frequency::Year } else { Frequency::Index };
                Self::named(requested.unwrap_or(default))
            }
            Stamp::Period(period) if period.frequency() == Frequency::Month => Self::of_months(cells, requested),
            Stamp::Period(period) => Self::named(requested.unwrap_or(period.frequency())),
            Stamp::Date(_) | Stamp::Moment(_) => Self::of_dates(cells, requested)?,
        };
        cells.iter().try_for_each(|cell| calendar.period(*cell).map(drop))?;
        Ok(calendar)
    }

    /// Cells such as `2024-03` are quarters or years where they are three or twelve months apart.
    fn of_months(cells: &[Stamp], requested: Option<Frequency>) -> Self {
        let ordinals: Vec<i64> = cells.iter().filter_map(|c| month_number(*c)).collect();
        let frequency = requested.unwrap_or_else(|| month_frequency(step(&ordinals)));
        let within = frequency.months().map_or(0, |m| ordinals.first().map_or(0, |o| o.rem_euclid(m)));
        Self { frequency, style: Style::Month, month: within, day: Some(1) }
    }

    fn of_dates(cells: &[Stamp], requested: Option<Frequency>) -> Result<Self, CalendarError> {
        let dates: Vec<Date> = cells.iter().filter_map(|c| date_of(*c)).collect();
        let Some(first) = dates.first() else { return Ok(Self::named(Frequency::Day)) };
        let month_ends =
            dates.iter().all(|d| d.day() == d.days_in_month()) && dates.iter().any(|d| d.day() != first.day());
        let same_day = dates.iter().all(|d| d.day() == first.day());
        let moments = cells.iter().any(|c| matches!(c, Stamp::Moment(_)));
        let months: Vec<i64> = cells.iter().filter_map(|c| month_number(*c)).collect();
        let frequency = match requested {
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

    /// The period of a cell.
    ///
    /// # Errors
    /// A cell that is not a period of this frequency: an index among dates, a year among months.
    pub fn period(&self, cell: Stamp) -> Result<Period, CalendarError> {
        let period = match cell {
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
        period.ok_or_else(|| CalendarError::NotOf { cell: cell.to_string(), frequency: self.frequency })
    }

    /// The label of a period, in the style of the cells.
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

/// A period of a frequency as users write it.
fn example(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Year => "2018",
        Frequency::HalfYear => "2018H1",
        Frequency::Quarter => "2018Q1",
        Frequency::Month => "2018-03",
        Frequency::Week | Frequency::Day => "2018-03-05",
        Frequency::Hour => "2018-03-05T13:00",
        Frequency::Index => "17",
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
        let calendar = calendar(cells).unwrap();
        let last = calendar.period(Stamp::parse(cells[cells.len() - 1]).unwrap()).unwrap();
        (calendar.frequency(), calendar.label(last.shift(1).unwrap()))
    }

    #[test]
    fn the_frequency_is_found_and_dates_continue_in_their_style() {
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
    fn mixed_cells_and_a_single_date_are_errors() {
        assert!(matches!(calendar(&["2020Q1", "2020-05"]), Err(CalendarError::Mixed { .. })));
        assert!(matches!(calendar(&["2020", "2020-05-01"]), Err(CalendarError::Mixed { .. })));
        assert_eq!(calendar(&["2020-05-01"]), Err(CalendarError::OneDate));
        let quarter = [Stamp::parse("2020Q1").unwrap()];
        let error = Calendar::infer(&quarter, Some(Frequency::Month), true).unwrap_err();
        assert_eq!(error.to_string(), "`2020Q1` is not a month; expected, for example, 2018-03");
        assert!(Calendar::infer(&quarter, Some(Frequency::Year), true).is_ok());
    }
}
