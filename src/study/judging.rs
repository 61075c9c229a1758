//! From one series to its views, and from a goal to what can be said of it.

use crate::data::{Nature, Rules};
use crate::forecast::{Odds, histories};
use crate::goals::{
    CannotTell, Goal, Judgement, Measure, Target, calendar_years, calendar_years_of, judge, ratio, ratio_of,
};
use crate::series::Series;

use super::{GoalResult, SeriesData, SeriesResult, Study, Without};
use crate::outlook::{View, Viewpoint, Views, horizon_reaching, last_periods};

/// How many histories judge a goal whose figures are in, but uncertain.
const JUDGED_HISTORIES: usize = 400;

/// A study and the models to judge it by.
pub(super) struct Workshop<'a> {
    pub(super) study: &'a Study,
    pub(super) viewpoint: Viewpoint<'a>,
}

impl Workshop<'_> {
    /// A series as the rules make it, with its views.
    pub(super) fn series(&self, id: &str, rules: &Rules) -> SeriesResult {
        let study = self.study;
        // What cannot be made was refused when the study was read; a total without figures of its own is made of its parts.
        let data = study.data.select(id, rules).unwrap_or_else(|_| SeriesData::none(id));
        let data = study.sums.cut_to_common(data, &study.data, rules);
        self.forecast(data)
    }

    /// The views of a series, over a horizon that reaches the goals on it.
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

    /// What can be said of a goal, from series that are at hand.
    pub(super) fn goal_of(&self, goal: &Goal, rules: &Rules, at_hand: &[SeriesResult]) -> GoalResult {
        let find = |id: &str| at_hand.iter().find(|result| result.data.id == id);
        let Some(id) = goal.series.as_deref().filter(|_| goal.target != Target::Event) else {
            return self.result(goal, None, None);
        };
        let named = goal.judged_on.as_ref().map(|origin| {
            let sources = rules.sources.clone().only(origin);
            self.series(id, &Rules { sources, exact: true, ..rules.clone() })
        });
        let own = named.as_ref().or_else(|| find(id));
        let over = goal.over().and_then(find);
        let mut result = self.result(goal, own, over);
        if let (Some(origin), Some(SeriesResult { data: SeriesData { series: None, .. }, .. })) = (&goal.judged_on, own)
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

    /// The same from the data anew, by other rules.
    pub(super) fn goal_by(&self, goal: &Goal, rules: &Rules) -> GoalResult {
        let mut series: Vec<SeriesResult> =
            self.study.needed(goal).into_iter().map(|id| self.series(&id, rules)).collect();
        self.add_up(&mut series);
        self.goal_of(goal, rules, &series)
    }

    fn result(&self, goal: &Goal, own: Option<&SeriesResult>, over: Option<&SeriesResult>) -> GoalResult {
        let mut found = GoalResult {
            goal: goal.clone(),
            judgement: Err(CannotTell::NoSeries),
            views: Vec::new(),
            case_rate: None,
            without: Vec::new(),
            leads: false,
            judged_odds: None,
            named: None,
        };
        let seen = match self.seen(goal, own, over) {
            Ok(seen) => seen,
            Err(reason) => {
                // What is on record needs no data; without a record it is for this reason that too few are known.
                found.judgement = match judge(goal, None) {
                    Err(CannotTell::TooFew { .. }) => Err(reason),
                    told => told,
                };
                found.leads = found.judgement.is_err() && own.is_some_and(|own| own.data.leads > 0);
                return found;
            }
        };
        found.judgement = judge(goal, seen.series.as_ref());
        if let (Ok(Judgement::Open { .. }), Some(uncut), Measure::Periods) =
            (&found.judgement, own.and_then(|own| own.data.uncut.as_ref()), &goal.measure)
            && let judged @ Ok(Judgement::Judged { .. }) = judge(goal, Some(uncut))
        {
            found.judgement = judged;
        }
        found.judged_odds = self.judged_odds(goal, &found.judgement, own);
        if let (Ok(Judgement::Open { deadline, .. }), Some(series), Some(views)) =
            (&found.judgement, &seen.series, &seen.views)
        {
            found.views = views.assess(goal, series, *deadline);
            found.case_rate = views.case_rate(goal, *deadline, self.viewpoint.draws.seed());
            if found.views.is_empty() {
                let reasons: Vec<&str> = views.reasons().map(String::as_str).collect();
                found.judgement = Err(match views.applicable().next() {
                    Some(_) => CannotTell::BeyondHorizon(*deadline),
                    None => CannotTell::NoModel(reasons.join("; ")),
                });
            }
        }
        found.leads = found.judgement.is_err() && own.is_some_and(|own| own.data.leads > 0);
        found
    }

    /// Where the figures that judged a goal are uncertain: the share of drawn histories that meet it.
    fn judged_odds(
        &self,
        goal: &Goal,
        judgement: &Result<Judgement, CannotTell>,
        own: Option<&SeriesResult>,
    ) -> Option<Odds> {
        let (Ok(Judgement::Judged { .. }), Measure::Periods, SeriesData { series, estimates, .. }) =
            (judgement, &goal.measure, &own?.data)
        else {
            return None;
        };
        let drawn = histories(series.as_ref()?, estimates, JUDGED_HISTORIES, self.viewpoint.draws);
        let met = |history: &&Series| matches!(judge(goal, Some(history)), Ok(Judgement::Judged { met: true, .. }));
        (drawn.len() > 1).then(|| Odds::new(drawn.iter().filter(met).count(), drawn.len()))
    }

    /// What a goal is held against: the series, its calendar years, or its ratio to another.
    fn seen(&self, goal: &Goal, own: Option<&SeriesResult>, over: Option<&SeriesResult>) -> Result<Seen, CannotTell> {
        let Some(own) = own else { return Ok(Seen::default()) };
        let unit = own.data.info.as_ref().map_or("", |info| info.unit.as_str());
        let wrong = |target: &str| CannotTell::Unit { target: target.to_owned(), series: unit.to_owned() };
        let shares = matches!(goal.target, Target::Share(_)) && !matches!(goal.measure, Measure::Over(_));
        if !goal.unit.is_empty() && !unit.is_empty() && goal.unit != unit {
            return Err(wrong(&goal.unit));
        }
        if shares && !unit.is_empty() && unit != "percent" {
            return Err(wrong("percent"));
        }
        let Some(series) = &own.data.series else { return Ok(Seen::default()) };
        match &goal.measure {
            Measure::Periods => Ok(Seen { series: Some(series.clone()), views: own.views.clone() }),
            Measure::CalendarYears if own.data.info.as_ref().is_some_and(|info| info.nature != Nature::Flow) => {
                Err(CannotTell::NoFlow)
            }
            Measure::CalendarYears => Ok(Seen {
                series: Some(calendar_years(series).ok_or(CannotTell::NoYear)?),
                views: own
                    .views
                    .as_ref()
                    .map(|views| views.map("no complete year", |_, paths| calendar_years_of(paths))),
            }),
            Measure::Over(id) => {
                let none = CannotTell::TooFew { id: id.clone(), figures: 0 };
                let over = over.ok_or(none.clone())?;
                let demand = over.data.series.as_ref().ok_or(none)?;
                let both = own.views.as_ref().zip(over.views.as_ref());
                let paths = |supply: &Views, demand: &Views| {
                    supply.map("no common periods", |view, paths| ratio_of(paths, demand.paths_of(view)?))
                };
                Ok(Seen {
                    series: Some(ratio(series, demand).ok_or(CannotTell::NoRatio)?),
                    views: both.map(|(supply, demand)| paths(supply, demand)),
                })
            }
        }
    }

    /// The combined odds of a goal without the figures of each origin that its series rests on.
    pub(super) fn without_each(&self, result: &GoalResult, rules: &Rules, at_hand: &[SeriesResult]) -> Vec<Without> {
        let goal = &result.goal;
        if result.views.is_empty() || goal.judged_on.is_some() {
            return Vec::new();
        }
        let of = |id: String| at_hand.iter().find(|result| result.data.id == id);
        let needed = self.study.needed(goal).into_iter().filter_map(of);
        let mut origins: Vec<String> = needed.flat_map(|result| result.data.origins.clone()).collect();
        origins.sort_unstable();
        origins.dedup();
        let without = |origin: String| {
            let rules = Rules { sources: rules.sources.clone().without(&origin), ..rules.clone() };
            let found = self.goal_by(goal, &rules);
            let odds = match (&found.judgement, found.view(View::Combined)) {
                (_, Some(combined)) => Ok(combined.odds()),
                (Err(reason), None) => Err(reason.to_string()),
                (Ok(_), None) => Err("no longer open".to_owned()),
            };
            Without { origin, odds }
        };
        origins.into_iter().map(without).collect()
    }
}

/// What a goal is held against.
#[derive(Default)]
struct Seen {
    series: Option<Series>,
    views: Option<Views>,
}
