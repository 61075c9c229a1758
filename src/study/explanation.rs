//! Explains the result of one goal in words.

use crate::export::format_number;
use crate::forecast::Odds;
use crate::goals::{Assessment, Goal, Judgement, Measure, Reading, Target};
use crate::outlook::{View, Views};
use crate::series::Period;

use super::{GoalResult, Results, SeriesResult, Verdict};
use crate::export::three_figures;
use crate::report::score_sentence;

/// Explains a goal: the target, the data, the odds by each view and without each origin of figures, dates, growth and the official
/// categories.
pub fn explain(results: &Results, result: &GoalResult) -> String {
    let goal = &result.goal;
    let mut lines = Lines::default();
    lines.text.push_str(&format!("{}: {}\n", goal.id, goal.statement));
    lines.add("target", target_in_words(goal));
    if !goal.place.is_empty() {
        lines.add("written", goal.place.clone());
    }
    let pooled = results.series.iter().find(|r| Some(&r.data.id) == goal.series.as_ref());
    let series = result.named.as_ref().or(pooled);
    if let Some(series) = series {
        data(&mut lines, series);
    }
    let Some(combined) = result.view(View::Combined) else {
        let verdict = Verdict::of(result);
        lines.add("verdict", format!("{}: {}", verdict.word(), verdict.detail(result)));
        return lines.text;
    };
    odds(&mut lines, results, result, combined, series);
    for without in &result.without {
        let odds = without.odds.as_ref().map_or_else(|reason| format!("no odds: {reason}"), Odds::to_string);
        lines.add("without", format!("{}: {odds}", without.origin));
    }
    let horizon = combined.attainment.horizon;
    let chance_by = |chance: &str, date: Option<Period>| match date {
        Some(period) => format!("{chance} chance by {period}"),
        None => format!("no {chance} chance by {horizon}"),
    };
    let dates = &combined.attainment;
    let day = dates.median_day.map_or(String::new(), |day| format!(" (on about {day})"));
    lines.add(
        "reached",
        format!(
            "{}{day}; {}; {}; not reached by {horizon}: {}",
            chance_by("50 %", dates.median),
            chance_by("80 %", dates.likely),
            chance_by("95 %", dates.nearly_sure),
            dates.never
        ),
    );
    let missed = combined
        .shortfall
        .if_missed
        .map_or(String::new(), |part| format!("; {} on the paths that miss it", percent(part)));
    if let Some(expected) = combined.shortfall.expected {
        lines.add("shortfall", format!("{} of the target on average{missed}", percent(expected)));
    }
    growth(&mut lines, combined, horizon);
    let since = combined.since.map_or(String::new(), |since| since.to_string());
    if let Some(eurostat) = combined.eurostat {
        lines.add(
            "Eurostat",
            format!(
                "{} (actual growth since {since} divided by required growth: {:.2})",
                eurostat.category, eurostat.ratio
            ),
        );
    }
    if let Some(escap) = combined.escap {
        let gap = percent(escap.gap);
        lines.add(
            "ESCAP",
            format!(
                "{} (status {:.1} of 10 since {since}; by the trend, {gap} of the way is left at the deadline)",
                escap.category, escap.status
            ),
        );
    }
    if result.view(View::Outside).is_some() {
        lines.add("record", format!("track record: {}", score_sentence()));
    }
    lines.text
}

/// Lines of text, each with a label.
#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn add(&mut self, label: &str, text: String) {
        self.text.push_str(&format!("  {label:<10} {text}\n"));
    }
}

fn percent(part: f64) -> String {
    // Adding zero turns -0 into 0.
    format!("{:.0} %", (100.0 * part).round() + 0.0)
}

/// The target, the deadline and the figures that decide.
fn target_in_words(goal: &Goal) -> String {
    let base = goal.base.map_or("the last value".to_owned(), |base| base.to_string());
    let target = match goal.target {
        Target::Level(level) => format_number(level),
        Target::Multiple(times) => format!("{times} × {base}"),
        Target::Growth(rate) => format!("{} growth per year from {base} on", percent(rate)),
        Target::Share(share) => match goal.threshold() {
            Some(threshold) if threshold < share => format!("{share} % (reached from {threshold} % on)"),
            _ => format!("{share} %"),
        },
        Target::Event => return "an event, judged from its recorded outcome alone".to_owned(),
    };
    let measure = match &goal.measure {
        Measure::Periods => String::new(),
        Measure::CalendarYears => ", in sums per calendar year".to_owned(),
        Measure::Over(other) => format!(", in per cent of `{other}`"),
    };
    let judged_on =
        goal.judged_on.as_ref().map_or("the true value".to_owned(), |origin| format!("the figures of {origin}"));
    let due = goal.deadline.map_or("no deadline".to_owned(), |day| match goal.reading {
        Reading::By => format!("by {day}"),
        Reading::At => format!("in the last whole period by {day}"),
    });
    format!("{} {target}{measure}, {due}; judged on {judged_on}", goal.condition.words())
}

