//! The cases that are comparable with a series, and their weights.

use std::collections::BTreeSet;
use std::sync::Arc;

use ndarray::Array1;

use crate::forecast::{Condition, Reading};
use crate::models::contract::{FitError, Refusal};
use crate::models::range::Range;
use crate::models::{Finding, Link};
use crate::series::Series;

use super::ReferenceClass;
use super::class::{Case, Scale, Track};
use super::model::{FittedReference, NAME};

/// The weight of the whole class, in cases, that is added so that no odds depend on a handful of cases.
const PSEUDO_CASES: f64 = 2.0;
/// The largest number of years over which growth is compared; fewer if the value that long ago is missing.
const LONGEST_WINDOW: usize = 3;
/// The tolerance for rounding of a change, on the scale of logarithms.
const ROUNDING: f64 = 1e-12;
/// The smallest number of values from which the age of a series is compared.
const TELLS_AGE: usize = 8;

/// The cases of the class that apply to a series, found once. They also apply to series that differ only in their
/// values, such as other draws of an uncertain history.
#[derive(Debug, Clone)]
pub struct Cases {
    class: Arc<ReferenceClass>,
    track: Arc<Track>,
    cases: Arc<[Case]>,
    scale: Scale,
    window: usize,
}

impl Cases {
    pub(super) fn of(class: Arc<ReferenceClass>, series: &Series) -> Result<Self, FitError> {
        let scale = if series.bounds().upper.is_some() { Scale::LogOdds } else { Scale::Log };
        let n = series.len();
        let known = |window: &usize| *window < n && !series.values()[n - 1 - window].is_nan();
        let Some(window) = (1..=LONGEST_WINDOW).rev().find(known) else {
            let reason = Refusal::Missing { periods: series.missing_in_words() };
            return Err(FitError { model: NAME.to_owned(), reason });
        };
        let until = series.last_period().calendar_year().unwrap_or(i64::MAX);
        let cases: Arc<[Case]> = class.cases(scale, window, series.id(), until).into();
        if cases.is_empty() {
            return Err(FitError { model: NAME.to_owned(), reason: Refusal::NoCases });
        }
        Ok(Self { track: class.track(scale), class, cases, scale, window })
    }

    /// The weights of the cases for a series that meets the requirements.
    ///
    /// # Errors
    /// The series has a value at its upper bound.
    pub fn comparable(&self, series: &Series) -> Result<Comparable, FitError> {
        let link = match (self.scale, series.bounds().upper) {
            (Scale::LogOdds, Some(upper)) if series.values().iter().all(|v| v.is_nan() || *v < upper) => {
                Link::Logit { lower: 0.0, upper }
            }
            (Scale::LogOdds, Some(upper)) => {
                return Err(FitError { model: NAME.to_owned(), reason: Refusal::Bounded { upper } });
            }
            _ => Link::Log,
        };
        let z: Vec<f64> = series.values().iter().map(|v| link.forward(*v)).collect();
        let kernel = Kernel::of(&z, self.window);
        let everywhere = PSEUDO_CASES / self.cases.len() as f64;
        let kernel_weights: Vec<f64> = self.cases.iter().map(|case| kernel.weight(case)).collect();
        let rests_on = RestsOn::of(&self.class, &self.cases, &kernel_weights);
        Ok(Comparable {
            class: Arc::clone(&self.class),
            track: Arc::clone(&self.track),
            cases: Arc::clone(&self.cases),
            weights: kernel_weights.into_iter().map(|weight| weight + everywhere).collect(),
            link,
            growth: kernel.mean,
            start: z[z.len() - 1],
            rests_on,
        })
    }

    /// Fits the model to a series.
    ///
    /// # Errors
    /// The series has a value at its upper bound.
    pub fn fit(&self, series: &Series) -> Result<FittedReference, FitError> {
        let mut last = series.values()[0];
        let fitted: Array1<f64> = (0..series.len())
            .map(|t| {
                let before = series.values()[t.saturating_sub(1)];
                last = if before.is_nan() { last } else { before };
                last
            })
            .collect();
        Ok(FittedReference::new(series.id(), fitted, Range::of(series, Link::Identity), self.comparable(series)?))
    }
}

/// The features of a series that determine how comparable a case is.
#[derive(Debug, Clone, Copy)]
struct Kernel {
    mean: f64,
    last: Option<f64>,
    age: Option<f64>,
    below: f64,
}

impl Kernel {
    fn of(z: &[f64], window: usize) -> Self {
        let n = z.len();
        let peak = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Self {
            mean: (z[n - 1] - z[n - 1 - window]) / window as f64,
            last: (window > 1).then(|| z[n - 1] - z[n - 2]).filter(|last| !last.is_nan()),
            // A short series may have begun before its first value.
            age: (n >= TELLS_AGE).then(|| (n as f64).ln()),
            below: z[n - 1] - peak,
        }
    }

    fn weight(self, case: &Case) -> f64 {
        let square = |difference: f64, bandwidth: f64| (difference / bandwidth).powi(2);
        let mean = square(case.mean - self.mean, (0.15 * self.mean.abs()).max(0.03));
        let last = self.last.map_or(0.0, |last| square(case.last - last, (0.3 * last.abs()).max(0.06)));
        let age = self.age.map_or(0.0, |age| square(case.age - age, 0.5));
        (-0.5 * (mean + last + age + square(case.below - self.below, 0.2))).exp()
    }
}

