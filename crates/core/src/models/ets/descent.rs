//! Descent of the likelihood inside its region.
//!
//! Steps of Gauss and Newton, damped as Levenberg (1944) and Marquardt (1963) do; a coordinate that a step would carry
//! over an end of its range is stopped there and the others are solved again, so that a fit moves along the edge of the
//! region on which so many of these likelihoods have their maximum. Initial states enter without bounds: for additive
//! errors without a multiplicative season they are linear, and one step on them alone is their least squares.

use super::likelihood::{FIXED, MARGIN, MOST, Normal, Place, pass, point};
use super::recursion::Form;

/// The ranges of the first four coordinates.
pub(super) const RANGES: [(f64, f64); 4] = [(MARGIN, 1.0 - MARGIN), (0.0, 1.0), (0.0, 1.0), (0.8, 0.98)];
/// Steps that are tried at one place, each shorter than the one before.
const TRIES: usize = 8;
const FIRST_DAMPING: f64 = 1e-3;
const LEAST_DAMPING: f64 = 1e-10;

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
    pub(super) fn down(
        &mut self,
        from: Candidate,
        free: &[bool; MOST],
        (tolerance, rounds): (f64, usize),
    ) -> Candidate {
        let mut best = from;
        let mut damping = FIRST_DAMPING;
        if !best.deviance.is_finite() {
            return best;
        }
        for _ in 0..rounds {
            self.normal.fill(self.form, self.y, &best.at);
            let mut gain = 0.0;
            for _ in 0..TRIES {
                if let Some(at) = self.step(&best.at, free, damping) {
                    let next = self.candidate(at);
                    if next.deviance < best.deviance {
                        gain = best.deviance - next.deviance;
                        best = next;
                        damping = (0.1 * damping).max(LEAST_DAMPING);
                        break;
                    }
                }
                damping = 10.0 * damping.max(1e-5);
            }
            if gain <= tolerance {
                break;
            }
        }
        best
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
            let mut root = [[0.0; MOST]; MOST];
            let mut solved = [0.0; MOST];
            for (row, &i) in loose[..count].iter().enumerate() {
                let stopped = (0..RANGES.len()).filter(|j| !loose[..count].contains(j));
                solved[row] = -gradient[i] - stopped.map(|j| entry(i, j) * moves[j]).sum::<f64>();
                for (column, &j) in loose[..=row].iter().enumerate() {
                    root[row][column] = entry(i, j);
                }
                root[row][row] *= 1.0 + damping;
            }
            solve(&mut root, &mut solved, count)?;
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

/// Solves a positive definite system by Cholesky's factors, in place; none where it is not definite.
fn solve(matrix: &mut [[f64; MOST]; MOST], right: &mut [f64; MOST], count: usize) -> Option<()> {
    for i in 0..count {
        for j in 0..=i {
            let (above, below) = matrix.split_at_mut(i);
            let row = &mut below[0];
            let other: &[f64; MOST] = if j < i { &above[j] } else { &*row };
            let mut sum = row[j];
            for k in 0..j {
                sum -= row[k] * other[k];
            }
            if j < i {
                row[j] = sum / above[j][j];
            } else if sum > 0.0 && sum.is_finite() {
                row[i] = sum.sqrt();
            } else {
                return None;
            }
        }
    }
    for i in 0..count {
        let sum: f64 = (0..i).map(|k| matrix[i][k] * right[k]).sum();
        right[i] = (right[i] - sum) / matrix[i][i];
    }
    for i in (0..count).rev() {
        let sum: f64 = (i + 1..count).map(|k| matrix[k][i] * right[k]).sum();
        right[i] = (right[i] - sum) / matrix[i][i];
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved() {
        let mut matrix = [[0.0; MOST]; MOST];
        matrix[0][0] = 4.0;
        (matrix[1][0], matrix[1][1]) = (2.0, 3.0);
        let mut right = [0.0; MOST];
        (right[0], right[1]) = (8.0, 8.0);
        solve(&mut matrix, &mut right, 2).unwrap();
        assert!((right[0] - 1.0).abs() < 1e-14 && (right[1] - 2.0).abs() < 1e-14, "{right:?}");
    }
}
