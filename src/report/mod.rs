//! Results as tables and sentences, for files and for studies.

mod assessments;
mod comparison;
mod forecasts;
mod odds_scores;

pub use assessments::assessment_columns;
pub use comparison::{backtest_table, comparison_summary, comparison_table};
pub use forecasts::{ForecastRows, NoForecast, PoolOf, forecast_table, forecasts_or_reasons, weight_table};
pub use odds_scores::{odds_score_table, score_sentence};
