//! Descent of the likelihood inside its region.
//!
//! The steps are damped ones of Gauss and Newton. A coordinate that a step would carry over an end of its range is stopped
//! there and the others are solved again, so that a fit moves along the edge of the region, on which many of these
//! likelihoods have their maximum. Initial states enter without bounds: for additive
//! errors without a multiplicative season they are linear, and one step on them alone is their least squares.

use crate::numerics::cholesky;
use crate::numerics::gauss_newton::{DampedSteps, Schedule, descend};

use super::likelihood::{FIXED, MARGIN, MOST, Normal, Place, pass, point};
use super::recursion::Form;

/// The ranges of the first four coordinates.
pub(super) const RANGES: [(f64, f64); 4] = [(MARGIN, 1.0 - MARGIN), (0.0, 1.0), (0.0, 1.0), (0.8, 0.98)];

/// A place and twice its negative log-likelihood without the constant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) at: Place,
    pub(super) deviance: f64,
}

/// The likelihood of one form on complete values.
#[derive(Debug)]
pub(super) struct Descent<'a> {
    pub(super) form: Form,
    pub(super) y: &'a [f64],
    normal: &'a mut Normal,
}

impl<'a> Descent<'a> {
    pub(super) fn new(form: Form, y: &'a [f64], normal: &'a mut Normal) -> Self {
        Self { form, y, normal }
    }

    pub(super) fn candidate(&self, at: Place) -> Candidate {
        Candidate { at, deviance: pass(self.form, self.y, point(self.form, &at), |_| {}).deviance }
    }

    /// Goes down from a candidate in the free coordinates until a step gains less than `tolerance`.
    pub(super) fn down(&mut self, from: Candidate, free: &[bool; MOST], (tolerance, steps): (f64, usize)) -> Candidate {
        if !from.deviance.is_finite() {
            return from;
        }
        let schedule = Schedule { rise: 10.0, rises_from: 1e-5, least: 1e-10, tolerance, steps };
        let (at, deviance) = descend(&mut Steps { descent: self, free }, (from.at, from.deviance), schedule);
        Candidate { at, deviance }
    }

    /// The place after one damped step.
    fn step(&self, at: &Place, free: &[bool; MOST], damping: f64) -> Option<Place> {
        let (matrix, gradient) = (&self.normal.matrix, &self.normal.gradient);
        let entry = |i: usize, j: usize| if i >= j { matrix[i][j] } else { matrix[j][i] };
        let width = FIXED + self.form.length - 1;
        let mut moves = [0.0; MOST];
        let mut loose = [0; MOST];
        let mut count = 0;
        // At an end of α's range the share of β in it, or of γ beside it, is a range of no width.
        let collapsed = |i: usize| (i == 2 && at[0] >= RANGES[0].1) || (i == 1 && at[0] <= RANGES[0].0);
        for i in (0..width).filter(|i| free[*i] && matrix[*i][*i] > 0.0 && !collapsed(*i)) {
            let outward = i < RANGES.len()
                && ((at[i] <= RANGES[i].0 && gradient[i] > 0.0) || (at[i] >= RANGES[i].1 && gradient[i] < 0.0));
            if !outward {
                loose[count] = i;
                count += 1;
            }
        }
        loop {
            let mut factor = [0.0; MOST * MOST];
            let mut solved = [0.0; MOST];
            for (row, &i) in loose[..count].iter().enumerate() {
                let stopped = (0..RANGES.len()).filter(|j| !loose[..count].contains(j));
                solved[row] = -gradient[i] - stopped.map(|j| entry(i, j) * moves[j]).sum::<f64>();
                for (column, &j) in loose[..=row].iter().enumerate() {
                    factor[row * count + column] = entry(i, j);
                }
                factor[row * count + row] *= 1.0 + damping;
            }
            cholesky::factor_definite(&mut factor, count)?;
            cholesky::solve(&factor, &mut solved[..count]);
            let mut kept = 0;
            let before = count;
            for row in 0..before {
                let i = loose[row];
                let end = RANGES.get(i).map(|(low, high)| (low - at[i], high - at[i]));
                match end {
                    Some((low, high)) if solved[row] < low || solved[row] > high => {
                        moves[i] = solved[row].clamp(low, high)
                    }
                    _ => {
                        moves[i] = solved[row];
                        loose[kept] = i;
                        kept += 1;
                    }
                }
            }
            count = kept;
            if count == before {
                break;
            }
        }
        let mut next: Place = std::array::from_fn(|i| at[i] + moves[i]);
        for (value, (low, high)) in next.iter_mut().zip(RANGES) {
            *value = value.clamp(low, high);
        }
        next.iter().all(|value| value.is_finite()).then_some(next)
    }
}

/// A descent in the free coordinates.
struct Steps<'a, 'b> {
    descent: &'a mut Descent<'b>,
    free: &'a [bool; MOST],
}

impl DampedSteps for Steps<'_, '_> {
    type Place = Place;

    fn linearise(&mut self, place: &Place) {
        self.descent.normal.fill(self.descent.form, self.descent.y, place);
    }

    fn step(&self, place: &Place, damping: f64) -> Option<Place> {
        self.descent.step(place, self.free, damping)
    }

    fn cost(&mut self, place: &Place) -> Option<f64> {
        Some(self.descent.candidate(*place).deviance)
    }
}
