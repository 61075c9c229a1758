//! What record and data say of a goal, before any forecast.

use jiff::civil::Date;
use thiserror::Error;

use crate::series::{Period, Series};

use super::goal::years_between;
use super::target::last_whole_period;
use super::{Goal, Outcome, Reading, Target};

/// What can be said of a goal without a forecast.
#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    /// The data of the deadline are in, or reached the target before it.
    Judged {
        /// Whether it was reached.
        met: bool,
        /// The period that says so.
        period: Period,
        /// Its value.
        value: f64,
        /// What was asked.
        target: f64,
    },
    /// An outcome is on record.
    Recorded(Outcome, Option<Date>),
    /// The goal is open: its target and deadline on the series' calendar.
    Open {
        /// The level to reach; `None` where the base is not known yet and is drawn from the paths.
        target: Option<f64>,
        /// The last whole period before the deadline.
        deadline: Period,
    },
}

/// Why nothing can be said.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum CannotTell {
    /// The goal names no series.
    #[error("no series measures it")]
    NoSeries,
    /// The goal names no deadline.
    #[error("no deadline is set")]
    NoDeadline,
    /// Fewer than two figures.
    #[error("{}", match .figures { 0 => "no figure".to_owned(), 1 => "1 figure".to_owned(), more => format!("{more} figures") })]
    TooFew {
        /// The series.
        id: String,
        /// How many there are.
        figures: usize,
    },
    /// The base period lies before the first figure, or in a gap.
    #[error("the base {0} has no value; the values run from {1} to {2}")]
    NoBase(Period, Period, Period),
    /// The deadline is past, and its period is missing.
    #[error("{0} has no value, so the goal cannot be judged; it was not met in the periods with values")]
    NoValue(Period),
    /// A multiple of, or growth from, a value that is not above zero.
    #[error("the base {0} has the value {1}; multiples and growth need a base above zero")]
    BaseNotPositive(Period, f64),
    /// A target that the series can never take.
    #[error("the target {0} is outside the bounds of the series; check its unit")]
    OutOfBounds(f64),
    /// A target that is the upper bound itself.
    #[error(
        "the target {0} is the upper bound of the series, which no forecast reaches: write it as 100% and set the full share, from which it counts as reached"
    )]
    AtBound(f64),
    /// A multiple of something that comes after it is due.
    #[error("the base period {0} is not before the deadline {1}; choose an earlier base")]
    BaseAfterDeadline(Period, Period),
    /// A source whose figures were to count has none.
    #[error("`{origin}` has no figure of `{id}`")]
    NoFigures {
        /// The origin.
        origin: String,
        /// The series.
        id: String,
    },
    /// Nothing was known on the day of the study.
    #[error("nothing was published by {as_of}: the first figure came out on {first}")]
    NotYet {
        /// The day of the study.
        as_of: Date,
        /// The first publication.
        first: Date,
    },
    /// A target in another unit than the series.
    #[error("the target is in `{target}` and the series in `{series}`; write the target in the unit of the series")]
    Unit {
        /// The goal's.
        target: String,
        /// The series'.
        series: String,
    },
    /// Sums over years of something that is not so much a period.
    #[error("the series is not a flow; stocks, shares and rates have no sums over calendar years")]
    NoFlow,
    /// A series of which no calendar year is complete.
    #[error("no calendar year of the series is complete; days and weeks are not added up")]
    NoYear,
    /// Two series of a ratio without common periods.
    #[error("the two series of the ratio have no periods in common, or the divisor is not above zero")]
    NoRatio,
    /// A deadline that ends no period of the series, such as a date for a plain index.
    #[error(
        "the deadline {0} is a date, and the series is a plain index: if its numbers are years, its frequency is yearly"
    )]
    NoSuchDate(Date),
    /// The deadline lies before any figure.
    #[error("the deadline passed before the first value; {0} was the last whole period by then")]
    Passed(Period),
    /// A deadline that no forecast reaches.
    #[error("the deadline {0} is beyond the longest horizon of 50 years or 200 periods")]
    BeyondHorizon(Period),
    /// No model applies.
    #[error("{0}")]
    NoModel(String),
}

/// What the record and the data say of a goal.
///
/// # Errors
/// Why the goal cannot be judged or forecast.
pub fn judge(goal: &Goal, series: Option<&Series>) -> Result<Judgement, CannotTell> {
    if goal.outcome != Outcome::Open || goal.target == Target::Event {
        return Ok(Judgement::Recorded(goal.outcome, goal.outcome_date));
    }
    let id = goal.series.as_ref().ok_or(CannotTell::NoSeries)?;
    let day = goal.deadline.ok_or(CannotTell::NoDeadline)?;
    let series = series.ok_or_else(|| CannotTell::TooFew { id: id.clone(), figures: 0 })?;
    let deadline = last_whole_period(series.start().frequency(), day).ok_or(CannotTell::NoSuchDate(day))?;
    if deadline < series.start() {
        return Err(CannotTell::Passed(deadline));
    }
    let last = series.last_period();
    let base = goal.base.unwrap_or(last);
    if goal.is_relative() {
        if base.frequency() != last.frequency() || (series.at(base).is_none() && base <= last) {
            return Err(CannotTell::NoBase(base, series.start(), last));
        }
        if base >= deadline {
            return Err(CannotTell::BaseAfterDeadline(base, deadline));
        }
        if let Some(value) = series.at(base).filter(|value| *value <= 0.0) {
            return Err(CannotTell::BaseNotPositive(base, value));
        }
    }
    if matches!(goal.target, Target::Growth(_)) && years_between(base, deadline).is_none() {
        return Err(CannotTell::NoSuchDate(day));
    }
    let target = goal.level(series.at(base), years_between(base, deadline));
    if let Some(target) = target {
        let bounds = series.bounds();
        let beyond = !target.is_finite() || bounds.upper.is_some_and(|upper| target > upper);
        if beyond || bounds.lower.is_some_and(|lower| target < lower) {
            return Err(CannotTell::OutOfBounds(target));
        }
        // A multiple or growth is reached in any period after its base, a level or share in any that ended after it was set;
        // without a day on which it was set, in the deadline's own or the last that is known.
        let counts = |period: &Period| match goal.target {
            _ if goal.reading == Reading::At => *period == deadline,
            Target::Multiple(_) | Target::Growth(_) => *period > base,
            _ if goal.set.is_none() => *period == deadline || *period == last,
            _ => *period == deadline || goal.set.is_some_and(|set| period.last_day().is_some_and(|day| day > set)),
        };
        let known = series.start().steps_to(deadline).min(series.len() as i64);
        let periods = || (0..=known).filter_map(|k| series.start().shift(k).ok());
        let values = periods().map(|period| series.at(period).unwrap_or(f64::NAN));
        let met = periods().zip(goal.condition.met(target, values)).find(|(period, met)| *met && counts(period));
        if let Some((period, value)) = met.and_then(|(period, _)| Some((period, series.at(period)?))) {
            return Ok(Judgement::Judged { met: true, period, value, target });
        }
        if let Some(value) = series.at(deadline) {
            return Ok(Judgement::Judged { met: false, period: deadline, value, target });
        }
    }
    if let Some(target) =
        target.filter(|target| series.bounds().upper == Some(*target) && goal.condition.more_is_better())
    {
        return Err(CannotTell::AtBound(target));
    }
    if series.known() < 2 {
        return Err(CannotTell::TooFew { id: id.clone(), figures: series.known() });
    }
    if deadline <= last {
        return Err(CannotTell::NoValue(deadline));
    }
    Ok(Judgement::Open { target, deadline })
}
