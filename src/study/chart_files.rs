//! The charts of a run: what each says in its title, as SVG and PNG.

use std::collections::BTreeMap;

use crate::bundled;
use crate::charts::{FanChart, GoalLine, LabelledPoint, Png, Sheet, png};
use crate::data::Choice;
use crate::export::Magnitude;
use crate::forecast::{Ensemble, Forecast, Level};
use crate::goals::{Condition, Judgement};
use crate::outlook::View;
use crate::series::{Period, Series};

use super::pictures::{odds_as_they_moved, sources_around};
use super::{ChartKind, ChartSpec, GoalResult, Projection, ReplayDay, Results, SeriesResult, Settings, StudyError};
use crate::report::range;
use crate::report::{curves, fan, growth_curves, odds_over_time};

/// The most projections beside a fan.
const MOST_POINTS: usize = 6;

pub(super) fn name(result: &SeriesResult) -> &str {
    result.data.info.as_ref().map_or(&result.data.id, |info| &info.name)
}

pub(super) fn unit(result: &SeriesResult) -> &str {
    result.data.info.as_ref().map_or("", |info| &info.unit)
}

pub(super) struct Drawn {
    pub(super) name: String,
    pub(super) svg: String,
    pub(super) png: Png,
}

/// A chart, or the reason for which it has nothing to show.
pub(super) fn chart(results: &Results, spec: &ChartSpec) -> Result<Result<Drawn, String>, StudyError> {
    let named = spec.goal.as_ref().map(|goal| goal.get_ref());
    let goal = named.and_then(|id| results.goals.iter().find(|g| g.goal.id == *id));
    let id = spec.series.as_ref().map(|series| series.get_ref()).or_else(|| goal.and_then(|g| g.goal.series.as_ref()));
    let kind = match spec.kind {
        ChartKind::Fan => "fan",
        ChartKind::Growth => "growth",
        ChartKind::Odds => "odds",
        ChartKind::Sources => "sources",
        ChartKind::Replay => "replay",
    };
    let of = named.or(id).map_or("", String::as_str);
    // A name may hold what no file's name can.
    let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let file = format!("{kind}-{}", of.chars().map(plain).collect::<String>());
    let Some(result) = id.and_then(|id| results.series.iter().find(|r| r.data.id == *id)) else {
        return Ok(Err(format!("{file}: the goal has no series")));
    };
    let (Some(series), Some(views)) = (&result.data.series, &result.views) else {
        return Ok(Err(format!("{file}: no figures")));
    };
    let svg = match (spec.kind, goal) {
        (ChartKind::Growth, _) => growth_chart(results, result, series)?,
        (ChartKind::Fan, None) => match views.inside.ensemble().or(views.combined.as_ref()) {
            Some(forecast) => fan_chart(results, result, series, forecast.forecast())?,
            None => return Ok(Err(format!("{file}: no model applies"))),
        },
        (ChartKind::Fan, Some(goal)) => match &views.combined {
            Some(forecast) => goal_chart(results, result, series, forecast, goal)?,
            None => return Ok(Err(format!("{file}: no model applies"))),
        },
        (ChartKind::Odds, Some(goal)) if !goal.views.is_empty() => odds_chart(results, result, goal)?,
        (ChartKind::Odds, _) => return Ok(Err(format!("{file}: the goal has no odds"))),
        (ChartKind::Sources, goal) if !result.data.choices.is_empty() => sources_chart(results, result, goal)?,
        (ChartKind::Sources, _) => return Ok(Err(format!("{file}: the data name no sources"))),
        (ChartKind::Replay, Some(goal)) => match replay_chart(results, result, goal)? {
            Some(svg) => svg,
            None => return Ok(Err(format!("{file}: the goal had odds on fewer than two days"))),
        },
        (ChartKind::Replay, None) => return Ok(Err(format!("{file}: name a goal"))),
    };
    let png = png(&svg, 2.0)?;
    Ok(Ok(Drawn { name: file, svg, png }))
}

