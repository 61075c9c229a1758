//! The recursion of a whole grid. It does not depend on the data, so it is computed once and shared by all series.

use crate::models::Origins;
use crate::numerics::vectors::dot;

use super::Cell;
use super::observed::Mark;
use super::spread::{Spread, Update};

/// The number of grid points computed together, so that the compiler makes vector code of their recursions.
pub(super) const LANES: usize = 4;
/// One number per grid point of a chunk.
pub(super) type Lanes = [f64; LANES];

/// The steps ahead for which the variance of a forecast is stored at each origin.
const STEPS: usize = Origins::MOST_STEPS;
/// The periods between two stored spreads; the spreads in between are computed again from the one before.
const KEEP: usize = 8;

/// The recursion of a grid for series up to a given length, in arrays over chunks of grid points.
///
/// With the free initial states integrated out, the best states after n values, x̂_n, follow the recursion v = z -
/// w'x̂, x̂ ← F x̂ + g v, S ← S + v²/f. The gain g and the variance f of v, in units of σ², depend only on θ and on
/// which periods are missing ([`Spread`]). S is a sum of squares, so a good fit loses no digits.
#[derive(Debug)]
pub(super) struct Recursion {
    /// The number of states beside the season, and the number of states of the season.
    pub(super) states: usize,
    pub(super) season: usize,
    pub(super) chunks: usize,
    /// The length of the longest series that it serves.
    pub(super) length: usize,
    /// The matrix F, `[chunk][row][column]`, and w, `[chunk][state]`, of the states beside the season.
    transition: Vec<Lanes>,
    measure: Vec<Lanes>,
    /// The gains g, `[chunk][period][state]`; the states of the season come last.
    gains: Vec<Lanes>,
    /// 1/f, `[chunk][period]`.
    precisions: Vec<Lanes>,
    /// ½ ln |D'D|, including the variances of the errors, less the logarithm of the prior, `[chunk][values]`.
    penalties: Vec<Lanes>,
    /// The variance of a forecast in units of σ², `[chunk][values][step]`.
    ahead: Vec<Lanes>,
    /// The spread of each cell after every [`KEEP`] periods, `[cell][kept]`.
    spreads: Vec<Vec<Spread>>,
    marks: Vec<Mark>,
}

/// The states and sums of squares of a recursion after `from` values and after each later value.
#[derive(Debug, Clone)]
pub(super) struct Track {
    from: usize,
    size: usize,
    chunks: usize,
    after: Vec<Lanes>,
    squares: Vec<Lanes>,
}

impl Track {
    /// An empty track that stores only the states after `n` values, for `cells` grid points.
    pub(super) fn after(n: usize, cells: usize, size: usize) -> Self {
        Self::new(n, n, cells.div_ceil(LANES), size)
    }

    fn new(from: usize, to: usize, chunks: usize, size: usize) -> Self {
        let kept = (to + 1).saturating_sub(from);
        let after = vec![[0.0; LANES]; kept * chunks * size];
        Self { from, size, chunks, after, squares: vec![[0.0; LANES]; kept * chunks] }
    }

    /// Sets the states and the residual sum of squares of a grid point after the first stored length.
    pub(super) fn set(&mut self, cell: usize, states: &[f64], squares: f64) {
        let (chunk, lane) = (cell / LANES, cell % LANES);
        self.after[chunk * self.size..].iter_mut().zip(states).for_each(|(lanes, state)| lanes[lane] = *state);
        self.squares[chunk][lane] = squares;
    }

    /// The states after `n` values, `[state]`; the states of the season come last.
    pub(super) fn states(&self, n: usize, chunk: usize) -> &[Lanes] {
        let first = ((n - self.from) * self.chunks + chunk) * self.size;
        &self.after[first..first + self.size]
    }

    /// The residual sums of squares after `n` values.
    pub(super) fn squares(&self, n: usize, chunk: usize) -> &Lanes {
        &self.squares[(n - self.from) * self.chunks + chunk]
    }
}

