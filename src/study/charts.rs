//! The charts of a run: what each is made from, as SVG and PNG.

use crate::bundled;
use crate::charts::{Drawing, GoalMaterial, Material, Needs, NoChart, OddsOnDay, Png, Projected, kind, png};
use crate::data::Choice;
use crate::forecast::Forecast;
use crate::goals::Judgement;
use crate::outlook::{View, Views};
use crate::series::Series;

use super::{ChartSpec, GoalResult, ReplayDay, Results, SeriesResult, Settings, StudyError, Verdict};

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

/// Draws a chart from the results of a study.
///
/// # Errors
/// Results that lack what the kind needs.
pub fn drawing(results: &Results, spec: &ChartSpec) -> Result<Drawing, NoChart> {
    let (goal, result) = shown(results, spec);
    let registry = bundled::registry();
    spec.kind.draw(&Material { registry: Some(&registry), ..material(results, spec.kind.needs(), result, goal) })
}

/// The goal and the series that a chart shows.
fn shown<'a>(results: &'a Results, spec: &ChartSpec) -> (Option<&'a GoalResult>, Option<&'a SeriesResult>) {
    let named = spec.goal.as_ref().map(|goal| goal.get_ref());
    let goal = named.and_then(|id| results.goals.iter().find(|g| g.goal.id == *id));
    let id = spec.series.as_ref().map(|series| series.get_ref()).or_else(|| goal.and_then(|g| g.goal.series.as_ref()));
    (goal, id.and_then(|id| results.series.iter().find(|r| r.data.id == *id)))
}

/// A chart, or the reason for which it has nothing to show.
pub(super) fn chart(results: &Results, spec: &ChartSpec) -> Result<Result<Drawn, String>, StudyError> {
    let subject = spec.goal.as_ref().or(spec.series.as_ref()).map_or("all", |name| name.get_ref().as_str());
    // A name may hold what no file's name can.
    let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name = format!("{}-{}", spec.kind.name(), subject.chars().map(plain).collect::<String>());
    match drawing(results, spec) {
        Ok(Drawing { svg, .. }) => {
            let png = png(&svg, 2.0)?;
            Ok(Ok(Drawn { name, svg, png }))
        }
        Err(NoChart::Drawing(error)) => Err(error.into()),
        Err(reason) => Ok(Err(format!("{name}: {reason}"))),
    }
}

/// What a chart of a series or goal is made from.
fn material<'a>(
    results: &'a Results,
    needs: Needs,
    result: Option<&'a SeriesResult>,
    goal: Option<&'a GoalResult>,
) -> Material<'a> {
    let settings = &results.settings;
    let several = if needs == Needs::Forecasts { several(results) } else { Vec::new() };
    let shared = Material {
        model: "the pool of models that apply".to_owned(),
        levels: &settings.levels,
        standard_error: settings.rules.standard_error,
        credit: credit(results, results.series.iter(), false),
        several,
        ..Material::default()
    };
    let Some(result) = result else { return shared };
    let days = goal.map_or_else(Vec::new, |goal| {
        let days = results.replay.iter().filter(|day| day.goal == goal.goal.id);
        days.filter_map(odds_on_day).collect()
    });
    let projections = results.projections.iter().filter(|one| one.series == result.data.id);
    Material {
        label: settings.label(&result.data.id, name(result)).to_owned(),
        subject: match unit(result) {
            "" => name(result).to_owned(),
            unit => format!("{}, {unit}", name(result)),
        },
        credit: credit(results, [result].into_iter(), false),
        credit_with_ramps: credit(results, [result].into_iter(), true),
        series: result.data.series.as_ref(),
        forecast: forecast(result, goal.is_some()),
        goal: goal.map(|goal| goal_material(settings, result, goal)),
        projections: projections
            .map(|one| Projected {
                origin: one.origin.clone(),
                period: one.period,
                value: one.said,
                at_least: one.at_least,
            })
            .collect(),
        choices: &result.data.choices,
        days,
        until: last_day(settings),
        ..shared
    }
}

