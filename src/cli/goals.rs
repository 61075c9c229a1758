//! `onpace goals`: the odds of goals, of a study or on a series of a file.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use crate::export::format_number;
use crate::export::{Format, Table, write_file};
use crate::goals::{CannotTell, Condition, Goal, Judgement, Measure, Reading as When, Target, deadline, judge};
use crate::outlook::View;
use crate::report::assessment_columns;
use crate::series::{Series, Stamp};
use crate::study::{
    GoalResult, Placed, Results, Settings, Study, StudyFile, assessment_table, explain, goal_table, odds_moved,
    replay_table,
};

use super::failure::Failure;
use super::input::{Input, Reading};
use super::options::{self, ChartFile, OneSeries, Output, Picture};
use super::{say, terminal};

/// Columns of the words before the lines of an explanation.
const EXPLAINED: usize = 11;

#[derive(Debug, Args)]
#[command(after_help = "\
Without a file these are the goals of the bundled study, with a study file (.toml) the goals of that study, and with any other file one goal on one of its series.

Examples:
  onpace goals --explain triple_2027
  onpace goals --goal triple_2027 --replay
  onpace goals sales.csv --target x3 --base 2025 --by 2027")]
pub(super) struct Arguments {
    /// Study file (.toml), or a file of series as for `onpace forecast` [default: the bundled study]
    data: Option<PathBuf>,
    #[command(flatten)]
    goal: GoalOnFile,
    #[arg(long = "goal", value_delimiter = ',', value_name = "IDS", help = options::GOALS, help_heading = "Study")]
    ids: Vec<String>,
    /// Explain one goal of a study in words
    #[arg(long, value_name = "ID", help_heading = "Study", conflicts_with = "replay")]
    explain: Option<String>,
    /// Show how the chances changed: one row for each day on which a figure was published
    #[arg(long, help_heading = "Study")]
    replay: bool,
    #[command(flatten)]
    settings: super::run::Settings,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    chart: ChartFile,
}

/// A goal on a series of a file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Goal")]
struct GoalOnFile {
    #[arg(long, allow_hyphen_values = true, value_name = "TARGET", help = options::TARGET)]
    target: Option<String>,
    #[arg(long, value_name = "DEADLINE", help = options::BY)]
    by: Option<String>,
    /// Period that a multiple or growth refers to [default: the last with a value]
    #[arg(long, value_name = "PERIOD")]
    base: Option<String>,
    #[arg(long, help = options::AT_MOST)]
    at_most: bool,
    /// Only the period of the deadline counts, not the periods before it
    #[arg(long)]
    at_deadline: bool,
    /// Judge calendar-year sums of a quarterly or monthly series
    #[arg(long)]
    calendar_years: bool,
    /// Judge the series in per cent of this other series, such as supply of demand
    #[arg(long, value_name = "ID", conflicts_with = "calendar_years")]
    over: Option<String>,
    #[command(flatten)]
    series: OneSeries,
    /// Share in per cent from which a target of 100% counts as reached
    #[arg(long, default_value_t = 100.0, value_name = "PERCENT", help_heading = "Goal")]
    full_share: f64,
}

