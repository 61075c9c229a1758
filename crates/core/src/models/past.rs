//! The losses of forecasts at earlier origins.

use std::ops::Range;
use std::sync::LazyLock;

use crate::forecast::Draws;
use crate::numerics::quantiles::pinball;
use crate::numerics::student::t_quantile;
use crate::series::Series;

use super::contract::{FitError, Fitted};
use super::shared::Shared;

/// The number of quantiles that score a past forecast: the midpoints of this many equal parts of 0 to 1.
const QUANTILES: usize = 10;
/// More degrees of freedom than this are treated as this many.
const MOST_DEGREES: usize = 60;

/// The quantiles of Student's t, by degrees of freedom.
static STUDENT: LazyLock<Vec<[f64; QUANTILES]>> = LazyLock::new(|| {
    let quantiles = |degrees: usize| std::array::from_fn(|k| t_quantile(probability(k), degrees as f64));
    (1..=MOST_DEGREES).map(quantiles).collect()
});

/// The draws for the paths of models that are refitted at each origin.
static DRAWS: LazyLock<Draws> = LazyLock::new(|| Draws::new(0, 200));

fn probability(k: usize) -> f64 {
    (k as f64 + 0.5) / QUANTILES as f64
}

/// Past origins and the number of steps ahead that are scored.
///
/// ```
/// use onpace::models::Origins;
/// let origins = Origins::new(5..8, 2);
/// assert_eq!(origins.steps(7, 8), 1); // of eight values, one follows the seventh
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins {
    /// The number of known values at each origin.
    pub known: Range<usize>,
    horizon: usize,
}

impl Origins {
    /// The largest number of steps ahead that are scored. The engine stores the variances of this many steps.
    pub const MOST_STEPS: usize = 6;

    /// Origins by their number of known values, and the number of steps ahead that are scored, at most
    /// [`Origins::MOST_STEPS`].
    pub fn new(known: Range<usize>, horizon: usize) -> Self {
        Self { known, horizon: horizon.min(Self::MOST_STEPS) }
    }

    /// The number of steps ahead that are scored.
    pub fn horizon(&self) -> usize {
        self.horizon
    }

    /// The number of steps ahead of an origin whose outcome is among `n` values.
    pub fn steps(&self, origin: usize, n: usize) -> usize {
        self.horizon.min(n.saturating_sub(origin))
    }

    /// The mean loss over the steps from an origin whose outcome is among `values`, NaN where missing.
    pub(super) fn mean(&self, origin: usize, values: &[f64], mut loss: impl FnMut(usize) -> f64) -> f64 {
        let (mut sum, mut count) = (0.0, 0_usize);
        for step in (0..self.steps(origin, values.len())).filter(|step| !values[origin + step].is_nan()) {
            sum += loss(step);
            count += 1;
        }
        sum / count.max(1) as f64
    }
}

/// The past of one series: the origins at which its models forecast again from the values known then.
///
/// ```
/// use onpace::models::{Model, Origins, Past, Shared, naive};
/// use onpace::series::{Period, Series};
/// let series = Series::new("a", Period::year(2015)?, vec![1.0, 3.0, 2.0, 4.0, 3.0, 5.0, 4.0, 6.0])?;
/// let shared = Shared::new(&series);
/// let past = Past::new(&shared, Origins::new(5..8, 2));
/// assert_eq!(naive().past_losses(&past)?.len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Past<'a> {
    pub(super) shared: &'a Shared<'a>,
    pub(super) origins: Origins,
}

impl<'a> Past<'a> {
    /// The past of a series at some origins.
    pub fn new(shared: &'a Shared<'a>, origins: Origins) -> Self {
        Self { shared, origins }
    }

    /// The series.
    pub fn series(&self) -> &'a Series {
        self.shared.series()
    }

    /// The number of known values at the first origin.
    pub(super) fn start(&self) -> usize {
        self.origins.known.start
    }

    /// The loss at each origin of a model that is refitted there.
    pub(super) fn by_refitting(
        &self,
        fit: impl Fn(&Series) -> Result<Box<dyn Fitted>, FitError>,
    ) -> Result<Vec<f64>, FitError> {
        let (series, values) = (self.series(), self.series().as_slice());
        let loss = |origin: usize| {
            let forecast = fit(&series.first(origin))?.forecast(self.origins.steps(origin, values.len()), &DRAWS);
            let quantiles = forecast.quantiles(&std::array::from_fn::<_, QUANTILES, _>(probability));
            Ok(self.origins.mean(origin, values, |step| mean_loss(values[origin + step], |k| quantiles[[k, step]])))
        };
        self.origins.known.clone().map(loss).collect()
    }
}

/// The loss of a Student t whose quantiles `value` maps to the scale of the series.
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

    /// One pass over all origins against refitting at each, with paths: the shortcut differs by the shape of the
    /// mixture and the number of paths alone.
    #[test]
    fn one_pass_equals_fitting_anew() {
        let values: Vec<f64> =
            (0..24).map(|t| 50.0 + 3.0 * f64::from(t) + 8.0 * f64::from(t * t % 7) - 2.0 * f64::from(t % 5)).collect();
        let series = Series::new("a", Period::year(2000).unwrap(), values).unwrap();
        let shared = Shared::new(&series);
        let past = Past::new(&shared, Origins::new(10..24, 4));
        let mut models: Vec<Box<dyn Model>> = vec![Box::new(naive()), Box::new(drift())];
        for on in [On::Identity, On::SquareRoot, On::Log] {
            models.push(Box::new(level(on)));
            models.push(Box::new(trend(on)));
            models.push(Box::new(damped(on)));
            models.push(Box::new(theta(on)));
        }
        for model in models {
            let fast = model.past_losses(&past).unwrap();
            let slow = past.by_refitting(|known| model.fit(known)).unwrap();
            let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
            assert!((mean(&fast) / mean(&slow) - 1.0).abs() < 0.06, "{} {fast:?} {slow:?}", model.name());
        }
    }
}
