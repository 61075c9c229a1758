//! Grids in which only an AR(1) error changes the states. Each point is a regression, which linfa-linear fits.

use linfa_linalg::qr::QR;
use linfa_linalg::triangular::{SolveTriangular, UPLO};
use ndarray::{Array1, Array2, ArrayView1, ArrayViewMut1, ShapeBuilder};

use crate::models::whitening::{Whitening, carried, least_squares};

use super::observed::Mark;
use super::recursion::Track;
use super::{Cell, Space};

/// The regressions of a grid of [`Space::line`] or [`Space::parabola`] for series with the same missing periods and
/// shifts. They do not depend on the values.
#[derive(Debug)]
pub(super) struct Regressions {
    n: usize,
    marks: Vec<Mark>,
    /// The periods that have a value.
    known: Vec<usize>,
    time: Time,
    season: usize,
    cells: Vec<Option<Regression>>,
}

/// The regression of one grid point on whitened powers of time.
///
/// The other regressors (the waves of the season and the steps of the level shifts) are first partialled out of the
/// powers and the values (Frisch and Waugh 1933). The fit has the same coefficients and residuals, but two or three
/// columns instead of up to fifteen. Whitened, the other regressors are Q R.
#[derive(Debug)]
struct Regression {
    rho: f64,
    whitening: Whitening,
    /// The powers `(known, powers)`, by columns.
    powers: Array2<f64>,
    /// Q' `(others, known)`, and Q' times the powers before they were partialled out, `(others, powers)`.
    directions: Array2<f64>,
    along: Array2<f64>,
    /// The effects of the directions at the end on the level and on each state of the season, `(1 + season, others)`.
    ending: Array2<f64>,
}

/// Time counted from the middle in units of half the length, so that its powers are numbers up to one.
#[derive(Debug, Clone, Copy)]
struct Time {
    middle: f64,
    half: f64,
    powers: usize,
}

impl Time {
    fn new(n: usize, powers: usize) -> Self {
        let middle = 0.5 * n.saturating_sub(1) as f64;
        Self { middle, half: middle.max(1.0), powers }
    }

    fn at(self, t: f64) -> f64 {
        (t - self.middle) / self.half
    }

    /// The value in period `t` and its forward differences there, one for each power.
    fn differences(self, t: f64, coefficients: &Array1<f64>) -> [f64; 3] {
        let time = self.at(t);
        let step = 1.0 / self.half;
        let [constant, linear, square] = std::array::from_fn(|power| coefficients.get(power).copied().unwrap_or(0.0));
        [
            constant + time * (linear + time * square),
            step * (linear + square * (2.0 * time + step)),
            2.0 * square * step * step,
        ]
    }
}

impl Regressions {
    /// The regressions of `cells`, whose spaces differ in their autocorrelation alone, for `n` periods with `marks`.
    pub(super) fn new(cells: &[Cell], n: usize, marks: Vec<Mark>) -> Self {
        let space = cells.first().map(|cell| &cell.space);
        let marked = |t: usize| marks.get(t).copied().unwrap_or_default();
        let known: Vec<usize> = (0..n).filter(|t| !marked(*t).missing).collect();
        let waves = space.and_then(|space| space.season).map(|season| season.directions()).unwrap_or_default();
        let shifts: Vec<usize> = (0..n).filter(|t| marked(*t).shift).collect();
        let season = waves.first().map_or(0, Vec::len);
        let time = Time::new(n, space.map_or(0, |space| space.free));
        let powers = Array2::from_shape_fn((known.len(), time.powers).f(), |(row, power)| {
            (0..power).fold(1.0, |product, _| product * time.at(known[row] as f64))
        });
        // The effect of each regressor on the level from period `t` on, and on the season.
        let step = |shift: usize, t: usize| f64::from(u8::from(t >= shift));
        let columns = waves.len() + shifts.len();
        let others = Array2::from_shape_fn((known.len(), columns).f(), |(row, column)| match waves.get(column) {
            Some(wave) => wave[known[row] % season],
            None => step(shifts[column - waves.len()], known[row]),
        });
        let states = Array2::from_shape_fn((1 + season, columns), |(state, column)| match waves.get(column) {
            Some(wave) => {
                if state == 0 {
                    0.0
                } else {
                    wave[state - 1]
                }
            }
            None => f64::from(u8::from(state == 0)),
        });
        let regression = |cell: &Cell| Regression::new(&cell.space, &known, [powers.clone(), others.clone()], &states);
        let cells = cells.iter().map(regression).collect();
        Self { n, known, time, season, cells, marks }
    }

    /// Whether these are the regressions for `n` periods with these marks.
    pub(super) fn serves(&self, n: usize, marks: &[Mark]) -> bool {
        self.n == n && self.marks == marks
    }

    /// The states after the last of `values` `(n,)` at each grid point, and the residual sums of squares.
    pub(super) fn fit(&self, values: &[f64]) -> Track {
        let known: Array1<f64> = self.known.iter().map(|t| values[*t]).collect();
        let mut track = Track::after(self.n, self.cells.len(), self.time.powers + 1 + self.season);
        for (place, regression) in self.cells.iter().enumerate() {
            let fit = regression.as_ref().and_then(|regression| self.fit_one(regression, known.clone()));
            let (states, squares) = fit.unwrap_or((Vec::new(), f64::INFINITY));
            track.set(place, &states, squares);
        }
        track
    }

