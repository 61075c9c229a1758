//! Odds, dates and growth of one goal.

use jiff::ToSpan;
use jiff::civil::Date;
use ndarray::ArrayView1;

use crate::forecast::{Ensemble, Forecast, Line, Odds};
use crate::series::{Period, Series};

use super::goal::years_between;
use super::monte_carlo::standard_error;
use super::{Escap, Eurostat, Goal, Reading, escap, eurostat};

/// Odds of a goal by one forecast, and what goes with them.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Odds of reaching the target in any period up to the deadline.
    pub by: Odds,
    /// Odds of standing at the target in the deadline's own period.
    pub at: Odds,
    /// The standard error of the odds asked for, from the number of paths and of drawn histories.
    pub standard_error: f64,
    /// Which of the two the goal asks for.
    pub reading: Reading,
    /// The same odds with the base fixed at its middle value, where the base is a drawn one.
    pub base_fixed: Option<Odds>,
    /// When it is reached first.
    pub attainment: Attainment,
    /// Odds of having reached it by each period of the forecast.
    pub odds_by_period: Vec<(Period, Odds)>,
    /// What is missing at the deadline.
    pub shortfall: Shortfall,
    /// Growth asked for, seen and forecast.
    pub growth: Growth,
    /// Eurostat's category, where the time since the base tells one.
    pub eurostat: Option<Eurostat>,
    /// ESCAP's, likewise.
    pub escap: Option<Escap>,
    /// The period from which both look.
    pub since: Option<Period>,
}

impl Assessment {
    /// The odds that the goal asks for.
    pub fn odds(&self) -> Odds {
        match self.reading {
            Reading::By => self.by,
            Reading::At => self.at,
        }
    }
}

/// When a target is reached first. A date is `None` where so few paths reach it within the horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct Attainment {
    /// Half of the paths have reached it by then.
    pub median: Option<Period>,
    /// One path in ten has reached it by then.
    pub early: Option<Period>,
    /// Eight paths in ten have.
    pub likely: Option<Period>,
    /// Nine paths in ten have.
    pub late: Option<Period>,
    /// Nineteen paths in twenty have.
    pub nearly_sure: Option<Period>,
    /// For a stock: the day by which half of the paths have crossed the target, on straight lines between period ends.
    pub median_day: Option<Date>,
    /// Odds of not reaching it within the horizon.
    pub never: Odds,
    /// The last period of the forecast.
    pub horizon: Period,
}

/// What is missing at the deadline, as a part of the target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shortfall {
    /// The mean of what is missing, nothing where the target is reached: E max(0, target - y) / |target| (for "at most" the
    /// excess, max(0, y - target) / |target|); `None` for a target of zero.
    pub expected: Option<f64>,
    /// The same where the target is missed; `None` where no path misses it.
    pub if_missed: Option<f64>,
}

/// Compound growth a year, as a part of one; `None` where a value is not above zero or the calendar has no years.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Growth {
    /// From the last value to the target at the deadline.
    pub required: Option<f64>,
    /// Over the last five years, or what there is of them.
    pub actual: Option<f64>,
    /// From the last value to the forecast's median at the deadline.
    pub forecast: Option<f64>,
    /// The median growth that would give even odds at the deadline: all paths lifted by as much a year as it takes.
    pub for_even_odds: Option<f64>,
    /// The median growth that would give odds of four in five at the deadline.
    pub for_80: Option<f64>,
    /// The naive rate: the growth of the last year.
    pub last_year: Option<f64>,
    /// When the target is reached if the growth of the last year goes on, within the horizon.
    pub reached_at_last_years: Option<Period>,
}