/// "name, unit" for a subtitle.
fn what(result: &SeriesResult) -> String {
    let name = name(result);
    let unit = if unit(result).is_empty() { String::new() } else { format!(", {}", unit(result)) };
    format!("{name}{unit}")
}

/// The sentence that a goal of a full share needs.
fn full_from(goal: &GoalResult) -> String {
    goal.goal.threshold().map_or(String::new(), |threshold| format!(" A share counts as full from {threshold} %."))
}

fn source_line(results: &Results, result: &SeriesResult, with_ramps: bool) -> String {
    let mut origins: Vec<&str> = Vec::new();
    for figure in result.data.choices.iter().flat_map(Choice::all_figures) {
        if !origins.contains(&figure.origin.as_str()) {
            origins.push(&figure.origin);
        }
    }
    let more = if origins.len() > 4 { format!(" and {} more", origins.len() - 4) } else { String::new() };
    let data = match origins.is_empty() {
        true => return "Data: the study's own file.".to_owned(),
        false => format!("Data: {}{more}", origins[..origins.len().min(4)].join(", ")),
    };
    let with_ramps = with_ramps && result.views.as_ref().is_some_and(|views| views.outside.paths.is_ok());
    let ramps = if with_ramps { "; reference ramps: Our World in Data (CC BY 4.0)" } else { "" };
    let bundled = results.bundled;
    let more = if bundled { ", datasets/README.md" } else { "" };
    format!("{data}{ramps}. Every figure: figures.csv{more}.")
}

/// How many steps a chart without a goal shows.
fn steps(series: &Series, forecast: &Forecast) -> usize {
    let usual = match series.start().frequency() {
        crate::series::Frequency::Year => 5,
        crate::series::Frequency::Month => 18,
        _ => 8,
    };
    usual.min(forecast.horizon())
}

fn fan_chart(
    results: &Results,
    result: &SeriesResult,
    series: &Series,
    forecast: &Forecast,
) -> Result<String, StudyError> {
    let steps = steps(series, forecast);
    let (low, high) = forecast.interval(Level::EIGHTY);
    let end = series.last_period().shift(steps as i64).map_or(String::new(), |period| period.to_string());
    let sheet = Sheet {
        title: format!(
            "{}: four chances in five of {} in {end}",
            results.settings.label(&result.data.id, name(result)),
            range(low[steps - 1], high[steps - 1])
        ),
        subtitle: format!("{}. Median and bands of the pool of models that apply.{}", what(result), grey(series)),
        source: source_line(results, result, false),
    };
    Ok(fan(sheet, series, forecast, &results.settings.levels, steps, None).svg()?)
}

fn goal_chart(
    results: &Results,
    result: &SeriesResult,
    series: &Series,
    paths: &Ensemble,
    goal: &GoalResult,
) -> Result<String, StudyError> {
    let forecast = paths.forecast();
    let label = results.settings.label(&goal.goal.id, &goal.goal.statement);
    let (line, title, steps) = match &goal.judgement {
        Ok(Judgement::Open { target: Some(target), deadline }) => {
            let odds = goal.view(View::Combined).map(|a| a.odds().to_string());
            let of = match goal.goal.target {
                crate::goals::Target::Multiple(times) => {
                    format!("{times} × {} = ", goal.goal.base.unwrap_or(series.last_period()))
                }
                _ => String::new(),
            };
            let of = match goal.goal.condition {
                Condition::AtLeast => of,
                other => format!("{} {of}", other.words()),
            };
            let steps = usize::try_from(series.last_period().steps_to(*deadline) + 1).unwrap_or(1);
            let chances = odds
                .map_or("no odds".to_owned(), |odds| format!("odds {odds} {} {deadline}", goal.goal.reading.word()));
            (Some((*target, *deadline, of)), format!("{label}: {chances}"), steps)
        }
        _ => (None, format!("{label}: {}", super::Verdict::of(goal).word()), steps(series, forecast)),
    };
    let full = full_from(goal);
    let rests = result.views.as_ref().and_then(|v| v.outside.remarks.first());
    let rests = rests
        .map_or(String::new(), |remark| format!(" {}.", remark.replace("reference: rests", "The outside view rests")));
    let sheet = Sheet {
        title,
        subtitle: format!("{}.{full}{rests}{}", what(result), grey(series)),
        source: source_line(results, result, true),
    };
    let drawn = fan(sheet, series, forecast, &results.settings.levels, steps, line);
    Ok(FanChart { other_points: said_of(results, result, series, steps), ..drawn }.svg()?)
}

