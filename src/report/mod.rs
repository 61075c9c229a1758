//! What readers get of results: tables, sentences and charts, for files and for studies alike. No study file is needed.

mod assessments;
mod comparison;
mod forecasts;
mod odds_scores;
mod pictures;

pub use assessments::assessment_columns;
pub use comparison::{backtest_table, comparison_chart, comparison_summary, comparison_table};
pub use forecasts::{ForecastRows, NoForecast, PoolOf, forecast_table, forecasts_or_reasons, weight_table};
pub use odds_scores::{odds_score_table, reliability_chart, score_sentence};
pub use pictures::{curves, fan, growth_curves, odds_over_time, range, three_figures, time_ticks};
