//! The initial states by backcasting.
//!
//! The recursion is run over the series, then over the series read backwards from the states that it ended in, and so
//! on; the states that it comes to before the first value are the initial states (Svetunkov, Kourentzes and Ord 2022,
//! section 3.4; Svetunkov 2023, Forecasting and analytics with ADAM, section 11.4). They are no free parameters, so
//! that they are not counted in an information criterion, and a series with missing values has none.

use super::CesKind;
use super::recursion::{Space, State, filter};

/// Times forth and back.
const ROUNDS: usize = 2;
/// A hidden state is at first this part of what it belongs to.
const HIDDEN: f64 = 1.0 / 1.1;
/// Values whose mean is the first level without a season.
const FIRST: usize = 10;

/// Puts the initial states of a complete series into `state`; `errors` is written over.
pub(super) fn backcast(space: &Space, values: &[f64], state: &mut State, errors: &mut [f64]) {
    guess(space, values, state);
    for _ in 0..ROUNDS {
        filter(space, state, values.iter().copied(), errors);
        state.reverse();
        filter(space, state, values.iter().rev().copied(), errors);
        state.reverse();
    }
}

/// Where the first run starts: the first season as it is, or its mean and the distances from it.
fn guess(space: &Space, values: &[f64], state: &mut State) {
    state.clear();
    let first = if space.kind == CesKind::None { FIRST } else { space.season }.clamp(1, values.len().max(1));
    let season = &values[..first.min(values.len())];
    let mean = season.iter().sum::<f64>() / first as f64;
    let [level, hidden, seasonal, seasonal_hidden] = &mut state.rings;
    if space.kind == CesKind::Simple {
        level.iter_mut().zip(season).for_each(|(slot, value)| *slot = *value);
    } else {
        level.fill(mean);
        seasonal.iter_mut().zip(season).for_each(|(slot, value)| *slot = value - mean);
    }
    hidden.iter_mut().zip(level).for_each(|(slot, value)| *slot = *value * HIDDEN);
    seasonal_hidden.iter_mut().zip(seasonal).for_each(|(slot, value)| *slot = *value * HIDDEN);
}
