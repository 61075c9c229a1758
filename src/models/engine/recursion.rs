//! The recursion of a whole grid: what does not depend on the data, made once and shared by all series.

use super::space::{STATES, State, dot};
use super::{Cell, Design};

/// Grid points that are worked on together, so that the compiler makes vector code of their independent recursions.
pub(super) const LANES: usize = 4;
/// A number for each grid point of a chunk.
pub(super) type Lanes = [f64; LANES];

/// The recursion of a grid for series of up to a length, in arrays over chunks of grid points.
///
/// With the free initial states integrated out, the best states after n values, x̂_n, follow a recursion of their own
/// (de Jong 1991, with no noise but e): v = z - w'x̂, x̂ ← F x̂ + g v, S ← S + v²/f. The gain g and the variance f of v,
/// in units of σ², depend on θ and n alone, as does the spread L of the states (their covariance is σ² L L'), which is
/// updated in Potter's square-root form (Bierman 1977, section II.8). S is a sum of squares, so a good fit loses no digits.
#[derive(Debug)]
pub(super) struct Recursion {
    pub(super) states: usize,
    pub(super) free: usize,
    pub(super) chunks: usize,
    /// The longest series that it serves.
    pub(super) length: usize,
    /// F, `[chunk][row][column]`.
    transition: Vec<Lanes>,
    /// w, `[chunk][state]`.
    measure: Vec<Lanes>,
    /// How the first values make the first states, `[chunk][state][value]`.
    start: Vec<Lanes>,
    /// g at n = free, free + 1, …, `[chunk][n][state]`.
    gains: Vec<Lanes>,
    /// 1/f, `[chunk][n]`.
    precisions: Vec<Lanes>,
    /// ½ ln |D'D|, with the variances of the errors, less the logarithm of the prior, `[chunk][n]`.
    penalties: Vec<Lanes>,
    /// L, `[chunk][n][state][free]`.
    spreads: Vec<Lanes>,
}

/// Where a recursion stood after each of the last lengths.
#[derive(Debug)]
pub(super) struct Track {
    from: usize,
    states: usize,
    chunks: usize,
    at: Vec<Lanes>,
    squares: Vec<Lanes>,
}

impl Track {
    /// The states after `n` values, `[state]`.
    pub(super) fn states(&self, n: usize, chunk: usize) -> &[Lanes] {
        let first = ((n - self.from) * self.chunks + chunk) * self.states;
        &self.at[first..first + self.states]
    }

    /// The residual sums of squares after `n` values.
    pub(super) fn squares(&self, n: usize, chunk: usize) -> &Lanes {
        &self.squares[(n - self.from) * self.chunks + chunk]
    }
}

impl Recursion {
    /// The recursion of a grid whose spaces have the same numbers of states; a space whose first values do not tell
    /// its free states apart gets an infinite penalty, so no weight.
    pub(super) fn new(cells: &[Cell], length: usize) -> Self {
        let (states, free) = cells.first().map_or((1, 1), |cell| (cell.space.states, cell.space.free));
        let chunks = cells.len().div_ceil(LANES);
        let steps = length.saturating_sub(free) + 1;
        let zeros = |count: usize| vec![[0.0; LANES]; chunks * count];
        let mut all = Self {
            states,
            free,
            chunks,
            length,
            transition: zeros(states * states),
            measure: zeros(states),
            start: zeros(states * free),
            gains: zeros(steps * states),
            precisions: zeros(steps),
            penalties: zeros(steps),
            spreads: zeros(steps * states * free),
        };
        for place in 0..chunks * LANES {
            let (chunk, lane) = (place / LANES, place % LANES);
            match cells.get(place) {
                Some(cell) => all.fill(cell, chunk, lane, steps),
                None => (0..steps).for_each(|n| all.penalties[chunk * steps + n][lane] = f64::INFINITY),
            }
        }
        all
    }