impl GoalOnFile {
    /// Whether a flag of a goal on a file is given.
    fn is_used(&self) -> bool {
        let words = [&self.target, &self.by, &self.base, &self.over, &self.series.series];
        let flags = self.at_most || self.at_deadline || self.calendar_years || self.full_share != 100.0;
        flags || words.into_iter().any(Option::is_some)
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    arguments.settings.simulation.use_threads();
    let share = arguments.goal.full_share;
    if !(share > 0.0 && share <= 100.0) {
        return Err(Failure::usage(format!("--full-share {share}: expected a number above 0 and at most 100")));
    }
    if arguments.chart.chart.is_some() && !arguments.replay {
        return Err(Failure::usage("--chart without --replay: there is nothing to draw")
            .with_hint("add --replay, or draw the chance of a goal by `onpace chart odds`"));
    }
    let is_study = |path: &PathBuf| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
    match &arguments.data {
        None => of_study(arguments, &StudyFile::bundled()?),
        Some(path) if is_study(path) => of_study(arguments, &StudyFile::open(path)?),
        Some(path) => of_file(arguments, &Input { data: path.clone(), reading: arguments.reading.clone() }),
    }
}

fn of_study(arguments: &Arguments, file: &StudyFile) -> Result<(), Failure> {
    if arguments.goal.is_used() {
        return Err(Failure::usage(
            "--target, --by and the other flags of a goal need a file of series, and none is named",
        )
        .with_hint("onpace goals FILE --target x2 --by 2030"));
    }
    let as_table = arguments.output.format()? == Format::Table;
    // Charts are for `onpace run`.
    let study = Study::load(file, &arguments.settings.overrides())?.without_charts();
    let wanted: Vec<String> = arguments.ids.iter().chain(&arguments.explain).cloned().collect();
    check_names(&study, &wanted)?;
    let study = if wanted.is_empty() { study } else { study.only(&wanted) };
    if arguments.replay {
        return replay(arguments, &study);
    }
    let results = study.run(|_, _| ());
    if arguments.explain.is_some() {
        return say_all(arguments, &results);
    }
    if as_table && arguments.output.path().is_none() {
        let width = terminal::output_width().unwrap_or(terminal::USUAL);
        say::out_table(&goal_table(&results, usize::MAX, width))?;
        if results.goals.iter().any(|goal| goal.leads) {
            say::hint("--leads includes unconfirmed figures");
        }
        return Ok(());
    }
    arguments.output.write(&assessment_table(&results), arguments.output.format()?)
}

/// Refuses the name of a goal that the study does not have.
pub(super) fn check_names(study: &Study, names: &[String]) -> Result<(), Failure> {
    let ids: Vec<&str> = study.goals().iter().map(|goal| goal.id.as_str()).collect();
    match names.iter().find(|name| !ids.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let fact = format!("there is no goal `{name}`; the study has {}", ids.join(", "));
            Err(Failure::usage(fact).with_nearest(name, ids, "`onpace goals --format csv` lists the goals"))
        }
    }
}

fn say_all(arguments: &Arguments, results: &Results) -> Result<(), Failure> {
    let text: Vec<String> = results.goals.iter().map(|goal| explain(results, goal)).collect();
    match arguments.output.path() {
        Some(path) => Ok(write_file(path, text.join("\n").as_bytes())?),
        None => say::out_text(&text.join("\n"), EXPLAINED),
    }
}

fn replay(arguments: &Arguments, study: &Study) -> Result<(), Failure> {
    let format = arguments.output.format()?;
    let picture = arguments.chart.chart.as_deref().map(Picture::of).transpose()?;
    let days = study.replay();
    if days.is_empty() {
        return Err(Failure::failed("there is nothing to replay: none of these goals is judged on a series"));
    }
    if let Some(picture) = picture {
        let goal = &days[0].goal;
        if days.iter().any(|day| day.goal != *goal) {
            return Err(
                Failure::usage("--chart draws one goal, and there are several").with_hint("--goal ID chooses one")
            );
        }
        picture.write(odds_moved(study.settings(), &days)?.svg)?;
    }
    arguments.output.write(&replay_table(&days), format)
}

