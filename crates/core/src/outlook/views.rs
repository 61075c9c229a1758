//! The views of one series: its own models, comparable reference ramps, and both combined.

use crate::forecast::{Draws, Ensemble, histories};
use crate::goals::{Asked, Assessment, CaseRate, Goal, assess, case_rate};
use crate::models::{Comparable, FitError, Fitted, FittedReference, Model, Remark};
use crate::registry::Registry;
use crate::series::{Estimate, Frequency, Period, Series};

use super::{Reason, View};

/// Longer histories are cut to their last part: no model here learns more from more, and the designs grow with it.
const LONGEST: usize = 10_000;
/// Periods past a deadline, so that late dates are seen.
const BEYOND: usize = 5;
/// How many histories are drawn where values are uncertain: each is fitted anew, and has its part of the paths.
const HISTORIES: usize = 50;

/// The sample paths of one view, or the reason why the view gives none.
#[derive(Debug, Clone)]
pub struct ViewPaths {
    /// The sample paths with the histories that they continue, or the reason why there are none.
    pub paths: Result<Ensemble, Reason>,
    /// What a reader should know about the view.
    pub remarks: Vec<Remark>,
}

impl ViewPaths {
    /// The sample paths, if the view applies.
    pub fn ensemble(&self) -> Option<&Ensemble> {
        self.paths.as_ref().ok()
    }
}

/// The views of one series.
#[derive(Debug, Clone)]
pub struct Views {
    /// The inside view: the pool of the models that are fitted to the series itself.
    pub inside: ViewPaths,
    /// The outside view: the futures of comparable reference ramps.
    pub outside: ViewPaths,
    /// The mixture of both by their weights, or the only view that applies.
    pub combined: Option<Ensemble>,
    /// The comparable cases of the outside view, per drawn history; empty if the outside view does not apply.
    pub comparable: Vec<(Series, Comparable)>,
}

impl Views {
    /// Combines two views; `weight` is the share of the outside view, from 0 to 1. A view that applies alone has all of it.
    pub fn combine(inside: ViewPaths, outside: ViewPaths, weight: f64, comparable: Vec<(Series, Comparable)>) -> Self {
        let weighted = [(inside.ensemble(), 1.0 - weight), (outside.ensemble(), weight)];
        let applicable: Vec<(&Ensemble, f64)> = weighted.into_iter().filter_map(|(p, w)| Some((p?, w))).collect();
        let combined = match applicable.as_slice() {
            [(only, _)] => Some((*only).clone()),
            both => Ensemble::weighted(both),
        };
        Self { inside, outside, combined, comparable }
    }

    /// The sample paths of a view, if it applies.
    pub fn paths_of(&self, view: View) -> Option<&Ensemble> {
        match view {
            View::Inside => self.inside.ensemble(),
            View::Outside => self.outside.ensemble(),
            View::Combined => self.combined.as_ref(),
        }
    }

    /// The views that apply, in the order of [`View::ALL`].
    pub fn applicable(&self) -> impl Iterator<Item = (View, &Ensemble)> {
        View::ALL.into_iter().filter_map(|view| Some((view, self.paths_of(view)?)))
    }

    /// The views that are not made of others.
    pub fn parts(&self) -> [(View, &ViewPaths); 2] {
        [(View::Inside, &self.inside), (View::Outside, &self.outside)]
    }

    /// The share of comparable cases that reached what an open goal asks for, with its error; `None` where the base is still to
    /// come.
    pub fn case_rate(&self, goal: &Goal, deadline: Period, seed: u64) -> Option<CaseRate> {
        // The reference ramps are cases of growth: they say nothing of falls.
        if !goal.condition.more_is_better() {
            return None;
        }
        let (first, _) = self.comparable.first()?;
        let steps = usize::try_from(first.last_period().steps_to(deadline)).ok()?;
        let asked = |(history, comparable)| {
            let target = goal.level_on(history, deadline)?;
            Some(Asked { comparable, condition: goal.condition, target, known: steps })
        };
        let asked: Option<Vec<Asked<'_>>> = self.comparable.iter().map(|(h, c)| asked((h, c))).collect();
        case_rate(&asked?, steps, goal.reading, seed)
    }

    /// A goal by each view that applies and reaches its deadline, the combined view last. `series` holds the middle values.
    pub fn assess(&self, goal: &Goal, series: &Series, deadline: Period) -> Vec<(View, Assessment)> {
        let assess = |(view, paths)| Some((view, assess(goal, series, paths, deadline)?));
        self.applicable().filter_map(assess).collect()
    }

