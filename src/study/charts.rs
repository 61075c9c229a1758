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

/// Words to print on a chart in place of its own.
#[derive(Debug, Clone, Default)]
pub struct ChartWords {
    /// The title [default: the finding of the chart].
    pub title: Option<String>,
    /// The source line [default: the origins of the figures]. The credit of the reference ramps follows it.
    pub source: Option<String>,
}

/// Draws a chart from the results of a study.
///
/// # Errors
/// Results that lack what the kind needs.
pub fn drawing(results: &Results, spec: &ChartSpec, words: &ChartWords) -> Result<Drawing, NoChart> {
    let (goal, result) = shown(results, spec);
    let registry = bundled::registry();
    let title = words.title.clone();
    let material = material(results, spec.kind.needs(), result, goal, words);
    spec.kind.draw(&Material { registry: Some(&registry), title, ..material })
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
    match drawing(results, spec, &ChartWords::default()) {
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
    words: &ChartWords,
) -> Material<'a> {
    let settings = &results.settings;
    let shared =
        Material { levels: &settings.levels, standard_error: settings.rules.standard_error, ..Material::default() };
    if needs == Needs::Forecasts {
        let (views, several): (Vec<View>, _) = several(results).into_iter().unzip();
        let credit = credit(results, words, results.series.iter(), views.contains(&View::Outside));
        return Material { several, model: model(&views).to_owned(), credit, ..shared };
    }
    let Some(result) = result else { return shared };
    let forecast = forecast(result, goal.is_some());
    let view = forecast.map_or(View::Inside, |(view, _)| view);
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
        model: model(&[view]).to_owned(),
        credit: credit(results, words, [result].into_iter(), needs == Needs::Forecast && view == View::Outside),
        credit_with_ramps: credit(results, words, [result].into_iter(), true),
        series: result.data.series.as_ref(),
        forecast: forecast.map(|(_, forecast)| forecast),
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

/// The forecast of a series and its view: the combined view where a goal is judged by it, otherwise the inside view, or
/// the outside view if no model of the series applies.
fn forecast(result: &SeriesResult, of_goal: bool) -> Option<(View, &Forecast)> {
    let views = result.views.as_ref()?;
    let order = if of_goal { &[View::Combined][..] } else { &[View::Inside, View::Outside] };
    order.iter().find_map(|view| Some((*view, views.paths_of(*view)?.forecast())))
}

/// What forecasts by these views are made of, in words.
fn model(views: &[View]) -> &'static str {
    match (views.contains(&View::Outside), views.iter().all(|view| *view == View::Outside)) {
        (false, _) => "the pool of models that apply",
        (true, true) => bundled::RAMPS_MODEL,
        (true, false) => "the pool of models that apply, or of comparable reference ramps if none applies",
    }
}

/// The series that have a forecast, in the order of the study, with the view that each is by.
fn several<'a>(results: &'a Results) -> Vec<(View, (String, &'a Series, &'a Forecast))> {
    let panel = |result: &'a SeriesResult| {
        let label = results.settings.label(&result.data.id, name(result)).to_owned();
        let (view, forecast) = forecast(result, false)?;
        Some((view, (label, result.data.series.as_ref()?, forecast)))
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

/// Where the data of some series come from, and the ramps of their outside views.
fn credit<'a>(
    results: &Results,
    words: &ChartWords,
    series: impl Iterator<Item = &'a SeriesResult> + Clone,
    with_ramps: bool,
) -> String {
    let outside = |result: &SeriesResult| result.views.as_ref().is_some_and(|views| views.outside.paths.is_ok());
    let with_ramps = with_ramps && series.clone().any(outside);
    let ramps = if with_ramps { format!("; {}", bundled::RAMPS_CREDIT) } else { String::new() };
    if let Some(source) = &words.source {
        return format!("{source}{ramps}");
    }
    let mut origins: Vec<&str> = Vec::new();
    for figure in series.flat_map(|result| &result.data.choices).flat_map(Choice::all_figures) {
        if !origins.contains(&figure.origin.as_str()) {
            origins.push(&figure.origin);
        }
    }
    if origins.is_empty() {
        return format!("Data: the study's own file{ramps}.");
    }
    let more = if origins.len() > 4 { format!(" and {} more", origins.len() - 4) } else { String::new() };
    let origins = origins[..origins.len().min(4)].join(", ");
    let readme = if results.bundled { ", datasets/README.md" } else { "" };
    format!("Data: {origins}{more}{ramps}. Every figure: figures.csv{readme}.")
}

