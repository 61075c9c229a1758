//! The recursion of complex exponential smoothing.
//!
//! With the innovation e_t = y_t - μ_t the level l and its hidden part c, a complex pair, move by
//!
//! l_t = l - (1 - a₁) c + (a₀ - a₁) e_t,  c_t = l + (1 - a₀) c + (a₀ + a₁) e_t.
//!
//! | kind | μ_t | l, c above are of | seasonal states |
//! |---|---|---|---|
//! | none | l_{t-1} | t - 1 | none |
//! | simple | l_{t-m} | t - m | none |
//! | partial | l_{t-1} + s_{t-m} | t - 1 | s_t = s_{t-m} + b₀ e_t |
//! | full | l_{t-1} + s_{t-m} | t - 1 | s and a hidden part, a pair like l and c with b₀, b₁ at lag m |
//!
//! Svetunkov, Kourentzes and Ord (2022), Complex exponential smoothing, Naval Research Logistics 69, equations 10 to 20.
//! States at lag m lie in a ring: each is read and written in its place, and no matrix is multiplied.

use super::CesKind;

/// A kind with its smoothing parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Space {
    pub(super) kind: CesKind,
    pub(super) season: usize,
    /// a₀ and a₁.
    pub(super) level: (f64, f64),
    /// b₀ and b₁; zero where the kind has none.
    pub(super) seasonal: (f64, f64),
}

impl Space {
    /// The space at a place of the search: a₀, a₁ and, where the kind has them, b₀, b₁.
    pub(super) fn at(kind: CesKind, season: usize, place: &[f64]) -> Self {
        let value = |i: usize| place.get(i).copied().unwrap_or(0.0);
        Self { kind, season, level: (value(0), value(1)), seasonal: (value(2), value(3)) }
    }

    /// The lag of the level pair.
    pub(super) fn level_lag(&self) -> usize {
        if self.kind == CesKind::Simple { self.season } else { 1 }
    }

    /// How many seasonal states there are of each sort.
    pub(super) fn seasonal_states(&self) -> usize {
        if matches!(self.kind, CesKind::Partial | CesKind::Full) { self.season } else { 0 }
    }

    /// The rings of states, in the order of [`State::rings`], and their lengths.
    pub(super) fn ring_lengths(&self) -> [usize; 4] {
        let (lag, seasonal) = (self.level_lag(), self.seasonal_states());
        [lag, lag, seasonal, if self.kind == CesKind::Full { seasonal } else { 0 }]
    }
}

/// The states, those that the next step reads at `level_at` and `season_at`.
#[derive(Debug, PartialEq)]
pub(in crate::models) struct State {
    /// l, c, s and the hidden part of s.
    pub(super) rings: [Vec<f64>; 4],
    level_at: usize,
    season_at: usize,
}

impl Clone for State {
    fn clone(&self) -> Self {
        Self { rings: self.rings.clone(), level_at: self.level_at, season_at: self.season_at }
    }

    /// Without a new allocation where the rings are as long.
    fn clone_from(&mut self, other: &Self) {
        self.rings.iter_mut().zip(&other.rings).for_each(|(ring, other)| ring.clone_from(other));
        (self.level_at, self.season_at) = (other.level_at, other.season_at);
    }
}

impl State {
    /// All zero.
    pub(super) fn zero(space: &Space) -> Self {
        Self { rings: space.ring_lengths().map(|length| vec![0.0; length]), level_at: 0, season_at: 0 }
    }

    /// Back to zero, without a new allocation.
    pub(super) fn clear(&mut self) {
        self.rings.iter_mut().for_each(|ring| ring.fill(0.0));
        (self.level_at, self.season_at) = (0, 0);
    }

    /// μ of the next step.
    #[inline]
    pub(super) fn mean(&self) -> f64 {
        self.rings[0][self.level_at] + self.rings[2].get(self.season_at).copied().unwrap_or(0.0)
    }

    /// One step on with its innovation.
    #[inline]
    pub(super) fn step(&mut self, space: &Space, error: f64) {
        let [level, hidden, seasonal, seasonal_hidden] = &mut self.rings;
        turn(&mut level[self.level_at], &mut hidden[self.level_at], space.level, error);
        self.level_at = if self.level_at + 1 == level.len() { 0 } else { self.level_at + 1 };
        match space.kind {
            CesKind::None | CesKind::Simple => return,
            CesKind::Partial => seasonal[self.season_at] += space.seasonal.0 * error,
            CesKind::Full => {
                turn(&mut seasonal[self.season_at], &mut seasonal_hidden[self.season_at], space.seasonal, error);
            }
        }
        self.season_at = if self.season_at + 1 == seasonal.len() { 0 } else { self.season_at + 1 };
    }

    /// One step on, the states that it writes held between `-farthest` and `farthest`.
    #[inline]
    pub(super) fn step_within(&mut self, space: &Space, error: f64, farthest: f64) {
        let [level_at, season_at] = [self.level_at, self.season_at];
        self.step(space, error);
        for (ring, at) in self.rings.iter_mut().zip([level_at, level_at, season_at, season_at]) {
            if let Some(state) = ring.get_mut(at) {
                *state = state.clamp(-farthest, farthest);
            }
        }
    }

    /// Turns the rings so that the next to be read is first.
    pub(super) fn settle(&mut self) {
        let starts = [self.level_at, self.level_at, self.season_at, self.season_at];
        for (ring, start) in self.rings.iter_mut().zip(starts) {
            if start < ring.len() {
                ring.rotate_left(start);
            }
        }
        (self.level_at, self.season_at) = (0, 0);
    }

    /// Makes them the states of the series read backwards: the last written is read first.
    pub(super) fn reverse(&mut self) {
        self.settle();
        self.rings.iter_mut().for_each(|ring| ring.reverse());
    }
}

/// A complex pair one step on.
#[inline]
fn turn(real: &mut f64, hidden: &mut f64, (first, second): (f64, f64), error: f64) {
    let (l, c) = (*real, *hidden);
    *real = l - (1.0 - second) * c + (first - second) * error;
    *hidden = l + (1.0 - first) * c + (first + second) * error;
}

/// Writes the innovations of `values` from `state`, which is left at the end, and returns the sum of their squares.
pub(super) fn filter(space: &Space, state: &mut State, values: impl Iterator<Item = f64>, errors: &mut [f64]) -> f64 {
    let mut squares = 0.0;
    for (value, slot) in values.zip(errors) {
        let error = value - state.mean();
        state.step(space, error);
        *slot = error;
        squares += error * error;
    }
    squares
}
