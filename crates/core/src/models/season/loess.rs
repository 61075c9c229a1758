//! Locally weighted regression (loess) on equally spaced values (Cleveland 1979), as in STL.
//!
//! At a place x the fit over the nearest values has weights w_j = (1 - (|j - x| / h)³)³, h the distance to the
//! furthest, wider by half the excess where the window is longer than the series; constant or linear. Without
//! robustness weights the fit is Σ l_j y_j, where l depends on the place only. So l is computed once and serves all
//! inner iterations and every subseries of a length; far from the ends it is the same for all places. It is computed at
//! every `jump`-th place and the last, and interpolated linearly in between (Cleveland, Cleveland, McRae and Terpenning
//! 1990).

use crate::numerics::vectors::wide_dot;

/// The settings of one of STL's smoothers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Smoothing {
    /// The number of values in each local fit; odd.
    pub window: usize,
    /// Whether lines are fitted instead of constants.
    pub linear: bool,
    /// The number of places from one fit to the next.
    pub jump: usize,
}

/// The smoother for series of one length.
#[derive(Debug)]
pub(super) struct Loess {
    n: usize,
    linear: bool,
    rows: Vec<Row>,
    /// The neighbourhood weights, one slice per distinct row.
    tricubes: Vec<f64>,
    /// The weights l, in the same slices.
    operators: Vec<f64>,
}

/// A place of a local fit.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// The index of its result.
    out: usize,
    /// The index of the first value that it uses.
    left: usize,
    /// The place relative to that value.
    offset: f64,
    /// The start of its slice of the weights.
    from: usize,
    count: usize,
}

impl Loess {
    /// For `n` (at least one) values, whose fits go to as many places; with `beyond` also to one place before the first
    /// and one after the last.
    pub(super) fn new(n: usize, smoothing: Smoothing, beyond: bool) -> Self {
        let Smoothing { window, linear, jump } = smoothing;
        let mut loess = Self { n, linear, rows: Vec::new(), tricubes: Vec::new(), operators: Vec::new() };
        let count = window.min(n);
        let half = window.div_ceil(2);
        let left = |place: usize| (place + 1).saturating_sub(half).min(n - count);
        let shift = usize::from(beyond);
        if beyond {
            loess.push(0, -1.0, 0, window);
        }
        let jump = jump.clamp(1, (n - 1).max(1));
        for place in (0..n).step_by(jump) {
            loess.push(place + shift, place as f64, left(place), window);
        }
        if !(n - 1).is_multiple_of(jump) {
            // Cleveland's program fits the last place over the window of the one before.
            let before = (n - 1) / jump * jump;
            loess.push(n - 1 + shift, (n - 1) as f64, left(before), window);
        }
        if beyond {
            loess.push(n + 1, n as f64, n - count, window);
        }
        loess
    }

    fn push(&mut self, out: usize, place: f64, left: usize, window: usize) {
        let count = window.min(self.n);
        let offset = place - left as f64;
        let mut row = Row { out, left, offset, from: self.tricubes.len(), count };
        match self.rows.last() {
            Some(last) if last.offset == offset => row.from = last.from,
            _ => {
                let wider = ((window - count) / 2) as f64;
                let reach = offset.max((count - 1) as f64 - offset) + wider;
                self.tricubes.extend((0..count).map(|j| tricube((j as f64 - offset).abs(), reach)));
                self.operators.extend_from_slice(&self.tricubes[row.from..]);
                let range = (self.n - 1) as f64;
                if !weigh(&mut self.operators[row.from..], offset, self.linear, range) {
                    // If no neighbour has weight, the value itself is the fit.
                    let own = (offset.max(0.0) as usize).min(count - 1);
                    self.operators[row.from + own] = 1.0;
                }
            }
        }
        self.rows.push(row);
    }

    /// The length of the result.
    fn places(&self) -> usize {
        self.rows.last().map_or(0, |row| row.out + 1)
    }

    /// The weights l of all values in the fits at the first and at the last of them, each `(n,)`; of a smoother that
    /// does not go beyond.
    pub(super) fn ends(&self) -> (Vec<f64>, Vec<f64>) {
        let weights = |row: Option<&Row>| {
            let mut weights = vec![0.0; self.n];
            if let Some(row) = row {
                let l = &self.operators[row.from..row.from + row.count];
                weights[row.left..row.left + row.count].copy_from_slice(l);
            }
            weights
        };
        (weights(self.rows.first()), weights(self.rows.last()))
    }

