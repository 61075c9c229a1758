//! The study: data, series, goals and charts in one TOML file, run from end to end.

mod comparison;
mod config;
mod goal_records;
mod outputs;
mod past_forecasts;
mod pictures;
mod run;
mod summary;
mod tables;
mod views;

pub use comparison::{backtest_table, comparison_chart, comparison_summary, comparison_table};
pub use config::{ChartKind, ChartSpec, StudyError, StudyFile};
pub use outputs::{Outputs, outputs};
pub use past_forecasts::{PastForecastError, PastForecasts, place_forecasts};
pub use pictures::{curves, fan, growth_curves, odds_over_time, time_ticks};
pub use run::{GoalResult, Results, SeriesResult, Study};
pub use summary::{Verdict, goal_table};
pub use tables::{
    ForecastRows, NoForecast, PoolOf, assessment_table, forecast_table, forecasts_or_reasons, weight_table,
};
pub use views::{View, Views, horizon_reaching, last_periods, views};