/// The odds of an open goal by a forecast of its series; `None` where the forecast ends before the deadline. `series` holds
/// the middle values of what the histories are drawings of.
///
/// The target and its base are read off the same line.
///
/// ```
/// use ndarray::array;
/// use onpace::forecast::{Ensemble, Forecast};
/// use onpace::goals::{Goal, Target, assess};
/// use onpace::series::{Period, Series};
/// let series = Series::new("a", Period::year(2024)?, vec![1.0, 2.0])?;
/// let forecast = Forecast::from_paths(array![[3.0, 5.0], [4.0, 7.0], [6.0, 5.0], [2.0, 3.0]]);
/// let goal = Goal { base: Some(Period::year(2025)?), ..Goal::open("triple", "a", Target::Multiple(3.0), "2027-12-31".parse()?) };
/// let assessment = assess(&goal, &series, &Ensemble::of(series.clone(), forecast), Period::year(2027)?).ok_or("too short")?;
/// assert_eq!((assessment.by.probability(), assessment.at.probability()), (0.5, 0.3)); // 2 and 1 of 4 paths, never 0 or 1
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn assess(goal: &Goal, series: &Series, ensemble: &Ensemble, deadline: Period) -> Option<Assessment> {
    let origin = series.last_period();
    let forecast = ensemble.forecast();
    let steps = usize::try_from(origin.steps_to(deadline)).ok().filter(|s| (1..=forecast.horizon()).contains(s))?;
    let base = goal.base.filter(|_| goal.is_relative()).unwrap_or(origin);
    let race = Race { goal, base, origin, deadline };
    let lines: Vec<Crossing> = ensemble.lines().map(|line| race.run(line, None)).collect();
    let count =
        |reached: &dyn Fn(&Crossing) -> bool| Odds::new(lines.iter().filter(|l| reached(l)).count(), lines.len());
    let by_step = |step: usize| count(&|line| line.first.is_some_and(|first| first <= step));
    let periods = (1..=forecast.horizon()).filter_map(|step| Some((step, origin.shift(step as i64).ok()?)));
    let odds_by_period: Vec<(Period, Odds)> = periods.map(|(step, period)| (period, by_step(step))).collect();
    let reached_by = |probability: f64| {
        let needed = (probability * lines.len() as f64).ceil() as usize;
        odds_by_period.iter().find(|(_, odds)| odds.hits() >= needed).map(|(period, _)| *period)
    };
    let asked_for = |line: &Crossing| match goal.reading {
        Reading::By => line.first.is_some_and(|first| first <= steps),
        Reading::At => line.at_deadline,
    };
    let middle = series.at(race.base);
    let is_drawn = ensemble.histories().iter().any(|history| history.at(race.base) != middle);
    let base_fixed = (goal.is_relative() && middle.is_some() && is_drawn).then(|| {
        let fixed = ensemble.lines().map(|line| race.run(line, middle));
        Odds::new(fixed.filter(asked_for).count(), lines.len())
    });
    let level = goal.level_on(series, deadline);
    let way = progress(goal, series, level, deadline);
    let asked: Vec<bool> = lines.iter().map(asked_for).collect();
    Some(Assessment {
        by: by_step(steps),
        at: count(&|line| line.at_deadline),
        standard_error: standard_error(&asked, ensemble),
        reading: goal.reading,
        base_fixed,
        attainment: Attainment {
            median: reached_by(0.5),
            early: reached_by(0.1),
            likely: reached_by(0.8),
            late: reached_by(0.9),
            nearly_sure: reached_by(0.95),
            median_day: goal.stock.then(|| median_day(&lines, origin)).flatten(),
            never: count(&|line| line.first.is_none()),
            horizon: origin.shift(forecast.horizon() as i64).ok()?,
        },
        odds_by_period,
        shortfall: shortfall(&lines),
        growth: growth(&race, series, forecast, &lines, level, steps),
        eurostat: way.as_ref().and_then(|w| eurostat(w.base, w.now, w.target, w.elapsed, w.whole)),
        escap: way.as_ref().and_then(|w| escap(&w.values, w.base, w.target, w.whole)),
        since: way.map(|w| w.since),
    })
}

/// A goal and the periods that matter.
struct Race<'a> {
    goal: &'a Goal,
    base: Period,
    origin: Period,
    deadline: Period,
}

/// What one line does.
struct Crossing {
    /// The step at which it reaches the target first; 0 where its history did.
    first: Option<usize>,
    /// How far into that step it crosses, as a part of it.
    part: f64,
    at_deadline: bool,
    /// What is missing at the deadline as a part of the target; below zero where it is passed.
    missing: Option<f64>,
    /// The factor a year that all its values would have to be lifted by to just reach the target; below one where it does.
    lift: Option<f64>,
}

