//! The views of one series, inside, outside and combined, and how good the odds of such views have been.

mod odds_scores;
mod views;

pub use odds_scores::{ODDS_VIEWS, OddsScore, OddsScores, Question, RampTask, ReliableBin, score_odds};
pub use views::{View, Viewpoint, Views, horizon_reaching, last_periods};
