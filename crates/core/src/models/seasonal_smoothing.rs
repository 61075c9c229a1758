//! Exponential smoothing with the season among the states, in levels, square roots or logarithms.
//!
//! | name | the state space on z = y, √y or ln y | grid |
//! |---|---|---|
//! | season-level | z_t = l_{t-1} + s_{t-m} + e_t, l_t = l_{t-1} + α e_t, s_t = s_{t-m} + γ e_t | α, γ |
//! | season-trend | the same with a slope, l_t = l_{t-1} + b_{t-1} + α e_t, b_t = b_{t-1} + β e_t | α, β, γ |
//! | season-damped | the same with φ b_{t-1} for b_{t-1} | α, β, φ, γ |
//!
//! Hyndman, Koehler, Ord and Snyder (2008), chapter 3: ETS(A,N,A), (A,A,A), (A,Ad,A); in logarithms the season is a
//! factor. The first season is free except that it sums to zero. The parameters are integrated over: α uniform on 0 to
//! 1, β/α and γ/(1 - α) by the density ½ x^(-½) on 0 to 1, ln(1 - φ) uniform for φ from .75 to .985.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::contract::Model;
use super::engine::{Cell, Member, Space};
use super::smoothing::{alphas, dampings, ratios};
use super::state_space::{On, StateSpace};

const ALPHA: [f64; 5] = [0.05, 0.2, 0.4, 0.65, 0.9];
const GAMMA: [f64; 4] = [0.0, 0.06, 0.25, 0.6];
const COARSE_ALPHA: [f64; 4] = [0.06, 0.25, 0.55, 0.85];
const COARSE_RATIO: [f64; 2] = [0.02, 0.2];
const COARSE_GAMMA: [f64; 3] = [0.01, 0.12, 0.45];
const DAMPING: [f64; 2] = [0.85, 0.95];

/// The states beside the season.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Beside {
    Level,
    Trend,
    Damped,
}

/// The members so far, by the states beside the season and the season length.
static MADE: Mutex<BTreeMap<(Beside, usize), Arc<Member>>> = Mutex::new(BTreeMap::new());

fn member(beside: Beside, length: usize) -> Arc<Member> {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(made.entry((beside, length)).or_insert_with(|| Arc::new(Member::new(cells(beside, length)))))
}

fn cells(beside: Beside, length: usize) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut add = |space: Space, alpha: f64, ratio: f64, prior: f64| {
        let space = space.with_season(length, (1.0 - alpha) * ratio, length / 2);
        cells.push(Cell { space, prior, parameter: alpha });
    };
    if beside == Beside::Level {
        for (alpha, prior) in alphas(ALPHA, 1.0) {
            for (gamma, mass) in ratios(GAMMA) {
                add(Space::level(alpha), alpha, gamma, prior * mass);
            }
        }
        return cells;
    }
    let dampings = if beside == Beside::Trend { vec![(1.0, 1.0)] } else { dampings(DAMPING).to_vec() };
    for (alpha, prior) in alphas(COARSE_ALPHA, 1.0) {
        for (beta, slope) in ratios(COARSE_RATIO) {
            for (gamma, mass) in ratios(COARSE_GAMMA) {
                for (phi, damping) in &dampings {
                    add(Space::trend(alpha, alpha * beta, *phi), alpha, gamma, prior * slope * mass * damping);
                }
            }
        }
    }
    cells
}

/// A level and a season that both change.
///
/// ```
/// use onpace::forecast::Draws;
/// use onpace::models::{Model, On, season_level};
/// use onpace::series::{Period, Series};
/// let sales: Vec<f64> = (0..16).map(|t| [10.0, 50.0, 20.0, 30.0][t % 4] + t as f64 % 3.0).collect();
/// let sales = Series::new("sales", Period::quarter(2020, 1)?, sales)?;
/// let median = season_level(On::Identity).fit(&sales)?.forecast(4, &Draws::new(1, 2000)).median();
/// assert!(median[0] < 15.0 && median[1] > 45.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn season_level(on: On) -> impl Model {
    let names = ["season-level:identity", "season-level:sqrt", "season-level:log"];
    StateSpace::seasonal(names[on as usize], |length| member(Beside::Level, length), on)
}

/// A level, a slope and a season that all change (Holt and Winters).
///
/// ```
/// use onpace::models::{Model, On, season_trend};
/// assert!(season_trend(On::Log).needs().in_words().contains("a season of at most 24 periods"));
/// ```
pub fn season_trend(on: On) -> impl Model {
    let names = ["season-trend:identity", "season-trend:sqrt", "season-trend:log"];
    StateSpace::seasonal(names[on as usize], |length| member(Beside::Trend, length), on)
}

/// A level, a damped slope, and a season.
///
/// ```
/// use onpace::models::{Model, On, season_damped};
/// assert_eq!(season_damped(On::Log).name(), "season-damped:log");
/// ```
pub fn season_damped(on: On) -> impl Model {
    let names = ["season-damped:identity", "season-damped:sqrt", "season-damped:log"];
    StateSpace::seasonal(names[on as usize], |length| member(Beside::Damped, length), on)
}
