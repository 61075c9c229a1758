//! All classes on one series, and which of them Akaike's corrected criterion chooses.
//!
//! Hyndman, Koehler, Snyder and Grose (2002) choose a class by the criterion; the correction for few values is that of
//! Hurvich and Tsai (1989). Classes that do not apply are left out, and with them those whose parameters are more than
//! the known values less four.

use crate::models::contract::{FitError, Model, Refusal};
use crate::series::Series;

use super::class::EtsClass;
use super::fit::{EtsFit, EtsParameters, Scaled};
use super::likelihood::{Normal, Place, point};
use super::missing;
use super::model::AutoEts;
use super::recursion::Form;
use super::search::{Effort, polish, search};

/// The name of the automatic choice.
pub(super) const AUTO: &str = "ets:ml";
/// A class whose criterion is so far above the best after a few steps is followed no further.
const HOPELESS: f64 = 6.0;
/// How few values more than parameters a class may have in the automatic choice.
const SPARE: usize = 4;

/// A class fitted by maximum likelihood.
#[derive(Debug, Clone, PartialEq)]
pub struct EtsRow {
    /// The class.
    pub class: EtsClass,
    /// Its smoothing parameters and initial states.
    pub parameters: EtsParameters,
    /// The Gaussian log-likelihood with all its constants.
    pub log_likelihood: f64,
    /// The same as R's forecast package prints it.
    pub r_log_likelihood: f64,
    /// Akaike's criterion.
    pub aic: f64,
    /// Akaike's corrected criterion.
    pub aicc: f64,
    /// Schwarz's criterion.
    pub bic: f64,
    /// Whether the initial states are forgotten; see [`EtsFit::is_admissible`].
    pub is_admissible: bool,
    /// Whether its corrected criterion is the smallest.
    pub chosen: bool,
}

/// The classes that apply to a series, each at the maximum of its likelihood in the usual region with margins of 1e-4:
/// 0 < α < 1, 0 < β < α, 0 < γ < 1 - α and .8 ≤ φ ≤ .98.
///
/// ```
/// use onpace::models::EtsTable;
/// use onpace::series::{Period, Series};
/// let series = Series::new("a", Period::year(2012)?, vec![10.0, 12.0, 11.0, 13.0, 12.5, 14.0, 13.0, 15.5, 16.0, 15.0])?;
/// let table = EtsTable::of(&series)?;
/// assert_eq!(table.rows().iter().filter(|row| row.chosen).count(), 1);
/// assert!(table.rows().iter().all(|row| row.aicc >= table.chosen().aicc()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct EtsTable {
    rows: Vec<EtsRow>,
    chosen: EtsFit,
}

impl EtsTable {
    /// Fits every class that applies, each in full.
    ///
    /// # Errors
    /// A series to which no class applies.
    pub fn of(series: &Series) -> Result<Self, FitError> {
        AutoEts.needs().check(AUTO, series)?;
        let mut fits = all(series, Effort::Full, &mut Box::new(Normal::new()));
        let best = best(&fits).ok_or_else(|| none(series))?;
        let row = |(i, (fit, _)): (usize, &(EtsFit, Place))| EtsRow {
            class: fit.class(),
            parameters: fit.parameters(),
            log_likelihood: fit.log_likelihood(),
            r_log_likelihood: fit.r_log_likelihood(),
            aic: fit.aic(),
            aicc: fit.aicc(),
            bic: fit.bic(),
            is_admissible: fit.is_admissible(),
            chosen: i == best,
        };
        let rows = fits.iter().enumerate().map(row).collect();
        Ok(Self { rows, chosen: fits.swap_remove(best).0 })
    }

    /// A row for each class that applies, in the order of [`EtsClass::ALL`].
    pub fn rows(&self) -> &[EtsRow] {
        &self.rows
    }

    /// The fit of the chosen class.
    pub fn chosen(&self) -> &EtsFit {
        &self.chosen
    }
}

