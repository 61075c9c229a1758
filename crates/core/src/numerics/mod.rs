//! Numerical methods on plain slices. This is the ground floor: nothing here knows a series, a model or a forecast.
//!
//! Whatever a well-kept crate does as well is taken from there: dense QR, Cholesky and triangular solves on `ndarray`
//! from `linfa-linalg`, distributions from `statrs`, the simplex and Brent's method from `argmin`. What is written here
//! works in place on buffers of the caller, because it runs inside the loops of an estimation.

pub(crate) mod cholesky;
pub(crate) mod criterion;
pub(crate) mod gauss_newton;
pub(crate) mod levinson;
pub(crate) mod minimise;
pub(crate) mod order;
pub(crate) mod quantiles;
pub(crate) mod student;
pub(crate) mod vectors;
