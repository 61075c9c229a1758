//! Exponential smoothing by maximum likelihood as models.
//!
//! Point parameters, as everybody else's ETS has them; what is integrated is the scale alone. A path draws its σ from
//! the scaled inverse chi-squared distribution and its errors from the normal one, and carries the states of its class
//! forward: y = μ + σ z, or y = μ (1 + σ z) (Hyndman, Koehler, Ord and Snyder 2008, section 6.1).

use ndarray::Array1;

use crate::models::contract::{FitError, Fitted, Model, Needs, Parameter, Refusal, SeasonNeed};
use crate::models::point_model::{PointFit, PointModel, Residuals, Shock};
use crate::models::range::Range;
use crate::models::{Finding, Link};
use crate::series::Series;

use super::class::{EtsClass, EtsPart};
use super::fit::{EtsFit, Scaled};
use super::likelihood::Normal;
use super::missing;
use super::recursion::{Form, LONGEST, Point};
use super::search::Effort;
use super::table::{AUTO, choose, fit};

/// How small a relative path's level or season may become, as a part of their smallest.
const SMALLEST: f64 = 1e-3;

/// What one class needs.
pub(super) fn needs(class: EtsClass) -> Needs {
    let season = class.is_seasonal().then_some(SeasonNeed { seasons: 2, longest: Some(LONGEST) });
    let positive = class.is_relative() || class.season() == EtsPart::Multiplicative;
    Needs { positive, complete: positive, season, ..Needs::observations(class.parameters(0) + 2) }
}

/// One class, its parameters by maximum likelihood: the model `ets:MAdM` and so on.
///
/// ```
/// use onpace::forecast::Draws;
/// use onpace::models::{Ets, Model};
/// use onpace::series::{Period, Series};
/// let series = Series::new("a", Period::year(2012)?, vec![10.0, 12.0, 13.5, 16.0, 18.0, 19.5, 22.0, 24.0])?;
/// let holt = Ets::new("AAN".parse()?);
/// assert_eq!(holt.name(), "ets:AAN");
/// let median = holt.fit(&series)?.forecast(2, &Draws::new(1, 2000)).median();
/// assert!((median[1] - 28.0).abs() < 0.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Ets {
    class: EtsClass,
}

impl Ets {
    /// The model of a class.
    pub fn new(class: EtsClass) -> Self {
        Self { class }
    }

    /// The maximum of the likelihood in the usual region (see [`EtsTable`](super::EtsTable)).
    ///
    /// # Errors
    /// A series that has not what the class needs.
    pub fn estimate(&self, series: &Series) -> Result<EtsFit, FitError> {
        self.needs().check(self.name(), series)?;
        let refuse = |reason| FitError { model: self.name().to_owned(), reason };
        let form = Form::new(self.class, series.season_length());
        let (needs, has) = (self.class.parameters(form.length) + 2, series.known());
        if has < needs {
            return Err(refuse(Refusal::TooShort { needs, has }));
        }
        let scaled = Scaled::of(series);
        if has < series.len() && missing::work(form, &scaled) > missing::MOST_WORK {
            return Err(refuse(Refusal::Missing { periods: series.missing_in_words() }));
        }
        let found = fit(form, &scaled, Effort::Full, &[], f64::INFINITY, &mut Box::new(Normal::new()));
        let reason = || Refusal::NotFitted("the likelihood is finite nowhere".to_owned());
        found.map(|(fit, _)| fit).ok_or_else(|| refuse(reason()))
    }
}

impl Model for Ets {
    fn name(&self) -> &str {
        self.class.model_name()
    }

    fn needs(&self) -> Needs {
        needs(self.class)
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        Ok(fitted(self.class.model_name(), self.estimate(series)?, series))
    }
}

/// The class that Akaike's corrected criterion chooses, its parameters by maximum likelihood: the model `ets:ml`.
///
/// ```
/// use onpace::models::{AutoEts, Model};
/// use onpace::series::{Period, Series};
/// let series = Series::new("a", Period::year(2012)?, vec![10.0, 12.0, 13.5, 16.0, 18.0, 19.5, 22.0, 24.0, 25.0, 28.0])?;
/// assert!(AutoEts.fit(&series)?.remarks()[0].to_string().starts_with("ets:ml: the form is class "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct AutoEts;

impl AutoEts {
    /// The chosen class and its fit, by the quick search: the criterion to about 1e-4.
    ///
    /// # Errors
    /// A series to which no class applies.
    pub fn estimate(&self, series: &Series) -> Result<EtsFit, FitError> {
        self.needs().check(AUTO, series)?;
        choose(series)
    }
}