/// The fit of the class with the smallest corrected criterion by a quick search, which goes on to the end for it alone.
pub(super) fn choose(series: &Series) -> Result<EtsFit, FitError> {
    let mut normal = Box::new(Normal::new());
    let mut fits = all(series, Effort::Quick, &mut normal);
    let best = best(&fits).ok_or_else(|| none(series))?;
    let (fit, at) = fits.swap_remove(best);
    if !series.is_complete() {
        return Ok(fit);
    }
    let scaled = Scaled::of(series);
    let end = polish(fit.form, &scaled.y, at, &mut normal);
    Ok(EtsFit::of(fit.form, point(fit.form, &end.at), &scaled, &scaled.y, 0.0).unwrap_or(fit))
}

fn none(series: &Series) -> FitError {
    let needs = EtsClass::ALL[0].parameters(1) + SPARE;
    let reason = if series.known() < needs {
        Refusal::TooShort { needs, has: series.known() }
    } else {
        Refusal::NotFitted("no class has a finite likelihood".to_owned())
    };
    FitError { model: AUTO.to_owned(), reason }
}

fn best(fits: &[(EtsFit, Place)]) -> Option<usize> {
    (0..fits.len()).min_by(|a, b| fits[*a].0.aicc().total_cmp(&fits[*b].0.aicc()))
}

/// Whether the automatic choice looks at a class.
fn applies(class: EtsClass, series: &Series, scaled: &Scaled) -> bool {
    super::model::needs(class).check(AUTO, series).is_ok()
        && class.parameters(series.season_length()) + SPARE <= scaled.known
}

fn all(series: &Series, effort: Effort, normal: &mut Normal) -> Vec<(EtsFit, Place)> {
    let scaled = Scaled::of(series);
    let mut fits: Vec<(EtsFit, Place)> = Vec::new();
    let mut least = f64::INFINITY;
    for class in EtsClass::ALL.into_iter().filter(|class| applies(*class, series, &scaled)) {
        let form = Form::new(class, series.season_length());
        if let Some(found) = fit(form, &scaled, effort, &fits, least, normal) {
            least = least.min(found.0.aicc());
            fits.push(found);
        }
    }
    fits
}

/// The fit of one class and the place of its parameters; `least` is the smallest corrected criterion so far.
pub(super) fn fit(
    form: Form,
    scaled: &Scaled,
    effort: Effort,
    others: &[(EtsFit, Place)],
    least: f64,
    normal: &mut Normal,
) -> Option<(EtsFit, Place)> {
    if scaled.known < scaled.y.len() {
        if form.class.is_relative() || missing::work(form, scaled) > missing::MOST_WORK {
            return None;
        }
        let filled = missing::search(form, scaled, effort)?;
        let fit = EtsFit::of(form, point(form, &filled.at), scaled, &filled.y, filled.log_determinant)?;
        return Some((fit, filled.at));
    }
    let (n, k) = (scaled.known as f64, form.class.parameters(form.length) as f64);
    let spare = n - k - 1.0;
    let criterion = 2.0 * k + if spare > 0.0 { 2.0 * k * (k + 1.0) / spare } else { 0.0 };
    let constant = n * ((std::f64::consts::TAU / n).ln() + 1.0) + 2.0 * n * scaled.unit.ln();
    let worst = least + HOPELESS - criterion - constant;
    let relatives = relatives(form, others);
    let found = search(form, &scaled.y, effort, &relatives, worst, normal)?;
    let fit = EtsFit::of(form, point(form, &found.at), scaled, &scaled.y, 0.0)?;
    Some((fit, found.at))
}

/// Places of classes with the same kind of season that are this class with other errors or another trend.
fn relatives(form: Form, others: &[(EtsFit, Place)]) -> Vec<Place> {
    let class = form.class;
    let near = others.iter().filter(|(other, _)| {
        let other = other.class();
        let same_season = other.season() == class.season();
        let same_trend = other.trend() == class.trend() && other.is_damped() == class.is_damped();
        same_season && (same_trend || other.is_relative() == class.is_relative())
    });
    near.map(|(other, at)| {
        let mut at = *at;
        if !other.class().has_trend() {
            (at[1], at[5]) = (0.02, 0.0);
        }
        if class.is_damped() && !other.class().is_damped() {
            at[3] = 0.975;
        }
        at
    })
    .collect()
}
