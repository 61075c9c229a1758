//! Odds, dates and growth of one goal.

use jiff::civil::Date;
use ndarray::ArrayView1;
use thiserror::Error;

use crate::forecast::{Forecast, Odds};
use crate::series::{Period, Series};

use super::target::last_whole_period;
use super::{Goal, Outcome, Target};

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
    #[error("no figure of the base {0}")]
    NoBase(Period),
    /// A target that the series can never take.
    #[error("the target {0} lies outside the bounds of the series: check its unit")]
    OutOfBounds(f64),
    /// A multiple of something that comes after it is due.
    #[error("the base {0} does not lie before the deadline {1}: name an earlier one")]
    BaseAfterDeadline(Period, Period),
    /// A deadline that ends no period of the series, such as a date for a plain index.
    #[error(
        "the deadline {0} is a date, and the series is a plain index: if its numbers are years, say --frequency yearly"
    )]
    NoSuchDate(Date),
    /// The deadline lies before any figure.
    #[error("the deadline passed without a figure: {0} was the last whole period")]
    Passed(Period),
    /// No model applies.
    #[error("{0}")]
    NoModel(String),
}

/// Odds of a goal by one forecast, and what goes with them.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Odds of reaching the target in any period up to the deadline.
    pub by: Odds,
    /// Odds of standing at the target in the deadline's own period.
    pub at: Odds,
    /// When it is reached first.
    pub attainment: Attainment,
    /// Odds of having reached it by each period of the forecast.
    pub odds_by_period: Vec<(Period, Odds)>,
    /// Compound growth a year that the target takes from the last value, as a part of one.
    pub required_growth: Option<f64>,
    /// Compound growth a year over the last five years, or what there is of them.
    pub actual_growth: Option<f64>,
    /// Compound growth a year from the last value to the forecast's median at the deadline.
    pub forecast_growth: Option<f64>,
}

/// When a target is reached first. A date is `None` where so few paths reach it within the horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct Attainment {
    /// Half of the paths have reached it by then.
    pub median: Option<Period>,
    /// One path in ten has reached it by then.
    pub early: Option<Period>,
    /// Nine paths in ten have reached it by then.
    pub late: Option<Period>,
    /// Odds of not reaching it within the horizon.
    pub never: Odds,
    /// The last period of the forecast.
    pub horizon: Period,
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
    if matches!(goal.target, Target::Multiple(_)) {
        if base.frequency() != last.frequency() || (series.at(base).is_none() && base <= last) {
            return Err(CannotTell::NoBase(base));
        }
        if base >= deadline {
            return Err(CannotTell::BaseAfterDeadline(base, deadline));
        }
    }
    let target = goal.level(series.at(base));
    if let Some(target) = target {
        let bounds = series.bounds();
        if bounds.upper.is_some_and(|upper| target > upper) || bounds.lower.is_some_and(|lower| target < lower) {
            return Err(CannotTell::OutOfBounds(target));
        }
        // A multiple is reached in any period after its base, a level or share in any that ended after it was set;
        // without a day on which it was set, in the deadline's own or the last that is known.
        let counts = |period: &Period| match goal.target {
            Target::Multiple(_) => *period > base,
            _ if goal.set.is_none() => *period == deadline || *period == last,
            _ => *period == deadline || goal.set.is_some_and(|set| period.last_day().is_some_and(|day| day > set)),
        };
        let known = series.start().steps_to(deadline).min(series.len() as i64);
        let periods = (0..=known).filter_map(|k| series.start().shift(k).ok()).filter(counts);
        let met = periods
            .filter_map(|period| series.at(period).map(|value| (period, value)))
            .find(|(_, value)| goal.direction.reached(*value, target));
        if let Some((period, value)) = met {
            return Ok(Judgement::Judged { met: true, period, value, target });
        }
        if let Some(value) = series.at(deadline) {
            return Ok(Judgement::Judged { met: false, period: deadline, value, target });
        }
    }
    if series.len() < 2 {
        return Err(CannotTell::TooFew { id: id.clone(), figures: series.len() });
    }
    Ok(Judgement::Open { target, deadline })
}

