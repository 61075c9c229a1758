//! Histories drawn from what is known of each value.

use crate::series::{Estimate, Series};

use super::Draws;

/// Histories of a series whose values are known with errors: each a whole series, each value drawn from its estimate
/// (multiple imputation, Rubin 1987). One history, the series itself, where every value is exact.
///
/// The draws of a period are a Latin hypercube column of their own: they do not depend on the other periods, nor are
/// errors of neighbouring periods taken to go together.
///
/// ```
/// use onpace::forecast::{Draws, histories};
/// use onpace::series::{Estimate, Period, Series};
/// let cards = Series::new("cards", Period::year(2024)?, vec![0.82, 1.65])?;
/// let told = |value| Estimate { standard_error: 0.15, ..Estimate::exact(value) };
/// let drawn = histories(&cards, &[told(0.82), Estimate::exact(1.65)], 20, &Draws::new(1, 1000));
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
        .map(|(at, (estimate, value))| match estimate.is_exact() {
            true => vec![*value; count],
            false => {
                let drawn = Draws::new(draws.seed(), count);
                estimate.quantiles(&drawn.stream(&[series.id(), "history"]).uniforms(at))
            }
        })
        .collect();
    let history = |at: usize| series.with_values(columns.iter().map(|column| column[at]).collect());
    let drawn: Vec<Series> = (0..count).filter_map(|at| history(at).ok()).collect();
    if drawn.is_empty() { vec![series.clone()] } else { drawn }
}
