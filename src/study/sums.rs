//! Series that are the sum of others: their forecasts are made to add up.

use ndarray::Array2;

use crate::data::Rules;
use crate::forecast::{Ensemble, Forecast};
use crate::hierarchy::{FEWEST_RESIDUALS, Hierarchy, Method, bottom_up, reconcile};
use crate::models::Model;
use crate::series::{Period, Series};

use super::judging::Workshop;
use super::study_data::StudyData;
use super::{SeriesData, SeriesResult, StudyError, StudyFile, View, Views};

/// A total may differ from the sum of its parts by this part of it.
const TOLERANCE: f64 = 0.01;

/// The sums of a study as one hierarchy.
#[derive(Debug, Clone, Default)]
pub(super) struct Sums {
    hierarchy: Option<Hierarchy>,
    method: Option<Method>,
}

impl Sums {
    /// Reads and checks the sums of a study.
    pub(super) fn read(file: &StudyFile, data: &StudyData, rules: &Rules) -> Result<Self, StudyError> {
        let Some(first) = file.sums.first() else { return Ok(Self::default()) };
        let wrong = |at: usize, detail: String| StudyError::Malformed {
            file: format!("{}, line {}", file.file, file.line_of(at)),
            detail,
        };
        let mut pairs = Vec::new();
        let mut method = None;
        for sum in &file.sums {
            let (at, spec) = (sum.span().start, sum.get_ref());
            if spec.parts.is_empty() {
                return Err(wrong(at, format!("the sum `{}` has no parts", spec.total)));
            }
            if let Some(name) = &spec.method {
                let named: Method = name.parse().map_err(|error| wrong(at, format!("{error}")))?;
                if method.is_some_and(|other| other != named) {
                    return Err(wrong(at, "the sums of a study have one method".to_owned()));
                }
                method = Some(named);
            }
            pairs.extend(spec.parts.iter().map(|part| (part.clone(), spec.total.clone())));
        }
        let hierarchy = Hierarchy::new(&pairs).map_err(|error| wrong(first.span().start, error.to_string()))?;
        let sums = Self { hierarchy: Some(hierarchy), method };
        sums.check(file, data, rules).map_err(|detail| wrong(first.span().start, detail))?;
        Ok(sums)
    }

    /// Whether the figures add up where all are known.
    fn check(&self, _file: &StudyFile, data: &StudyData, rules: &Rules) -> Result<(), String> {
        let Some(hierarchy) = &self.hierarchy else { return Ok(()) };
        let mut known = Vec::new();
        for (node, name) in hierarchy.names().iter().enumerate() {
            let found = if data.has(name) { data.select(name, rules).map_err(|e| e.to_string())?.series } else { None };
            if found.is_none() && hierarchy.children(node).is_empty() {
                return Err(format!("the part `{name}` has no figures"));
            }
            known.push(found);
        }
        let frequencies: Vec<_> = known.iter().flatten().map(|series| series.start().frequency()).collect();
        if frequencies.windows(2).any(|pair| pair[0] != pair[1]) {
            return Err("the parts of a sum are of different frequencies".to_owned());
        }
        let first = known.iter().flatten().map(Series::start).min();
        let last = known.iter().flatten().map(Series::last_period).max();
        let (Some(first), Some(last)) = (first, last) else { return Ok(()) };
        let periods = (0..=first.steps_to(last)).filter_map(|k| first.shift(k).ok());
        let at = |period: Period| known.iter().map(|s| s.as_ref().and_then(|s| s.at(period))).collect();
        let history: Vec<(String, Vec<Option<f64>>)> = periods.map(|p| (p.to_string(), at(p))).collect();
        hierarchy.check(&history, TOLERANCE).map_err(|error| error.to_string())
    }

    /// All series of the sums, totals first.
    pub(super) fn names(&self) -> impl Iterator<Item = String> + '_ {
        self.hierarchy.iter().flat_map(|hierarchy| hierarchy.names().iter().cloned())
    }

    /// Whether a series takes part in a sum.
    pub(super) fn joins(&self, id: &str) -> bool {
        self.names().any(|name| name == id)
    }

    /// Whether a name is a total, which needs no figures of its own.
    pub(super) fn is_total(&self, id: &str) -> bool {
        let Some(hierarchy) = &self.hierarchy else { return false };
        let node = hierarchy.names().iter().position(|name| name == id);
        node.is_some_and(|node| !hierarchy.children(node).is_empty())
    }

    /// The part of a series up to the last period that all series of its sums have, so that their paths begin together.
    pub(super) fn cut_to_common(&self, mut data: SeriesData, all: &StudyData, rules: &Rules) -> SeriesData {
        if !self.joins(&data.id) {
            return data;
        }
        let last = |id: String| all.select(&id, rules).ok().and_then(|data| data.series).map(|s| s.last_period());
        let (Some(common), Some(series)) = (self.names().filter_map(last).min(), &data.series) else { return data };
        if common < series.last_period() {
            let cut = series.up_to(common);
            data.notes.push(format!("cut at {common}, the last period that all parts of its sum have"));
            let kept = cut.as_ref().map_or(0, Series::len);
            data.estimates.truncate(kept);
            data.choices.truncate(data.choices.len() - (series.len() - kept));
            data.series = cut;
        }
        data
    }
}