impl Recursion {
    /// The recursion of a grid whose spaces have the same states, for periods with `marks` (none at all where all are
    /// ordinary).
    pub(super) fn new(cells: &[Cell], length: usize, marks: Vec<Mark>) -> Self {
        let (states, season) = cells.first().map_or((1, 0), |cell| (cell.space.states, cell.space.season_length()));
        let chunks = cells.len().div_ceil(LANES);
        let zeros = |count: usize| vec![[0.0; LANES]; chunks * count];
        let mut recursion = Self {
            states,
            season,
            chunks,
            length,
            transition: zeros(states * states),
            measure: zeros(states),
            gains: zeros(length * (states + season)),
            precisions: zeros(length),
            penalties: vec![[f64::INFINITY; LANES]; chunks * (length + 1)],
            ahead: zeros((length + 1) * STEPS),
            spreads: Vec::with_capacity(cells.len()),
            marks,
        };
        for (place, cell) in cells.iter().enumerate() {
            let spreads = recursion.fill(cell, place / LANES, place % LANES);
            recursion.spreads.push(spreads);
        }
        recursion
    }

    fn fill(&mut self, cell: &Cell, chunk: usize, lane: usize) -> Vec<Spread> {
        let space = &cell.space;
        let (states, size) = (self.states, self.states + self.season);
        for i in 0..states {
            self.measure[chunk * states + i][lane] = space.measure[i];
            for j in 0..states {
                self.transition[(chunk * states + i) * states + j][lane] = space.transition[i][j];
            }
        }
        let ahead: Vec<_> = space.ahead().take(STEPS).collect();
        let (mut spread, mut update) = (Spread::new(space), Update::default());
        let (mut kept, mut penalty) = (Vec::new(), -cell.prior.ln());
        for n in 0..=self.length {
            if n % KEEP == 0 {
                kept.push(spread.clone());
            }
            let index = chunk * (self.length + 1) + n;
            // There is no forecast while a state is not identified, such as that of a month without any observation.
            self.penalties[index][lane] = if spread.is_identified() { penalty } else { f64::INFINITY };
            for (step, (measure, errors)) in ahead.iter().enumerate() {
                let along = |column: &Vec<f64>| dot(measure, &column[..states]) + self.in_season(column, n + step);
                let doubt: f64 = spread.columns().iter().map(|column| along(column).powi(2)).sum();
                self.ahead[index * STEPS + step][lane] = errors + doubt;
            }
            if n < self.length {
                spread.step(space, self.marks.get(n).copied().unwrap_or_default(), &mut update);
                let index = chunk * self.length + n;
                (0..size).for_each(|i| self.gains[index * size + i][lane] = update.gain[i]);
                self.precisions[index][lane] = update.precision;
                penalty += update.log_det;
            }
        }
        kept
    }

    /// Whether it serves periods with these marks; it may cover further periods.
    pub(super) fn serves(&self, marks: &[Mark]) -> bool {
        self.marks.get(..marks.len()) == Some(marks)
    }

    /// The seasonal state of period `t`; zero without a season.
    fn in_season(&self, states: &[f64], t: usize) -> f64 {
        if self.season == 0 { 0.0 } else { states[self.states + t % self.season] }
    }

    /// Runs over `values` (at most `length`; those of missing periods are not read) and stores the states after `from`
    /// values and more.
    pub(super) fn run(&self, values: &[f64], from: usize) -> Track {
        let mut track = Track::new(from, values.len(), self.chunks, self.states + self.season);
        for chunk in 0..self.chunks {
            match self.states {
                1 => self.run_chunk::<1>(values, chunk, &mut track),
                2 => self.run_chunk::<2>(values, chunk, &mut track),
                3 => self.run_chunk::<3>(values, chunk, &mut track),
                _ => self.run_chunk::<4>(values, chunk, &mut track),
            }
        }
        track
    }

