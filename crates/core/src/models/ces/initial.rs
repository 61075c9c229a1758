//! The initial states, for which the innovations are linear: least squares.
//!
//! With the smoothing parameters given, e = r + X d + Z u: r are the innovations from initial states of zero with zero
//! in place of a missing value, a column of X those of a series of zeros from one initial state of one, and a column of
//! Z the answer to a missing value of one. States in a ring, and missing values, differ by a delay alone, so that X and
//! Z are delays of at most five columns, and their products follow along diagonals:
//! G(i + 1, j + 1) = G(i, j) - (product of the two values that the delay pushes out at the end).
//! d is put at its least squares, u is integrated out: the log-likelihood gains -½ ln det Z'Z and counts known values.

use crate::numerics::cholesky;
use crate::numerics::vectors::wide_dot;

use super::recursion::{Space, State, filter};

/// A pivot smaller than this part of its diagonal means a column that others already span; it is left out.
const COLLINEAR: f64 = 1e-11;
/// A column ends where it has so small a sum of squares over a block of steps: the initial state is forgotten. Going on
/// would change nothing, and slowly, as numbers that small are slow.
const FORGOTTEN: f64 = 1e-80;
/// Steps of a block, at least; two seasons, where that is more.
const BLOCK: usize = 64;

/// What the innovations of a series come to at given smoothing parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Concentrated {
    /// The least sum of squares.
    pub(super) squares: f64,
    /// ln det Z'Z of the missing values; zero where none is missing.
    pub(super) log_determinant: f64,
    /// Initial states that the data tell.
    pub(super) states: usize,
}

/// Least squares for the initial states of one series and kind, with its memory.
#[derive(Debug)]
pub(super) struct Initial<'a> {
    values: &'a [f64],
    missing: Vec<usize>,
    /// The values with zeros for missing ones.
    filled: Vec<f64>,
    /// A delayed column: which of the five, and the delay. Missing values come first.
    columns: Vec<(usize, usize)>,
    base: [Vec<f64>; 5],
    /// Where each of the five ends.
    ends: [usize; 5],
    gram: Vec<f64>,
    /// Square roots of the diagonal, by which rows and columns are divided.
    lengths: Vec<f64>,
    right: Vec<f64>,
    /// The missing values and the initial states at the last least squares.
    solution: Vec<f64>,
    errors: Vec<f64>,
    state: State,
}

impl<'a> Initial<'a> {
    pub(super) fn new(values: &'a [f64], space: &Space) -> Self {
        let n = values.len();
        let missing: Vec<usize> = (0..n).filter(|t| values[*t].is_nan()).collect();
        let rings = space.ring_lengths();
        let mut columns: Vec<(usize, usize)> = missing.iter().map(|t| (4, *t)).collect();
        for (ring, length) in rings.iter().enumerate() {
            columns.extend((0..*length).map(|delay| (ring, delay)));
        }
        let width = columns.len();
        Self {
            values,
            filled: values.iter().map(|v| if v.is_nan() { 0.0 } else { *v }).collect(),
            base: std::array::from_fn(|ring| {
                let used = if ring == 4 { !missing.is_empty() } else { rings[ring] > 0 };
                vec![0.0; if used { n } else { 0 }]
            }),
            ends: [0; 5],
            missing,
            columns,
            gram: vec![0.0; width * width],
            lengths: vec![0.0; width],
            right: vec![0.0; width],
            solution: vec![0.0; width],
            errors: vec![0.0; n],
            state: State::zero(space),
        }
    }

    /// Least squares at other smoothing parameters of the same kind; `refinements` more rounds take the rounding out.
    pub(super) fn solve(&mut self, space: &Space, refinements: usize) -> Concentrated {
        self.fill_base(space);
        self.fill_gram();
        let (log_determinant, states) = self.decompose();
        self.solution.fill(0.0);
        let mut squares = self.filter(space);
        for _ in 0..=refinements {
            self.correct();
            squares = self.filter(space);
        }
        Concentrated { squares, log_determinant, states }
    }

    /// The initial states of the last least squares.
    pub(super) fn initial(&self, space: &Space) -> State {
        let mut state = State::zero(space);
        for ((ring, delay), value) in self.columns.iter().zip(&self.solution).skip(self.missing.len()) {
            state.rings[*ring][*delay] = *value;
        }
        state
    }

    /// The values, missing ones at their least squares.
    pub(super) fn filled(&self) -> &[f64] {
        &self.filled
    }