    /// The mean weight l of a value in its own fit; of a smoother that does not go beyond.
    pub(super) fn mean_own_weight(&self) -> f64 {
        let own = |row: &Row| self.operators[row.from + (row.offset as usize).min(row.count - 1)];
        self.rows.iter().map(own).sum::<f64>() / self.rows.len().max(1) as f64
    }

    /// Smooths `y` with robustness weights, if any, into the first places of `out`; `scratch` holds a window.
    pub(super) fn smooth(&self, y: &[f64], robustness: Option<&[f64]>, scratch: &mut Vec<f64>, out: &mut [f64]) {
        let mut before: Option<usize> = None;
        for row in &self.rows {
            let values = &y[row.left..row.left + row.count];
            out[row.out] = match robustness {
                None => wide_dot::<4>(&self.operators[row.from..row.from + row.count], values),
                Some(robustness) => {
                    let tricubes = &self.tricubes[row.from..row.from + row.count];
                    scratch.clear();
                    scratch.extend(tricubes.iter().zip(&robustness[row.left..]).map(|(w, r)| w * r));
                    if weigh(scratch, row.offset, self.linear, (self.n - 1) as f64) {
                        wide_dot::<4>(scratch, values)
                    } else {
                        // As in Cleveland's program, the fit is the value itself and, beyond the ends, the fit of its
                        // neighbour.
                        let place = row.left as f64 + row.offset;
                        match before {
                            Some(before) if place >= self.n as f64 => out[before],
                            _ => y[place.max(0.0) as usize],
                        }
                    }
                }
            };
            if let Some(before) = before.filter(|before| row.out - before > 1) {
                let step = (out[row.out] - out[before]) / (row.out - before) as f64;
                for place in before + 1..row.out {
                    out[place] = out[before] + step * (place - before) as f64;
                }
            }
            before = Some(row.out);
        }
        debug_assert!(self.places() <= out.len());
    }
}

fn tricube(distance: f64, reach: f64) -> f64 {
    if distance <= 0.001 * reach {
        1.0
    } else if distance <= 0.999 * reach {
        let ratio = distance / reach;
        let rest = 1.0 - ratio * ratio * ratio;
        rest * rest * rest
    } else {
        0.0
    }
}

/// Turns neighbourhood weights into the weights l of the fit at `offset`; `false` where all of them are zero.
fn weigh(weights: &mut [f64], offset: f64, linear: bool, range: f64) -> bool {
    let total: f64 = weights.iter().sum();
    if total.is_nan() || total <= 0.0 {
        return false;
    }
    weights.iter_mut().for_each(|w| *w /= total);
    if linear {
        let mean: f64 = weights.iter().enumerate().map(|(j, w)| w * j as f64).sum();
        let spread: f64 = weights.iter().enumerate().map(|(j, w)| w * (j as f64 - mean).powi(2)).sum();
        // A line through values at a single place has no slope.
        if spread.sqrt() > 0.001 * range {
            let slope = (offset - mean) / spread;
            weights.iter_mut().enumerate().for_each(|(j, w)| *w *= slope * (j as f64 - mean) + 1.0);
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line is its own local line, also beyond the ends, between jumps and under robustness weights.
    #[test]
    fn a_line_is_its_own_smooth() {
        for n in 1..30 {
            for (window, jump) in [(3, 1), (7, 2), (13, 5), (101, 40)] {
                let y: Vec<f64> = (0..n).map(|t| 5.0 - 2.0 * t as f64).collect();
                let loess = Loess::new(n, Smoothing { window, linear: true, jump }, true);
                let weights: Vec<f64> = (0..n).map(|t| 0.5 + 0.1 * (t % 4) as f64).collect();
                for robustness in [None, Some(weights.as_slice())] {
                    let mut out = vec![f64::NAN; n + 2];
                    loess.smooth(&y, robustness, &mut Vec::new(), &mut out);
                    for (place, out) in out.iter().enumerate() {
                        let line = if n == 1 { 5.0 } else { 7.0 - 2.0 * place as f64 };
                        // A window of three has weight at the place alone: a constant.
                        let slack = if window == 3 || n < 3 { 4.1 } else { 1e-9 };
                        assert!((out - line).abs() < slack, "{n} {window} {jump} {place}: {out} {line}");
                    }
                }
            }
        }
    }

    #[test]
    fn values_without_weight_stay() {
        let loess = Loess::new(6, Smoothing { window: 3, linear: false, jump: 1 }, false);
        let (y, mut out) = ([1.0, 5.0, 2.0, 8.0, 3.0, 4.0], [0.0; 6]);
        loess.smooth(&y, Some(&[0.0; 6]), &mut Vec::new(), &mut out);
        assert_eq!(out, y);
    }
}