impl Model for AutoEts {
    fn name(&self) -> &str {
        AUTO
    }

    fn needs(&self) -> Needs {
        Needs::observations(EtsClass::ALL[0].parameters(0) + 4)
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        let fit = self.estimate(series)?;
        Ok(fitted(AUTO, fit, series))
    }
}

/// A fit as the model of a name.
fn fitted(name: &'static str, fit: EtsFit, series: &Series) -> Box<dyn Fitted> {
    let link = if fit.class().is_relative() { Link::Log } else { Link::Identity };
    let smallest = series.as_slice().iter().copied().fold(f64::INFINITY, f64::min);
    let chosen = name == AUTO;
    let model = FittedEts { chosen, range: Range::of(series, link), floor: SMALLEST * smallest, fit };
    Box::new(PointFit::new(name, series, link, model))
}

#[derive(Debug)]
struct FittedEts {
    fit: EtsFit,
    /// Whether the class was chosen, not given.
    chosen: bool,
    /// A path with relative errors goes on from the value that is held in this range.
    range: Range,
    /// The smallest level of a path with relative errors.
    floor: f64,
}

impl PointModel for FittedEts {
    type State = Point;
    type Step = ();

    fn residuals(&self) -> Residuals {
        self.fit.residuals()
    }

    fn steps(&self, horizon: usize) -> Vec<()> {
        vec![(); horizon]
    }

    fn origin(&self, _horizon: usize) -> Point {
        self.fit.last
    }

    fn next(&self, state: &mut Point, (): &(), shock: Shock) -> f64 {
        let form = self.fit.form;
        let (relative, season) = (form.class.is_relative(), form.class.season());
        if relative && season == EtsPart::Multiplicative {
            state.season[state.place] = state.season[state.place].max(SMALLEST);
        }
        let (mut q, mut mean) = state.mean(season);
        let value = if relative {
            q = q.max(self.floor);
            let factor = state.season[state.place];
            mean = if season == EtsPart::Multiplicative { q * factor } else { mean.max(self.floor) };
            self.range.hold(mean * (1.0 + shock.error()))
        } else {
            mean + shock.error()
        };
        state.step(form, q, value - mean);
        if value.is_nan() { 0.0 } else { value }
    }

    fn fitted_values(&self) -> Array1<f64> {
        self.fit.fitted().iter().map(|mean| mean.clamp(-f64::MAX, f64::MAX)).collect()
    }

    fn parameters(&self) -> Vec<Parameter> {
        let at = self.fit.parameters();
        let all = [("alpha", Some(at.alpha)), ("beta", at.beta), ("gamma", at.gamma), ("phi", at.phi)];
        let parameter = |(name, estimate): (_, Option<f64>)| Some(Parameter::point(name, estimate?, ""));
        all.into_iter().filter_map(parameter).collect()
    }

    fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.chosen {
            let aicc = Some(self.fit.aicc()).filter(|aicc| aicc.is_finite());
            findings.push(Finding::Form { form: format!("class {}", self.fit.class()), aicc });
        }
        if !self.fit.is_admissible() {
            findings.push(Finding::FirstStatesNotForgotten);
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::super::EtsTable;
    use super::*;
    use crate::forecast::Draws;
    use crate::series::Period;

    fn monthly(values: Vec<f64>) -> Series {
        Series::with_missing("a", Period::month(2001, 1).unwrap(), values).unwrap()
    }

    fn wave(n: usize) -> Vec<f64> {
        let value = |t: usize| {
            let angle = std::f64::consts::TAU * t as f64 / 12.0;
            40.0 + 0.2 * t as f64 + 6.0 * angle.sin() + ((t * t * 31 + t * 17) % 13) as f64 / 4.0
        };
        (0..n).map(value).collect()
    }

    fn is_sound(series: &Series) {
        let draws = Draws::new(1, 100);
        let models = EtsClass::ALL.into_iter().map(|class| Box::new(Ets::new(class)) as Box<dyn Model>);
        for model in models.chain([Box::new(AutoEts) as Box<dyn Model>]) {
            let Ok(fitted) = model.fit(series) else { continue };
            let known = fitted.fitted_values();
            assert!(known.iter().all(|v| v.is_finite()), "{} {known}", model.name());
            let quantiles = fitted.forecast(15, &draws).quantiles(&[0.0, 0.1, 0.5, 0.9, 1.0]);
            assert!(quantiles.iter().all(|v| v.is_finite()), "{} {:?} {quantiles}", model.name(), series.values());
        }
        if let Ok(table) = EtsTable::of(series) {
            for row in table.rows() {
                assert!(row.log_likelihood.is_finite() && row.aicc.is_finite() && row.bic.is_finite(), "{row:?}");
            }
        }
    }

    #[test]
    fn odd_series_are_refused_or_forecast() {
        for n in [1, 2, 5, 7, 26, 40] {
            is_sound(&monthly(vec![5.0; n]));
            is_sound(&monthly(vec![0.0; n]));
            is_sound(&monthly((0..n).map(|t| 3.0 + 2.0 * t as f64).collect()));
            is_sound(&monthly((0..n).map(|t| 3.0 - 2.0 * t as f64).collect()));
            for scale in [1e300, 1e-300, -1.0] {
                is_sound(&monthly(wave(n).iter().map(|v| v * scale).collect()));
            }
            let mut outlier = wave(n);
            outlier[n / 2] = 1e9;
            is_sound(&monthly(outlier));
            let mut gaps = vec![f64::NAN; n];
            (gaps[0], gaps[n - 1]) = (1.0, 2.0);
            is_sound(&monthly(gaps));
        }
        let long = monthly(wave(3000));
        assert!(AutoEts.fit(&long).is_ok());
    }

    /// A gap changes little where the series is regular, and classes that cannot hold one say so.
    #[test]
    fn gaps_are_bridged_by_additive_errors_alone() {
        let complete = monthly(wave(72));
        let mut values = wave(72);
        (values[20], values[41], values[42]) = (f64::NAN, f64::NAN, f64::NAN);
        let series = monthly(values);
        for letters in ["ANN", "AAN", "AAdN", "ANA", "AAA", "AAdA"] {
            let ets = Ets::new(letters.parse().unwrap());
            let (with, without) = (ets.estimate(&complete).unwrap(), ets.estimate(&series).unwrap());
            assert!((without.means(1)[0] / with.means(1)[0] - 1.0).abs() < 0.03, "{letters}");
            assert!((without.sigma() / with.sigma() - 1.0).abs() < 0.2, "{letters}");
            assert!(without.log_likelihood() > with.log_likelihood(), "{letters}");
        }
        let error = Ets::new("MAM".parse().unwrap()).fit(&series).unwrap_err();
        assert!(matches!(error.reason, Refusal::Missing { .. }), "{error}");
        assert_eq!(AutoEts.estimate(&series).unwrap().class().error(), EtsPart::Additive);
    }

    /// The variance of the paths of a class with additive errors against the closed form of Hyndman, Koehler, Ord and
    /// Snyder (2008), table 6.2: σ²(1 + Σ c²) with c_j = α + β(φ + ... + φ^j) + γ [j mod m = 0], and the factor
    /// degrees / (degrees - 2) of the drawn scale.
    #[test]
    fn paths_have_the_variance_in_closed_form() {
        let series = monthly(wave(72));
        for letters in ["ANN", "AAdN", "AAA"] {
            let ets = Ets::new(letters.parse().unwrap());
            let fit = ets.estimate(&series).unwrap();
            let at = fit.parameters();
            let paths = ets.fit(&series).unwrap().forecast(14, &Draws::new(3, 20_000));
            let (mut sum, mut damped) = (1.0, 0.0);
            let degrees = fit.degrees() as f64;
            for step in 0..14 {
                if step > 0 {
                    damped += at.phi.unwrap_or(1.0).powi(step as i32);
                    let season = if step % 12 == 0 { at.gamma.unwrap_or(0.0) } else { 0.0 };
                    sum += (at.alpha + at.beta.unwrap_or(0.0) * damped + season).powi(2);
                }
                let expected = fit.sigma() * (sum * degrees / (degrees - 2.0)).sqrt();
                let half = paths.quantiles(&[0.158_655_254, 0.841_344_746]);
                let found = 0.5 * (half[[1, step]] - half[[0, step]]);
                assert!((found / expected - 1.0).abs() < 0.04, "{letters} {step} {found} {expected}");
            }
        }
    }

    #[test]
    fn relative_paths_stay_above_zero_and_repeat() {
        let series = monthly(wave(60).iter().map(|v| (v - 36.0).abs() + 0.1).collect());
        for letters in ["MNN", "MAN", "MAdA", "MNM", "MAdM"] {
            let fitted = Ets::new(letters.parse().unwrap()).fit(&series).unwrap();
            let low = fitted.forecast(30, &Draws::new(1, 500)).quantiles(&[0.0]);
            assert!(low.iter().all(|v| *v > 0.0), "{letters}");
            let first = fitted.forecast(3, &Draws::new(1, 500)).quantiles(&[0.0]);
            assert!((0..3).all(|step| first[[0, step]] == low[[0, step]]), "{letters}");
        }
    }
}