/// The forecast of a series: of its own models, or combined with the outside view where a goal is judged by it.
fn forecast(result: &SeriesResult, combined: bool) -> Option<&Forecast> {
    let views = result.views.as_ref()?;
    let inside = if combined { None } else { views.inside.ensemble() };
    inside.or(views.combined.as_ref()).map(|paths| paths.forecast())
}

/// The series that have a forecast, in the order of the study.
fn several<'a>(results: &'a Results) -> Vec<(String, &'a Series, &'a Forecast)> {
    let panel = |result: &'a SeriesResult| {
        let label = results.settings.label(&result.data.id, name(result)).to_owned();
        Some((label, result.data.series.as_ref()?, forecast(result, false)?))
    };
    results.series.iter().filter_map(panel).collect()
}

fn goal_material<'a>(settings: &Settings, result: &'a SeriesResult, goal: &'a GoalResult) -> GoalMaterial<'a> {
    let (target, deadline) = match &goal.judgement {
        Ok(Judgement::Open { target, deadline }) => (*target, Some(*deadline)),
        _ => (None, None),
    };
    let basis = |views: &Views| views.outside.remarks.iter().find(|remark| remark.finding.is_basis()).cloned();
    let outside = result.views.as_ref().and_then(basis);
    GoalMaterial {
        label: settings.label(&goal.goal.id, &goal.goal.statement).to_owned(),
        goal: &goal.goal,
        target,
        deadline,
        verdict: Verdict::of(goal).word().to_owned(),
        views: &goal.views,
        outside: outside.map(|remark| format!("The outside view is {}.", remark.finding)),
    }
}

/// The last day that odds hold for: the day of the study, where it has one.
fn last_day(settings: &Settings) -> Option<jiff::civil::Date> {
    Some(settings.rules.as_of).filter(|day| *day != jiff::civil::Date::MAX)
}

/// The odds of a day; none where there is no combined view.
fn odds_on_day(day: &ReplayDay) -> Option<OddsOnDay> {
    day.odds(View::Combined)?;
    let views = View::ALL.into_iter().filter_map(|view| Some((view, day.odds(view)?)));
    Some(OddsOnDay { day: day.as_of, published: day.published.clone(), views: views.collect(), change: day.change })
}

/// The odds of one goal as they moved.
///
/// # Errors
/// Odds on fewer than two days.
pub fn odds_moved(settings: &Settings, days: &[ReplayDay]) -> Result<Drawing, NoChart> {
    let goal = &days.first().ok_or(NoChart::Lacks(Needs::Days))?.result;
    let material = Material {
        goal: Some(GoalMaterial {
            label: settings.label(&goal.goal.id, &goal.goal.statement).to_owned(),
            goal: &goal.goal,
            target: None,
            deadline: None,
            verdict: String::new(),
            views: &[],
            outside: None,
        }),
        days: days.iter().filter_map(odds_on_day).collect(),
        until: last_day(settings),
        ..Material::default()
    };
    match kind("replay") {
        Ok(kind) => kind.draw(&material),
        Err(_) => Err(NoChart::Lacks(Needs::Days)),
    }
}

/// Where the data of some series come from.
fn credit<'a>(results: &Results, series: impl Iterator<Item = &'a SeriesResult> + Clone, with_ramps: bool) -> String {
    let mut origins: Vec<&str> = Vec::new();
    for figure in series.clone().flat_map(|result| &result.data.choices).flat_map(Choice::all_figures) {
        if !origins.contains(&figure.origin.as_str()) {
            origins.push(&figure.origin);
        }
    }
    if origins.is_empty() {
        return "Data: the study's own file.".to_owned();
    }
    let more = if origins.len() > 4 { format!(" and {} more", origins.len() - 4) } else { String::new() };
    let origins = origins[..origins.len().min(4)].join(", ");
    let outside = |result: &SeriesResult| result.views.as_ref().is_some_and(|views| views.outside.paths.is_ok());
    let with_ramps = with_ramps && series.into_iter().any(outside);
    let ramps = if with_ramps { "; reference ramps: Our World in Data (CC BY 4.0)" } else { "" };
    let readme = if results.bundled { ", datasets/README.md" } else { "" };
    format!("Data: {origins}{more}{ramps}. Every figure: figures.csv{readme}.")
}
