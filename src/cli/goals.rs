//! `onpace goals`: the odds of a goal on a series of a file.

use clap::Args;

use crate::export::Table;
use crate::goals::{Direction, Goal, Judgement, Target, deadline, judge};
use crate::registry::Registry;
use crate::series::Stamp;
use crate::study::{Viewpoint, assessment_columns, horizon_reaching};

use super::options::{Drawing, Input, Output};
use super::say::Failure;

/// Example: onpace goals output.csv --target x3 --base 2025 --by 2027
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// What is to be reached: a level (1200), a multiple (x3, +50%), a share (80%)
    #[arg(long, allow_hyphen_values = true)]
    target: String,
    /// By when: 2027, 2026-Q4, 2026-12 (the end of the period), 2026-12-31
    #[arg(long, value_name = "DEADLINE")]
    by: String,
    /// The period that a multiple is of [default: the last with a value]
    #[arg(long, value_name = "PERIOD")]
    base: Option<String>,
    /// Less is better
    #[arg(long)]
    at_most: bool,
    /// The series, for a file of several
    #[arg(long, value_name = "ID")]
    series: Option<String>,
    /// From this share, in per cent, a target of 100% counts as reached
    #[arg(long, default_value_t = 100.0, value_name = "PERCENT")]
    full_share: f64,
    #[command(flatten)]
    drawing: Drawing,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let format = arguments.output.format()?;
    let target: Target = arguments.target.parse()?;
    let day = deadline(&arguments.by)?;
    let draws = arguments.drawing.draws();
    let series = arguments.input.one(arguments.series.as_deref(), arguments.output.quiet)?;
    let base = match &arguments.base {
        None => None,
        Some(text) => {
            let period = Stamp::parse(text).ok().and_then(|stamp| series.calendar().period(stamp).ok());
            let wrong = || Failure::Usage(format!("--base `{text}` is no {} period", series.start().frequency()));
            Some(period.ok_or_else(wrong)?)
        }
    };
    let goal = Goal {
        base,
        direction: if arguments.at_most { Direction::AtMost } else { Direction::AtLeast },
        full_share: arguments.full_share,
        ..Goal::open("goal", series.id(), target, day)
    };
    let due = match judge(&goal, Some(&series)) {
        Ok(Judgement::Open { deadline, .. }) => deadline,
        Ok(Judgement::Judged { met, period, value, target }) => {
            let table = Table::default()
                .text("view", ["data"])
                .text("verdict", [if met { "met" } else { "missed" }])
                .text("period", [series.calendar().label(period)])
                .number("value", [Some(value)])
                .number("level", [Some(target)]);
            return arguments.output.write(&table, format);
        }
        Ok(Judgement::Recorded(..)) => return Err(Failure::Failed("an event needs a study".to_owned())),
        Err(reason) => return Err(Failure::Failed(format!("cannot tell: {reason}"))),
    };
    let horizon = horizon_reaching(series.last_period(), 1, [&goal].into_iter());
    let registry = Registry::bundled();
    let views = Viewpoint { registry: &registry, draws: &draws, ramps_weight: 0.5 }.views(&series, &[], horizon);
    let found = views.assess(&goal, &series, due);
    if !arguments.output.quiet {
        for view in [&views.own, &views.ramps] {
            let silent = view.paths.as_ref().err();
            view.remarks.iter().chain(silent).for_each(|text| super::say::note(&format!("note: {text}")));
        }
    }
    if found.is_empty() {
        return Err(Failure::Failed(
            "cannot tell: no model applies, or the deadline lies beyond the longest horizon (50 years or 200 periods)"
                .to_owned(),
        ));
    }
    let label = |period: crate::series::Period| series.calendar().label(period);
    let rows = || found.iter();
    let level = goal.level(series.at(goal.base.unwrap_or(series.last_period())), None);
    let table = Table::default()
        .text("view", rows().map(|(name, _)| *name))
        .text("due", rows().map(|_| label(due)))
        .number("level", rows().map(|_| level))
        .text("in_words", rows().map(|(_, a)| a.odds().to_string()));
    let found: Vec<_> = found.iter().map(|(_, a)| Some(a)).collect();
    arguments.output.write(&assessment_columns(table, &found, label), format)
}
