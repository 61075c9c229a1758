//! All that is known of one goal, in words.

use crate::export::format_number;
use crate::forecast::Odds;
use crate::goals::{Assessment, Goal, Judgement, Measure, Reading, Target};
use crate::outlook::{View, Views};
use crate::series::Period;

use super::{GoalResult, Results, SeriesResult, Verdict};
use crate::export::three_figures;
use crate::report::score_sentence;

/// The text: what is asked, on which data, the odds by each view and how far they depend on what, dates, growth, the
/// official categories.
pub fn explain(results: &Results, result: &GoalResult) -> String {
    let goal = &result.goal;
    let mut lines = Lines::default();
    lines.text.push_str(&format!("{}: {}\n", goal.id, goal.statement));
    lines.add("asked", asked(goal));
    if !goal.place.is_empty() {
        lines.add("written", goal.place.clone());
    }
    let at_hand = results.series.iter().find(|r| Some(&r.data.id) == goal.series.as_ref());
    let of = result.named.as_ref().or(at_hand);
    if let Some(of) = of {
        data(&mut lines, of);
    }
    let Some(combined) = result.view(View::Combined) else {
        let verdict = Verdict::of(result);
        lines.add("verdict", format!("{}: {}", verdict.word(), verdict.detail(result)));
        return lines.text;
    };
    odds(&mut lines, results, result, combined, of);
    for without in &result.without {
        let odds = without.odds.as_ref().map_or_else(|reason| format!("cannot tell: {reason}"), Odds::to_string);
        lines.add("without", format!("{}: {odds}", without.origin));
    }
    let horizon = combined.attainment.horizon;
    let date = |date: Option<Period>| date.map_or_else(|| format!("not by {horizon}"), |period| period.to_string());
    let dates = &combined.attainment;
    let day = dates.median_day.map_or(String::new(), |day| format!(" (crossed about {day})"));
    lines.add(
        "reached",
        format!(
            "first, in any period, with odds of 50 %: {}{day}; of 80 %: {}; of 95 %: {}; not by {horizon} at all: {}",
            date(dates.median),
            date(dates.likely),
            date(dates.nearly_sure),
            dates.never
        ),
    );
    let missed =
        combined.shortfall.if_missed.map_or(String::new(), |part| format!("; {} where it is missed", percent(part)));
    if let Some(expected) = combined.shortfall.expected {
        lines.add("shortfall", format!("{} of the target on average{missed}", percent(expected)));
    }
    growth(&mut lines, combined, horizon);
    let since = combined.since.map_or(String::new(), |since| since.to_string());
    if let Some(eurostat) = combined.eurostat {
        lines.add(
            "Eurostat",
            format!("{} (actual over required growth since {}: {:.2})", eurostat.category, since, eurostat.ratio),
        );
    }
    if let Some(escap) = combined.escap {
        let gap = percent(escap.gap);
        lines.add(
            "ESCAP",
            format!(
                "{}: {:.1} of 10 of the way since {since} gone, {gap} of it left at the deadline by the trend",
                escap.category, escap.status
            ),
        );
    }
    if result.view(View::Outside).is_some() {
        lines.add("record", score_sentence());
    }
    lines.text
}

/// Lines with a word before each.
#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn add(&mut self, word: &str, text: String) {
        self.text.push_str(&format!("  {word:<10} {text}\n"));
    }
}

fn percent(part: f64) -> String {
    // No minus before a zero.
    format!("{:.0} %", (100.0 * part).round() + 0.0)
}