    fn run_chunk<const S: usize>(&self, values: &[f64], chunk: usize, track: &mut Track) {
        let size = S + self.season;
        let transition = &self.transition[chunk * S * S..][..S * S];
        let measure = &self.measure[chunk * S..][..S];
        let gains = &self.gains[chunk * self.length * size..][..self.length * size];
        let precisions = &self.precisions[chunk * self.length..][..self.length];
        let mut states = [[0.0; LANES]; S];
        let mut season = vec![[0.0; LANES]; self.season];
        let mut squares = [0.0; LANES];
        let mut place = 0;
        let mut keep = |n: usize, states: &[Lanes; S], season: &[Lanes], squares: &Lanes| {
            if n >= track.from {
                let index = (n - track.from) * track.chunks + chunk;
                track.after[index * size..][..S].copy_from_slice(states);
                track.after[index * size + S..][..season.len()].copy_from_slice(season);
                track.squares[index] = *squares;
            }
        };
        keep(0, &states, &season, &squares);
        for (n, ((value, gain), precision)) in values.iter().zip(gains.chunks_exact(size)).zip(precisions).enumerate() {
            let mut error = [*value; LANES];
            for (w, x) in measure.iter().zip(&states) {
                (0..LANES).for_each(|l| error[l] -= w[l] * x[l]);
            }
            if let Some(seasonal) = season.get(place) {
                (0..LANES).for_each(|l| error[l] -= seasonal[l]);
            }
            if value.is_nan() {
                // The gain and precision of a missing period are zero, so the error must be a number.
                error = [0.0; LANES];
            }
            let (gain, season_gain) = gain.split_at(S);
            let mut next = [[0.0; LANES]; S];
            for (i, next) in next.iter_mut().enumerate() {
                (0..LANES).for_each(|l| next[l] = gain[i][l] * error[l]);
                for (f, x) in transition[i * S..][..S].iter().zip(&states) {
                    (0..LANES).for_each(|l| next[l] += f[l] * x[l]);
                }
            }
            states = next;
            for (state, gain) in season.iter_mut().zip(season_gain) {
                (0..LANES).for_each(|l| state[l] += gain[l] * error[l]);
            }
            place = if place + 1 >= self.season { 0 } else { place + 1 };
            (0..LANES).for_each(|l| squares[l] += error[l] * error[l] * precision[l]);
            keep(n + 1, &states, &season, &squares);
        }
    }

    /// ½ ln |D'D| less the logarithm of the prior after `n` values, which is subtracted from the logarithm of a weight.
    pub(super) fn penalty(&self, n: usize, chunk: usize) -> &Lanes {
        &self.penalties[chunk * (self.length + 1) + n]
    }

    /// The variance of the forecast `step` steps after the next of `n` values, in units of σ².
    pub(super) fn variance(&self, n: usize, chunk: usize, step: usize) -> &Lanes {
        &self.ahead[(chunk * (self.length + 1) + n) * STEPS + step]
    }

    /// The matrix L of a cell after `n` values.
    pub(super) fn spread(&self, cell: &Cell, place: usize, n: usize) -> Spread {
        let mut spread = self.spreads[place][n / KEEP].clone();
        let mut update = Update::default();
        for t in n / KEEP * KEEP..n {
            spread.step(&cell.space, self.marks.get(t).copied().unwrap_or_default(), &mut update);
        }
        spread
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::engine::design::Design;
    use crate::models::engine::observed::Observed;
    use crate::models::engine::{Season, Space};

    /// Compares the recursion with least squares with a column for each missing value and each shift, which shares no
    /// code with it: S, ½ ln |D'D|, and the states by the next value.
    #[test]
    fn seasons_gaps_and_shifts_equal_least_squares() {
        let mut values: Vec<f64> =
            (0..40).map(|t| 5.0 + f64::from(t * t % 11) + 0.3 * f64::from(t) + f64::from(t % 4) * 2.0).collect();
        let spaces = [
            Space::level(0.4),
            Space::line(0.6),
            Space::trend(0.3, 0.1, 0.9).with_season(4, 0.2, 2),
            Space::level(0.2).with_season(6, 0.1, 1),
        ];
        for (missing, shifts) in
            [(vec![], vec![]), (vec![0, 3, 17, 18], vec![]), (vec![9], vec![21, 30]), (vec![0, 1, 2, 3, 4], vec![20])]
        {
            missing.iter().for_each(|t: &usize| values[*t] = f64::NAN);
            let observed = Observed { values: &values, shifts: &shifts };
            let (marks, known) = (observed.marks(), observed.counted(values.len()));
            for space in &spaces {
                let cells = [Cell { space: space.clone(), prior: 1.0, parameter: 0.0 }];
                let recursion = Recursion::new(&cells, values.len(), marks.clone());
                let track = recursion.run(&values, values.len());
                let design = Design::new(space, values.len(), &marks).unwrap();
                let filled: Vec<f64> = values.iter().map(|v| if v.is_nan() { 0.0 } else { *v }).collect();
                let (squares, log_det) = design.squares(space, &filled);
                let what = format!("{space:?} {missing:?} {shifts:?} {known}");
                assert!((track.squares(values.len(), 0)[0] / squares - 1.0).abs() < 1e-9, "{what}");
                let penalty = recursion.penalty(values.len(), 0)[0];
                assert!(
                    (penalty - log_det - 0.5 * space.first_variance.ln()).abs() < 1e-8,
                    "{penalty} {log_det} {what}"
                );
            }
            missing.iter().for_each(|t| values[*t] = *t as f64);
        }
        assert_eq!(Season { length: 4, gain: 0.0, harmonics: 2 }.directions().len(), 3);
    }
}
