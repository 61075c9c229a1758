//! Croston's method for intermittent demand: series with many zeros.
//!
//! The size z of a demand and the interval q between two demands are smoothed separately, and only when a demand
//! occurs: z' = z + α (y - z) and p' = p + α (q - p), from the first demand on, with α = 0.1. The demand rate is z / p
//! (Croston 1972, Operational Research Quarterly 23, page 289). This rate is too high on average, because the mean of 1
//! / p is more than one over the mean of p; `croston:sba` multiplies it by 1 - α / 2 (Syntetos and Boylan 2005,
//! International Journal of Forecasting 21, page 303).
//!
//! The method gives a rate but no distribution. The paths use Croston's assumptions and a distribution of the sizes:
//!
//! - A demand occurs in each period with the same probability, 1 / p (of `croston:sba`, (1 - α / 2) / p), independently
//!   of other periods and of its size. p stays as it is at the origin.
//! - A size is lognormal with mean z. Its relative standard deviation is the scale that a path draws from the relative
//!   errors y / z - 1 of past demands.
//! - z is smoothed along each path, so that the spread grows with the horizon while the mean of every step is the rate.
//!
//! The interval p is taken as known, so with few demands the intervals of the forecast are too narrow. Sizes are not
//! rounded to whole numbers. α is not estimated: few demands do not determine it.

use ndarray::Array1;

use crate::forecast::Dimensions;
use crate::series::Series;

use super::contract::{FitError, Fitted, Model, Needs, Parameter, Refusal};
use super::link::Link;
use super::point_model::{PointFit, PointModel, Residuals, Shock};

const ALPHA: f64 = 0.1;
/// The smallest number of demands: the first starts the smoothing and two give errors.
const FEWEST: usize = 3;
/// Relative errors of sizes are limited to this, so that their squares stay finite.
const LARGEST_ERROR: f64 = 1e6;

/// Croston's method and its bias-corrected variant.
///
/// ```
/// use onpace::forecast::Draws;
/// use onpace::models::{Croston, Model};
/// use onpace::series::{Period, Series};
/// let parts = Series::new("parts", Period::month(2024, 1)?, vec![0.0, 2.0, 0.0, 0.0, 4.0, 0.0, 3.0, 0.0])?;
/// let forecast = Croston::Classic.fit(&parts)?.forecast(6, &Draws::new(1, 4000));
/// assert!((forecast.mean()[5] - 2.28 / 2.09).abs() < 0.05); // size per demand, periods per demand
/// assert!(forecast.quantile(0.25)[0] == 0.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Croston {
    /// The rate z / p.
    Classic,
    /// The rate (1 - α / 2) z / p.
    SyntetosBoylan,
}

impl Croston {
    /// Demands per period given the periods per demand.
    fn probability(self, interval: f64) -> f64 {
        let correction = if self == Self::Classic { 1.0 } else { 1.0 - ALPHA / 2.0 };
        correction / interval
    }
}

impl Model for Croston {
    fn name(&self) -> &str {
        match self {
            Self::Classic => "croston",
            Self::SyntetosBoylan => "croston:sba",
        }
    }

    fn needs(&self) -> Needs {
        Needs { not_negative: true, complete: true, unbounded: true, ..Needs::observations(FEWEST + 1) }
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        self.needs().check(self.name(), series)?;
        let mut fitted = Array1::from_elem(series.len(), f64::NAN);
        let (mut smoothed, mut periods): (Option<(f64, f64)>, f64) = (None, 0.0);
        let mut residuals = Residuals { squares: 0.0, unit: 1.0, degrees: 0 };
        for (fitted, value) in fitted.iter_mut().zip(series.as_slice()) {
            periods += 1.0;
            if let Some((size, interval)) = smoothed {
                *fitted = size * self.probability(interval);
            }
            if *value > 0.0 {
                if let Some((size, _)) = smoothed {
                    residuals.squares += (value / size - 1.0).min(LARGEST_ERROR).powi(2);
                    residuals.degrees += 1;
                }
                let (size, interval) = smoothed.unwrap_or((*value, periods));
                smoothed = Some((size + ALPHA * (value - size), interval + ALPHA * (periods - interval)));
                periods = 0.0;
            }
        }
        let Some((size, interval)) = smoothed.filter(|_| residuals.degrees + 1 >= FEWEST) else {
            let reason = Refusal::NotFitted(format!("fewer than {FEWEST} values are above zero"));
            return Err(FitError { model: self.name().to_owned(), reason });
        };
        let model = FittedCroston { fitted, size, interval, probability: self.probability(interval), residuals };
        Ok(Box::new(PointFit::new(self.name(), series, Link::Log, model)))
    }
}

