//! The outside view: how comparable documented ramps went on.

mod class;
mod model;

pub use class::ReferenceClass;
pub use model::Reference;