/// Targets and projections of the periods ahead, the latest of each origin and period, as hollow points.
fn said_of(results: &Results, result: &SeriesResult, series: &Series, steps: usize) -> Vec<LabelledPoint> {
    let last = series.last_period();
    let mut latest: BTreeMap<(Period, String), Projection> = BTreeMap::new();
    for said in results.projections.iter().filter(|said| said.series == result.data.id) {
        let ahead = last.steps_to(said.period);
        if ahead >= 1 && ahead <= steps as i64 {
            latest.insert((said.period, said.origin.clone()), said.clone());
        }
    }
    let point = |said: Projection| LabelledPoint {
        x: said.period.ordinal() as f64,
        y: said.said,
        label: match said.at_least {
            Some(true) => format!("{}: more", said.origin),
            Some(false) => format!("{}: at most", said.origin),
            None => said.origin,
        },
        filled: false,
    };
    latest.into_values().take(MOST_POINTS).map(point).collect()
}

fn sources_chart(results: &Results, result: &SeriesResult, goal: Option<&GoalResult>) -> Result<String, StudyError> {
    let said: Vec<Projection> = results.projections.iter().filter(|p| p.series == result.data.id).cloned().collect();
    let label = results.settings.label(&result.data.id, name(result));
    let origins = result.data.origins.len();
    let disputed = result
        .data
        .choices
        .iter()
        .filter(|c| c.all_figures().filter(|f| f.value.is_some()).count() > 1)
        .max_by(|a, b| spread(a).total_cmp(&spread(b)));
    let title = match disputed {
        Some(choice) => {
            let values = || choice.all_figures().filter_map(|f| f.value);
            let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
            format!("{label}: {} sources put {} at {}", values().count(), choice.period, range(low, high))
        }
        None if origins == 1 => format!("{label}: all figures are of one source"),
        None => format!("{label}: no year of which two of its {origins} sources speak"),
    };
    let error = results.settings.rules.standard_error;
    let sheet = Sheet {
        title,
        subtitle: format!(
            "{}. Filled: figures of what was; hollow: projections and targets. Black: the pooled value and its 80 % interval; a bare estimate is taken to have a standard error of {error} in logs.",
            what(result)
        ),
        source: source_line(results, result, false),
    };
    Ok(sources_around(sheet, &result.data.choices, &said, goal.and_then(goal_line)).svg()?)
}

fn spread(choice: &Choice) -> f64 {
    let values = || choice.all_figures().filter_map(|f| f.value).filter(|v| *v > 0.0).map(f64::ln);
    values().fold(f64::NEG_INFINITY, f64::max) - values().fold(f64::INFINITY, f64::min)
}

fn goal_line(goal: &GoalResult) -> Option<GoalLine> {
    let Ok(Judgement::Open { target: Some(value), deadline }) = &goal.judgement else { return None };
    let label = format!("goal: {}", Magnitude::of(value.abs()).write(*value));
    Some(GoalLine { value: *value, x: deadline.ordinal() as f64, label, due: format!("due end of {deadline}") })
}