impl Workshop<'_> {
    /// Makes the forecasts of sums add up; what the reader must know of it.
    pub(super) fn add_up(&self, results: &mut [SeriesResult]) -> Vec<String> {
        let sums = &self.study.sums;
        let Some(hierarchy) = &sums.hierarchy else { return Vec::new() };
        let places: Option<Vec<usize>> =
            hierarchy.names().iter().map(|name| results.iter().position(|r| r.data.id == *name)).collect();
        let Some(places) = places else { return Vec::new() };
        let bottoms: Vec<usize> = hierarchy.bottoms().map(|node| places[node]).collect();
        for node in (0..hierarchy.bottoms().start).rev() {
            if results[places[node]].data.series.is_none() {
                let parts: Vec<&Series> =
                    hierarchy.children(node).iter().filter_map(|c| results[places[*c]].data.series.as_ref()).collect();
                let made =
                    (parts.len() == hierarchy.children(node).len()).then(|| added(&hierarchy.names()[node], &parts));
                results[places[node]].data.series = made.flatten();
                results[places[node]].data.notes.push("made of its parts".to_owned());
            }
        }
        let whole = places.iter().all(|place| results[*place].views.is_some());
        let wanted = sums.method.unwrap_or(Method::BottomUp);
        let (method, mut notes) = match whole || wanted == Method::BottomUp {
            true => (wanted, vec![format!("sums: {wanted}")]),
            false => (
                Method::BottomUp,
                vec![format!("sums: bottom-up instead of {wanted}, since a total has no figures of its own")],
            ),
        };
        let nodes: &[usize] = if method == Method::BottomUp { &bottoms } else { &places };
        let residuals = residuals(self, nodes, results);
        let seed = self.viewpoint.draws.seed();
        let add = |name: &str| -> Result<Vec<Forecast>, String> {
            let of = |place: &usize| {
                results[*place].views.as_ref().and_then(|v| v.named(name)).map(|e| e.forecast().clone())
            };
            let base: Option<Vec<Forecast>> = nodes.iter().map(of).collect();
            let base = base.ok_or_else(|| format!("not all parts have the view `{name}`"))?;
            let positive = bottoms.iter().all(|p| results[*p].data.series.as_ref().is_some_and(Series::is_positive));
            let lower = positive.then_some(0.0);
            let residuals = residuals.as_ref().map(|r| r.view());
            match method {
                Method::BottomUp => bottom_up(hierarchy, base, residuals, seed, lower),
                _ => reconcile(hierarchy, base, residuals, method, seed, lower),
            }
            .map_err(|error| error.to_string())
        };
        let added: Vec<(&str, Result<Vec<Forecast>, String>)> =
            ["own", "ramps", "pooled"].into_iter().map(|name| (name, add(name))).collect();
        for (name, forecasts) in &added {
            if let (Err(reason), true) = (forecasts, *name == "own") {
                notes.push(format!("sums: {reason}"));
            }
        }
        for (node, place) in places.iter().enumerate() {
            let Some(series) = results[*place].data.series.clone() else { continue };
            let ensemble = |at: usize| match &added[at].1 {
                Ok(forecasts) => Ok(Ensemble::of(series.clone(), forecasts[node].clone())),
                Err(reason) => Err(reason.clone()),
            };
            let old = results[*place].views.take();
            let view = |at: usize, old: Option<&View>| View {
                paths: ensemble(at).or_else(|reason| old.map_or(Err(reason), |old| old.paths.clone())),
                remarks: old.map(|old| old.remarks.clone()).unwrap_or_default(),
            };
            let (own, ramps) = (view(0, old.as_ref().map(|o| &o.own)), view(1, old.as_ref().map(|o| &o.ramps)));
            let pooled = ensemble(2).ok().or_else(|| old.as_ref().and_then(|old| old.pooled.clone()));
            let comparable = old.and_then(|old| old.comparable);
            results[*place].views = Some(Views { own, ramps, pooled, comparable });
        }
        notes
    }
}

/// The sum of series over the periods that all have.
fn added(id: &str, parts: &[&Series]) -> Option<Series> {
    let first = parts.iter().map(|part| part.start()).max()?;
    let last = parts.iter().map(|part| part.last_period()).min()?;
    let at = |k: i64| parts.iter().map(|part| part.at(first.shift(k).ok()?)).sum::<Option<f64>>();
    let values: Option<Vec<f64>> = (0..=first.steps_to(last)).map(at).collect();
    Series::new(id, first, values?).ok()
}

/// What the pools missed one step ahead, over the periods that all series have, `(periods, series)`; `None` where these are too
/// few to tell how the series go together.
fn residuals(workshop: &Workshop<'_>, places: &[usize], results: &[SeriesResult]) -> Option<Array2<f64>> {
    let inside = workshop.viewpoint.registry.inside();
    let column = |place: &usize| {
        let series = results[*place].data.series.as_ref()?;
        let fitted = inside.fit(series).ok()?.fitted_values();
        Some((&series.values() - &fitted).to_vec())
    };
    let columns: Option<Vec<Vec<f64>>> = places.iter().map(column).collect();
    let columns = columns?;
    // The first value of a series has no forecast.
    let rows = columns.iter().map(|column| column.len() - 1).min().filter(|rows| *rows >= FEWEST_RESIDUALS)?;
    Some(Array2::from_shape_fn((rows, columns.len()), |(row, node)| columns[node][columns[node].len() - rows + row]))
}