#[cfg(test)]
mod tests {
    use crate::study::{Overrides, Study, StudyFile};

    use super::*;

    /// A study of two series that grow, and their sum.
    fn study(folder: &std::path::Path) -> Study {
        let rows = |id: &str| {
            let row = |t: i32| format!("{id},{},{}\n", 2012 + t, 100.0 * 1.2_f64.powi(t));
            (0..12).map(row).collect::<String>()
        };
        let data = format!("unique_id,ds,y\n{}{}", rows("a"), rows("b"));
        std::fs::write(folder.join("d.csv"), data).expect("a file");
        let text = "title = \"T\"\nas_of = \"2026-01-01\"\npaths = 100\ndata = { file = \"d.csv\" }\n\
            [[sum]]\ntotal = \"all\"\nparts = [\"a\", \"b\"]\n\
            [[goal]]\nid = \"g\"\nstatement = \"A doubles\"\nseries = \"a\"\ntarget = \"x2\"\nby = \"2028\"\n";
        std::fs::write(folder.join("s.toml"), text).expect("a file");
        let file = StudyFile::open(&folder.join("s.toml")).expect("a study");
        Study::load(&file, &Overrides::default()).expect("a study")
    }

    #[test]
    fn a_chart_of_one_series_of_a_sum_adds_up_and_judges_no_goal() {
        let folder = tempfile::tempdir().expect("a folder");
        let whole = study(folder.path());
        assert_eq!(whole.series_ids(), ["a", "all", "b"]);
        let fan = whole.clone().charting(kind("fan").expect("a kind"), None, Some("all")).expect("a chart");
        let results = fan.run(|_, _| ());
        assert!(results.notes.iter().any(|note| !note.is_empty()) && results.goals.is_empty());
        drawing(&results, &results.charts[0], &ChartWords::default()).expect("a chart of a total");
        let multiples = whole.charting(kind("multiples").expect("a kind"), None, None).expect("a chart");
        let results = multiples.run(|_, _| ());
        assert_eq!((results.series.len(), results.goals.len()), (3, 0));
    }

    #[test]
    fn a_chart_by_the_outside_view_says_so_and_credits_the_ramps() {
        let folder = tempfile::tempdir().expect("a folder");
        let fan = study(folder.path()).charting(kind("fan").expect("a kind"), None, Some("a")).expect("a chart");
        let mut results = fan.run(|_, _| ());
        let svg = |results: &Results, kind_name: &str| {
            let spec = ChartSpec { kind: kind(kind_name).expect("a kind"), ..results.charts[0].clone() };
            drawing(results, &spec, &ChartWords::default()).expect("a chart").svg
        };
        let credit = "Our World in Data";
        for kind in ["fan", "multiples"] {
            let svg = svg(&results, kind);
            assert!(svg.contains("pool of models") && !svg.contains(credit), "{kind}");
        }
        let views = results.series.iter_mut().find(|series| series.data.id == "a").and_then(|a| a.views.as_mut());
        views.expect("views").inside.paths = Err(crate::outlook::Reason::NoHistory);
        let fan = svg(&results, "fan");
        assert!(!fan.contains("pool of models") && fan.contains("comparable reference") && fan.contains(credit));
        let multiples = svg(&results, "multiples");
        assert!(multiples.contains("pool of models") && multiples.contains(credit));
        assert!(!svg(&results, "growth").contains(credit));
    }
}