    /// The innovations at the present solution.
    fn filter(&mut self, space: &Space) -> f64 {
        for (t, value) in self.missing.iter().zip(&self.solution) {
            self.filled[*t] = *value;
        }
        self.state.clear();
        for ((ring, delay), value) in self.columns.iter().zip(&self.solution).skip(self.missing.len()) {
            self.state.rings[*ring][*delay] = *value;
        }
        filter(space, &mut self.state, self.filled.iter().copied(), &mut self.errors)
    }

    fn fill_base(&mut self, space: &Space) {
        let block = BLOCK.max(2 * space.season);
        for ring in 0..5 {
            let column = &mut self.base[ring];
            self.state.clear();
            if let Some(first) = self.state.rings.get_mut(ring).and_then(|states| states.first_mut()) {
                *first = 1.0;
            }
            let mut end = 0;
            while end < column.len() {
                let from = end;
                end = (from + block).min(column.len());
                // The last of the five is the answer to a value, not to a state.
                let value = if ring == 4 && from == 0 { 1.0 } else { 0.0 };
                let values = std::iter::once(value).chain(std::iter::repeat(0.0));
                if filter(space, &mut self.state, values, &mut column[from..end]) < FORGOTTEN {
                    break;
                }
            }
            column[end..].fill(0.0);
            self.ends[ring] = end;
        }
    }

    /// The part of a base column before its end, with a delay.
    fn delayed(&self, column: usize) -> (&[f64], usize) {
        let (ring, delay) = self.columns[column];
        (&self.base[ring][..self.ends[ring]], delay)
    }

    /// The lower triangle of the products of all columns.
    fn fill_gram(&mut self) {
        let (width, n) = (self.columns.len(), self.values.len());
        for i in 0..width {
            let (row, late) = self.columns[i];
            for j in 0..=i {
                let (column, early) = self.columns[j];
                let (u, v) = (&self.base[row], &self.base[column]);
                // The same pair of columns one delay earlier; its place is known where both are in the same runs.
                let before = (late > 0 && early > 0 && i > 0 && j > 0)
                    .then(|| (self.columns[i - 1], self.columns[j - 1]))
                    .filter(|(r, c)| *r == (row, late - 1) && *c == (column, early - 1));
                self.gram[i * width + j] = match before {
                    Some(_) => self.gram[(i - 1) * width + j - 1] - u[n - late] * v[n - early],
                    None => product(n, self.delayed(i), self.delayed(j)),
                };
            }
        }
    }

    /// Cholesky's factor in place of the scaled products.
    fn decompose(&mut self) -> (f64, usize) {
        let width = self.columns.len();
        for i in 0..width {
            self.lengths[i] = self.gram[i * width + i].max(0.0).sqrt();
        }
        for (i, row) in self.gram.chunks_exact_mut(width.max(1)).enumerate() {
            let length = self.lengths[i];
            for (product, other) in row[..i].iter_mut().zip(&self.lengths) {
                *product = if length > 0.0 && *other > 0.0 { *product / (length * other) } else { 0.0 };
            }
            row[i] = if length > 0.0 { 1.0 } else { 0.0 };
        }
        cholesky::factor(&mut self.gram, width, COLLINEAR);
        let (mut determinant, mut states) = (0.0, 0);
        for i in (0..width).filter(|i| self.gram[i * width + i] > 0.0) {
            if i < self.missing.len() {
                determinant += 2.0 * (self.gram[i * width + i] * self.lengths[i]).ln();
            } else {
                states += 1;
            }
        }
        (determinant, states)
    }

    /// Takes the part of the innovations that the columns span off the solution.
    fn correct(&mut self) {
        for i in 0..self.columns.len() {
            let product = product(self.errors.len(), self.delayed(i), (&self.errors, 0));
            self.right[i] = if self.lengths[i] > 0.0 { product / self.lengths[i] } else { 0.0 };
        }
        cholesky::solve(&self.gram, &mut self.right);
        for ((solution, value), length) in self.solution.iter_mut().zip(&self.right).zip(&self.lengths) {
            // A column that others span has no part in the solution, and its length may be zero.
            if *value != 0.0 {
                *solution -= value / length;
            }
        }
    }
}

/// The product of two columns of `n` values with their delays.
fn product(n: usize, (u, late): (&[f64], usize), (v, early): (&[f64], usize)) -> f64 {
    let (from, end) = (late.max(early), n.min(late + u.len()).min(early + v.len()));
    if from >= end {
        return 0.0;
    }
    wide_dot::<8>(&u[from - late..end - late], &v[from - early..end - early])
}