/// The comparable cases with their weights.
#[derive(Debug, Clone)]
pub struct Comparable {
    class: Arc<ReferenceClass>,
    pub(super) track: Arc<Track>,
    pub(super) cases: Arc<[Case]>,
    pub(super) weights: Vec<f64>,
    pub(super) link: Link,
    /// The mean growth per year, on the scale of the link.
    pub(super) growth: f64,
    /// The last value, on the scale of the link.
    pub(super) start: f64,
    rests_on: RestsOn,
}

/// The outcome of one comparable case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precedent {
    /// Its weight.
    pub weight: f64,
    /// The index of its ramp, for [`Comparable::technology_and_place`].
    pub ramp: usize,
    /// Whether it reached the target; `None` where its record ends too early.
    pub reached: Option<bool>,
}

/// One of the most comparable cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NearCase<'a> {
    /// The ramp's name.
    pub ramp: &'a str,
    /// The year.
    pub year: i64,
    /// The weight as a share of the largest weight.
    pub weight: f64,
    /// The growth of its last year, as a multiple (of the odds, for shares).
    pub growth: f64,
    /// The multiple that it reached by the end (of the odds, for shares); `None` where that is not known.
    pub multiple: Option<f64>,
    /// Whether it reached the target by then; `None` where its record ends too early.
    pub reached: Option<bool>,
}

impl Comparable {
    /// The outcome of each case: whether its next `steps` years, continued from the series' last value, reached
    /// `target` (in units of the series); it is known for cases whose record continues for at least `known` and at
    /// least `steps` years.
    pub fn precedents(
        &self,
        condition: Condition,
        target: f64,
        steps: usize,
        known: usize,
        reading: Reading,
    ) -> impl Iterator<Item = Precedent> {
        let change = condition.relaxed(self.link.forward(target) - self.start, ROUNDING);
        self.cases.iter().zip(&self.weights).map(move |(case, weight)| {
            let values = (1..=steps).map(|step| case.ahead(&self.track, step));
            // Short records are left out even if they reached the target early; counting only those would bias the
            // share.
            let whole = steps > 0 && case.years() >= steps.max(known);
            let reached = whole.then(|| condition.reached(reading, change, values));
            Precedent { weight: *weight, ramp: case.ramp, reached }
        })
    }

    /// The sum of the weights of all cases.
    pub fn total_weight(&self) -> f64 {
        self.weights.iter().sum()
    }

    /// The technology and the place of a ramp, by their main names.
    pub fn technology_and_place(&self, ramp: usize) -> (&str, &str) {
        let ramp = self.class.ramps().get(ramp);
        ramp.map_or(("", ""), |ramp| (self.class.canonical(ramp.technology()), self.class.canonical(ramp.entity())))
    }

    /// The cases with the largest weights, and their outcomes `steps` years later; weights are shares of the largest.
    pub fn nearest(&self, count: usize, condition: Condition, target: f64, steps: usize) -> Vec<NearCase<'_>> {
        let mut all: Vec<(usize, Precedent)> =
            self.precedents(condition, target, steps, steps, Reading::By).enumerate().collect();
        all.sort_by(|(a, x), (b, y)| y.weight.total_cmp(&x.weight).then(a.cmp(b)));
        let most = all.first().map_or(1.0, |(_, precedent)| precedent.weight);
        let near = |(at, precedent): (usize, Precedent)| {
            let case = &self.cases[at];
            let growth_after = (case.years() >= steps && steps > 0).then(|| case.ahead(&self.track, steps));
            NearCase {
                ramp: self.class.ramps().get(case.ramp).map_or("", |ramp| ramp.id()),
                year: case.year(&self.track),
                weight: precedent.weight / most,
                growth: case.last.exp(),
                multiple: growth_after.map(f64::exp),
                reached: precedent.reached,
            }
        };
        all.into_iter().take(count).map(near).collect()
    }

    /// The effective number of cases, and their technologies and places.
    pub fn rests_on(&self) -> RestsOn {
        self.rests_on
    }

    /// How many cases there are and by which growth they were compared.
    pub fn finding(&self) -> Finding {
        let RestsOn { cases, technologies, places } = self.rests_on;
        let of_odds = self.link != Link::Log;
        Finding::ComparableCases { cases, growth: self.growth.exp_m1(), of_odds, technologies, places }
    }
}

/// The evidence behind the weights: Kish's effective number of cases, and their technologies and places.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RestsOn {
    /// The effective number of cases, (Σ w)² / Σ w² (Kish 1965).
    pub cases: f64,
    /// The number of technologies among the cases with at least a tenth of the weight of an identical case.
    pub technologies: usize,
    /// The number of places among the same cases.
    pub places: usize,
}

impl RestsOn {
    fn of(class: &ReferenceClass, cases: &[Case], weights: &[f64]) -> Self {
        let sum: f64 = weights.iter().sum();
        let squares: f64 = weights.iter().map(|w| w * w).sum();
        let ramps: BTreeSet<usize> =
            cases.iter().zip(weights).filter(|(_, w)| **w > 0.1).map(|(c, _)| c.ramp).collect();
        let used = || ramps.iter().filter_map(|ramp| class.ramps().get(*ramp));
        Self {
            cases: if squares > 0.0 { sum * sum / squares } else { 0.0 },
            technologies: used().map(|ramp| class.canonical(ramp.technology())).collect::<BTreeSet<_>>().len(),
            places: used().map(|ramp| class.canonical(ramp.entity())).collect::<BTreeSet<_>>().len(),
        }
    }
}