fn replay_chart(results: &Results, result: &SeriesResult, goal: &GoalResult) -> Result<Option<String>, StudyError> {
    let days: Vec<ReplayDay> = results.replay.iter().filter(|day| day.goal == goal.goal.id).cloned().collect();
    let what = format!(", {}", what(result));
    odds_moved_of(&results.settings, &days, &what, source_line(results, result, true)).transpose()
}

/// The odds of one goal as they moved; `None` where it had odds on fewer than two days.
pub fn odds_moved(study: &Settings, days: &[ReplayDay]) -> Option<Result<String, StudyError>> {
    odds_moved_of(study, days, "", String::new())
}

fn odds_moved_of(
    study: &Settings,
    days: &[ReplayDay],
    what: &str,
    source: String,
) -> Option<Result<String, StudyError>> {
    let days: Vec<&ReplayDay> = days.iter().filter(|day| day.odds(View::Combined).is_some()).collect();
    let (first, last) = (days.first()?, days.last().filter(|_| days.len() > 1)?);
    let goal = &first.result.goal;
    let label = study.label(&goal.id, &goal.statement);
    let odds = |day: &ReplayDay| day.odds(View::Combined).map_or(String::new(), |odds| odds.to_string());
    let day = |day: &ReplayDay| day.as_of.strftime("%b %Y").to_string();
    let sheet = Sheet {
        title: format!("{label}: odds {} in {}, {} in {}", odds(first), day(first), odds(last), day(last)),
        subtitle: format!(
            "Odds as they stood on each day on which a figure came out{what}. Nothing published later is used."
        ),
        source,
    };
    let until = if study.rules.as_of == jiff::civil::Date::MAX { last.as_of } else { study.rules.as_of };
    Some(odds_as_they_moved(sheet, &days, until).svg().map_err(StudyError::from))
}

fn growth_chart(results: &Results, result: &SeriesResult, series: &Series) -> Result<String, StudyError> {
    let ahead = match series.start().frequency() {
        crate::series::Frequency::Year => 5,
        _ => 8,
    };
    let (fitted, _) = growth_curves(&bundled::registry(), series, ahead);
    let ends: Vec<f64> = fitted.iter().filter_map(|curve| curve.y.last().copied()).collect();
    let low = ends.iter().copied().fold(f64::INFINITY, f64::min);
    let high = ends.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let end = series.last_period().shift(ahead as i64).map_or(String::new(), |period| period.to_string());
    let label = results.settings.label(&result.data.id, name(result));
    let title = match fitted.len() {
        0 => format!("{label}: too few figures for a growth curve"),
        _ => format!("{label}: growth curves end in {end} anywhere from {}", range(low, high)),
    };
    let sheet = Sheet {
        title,
        subtitle: format!("{}. Curves by generalised least squares, extended beyond the last figure.", what(result)),
        source: source_line(results, result, false),
    };
    Ok(curves(sheet, series, fitted, ahead).svg()?)
}

fn odds_chart(results: &Results, result: &SeriesResult, goal: &GoalResult) -> Result<String, StudyError> {
    let label = results.settings.label(&goal.goal.id, &goal.goal.statement);
    let (deadline, odds) = match (&goal.judgement, goal.views.last()) {
        (Ok(Judgement::Open { deadline, .. }), Some((_, combined))) => (*deadline, combined.by),
        _ => return Ok(String::new()),
    };
    let full = full_from(goal);
    let sheet = Sheet {
        title: format!("{label}: odds {odds} by {deadline}"),
        subtitle: format!(
            "Odds of having reached the goal by each period, {}.{full}{}",
            what(result),
            if goal.views.len() > 2 {
                " inside: models of the series; outside: comparable reference ramps."
            } else {
                ""
            }
        ),
        source: source_line(results, result, true),
    };
    Ok(odds_over_time(sheet, &goal.views, deadline, 6).svg()?)
}

/// What the grey fields of a fan chart are, where there are any.
fn grey(series: &Series) -> &'static str {
    if series.is_complete() { "" } else { " Grey: no figure." }
}