/// The odds of an open goal by a forecast of its series; `None` where the forecast ends before the deadline.
///
/// The target and, where the base is still to come, the base are read off the same path.
///
/// ```
/// use ndarray::array;
/// use onpace::forecast::Forecast;
/// use onpace::goals::{Direction, Goal, Outcome, Target, assess};
/// use onpace::series::{Period, Series};
/// let series = Series::new("a", Period::year(2024)?, vec![1.0, 2.0])?;
/// let forecast = Forecast::from_paths(array![[3.0, 5.0], [4.0, 7.0], [6.0, 5.0], [2.0, 3.0]]);
/// let goal = Goal { id: "triple".into(), statement: "triples".into(), series: Some("a".into()), target: Target::Multiple(3.0),
///     base: Some(Period::year(2025)?), deadline: Some("2027-12-31".parse()?), direction: Direction::AtLeast, full_share: 95.0, set: None,
///     issuer: String::new(), source: String::new(), outcome: Outcome::Open, outcome_date: None };
/// let assessment = assess(&goal, &series, &forecast, Period::year(2027)?).ok_or("too short")?;
/// assert_eq!((assessment.by.probability(), assessment.at.probability()), (0.5, 0.3)); // 2 and 1 of 4 paths, never 0 or 1
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn assess(goal: &Goal, series: &Series, forecast: &Forecast, deadline: Period) -> Option<Assessment> {
    let origin = series.last_period();
    let steps = usize::try_from(origin.steps_to(deadline)).ok().filter(|s| (1..=forecast.horizon()).contains(s))?;
    let base = goal.base.unwrap_or(origin);
    let base_step = usize::try_from(origin.steps_to(base)).ok().filter(|s| *s > 0);
    let level = |path: ArrayView1<'_, f64>| match base_step {
        Some(step) => goal.level(path.get(step - 1).copied()),
        None => goal.level(series.at(base)),
    };
    let first = |path: ArrayView1<'_, f64>| -> usize {
        let from = base_step.unwrap_or(0);
        let reached = |target: f64| (from..path.len()).find(|step| goal.direction.reached(path[*step], target));
        level(path).and_then(reached).map_or(usize::MAX, |step| step + 1)
    };
    let firsts: Vec<usize> = forecast.paths().outer_iter().map(first).collect();
    let by_step = |step: usize| Odds::new(firsts.iter().filter(|first| **first <= step).count(), firsts.len());
    let odds_by_period: Vec<(Period, Odds)> =
        (1..=forecast.horizon()).filter_map(|step| Some((origin.shift(step as i64).ok()?, by_step(step)))).collect();
    let reached_by = |probability: f64| {
        let needed = (probability * firsts.len() as f64).ceil() as usize;
        let step =
            (1..=forecast.horizon()).find(|step| firsts.iter().filter(|first| **first <= *step).count() >= needed);
        step.and_then(|step| origin.shift(step as i64).ok())
    };
    let years = |steps: usize| origin.frequency().periods_per_year().map(|per_year| steps as f64 / per_year);
    let last = series.last_value();
    let known = 1 + (5.0 * origin.frequency().periods_per_year().unwrap_or(1.0)) as usize;
    let recent = series.last(known);
    Some(Assessment {
        by: by_step(steps),
        at: forecast.odds(|path| level(path).is_some_and(|target| goal.direction.reached(path[steps - 1], target))),
        attainment: Attainment {
            median: reached_by(0.5),
            early: reached_by(0.1),
            late: reached_by(0.9),
            never: Odds::new(firsts.iter().filter(|first| **first == usize::MAX).count(), firsts.len()),
            horizon: origin.shift(forecast.horizon() as i64).ok()?,
        },
        odds_by_period,
        required_growth: goal.level(series.at(base)).and_then(|target| compound_growth(last, target, years(steps)?)),
        actual_growth: years(recent.len() - 1).and_then(|y| compound_growth(recent.values()[0], last, y)),
        forecast_growth: years(steps).and_then(|y| compound_growth(last, forecast.median()[steps - 1], y)),
    })
}

/// Compound growth a year, (to / from)^(1 / years) - 1, between two values above zero.
fn compound_growth(from: f64, to: f64, years: f64) -> Option<f64> {
    (from > 0.0 && to > 0.0 && years > 0.0).then(|| (to / from).powf(1.0 / years) - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An independent evaluation of the formula on China's integrated circuits: 4842.8 to 7000 in five years, and 1087.1
    /// (2015) to 4842.8 (2025).
    #[test]
    fn compound_growth_equals_its_reference_values() {
        let near = |a: Option<f64>, b: f64| assert!((a.unwrap() - b).abs() < 1e-12);
        near(compound_growth(4842.8, 7000.0, 5.0), 0.076_465_960_336_297_16);
        near(compound_growth(1087.1, 4842.8, 10.0), 0.161_134_966_950_299_28);
        assert_eq!(compound_growth(0.0, 1.0, 1.0), None);
    }
}
