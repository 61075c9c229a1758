//! Goals: what is to be reached by when, and how sure that can be.

mod assessment;
mod goal;
mod target;

pub use assessment::{Assessment, Attainment, CannotTell, Judgement, assess, judge};
pub use goal::{Direction, Goal, Outcome};
pub use target::{Target, TargetError, deadline};