    fn fill(&mut self, cell: &Cell, chunk: usize, lane: usize, steps: usize) {
        let space = &cell.space;
        let (states, free) = (self.states, self.free);
        for i in 0..states {
            self.measure[chunk * states + i][lane] = space.measure[i];
            for j in 0..states {
                self.transition[(chunk * states + i) * states + j][lane] = space.transition[i][j];
            }
        }
        let Some(design) = Design::new(space, free) else {
            (0..steps).for_each(|n| self.penalties[chunk * steps + n][lane] = f64::INFINITY);
            return;
        };
        for value in 0..free {
            let mut unit = vec![0.0; free];
            unit[value] = 1.0;
            let last = design.states_after(space, &unit);
            (0..states).for_each(|i| self.start[(chunk * states + i) * free + value][lane] = last[i]);
        }
        let mut penalty = design.log_det + 0.5 * space.first_variance.ln() - cell.prior.ln();
        // The columns of L.
        let mut spread: Vec<State> = (0..free)
            .map(|column| {
                let mut sum = [0.0; STATES];
                for (effect, r) in design.last_states.iter().zip(design.r_inverse.column(column)) {
                    sum.iter_mut().zip(effect).for_each(|(sum, effect)| *sum += r * effect);
                }
                sum
            })
            .collect();
        for n in 0..steps {
            let at = chunk * steps + n;
            let along: Vec<f64> = spread.iter().map(|column| dot(&space.measure, column)).collect();
            let variance = 1.0 + along.iter().map(|a| a * a).sum::<f64>();
            self.penalties[at][lane] = penalty;
            self.precisions[at][lane] = 1.0 / variance;
            for (column, state) in spread.iter().enumerate() {
                (0..states).for_each(|i| self.spreads[(at * states + i) * free + column][lane] = state[i]);
            }
            // G = F - k w' on each column of L, then the gain and Potter's update.
            let moved: Vec<State> = spread.iter().zip(&along).map(|(column, a)| space.step(column, -a)).collect();
            let mut gain = space.gain;
            for (column, a) in moved.iter().zip(&along) {
                gain.iter_mut().zip(column).for_each(|(gain, c)| *gain += c * a / variance);
            }
            (0..states).for_each(|i| self.gains[at * states + i][lane] = gain[i]);
            let shrink = 1.0 / (variance + variance.sqrt());
            let mut all = [0.0; STATES];
            for (column, a) in moved.iter().zip(&along) {
                all.iter_mut().zip(column).for_each(|(all, c)| *all += c * a);
            }
            for ((spread, moved), a) in spread.iter_mut().zip(&moved).zip(&along) {
                *spread = std::array::from_fn(|i| moved[i] - shrink * all[i] * a);
            }
            penalty += 0.5 * variance.ln();
        }
    }

    /// Runs over `values` (more than the free states, at most `length`), keeping where it stood after `from` values
    /// and more, `from` at least the number of free states.
    pub(super) fn run(&self, values: &[f64], from: usize) -> Track {
        let kept = (values.len() + 1).saturating_sub(from);
        let mut track = Track {
            from,
            states: self.states,
            chunks: self.chunks,
            at: vec![[0.0; LANES]; kept * self.chunks * self.states],
            squares: vec![[0.0; LANES]; kept * self.chunks],
        };
        for chunk in 0..self.chunks {
            match self.states {
                1 => self.run_chunk::<1>(values, chunk, &mut track),
                2 => self.run_chunk::<2>(values, chunk, &mut track),
                3 => self.run_chunk::<3>(values, chunk, &mut track),
                _ => self.run_chunk::<STATES>(values, chunk, &mut track),
            }
        }
        track
    }

    fn run_chunk<const S: usize>(&self, values: &[f64], chunk: usize, track: &mut Track) {
        let free = self.free;
        let steps = self.length.saturating_sub(free) + 1;
        let transition = &self.transition[chunk * S * S..][..S * S];
        let measure = &self.measure[chunk * S..][..S];
        let gains = &self.gains[chunk * steps * S..][..steps * S];
        let precisions = &self.precisions[chunk * steps..][..steps];
        let (first, rest) = values.split_at(free.min(values.len()));
        let mut states = [[0.0; LANES]; S];
        for (i, state) in states.iter_mut().enumerate() {
            for (effect, value) in self.start[(chunk * S + i) * free..].iter().zip(first) {
                (0..LANES).for_each(|l| state[l] += effect[l] * value);
            }
        }
        let mut squares = [0.0; LANES];
        let mut keep = |n: usize, states: &[Lanes; S], squares: &Lanes| {
            if n >= track.from {
                let at = (n - track.from) * track.chunks + chunk;
                track.at[at * S..][..S].copy_from_slice(states);
                track.squares[at] = *squares;
            }
        };
        keep(free, &states, &squares);
        for (n, ((value, gain), precision)) in rest.iter().zip(gains.chunks_exact(S)).zip(precisions).enumerate() {
            let mut error = [*value; LANES];
            for (w, x) in measure.iter().zip(&states) {
                (0..LANES).for_each(|l| error[l] -= w[l] * x[l]);
            }
            let mut next = [[0.0; LANES]; S];
            for (i, next) in next.iter_mut().enumerate() {
                (0..LANES).for_each(|l| next[l] = gain[i][l] * error[l]);
                for (f, x) in transition[i * S..][..S].iter().zip(&states) {
                    (0..LANES).for_each(|l| next[l] += f[l] * x[l]);
                }
            }
            states = next;
            (0..LANES).for_each(|l| squares[l] += error[l] * error[l] * precision[l]);
            keep(free + n + 1, &states, &squares);
        }
    }

    /// ½ ln |D'D| less the logarithm of the prior after `n` values: what the logarithm of a weight loses to them.
    pub(super) fn penalty(&self, n: usize, chunk: usize) -> &Lanes {
        &self.penalties[chunk * (self.length - self.free + 1) + n - self.free]
    }

    /// L after `n` values, `[state][free]`.
    pub(super) fn spread(&self, n: usize, chunk: usize) -> &[Lanes] {
        let at = chunk * (self.length - self.free + 1) + n - self.free;
        &self.spreads[at * self.states * self.free..][..self.states * self.free]
    }
}
