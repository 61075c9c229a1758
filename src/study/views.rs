//! The views of one series: its own models, the documented ramps, and both pooled.

use crate::forecast::{Draws, Forecast};
use crate::goals::{Assessment, Goal, assess};
use crate::models::Model;
use crate::registry::Registry;
use crate::series::{Frequency, Period, Series};

/// Longer histories are cut to their last part: no model here learns more from more, and the designs grow with it.
const LONGEST: usize = 10_000;
/// Periods past a deadline, so that late dates are seen.
const BEYOND: usize = 5;

/// A view that speaks, or why it is silent.
#[derive(Debug, Clone)]
pub struct View {
    /// The forecast, or the reason in a sentence.
    pub forecast: Result<Forecast, String>,
    /// What the reader must know of it.
    pub remarks: Vec<String>,
}

/// The views of one series.
#[derive(Debug, Clone)]
pub struct Views {
    /// The pool of the models fitted to the series itself: the inside view.
    pub own: View,
    /// The reference class: the outside view.
    pub ramps: View,
    /// Both, half and half, or the one that speaks.
    pub pooled: Option<Forecast>,
}

impl Views {
    /// The views that speak, by name, the pooled last.
    pub fn speaking(&self) -> impl Iterator<Item = (&'static str, &Forecast)> {
        let own = self.own.forecast.as_ref().ok().map(|forecast| ("own", forecast));
        let ramps = self.ramps.forecast.as_ref().ok().map(|forecast| ("ramps", forecast));
        own.into_iter().chain(ramps).chain(self.pooled.as_ref().map(|forecast| ("pooled", forecast)))
    }

    /// A goal by each view that speaks and reaches its deadline, the pooled last.
    pub fn assess(&self, goal: &Goal, series: &Series, deadline: Period) -> Vec<(&'static str, Assessment)> {
        let assess = |(name, forecast)| Some((name, assess(goal, series, forecast, deadline)?));
        self.speaking().filter_map(assess).collect()
    }

    /// Why the others are silent.
    pub fn silent(&self) -> impl Iterator<Item = &String> {
        [&self.own, &self.ramps].into_iter().filter_map(|view| view.forecast.as_ref().err())
    }
}

/// The views of a series over a horizon.
pub fn views(registry: &Registry, series: &Series, horizon: usize, draws: &Draws) -> Views {
    let view = |model: &dyn Model| match model.fit(series) {
        Ok(fitted) => View { forecast: Ok(fitted.forecast(horizon, draws)), remarks: fitted.remarks() },
        Err(error) => View { forecast: Err(error.to_string()), remarks: Vec::new() },
    };
    let own = view(&registry.inside());
    let ramps = view(registry.outside().as_ref());
    let speaking: Vec<Forecast> = [&own, &ramps].iter().filter_map(|v| v.forecast.as_ref().ok().cloned()).collect();
    Views { pooled: Forecast::mix(&speaking), own, ramps }
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
