//! Goals and their results as tables.

use crate::export::Table;
use crate::goals::{Assessment, Judgement, Measure};
use crate::outlook::View;
use crate::report::assessment_columns;

use super::{GoalResult, Results, Verdict};

/// All goals with their results, one row per goal. The assessment is that of the combined view.
pub fn assessment_table(results: &Results) -> Table {
    let goals = &results.goals;
    let view = |view: View| goals.iter().map(move |g| g.view(view).map(|a| a.odds().probability()));
    let judged = |of: fn(&Judgement) -> Option<f64>| goals.iter().map(move |g| g.judgement.as_ref().ok().and_then(of));
    let source = |id: &str| results.catalog.as_ref().and_then(|catalog| catalog.source(id)).map(|s| s.url.clone());
    let due = |g: &GoalResult| match &g.judgement {
        Ok(Judgement::Open { deadline, .. }) => Some(deadline.to_string()),
        _ => None,
    };
    let table = Table::default()
        .text("goal", goals.iter().map(|g| g.goal.id.clone()))
        .text("statement", goals.iter().map(|g| g.goal.statement.clone()))
        .optional_text("series", goals.iter().map(|g| g.goal.series.clone()))
        .text(
            "measure",
            goals.iter().map(|g| match &g.goal.measure {
                Measure::Periods => "periods".to_owned(),
                Measure::CalendarYears => "calendar years".to_owned(),
                Measure::Over(over) => format!("over {over}"),
            }),
        )
        .text("judged_on", goals.iter().map(|g| g.goal.judged_on.clone().unwrap_or_else(|| "true value".to_owned())))
        .text("direction", goals.iter().map(|g| g.goal.condition.words()))
        .text("target", goals.iter().map(|g| g.goal.target.to_string()))
        .optional_text("base", goals.iter().map(|g| g.goal.base.map(|base| base.to_string())))
        .optional_text("deadline", goals.iter().map(|g| g.goal.deadline.map(|day| day.to_string())))
        .text("counts", goals.iter().map(|g| g.goal.reading.word()))
        .optional_text("due", goals.iter().map(due))
        .text("verdict", goals.iter().map(|g| Verdict::of(g).word()))
        .text("detail", goals.iter().map(|g| Verdict::of(g).detail(g)))
        .number(
            "level",
            judged(|j| match j {
                Judgement::Open { target, .. } => *target,
                Judgement::Judged { target, .. } => Some(*target),
                Judgement::Recorded(..) => None,
            }),
        )
        .number("full_share_from", goals.iter().map(|g| g.goal.threshold()))
        .number(
            "value",
            judged(|j| match j {
                Judgement::Judged { value, .. } => Some(*value),
                _ => None,
            }),
        )
        .number("odds_inside", view(View::Inside))
        .number("odds_outside", view(View::Outside))
        .number("ramps_rate", goals.iter().map(|g| g.case_rate.map(|rate| rate.rate)))
        .number("ramps_lo-80", goals.iter().map(|g| g.case_rate.map(|rate| rate.interval.0)))
        .number("ramps_hi-80", goals.iter().map(|g| g.case_rate.map(|rate| rate.interval.1)))
        .number("ramps_cases", goals.iter().map(|g| g.case_rate.map(|rate| rate.cases)))
        .number("odds_without_low", goals.iter().map(|g| g.without_range().map(|(low, _)| low)))
        .number("odds_without_high", goals.iter().map(|g| g.without_range().map(|(_, high)| high)));
    let combined: Vec<Option<&Assessment>> = goals.iter().map(|g| g.view(View::Combined)).collect();
    assessment_columns(table, &combined, |period| period.to_string())
        .text("issuer", goals.iter().map(|g| g.goal.issuer.clone()))
        .text("source", goals.iter().map(|g| g.goal.source.clone()))
        .optional_text("source_url", goals.iter().map(|g| source(&g.goal.source)))
        .text("place", goals.iter().map(|g| g.goal.place.clone()))
}

/// The odds of each goal without the figures of one origin, one row per goal and origin.
pub fn sensitivity_table(results: &Results) -> Table {
    let rows = || results.goals.iter().flat_map(|goal| goal.without.iter().map(move |without| (goal, without)));
    Table::default()
        .text("goal", rows().map(|(goal, _)| goal.goal.id.clone()))
        .text("without", rows().map(|(_, without)| without.origin.clone()))
        .number("odds", rows().map(|(_, without)| without.odds.as_ref().ok().map(|odds| odds.probability())))
        .number("odds_with_all", rows().map(|(goal, _)| goal.view(View::Combined).map(|a| a.odds().probability())))
        .optional_text("reason", rows().map(|(_, without)| without.odds.as_ref().err().cloned()))
}

/// All figures of all series with the pooled value of their period, one row per figure.
pub fn figure_table(results: &Results) -> Table {
    let rows = || {
        let choices = results.series.iter().flat_map(|r| r.data.choices.iter().map(move |choice| (r, choice)));
        choices.flat_map(|(r, choice)| choice.all_figures().map(move |figure| (r, choice, figure)))
    };
    Table::default()
        .text("series", rows().map(|(r, ..)| r.data.id.clone()))
        .text("period", rows().map(|(_, choice, _)| choice.period.to_string()))
        .text("origin", rows().map(|(.., figure)| figure.origin.clone()))
        .text("source", rows().map(|(.., figure)| figure.source.clone()))
        .text("published", rows().map(|(.., figure)| figure.published.to_string()))
        .number("value", rows().map(|(.., figure)| figure.value))
        .number("at_least", rows().map(|(.., f)| f.bound.filter(|(_, at_least)| *at_least).map(|(v, _)| v)))
        .number("at_most", rows().map(|(.., f)| f.bound.filter(|(_, at_least)| !at_least).map(|(v, _)| v)))
        .number(
            "log_se",
            rows().map(|(_, choice, figure)| (!choice.estimate.is_exact()).then_some(figure.standard_error)),
        )
        .number("weight", rows().map(|(.., figure)| Some(figure.weight)))
        .text(
            "kind",
            rows().map(|(_, choice, figure)| match (choice.reported, choice.displaced.contains(figure)) {
                (true, false) => "reported",
                (true, true) => "estimate, not used",
                (false, _) => "estimate",
            }),
        )
        .number("pooled", rows().map(|(_, choice, _)| Some(choice.value)))
        .number("pooled_lo-80", rows().map(|(_, choice, _)| Some(choice.estimate.quantile(0.1))))
        .number("pooled_hi-80", rows().map(|(_, choice, _)| Some(choice.estimate.quantile(0.9))))
}
