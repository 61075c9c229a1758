//! Series of a study that are the sums of others.

use toml::Spanned;

use crate::data::Rules;
use crate::forecast::{Ensemble, Forecast};
use crate::hierarchy::{Coherent, Hierarchy, HierarchyError, Method};
use crate::outlook::{Reason, View, ViewPaths, Views};
use crate::series::Series;

use super::file::SumSpec;
use super::judging::Workshop;
use super::study_data::StudyData;
use super::{Named, SeriesData, SeriesResult, StudyError, StudyFile};

/// The sums of a study as one hierarchy.
#[derive(Debug, Clone, Default)]
pub(super) struct Sums {
    hierarchy: Option<Hierarchy>,
    method: Option<Method>,
}

impl Sums {
    /// Reads and checks the sums of a study.
    pub(super) fn read(file: &StudyFile, data: &StudyData, rules: &Rules) -> Result<Self, StudyError> {
        let sums = &file.keys.sums;
        let Some(first) = sums.first() else { return Ok(Self::default()) };
        let invalid = |sum: &Spanned<SumSpec>, problem: String| file.malformed(sum, problem);
        let mut pairs = Vec::new();
        let mut method = None;
        for sum in sums {
            let spec = sum.get_ref();
            if spec.parts.is_empty() {
                return Err(invalid(
                    sum,
                    format!("the sum `{}` has no parts; expected at least one series", spec.total),
                ));
            }
            if let Some(name) = &spec.method {
                let named: Method = name.parse().map_err(|error| invalid(sum, format!("{error}")))?;
                if method.is_some_and(|other| other != named) {
                    return Err(invalid(
                        sum,
                        format!(
                            "method `{name}` differs from that of another sum; expected one method for all sums of a study"
                        ),
                    ));
                }
                method = Some(named);
            }
            if let Some(part) = spec
                .parts
                .iter()
                .find(|part| !data.has(part) && sums.iter().all(|other| other.get_ref().total != **part))
            {
                let place = file.place_of(sum);
                let near = data.nearest_series(part);
                return Err(StudyError::Unknown { place, what: Named::Series, name: part.clone(), near });
            }
            let mut parts = spec.parts.iter().enumerate();
            if let Some((_, part)) = parts.find(|(index, part)| spec.parts[..*index].contains(part)) {
                return Err(invalid(sum, format!("part `{part}` is given twice; expected each part once")));
            }
            pairs.extend(spec.parts.iter().map(|part| (part.clone(), spec.total.clone())));
        }
        // At the sum of the total that the error concerns, or else at the sum of which the series is a part.
        let at_its_sum = |error: HierarchyError| {
            let is_concerned = |name: &String| error.series() == Some(name);
            let total = sums.iter().find(|sum| is_concerned(&sum.get_ref().total));
            let part = || sums.iter().find(|sum| sum.get_ref().parts.iter().any(is_concerned));
            invalid(total.or_else(part).unwrap_or(first), error.to_string())
        };
        let hierarchy = Hierarchy::new(&pairs).map_err(at_its_sum)?;
        let known = |name: &String| match data.has(name) {
            true => data.select(name, rules).map(|data| data.series),
            false => Ok(None),
        };
        let known = hierarchy.names().iter().map(known).collect::<Result<Vec<_>, _>>()?;
        // As of an early day, parts may have no figures yet. This is not an error of the study.
        if hierarchy.bottoms().all(|node| known[node].is_some()) {
            Coherent::new(&hierarchy, known).map_err(at_its_sum)?;
        }
        Ok(Self { hierarchy: Some(hierarchy), method })
    }

