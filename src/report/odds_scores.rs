//! What is shown of the scores of odds: a table and a sentence.

use crate::export::Table;
use crate::goals::Reading;

use crate::outlook::{Forecaster, OddsScore, OddsScores, View};

/// The scores of this version of the program, as `onpace ramps score` writes them.
const SCORED: &str = include_str!("../../datasets/reference-ramps/odds_scores.csv");

const COMBINED: Forecaster = Forecaster::View(View::Combined);

/// How good such odds were on past cases, in a sentence.
///
/// ```
/// assert!(onpace::report::score_sentence().contains("Brier score"));
/// ```
pub fn score_sentence() -> String {
    let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let mut lines = SCORED.lines();
    let header = cells(lines.next().unwrap_or_default());
    let column = |name: &str| header.iter().position(|cell| cell == name);
    let rows: Vec<Vec<String>> = lines.map(cells).collect();
    let brier = |forecaster: Forecaster| {
        let (name, brier) = (column("forecaster")?, column("brier")?);
        let briers: Vec<f64> = rows
            .iter()
            .filter(|row| row.get(name).is_some_and(|cell| *cell == forecaster.to_string()))
            .filter_map(|row| row.get(brier)?.parse().ok())
            .collect();
        Some(briers.iter().sum::<f64>() / briers.len() as f64)
    };
    let tasks = column("tasks").and_then(|at| rows.first()?.get(at).cloned()).unwrap_or_default();
    let [combined, base] = [COMBINED, Forecaster::BaseRate].map(|forecaster| brier(forecaster).unwrap_or(f64::NAN));
    format!(
        "on {tasks} past cases of reference ramps, combined odds had a Brier score of {combined:.4}, the base rate {base:.4} ({:.0} % better)",
        100.0 * (1.0 - combined / base)
    )
}

/// The scores, one row per question and forecaster.
pub fn odds_score_table(scores: &OddsScores) -> Table {
    // A forecaster without odds on some history, such as a model that needs more values, has no row.
    let all: Vec<&OddsScore> = scores.scores.iter().filter(|score| score.brier.is_finite()).collect();
    Table::default()
        .text(
            "counts",
            all.iter().map(|s| match s.question.reading {
                Reading::By => "by",
                Reading::At => "at",
            }),
        )
        .number("multiple", all.iter().map(|s| Some(s.question.multiple)))
        .count("years", all.iter().map(|s| s.question.years))
        .text("forecaster", all.iter().map(|s| s.forecaster.to_string()))
        .count("tasks", all.iter().map(|s| s.tasks))
        .count("events", all.iter().map(|s| s.events))
        .number("brier", all.iter().map(|s| rounded(s.brier)))
        .number("skill", all.iter().map(|s| rounded(s.skill.0)))
        .number("skill_lo-90", all.iter().map(|s| rounded(s.skill.1)))
        .number("skill_hi-90", all.iter().map(|s| rounded(s.skill.2)))
        .number("brier_less_combined", all.iter().map(|s| rounded(s.less_combined.0)))
        .number("se_by_technology", all.iter().map(|s| rounded(s.less_combined.1)))
        .number("se_by_place", all.iter().map(|s| rounded(s.less_combined.2)))
        .number("log_score", all.iter().map(|s| rounded(s.log_score)))
        .number("reliability", all.iter().map(|s| rounded(s.parts.reliability)))
        .number("resolution", all.iter().map(|s| rounded(s.parts.resolution)))
        .number("uncertainty", all.iter().map(|s| rounded(s.parts.uncertainty)))
}

/// Rounds to six decimals; more would be noise. `None` for a score that does not exist.
fn rounded(value: f64) -> Option<f64> {
    value.is_finite().then(|| (value * 1e6).round() / 1e6)
}