    fn fit_one(&self, regression: &Regression, mut values: Array1<f64>) -> Option<(Vec<f64>, f64)> {
        let (last, last_value) = (*self.known.last()?, *values.last()?);
        let (coefficients, added, squares) = regression.fit(&mut values)?;
        let in_season = if self.season == 0 { 0.0 } else { added[1 + last % self.season] };
        let curve = self.time.differences(last as f64, &coefficients)[0] + added[0] + in_season;
        let end = self.time.differences(self.n as f64 - 1.0, &coefficients);
        let mut states = Vec::with_capacity(self.time.powers + 1 + self.season);
        states.extend(&end[..self.time.powers]);
        states[0] += added[0];
        states.push(carried(regression.rho, self.n - last).0 * (last_value - curve));
        states.extend(added.iter().skip(1));
        Some((states, squares))
    }
}

impl Regression {
    /// `None` where the other regressors are not linearly independent.
    fn new(
        space: &Space,
        known: &[usize],
        [mut powers, mut others]: [Array2<f64>; 2],
        states: &Array2<f64>,
    ) -> Option<Self> {
        let rho = space.gain[space.free];
        let whitening = Whitening::new(rho, known.iter().copied());
        for mut column in powers.columns_mut().into_iter().chain(others.columns_mut()) {
            whitening.apply(column.as_slice_mut()?);
        }
        let (q, r) = others.qr().ok()?.into_decomp();
        let largest = r.diag().iter().fold(0.0_f64, |largest, d| largest.max(d.abs()));
        if r.diag().iter().any(|d| d.abs() <= largest * 1e-13) {
            return None;
        }
        let inverse = r.solve_triangular(&Array2::eye(r.nrows()), UPLO::Upper).ok()?;
        let directions = q.t().as_standard_layout().into_owned();
        let along = directions.dot(&powers);
        for (column, sizes) in along.columns().into_iter().enumerate() {
            subtract(&directions, &sizes, powers.column_mut(column));
        }
        Some(Self { rho, whitening, powers, directions, along, ending: states.dot(&inverse) })
    }

    /// The coefficients of the powers of time, the effects of the other regressors at the end, and the residual sum of
    /// squares. The residuals are left in `values`.
    fn fit(&self, values: &mut Array1<f64>) -> Option<(Array1<f64>, Array1<f64>, f64)> {
        self.whitening.apply(values.as_slice_mut()?);
        let explained = self.directions.dot(&*values);
        subtract(&self.directions, &explained.view(), values.view_mut());
        let coefficients = least_squares(self.powers.view(), values)?;
        let added = self.ending.dot(&(explained - self.along.dot(&coefficients)));
        Some((coefficients, added, values.dot(values)))
    }
}

/// Subtracts from a column its parts along orthonormal `directions` `(directions, rows)` with these `sizes`.
fn subtract(directions: &Array2<f64>, sizes: &ArrayView1<'_, f64>, mut column: ArrayViewMut1<'_, f64>) {
    for (direction, size) in directions.rows().into_iter().zip(sizes) {
        column.scaled_add(-size, &direction);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::engine::observed::Observed;
    use crate::models::engine::recursion::{LANES, Recursion};

    /// Compares the fits by linfa-linear with the recursion, which shares no code with them: residual sums of squares
    /// and final states of lines and parabolas with a season, gaps and level shifts.
    #[test]
    fn fits_equal_the_recursion() {
        let plain: Vec<f64> =
            (0..60).map(|t| f64::from((t * t * 7) % 23) + 0.4 * f64::from(t + 12 * (t % 4))).collect();
        let cases: [(&[usize], &[usize]); 5] =
            [(&[], &[]), (&[0, 1, 17, 18, 40], &[]), (&[58, 59], &[30]), (&[], &[9, 31]), (&[5, 20, 21, 59], &[20])];
        for ((missing, shifts), season, space) in cases.iter().flat_map(|case| {
            let spaces: [fn(f64) -> Space; 2] = [Space::line, Space::parabola];
            [0, 4, 12].into_iter().flat_map(move |season| spaces.map(|space| (*case, season, space)))
        }) {
            let mut values = plain.clone();
            missing.iter().for_each(|t| values[*t] = f64::NAN);
            let marks = Observed { values: &values, shifts }.marks();
            let cell = |rho: f64| Cell { space: space(rho).with_season(season, 0.0, 5), prior: 1.0, parameter: rho };
            let cells = [0.0, 0.5, 0.8, 0.9, 0.98].map(cell);
            let recursion = Recursion::new(&cells, values.len(), marks.clone()).run(&values, values.len());
            let fits = Regressions::new(&cells, values.len(), marks).fit(&values);
            for (index, cell) in cells.iter().enumerate() {
                let what = format!("{} {season} {missing:?} {shifts:?}", cell.parameter);
                let (chunk, lane) = (index / LANES, index % LANES);
                let squares = [&fits, &recursion].map(|track| track.squares(values.len(), chunk)[lane]);
                assert!((squares[0] / squares[1] - 1.0).abs() < 1e-9, "{what}: {squares:?}");
                let states = [&fits, &recursion].map(|track| track.states(values.len(), chunk));
                for (fit, state) in states[0].iter().zip(states[1]) {
                    assert!(
                        (fit[lane] - state[lane]).abs() < 1e-9 * (1.0 + state[lane].abs()),
                        "{what}: {fit:?} {state:?}"
                    );
                }
            }
        }
    }
}