impl Race<'_> {
    /// Follows a line to its target; the target is of the base's value on the line, or of `fixed`.
    fn run(&self, line: Line<'_>, fixed: Option<f64>) -> Crossing {
        let base = fixed.or_else(|| line.at(self.base));
        let wanted = self.goal.level(base, years_between(self.base, self.deadline));
        let from = usize::try_from(self.origin.steps_to(self.base)).unwrap_or(0);
        let path = line.path();
        let (first, at_deadline) = wanted.map_or((None, false), |wanted| self.met(line, from, wanted));
        let part = first.zip(wanted).map_or(1.0, |(step, wanted)| {
            let Some(step) = step.checked_sub(1) else { return 1.0 };
            let before = if step == 0 { line.history().last_value() } else { path[step - 1] };
            if path[step] == before { 1.0 } else { ((wanted - before) / (path[step] - before)).clamp(0.0, 1.0) }
        });
        let missing = wanted.filter(|wanted| *wanted != 0.0).and_then(|wanted| {
            let due = self.due(path)?;
            let gap = self.goal.condition.gap(wanted, path.iter().take(due).copied())?;
            Some(gap / wanted.abs())
        });
        Crossing { first, part, at_deadline, missing, lift: wanted.and_then(|wanted| self.lift(path, from, wanted)) }
    }

    /// The number of steps to the deadline, if the path goes that far.
    fn due(&self, path: ArrayView1<'_, f64>) -> Option<usize> {
        usize::try_from(self.origin.steps_to(self.deadline)).ok().filter(|due| (1..=path.len()).contains(due))
    }

    /// The step at which a line meets the goal first, 0 where its history does, and whether it meets it at the deadline.
    /// Histories of uncertain values may have met a goal that their middle did not.
    fn met(&self, line: Line<'_>, from: usize, wanted: f64) -> (Option<usize>, bool) {
        let (history, path) = (line.history(), line.path());
        let n = history.len();
        let counting = match self.goal.is_relative() {
            true => usize::try_from(history.start().steps_to(self.base) + 1).unwrap_or(0).min(n),
            false => (0..n).find(|k| self.is_after_set(history, *k)).unwrap_or(n),
        };
        // A run of periods may begin before the first step, where the goal does not forbid it.
        let lead = if self.goal.is_relative() { 0 } else { self.goal.condition.periods() - 1 };
        let begin = counting.min(n.saturating_sub(lead));
        let known = history.values().into_iter().skip(begin).copied();
        let values = known.chain(path.iter().skip(from).copied());
        let (mut first, mut at_deadline) = (None, false);
        let due = self.due(path);
        for (place, _) in self.goal.condition.met(wanted, values).enumerate().filter(|(_, met)| *met) {
            match (begin + place).checked_sub(n) {
                None if self.goal.reading == Reading::By && begin + place >= counting => first = first.or(Some(0)),
                None => {}
                Some(ahead) => {
                    let step = from + ahead + 1;
                    first = first.or(Some(step));
                    at_deadline |= due == Some(step);
                }
            }
        }
        (first, at_deadline)
    }

    /// Whether a period of a history ended after the goal was set.
    fn is_after_set(&self, history: &Series, place: usize) -> bool {
        let day = history.start().shift(place as i64).ok().and_then(Period::last_day);
        day.zip(self.goal.set).is_some_and(|(day, set)| day > set)
    }

    /// The lift by which the path reaches the target at the deadline, or where any period up to it counts in the one that takes
    /// least: (target / y)^(1 / years). `None` where a value or the target is not above zero.
    fn lift(&self, path: ArrayView1<'_, f64>, from: usize, wanted: f64) -> Option<f64> {
        let due = self.due(path)?;
        let first = if self.goal.reading == Reading::At { due - 1 } else { from.min(due - 1) };
        self.goal.condition.easiest(first..due, |step| {
            let years = years_between(self.origin, self.origin.shift(step as i64 + 1).ok()?)?;
            (path[step] > 0.0 && wanted > 0.0).then(|| (wanted / path[step]).powf(1.0 / years))
        })
    }
}

fn median_day(lines: &[Crossing], origin: Period) -> Option<Date> {
    let mut times: Vec<f64> = lines.iter().filter_map(|l| Some((l.first? as f64 - 1.0 + l.part).max(0.0))).collect();
    let needed = lines.len().div_ceil(2);
    times.sort_unstable_by(f64::total_cmp);
    let time = *times.get(needed.checked_sub(1)?)?;
    let (from, to) = (origin.shift(time as i64).ok()?.last_day()?, origin.shift(time as i64 + 1).ok()?.last_day()?);
    let days = from.until((jiff::Unit::Day, to)).ok()?.get_days();
    from.checked_add(((time.fract() * f64::from(days)).round() as i64).days()).ok()
}

fn shortfall(lines: &[Crossing]) -> Shortfall {
    let missing: Vec<f64> = lines.iter().filter_map(|line| line.missing).map(|m| m.max(0.0)).collect();
    let sum: f64 = missing.iter().sum();
    let missed = missing.iter().filter(|m| **m > 0.0).count();
    Shortfall {
        expected: (!missing.is_empty()).then(|| sum / missing.len() as f64),
        if_missed: (missed > 0).then(|| sum / missed as f64),
    }
}

