//! Scores of odds on past cases: a table and a sentence.

use crate::export::{Table, format_number};
use crate::goals::Reading;

use crate::outlook::{Forecaster, OddsScore, OddsScores, View};

/// The scores of this version of the program, as `onpace ramps score` writes them.
const SCORED: &str = include_str!("../../datasets/reference-ramps/odds_scores.csv");

const COMBINED: Forecaster = Forecaster::View(View::Combined);

/// The track record in words: how good such odds were on past cases.
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
    let tasks = column("tasks").and_then(|index| rows.first()?.get(index)?.parse().ok()).unwrap_or(f64::NAN);
    let [combined, base] = [COMBINED, Forecaster::BaseRate].map(|forecaster| brier(forecaster).unwrap_or(f64::NAN));
    format!(
        "on {} past cases of reference ramps, the combined view had a Brier score of {combined:.4}, {:.0} % lower than that of the base rate, {base:.4}; lower is better",
        format_number(tasks),
        100.0 * (1.0 - combined / base)
    )
}

/// The scores, one row per question and forecaster.
pub fn odds_score_table(scores: &OddsScores) -> Table {
    // A forecaster without odds on some cases, such as a model that needs more values, has no score.
    let scored: Vec<&OddsScore> = scores.scores.iter().filter(|score| score.brier.is_finite()).collect();
    Table::default()
        .text(
            "counts",
            scored.iter().map(|s| match s.question.reading {
                Reading::By => "by",
                Reading::At => "at",
            }),
        )
        .number("multiple", scored.iter().map(|s| Some(s.question.multiple)))
        .count("years", scored.iter().map(|s| s.question.years))
        .text("forecaster", scored.iter().map(|s| s.forecaster.to_string()))
        .count("tasks", scored.iter().map(|s| s.tasks))
        .count("events", scored.iter().map(|s| s.events))
        .number("brier", scored.iter().map(|s| rounded(s.brier)))
        .number("skill", scored.iter().map(|s| rounded(s.skill.0)))
        .number("skill_lo-90", scored.iter().map(|s| rounded(s.skill.1)))
        .number("skill_hi-90", scored.iter().map(|s| rounded(s.skill.2)))
        .number("brier_less_combined", scored.iter().map(|s| rounded(s.less_combined.0)))
        .number("se_by_technology", scored.iter().map(|s| rounded(s.less_combined.1)))
        .number("se_by_place", scored.iter().map(|s| rounded(s.less_combined.2)))
        .number("log_score", scored.iter().map(|s| rounded(s.log_score)))
        .number("reliability", scored.iter().map(|s| rounded(s.parts.reliability)))
        .number("resolution", scored.iter().map(|s| rounded(s.parts.resolution)))
        .number("uncertainty", scored.iter().map(|s| rounded(s.parts.uncertainty)))
}

/// Rounds to six decimals. `None` for a score that does not exist.
fn rounded(value: f64) -> Option<f64> {
    value.is_finite().then(|| (value * 1e6).round() / 1e6)
}
