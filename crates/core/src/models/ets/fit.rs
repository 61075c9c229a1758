//! A class at given parameters: its likelihood, criteria, states and means.

use crate::models::contract::{FitError, Refusal};
use crate::models::point_model::Residuals;
use crate::numerics::criterion::aicc;
use crate::series::Series;

use super::admissible::is_admissible;
use super::class::EtsClass;
use super::likelihood::pass;
use super::recursion::{Form, LONGEST, Point};

/// Smoothing parameters and initial states, in units of the series.
#[derive(Debug, Clone, PartialEq)]
pub struct EtsParameters {
    /// How far the level follows an error.
    pub alpha: f64,
    /// How far the slope does, where there is a trend.
    pub beta: Option<f64>,
    /// How far the season does, where there is one.
    pub gamma: Option<f64>,
    /// What a damped slope keeps each period.
    pub phi: Option<f64>,
    /// The level before the first period.
    pub level: f64,
    /// The slope before the first period, where there is a trend.
    pub slope: Option<f64>,
    /// The season's states, that of the first period first, `(season length,)`; empty without a season.
    pub season: Vec<f64>,
}

/// A class fitted to a series, or laid on it at given parameters.
///
/// ```
/// use onpace::models::{EtsFit, EtsParameters};
/// use onpace::series::{Period, Series};
/// let series = Series::new("a", Period::year(2020)?, vec![10.0, 12.0, 11.0, 13.0, 12.0, 14.0])?;
/// let half = EtsParameters { alpha: 0.5, beta: None, gamma: None, phi: None, level: 10.0, slope: None, season: vec![] };
/// let fit = EtsFit::at("ANN".parse()?, &half, &series)?;
/// assert_eq!(fit.means(2), [13.0, 13.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct EtsFit {
    pub(super) form: Form,
    pub(super) first: Point,
    pub(super) last: Point,
    fitted: Vec<f64>,
    /// The sum of squared errors, in squares of `unit`.
    squares: f64,
    /// In units of the series where errors are additive; else 1.
    unit: f64,
    known: usize,
    log_likelihood: f64,
}

/// Values divided by a power of two near the largest, which changes no digit.
#[derive(Debug, Clone)]
pub(super) struct Scaled {
    pub(super) y: Vec<f64>,
    pub(super) unit: f64,
    pub(super) known: usize,
}

impl Scaled {
    pub(super) fn of(series: &Series) -> Self {
        let largest = series.as_slice().iter().filter(|v| !v.is_nan()).fold(0.0_f64, |most, v| most.max(v.abs()));
        let power = if largest > 0.0 { largest.log2().floor().clamp(-1000.0, 1000.0) } else { 0.0 };
        let unit = power.exp2();
        Self { y: series.as_slice().iter().map(|v| v / unit).collect(), unit, known: series.known() }
    }
}

impl EtsFit {
    /// Lays a class on a complete series at given parameters.
    ///
    /// # Errors
    /// Values that the class does not allow, missing periods, a season of another length, or a mean that is not above
    /// zero where it must be.
    pub fn at(class: EtsClass, parameters: &EtsParameters, series: &Series) -> Result<Self, FitError> {
        let refuse = |reason| FitError { model: class.model_name().to_owned(), reason };
        super::model::needs(class).check(class.model_name(), series)?;
        if !series.is_complete() {
            return Err(refuse(Refusal::Missing { periods: series.missing_in_words() }));
        }
        let form = Form::new(class, series.season_length());
        let lengths = if class.is_seasonal() { form.length } else { 0 };
        if parameters.season.len() != lengths {
            let reason = format!("{} states of the season were given, it has {lengths}", parameters.season.len());
            return Err(refuse(Refusal::NotFitted(reason)));
        }
        let mut season = [0.0; LONGEST];
        season[..lengths].copy_from_slice(&parameters.season);
        let trend = class.has_trend();
        let first = Point {
            alpha: parameters.alpha,
            beta: parameters.beta.filter(|_| trend).unwrap_or(0.0),
            gamma: parameters.gamma.filter(|_| class.is_seasonal()).unwrap_or(0.0),
            phi: parameters.phi.filter(|_| class.is_damped()).unwrap_or(1.0),
            level: parameters.level,
            slope: parameters.slope.filter(|_| trend).unwrap_or(0.0),
            season,
            place: 0,
        };
        let scaled = Scaled::of(series);
        let fit = Self::of(form, first.scaled(form, 1.0 / scaled.unit), &scaled, &scaled.y, 0.0);
        fit.ok_or_else(|| refuse(Refusal::NotFitted("a mean is not above zero or not finite".to_owned())))
    }

