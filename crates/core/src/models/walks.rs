//! Random walks: `naive` and `drift`.
//!
//! naive: y_t = y_{t-1} + e_t. drift: y_t = y_{t-1} + c + e_t. e_t ~ N(0, σ²), σ and c integrated out
//! (Hyndman and Athanasopoulos 2021, section 5.2, where they are plugged in). On a series strictly between two known
//! bounds, both are random walks of the log odds.

use std::sync::{Arc, LazyLock};

use super::contract::Model;
use super::engine::{Cell, Member, Space};
use super::state_space::{On, StateSpace};

static NAIVE: LazyLock<Arc<Member>> = LazyLock::new(|| walk(Space::level(1.0)));
static DRIFT: LazyLock<Arc<Member>> = LazyLock::new(|| walk(Space::drift(1.0)));

fn walk(space: Space) -> Arc<Member> {
    Arc::new(Member::new(vec![Cell { space, prior: 1.0, parameter: 1.0 }]))
}

/// The random walk: the last value is the median, and the spread grows with the square root of the step.
///
/// ```
/// use onpace::models::{Model, naive};
/// assert_eq!(naive().needs().in_words(), "3 observations");
/// ```
pub fn naive() -> impl Model {
    StateSpace::new("naive", 3, Arc::clone(&NAIVE), On::Identity)
}

/// The random walk with drift: the mean step of the history continues.
///
/// ```
/// use onpace::models::{Model, drift};
/// assert_eq!(drift().name(), "drift");
/// ```
pub fn drift() -> impl Model {
    StateSpace::new("drift", 4, Arc::clone(&DRIFT), On::Identity)
}

/// The random walk with drift in logarithms: the mean growth of the history continues. It serves as a benchmark and is
/// not in any pool, because its paths explode.
///
/// ```
/// use onpace::models::{Model, drift_in_logs};
/// assert_eq!(drift_in_logs().name(), "drift:log");
/// ```
pub fn drift_in_logs() -> impl Model {
    StateSpace::new("drift:log", 4, Arc::clone(&DRIFT), On::Log)
}

/// The random walk with drift on the series without its season.
///
/// ```
/// use onpace::models::{Model, drift_adjusted};
/// assert_eq!(drift_adjusted().name(), "drift:adjusted");
/// ```
pub fn drift_adjusted() -> impl Model {
    StateSpace::new("drift:adjusted", 4, Arc::clone(&DRIFT), On::Identity).adjusted()
}
