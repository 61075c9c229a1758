//! Series that add up: totals, their parts, and forecasts that agree with one another.
//!
//! A [`Hierarchy`] says which series is part of which. Forecasts made one by one do not add up; [`reconcile`] makes
//! them coherent, path by path, so that every question asked of a total can be asked of its parts. Where only the
//! bottom series have forecasts, [`bottom_up`] adds them. Both first [`pair`] the paths, since errors of related series
//! go together: a sum of independent paths would be too sure of itself.
//!
//! ```
//! use ndarray::array;
//! use onpace::forecast::Forecast;
//! use onpace::hierarchy::{Hierarchy, Method, reconcile};
//! let hierarchy = Hierarchy::new(&[("a".into(), "total".into()), ("b".into(), "total".into())])?;
//! let base = vec![
//!     Forecast::from_paths(array![[9.0], [11.0]]), // total
//!     Forecast::from_paths(array![[3.0], [5.0]]),  // a
//!     Forecast::from_paths(array![[4.0], [6.0]]),  // b
//! ];
//! let coherent = reconcile(&hierarchy, base, None, Method::Structural, 1, Some(0.0))?;
//! assert!((coherent[0].mean()[0] - 9.5).abs() < 1e-9);
//! assert!((coherent[1].mean()[0] - 4.25).abs() < 1e-9 && (coherent[2].mean()[0] - 5.25).abs() < 1e-9);
//! # Ok::<(), onpace::hierarchy::HierarchyError>(())
//! ```

mod coherent;
mod error;
mod method;
mod pairing;
mod reconciliation;
mod structure;
mod weights;

pub use coherent::Coherent;
pub use error::HierarchyError;
pub use method::{Method, MethodError};
pub use pairing::pair;
pub use reconciliation::{bottom_up, reconcile};
pub use structure::Hierarchy;
pub use weights::{FEWEST_RESIDUALS, ShrunkCovariance, projection, shrunk_covariance, structural_weights};
