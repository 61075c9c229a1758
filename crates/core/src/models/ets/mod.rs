//! Exponential smoothing in all its stable classes, by maximum likelihood.
//!
//! A [class](EtsClass) is a recursion of level, slope and season with additive or multiplicative errors. [`EtsTable`]
//! fits every class that applies to a series and gives the criteria that people compare; [`Ets`] is the model of one
//! class, [`AutoEts`] that of the class which the criterion chooses. Log-likelihoods are Gaussian with all constants;
//! the shorter one of R's forecast package is at hand beside it.

mod admissible;
mod class;
mod descent;
mod fit;
mod likelihood;
mod missing;
mod model;
mod recursion;
mod search;
mod start;
mod table;

pub use class::{EtsClass, EtsPart, NoClass};
pub use fit::{EtsFit, EtsParameters};
pub use model::{AutoEts, Ets};
pub use table::{EtsRow, EtsTable};