fn of_file(arguments: &Arguments, input: &Input) -> Result<(), Failure> {
    let asked = &arguments.goal;
    let format = arguments.output.format()?;
    let missing = |flag: &str| {
        Failure::usage(format!("a goal on a file needs {flag}"))
            .with_hint("for example: onpace goals FILE --target x2 --by 2030")
    };
    if !arguments.ids.is_empty()
        || arguments.explain.as_deref().is_some_and(|name| name != "goal")
        || arguments.settings.published.sources.is_some()
    {
        return Err(Failure::usage("--goal, --explain and --sources belong to studies, and the file is none")
            .with_hint("name a study file (.toml), or none for the bundled study"));
    }
    let target: Target = asked.target.as_ref().ok_or_else(|| missing("--target"))?.parse()?;
    let day = deadline(asked.by.as_ref().ok_or_else(|| missing("--by"))?)?;
    input.keep_apart([arguments.output.path(), arguments.chart.chart.as_deref()])?;
    let named: Vec<&str> = match &asked.series.series {
        Some(id) => std::iter::once(id).chain(&asked.over).map(String::as_str).collect(),
        None => Vec::new(),
    };
    let all = input.read_named(&named)?;
    let series = Input::pick(&all, asked.series.series.as_deref())?.clone();
    let over = asked.over.as_deref().map(|id| Input::pick(&all, Some(id)).cloned()).transpose()?;
    let base = match &asked.base {
        Some(_) if !matches!(target, Target::Multiple(_) | Target::Growth(_)) => {
            return Err(Failure::usage(format!(
                "--base does not apply to the target {target}: only multiples and growth have a base"
            ))
            .with_hint("for example --target x3, +50% or +12%/year"));
        }
        None => None,
        Some(text) => {
            let yearly = asked.calendar_years.then(|| crate::series::Calendar::named(crate::series::Frequency::Year));
            let calendar = yearly.as_ref().unwrap_or(series.calendar());
            let period = Stamp::parse(text).ok().and_then(|stamp| calendar.period(stamp).ok());
            let wrong = || {
                let example = match asked.calendar_years {
                    true => "2025".to_owned(),
                    false => series.calendar().label(series.last_period()),
                };
                let frequency = calendar.frequency();
                Failure::usage(format!("--base {text} is not a {frequency} period; expected, for example, {example}"))
            };
            Some(period.ok_or_else(wrong)?)
        }
    };
    let goal = Goal {
        base,
        condition: if asked.at_most { Condition::AtMost } else { Condition::AtLeast },
        reading: if asked.at_deadline { When::At } else { When::By },
        measure: match &over {
            Some(over) => Measure::Over(over.id().to_owned()),
            None if asked.calendar_years => Measure::CalendarYears,
            None => Measure::Periods,
        },
        full_share: asked.full_share,
        ..Goal::open("goal", series.id(), target, day)
    };
    if let (Target::Multiple(times), true) = (target, goal.condition.more_is_better())
        && times < 1.0
    {
        say::note(&format!("the goal is at least {times} of the base; --at-most makes it a fall to that"));
    }
    let asked = &arguments.settings;
    let defaults = Settings::as_of(asked.published.as_of.unwrap_or(Date::MAX));
    let settings = Settings {
        seed: asked.simulation.seed.unwrap_or(defaults.seed),
        paths: asked.simulation.path_count(),
        ramps_weight: asked.ramps_weight.unwrap_or(defaults.ramps_weight),
        ramps_without: asked.without.ramps_without.iter().cloned().map(Placed::given).collect(),
        ..defaults
    };
    let whole = series.clone();
    let study = Study::of(settings, std::iter::once(series).chain(over).collect(), vec![goal])?;
    if arguments.replay {
        return replay(arguments, &study);
    }
    let results = study.run(|_, _| ());
    let Some(result) = results.goals.first() else { return Ok(()) };
    let in_words = arguments.explain.is_some() || (format == Format::Table && arguments.output.path().is_none());
    if in_words && matches!(result.judgement, Ok(Judgement::Open { .. })) {
        say_all(arguments, &results)?;
        return match came(result, &results, &whole) {
            None => Ok(()),
            Some((met, period, value)) => {
                let word = if met { "met" } else { "missed" };
                let period = whole.calendar().label(period);
                let line = format!("  {:<10} {word}: {} in {period}\n", "came", format_number(value));
                say::out_text(&line, EXPLAINED)
            }
        };
    }
    let table = found(result, &results, &whole)?;
    arguments.output.write(&table, format)
}

