//! A goal and what is on record of it.

use jiff::civil::Date;

use crate::series::{Frequency, Period, Series};

use super::{Condition, Reading, Target};

/// What of the data a goal is held against.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Measure {
    /// The series, period by period.
    #[default]
    Periods,
    /// Its sums over calendar years, of which only complete ones are judged.
    CalendarYears,
    /// The series over another, in per cent: self-sufficiency as supply over demand, which may pass 100.
    Over(String),
}

/// What is on record of a goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outcome {
    /// Not over.
    #[default]
    Open,
    /// Reached.
    Met,
    /// Over, and not reached.
    Missed,
    /// Over, and nobody reported.
    Unknown,
}

/// Something that somebody wants or said would come.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// Its name.
    pub id: String,
    /// What is to come, in words.
    pub statement: String,
    /// The series it is judged on.
    pub series: Option<String>,
    /// What of the series.
    pub measure: Measure,
    /// Whose figures count; the true value, as well as all sources tell it, without a name.
    pub judged_on: Option<String>,
    /// What is to be reached.
    pub target: Target,
    /// The period that a multiple is of; the last with a value where it is not named.
    pub base: Option<Period>,
    /// The day by which.
    pub deadline: Option<Date>,
    /// The periods in which it may be reached.
    pub reading: Reading,
    /// What the values must do to reach the target.
    pub condition: Condition,
    /// From this part of the whole, in per cent, a market share counts as full.
    pub full_share: f64,
    /// Whether the series is a stock, so much at a time, whose crossing can be dated inside a period.
    pub stock: bool,
    /// The unit of its target, to be held against that of the series; empty where none is named.
    pub unit: String,
    /// Where it is written: file and line; empty where it is not written in a file.
    pub place: String,
    /// The day on which it was set: what was reached before does not count.
    pub set: Option<Date>,
    /// Who set it.
    pub issuer: String,
    /// The source that says so.
    pub source: String,
    /// What is on record.
    pub outcome: Outcome,
    /// The day of the outcome.
    pub outcome_date: Option<Date>,
}

impl Goal {
    /// An open goal of reaching at least a target on a series by a day, whose full share is 100 per cent.
    pub fn open(id: &str, series: &str, target: Target, deadline: Date) -> Self {
        Self {
            id: id.to_owned(),
            statement: format!("{series} reaches {target} by {deadline}"),
            series: Some(series.to_owned()),
            measure: Measure::Periods,
            judged_on: None,
            target,
            base: None,
            deadline: Some(deadline),
            reading: Reading::By,
            condition: Condition::AtLeast,
            full_share: 100.0,
            stock: false,
            unit: String::new(),
            place: String::new(),
            set: None,
            issuer: String::new(),
            source: String::new(),
            outcome: Outcome::Open,
            outcome_date: None,
        }
    }

    /// Whether the target is told by a base period.
    pub fn is_relative(&self) -> bool {
        matches!(self.target, Target::Multiple(_) | Target::Growth(_))
    }

    /// The level that counts as the target given the base's value and the years from base to deadline, in the unit of
    /// the series; `None` for events, and for a multiple or growth without a base above zero.
    pub fn level(&self, base: Option<f64>, years: Option<f64>) -> Option<f64> {
        match self.target {
            Target::Level(level) => Some(level),
            Target::Multiple(times) => base.filter(|base| *base > 0.0).map(|base| times * base),
            Target::Growth(rate) => {
                base.filter(|base| *base > 0.0).map(|base| base * (1.0 + rate).powf(years.unwrap_or(f64::NAN)))
            }
            Target::Share(percent) if is_whole(percent) => Some(self.full_share),
            Target::Share(percent) => Some(percent),
            Target::Event => None,
        }
    }

    /// The level that counts as the target at a deadline, with the base read off a history; `None` where that has none.
    pub fn level_on(&self, history: &Series, deadline: Period) -> Option<f64> {
        let base = self.base.unwrap_or(history.last_period());
        self.level(history.at(base), years_between(base, deadline))
    }

    /// The series that the goal's own is divided by, if it is.
    pub fn over(&self) -> Option<&str> {
        match &self.measure {
            Measure::Over(other) => Some(other),
            _ => None,
        }
    }

    /// The threshold that stands for a full share, where the goal asks for one.
    pub fn threshold(&self) -> Option<f64> {
        matches!(self.target, Target::Share(percent) if is_whole(percent)).then_some(self.full_share)
    }
}

/// Whether a share is the whole, which a lower one may stand for.
fn is_whole(percent: f64) -> bool {
    (percent - 100.0).abs() < 1e-9
}

/// Years between two periods of one frequency; `None` for a plain index.
pub(super) fn years_between(from: Period, to: Period) -> Option<f64> {
    match from.frequency() {
        Frequency::Index => None,
        frequency => Some(from.steps_to(to) as f64 / frequency.periods_per_year()?),
    }
}