#[derive(Debug)]
struct FittedCroston {
    fitted: Array1<f64>,
    size: f64,
    interval: f64,
    probability: f64,
    /// The errors of the sizes, relative to the expected sizes.
    residuals: Residuals,
}

impl PointModel for FittedCroston {
    /// The mean size of the next demand.
    type State = f64;
    type Step = ();
    const DIMENSIONS: Dimensions = Dimensions::OCCURRENCE_AND_SIZE;

    fn residuals(&self) -> Residuals {
        self.residuals
    }

    fn steps(&self, horizon: usize) -> Vec<()> {
        vec![(); horizon]
    }

    fn origin(&self, _horizon: usize) -> f64 {
        self.size
    }

    fn next(&self, size: &mut f64, (): &(), shock: Shock) -> f64 {
        if shock.uniform >= self.probability {
            return 0.0;
        }
        // The variance of the logarithm of a lognormal of mean 1 and standard deviation `scale`.
        let variance = (shock.scale * shock.scale).ln_1p();
        let relative = (variance.sqrt() * shock.normal - variance / 2.0).exp();
        let demand = *size * relative;
        *size *= 1.0 + ALPHA * (relative - 1.0);
        demand
    }

    fn fitted_values(&self) -> Array1<f64> {
        self.fitted.clone()
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![
            Parameter::point("size of a demand", self.size, "units"),
            Parameter::point("interval between demands", self.interval, "periods"),
            Parameter::point("rate", self.size * self.probability, "units per period"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::Draws;
    use crate::series::Period;
    use serde_json::Value;

    fn series(values: &[f64]) -> Series {
        Series::new("parts", Period::month(2020, 1).unwrap(), values.to_vec()).unwrap()
    }

    fn rate(model: Croston, values: &[f64]) -> f64 {
        model.fit(&series(values)).unwrap().parameters()[2].estimate
    }

    /// By hand: z = 2, 2.2, 2.28 and p = 2, 2.1, 2.09 after the three demands.
    #[test]
    fn the_rate_is_size_over_interval() {
        let values = [0.0, 2.0, 0.0, 0.0, 4.0, 0.0, 3.0, 0.0];
        assert!((rate(Croston::Classic, &values) - 2.28 / 2.09).abs() < 1e-12);
        assert!((rate(Croston::SyntetosBoylan, &values) - 0.95 * 2.28 / 2.09).abs() < 1e-12);
        let fitted = Croston::Classic.fit(&series(&values)).unwrap().fitted_values();
        assert!(fitted[1].is_nan() && fitted[2] == 1.0 && (fitted[5] - 2.2 / 2.1).abs() < 1e-12, "{fitted}");
    }

    /// Golden: CrostonClassic and CrostonSBA of statsforecast (`tests/golden/croston.json`).
    #[test]
    fn rates_equal_those_of_statsforecast() {
        let golden: Value = serde_json::from_str(include_str!("../../../../tests/golden/croston.json")).unwrap();
        for case in golden["cases"].as_array().unwrap() {
            let values: Vec<f64> = case["values"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
            for (model, name) in [(Croston::Classic, "classic"), (Croston::SyntetosBoylan, "sba")] {
                let (ours, theirs) = (rate(model, &values), case[name].as_f64().unwrap());
                assert!((ours / theirs - 1.0).abs() < 1e-9, "{} {name}: {ours} {theirs}", case["series"]);
            }
        }
    }

    #[test]
    fn paths_are_never_negative_and_their_mean_is_the_rate() {
        let values: Vec<f64> = (0..60).map(|t| if t % 4 == 3 { f64::from(3 + t * t % 5) } else { 0.0 }).collect();
        for model in [Croston::Classic, Croston::SyntetosBoylan] {
            let forecast = model.fit(&series(&values)).unwrap().forecast(12, &Draws::new(1, 20_000));
            let rate = rate(model, &values);
            assert!(forecast.paths().iter().all(|value| *value >= 0.0));
            for mean in forecast.mean() {
                assert!((mean / rate - 1.0).abs() < 0.02, "{} {mean} {rate}", model.name());
            }
            let demands = forecast.odds(|path| path[11] > 0.0).probability();
            assert!((demands - 0.25).abs() < 0.02, "{} {demands}", model.name());
        }
    }

    /// Demands of one size in every period have no errors: the forecast is that size.
    #[test]
    fn steady_demand_goes_on() {
        let forecast = Croston::Classic.fit(&series(&[5.0; 8])).unwrap().forecast(3, &Draws::new(1, 100));
        assert!(forecast.paths().iter().all(|value| *value == 5.0));
        let error = Croston::Classic.fit(&series(&[0.0, 1.0, 0.0, 2.0, 0.0])).unwrap_err().to_string();
        assert_eq!(error, "croston could not be estimated: fewer than 3 values are above zero");
    }
}
