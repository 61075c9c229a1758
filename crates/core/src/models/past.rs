//! What forecasts at earlier origins would have lost.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::forecast::Draws;
use crate::numerics::quantiles::pinball;
use crate::numerics::student::t_quantile;
use crate::series::Series;

use super::contract::{FitError, Fitted};
use super::season::Adjustment;

/// Quantiles by which a past forecast is scored: the midpoints of so many equal parts.
const QUANTILES: usize = 10;
/// Beyond so many degrees of freedom a Student t is taken for one of so many.
const MOST_DEGREES: usize = 60;

/// Quantiles of Student's t by degrees of freedom.
static STUDENT: LazyLock<Vec<[f64; QUANTILES]>> = LazyLock::new(|| {
    let quantiles = |degrees: usize| std::array::from_fn(|k| t_quantile(probability(k), degrees as f64));
    (1..=MOST_DEGREES).map(quantiles).collect()
});

/// Paths of a model that is fitted anew at each origin.
static DRAWS: LazyLock<Draws> = LazyLock::new(|| Draws::new(0, 200));

fn probability(k: usize) -> f64 {
    (k as f64 + 0.5) / QUANTILES as f64
}

/// Earlier origins of a series, at which forecasts are made again from what was known then.
///
/// ```
/// use onpace::models::Past;
/// let past = Past::new(5..8, 2);
/// assert_eq!(past.steps(7, 8), 1); // of eight values, one follows the seventh
/// ```
#[derive(Debug, Clone)]
pub struct Past {
    /// How many values were known at each origin.
    pub origins: Range<usize>,
    /// The most steps ahead that count.
    pub horizon: usize,
    /// The seasons that were found, by how many values were known: all members of a pool take out the same.
    seasons: RefCell<BTreeMap<usize, Adjustment>>,
}

impl Past {
    /// Origins by how many values were known there, and the most steps ahead that count. One `Past` is for one series.
    pub fn new(origins: Range<usize>, horizon: usize) -> Self {
        Self { origins, horizon, seasons: RefCell::default() }
    }

    /// The season of the first `known` values of the series.
    pub(super) fn season(&self, series: &Series, known: usize) -> Adjustment {
        let mut seasons = self.seasons.borrow_mut();
        seasons.entry(known).or_insert_with(|| Adjustment::of(series, known)).clone()
    }

    /// Steps ahead of an origin whose outcome a series of `n` values knows.
    pub fn steps(&self, origin: usize, n: usize) -> usize {
        self.horizon.min(n.saturating_sub(origin))
    }

    /// The loss at each origin of a model that is fitted anew there.
    pub(super) fn by_refitting(
        &self,
        series: &Series,
        fit: impl Fn(&Series) -> Result<Box<dyn Fitted>, FitError>,
    ) -> Result<Vec<f64>, FitError> {
        let at = |origin: usize| {
            let forecast = fit(&series.first(origin))?.forecast(self.steps(origin, series.len()), &DRAWS);
            let quantiles = forecast.quantiles(&std::array::from_fn::<_, QUANTILES, _>(probability));
            Ok(self.mean(origin, series.as_slice(), |step| {
                mean_loss(series.as_slice()[origin + step], |k| quantiles[[k, step]])
            }))
        };
        self.origins.clone().map(at).collect()
    }

    /// The mean over the steps from an origin whose outcome is among `values`, NaN where missing.
    pub(super) fn mean(&self, origin: usize, values: &[f64], mut loss: impl FnMut(usize) -> f64) -> f64 {
        let (mut sum, mut count) = (0.0, 0_usize);
        for step in (0..self.steps(origin, values.len())).filter(|step| !values[origin + step].is_nan()) {
            sum += loss(step);
            count += 1;
        }
        sum / count.max(1) as f64
    }
}

/// The loss of a Student t, held and mapped by `value`.
pub(super) fn student_loss(
    actual: f64,
    (location, scale, degrees): (f64, f64, usize),
    value: impl Fn(f64) -> f64,
) -> f64 {
    let quantiles = &STUDENT[degrees.clamp(1, MOST_DEGREES) - 1];
    mean_loss(actual, |k| value(location + scale * quantiles[k]))
}

/// Twice the mean quantile loss, which nears the continuous ranked probability score (Gneiting and Raftery 2007);
/// `quantile` gives a forecast's quantile by its number.
fn mean_loss(actual: f64, quantile: impl Fn(usize) -> f64) -> f64 {
    let loss = |k: usize| 2.0 * pinball(quantile(k), probability(k), actual);
    (0..QUANTILES).map(loss).sum::<f64>() / QUANTILES as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{Model, On, damped, drift, level, naive, theta, trend};
    use crate::series::Period;

    /// scoringrules: crps_t(1.5; 5 degrees) = 0.9685; ten quantiles come near it.
    #[test]
    fn the_quantile_loss_is_near_the_ranked_probability_score() {
        let loss = student_loss(1.5, (0.0, 1.0, 5), |z| z);
        assert!((loss - 0.968_528_492_382_373_9).abs() < 0.02, "{loss}");
    }

    /// One pass over all origins against fitting anew at each, with paths: the shortcut differs by the shape of the
    /// mixture and the number of paths alone.
    #[test]
    fn one_pass_equals_fitting_anew() {
        let values: Vec<f64> =
            (0..24).map(|t| 50.0 + 3.0 * f64::from(t) + 8.0 * f64::from(t * t % 7) - 2.0 * f64::from(t % 5)).collect();
        let series = Series::new("a", Period::year(2000).unwrap(), values).unwrap();
        let past = Past::new(10..24, 4);
        let mut models: Vec<Box<dyn Model>> = vec![Box::new(naive()), Box::new(drift())];
        for on in [On::Identity, On::SquareRoot, On::Log] {
            models.push(Box::new(level(on)));
            models.push(Box::new(trend(on)));
            models.push(Box::new(damped(on)));
            models.push(Box::new(theta(on)));
        }
        for model in models {
            let fast = model.past_losses(&series, &past).unwrap();
            let slow = past.by_refitting(&series, |known| model.fit(known)).unwrap();
            let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
            assert!((mean(&fast) / mean(&slow) - 1.0).abs() < 0.06, "{} {fast:?} {slow:?}", model.name());
        }
    }
}
