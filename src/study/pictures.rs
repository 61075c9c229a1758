//! Charts of a study's figures and of its odds over time.

use jiff::Unit;
use jiff::civil::Date;

use crate::charts::{
    GoalLine, Point, PooledPoint, ReplayChart, ReplayCurve, ReplayNote, Sheet, SourceLine, SourcePoint, SourcesChart,
    Theme, Tick,
};
use crate::data::Choice;
use crate::outlook::View;
use crate::report::time_ticks;
use crate::series::Period;

use super::{Projection, ReplayDay};

/// Every source's figures around the pooled series, and what was said of periods ahead.
pub fn sources_around(sheet: Sheet, choices: &[Choice], said: &[Projection], goal: Option<GoalLine>) -> SourcesChart {
    let mut sources: Vec<SourceLine> = Vec::new();
    let mut add = |name: &str, point: SourcePoint| match sources.iter_mut().find(|source| source.name == name) {
        Some(source) => source.points.push(point),
        None => sources.push(SourceLine { name: name.to_owned(), points: vec![point] }),
    };
    for choice in choices {
        for figure in choice.all_figures() {
            let (low, high) = match figure.bound {
                Some((value, true)) => (Some(value), None),
                Some((value, false)) => (None, Some(value)),
                None => (None, None),
            };
            if let Some(y) = figure.value.or(figure.bound.map(|(value, _)| value)) {
                add(&figure.origin, SourcePoint { x: choice.period.ordinal() as f64, y, low, high, filled: true });
            }
        }
    }
    // Of what one origin said of a period the latest stands, and only where it has no figure of it later.
    for (at, one) in said.iter().enumerate() {
        let same = |origin: &str, period: Period| origin == one.origin && period == one.period;
        let later = said[at + 1..].iter().any(|other| same(&other.origin, other.period));
        let figured = choices.iter().any(|choice| choice.figures.iter().any(|f| same(&f.origin, choice.period)));
        if !later && !figured {
            let x = one.period.ordinal() as f64;
            let bound = |at_least: bool| (one.at_least == Some(at_least)).then_some(one.said);
            add(&one.origin, SourcePoint { x, y: one.said, low: bound(true), high: bound(false), filled: false });
        }
    }
    let pooled = choices.iter().map(|choice| PooledPoint {
        x: choice.period.ordinal() as f64,
        y: choice.value,
        low: choice.estimate.quantile(0.1),
        high: choice.estimate.quantile(0.9),
    });
    let periods = || choices.iter().map(|choice| choice.period).chain(said.iter().map(|said| said.period));
    let ends = periods().min().zip(periods().max());
    SourcesChart {
        sheet,
        theme: Theme::Light,
        ticks: ends.map_or_else(Vec::new, |(first, last)| time_ticks(first, last)),
        sources,
        pooled: pooled.collect(),
        goal,
    }
}

/// The odds of a goal as they stood on each day, by each view, with what was published; up to the day of the study.
pub fn odds_as_they_moved(sheet: Sheet, days: &[&ReplayDay], until: Date) -> ReplayChart {
    let time =
        |day: Date| f64::from(Date::constant(1970, 1, 1).until((Unit::Day, day)).map_or(0, |span| span.get_days()));
    let curve = |view: View| ReplayCurve {
        name: view.to_string(),
        points: days
            .iter()
            .filter_map(|day| Some((day.as_of, day.odds(view)?.probability())))
            .map(|(day, y)| Point { x: time(day), y })
            .collect(),
    };
    // The last odds stand to the day of the study.
    let standing = |mut curve: ReplayCurve| {
        curve.points.extend(curve.points.last().map(|last| Point { x: time(until).max(last.x), ..*last }));
        curve
    };
    let mut curves: Vec<ReplayCurve> =
        View::ALL.into_iter().map(curve).filter(|curve| !curve.points.is_empty()).map(standing).collect();
    // Where one view alone gives odds, the combined view is the same line again.
    if curves.len() == 2 && curves[0].points == curves[1].points {
        curves.remove(0);
    }
    // The combined view comes first, as the one that matters most.
    curves.reverse();
    let note = |day: &&&ReplayDay| ReplayNote {
        x: time(day.as_of),
        text: if day.published.is_empty() { "the goal was set".to_owned() } else { day.published.join("; ") },
    };
    let moved = |day: &&&ReplayDay| day.published.is_empty() || day.change.is_none_or(|change| change.abs() >= 0.002);
    let last = days.last().map_or(until, |day| day.as_of).max(until);
    let first = days.first().map_or(until, |day| day.as_of);
    let months = |day: Date| Period::containing(crate::series::Frequency::Month, day.into());
    let mut ticks: Vec<Tick> = Vec::new();
    if let (Some(from), Some(to)) = (months(first), months(last)) {
        let span = from.steps_to(to).max(1);
        let every = (1..).find(|every| span / every <= 10).unwrap_or(1);
        for k in (0..=span + every).step_by(usize::try_from(every).unwrap_or(1)) {
            let Some(start) = from.shift(k).ok().and_then(Period::start) else { continue };
            if start.date() >= first {
                ticks.push(Tick { at: time(start.date()), label: start.date().strftime("%b %Y").to_string() });
            }
        }
        ticks.retain(|tick| tick.at <= time(last));
    }
    ReplayChart {
        sheet,
        theme: Theme::Light,
        ticks,
        curves,
        notes: days.iter().filter(moved).map(|day| note(&day)).collect(),
    }
}
