//! `onpace chart`: a picture of one series.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::bundled;
use crate::charts::Sheet;
use crate::export::format_number;
use crate::goals::{Direction, Goal, Judgement, Target, deadline, judge};
use crate::outlook::{Viewpoint, horizon_reaching};
use crate::report::{curves, fan, growth_curves, odds_over_time};
use crate::series::Series;

use super::options::{Drawing, Input, Picture};
use super::say::{self, Failure};

/// Example: onpace chart fan output.csv -H 5 -o fan.svg
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What to draw
    kind: Kind,
    #[command(flatten)]
    input: Input,
    /// The series, for a file of several
    #[arg(long, value_name = "ID")]
    series: Option<String>,
    /// Steps ahead
    #[arg(short = 'H', long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=500))]
    horizon: u32,
    /// The model of a fan chart
    #[arg(short, long, default_value = "auto", value_name = "NAME")]
    model: String,
    /// Goal charts: a level (1200), a multiple (x3, +50%), a share (80%)
    #[arg(long, required_if_eq("kind", "goal"))]
    target: Option<String>,
    /// Goal charts: the deadline
    #[arg(long, required_if_eq("kind", "goal"))]
    by: Option<String>,
    /// Goal charts: less is better
    #[arg(long)]
    at_most: bool,
    /// Title [default: what the chart shows]
    #[arg(long)]
    title: Option<String>,
    /// Unit of the values, for the subtitle
    #[arg(long, default_value = "")]
    unit: String,
    /// Source line at the foot
    #[arg(long, default_value = "")]
    source: String,
    #[command(flatten)]
    drawing: Drawing,
    /// File to write, .svg or .png
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum Kind {
    /// History, median and bands
    Fan,
    /// Growth curves over the data
    Growth,
    /// Odds of a goal over time
    Goal,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let picture = Picture::of(&arguments.output)?;
    let series = arguments.input.one(arguments.series.as_deref(), true)?;
    let svg = match arguments.kind {
        Kind::Fan => fan_svg(arguments, &series)?,
        Kind::Growth => growth_svg(arguments, &series)?,
        Kind::Goal => goal_svg(arguments, &series)?,
    };
    picture.write(svg)
}

fn sheet(arguments: &Arguments, series: &Series, title: String, subtitle: &str) -> Sheet {
    let unit = if arguments.unit.is_empty() { String::new() } else { format!(", {}", arguments.unit) };
    let source = match arguments.source.as_str() {
        "" => format!("Data: {}", arguments.input.data.display()),
        source => source.to_owned(),
    };
    let grey = arguments.kind == Kind::Fan && !series.is_complete();
    let gaps = if grey { " Grey: periods without a value." } else { "" };
    Sheet {
        title: arguments.title.clone().unwrap_or(title),
        subtitle: format!("{}{unit}. {subtitle}{gaps}", series.id()),
        source,
    }
}

fn fan_svg(arguments: &Arguments, series: &Series) -> Result<String, Failure> {
    let model = bundled::registry().model(&arguments.model)?;
    let fitted = model.fit(series)?;
    let forecast = fitted.forecast(arguments.horizon as usize, &arguments.drawing.draws());
    let end = series.last_period().shift(i64::from(arguments.horizon)).map_err(|e| Failure::Failed(e.to_string()))?;
    let median = forecast.median()[forecast.horizon() - 1];
    let title = format!("{}: median {} in {}", series.id(), format_number(median), series.calendar().label(end));
    let sheet = sheet(arguments, series, title, &format!("Median and bands of `{}`.", arguments.model));
    let levels = arguments.drawing.levels()?;
    Ok(fan(sheet, series, &forecast, &levels, forecast.horizon(), None).svg()?)
}

fn growth_svg(arguments: &Arguments, series: &Series) -> Result<String, Failure> {
    let steps = arguments.horizon as usize;
    let (fitted, remarks) = growth_curves(&bundled::registry(), series, steps);
    remarks.iter().for_each(|remark| say::note(&format!("note: {remark}")));
    if fitted.is_empty() {
        return Err(Failure::Failed("no growth curve applies to this series".to_owned()));
    }
    let title = format!("{}: {} growth curves", series.id(), fitted.len());
    let sheet = sheet(arguments, series, title, "Curves by generalised least squares, extended beyond the last value.");
    Ok(curves(sheet, series, fitted, steps).svg()?)
}

fn goal_svg(arguments: &Arguments, series: &Series) -> Result<String, Failure> {
    let text = |flag: &Option<String>| flag.clone().unwrap_or_default();
    let target: Target = text(&arguments.target).parse()?;
    let day = deadline(&text(&arguments.by))?;
    let direction = if arguments.at_most { Direction::AtMost } else { Direction::AtLeast };
    let goal = Goal { direction, ..Goal::open("goal", series.id(), target, day) };
    let Judgement::Open { deadline, .. } = judge(&goal, Some(series)).map_err(|e| Failure::Failed(e.to_string()))?
    else {
        return Err(Failure::Failed("the goal is judged already: onpace goals says how".to_owned()));
    };
    let horizon = horizon_reaching(series.last_period(), 1, [&goal].into_iter());
    let (registry, draws) = (bundled::registry(), arguments.drawing.draws());
    let views = Viewpoint { registry: &registry, draws: &draws, ramps_weight: 0.5 }.views(series, &[], horizon);
    let found = views.assess(&goal, series, deadline);
    let Some((_, combined)) = found.last() else {
        return Err(Failure::Failed(
            "cannot tell: no model applies, or the deadline lies beyond the longest horizon".to_owned(),
        ));
    };
    let due = series.calendar().label(deadline);
    let title = format!("{}, {} {target} by {due}: odds {}", series.id(), direction.words(), combined.by);
    let sheet = sheet(arguments, series, title, "Odds of having reached the goal by each period.");
    Ok(odds_over_time(sheet, &found, deadline, 5).svg()?)
}
