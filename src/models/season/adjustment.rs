//! A series without its season, for models that know none.

use crate::models::Link;
use crate::series::Series;

use super::{Classical, classical, has_season, interpolated};

/// The confidence at which the test of the season must find one (Assimakopoulos and Nikolopoulos 2000).
const CONFIDENCE: f64 = 0.9;

/// The season that is taken out of a series and put back into its forecasts; none where the test finds none.
///
/// The season is a factor where all values are above zero, else a summand, by classical decomposition. Missing values are
/// interpolated to find the indices, and missing again in what the model sees.
#[derive(Debug, Clone)]
pub(in crate::models) struct Adjustment(Option<Classical>);

impl Adjustment {
    /// Nothing is taken out.
    pub(in crate::models) const fn none() -> Self {
        Self(None)
    }

    /// For the first `known` values of a series and a model on a link. A series between two bounds stays as it is.
    pub(in crate::models) fn of(series: &Series, known: usize, link: Link) -> Self {
        let (values, period) = (&series.slice()[..known], series.season_length());
        if period < 2 || known < 2 * period + 1 || matches!(link, Link::Logit { .. }) {
            return Self(None);
        }
        let filled;
        let complete = if values.iter().any(|v| v.is_nan()) {
            filled = interpolated(values);
            &filled
        } else {
            values
        };
        let found = has_season(complete, period, CONFIDENCE).then(|| {
            let factors = series.is_positive().then(|| classical(complete, period, true)).flatten();
            let usable = factors.filter(|found| found.indices.iter().all(|index| *index > 0.0));
            usable.or_else(|| classical(complete, period, false))
        });
        Self(found.flatten())
    }

    /// Values from the first on without the season.
    pub(in crate::models) fn remove(&self, values: &[f64]) -> Vec<f64> {
        self.0.as_ref().map_or_else(|| values.to_vec(), |found| found.adjusted(values))
    }

    /// The value of period `t`, counted from the first, with the season.
    pub(in crate::models) fn put_back(&self, t: usize, value: f64) -> f64 {
        match &self.0 {
            Some(Classical { indices, multiplicative: true, .. }) => value * indices[t % indices.len()],
            Some(Classical { indices, .. }) => value + indices[t % indices.len()],
            None => value,
        }
    }
}