    /// A fit from a point in scaled units; `filled` has a value for each missing period, whose uncertainty adds
    /// `missing` to twice the negative log-likelihood.
    pub(super) fn of(form: Form, first: Point, scaled: &Scaled, filled: &[f64], missing: f64) -> Option<Self> {
        let mut fitted = Vec::with_capacity(filled.len());
        let sums = pass(form, filled, first, |mean| fitted.push(mean * scaled.unit));
        let n = scaled.known as f64;
        // With missing periods the pass counts too many values; their errors are in the sum of squares.
        let deviance = if scaled.known == filled.len() {
            sums.deviance
        } else {
            super::likelihood::deviance(scaled.known, sums.squares, sums.log_means) + missing
        };
        let deviance = deviance + 2.0 * n * scaled.unit.ln();
        let unit = if form.class.is_relative() { 1.0 } else { scaled.unit };
        let fit = Self {
            form,
            first: first.scaled(form, scaled.unit),
            last: sums.last.scaled(form, scaled.unit),
            fitted,
            squares: sums.squares,
            unit,
            known: scaled.known,
            log_likelihood: -0.5 * (deviance + n * ((std::f64::consts::TAU / n).ln() + 1.0)),
        };
        (fit.log_likelihood.is_finite() && sums.deviance.is_finite()).then_some(fit)
    }

    /// The class.
    pub fn class(&self) -> EtsClass {
        self.form.class
    }

    /// Smoothing parameters and initial states.
    pub fn parameters(&self) -> EtsParameters {
        let (class, at) = (self.form.class, &self.first);
        EtsParameters {
            alpha: at.alpha,
            beta: class.has_trend().then_some(at.beta),
            gamma: class.is_seasonal().then_some(at.gamma),
            phi: class.is_damped().then_some(at.phi),
            level: at.level,
            slope: class.has_trend().then_some(at.slope),
            season: if class.is_seasonal() { at.season[..self.form.length].to_vec() } else { Vec::new() },
        }
    }

    /// How many parameters were estimated, the variance among them.
    pub fn count(&self) -> usize {
        self.form.class.parameters(self.form.length)
    }

    /// The Gaussian log-likelihood with all its constants, so that it compares with that of other models.
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// The log-likelihood as R's forecast package and statsforecast print it: without the constant
    /// -(n/2)(ln(2π/n) + 1). It compares with that of other classes alone.
    pub fn r_log_likelihood(&self) -> f64 {
        let n = self.known as f64;
        self.log_likelihood + 0.5 * n * ((std::f64::consts::TAU / n).ln() + 1.0)
    }

    /// Akaike's criterion.
    pub fn aic(&self) -> f64 {
        2.0 * self.count() as f64 - 2.0 * self.log_likelihood
    }

    /// Akaike's criterion with the correction of Hurvich and Tsai (1989) for few values; infinite where there are not
    /// two values more than parameters.
    pub fn aicc(&self) -> f64 {
        aicc(self.log_likelihood, self.known, self.count())
    }

    /// Schwarz's criterion.
    pub fn bic(&self) -> f64 {
        self.count() as f64 * (self.known as f64).ln() - 2.0 * self.log_likelihood
    }

    /// Known values less the parameters beside the variance; at least one.
    pub fn degrees(&self) -> usize {
        (self.known + 1).saturating_sub(self.count()).max(1)
    }

    /// The standard deviation of the errors on these degrees of freedom: in units of the series where errors are
    /// additive, a part of the mean where they are multiplicative.
    pub fn sigma(&self) -> f64 {
        self.unit * (self.squares / self.degrees() as f64).sqrt()
    }

    pub(super) fn residuals(&self) -> Residuals {
        Residuals { squares: self.squares, unit: self.unit, degrees: self.degrees() }
    }

    /// One-step-ahead means of the history, `(n,)`, in units of the series.
    pub fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    /// The means of the next `horizon` values if no error comes, in units of the series: the point forecasts of other
    /// tools.
    pub fn means(&self, horizon: usize) -> Vec<f64> {
        self.last.means(self.form, horizon)
    }

    /// Whether the initial states are forgotten: the largest eigenvalue of the class lies in the unit circle. For a trend
    /// with a season the usual region, in which parameters are estimated, does not imply it.
    pub fn is_admissible(&self) -> bool {
        is_admissible(self.form, &self.first)
    }
}
