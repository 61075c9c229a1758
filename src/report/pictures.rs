//! Charts of results: what each says in its title, and what it is handed to draw.

use crate::charts::{
    Band, Curve, Deadline, Fan, FanChart, GoalLine, GrowthChart, OddsChart, OddsCurve, Point, Sheet, Theme, Tick,
};
use crate::export::{Magnitude, format_number};
use crate::forecast::{Forecast, Level};
use crate::goals::Assessment;
use crate::outlook::View;
use crate::registry::{Family, Registry};
use crate::series::{Period, Series};

/// Ticks for the periods from `first` to `last`: each for years and short spans, else the first of each year.
pub fn time_ticks(first: Period, last: Period) -> Vec<Tick> {
    let span = first.steps_to(last);
    let periods = (0..=span).filter_map(|k| first.shift(k).ok());
    let tick = |period: Period, label: String| Tick { at: period.ordinal() as f64, label };
    if span <= 12 {
        return periods.map(|period| tick(period, period.to_string())).collect();
    }
    let mut ticks = Vec::new();
    let mut year = None;
    for period in periods {
        let own = period.calendar_year();
        if own.is_none() {
            ticks.push(tick(period, period.to_string()));
        } else if own != year && (year.is_some() || period.shift(-1).ok().and_then(Period::calendar_year) != own) {
            ticks.push(tick(period, own.map_or(String::new(), |y| y.to_string())));
        }
        year = own;
    }
    ticks
}

fn points(series: &Series) -> Vec<Point> {
    let start = series.start().ordinal();
    let known = series.values().into_iter().enumerate().filter(|(_, y)| !y.is_nan());
    known.map(|(i, y)| Point { x: (start + i as i64) as f64, y: *y }).collect()
}

/// A fan chart of a series and its forecast over the first `steps` steps, with the level of a goal and its deadline.
pub fn fan(
    sheet: Sheet,
    series: &Series,
    forecast: &Forecast,
    levels: &[Level],
    steps: usize,
    goal: Option<(f64, Period, String)>,
) -> FanChart {
    let origin = series.last_period();
    let steps = steps.min(forecast.horizon());
    let ahead = |values: ndarray::Array1<f64>| values.iter().take(steps).copied().collect::<Vec<_>>();
    let bands = levels.iter().map(|level| {
        let (low, high) = forecast.interval(*level);
        Band { level: level.probability(), low: ahead(low), high: ahead(high) }
    });
    let end = goal.as_ref().map_or(steps as i64, |(_, deadline, _)| origin.steps_to(*deadline).max(steps as i64));
    FanChart {
        sheet,
        theme: Theme::Light,
        ticks: time_ticks(series.start(), origin.shift(end).unwrap_or(origin)),
        history: points(series),
        other_points: Vec::new(),
        forecast: Fan {
            x: (1..=steps).map(|k| (origin.ordinal() + k as i64) as f64).collect(),
            median: ahead(forecast.median()),
            bands: bands.collect(),
        },
        bounds: (series.bounds().lower, series.bounds().upper),
        goal: goal.map(|(value, deadline, label)| GoalLine {
            value,
            x: deadline.ordinal() as f64,
            label: format!("goal: {label}{}", Magnitude::of(value.abs()).write(value)),
            due: format!("due end of {deadline}"),
        }),
    }
}

/// Growth curves over a series and `steps` steps beyond.
pub fn curves(sheet: Sheet, series: &Series, curves: Vec<Curve>, steps: usize) -> GrowthChart {
    let origin = series.last_period();
    GrowthChart {
        sheet,
        theme: Theme::Light,
        ticks: time_ticks(series.start(), origin.shift(steps as i64).unwrap_or(origin)),
        history: points(series),
        curves,
        origin: origin.ordinal() as f64,
    }
}

/// The fitted growth curves of a series over its history and `steps` beyond, each with a note on its ceiling, and
/// what the reader must know of those that were fitted or refused.
pub fn growth_curves(registry: &Registry, series: &Series, steps: usize) -> (Vec<Curve>, Vec<String>) {
    let (mut fitted, mut remarks) = (Vec::new(), Vec::new());
    for entry in registry.entries().iter().filter(|entry| entry.family == Family::Growth) {
        let fit = match entry.model.fit(series) {
            Ok(fit) => fit,
            Err(error) => {
                remarks.push(error.to_string());
                continue;
            }
        };
        let told = fit.parameters().into_iter().find(|parameter| parameter.name == "ceiling");
        let told = told.map(|ceiling| format!("ceiling {}", format_number(ceiling.estimate.round())));
        let untold = (!fit.remarks().is_empty()).then(|| "ceiling not told by the data".to_owned());
        let note = told.or(untold).unwrap_or_default();
        fitted.extend(fit.curve(steps).map(|values| Curve {
            name: entry.model.name().to_owned(),
            x: (0..values.len()).map(|i| (series.start().ordinal() + i as i64) as f64).collect(),
            y: values.to_vec(),
            note,
        }));
        remarks.extend(fit.remarks());
    }
    (fitted, remarks)
}

/// Odds of having reached a goal by each period, one curve per view, up to some periods past the deadline.
pub fn odds_over_time(sheet: Sheet, views: &[(View, Assessment)], deadline: Period, beyond: i64) -> OddsChart {
    // Where one view alone gives odds, the combined view after it is the same line again.
    let views = if views.len() == 2 { &views[1..] } else { views };
    let shown = |period: &Period| deadline.steps_to(*period) <= beyond;
    let curve = |(view, assessment): &(View, Assessment)| OddsCurve {
        name: format!("{view}, by {deadline}:"),
        points: assessment
            .odds_by_period
            .iter()
            .filter(|(period, _)| shown(period))
            .map(|(period, odds)| Point { x: period.ordinal() as f64, y: odds.probability() })
            .collect(),
    };
    let periods =
        views.first().map(|(_, a)| a.odds_by_period.iter().map(|(p, _)| *p).filter(shown).collect::<Vec<_>>());
    let periods = periods.unwrap_or_default();
    OddsChart {
        sheet,
        theme: Theme::Light,
        ticks: match (periods.first(), periods.last()) {
            (Some(first), Some(last)) => time_ticks(*first, *last),
            _ => Vec::new(),
        },
        // The combined view comes first, as the one that matters most.
        curves: views.iter().rev().map(curve).collect(),
        deadline: Some(Deadline { x: deadline.ordinal() as f64, label: format!("due end of {deadline}") }),
    }
}

/// "12 to 34 million" in the reader's magnitude.
pub fn range(low: f64, high: f64) -> String {
    let magnitude = Magnitude::of(high.abs().max(low.abs()));
    let name = if magnitude.name.is_empty() { String::new() } else { format!(" {}", magnitude.name) };
    let figure = |value: f64| three_figures(value / magnitude.divisor);
    format!("{} to {}{name}", figure(low), figure(high))
}

/// Three figures are what a reader takes in, and more than a forecast knows.
pub fn three_figures(value: f64) -> String {
    let unit = 10_f64.powf(value.abs().log10().floor() - 2.0);
    format_number(if unit.is_normal() { (value / unit).round() * unit } else { value })
}