/// The odds of a goal on a file, one row per view; where it is over, the outcome.
fn found(result: &GoalResult, results: &Results, whole: &Series) -> Result<Table, Failure> {
    let label = |period: crate::series::Period| match period.frequency() == whole.start().frequency() {
        true => whole.calendar().label(period),
        false => period.to_string(),
    };
    let due = match &result.judgement {
        Ok(Judgement::Open { deadline, .. }) => *deadline,
        Ok(Judgement::Judged { met, period, value, target }) => {
            return Ok(Table::default()
                .text("view", ["data"])
                .text("verdict", [if *met { "met" } else { "missed" }])
                .text("period", [label(*period)])
                .number("value", [Some(*value)])
                .number("level", [Some(*target)]));
        }
        Ok(Judgement::Recorded(..)) => return Err(Failure::failed("an event can only be judged in a study")),
        Err(reason) => return Err(Failure::CannotTell(reason.clone(), remedy(reason))),
    };
    let used = results.series.iter().find(|r| r.data.id == whole.id());
    if let Some(views) = used.and_then(|r| r.views.as_ref()) {
        for (_, view) in views.parts() {
            view.remarks.iter().for_each(|remark| say::note(&remark.to_string()));
            view.paths.as_ref().err().into_iter().for_each(|reason| say::note(&reason.to_string()));
        }
    }
    let rows = || result.views.iter();
    let level = match &result.judgement {
        Ok(Judgement::Open { target, .. }) => *target,
        _ => None,
    };
    let ramps = |of: fn(&crate::goals::CaseRate) -> f64| {
        rows().map(|(view, _)| result.case_rate.as_ref().filter(|_| *view == View::Outside).map(of)).collect::<Vec<_>>()
    };
    let table = Table::default()
        .text("view", rows().map(|(view, _)| view.to_string()))
        .text("due", rows().map(|_| label(due)))
        .number("level", rows().map(|_| level));
    let assessments: Vec<_> = rows().map(|(_, a)| Some(a)).collect();
    let (direction, word) = (result.goal.condition.words(), result.goal.reading.word());
    let asked = level.map_or_else(|| result.goal.target.to_string(), format_number);
    let table = assessment_columns(table, &assessments, label)
        .text("in_words", rows().map(|(_, a)| format!("{direction} {asked} {word} {}: {}", label(due), a.odds())))
        .number("ramps_rate", ramps(|rate| rate.rate))
        .number("ramps_lo-80", ramps(|rate| rate.interval.0))
        .number("ramps_hi-80", ramps(|rate| rate.interval.1))
        .number("ramps_cases", ramps(|rate| rate.cases));
    let came = came(result, results, whole);
    Ok(match came {
        None => table,
        Some((met, period, value)) => table
            .text("came", rows().map(|_| if met { "met" } else { "missed" }))
            .text("came_in", rows().map(|_| label(period)))
            .number("came_value", rows().map(|_| Some(value))),
    })
}

/// The flag that helps where a goal on a file has no odds.
fn remedy(reason: &CannotTell) -> Option<String> {
    let remedy = match reason {
        CannotTell::AtBound(_) => "--target 100% --full-share 95; in a study: full_share = 95",
        CannotTell::NoSuchDate(_) => "--frequency yearly",
        CannotTell::BaseAfterDeadline(..) | CannotTell::NoBase(..) | CannotTell::BaseNotPositive(..) => {
            "--base PERIOD chooses the base"
        }
        CannotTell::OutOfBounds(_) => "--lower and --upper set the bounds of the series",
        CannotTell::NotYet { .. } => "--as-of DATE chooses a later day",
        CannotTell::BeyondHorizon(_) => "--by DEADLINE chooses an earlier deadline",
        CannotTell::NoFlow | CannotTell::NoYear => "leave out --calendar-years",
        _ => return None,
    };
    Some(remedy.to_owned())
}

/// Whether the goal was met, in which period and with what value, where the file tells more than was known by --as-of.
fn came(result: &GoalResult, results: &Results, whole: &Series) -> Option<(bool, crate::series::Period, f64)> {
    let used = results.series.iter().find(|r| r.data.id == whole.id())?.data.series.as_ref()?;
    if used.len() == whole.len() || result.goal.measure != Measure::Periods {
        return None;
    }
    let base = result.goal.base.unwrap_or(used.last_period());
    // What was known on the day is no outcome: the goal counts from then on.
    let set = used.last_period().last_day();
    match judge(&Goal { base: Some(base), set, ..result.goal.clone() }, Some(whole)) {
        Ok(Judgement::Judged { met, period, value, .. }) => Some((met, period, value)),
        _ => None,
    }
}
