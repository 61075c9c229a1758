//! The study: data, series, goals and charts in one TOML file, run from end to end.

mod chart_files;
mod coherent;
mod comparison;
mod config;
mod explanation;
mod goal_records;
mod goal_tables;
mod judging;
mod odds_scores;
mod outputs;
mod past_forecasts;
mod pictures;
mod projections;
mod replay;
mod run;
mod study_data;
mod summary;
mod sums;
mod tables;
mod views;

pub use chart_files::odds_moved;
pub use coherent::Coherent;
pub use comparison::{backtest_table, comparison_chart, comparison_summary, comparison_table};
pub use config::{ChartKind, ChartSpec, StudyError, StudyFile};
pub use explanation::explain;
pub use goal_tables::{assessment_columns, assessment_table, figure_table, sensitivity_table};
pub use odds_scores::{
    ODDS_VIEWS, OddsScore, OddsScores, Question, ReliableBin, odds_score_table, reliability_chart, score_odds,
    score_sentence,
};
pub use outputs::{Outputs, outputs};
pub use past_forecasts::{PastForecastError, PastForecasts, place_forecasts};
pub use pictures::{curves, fan, growth_curves, odds_as_they_moved, odds_over_time, sources_around, time_ticks};
pub use projections::{Projection, projection_table};
pub use replay::{ReplayDay, replay_table};
pub use run::{GoalResult, Results, SeriesResult, Study, Without};
pub use study_data::SeriesData;
pub use summary::{Verdict, goal_table};
pub use tables::{ForecastRows, NoForecast, PoolOf, forecast_table, forecasts_or_reasons, weight_table};
pub use views::{View, Viewpoint, Views, horizon_reaching, last_periods};