fn growth(
    race: &Race<'_>,
    series: &Series,
    forecast: &Forecast,
    lines: &[Crossing],
    level: Option<f64>,
    steps: usize,
) -> Growth {
    let condition = race.goal.condition;
    let per_year = series.start().frequency().periods_per_year();
    let years = |steps: usize| per_year.map(|per_year| steps as f64 / per_year);
    let last = series.last_value();
    let over = |periods: usize| {
        let recent = series.last(periods + 1);
        years(recent.len() - 1).and_then(|y| compound_growth(recent.values()[0], last, y))
    };
    let year = per_year.map_or(1, |per_year| per_year.round() as usize);
    let last_year = (series.len() > year).then(|| over(year)).flatten();
    let median = forecast.median()[steps - 1];
    // All paths lifted by the same factor a year reach the target where it is at least what a line needs (at most, for less).
    let lifts: Option<Vec<f64>> = lines.iter().map(|line| line.lift).collect();
    // Where the base is still to come, it would be lifted too: then no growth of the whole way is told.
    let lifts = lifts.filter(|_| race.base <= race.origin);
    let lifts = lifts.map(|l| Forecast::from_paths(ndarray::Array::from(l).insert_axis(ndarray::Axis(1))));
    let forecast_growth = years(steps).and_then(|y| compound_growth(last, median, y));
    let lifted = |odds: f64| {
        let needed = lifts.as_ref()?.quantile(if condition.more_is_better() { odds } else { 1.0 - odds })[0];
        Some((1.0 + forecast_growth?) * needed - 1.0)
    };
    // At the growth of the last year a base that is still to come grows too.
    let ahead = |period: Period, rate: f64| {
        let y = years_between(series.last_period(), period).filter(|y| *y > 0.0);
        y.map_or_else(|| series.at(period), |y| Some(last * (1.0 + rate).powf(y)))
    };
    let reached_at_last_years = last_year.and_then(|rate| {
        let level = race.goal.level(ahead(race.base, rate), years_between(race.base, race.deadline))?;
        let periods = (1..=forecast.horizon()).filter_map(|step| series.last_period().shift(step as i64).ok());
        let periods = || periods.clone().filter(|period| *period > race.base);
        let first = condition.first_met(level, periods().map(|period| ahead(period, rate).unwrap_or(f64::NAN)))?;
        periods().nth(first)
    });
    Growth {
        required: level.and_then(|target| compound_growth(last, target, years(steps)?)),
        actual: over(5 * year),
        forecast: forecast_growth,
        for_even_odds: lifted(0.5),
        for_80: lifted(0.8),
        last_year,
        reached_at_last_years,
    }
}

/// What the official categories are read off: values in time from the base on, in years since it.
struct Way {
    since: Period,
    base: f64,
    now: f64,
    target: f64,
    elapsed: f64,
    whole: f64,
    values: Vec<(f64, f64)>,
}

/// The way from the base of a multiple or growth, else the last value before the goal was set, else the first of all.
fn progress(goal: &Goal, series: &Series, level: Option<f64>, deadline: Period) -> Option<Way> {
    let (start, last) = (series.start(), series.last_period());
    let known_when_set = |day: Date| {
        let periods = (0..series.len() as i64).filter_map(|k| start.shift(k).ok());
        let over = periods.take_while(|period| period.last_day().is_some_and(|end| end < day));
        over.filter(|period| series.at(*period).is_some()).last()
    };
    let named = goal.is_relative().then(|| goal.base.unwrap_or(last));
    let base = named.or_else(|| goal.set.and_then(known_when_set)).unwrap_or(start);
    // Where the base meets the target already there is no way to go.
    let level = level.filter(|level| series.at(base).is_some_and(|value| !goal.condition.holds(value, *level)));
    let at = |period: Period| Some((years_between(base, period)?, series.at(period)?));
    let values = (0..series.len() as i64).filter_map(|k| at(base.shift(k).ok()?)).collect();
    Some(Way {
        since: base,
        base: series.at(base)?,
        now: series.last_value(),
        target: level?,
        elapsed: years_between(base, last)?,
        whole: years_between(base, deadline)?,
        values,
    })
}

