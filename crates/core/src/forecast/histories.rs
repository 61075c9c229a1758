//! Histories drawn from the estimates of uncertain values.

use crate::series::{Estimate, Series};

use super::Draws;

/// Draws `count` histories of a series whose values have estimation errors: each is a whole series, each value drawn from
/// its estimate (multiple imputation, Rubin 1987). If all values are exact, the series itself is the only history.
///
/// The draws of each period are one Latin hypercube column. They do not depend on other periods, and the errors of
/// neighbouring periods are independent.
///
/// ```
/// use onpace::forecast::{Draws, histories};
/// use onpace::series::{Estimate, Period, Series};
/// let cards = Series::new("cards", Period::year(2024)?, vec![0.82, 1.65])?;
/// let estimate = |value| Estimate { standard_error: 0.15, ..Estimate::exact(value) };
/// let drawn = histories(&cards, &[estimate(0.82), Estimate::exact(1.65)], 20, &Draws::new(1, 1000));
/// assert_eq!(drawn.len(), 20);
/// assert!(drawn[0].values()[0] != drawn[1].values()[0] && drawn[0].values()[1] == 1.65);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn histories(series: &Series, estimates: &[Estimate], count: usize, draws: &Draws) -> Vec<Series> {
    if estimates.len() != series.len() || estimates.iter().all(Estimate::is_exact) {
        return vec![series.clone()];
    }
    let columns: Vec<Vec<f64>> = estimates
        .iter()
        .zip(series.values())
        .enumerate()
        .map(|(place, (estimate, value))| match estimate.is_exact() {
            true => vec![*value; count],
            false => {
                let drawn = Draws::new(draws.seed(), count);
                estimate.quantiles(&drawn.stream(&[series.id(), "history"]).uniforms(place))
            }
        })
        .collect();
    let history = |path: usize| series.with_values(columns.iter().map(|column| column[path]).collect());
    let drawn: Vec<Series> = (0..count).filter_map(|path| history(path).ok()).collect();
    if drawn.is_empty() { vec![series.clone()] } else { drawn }
}
