//! Forecasts the series of a study by each view, and judges its goals on them.

use crate::data::{Nature, Rules};
use crate::forecast::{Odds, histories};
use crate::goals::{
    CannotTell, Goal, Judgement, Measure, Target, calendar_years, calendar_years_of, judge, ratio, ratio_of,
};
use crate::series::Series;

use super::{GoalResult, SeriesData, SeriesResult, Study, Without};
use crate::outlook::{Reason, View, Viewpoint, Views, horizon_reaching, last_periods};

/// The number of histories that are drawn to judge a goal whose figures are known but uncertain.
const JUDGED_HISTORIES: usize = 400;

/// A study with the models and draws that judge it.
pub(super) struct Workshop<'a> {
    pub(super) study: &'a Study,
    pub(super) viewpoint: Viewpoint<'a>,
}

impl Workshop<'_> {
    /// Makes a series by the rules, with its views.
    pub(super) fn series(&self, id: &str, rules: &Rules) -> SeriesResult {
        let study = self.study;
        // Series that cannot be made were refused when the study was read. A total without figures is calculated from its parts.
        let data = study.data.select(id, rules).unwrap_or_else(|_| SeriesData::none(id));
        let data = study.sums.cut_to_common(data, &study.data, rules);
        self.forecast(data)
    }

    /// Adds the views of a series, with a horizon that reaches all goals on it.
    pub(super) fn forecast(&self, mut data: SeriesData) -> SeriesResult {
        let Some(series) = &data.series else { return SeriesResult { data, views: None } };
        let (series, note) = last_periods(series);
        data.notes.extend(note);
        let id = &data.id;
        let concerns = |goal: &&Goal| {
            goal.series.as_ref() == Some(id) || goal.measure == Measure::Over(id.clone()) || self.study.sums.joins(id)
        };
        let usual = self.study.settings.horizon_of(series.start().frequency());
        let horizon = horizon_reaching(series.last_period(), usual, self.study.due.iter().filter(concerns));
        let estimates = &data.estimates[data.estimates.len().saturating_sub(series.len())..];
        let views = self.viewpoint.views(&series, estimates, horizon);
        data.series = Some(series);
        SeriesResult { data, views: Some(views) }
    }

    /// Judges a goal on series that are made already.
    pub(super) fn goal_of(&self, goal: &Goal, rules: &Rules, series: &[SeriesResult]) -> GoalResult {
        let find = |id: &str| series.iter().find(|result| result.data.id == id);
        let Some(id) = goal.series.as_deref().filter(|_| goal.target != Target::Event) else {
            return self.result(goal, None, None);
        };
        let named = goal.judged_on.as_ref().map(|origin| {
            let sources = rules.sources.clone().only(origin);
            self.series(id, &Rules { sources, exact: true, ..rules.clone() })
        });
        let judged = named.as_ref().or_else(|| find(id));
        let over = goal.over().and_then(find);
        let mut result = self.result(goal, judged, over);
        if let (Some(origin), Some(SeriesResult { data: SeriesData { series: None, .. }, .. })) =
            (&goal.judged_on, judged)
        {
            let (origin, id) = (origin.clone(), id.to_owned());
            result.judgement = result.judgement.and(Err(CannotTell::NoFigures { origin, id }));
        } else if let (Err(CannotTell::TooFew { figures: 0, .. }), Some(catalog)) =
            (&result.judgement, self.study.data.catalog())
        {
            let ever = Rules { as_of: jiff::civil::Date::MAX, ..rules.clone() };
            if let Some(first) = catalog.publications(id, &ever).into_keys().next().filter(|day| *day > rules.as_of) {
                result.judgement = Err(CannotTell::NotYet { as_of: rules.as_of, first });
            }
        }
        result.named = named;
        result
    }

    /// Judges a goal on series that are made anew by other rules.
    pub(super) fn goal_by(&self, goal: &Goal, rules: &Rules) -> GoalResult {
        let mut series: Vec<SeriesResult> =
            self.study.needed(goal).into_iter().map(|id| self.series(&id, rules)).collect();
        self.add_up(&mut series);
        self.goal_of(goal, rules, &series)
    }

    /// The result of a goal on its series `judged`, divided by `over` if the goal is a ratio.
    fn result(&self, goal: &Goal, judged: Option<&SeriesResult>, over: Option<&SeriesResult>) -> GoalResult {
        let mut result = GoalResult {
            goal: goal.clone(),
            judgement: Err(CannotTell::NoSeries),
            views: Vec::new(),
            case_rate: None,
            without: Vec::new(),
            leads: false,
            judged_odds: None,
            named: None,
        };
        let measured = match self.measured(goal, judged, over) {
            Ok(measured) => measured,
            Err(reason) => {
                // A recorded outcome needs no data. Without one, the reason is why there are too few data.
                result.judgement = match judge(goal, None) {
                    Err(CannotTell::TooFew { .. }) => Err(reason),
                    judgement => judgement,
                };
                result.leads = result.judgement.is_err() && judged.is_some_and(|judged| judged.data.leads > 0);
                return result;
            }
        };
        result.judgement = judge(goal, measured.series.as_ref());
        if let (Ok(Judgement::Open { .. }), Some(uncut), Measure::Periods) =
            (&result.judgement, judged.and_then(|judged| judged.data.uncut.as_ref()), &goal.measure)
            && let decided @ Ok(Judgement::Judged { .. }) = judge(goal, Some(uncut))
        {
            result.judgement = decided;
        }
        result.judged_odds = self.judged_odds(goal, &result.judgement, judged);
        if let (Ok(Judgement::Open { deadline, .. }), Some(series), Some(views)) =
            (&result.judgement, &measured.series, &measured.views)
        {
            result.views = views.assess(goal, series, *deadline);
            result.case_rate = views.case_rate(goal, *deadline, self.viewpoint.draws.seed());
            if result.views.is_empty() {
                let reasons: Vec<String> = views.reasons().map(ToString::to_string).collect();
                result.judgement = Err(match views.applicable().next() {
                    Some(_) => CannotTell::BeyondHorizon(*deadline),
                    None => CannotTell::NoModel(reasons.join("; ")),
                });
            }
        }
        result.leads = result.judgement.is_err() && judged.is_some_and(|judged| judged.data.leads > 0);
        result
    }

    /// The share of drawn histories that meet a goal, if the figures that decide it are uncertain.
    fn judged_odds(
        &self,
        goal: &Goal,
        judgement: &Result<Judgement, CannotTell>,
        judged: Option<&SeriesResult>,
    ) -> Option<Odds> {
        let (Ok(Judgement::Judged { .. }), Measure::Periods, SeriesData { series, estimates, .. }) =
            (judgement, &goal.measure, &judged?.data)
        else {
            return None;
        };
        let drawn_histories = histories(series.as_ref()?, estimates, JUDGED_HISTORIES, self.viewpoint.draws);
        let met = |history: &&Series| matches!(judge(goal, Some(history)), Ok(Judgement::Judged { met: true, .. }));
        (drawn_histories.len() > 1)
            .then(|| Odds::new(drawn_histories.iter().filter(met).count(), drawn_histories.len()))
    }

    /// What a goal is judged on: the series, its sums per calendar year, or its ratio to another series.
    fn measured(
        &self,
        goal: &Goal,
        judged: Option<&SeriesResult>,
        over: Option<&SeriesResult>,
    ) -> Result<Measured, CannotTell> {
        let Some(judged) = judged else { return Ok(Measured::default()) };
        let unit = judged.data.info.as_ref().map_or("", |info| info.unit.as_str());
        let wrong_unit = |target: &str| CannotTell::Unit { target: target.to_owned(), series: unit.to_owned() };
        let shares = matches!(goal.target, Target::Share(_)) && !matches!(goal.measure, Measure::Over(_));
        if !goal.unit.is_empty() && !unit.is_empty() && goal.unit != unit {
            return Err(wrong_unit(&goal.unit));
        }
        if shares && !unit.is_empty() && unit != "percent" {
            return Err(wrong_unit("percent"));
        }
        let Some(series) = &judged.data.series else { return Ok(Measured::default()) };
        match &goal.measure {
            Measure::Periods => Ok(Measured { series: Some(series.clone()), views: judged.views.clone() }),
            Measure::CalendarYears if judged.data.info.as_ref().is_some_and(|info| info.nature != Nature::Flow) => {
                Err(CannotTell::NoFlow)
            }
            Measure::CalendarYears => Ok(Measured {
                series: Some(calendar_years(series).ok_or(CannotTell::NoYear)?),
                views: judged
                    .views
                    .as_ref()
                    .map(|views| views.map(&Reason::NoCompleteYear, |_, paths| calendar_years_of(paths))),
            }),
            Measure::Over(id) => {
                let no_figures = CannotTell::TooFew { id: id.clone(), figures: 0 };
                let over = over.ok_or(no_figures.clone())?;
                let demand = over.data.series.as_ref().ok_or(no_figures)?;
                let both = judged.views.as_ref().zip(over.views.as_ref());
                let paths = |supply: &Views, demand: &Views| {
                    supply.map(&Reason::NoCommonPeriods, |view, paths| ratio_of(paths, demand.paths_of(view)?))
                };
                Ok(Measured {
                    series: Some(ratio(series, demand).ok_or(CannotTell::NoRatio)?),
                    views: both.map(|(supply, demand)| paths(supply, demand)),
                })
            }
        }
    }

    /// The combined odds of a goal without the figures of one origin, for each origin of its series.
    pub(super) fn without_each(&self, result: &GoalResult, rules: &Rules, series: &[SeriesResult]) -> Vec<Without> {
        let goal = &result.goal;
        if result.views.is_empty() || goal.judged_on.is_some() {
            return Vec::new();
        }
        let find = |id: String| series.iter().find(|result| result.data.id == id);
        let needed = self.study.needed(goal).into_iter().filter_map(find);
        let mut origins: Vec<String> = needed.flat_map(|result| result.data.origins.clone()).collect();
        origins.sort_unstable();
        origins.dedup();
        let without = |origin: String| {
            let rules = Rules { sources: rules.sources.clone().without(&origin), ..rules.clone() };
            let result = self.goal_by(goal, &rules);
            let odds = match (&result.judgement, result.view(View::Combined)) {
                (_, Some(combined)) => Ok(combined.odds()),
                (Err(reason), None) => Err(reason.to_string()),
                (Ok(_), None) => Err("the goal is no longer open".to_owned()),
            };
            Without { origin, odds }
        };
        origins.into_iter().map(without).collect()
    }
}

/// The series that a goal is judged on, and its views.
#[derive(Default)]
struct Measured {
    series: Option<Series>,
    views: Option<Views>,
}
