//! Numerical methods on plain slices. Nothing here depends on a series, a model or a forecast.
//!
//! Dense QR, Cholesky and triangular solves on `ndarray` come from `linfa-linalg`, distributions from `statrs`, and the
//! simplex and Brent's method from `argmin`. The methods written here work in place on the caller's buffers, because
//! they run inside the loops of an estimation.

pub(crate) mod cholesky;
pub(crate) mod criterion;
pub(crate) mod gauss_newton;
pub(crate) mod levinson;
pub(crate) mod minimise;
pub(crate) mod order;
pub(crate) mod quantiles;
pub(crate) mod student;
pub(crate) mod vectors;
