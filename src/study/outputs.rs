//! Everything that a run writes, in memory, so that it is written whole or not at all.

use rayon::prelude::*;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::export::Format;
use crate::export::charts::{Sheet, png};
use crate::forecast::{Forecast, Level};
use crate::goals::Judgement;
use crate::registry::Registry;
use crate::series::Series;

use super::pictures::range;
use super::{
    ChartKind, ChartSpec, ForecastRows, GoalResult, Results, SeriesResult, StudyError, assessment_table, curves, fan,
    forecast_table, growth_curves, odds_over_time,
};

/// The files of a run, `run.json` last.
#[derive(Debug, Clone)]
pub struct Outputs {
    /// Name and content.
    pub files: Vec<(String, Vec<u8>)>,
    /// How many of them are charts (each an SVG and a PNG).
    pub charts: usize,
    /// How many are tables.
    pub tables: usize,
    /// Charts that were asked for and have nothing to show, with the reason.
    pub skipped: Vec<String>,
}

/// Draws the charts and fills the tables of a run.
///
/// # Errors
/// A table or chart that cannot be made.
pub fn outputs(results: &Results) -> Result<Outputs, StudyError> {
    let mut files = Vec::new();
    let series = series_table(results);
    for (name, table) in [("forecasts", forecasts(results)), ("goals", assessment_table(results)), ("series", series)] {
        for (ending, format) in [("csv", Format::Csv), ("parquet", Format::Parquet), ("json", Format::Json)] {
            files.push((format!("{name}.{ending}"), table.write(format)?));
        }
    }
    let tables = files.len();
    let drawn: Vec<_> = results.study.charts.par_iter().map(|spec| chart(results, spec)).collect::<Result<_, _>>()?;
    let (mut skipped, mut charts) = (Vec::new(), 0);
    for chart in drawn {
        match chart {
            Ok(Drawn { mut name, svg, png }) => {
                charts += 1;
                while files.iter().any(|(file, _)| *file == format!("{name}.svg")) {
                    name.push_str("-2");
                }
                files.push((format!("{name}.svg"), svg.into_bytes()));
                files.push((format!("{name}.png"), png));
            }
            Err(reason) => skipped.push(reason),
        }
    }
    files.push(("run.json".to_owned(), record(results, &files)));
    Ok(Outputs { files, charts, tables, skipped })
}

/// What was run, on what, and what came of it: enough to run it again.
fn record(results: &Results, files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let hash = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let inputs: Vec<_> =
        results.inputs.iter().map(|(file, bytes)| json!({ "file": file, "sha256": hash(bytes) })).collect();
    let study = &results.study;
    let levels: Vec<String> = results.levels.iter().map(ToString::to_string).collect();
    let record = json!({
        "onpace": env!("CARGO_PKG_VERSION"),
        "study": study.title,
        "as_of": study.as_of.to_string(),
        "seed": study.seed,
        "paths": study.paths,
        "levels": levels,
        "horizon": study.horizon,
        "leads": study.leads,
        "full_share_from": study.full_share,
        "inputs": inputs,
        "files": files.iter().map(|(name, _)| name).collect::<Vec<_>>(),
    });
    format!("{record:#}\n").into_bytes()
}

fn forecasts(results: &Results) -> crate::export::Table {
    let named = |name| match name {
        "own" => "auto",
        "ramps" => "reference",
        other => other,
    };
    let rows: Vec<ForecastRows> = results
        .series
        .iter()
        .filter_map(|result| Some((result.series.as_ref()?, result.views.as_ref()?)))
        .flat_map(|(series, views)| {
            views
                .speaking()
                .map(move |(name, forecast)| ForecastRows::new(series, named(name), forecast, &results.levels))
        })
        .collect();
    forecast_table(&rows, &results.levels)
}

