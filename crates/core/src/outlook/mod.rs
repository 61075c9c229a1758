//! The inside, outside and combined views of one series, and how good the odds of each view have been.

mod odds_scores;
mod reason;
mod view;
mod views;

pub use odds_scores::{Forecaster, OddsScore, OddsScores, Question, RampTask, ReliableBin, score_odds};
pub use reason::Reason;
pub use view::View;
pub use views::{ViewPaths, Viewpoint, Views, horizon_reaching, last_periods};
