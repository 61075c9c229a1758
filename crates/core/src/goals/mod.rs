//! Goals: what is to be reached by when, and how sure that can be.

mod assessment;
mod goal;
mod judgement;
mod measure;
mod monte_carlo;
mod official;
mod outside;
mod target;

pub use crate::forecast::{Condition, ConditionError, Reading};
pub use assessment::{Assessment, Attainment, Growth, Shortfall, assess};
pub use goal::{Goal, Measure, Outcome};
pub use judgement::{CannotTell, Judgement, judge};
pub use measure::{calendar_years, calendar_years_of, ratio, ratio_of};
pub use official::{Anticipated, Escap, Eurostat, Progress, escap, eurostat};
pub use outside::{Asked, CaseRate, case_rate};
pub use target::{Target, TargetError, deadline};
