//! Exponential smoothing without seasons: level, trend, damped trend and Theta, in levels, square roots or logarithms.
//!
//! | name | the state space on z = y, √y or ln y | grid |
//! |---|---|---|
//! | level | z_t = l_{t-1} + e_t, l_t = l_{t-1} + α e_t | α |
//! | level-drift | the same with a constant drift, l_t = l_{t-1} + c + α e_t | α |
//! | trend | z_t = l_{t-1} + b_{t-1} + e_t, l_t = l_{t-1} + b_{t-1} + α e_t, b_t = b_{t-1} + β e_t | α, β |
//! | damped | the same with φ b_{t-1} for b_{t-1} | α, β, φ |
//! | theta | level on the series less half its least-squares slope, which is added back | α |
//!
//! Hyndman, Koehler, Ord and Snyder (2008), chapter 3: ETS(A,N,N), (A,A,N), (A,Ad,N); Assimakopoulos and Nikolopoulos
//! (2000) in the form of Hyndman and Billah (2003) for Theta. Those methods use the best parameters; here they are
//! integrated over: α uniform on 0 to 1.5 (trend and damped: to 1.1), β/α by the density ½ (β/α)^(-½) on 0 to 1, ln(1 -
//! φ) uniform for φ from .75 to .985. On a series strictly between two known bounds the log odds replace the values,
//! and the other scales are left out. Square roots and logarithms need values above zero.

use std::sync::{Arc, LazyLock};

use super::contract::Model;
use super::engine::{Cell, Member, Space};
use super::state_space::{On, StateSpace};

const ALPHA: [f64; 12] = [0.03, 0.1, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 1.0, 1.1, 1.25, 1.4];
const COARSE_ALPHA: [f64; 6] = [0.06, 0.2, 0.4, 0.6, 0.8, 1.0];
const RATIO: [f64; 4] = [0.0, 0.06, 0.25, 0.65];
const COARSEST_ALPHA: [f64; 4] = [0.1, 0.35, 0.65, 0.95];
const COARSE_RATIO: [f64; 3] = [0.03, 0.2, 0.6];
const DAMPING: [f64; 2] = [0.85, 0.95];

/// The probability of the cell around each point, whose ends are halfway between points, under the distribution
/// function `below` of the range from `low` to `high`.
fn masses<const N: usize>(points: [f64; N], (low, high): (f64, f64), below: impl Fn(f64) -> f64) -> [(f64, f64); N] {
    std::array::from_fn(|i| {
        let from = if i == 0 { low } else { 0.5 * (points[i - 1] + points[i]) };
        let to = if i + 1 == N { high } else { 0.5 * (points[i] + points[i + 1]) };
        (points[i], below(to) - below(from))
    })
}

pub(super) fn alphas<const N: usize>(points: [f64; N], high: f64) -> [(f64, f64); N] {
    masses(points, (0.0, high), |alpha| alpha / high)
}

pub(super) fn ratios<const N: usize>(points: [f64; N]) -> [(f64, f64); N] {
    masses(points, (0.0, 1.0), f64::sqrt)
}

pub(super) fn dampings<const N: usize>(points: [f64; N]) -> [(f64, f64); N] {
    masses(points, (0.75, 0.985), |phi| -(1.0 - phi).ln())
}

fn cells_of_alpha(space: impl Fn(f64) -> Space) -> Vec<Cell> {
    alphas(ALPHA, 1.5).map(|(alpha, prior)| Cell { space: space(alpha), prior, parameter: alpha }).into()
}

static LEVEL: LazyLock<Arc<Member>> = LazyLock::new(|| Arc::new(Member::new(cells_of_alpha(Space::level))));
static LEVEL_DRIFT: LazyLock<Arc<Member>> = LazyLock::new(|| Arc::new(Member::new(cells_of_alpha(Space::drift))));
static THETA: LazyLock<Arc<Member>> =
    LazyLock::new(|| Arc::new(Member::new(cells_of_alpha(Space::level)).with_half_slope()));
static TREND: LazyLock<Arc<Member>> = LazyLock::new(|| {
    let mut cells = Vec::new();
    for (alpha, prior) in alphas(COARSE_ALPHA, 1.1) {
        for (ratio, mass) in ratios(RATIO) {
            let space = Space::trend(alpha, alpha * ratio, 1.0);
            cells.push(Cell { space, prior: prior * mass, parameter: alpha });
        }
    }
    Arc::new(Member::new(cells))
});
static DAMPED: LazyLock<Arc<Member>> = LazyLock::new(|| {
    let mut cells = Vec::new();
    for (alpha, prior) in alphas(COARSEST_ALPHA, 1.1) {
        for (ratio, mass) in ratios(COARSE_RATIO) {
            for (phi, damping) in dampings(DAMPING) {
                let space = Space::trend(alpha, alpha * ratio, phi);
                cells.push(Cell { space, prior: prior * mass * damping, parameter: alpha });
            }
        }
    }
    Arc::new(Member::new(cells))
});

/// Simple exponential smoothing.
///
/// ```
/// use onpace::models::{Model, On, level};
/// assert_eq!(level(On::Log).name(), "level:log");
/// ```
pub fn level(on: On) -> impl Model {
    smoothing(["level:identity", "level:sqrt", "level:log"], 4, &LEVEL, on)
}

/// Simple exponential smoothing with a constant drift.
///
/// ```
/// use onpace::models::{Model, On, level_drift};
/// assert_eq!(level_drift(On::Identity).needs().in_words(), "5 observations");
/// ```
pub fn level_drift(on: On) -> impl Model {
    smoothing(["level-drift:identity", "level-drift:sqrt", "level-drift:log"], 5, &LEVEL_DRIFT, on)
}

/// A level and a slope that both change (Holt's linear trend).
///
/// ```
/// use onpace::models::{Model, On, trend};
/// assert!(trend(On::Log).needs().positive);
/// ```
pub fn trend(on: On) -> impl Model {
    smoothing(["trend:identity", "trend:sqrt", "trend:log"], 5, &TREND, on)
}

/// A level and a damped slope (Gardner and McKenzie's damped trend).
///
/// ```
/// use onpace::models::{Model, On, damped};
/// assert_eq!(damped(On::Identity).name(), "damped:identity");
/// ```
pub fn damped(on: On) -> impl Model {
    smoothing(["damped:identity", "damped:sqrt", "damped:log"], 5, &DAMPED, on)
}

/// The Theta method.
///
/// ```
/// use onpace::models::{Model, On, theta};
/// use onpace::forecast::Draws;
/// use onpace::series::{Period, Series};
/// let series = Series::new("a", Period::year(2015)?, vec![10.0, 12.0, 13.0, 15.0, 18.0, 19.0])?;
/// let median = theta(On::Identity).fit(&series)?.forecast(3, &Draws::new(1, 2000)).median();
/// assert!(median[2] > median[0] && median[2] - median[0] < 2.5); // half the slope of 1.9 per year
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn theta(on: On) -> impl Model {
    smoothing(["theta:identity", "theta:sqrt", "theta:log"], 5, &THETA, on)
}

fn smoothing(names: [&'static str; 3], observations: usize, member: &Arc<Member>, on: On) -> StateSpace {
    StateSpace::new(names[on as usize], observations, Arc::clone(member), on).adjusted()
}