    /// All series of the sums, totals first.
    pub(super) fn names(&self) -> impl Iterator<Item = String> + '_ {
        self.hierarchy.iter().flat_map(|hierarchy| hierarchy.names().iter().cloned())
    }

    /// Whether a series is a total or a part of a sum.
    pub(super) fn joins(&self, id: &str) -> bool {
        self.names().any(|name| name == id)
    }

    /// Whether a series is a total, which needs no figures.
    pub(super) fn is_total(&self, id: &str) -> bool {
        let Some(hierarchy) = &self.hierarchy else { return false };
        let node = hierarchy.names().iter().position(|name| name == id);
        node.is_some_and(|node| !hierarchy.children(node).is_empty())
    }

    /// Cuts a series after the last period that all series of its sums have, so that their sample paths start in the same period.
    pub(super) fn cut_to_common(&self, mut data: SeriesData, study: &StudyData, rules: &Rules) -> SeriesData {
        if !self.joins(&data.id) {
            return data;
        }
        let last = |id: String| study.select(&id, rules).ok().and_then(|data| data.series).map(|s| s.last_period());
        let (Some(common), Some(series)) = (self.names().filter_map(last).min(), &data.series) else { return data };
        if common < series.last_period() {
            let cut = series.up_to(common);
            data.notes.push(format!("cut after {common}, the last period that all parts of its sum have"));
            let surplus = series.len() - cut.as_ref().map_or(0, Series::len);
            data.estimates.truncate(data.estimates.len().saturating_sub(surplus));
            data.choices.retain(|choice| choice.period <= common);
            data.uncut = std::mem::replace(&mut data.series, cut);
        }
        data
    }
}

impl Workshop<'_> {
    /// Makes the forecasts of sums add up. Returns remarks for the reader.
    pub(super) fn add_up(&self, results: &mut [SeriesResult]) -> Vec<String> {
        let sums = &self.study.sums;
        let Some(hierarchy) = &sums.hierarchy else { return Vec::new() };
        let places: Option<Vec<usize>> =
            hierarchy.names().iter().map(|name| results.iter().position(|r| r.data.id == *name)).collect();
        let Some(places) = places else { return Vec::new() };
        let known = places.iter().map(|place| results[*place].data.series.clone()).collect();
        let coherent = match Coherent::new(hierarchy, known) {
            Ok(coherent) => coherent,
            Err(reason) => return vec![format!("sums: {reason}")],
        };
        let (method, note) = coherent.method(sums.method.unwrap_or(Method::BottomUp));
        let mut notes = vec![note];
        for cut in places.iter().map(|place| &results[*place].data).filter(|data| data.uncut.is_some()) {
            let last = cut.series.as_ref().map_or(String::new(), |series| series.last_period().to_string());
            notes.push(format!(
                "sums: the forecast of `{}` starts after {last}, the last period that all parts have",
                cut.id
            ));
        }
        let inside = self.viewpoint.registry.inside();
        let add = |view: View| -> Result<Vec<Forecast>, Reason> {
            let forecast =
                |place: &usize| results[*place].views.as_ref()?.paths_of(view).map(|paths| paths.forecast().clone());
            let base: Option<Vec<Forecast>> = places[coherent.base(method)].iter().map(forecast).collect();
            let base = base.ok_or(Reason::PartWithout(view))?;
            Ok(coherent.add_up(base, method, &inside, self.viewpoint.draws.seed())?)
        };
        let [inside, outside] = [View::Inside, View::Outside].map(add);
        if let (Err(inside), Err(outside)) = (&inside, &outside) {
            notes.push(format!("sums: {inside}; {outside}"));
        }
        if places.iter().any(|place| results[*place].data.estimates.iter().any(|estimate| !estimate.is_exact())) {
            notes.push("sums: the base of a multiple is fixed at its median".to_owned());
        }
        for (node, place) in places.iter().enumerate() {
            let series = &coherent.series[node];
            let result = &mut results[*place];
            if result.data.series.is_none() {
                result.data.notes.push("calculated from its parts".to_owned());
                result.data.series = Some(series.clone());
            }
            let ensemble = |forecasts: &Result<Vec<Forecast>, Reason>| {
                let forecast = forecasts.as_ref().map(|forecasts| forecasts[node].clone());
                forecast.map(|forecast| Ensemble::of(series.clone(), forecast)).map_err(Clone::clone)
            };
            let old = result.views.take();
            // A view that cannot be added up for all series applies to none, so that sums and parts never contradict each other.
            let view = |forecasts: &Result<Vec<Forecast>, Reason>, old: Option<&ViewPaths>| ViewPaths {
                paths: ensemble(forecasts),
                remarks: old.map(|old| old.remarks.clone()).unwrap_or_default(),
            };
            let inside = view(&inside, old.as_ref().map(|old| &old.inside));
            let outside = view(&outside, old.as_ref().map(|old| &old.outside));
            let comparable = old.map(|old| old.comparable).unwrap_or_default();
            result.views = Some(Views::combine(inside, outside, self.viewpoint.ramps_weight, comparable));
        }
        notes
    }
}