/// How each series was made and which models speak on it.
fn series_table(results: &Results) -> crate::export::Table {
    let all = &results.series;
    let of_series = |of: fn(&Series) -> String| all.iter().map(move |r| r.series.as_ref().map(of));
    let remarks = |result: &SeriesResult| {
        let views = result.views.as_ref();
        let own = views.map(|v| v.own.forecast.as_ref().map_or_else(Clone::clone, |_| v.own.remarks.join("; ")));
        let ramps = views.map(|v| v.ramps.forecast.as_ref().map_or_else(Clone::clone, |_| v.ramps.remarks.join("; ")));
        [own, ramps].into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ")
    };
    crate::export::Table::default()
        .text("unique_id", all.iter().map(|r| r.id.clone()))
        .text("name", all.iter().map(|r| name(r).to_owned()))
        .text("unit", all.iter().map(|r| unit(r).to_owned()))
        .optional_text("frequency", of_series(|s| s.start().frequency().to_string()))
        .count("observations", all.iter().map(|r| r.series.as_ref().map_or(0, Series::len)))
        .optional_text("first", of_series(|s| s.start().to_string()))
        .optional_text("last", of_series(|s| s.last_period().to_string()))
        .number("last_value", all.iter().map(|r| r.series.as_ref().map(Series::last_value)))
        .text("notes", all.iter().map(|r| r.notes.join("; ")))
        .text("models", all.iter().map(remarks))
        .text("sources", all.iter().map(sources))
}

fn name(result: &SeriesResult) -> &str {
    result.info.as_ref().map_or(&result.id, |info| &info.name)
}

fn unit(result: &SeriesResult) -> &str {
    result.info.as_ref().map_or("", |info| &info.unit)
}

fn sources(result: &SeriesResult) -> String {
    let mut all: Vec<&str> = result.choices.iter().flat_map(|c| &c.sources).map(String::as_str).collect();
    all.sort_unstable();
    all.dedup();
    all.join(" ")
}

struct Drawn {
    name: String,
    svg: String,
    png: Vec<u8>,
}