/// Compound growth a year, (to / from)^(1 / years) - 1, between two values above zero.
fn compound_growth(from: f64, to: f64, years: f64) -> Option<f64> {
    (from > 0.0 && to > 0.0 && to.is_finite() && years > 0.0).then(|| (to / from).powf(1.0 / years) - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goals::Target;
    use ndarray::array;

    /// An independent evaluation of the formula on China's integrated circuits: 4842.8 to 7000 in five years, and 1087.1
    /// (2015) to 4842.8 (2025).
    #[test]
    fn compound_growth_equals_its_reference_values() {
        let near = |a: Option<f64>, b: f64| assert!((a.unwrap() - b).abs() < 1e-12);
        near(compound_growth(4842.8, 7000.0, 5.0), 0.076_465_960_336_297_16);
        near(compound_growth(1087.1, 4842.8, 10.0), 0.161_134_966_950_299_28);
        assert_eq!(compound_growth(0.0, 1.0, 1.0), None);
    }

    fn yearly(values: Vec<f64>) -> Series {
        Series::new("a", Period::year(2025 - values.len() as i64 + 1).unwrap(), values).unwrap()
    }

    fn goal(target: Target, due: &str) -> Goal {
        Goal::open("g", "a", target, due.parse().unwrap())
    }

    #[test]
    fn a_drawn_base_and_a_fixed_one_give_other_odds() {
        let parts = [1.0, 2.0, 4.0].map(|last| (yearly(vec![1.0, last]), Forecast::from_paths(array![[2.5 * last]])));
        let ensemble = Ensemble::join(parts.into()).unwrap();
        let of = |target| {
            assess(&goal(target, "2026-12-31"), &yearly(vec![1.0, 2.0]), &ensemble, Period::year(2026).unwrap())
        };
        let doubles = of(Target::Multiple(2.0)).unwrap();
        assert_eq!((doubles.by.hits(), doubles.base_fixed.map(Odds::hits)), (3, Some(2)));
        assert_eq!(of(Target::Level(4.0)).unwrap().base_fixed, None);
    }

    #[test]
    fn shortfall_growth_and_dates_are_those_of_the_lines() {
        let series = yearly(vec![1.0, 2.0]);
        let paths = array![[2.0, 2.0, 2.0], [3.0, 4.0, 5.0], [4.0, 6.0, 8.0], [3.0, 3.5, 9.0]];
        let ensemble = Ensemble::of(series.clone(), Forecast::from_paths(paths));
        let goal = Goal { stock: true, ..goal(Target::Level(4.0), "2027-12-31") };
        let found = assess(&goal, &series, &ensemble, Period::year(2027).unwrap()).unwrap();
        assert_eq!((found.by.hits(), found.at.hits()), (2, 2));
        // Missing: a half, nothing, nothing, an eighth.
        assert!((found.shortfall.expected.unwrap() - 0.625 / 4.0).abs() < 1e-12);
        assert!((found.shortfall.if_missed.unwrap() - 0.3125).abs() < 1e-12);
        assert!((found.growth.required.unwrap() - (2.0_f64.sqrt() - 1.0)).abs() < 1e-12);
        assert_eq!(found.growth.last_year, Some(1.0));
        assert_eq!(found.growth.reached_at_last_years.map(|p| p.to_string()).as_deref(), Some("2026"));
        assert_eq!(found.attainment.median.map(|p| p.to_string()).as_deref(), Some("2027"));
        assert_eq!(found.attainment.likely, None);
        assert_eq!(found.attainment.never.hits(), 1);
        // The second line to cross does so at the end of 2027 itself.
        assert_eq!(found.attainment.median_day.map(|day| day.to_string()).as_deref(), Some("2027-12-31"));
    }

    #[test]
    fn growth_asks_for_its_level_at_the_deadline_and_at_is_not_by() {
        let series = yearly(vec![1.0, 2.0]);
        let ensemble = Ensemble::of(series.clone(), Forecast::from_paths(array![[9.0, 4.0], [2.0, 4.6]]));
        let found = assess(&goal(Target::Growth(0.5), "2027-12-31"), &series, &ensemble, Period::year(2027).unwrap());
        let found = found.unwrap();
        assert_eq!((found.by.hits(), found.at.hits()), (2, 1)); // 2 × 1.5² = 4.5
        let at = Goal { reading: Reading::At, ..goal(Target::Level(4.5), "2027-12-31") };
        assert_eq!(assess(&at, &series, &ensemble, Period::year(2027).unwrap()).unwrap().odds().hits(), 1);
    }
}
