//! Comparisons and backtests as tables.

use crate::evaluate::{Backtest, Comparison, Row};
use crate::export::Table;

/// The scores of a comparison, one row per model (and step), the best first. `timed` adds the times of fit and forecast, which vary
/// from run to run.
pub fn comparison_table(comparison: &Comparison, timed: bool) -> Table {
    let rows = &comparison.rows;
    let number = |field: fn(&Row) -> Option<f64>| rows.iter().map(field);
    let step = |row: &Row| row.step.map_or("all".to_owned(), |step| (step + 1).to_string());
    let mut table = Table::default()
        .text("model", rows.iter().map(|row| row.model.clone()))
        .text("step", rows.iter().map(step))
        .count("series", rows.iter().map(|row| row.series))
        .count("origins", rows.iter().map(|row| row.origins))
        .number("crps", number(|row| row.crps))
        .number("skill", number(|row| row.skill))
        .number("skill_se", number(|row| row.skill_error))
        .text("standing", rows.iter().map(|row| row.standing.in_words()))
        .number("p_value", number(|row| row.p_value))
        .number("rank", number(|row| row.rank))
        .number("mase", number(|row| row.mase))
        .number("rmsse", number(|row| row.rmsse))
        .number("smape", number(|row| row.smape))
        .number("owa", number(|row| row.owa))
        .number("log_error", number(|row| row.log_error))
        .number("wis", number(|row| row.wis))
        .number("msis", number(|row| row.msis));
    for (index, level) in comparison.levels.iter().enumerate() {
        let coverage = |field: fn(crate::evaluate::Coverage) -> f64| {
            rows.iter().map(move |row| row.coverage.get(index).copied().flatten().map(field)).collect::<Vec<_>>()
        };
        table = table.number(&format!("coverage-{level}"), coverage(|c| c.share));
        table = table.number(&format!("coverage-{level}_se"), coverage(|c| c.standard_error));
    }
    if timed { table.number("fit_ms", number(|row| row.seconds.map(|s| 1000.0 * s))) } else { table }
}

/// The main scores of a comparison with their standard errors, for a terminal.
pub fn comparison_summary(comparison: &Comparison, timed: bool) -> Table {
    let rows = &comparison.rows;
    let figure = |value: Option<f64>| value.map_or("–".to_owned(), |v| format!("{v:.3}"));
    // As whole numbers, since -0.4 would be shown as "-0".
    let percent = |part: f64| (100.0 * part).round() as i64;
    let with_error = |value: Option<f64>, error: Option<f64>| match (value, error) {
        (Some(v), Some(e)) => format!("{} ± {} %", percent(v), percent(e)),
        (Some(v), None) => format!("{} %", percent(v)),
        _ => "–".to_owned(),
    };
    let mut table = Table::default().text("model", rows.iter().map(|row| row.model.clone()));
    if rows.iter().any(|row| row.step.is_some()) {
        table = table.text("step", rows.iter().map(|row| row.step.map_or("all".to_owned(), |s| (s + 1).to_string())));
    }
    table = table
        .text("CRPS", rows.iter().map(|row| figure(row.crps)))
        .text("skill", rows.iter().map(|row| with_error(row.skill, row.skill_error)))
        .text("standing", rows.iter().map(|row| row.standing.in_words()))
        .optional_text("rank", rows.iter().map(|row| row.rank.map(|rank| format!("{rank:.2}"))))
        .text("MASE", rows.iter().map(|row| figure(row.mase)))
        .text("OWA", rows.iter().map(|row| figure(row.owa)))
        .text("MSIS", rows.iter().map(|row| row.msis.map_or("–".to_owned(), |v| format!("{v:.1}"))));
    for (index, level) in comparison.levels.iter().enumerate() {
        let coverage = |row: &Row| {
            let coverage = row.coverage.get(index).copied().flatten();
            with_error(coverage.map(|c| c.share), coverage.map(|c| c.standard_error))
        };
        table = table.text(&format!("in {level} %"), rows.iter().map(coverage));
    }
    if timed { table.number("fit_ms", rows.iter().map(|row| row.seconds.map(|s| 1000.0 * s))) } else { table }
}

/// The forecasts of a backtest, one row per origin, step, model and quantile. `quantile` is empty for the mean.
pub fn backtest_table(backtest: &Backtest) -> Table {
    let (mut id, mut cutoff, mut ds, mut model) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut quantile, mut value) = (Vec::new(), Vec::new());
    for forecast in &backtest.forecasts {
        let series = &backtest.series[forecast.series];
        let origin = series.first(forecast.cutoff).last_period();
        let label = |step: i64| origin.shift(step).map_or(String::new(), |period| series.calendar().label(period));
        for step in 0..forecast.quantiles.ncols() {
            let mean = forecast.mean.as_ref().map(|mean| (None, mean[step]));
            let quantiles = backtest.probabilities.iter().zip(forecast.quantiles.column(step));
            for (probability, number) in mean.into_iter().chain(quantiles.map(|(p, q)| (Some(*p), *q))) {
                id.push(series.id().to_owned());
                cutoff.push(label(0));
                ds.push(label(step as i64 + 1));
                model.push(backtest.models[forecast.model].clone());
                quantile.push(probability);
                value.push(Some(number));
            }
        }
    }
    Table::default()
        .text("unique_id", id)
        .text("cutoff", cutoff)
        .text("ds", ds)
        .text("model", model)
        .number("quantile", quantile)
        .number("value", value)
}
