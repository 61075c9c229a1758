//! The views of one series: its own models, the documented ramps, and both pooled.

use crate::forecast::{Draws, Ensemble, histories};
use crate::goals::{Asked, Assessment, CaseRate, Direction, Goal, Reading, assess, case_rate};
use crate::models::{Comparable, FitError, Fitted, FittedReference, Model};
use crate::registry::Registry;
use crate::series::{Estimate, Frequency, Period, Series};

/// Longer histories are cut to their last part: no model here learns more from more, and the designs grow with it.
const LONGEST: usize = 10_000;
/// Periods past a deadline, so that late dates are seen.
const BEYOND: usize = 5;
/// How many histories are drawn where values are uncertain: each is fitted anew, and has its part of the paths.
const HISTORIES: usize = 50;

/// A view that speaks, or why it is silent.
#[derive(Debug, Clone)]
pub struct View {
    /// The paths with their histories, or the reason in a sentence.
    pub paths: Result<Ensemble, String>,
    /// What the reader must know of it.
    pub remarks: Vec<String>,
}

impl View {
    /// The paths, where it speaks.
    pub fn ensemble(&self) -> Option<&Ensemble> {
        self.paths.as_ref().ok()
    }
}

/// The views of one series.
#[derive(Debug, Clone)]
pub struct Views {
    /// The pool of the models fitted to the series itself: the inside view.
    pub own: View,
    /// The reference class: the outside view.
    pub ramps: View,
    /// Both by the weight of the ramps, or the one that speaks.
    pub pooled: Option<Ensemble>,
    /// The cases that the outside view rests on, compared with each history; none where it is silent.
    pub comparable: Vec<(Series, Comparable)>,
}

impl Views {
    /// Two views and their pool by the weight of the ramps; a view that speaks alone has all of it.
    pub fn pooled_of(own: View, ramps: View, weight: f64, comparable: Vec<(Series, Comparable)>) -> Self {
        let weighted = [(own.ensemble(), 1.0 - weight), (ramps.ensemble(), weight)];
        let speaking: Vec<(&Ensemble, f64)> = weighted.into_iter().filter_map(|(p, w)| Some((p?, w))).collect();
        let pooled = match speaking.as_slice() {
            [(only, _)] => Some((*only).clone()),
            both => Ensemble::weighted(both),
        };
        Self { own, ramps, pooled, comparable }
    }

    /// The views that speak, by name, the pooled last.
    pub fn speaking(&self) -> impl Iterator<Item = (&'static str, &Ensemble)> {
        let own = self.own.ensemble().map(|paths| ("own", paths));
        let ramps = self.ramps.ensemble().map(|paths| ("ramps", paths));
        own.into_iter().chain(ramps).chain(self.pooled.as_ref().map(|paths| ("pooled", paths)))
    }

    /// How often comparable ramps did what an open goal asks for, with its error; `None` where the base is still to come.
    pub fn case_rate(&self, goal: &Goal, deadline: Period, seed: u64) -> Option<CaseRate> {
        if goal.direction == Direction::AtMost {
            return None;
        }
        let (first, _) = self.comparable.first()?;
        let steps = usize::try_from(first.last_period().steps_to(deadline)).ok()?;
        let asked = |(history, comparable)| {
            let target = goal.level_on(history, deadline)?;
            Some(Asked { comparable, target, known: steps })
        };
        let asked: Option<Vec<Asked<'_>>> = self.comparable.iter().map(|(h, c)| asked((h, c))).collect();
        case_rate(&asked?, steps, goal.reading == Reading::By, seed)
    }

    /// A goal by each view that speaks and reaches its deadline, the pooled last. `series` holds the middle values.
    pub fn assess(&self, goal: &Goal, series: &Series, deadline: Period) -> Vec<(&'static str, Assessment)> {
        let assess = |(name, paths)| Some((name, assess(goal, series, paths, deadline)?));
        self.speaking().filter_map(assess).collect()
    }

    /// The same views of something else that is read off each line, such as sums over calendar years. A view of which
    /// nothing can be read is silent.
    pub fn map(&self, reason: &str, seen: impl Fn(&str, &Ensemble) -> Option<Ensemble>) -> Self {
        let view = |name: &str, view: &View| View {
            paths: view.paths.as_ref().map_err(Clone::clone).and_then(|p| seen(name, p).ok_or(reason.to_owned())),
            remarks: view.remarks.clone(),
        };
        Self {
            own: view("own", &self.own),
            ramps: view("ramps", &self.ramps),
            pooled: self.pooled.as_ref().and_then(|paths| seen("pooled", paths)),
            comparable: Vec::new(),
        }
    }

    /// The paths of a view by its name.
    pub fn named(&self, name: &str) -> Option<&Ensemble> {
        self.speaking().find(|(view, _)| *view == name).map(|(_, paths)| paths)
    }

    /// Why the others are silent.
    pub fn silent(&self) -> impl Iterator<Item = &String> {
        [&self.own, &self.ramps].into_iter().filter_map(|view| view.paths.as_ref().err())
    }
}

/// The models that give the views, and the weight of the ramps among them.
#[derive(Debug, Clone)]
pub struct Viewpoint<'a> {
    /// The models.
    pub registry: &'a Registry,
    /// The draws.
    pub draws: &'a Draws,
    /// From 0 to 1: the share of the ramps in the pooled view.
    pub ramps_weight: f64,
}

impl Viewpoint<'_> {
    /// The views of a series over a horizon. Where its values are uncertain, `estimates` says how much: then some
    /// histories are drawn and each is fitted. No estimates are as good as exact ones.
    pub fn views(&self, series: &Series, estimates: &[Estimate], horizon: usize) -> Views {
        let histories = histories(series, estimates, HISTORIES, self.draws);
        let drawn = Drawn { series, shares: self.draws.shares(&vec![1.0; histories.len()]), histories, horizon };
        let inside = self.registry.inside();
        let (own, _) = drawn.view(|history| inside.fit(history), |fitted| fitted.as_ref());
        let cases = self.registry.outside().cases(series);
        let (ramps, fits) = drawn.view(|history| cases.clone()?.fit(history), |fitted| fitted);
        let fits = fits.into_iter().map(FittedReference::into_comparable);
        let comparable = drawn.histories.iter().cloned().zip(fits).collect();
        Views::pooled_of(own, ramps, self.ramps_weight, comparable)
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
    ) -> (View, Vec<F>) {
        let fits: Result<Vec<F>, FitError> = self.histories.iter().map(&fit).collect();
        let remarks = match &fits {
            // The only history is the series itself.
            Ok(fits) if fits.len() == 1 => fitted(&fits[0]).remarks(),
            _ => fit(self.series).map(|fit| fitted(&fit).remarks()).unwrap_or_default(),
        };
        let paths = fits.as_ref().map_err(ToString::to_string).and_then(|fits| {
            let forecasts = fits.iter().zip(&self.shares).map(|(fit, draws)| fitted(fit).forecast(self.horizon, draws));
            let parts = self.histories.iter().cloned().zip(forecasts).collect();
            Ensemble::join(parts).ok_or_else(|| "no history to go on from".to_owned())
        });
        (View { paths, remarks }, fits.unwrap_or_default())
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
