//! One engine for random walks, smoothing models and growth curves: a link and a linear innovations state space.
//!
//! With g the link, z_t = g(y_t) = w'x_{t-1} + e_t, x_t = F x_{t-1} + k e_t, e_t ~ N(0, σ²) (Hyndman, Koehler, Ord and
//! Snyder 2008, chapter 3). F, w and k depend on a few parameters θ; some initial states are free. Lines and
//! parabolas in time are states that no error changes. Given θ, the errors are linear in the free initial states b:
//! e = ẽ - D b, where ẽ are the errors of one pass that starts at zero. So
//!
//! 1. the matrices of least squares for b depend on θ and the length n, not on the data. They are computed once for all
//!    series, as a recursion with its own gains (`recursion.rs`);
//! 2. one pass gives the states after each n and the residual sum of squares S(θ), without a search. Where only b
//!    and an AR(1) error change the states, as in growth curves, linfa-linear fits b instead (`regression.rs`);
//! 3. with b and σ integrated out under a flat prior on b and 1/σ on σ, the weight of θ is
//!    prior(θ) |D'D|^(-1/2) S(θ)^(-(n-p)/2), p the number of columns of D;
//! 4. the forecast given θ is a multivariate Student t with n - p degrees of freedom; the forecast is the mixture over
//!    a grid of θ, mapped back through g.
//!
//! There is no optimiser, no local optimum and no failed fit. The paths include the uncertainty of every parameter.

mod design;
mod member;
mod observed;
mod past;
mod paths;
mod posterior;
mod recursion;
mod regression;
mod scale;
mod space;
mod spread;

pub use member::{Ceiling, Cell, Member};
pub use observed::Observed;
pub use posterior::Posterior;
pub use space::{Season, Space, State};