    /// The same views of something else that is read off each line, such as sums over calendar years. A view of which
    /// nothing can be read does not apply, for the given reason.
    pub fn map(&self, reason: &Reason, read: impl Fn(View, &Ensemble) -> Option<Ensemble>) -> Self {
        let map = |view: View, paths: &ViewPaths| ViewPaths {
            paths: paths.paths.as_ref().map_err(Clone::clone).and_then(|p| read(view, p).ok_or_else(|| reason.clone())),
            remarks: paths.remarks.clone(),
        };
        Self {
            inside: map(View::Inside, &self.inside),
            outside: map(View::Outside, &self.outside),
            combined: self.combined.as_ref().and_then(|paths| read(View::Combined, paths)),
            comparable: Vec::new(),
        }
    }

    /// The reasons why views do not apply.
    pub fn reasons(&self) -> impl Iterator<Item = &Reason> {
        [&self.inside, &self.outside].into_iter().filter_map(|view| view.paths.as_ref().err())
    }
}

/// The models that give the views, and the weight of the outside view.
#[derive(Debug, Clone)]
pub struct Viewpoint<'a> {
    /// The models.
    pub registry: &'a Registry,
    /// The draws.
    pub draws: &'a Draws,
    /// The share of the outside view in the combined view, from 0 to 1.
    pub ramps_weight: f64,
}

impl Viewpoint<'_> {
    /// The views of a series over a horizon. Where its values are uncertain, `estimates` says how much: then some
    /// histories are drawn and each is fitted. No estimates are as good as exact ones.
    pub fn views(&self, series: &Series, estimates: &[Estimate], horizon: usize) -> Views {
        let histories = histories(series, estimates, HISTORIES, self.draws);
        let drawn = Drawn { series, shares: self.draws.shares(&vec![1.0; histories.len()]), histories, horizon };
        let inside = self.registry.inside();
        let (inside, _) = drawn.view(|history| inside.fit(history), |fitted| fitted.as_ref());
        let cases = self.registry.outside().cases(series);
        let (outside, fits) = drawn.view(|history| cases.clone()?.fit(history), |fitted| fitted);
        let fits = fits.into_iter().map(FittedReference::into_comparable);
        let comparable = drawn.histories.iter().cloned().zip(fits).collect();
        Views::combine(inside, outside, self.ramps_weight, comparable)
    }
}

/// A series, the histories drawn of it, and the part of the paths that each has.
struct Drawn<'a> {
    series: &'a Series,
    histories: Vec<Series>,
    shares: Vec<Draws>,
    horizon: usize,
}

impl Drawn<'_> {
    /// The view of a model that is fitted to each history, and the fits; none where one cannot be made.
    fn view<F>(
        &self,
        fit: impl Fn(&Series) -> Result<F, FitError>,
        fitted: impl Fn(&F) -> &dyn Fitted,
    ) -> (ViewPaths, Vec<F>) {
        let fits: Result<Vec<F>, FitError> = self.histories.iter().map(&fit).collect();
        let remarks = match &fits {
            // The only history is the series itself.
            Ok(fits) if fits.len() == 1 => fitted(&fits[0]).remarks(),
            _ => fit(self.series).map(|fit| fitted(&fit).remarks()).unwrap_or_default(),
        };
        let paths = fits.as_ref().map_err(|error| Reason::DoesNotApply(error.clone())).and_then(|fits| {
            let forecasts = fits.iter().zip(&self.shares).map(|(fit, draws)| fitted(fit).forecast(self.horizon, draws));
            let parts = self.histories.iter().cloned().zip(forecasts).collect();
            Ensemble::join(parts).ok_or(Reason::NoHistory)
        });
        (ViewPaths { paths, remarks }, fits.unwrap_or_default())
    }
}

/// A horizon that reaches the deadline of every goal on the series, and a way beyond, so that late dates are seen.
pub fn horizon_reaching<'a>(origin: Period, usual: usize, goals: impl Iterator<Item = &'a Goal>) -> usize {
    let steps = goals.filter_map(|goal| {
        let end = Period::containing(origin.frequency(), goal.deadline?.at(23, 0, 0, 0))?;
        Some(usize::try_from(origin.steps_to(end)).ok()?.saturating_add(BEYOND))
    });
    // A deadline centuries away is no forecast: it is cut, and the goal then says so.
    let most = match origin.frequency() {
        Frequency::Year => 50,
        _ => 200,
    };
    steps.fold(usual, usize::max).min(most.max(usual))
}

/// The last part of a long series, with a note if it was cut.
pub fn last_periods(series: &Series) -> (Series, Option<String>) {
    let cut = series.len() > LONGEST;
    let note = cut.then(|| format!("`{}`: the last {LONGEST} of {} values are used", series.id(), series.len()));
    (if cut { series.last(LONGEST) } else { series.clone() }, note)
}