fn asked(goal: &Goal) -> String {
    let base = goal.base.map_or("the last value".to_owned(), |base| base.to_string());
    let target = match goal.target {
        Target::Level(level) => format_number(level),
        Target::Multiple(times) => format!("{times} × {base}"),
        Target::Growth(rate) => format!("{} a year from {base} on", percent(rate)),
        Target::Share(share) => match goal.threshold() {
            Some(threshold) if threshold < share => format!("{share} %, which counts from {threshold} %"),
            _ => format!("{share} %"),
        },
        Target::Event => return "an event, judged from its record alone".to_owned(),
    };
    let measure = match &goal.measure {
        Measure::Periods => String::new(),
        Measure::CalendarYears => ", in sums over calendar years".to_owned(),
        Measure::Over(other) => format!(", in per cent of `{other}`"),
    };
    let on = goal.judged_on.as_ref().map_or("the true value".to_owned(), |origin| format!("the figures of {origin}"));
    let due = goal.deadline.map_or("no deadline".to_owned(), |day| match goal.reading {
        Reading::By => format!("by {day}"),
        Reading::At => format!("in the last whole period by {day}"),
    });
    format!("{} {target}{measure}, {due}; judged on {on}", goal.condition.words())
}

fn data(lines: &mut Lines, of: &SeriesResult) {
    let unit = of.data.info.as_ref().map_or("", |info| info.unit.as_str());
    let Some(series) = &of.data.series else {
        lines.add("data", format!("{}: no usable figure", of.data.id));
        return;
    };
    let (first, last) = (series.start(), series.last_period());
    let unit = if unit.is_empty() { String::new() } else { format!(", {unit}") };
    let count = if series.known() == 1 { "1 value".to_owned() } else { format!("{} values", series.known()) };
    lines.add("data", format!("{}{unit}: {count}, {first} to {last}", of.data.id));
    for choice in of.data.choices[of.data.older..].iter().rev().take(3) {
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
                format!("80 %: {} to {}", three_figures(ends[0]), three_figures(ends[1]))
            }
        };
        lines.add(
            "",
            format!("{}: {} ({interval}) of {}", choice.period, three_figures(choice.value), figures.join(", ")),
        );
    }
}

fn odds(lines: &mut Lines, results: &Results, result: &GoalResult, combined: &Assessment, of: Option<&SeriesResult>) {
    let goal = &result.goal;
    let (level, due) = match &result.judgement {
        Ok(Judgement::Open { target, deadline }) => {
            (target.map_or("the target, drawn with its base".to_owned(), three_figures), deadline.to_string())
        }
        _ => (String::new(), String::new()),
    };
    let direction = goal.condition.words();
    let error = 100.0 * combined.standard_error;
    lines.add(
        "odds",
        format!(
            "{} of {direction} {level} {} {due} (± {error:.1} from the number of draws)",
            combined.odds(),
            goal.reading.word()
        ),
    );
    lines.add("", format!("by {due}: {}; in {due} itself: {}", combined.by, combined.at));
    if let Some(fixed) = combined.base_fixed {
        lines.add(
            "",
            format!("with the base fixed at its middle value: {fixed}; drawn with its path: {}", combined.odds()),
        );
    }
    let views = of.and_then(|of| of.views.as_ref());
    for (view, paths) in views.map(Views::parts).into_iter().flatten() {
        let odds = match (result.view(view), &paths.paths) {
            (Some(found), _) => found.odds().to_string(),
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
            format!("inside and outside view mixed, the share of the outside view is {} %", format_number(share))
        }
        (Some(_), None) => "the inside view alone".to_owned(),
        (None, _) => "the outside view alone".to_owned(),
    };
    lines.add(View::Combined.word(), format!("{}: {how}", combined.odds()));
}

fn growth(lines: &mut Lines, combined: &Assessment, horizon: Period) {
    let growth = &combined.growth;
    let of = |words: &str, rate: Option<f64>| rate.map(|rate| format!("{words} {}", percent(rate)));
    let all = [
        of("required", growth.required),
        of("of late", growth.actual),
        of("last year", growth.last_year),
        of("forecast", growth.forecast),
        of("for odds of 50 %", growth.for_even_odds),
        of("for odds of 80 %", growth.for_80),
    ];
    let all: Vec<String> = all.into_iter().flatten().collect();
    if !all.is_empty() {
        lines.add("growth", format!("a year: {}", all.join("; ")));
    }
    if growth.last_year.is_some() {
        let when = growth
            .reached_at_last_years
            .map_or_else(|| format!("not be reached by {horizon}"), |period| format!("be reached in {period}"));
        lines.add("naive", format!("if the growth of the last year went on, it would {when}"));
    }
}