/// The series, and the figures of its last three values.
fn data(lines: &mut Lines, result: &SeriesResult) {
    let unit = result.data.info.as_ref().map_or("", |info| info.unit.as_str());
    let Some(series) = &result.data.series else {
        lines.add("data", format!("{}: no usable figure", result.data.id));
        return;
    };
    let (first, last) = (series.start(), series.last_period());
    let unit = if unit.is_empty() { String::new() } else { format!(", {unit}") };
    let count = if series.known() == 1 { "1 value".to_owned() } else { format!("{} values", series.known()) };
    lines.add("data", format!("{}{unit}: {count}, {first} to {last}", result.data.id));
    for choice in result.data.choices[result.data.older..].iter().rev().take(3) {
        let figures: Vec<String> = choice
            .figures
            .iter()
            .map(|f| match (f.bound, f.value) {
                (Some((bound, true)), _) => format!("{} more than {}", f.origin, format_number(bound)),
                (Some((bound, false)), _) => format!("{} at most {}", f.origin, format_number(bound)),
                (None, value) => format!("{} {}", f.origin, value.map_or_else(String::new, format_number)),
            })
            .collect();
        let interval = match choice.estimate.is_exact() {
            true => "exact".to_owned(),
            false => {
                let ends = choice.estimate.quantiles(&[0.1, 0.9]);
                format!("80 % interval: {} to {}", three_figures(ends[0]), three_figures(ends[1]))
            }
        };
        lines.add(
            "",
            format!("{}: {} ({interval}) from {}", choice.period, three_figures(choice.value), figures.join(", ")),
        );
    }
}

/// The odds of the combined view and of each other view, with what they are based on.
fn odds(
    lines: &mut Lines,
    results: &Results,
    result: &GoalResult,
    combined: &Assessment,
    series: Option<&SeriesResult>,
) {
    let goal = &result.goal;
    let (level, due) = match &result.judgement {
        Ok(Judgement::Open { target, deadline }) => {
            (target.map_or("a target that is drawn with its base".to_owned(), three_figures), deadline.to_string())
        }
        _ => (String::new(), String::new()),
    };
    let direction = goal.condition.words();
    let error = 100.0 * combined.standard_error;
    lines.add(
        "odds",
        format!(
            "{} chance of {direction} {level} {} {due} (simulation error ± {error:.1} points)",
            combined.odds(),
            goal.reading.word()
        ),
    );
    lines.add("", format!("in any period by {due}: {}; in {due} itself: {}", combined.by, combined.at));
    if let Some(fixed) = combined.base_fixed {
        lines.add(
            "",
            format!(
                "with the base fixed at its median: {fixed}; with the base of each sample path: {}",
                combined.odds()
            ),
        );
    }
    let views = series.and_then(|series| series.views.as_ref());
    for (view, paths) in views.map(Views::parts).into_iter().flatten() {
        let odds = match (result.view(view), &paths.paths) {
            (Some(assessment), _) => assessment.odds().to_string(),
            (None, Err(reason)) => format!("no odds: {reason}"),
            (None, Ok(_)) => "no odds".to_owned(),
        };
        let basis = paths.remarks.iter().find(|remark| remark.finding.is_basis());
        let basis = basis.map_or(String::new(), |remark| format!("; {remark}"));
        lines.add(view.word(), format!("{odds}{basis}"));
    }
    if let Some(rate) = result.case_rate {
        let (low, high) = rate.interval;
        lines.add(
            "",
            format!(
                "{:.1} % of the comparable cases whose future is known reached the target (80 % interval {:.1} to {:.1} %, block bootstrap by technology or by place)",
                100.0 * rate.rate,
                100.0 * low,
                100.0 * high
            ),
        );
    }
    let how = match (result.view(View::Inside), result.view(View::Outside)) {
        (Some(_), Some(_)) => {
            let share = 100.0 * results.settings.ramps_weight;
            format!("sample paths of both views, {} % of them from the outside view", format_number(share))
        }
        (Some(_), None) => "sample paths of the inside view only".to_owned(),
        (None, _) => "sample paths of the outside view only".to_owned(),
    };
    lines.add(View::Combined.word(), format!("{}: {how}", combined.odds()));
}

/// The annual growth that is required, past and forecast.
fn growth(lines: &mut Lines, combined: &Assessment, horizon: Period) {
    let growth = &combined.growth;
    let rate = |words: &str, rate: Option<f64>| rate.map(|rate| format!("{words} {}", percent(rate)));
    let rates = [
        rate("required", growth.required),
        rate("last five years", growth.actual),
        rate("last year", growth.last_year),
        rate("forecast", growth.forecast),
        rate("for a 50 % chance", growth.for_even_odds),
        rate("for an 80 % chance", growth.for_80),
    ];
    let rates: Vec<String> = rates.into_iter().flatten().collect();
    if !rates.is_empty() {
        lines.add("growth", format!("annual growth: {}", rates.join(", ")));
    }
    if growth.last_year.is_some() {
        let when = growth
            .reached_at_last_years
            .map_or_else(|| format!("not reached by {horizon}"), |period| format!("reached in {period}"));
        lines.add("trend", format!("if the growth of the last year continues: {when}"));
    }
}
