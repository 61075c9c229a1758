//! The input of the engine: values, some of which may be missing, and level shifts.

use crate::series::Series;

/// Values `(n,)`, NaN where missing, and the periods at which the level shifts.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
    /// The values, NaN where missing.
    pub values: &'a [f64],
    /// The indices of the periods at which the level shifts by an unknown amount, in ascending order.
    pub shifts: &'a [usize],
}

impl<'a> From<&'a Series> for Observed<'a> {
    fn from(series: &'a Series) -> Self {
        Self { values: series.as_slice(), shifts: series.level_shifts() }
    }
}

impl<'a> From<&'a [f64]> for Observed<'a> {
    fn from(values: &'a [f64]) -> Self {
        Self { values, shifts: &[] }
    }
}

impl<'a, const N: usize> From<&'a [f64; N]> for Observed<'a> {
    fn from(values: &'a [f64; N]) -> Self {
        Self::from(&values[..])
    }
}

impl<'a> From<&'a Vec<f64>> for Observed<'a> {
    fn from(values: &'a Vec<f64>) -> Self {
        Self::from(&values[..])
    }
}

/// Whether a period is missing or begins with a level shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark {
    pub(super) missing: bool,
    pub(super) shift: bool,
}

impl Observed<'_> {
    /// The marks of the periods; empty where no period is missing and no level shifts.
    pub(super) fn marks(&self) -> Vec<Mark> {
        let plain = self.shifts.is_empty() && !self.values.iter().any(|v| v.is_nan());
        let mark = |(t, value): (usize, &f64)| Mark { missing: value.is_nan(), shift: self.shifts.contains(&t) };
        if plain { Vec::new() } else { self.values.iter().enumerate().map(mark).collect() }
    }

    /// The number of values less the number of shifts in the first `n` periods.
    pub(super) fn counted(&self, n: usize) -> usize {
        let known = self.values[..n].iter().filter(|v| !v.is_nan()).count();
        known.saturating_sub(self.shifts.iter().filter(|t| **t < n).count())
    }
}
