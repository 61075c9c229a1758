//! The outside view: what comparable documented ramps did next.

mod class;
mod comparable;
mod model;

pub use class::ReferenceClass;
pub use comparable::{Cases, Comparable, NearCase, Precedent, RestsOn};
pub use model::{FittedReference, Reference};
