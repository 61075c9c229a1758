//! `onpace chart`: a picture of one series.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use crate::bundled;
use crate::charts::Sheet;
use crate::export::format_number;
use crate::goals::{Condition, Goal, Judgement, Target, deadline, judge};
use crate::outlook::{Viewpoint, horizon_reaching};
use crate::report::{curves, fan, growth_curves, odds_over_time};
use crate::series::Series;

use super::failure::Failure;
use super::input::Input;
use super::options::{self, Intervals, OneSeries, Picture, Simulation};
use super::say;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  onpace chart fan sales.csv -H 5 -o fan.svg
  onpace chart growth sales.csv -o growth.png
  onpace chart goal sales.csv --target x2 --by 2028 -o chance.svg")]
pub(super) struct Arguments {
    /// What to draw
    kind: Kind,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    series: OneSeries,
    #[arg(short = 'H', long, default_value_t = 8, value_name = "PERIODS", help = options::HORIZON, help_heading = "Model", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    horizon: u32,
    #[arg(short, long, default_value = "auto", value_name = "NAMES", help = options::MODEL, help_heading = "Model")]
    model: String,
    #[arg(long, required_if_eq("kind", "goal"), value_name = "TARGET", help = options::TARGET, help_heading = "Goal")]
    target: Option<String>,
    #[arg(long, required_if_eq("kind", "goal"), value_name = "DEADLINE", help = options::BY, help_heading = "Goal")]
    by: Option<String>,
    #[arg(long, help = options::AT_MOST, help_heading = "Goal")]
    at_most: bool,
    #[command(flatten)]
    intervals: Intervals,
    #[command(flatten)]
    simulation: Simulation,
    /// Title [default: what the chart shows]
    #[arg(long, value_name = "TEXT", help_heading = "Output")]
    title: Option<String>,
    /// Unit of the values, for the subtitle
    #[arg(long, value_name = "TEXT", help_heading = "Output")]
    unit: Option<String>,
    /// Source line at the foot [default: the file]
    #[arg(long, value_name = "TEXT", help_heading = "Output")]
    source: Option<String>,
    #[arg(short, long, value_name = "FILE", help = options::OUTPUT, help_heading = "Output")]
    output: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum Kind {
    /// History, median and bands
    Fan,
    /// Growth curves fitted to the data, and extended
    Growth,
    /// Chance of having reached a goal by each period
    Goal,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let picture = Picture::of(&arguments.output)?;
    arguments.input.keep_apart([Some(arguments.output.as_path())])?;
    let series = arguments.input.one(arguments.series.series.as_deref())?;
    let svg = match arguments.kind {
        Kind::Fan => fan_svg(arguments, &series)?,
        Kind::Growth => growth_svg(arguments, &series)?,
        Kind::Goal => goal_svg(arguments, &series)?,
    };
    picture.write(svg)
}

fn sheet(arguments: &Arguments, series: &Series, title: String, subtitle: &str) -> Sheet {
    let unit =
        arguments.unit.as_ref().filter(|unit| !unit.is_empty()).map_or(String::new(), |unit| format!(", {unit}"));
    let source = arguments.source.clone().unwrap_or_else(|| format!("Data: {}", arguments.input.data.display()));
    let grey = arguments.kind == Kind::Fan && !series.is_complete();
    let gaps = if grey { " Grey: periods without a value." } else { "" };
    Sheet {
        title: arguments.title.clone().unwrap_or(title),
        subtitle: format!("{}{unit}. {subtitle}{gaps}", series.id()),
        source,
    }
}

fn fan_svg(arguments: &Arguments, series: &Series) -> Result<String, Failure> {
    let model = match bundled::registry().select(&arguments.model)?.as_slice() {
        [model] => Arc::clone(model),
        models => {
            let fact = format!("--model names {} models, but a fan chart shows one", models.len());
            return Err(Failure::usage(fact).with_hint("--model auto draws the pool of all models"));
        }
    };
    let fitted = model.fit(series)?;
    let forecast = fitted.forecast(arguments.horizon as usize, &arguments.simulation.draws());
    let end = series.last_period().shift(i64::from(arguments.horizon)).map_err(|e| Failure::failed(e.to_string()))?;
    let median = forecast.median()[forecast.horizon() - 1];
    let title = format!("{}: median {} in {}", series.id(), format_number(median), series.calendar().label(end));
    let sheet = sheet(arguments, series, title, &format!("Median and bands of `{}`.", arguments.model));
    let levels = arguments.intervals.levels()?;
    Ok(fan(sheet, series, &forecast, &levels, forecast.horizon(), None).svg()?)
}

fn growth_svg(arguments: &Arguments, series: &Series) -> Result<String, Failure> {
    let steps = arguments.horizon as usize;
    let (fitted, remarks) = growth_curves(&bundled::registry(), series, steps);
    remarks.iter().for_each(|remark| say::note(&remark.to_string()));
    if fitted.is_empty() {
        return Err(Failure::failed("no growth curve applies to this series")
            .with_hint("`onpace models` lists what each curve needs"));
    }
    let title = format!("{}: {} growth curves", series.id(), fitted.len());
    let sheet = sheet(arguments, series, title, "Curves by generalised least squares, extended beyond the last value.");
    Ok(curves(sheet, series, fitted, steps).svg()?)
}

fn goal_svg(arguments: &Arguments, series: &Series) -> Result<String, Failure> {
    let text = |flag: &Option<String>| flag.clone().unwrap_or_default();
    let target: Target = text(&arguments.target).parse()?;
    let day = deadline(&text(&arguments.by))?;
    let condition = if arguments.at_most { Condition::AtMost } else { Condition::AtLeast };
    let goal = Goal { condition, ..Goal::open("goal", series.id(), target, day) };
    let Judgement::Open { deadline, .. } = judge(&goal, Some(series))? else {
        return Err(Failure::failed("the goal is already decided, so there is no chance to draw")
            .with_hint("`onpace goals` with the same file, --target and --by says how it ended"));
    };
    let horizon = horizon_reaching(series.last_period(), 1, [&goal].into_iter());
    let (registry, draws) = (bundled::registry(), arguments.simulation.draws());
    let views = Viewpoint { registry: &registry, draws: &draws, ramps_weight: 0.5 }.views(series, &[], horizon);
    let found = views.assess(&goal, series, deadline);
    let Some((_, combined)) = found.last() else {
        return Err(Failure::failed(
            "the goal has no odds: no model applies, or the deadline is beyond the longest horizon",
        ));
    };
    let due = series.calendar().label(deadline);
    let title = format!("{}, {} {target} by {due}: odds {}", series.id(), condition.words(), combined.by);
    let sheet = sheet(arguments, series, title, "Odds of having reached the goal by each period.");
    Ok(odds_over_time(sheet, &found, deadline, 5).svg()?)
}