/// A chart, or the reason for which it has nothing to show.
fn chart(results: &Results, spec: &ChartSpec) -> Result<Result<Drawn, String>, StudyError> {
    let goal = spec.goal.as_ref().and_then(|id| results.goals.iter().find(|g| g.goal.id == *id));
    let id = spec.series.as_ref().or_else(|| goal.and_then(|g| g.goal.series.as_ref()));
    let kind = match spec.kind {
        ChartKind::Fan => "fan",
        ChartKind::Growth => "growth",
        ChartKind::Odds => "odds",
    };
    let of = spec.goal.as_ref().or(id).map_or("", String::as_str);
    // A name may hold what no file's name can.
    let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let file = format!("{kind}-{}", of.chars().map(plain).collect::<String>());
    let Some(result) = id.and_then(|id| results.series.iter().find(|r| r.id == *id)) else {
        return Ok(Err(format!("{file}: the goal has no series")));
    };
    let (Some(series), Some(views)) = (&result.series, &result.views) else {
        return Ok(Err(format!("{file}: no figures")));
    };
    let svg = match (spec.kind, goal) {
        (ChartKind::Growth, _) => growth_chart(results, result, series)?,
        (ChartKind::Fan, None) => match views.own.forecast.as_ref().ok().or(views.pooled.as_ref()) {
            Some(forecast) => fan_chart(results, result, series, forecast)?,
            None => return Ok(Err(format!("{file}: no model speaks"))),
        },
        (ChartKind::Fan, Some(goal)) => match &views.pooled {
            Some(forecast) => goal_chart(results, result, series, forecast, goal)?,
            None => return Ok(Err(format!("{file}: no model speaks"))),
        },
        (ChartKind::Odds, Some(goal)) if !goal.views.is_empty() => odds_chart(results, result, goal)?,
        (ChartKind::Odds, _) => return Ok(Err(format!("{file}: the goal has no odds"))),
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

fn source_line(result: &SeriesResult, with_ramps: bool) -> String {
    let mut origins: Vec<&str> = Vec::new();
    for (origin, _) in result.choices.iter().flat_map(|choice| &choice.of) {
        if !origins.contains(&origin.as_str()) {
            origins.push(origin);
        }
    }
    let more = if origins.len() > 4 { format!(" and {} more", origins.len() - 4) } else { String::new() };
    let data = match origins.is_empty() {
        true => return "Data: the study's own file.".to_owned(),
        false => format!("Data: {}{more}", origins[..origins.len().min(4)].join(", ")),
    };
    let with_ramps = with_ramps && result.views.as_ref().is_some_and(|views| views.ramps.forecast.is_ok());
    let ramps = if with_ramps { "; reference ramps: Our World in Data (CC BY 4.0)" } else { "" };
    format!("{data}{ramps}. Rows and addresses: series.csv, datasets/README.md.")
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
    let (low, high) = forecast.interval(Level::percent(80.0)?);
    let end = series.last_period().shift(steps as i64).map_or(String::new(), |period| period.to_string());
    let sheet = Sheet {
        title: format!(
            "{}: four chances in five of {} in {end}",
            results.study.label(&result.id, name(result)),
            range(low[steps - 1], high[steps - 1])
        ),
        subtitle: format!("{}. Median and bands of the pool of models that apply.", what(result)),
        source: source_line(result, false),
    };
    Ok(fan(sheet, series, forecast, &results.levels, steps, None).svg()?)
}

fn goal_chart(
    results: &Results,
    result: &SeriesResult,
    series: &Series,
    forecast: &Forecast,
    goal: &GoalResult,
) -> Result<String, StudyError> {
    let label = results.study.label(&goal.goal.id, &goal.goal.statement);
    let (line, title, steps) = match &goal.judgement {
        Ok(Judgement::Open { target: Some(target), deadline }) => {
            let odds = goal.views.iter().find(|(name, _)| *name == "pooled").map(|(_, a)| a.by.to_string());
            let of = match goal.goal.target {
                crate::goals::Target::Multiple(times) => {
                    format!("{times} × {} = ", goal.goal.base.unwrap_or(series.last_period()))
                }
                _ => String::new(),
            };
            let steps = usize::try_from(series.last_period().steps_to(*deadline) + 1).unwrap_or(1);
            let chances = odds.map_or("no odds".to_owned(), |odds| format!("odds {odds} by {deadline}"));
            (Some((*target, *deadline, of)), format!("{label}: {chances}"), steps)
        }
        _ => (None, format!("{label}: {}", super::Verdict::of(goal).word()), steps(series, forecast)),
    };
    let full = full_from(goal);
    let rests = result.views.as_ref().and_then(|v| v.ramps.remarks.first());
    let rests = rests
        .map_or(String::new(), |remark| format!(" {}.", remark.replace("reference: rests", "The outside view rests")));
    let sheet = Sheet { title, subtitle: format!("{}.{full}{rests}", what(result)), source: source_line(result, true) };
    Ok(fan(sheet, series, forecast, &results.levels, steps, line).svg()?)
}

fn growth_chart(results: &Results, result: &SeriesResult, series: &Series) -> Result<String, StudyError> {
    let ahead = match series.start().frequency() {
        crate::series::Frequency::Year => 5,
        _ => 8,
    };
    let (fitted, _) = growth_curves(&Registry::bundled(), series, ahead);
    let ends: Vec<f64> = fitted.iter().filter_map(|curve| curve.y.last().copied()).collect();
    let low = ends.iter().copied().fold(f64::INFINITY, f64::min);
    let high = ends.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let end = series.last_period().shift(ahead as i64).map_or(String::new(), |period| period.to_string());
    let label = results.study.label(&result.id, name(result));
    let title = match fitted.len() {
        0 => format!("{label}: too few figures for a growth curve"),
        _ => format!("{label}: growth curves end in {end} anywhere from {}", range(low, high)),
    };
    let sheet = Sheet {
        title,
        subtitle: format!("{}. Curves by generalised least squares, extended beyond the last figure.", what(result)),
        source: source_line(result, false),
    };
    Ok(curves(sheet, series, fitted, ahead).svg()?)
}

fn odds_chart(results: &Results, result: &SeriesResult, goal: &GoalResult) -> Result<String, StudyError> {
    let label = results.study.label(&goal.goal.id, &goal.goal.statement);
    let (deadline, odds) = match (&goal.judgement, goal.views.last()) {
        (Ok(Judgement::Open { deadline, .. }), Some((_, pooled))) => (*deadline, pooled.by),
        _ => return Ok(String::new()),
    };
    let full = full_from(goal);
    let sheet = Sheet {
        title: format!("{label}: odds {odds} by {deadline}"),
        subtitle: format!(
            "Odds of having reached the goal by each period, {}.{full} own: models of the series; ramps: comparable documented ramps.",
            what(result)
        ),
        source: source_line(result, true),
    };
    Ok(odds_over_time(sheet, &goal.views, deadline, 6).svg()?)
}
